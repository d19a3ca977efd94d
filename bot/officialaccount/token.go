package officialaccount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

// fetchToken gets the account's stable token, which several replicas may ask for without voiding each other's. It
// never forces a refresh: that is allowed 20 times a day. [O stable_token]
func fetchToken(api *platform.API, appID, secret string) platform.FetchToken {
	return func(ctx context.Context) (string, time.Duration, error) {
		body, err := platform.Encode(map[string]any{
			"grant_type": "client_credential", "appid": appID, "secret": secret, "force_refresh": false,
		})
		if err != nil {
			return "", 0, err
		}
		answer, err := api.Plain(ctx, http.MethodPost, "/cgi-bin/stable_token", nil, body)
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
