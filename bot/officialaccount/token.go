package officialaccount

import (
	"context"
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
		return api.FetchToken(ctx, http.MethodPost, "/cgi-bin/stable_token", nil, body)
	}
}
