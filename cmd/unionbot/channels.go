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
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage/turns"
)

// channel is one account, from all sides.
type channel struct {
	path string
	// talks is how the engine knows it, sends how delivery does, files how what was sent to it is fetched.
	talks bot.Channel
	sends delivery.Channel
	files delivery.Source
	// webhook makes the handler of its callback address.
	webhook func(callback.Receiver, callback.Options) (http.Handler, error)
	// heard is told of every message, nil where nobody needs to be.
	heard *turns.Windows
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

func newWeCom(c config.WeCom, s *stores, log *slog.Logger) (channel, error) {
	in := weComCallback(c)
	client, err := wecom.NewClient(wecom.ClientConfig{
		CorpID: c.CorpID, AgentID: in.AgentID, Secret: c.Secret.Reveal(), APIURL: c.APIURL,
		Tokens: turns.NewTokens(s.turns.Client()), Now: time.Now, Logger: log.With("part", "wecom"),
	})
	if err != nil {
		return channel{}, err
	}
	return channel{
		path:  "/callback/wecom",
		talks: bot.Channel{ID: in.ChannelID(), TextBytes: wecom.TextBytes, Push: true, Render: wecom.Render, Mute: wecom.Mute},
		sends: delivery.Channel{ID: in.ChannelID(), Composer: client, Sender: client, Updater: client, Pace: delivery.WeComPace},
		files: client,
		webhook: func(r callback.Receiver, o callback.Options) (http.Handler, error) {
			return wecom.NewWebhook(in, r, o)
		},
	}, nil
}

func newOfficialAccount(c config.OfficialAccount, s *stores, log *slog.Logger) (channel, error) {
	in := officialaccount.Config{AppID: c.AppID, ID: c.ID, Token: c.Token.Reveal(), AESKey: c.AESKey.Reveal()}
	client, err := officialaccount.NewClient(officialaccount.ClientConfig{
		AppID: c.AppID, Secret: c.Secret.Reveal(), APIURL: c.APIURL,
		Tokens: turns.NewTokens(s.turns.Client()), Now: time.Now, Logger: log.With("part", "officialaccount"),
	})
	if err != nil {
		return channel{}, err
	}
	templates, err := officialaccount.NewTemplates(c.Templates)
	if err != nil {
		return channel{}, err
	}
	windows := turns.NewWindows(s.turns.Client(), turns.AfterMessage, turns.AfterTouch, time.Now)
	return channel{
		path:  "/callback/officialaccount",
		talks: bot.Channel{ID: in.ChannelID(), TextBytes: officialaccount.TextBytes, Render: officialaccount.Render},
		sends: delivery.Channel{ID: in.ChannelID(), Composer: client, Sender: client, Window: windows, Template: templates},
		files: client,
		webhook: func(r callback.Receiver, o callback.Options) (http.Handler, error) {
			return officialaccount.NewWebhook(in, r, o)
		},
		heard: windows,
	}, nil
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

// mount serves the callback addresses.
func (all channels) mount(mux *http.ServeMux, receiver callback.Receiver, log *slog.Logger) error {
	for _, c := range all {
		r := receiver
		if c.heard != nil {
			r = hearing{receiver, c.heard, log}
		}
		webhook, err := c.webhook(r, callback.Options{Logger: log.With("part", "callback")})
		if err != nil {
			return fmt.Errorf("serve %s: %w", c.path, err)
		}
		mux.Handle(c.path, webhook)
	}
	return nil
}

// hearing tells the window of an account that a person spoke, before the message is received.
type hearing struct {
	callback.Receiver
	windows *turns.Windows
	log     *slog.Logger
}

// Receive implements callback.Receiver.
func (h hearing) Receive(ctx context.Context, m bot.Message) bot.Answer {
	if err := h.windows.Heard(ctx, m.Address, m.Kind, m.SentAt); err != nil {
		// Not known means open: the platform decides.
		h.log.Debug("window not opened", "channel", string(m.Channel), "error", err)
	}
	return h.Receiver.Receive(ctx, m)
}
