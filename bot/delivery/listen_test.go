package delivery_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// echo answers with what delivery knew when the message came to it.
type echo func(m bot.Message) bot.Answer

func (e echo) Receive(_ context.Context, m bot.Message) bot.Answer { return e(m) }

func TestATapIsKnownToDeliveryBeforeItHasItsEffects(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	receiver := delivery.Listen(echo(func(m bot.Message) bot.Answer {
		code, shown, err := p.cards.Code(t.Context(), "c1", m.Address, p.clock.now())
		if err != nil || !shown {
			t.Errorf("Code: %v, %v", shown, err)
		}
		return bot.Answer{Text: code}
	}), delivery.Hearing{Tapped: p.cards.Tapped})
	tap := bot.Message{Address: wecomUser("lifang"), Kind: bot.KindTap, SentAt: p.clock.now(), Tap: &bot.Tap{TaskID: "c1", ResponseCode: "rc"}}
	if got := receiver.Receive(t.Context(), tap); got.Text != "rc" {
		t.Errorf("answered %+v", got)
	}
}

func TestAWordOpensTheWindowOfAChannelThatHasOne(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	if err := p.windows.Shut(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	heardOn := make(map[bot.ChannelID]int)
	receiver := delivery.Listen(echo(func(bot.Message) bot.Answer { return bot.Answer{} }), delivery.Hearing{
		Heard: func(ctx context.Context, who bot.Address, kind bot.Kind, at time.Time) error {
			heardOn[who.Channel]++
			return p.windows.Heard(ctx, who, kind, at)
		},
		Windowed: func(c bot.ChannelID) bool { return c == onOA },
	})
	receiver.Receive(t.Context(), bot.Message{Address: who, Kind: bot.KindText, SentAt: p.clock.now()})
	receiver.Receive(t.Context(), bot.Message{Address: wecomUser("lifang"), Kind: bot.KindText, SentAt: p.clock.now()})
	if open, err := p.windows.Take(t.Context(), who); !open || err != nil {
		t.Errorf("window open: %v, %v", open, err)
	}
	if heardOn[onOA] != 1 || heardOn[onWeCom] != 0 {
		t.Errorf("heard %v", heardOn)
	}
}

func TestAMessageIsAnsweredThoughNothingCanBeNoted(t *testing.T) {
	away := func(context.Context, bot.Address, bot.Kind, time.Time) error { return errors.New("store is away") }
	receiver := delivery.Listen(echo(func(bot.Message) bot.Answer { return bot.Answer{Text: "好"} }),
		delivery.Hearing{Heard: away, Windowed: func(bot.ChannelID) bool { return true }})
	if got := receiver.Receive(t.Context(), bot.Message{Address: follower("o"), Kind: bot.KindText}); got.Text != "好" {
		t.Errorf("answered %+v", got)
	}
}

func TestANoticeThatWasNotShownIsNotedForWhomItWasMeant(t *testing.T) {
	var noted []string
	receiver := delivery.Listen(echo(func(bot.Message) bot.Answer { return bot.Answer{} }), delivery.Hearing{
		Unshown: func(_ context.Context, who bot.Address, notice bot.Unshown) error {
			noted = append(noted, string(who.User)+" "+notice.ID+" "+notice.Cause)
			return nil
		},
	})
	receiver.Receive(t.Context(), bot.Message{Address: follower("o1"), Kind: bot.KindEvent, Unshown: []bot.Unshown{{ID: "7", Cause: "failed:user block"}, {ID: "8", Cause: "errcode 43101"}}})
	if !slices.Equal(noted, []string{"o1 7 failed:user block", "o1 8 errcode 43101"}) {
		t.Errorf("noted are %q", noted)
	}
}
