package wecom

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/unionbot/unionbot/bot/platform"
)

// DefaultAPIURL is WeCom's own API.
const DefaultAPIURL = "https://qyapi.weixin.qq.com"

// ClientConfig is what sending as an app needs.
type ClientConfig struct {
	CorpID  string
	AgentID string // a decimal integer
	Secret  string
	// CallSecret is that of the app that rings telephones (紧急通知应用); empty where there is none.
	CallSecret string
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

// Client sends as one app of one corporation, and fetches what members sent to it.
type Client struct {
	api   *platform.API
	calls *platform.API // with the tokens of the app that rings telephones; nil where there is none
	agent int64
	log   *slog.Logger
}

// NewClient makes the client. It makes no call.
func NewClient(cfg ClientConfig) (*Client, error) {
	agent, err := strconv.ParseInt(cfg.AgentID, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("WeCom agent id %q is not a number", cfg.AgentID)
	}
	if cfg.APIURL == "" {
		cfg.APIURL = DefaultAPIURL
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	platform.Install(func(c *http.Client) { util.DefaultHTTPClient = c })
	key := "wecom:" + cfg.CorpID + ":"
	c := &Client{agent: agent, log: cfg.Logger}
	if c.api, err = newAPI(cfg, key+cfg.AgentID, cfg.Secret); err != nil {
		return nil, err
	}
	if cfg.CallSecret != "" {
		c.calls, err = newAPI(cfg, key+"calls", cfg.CallSecret)
	}
	return c, err
}

// newAPI is the corporation's API with the tokens of one secret, which replicas share by their key.
func newAPI(cfg ClientConfig, key, secret string) (*platform.API, error) {
	api, err := platform.NewAPI(cfg.APIURL, cfg.Transport)
	if err != nil {
		return nil, fmt.Errorf("configure WeCom API: %w", err)
	}
	api.UseWatch(cfg.Watch)
	api.UseTokens(platform.NewTokens(key, cfg.Tokens, fetchToken(api, cfg.CorpID, secret), cfg.Now, cfg.Logger))
	return api, nil
}
