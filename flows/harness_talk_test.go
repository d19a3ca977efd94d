package flows_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/bottest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/talk"
)

// press prints nothing, and keeps what it was to print.
type press struct {
	lacksFont bool
	last      paper.Document
	chart     paper.Chart
}

func (p *press) Ready() error {
	if p.lacksFont {
		return paper.ErrNoFont
	}
	return nil
}

func (p *press) PDF(d paper.Document) ([]byte, error) {
	p.last = d
	return fmt.Append(nil, d), nil
}

func (p *press) PNG(c paper.Chart) ([]byte, error) {
	p.chart = c
	return fmt.Append(nil, c), nil
}

// hashOnly keeps no file.
func hashOnly(_ context.Context, r io.Reader) (string, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, r)
	return hex.EncodeToString(sum.Sum(nil)), err
}

func (h *harness) Address(who string) (bot.Address, bool) {
	if who == "通讯录" {
		return bot.Address{Channel: h.wecom, User: "sys"}, true
	}
	if who == "" {
		return bot.Address{Channel: h.official, User: "oSomebody"}, true
	}
	name, official := strings.CutSuffix(who, "的公众号")
	all := slices.Concat(people, h.more)
	i := slices.IndexFunc(all, func(p person) bool { return p.name == name })
	switch {
	case i < 0:
		return bot.Address{}, false
	case official:
		return bot.Address{Channel: h.official, User: bot.UserID("o-" + cmp.Or(all[i].wecom, all[i].staffNo))}, true
	}
	return bot.Address{Channel: h.wecom, User: bot.UserID(all[i].wecom)}, true
}

func (h *harness) member(name string) union.MemberID {
	h.t.Helper()
	for id, known := range h.names {
		if known == name {
			return id
		}
	}
	h.t.Fatalf("nobody is called %s", name)
	return 0
}

// paperLink is different in every run.
var paperLink = regexp.MustCompile(`(/paper/)[a-z0-9]{60,}`)

func (h *harness) Deliver(ctx context.Context, m bot.Message) (string, error) {
	answer := h.engine.Receive(ctx, m)
	if answer.Refused || answer.Hold {
		return "", fmt.Errorf("message %s was not answered: %+v", m.ID, answer)
	}
	return paperLink.ReplaceAllString(answer.Text, "$1(链接)"), nil
}

// Arrived plays the deliverer: it takes the rows of the outbox in the order of their writing.
func (h *harness) Arrived(ctx context.Context) ([]bottest.Arrival, error) {
	var items []bot.Parcel
	for unhurried := false; ; {
		claimed, err := h.outbox.Claim(ctx, unhurried, "transcript", time.Minute, 100)
		if err != nil {
			return nil, err
		}
		if len(claimed) == 0 && unhurried {
			break
		}
		unhurried = len(claimed) == 0
		for _, item := range claimed {
			if err := h.outbox.Begin(ctx, item, h.reach(ctx, item), []byte(`{}`), time.Minute); err != nil {
				return nil, err
			}
			if err := h.outbox.Settle(ctx, item, bot.Settlement{State: bot.ParcelSent}); err != nil {
				return nil, err
			}
		}
		items = append(items, claimed...)
	}
	slices.SortFunc(items, func(a, b bot.Parcel) int {
		if a.Unnamed != b.Unnamed { // their ids are random
			return cmp.Compare(a.Kind, b.Kind)
		}
		return cmp.Compare(a.ID, b.ID)
	})
	var arrivals []bottest.Arrival
	for _, item := range items {
		who, err := h.recipient(item)
		if err != nil {
			return nil, err
		}
		a := bottest.Arrival{Who: who, Text: item.Body.Text, Card: item.Body.Card, File: item.Body.File}
		if at := cmp.Or(item.To, h.reach(ctx, item)); at.Channel == h.official {
			if a.Card != nil && a.Card.Fallback == "" { // no cards there, and nothing to say in its place
				continue
			}
			a.Choices = item.Body.Choices
		}
		arrivals = append(arrivals, a)
	}
	arrivals = append(arrivals, h.castTo...)
	h.castTo = nil
	return arrivals, nil
}

// reach is where the deliverer would send it.
func (h *harness) reach(ctx context.Context, item bot.Parcel) bot.Address {
	addresses, err := storage.NewDirectory(h.members).Reach(ctx, item.Member)
	if item.Member == 0 || err != nil || len(addresses) == 0 {
		return item.To
	}
	return addresses[0]
}

func (h *harness) recipient(item bot.Parcel) (string, error) {
	if name, ok := h.names[union.MemberID(item.Member)]; ok {
		return name, nil
	}
	for _, p := range people {
		if item.To.Channel == h.wecom && item.To.User == bot.UserID(p.wecom) {
			return p.name, nil
		}
	}
	return "", fmt.Errorf("row %s goes to nobody in the transcript", item.Key)
}

// Window plays what the Official Account allows. WeCom allows everything.
func (h *harness) Window(_ context.Context, who union.Identity) (talk.Window, error) {
	if who.Channel != string(h.official) {
		return talk.Window{}, nil
	}
	return h.window, nil
}
