package officialaccount

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/unionbot/unionbot/bot/platform"
)

// DefaultAPIURL is the platform's own API.
const DefaultAPIURL = "https://api.weixin.qq.com"

// ClientConfig is what sending as an Official Account needs.
type ClientConfig struct {
	AppID  string
	Secret string
	// APIURL is DefaultAPIURL when empty.
	APIURL string
	// Tokens shares the access token between replicas.
	Tokens platform.Store
	// Now is the machine's clock.
	Now func() time.Time
	// Transport carries the calls; nil is one that honours HTTPS_PROXY and NO_PROXY.
	Transport http.RoundTripper
	Logger    *slog.Logger
	// Watch sees every call; it may be nil.
	Watch platform.Watch
}

// Client sends as one account to its followers, and fetches what they sent to it.
type Client struct {
	api   *platform.API
	video *http.Client
	log   *slog.Logger
}

// NewClient makes the client. It makes no call.
func NewClient(cfg ClientConfig) (*Client, error) {
	if cfg.APIURL == "" {
		cfg.APIURL = DefaultAPIURL
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	api, err := platform.NewAPI(cfg.APIURL, cfg.Transport)
	if err != nil {
		return nil, fmt.Errorf("configure Official Account API: %w", err)
	}
	api.UseWatch(cfg.Watch)
	platform.Install(func(c *http.Client) { util.DefaultHTTPClient = c })
	key := "officialaccount:" + cfg.AppID
	api.UseTokens(platform.NewTokens(key, cfg.Tokens, fetchToken(api, cfg.AppID, cfg.Secret), cfg.Now, cfg.Logger))
	return &Client{api: api, video: newVideoClient(cfg.Transport), log: cfg.Logger}, nil
}
