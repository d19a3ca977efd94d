package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

// fetchToken gets the app's access token. [W91039]
func fetchToken(api *platform.API, corpID, secret string) platform.FetchToken {
	return func(ctx context.Context) (string, time.Duration, error) {
		query := url.Values{"corpid": {corpID}, "corpsecret": {secret}}
		answer, err := api.Plain(ctx, http.MethodGet, "/cgi-bin/gettoken", query, nil)
		if err != nil {
			return "", 0, err
		}
		var got struct {
			Token   string `json:"access_token"`
			Seconds int64  `json:"expires_in"`
		}
		if err := json.Unmarshal(answer.Body, &got); err != nil {
			return "", 0, fmt.Errorf("read token: %w", err)
		}
		if got.Token == "" || got.Seconds <= 0 {
			return "", 0, errors.New("answer holds no token")
		}
		return got.Token, time.Duration(got.Seconds) * time.Second, nil
	}
}
