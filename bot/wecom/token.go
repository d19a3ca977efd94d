package wecom

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

// fetchToken gets the app's access token. [W91039]
func fetchToken(api *platform.API, corpID, secret string) platform.FetchToken {
	return func(ctx context.Context) (string, time.Duration, error) {
		query := url.Values{"corpid": {corpID}, "corpsecret": {secret}}
		return api.FetchToken(ctx, http.MethodGet, "/cgi-bin/gettoken", query, nil)
	}
}
