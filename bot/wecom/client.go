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
	api, err := platform.NewAPI(cfg.APIURL, cfg.Transport)
	if err != nil {
		return nil, fmt.Errorf("configure WeCom API: %w", err)
	}
	api.UseWatch(cfg.Watch)
	platform.Install(func(c *http.Client) { util.DefaultHTTPClient = c })
	key := "wecom:" + cfg.CorpID + ":" + cfg.AgentID
	api.UseTokens(platform.NewTokens(key, cfg.Tokens, fetchToken(api, cfg.CorpID, cfg.Secret), cfg.Now, cfg.Logger))
	return &Client{api: api, agent: agent, log: cfg.Logger}, nil
}
