package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/watch"
)

// The callback addresses, below PUBLIC_URL.
const (
	weComPath           = "/callback/wecom"
	officialAccountPath = "/callback/officialaccount"
)

// channel is one account, from all sides.
type channel struct {
	path string
	// talks is how the engine knows it, sends how delivery does, files how what was sent to it is fetched.
	talks bot.Channel
	sends delivery.Channel
	files delivery.Source
	// publishMenu replaces the bar at the bottom of the chat.
	publishMenu func(context.Context, []bot.MenuEntry) error
	// webhook makes the handler of its callback address.
	webhook func(callback.Receiver, callback.Options) (http.Handler, error)
	// windows are when a person may be written to unasked, nil where always.
	windows *turns.Windows
}

// channels are the accounts that are configured.
type channels []channel

func newChannels(c config.Config, s *stores, log *slog.Logger) (channels, error) {
	var all channels
	if c.WeCom.On() {
		one, err := newWeCom(c.WeCom, s, log)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if c.OfficialAccount.On() {
		one, err := newOfficialAccount(c.OfficialAccount, s, log)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func weComCallback(c config.WeCom) wecom.Config {
	return wecom.Config{CorpID: c.CorpID, AgentID: strconv.Itoa(c.AgentID), Token: c.Token.Reveal(), AESKey: c.AESKey.Reveal()}
}

// directoryChannel is the channel whose platform knows by itself who a member is, "" if there is none.
func directoryChannel(c config.Config) string {
	if !c.WeCom.On() {
		return ""
	}
	return string(weComCallback(c.WeCom).ChannelID())
}

func newWeComClient(c config.WeCom, tokens platform.Store, calls platform.Watch, log *slog.Logger) (*wecom.Client, error) {
	return wecom.NewClient(wecom.ClientConfig{
		CorpID: c.CorpID, AgentID: strconv.Itoa(c.AgentID), Secret: c.Secret.Reveal(), CallSecret: c.CallSecret.Reveal(),
		APIURL: c.APIURL, Tokens: tokens, Watch: calls, Now: time.Now, Logger: log.With("part", "wecom"),
	})
}

func newWeCom(c config.WeCom, s *stores, log *slog.Logger) (channel, error) {
	in := weComCallback(c)
	client, err := newWeComClient(c, turns.NewTokens(s.turns.Client()), s.calls(in.ChannelID()), log)
	if err != nil {
		return channel{}, err
	}
	sends := delivery.Channel{ID: in.ChannelID(), Composer: client, Sender: client, Updater: client, Uploader: client, Pace: delivery.WeComPace, Together: wecom.MostReceivers, Dedupe: wecom.Dedupe}
	if client.Rings() {
		sends.Telephone = client
	}
	return channel{
		path:  weComPath,
		talks: bot.Channel{ID: in.ChannelID(), TextBytes: wecom.TextBytes, Push: true, Render: wecom.Render, Mute: wecom.Mute},
		sends: sends,
		files: client, publishMenu: client.PublishMenu,
		webhook: func(r callback.Receiver, o callback.Options) (http.Handler, error) {
			return wecom.NewWebhook(in, r, o)
		},
	}, nil
}

func officialAccountCallback(c config.OfficialAccount) officialaccount.Config {
	return officialaccount.Config{AppID: c.AppID, ID: c.ID, Token: c.Token.Reveal(), AESKey: c.AESKey.Reveal()}
}

func newOfficialAccountClient(c config.OfficialAccount, tokens platform.Store, calls platform.Watch, log *slog.Logger) (*officialaccount.Client, error) {
	return officialaccount.NewClient(officialaccount.ClientConfig{
		AppID: c.AppID, Secret: c.Secret.Reveal(), APIURL: c.APIURL,
		Tokens: tokens, Watch: calls, Now: time.Now, Logger: log.With("part", "officialaccount"),
	})
}

func newOfficialAccount(c config.OfficialAccount, s *stores, log *slog.Logger) (channel, error) {
	in := officialAccountCallback(c)
	client, err := newOfficialAccountClient(c, turns.NewTokens(s.turns.Client()), s.calls(in.ChannelID()), log)
	if err != nil {
		return channel{}, err
	}
	templates, err := templatesOf(c)
	if err != nil {
		return channel{}, err
	}
	windows := windowsOf(c, s)
	return channel{
		path:  officialAccountPath,
		talks: bot.Channel{ID: in.ChannelID(), TextBytes: officialaccount.TextBytes, Render: officialaccount.Render},
		sends: delivery.Channel{ID: in.ChannelID(), Composer: client, Sender: client, Uploader: client, Offer: officialaccount.Offer, Window: windows, Template: templates},
		files: client, publishMenu: client.PublishMenu,
		webhook: func(r callback.Receiver, o callback.Options) (http.Handler, error) {
			return officialaccount.NewWebhook(in, r, o)
		},
		windows: windows,
	}, nil
}

// windowsOf are the windows of the account's followers.
func windowsOf(c config.OfficialAccount, s *stores) *turns.Windows {
	return turns.NewWindows(s.turns.Client(), turns.Allowance(c.AfterMessage), turns.Allowance(c.AfterTouch), time.Now)
}

// templatesOf are the templates that are configured, each for a kind that templates are for.
func templatesOf(c config.OfficialAccount) (*officialaccount.Templates, error) {
	for kind := range c.Templates {
		if !notice.MayBeTemplate(kind) {
			return nil, fmt.Errorf("OFFICIAL_ACCOUNT_TEMPLATES names a template for %s: the platform takes templates away from accounts that "+
				"send wishes or campaigns by them; leave it out, and they come with the member's next word", kind)
		}
	}
	return officialaccount.NewTemplates(c.Templates)
}

func (all channels) talking() []bot.Channel {
	var list []bot.Channel
	for _, c := range all {
		list = append(list, c.talks)
	}
	return list
}

func (all channels) sending() []delivery.Channel {
	var list []delivery.Channel
	for _, c := range all {
		list = append(list, c.sends)
	}
	return list
}

func (all channels) files() map[bot.ChannelID]delivery.Source {
	sources := map[bot.ChannelID]delivery.Source{}
	for _, c := range all {
		sources[c.talks.ID] = c.files
	}
	return sources
}

// mount serves the callback addresses. Delivery listens to what arrives: a word opens the window of an account that
// has one, a tap brings the code by which its card is updated.
func (all channels) mount(mux *http.ServeMux, receiver callback.Receiver, cards *storage.Cards, casts *storage.Broadcasts, w *watch.Watch, log *slog.Logger) error {
	hearing := delivery.Hearing{
		Tapped: cards.Tapped, Heard: all.heard,
		Unshown: func(ctx context.Context, who bot.Address, notice bot.Unshown) error {
			notice.Kind = all.kindOf(who.Channel, notice.Template)
			return casts.Unshown(ctx, who, notice)
		},
		Windowed: func(id bot.ChannelID) bool { return all.window(id) != nil },
		Logger:   log.With("part", "delivery"),
	}
	for _, c := range all {
		webhook, err := c.webhook(delivery.Listen(receiver, hearing), callback.Options{Logger: log.With("part", "callback"), Count: w.Count})
		if err != nil {
			return fmt.Errorf("serve %s: %w", c.path, err)
		}
		mux.Handle(c.path, w.Callback(c.talks.ID, webhook))
	}
	return nil
}

// kindOf is what an account sends by a template.
func (all channels) kindOf(id bot.ChannelID, template string) string {
	for _, c := range all {
		if by, ok := c.sends.Template.(*officialaccount.Templates); ok && c.talks.ID == id {
			return by.KindOf(template)
		}
	}
	return ""
}

// window finds the window of an account, nil if it has none.
func (all channels) window(id bot.ChannelID) *turns.Windows {
	for _, c := range all {
		if c.talks.ID == id {
			return c.windows
		}
	}
	return nil
}

func (all channels) heard(ctx context.Context, who bot.Address, kind bot.Kind, at time.Time) error {
	return all.window(who.Channel).Heard(ctx, who, kind, at)
}
