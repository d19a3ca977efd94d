package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
)

// report is an event that the platform sends by itself, such as that a template message has arrived.
func report(channel bot.ChannelID, id string, kind bot.Kind) bot.Message {
	m := text(channel, id, "")
	m.Kind = kind
	return m
}

func TestWhatIsParkedWaitsForAWordAndNotForAnEventThatNobodyReadsTheAnswerOf(t *testing.T) {
	for _, kind := range []bot.Kind{bot.KindEvent, bot.KindUnfollow} {
		t.Run(string(kind), func(t *testing.T) {
			h := newHouse(t)
			e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
				if in.Message.Kind == kind {
					return bot.Outcome{}, nil
				}
				return says("好的"), nil
			})
			first := text(account, "1", "x")
			receive(e, first)
			if err := h.parked.Put(t.Context(), first.Address, "notice/1", "您的建议已采纳"); err != nil {
				t.Fatal(err)
			}
			if err := h.keeper.Park(t.Context(), first.Address); err != nil {
				t.Fatal(err)
			}
			if got := receive(e, report(account, "2", kind)); got != (bot.Answer{}) {
				t.Errorf("the event got %+v, want an empty answer", got)
			}
			if got := receive(e, text(account, "3", "x")).Text; !strings.Contains(got, "您的建议已采纳") {
				t.Errorf("the next word got %q, want what was parked", got)
			}
		})
	}
}

func TestAnEventThatNothingCameOfDoesNotHideThatTheSessionWasLost(t *testing.T) {
	h := newHouse(t)
	var fresh []bool
	e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
		fresh = append(fresh, in.Fresh)
		if in.Message.Kind == bot.KindEnter {
			return bot.Outcome{}, nil
		}
		return says("好的"), nil
	})
	receive(e, report(wecom, "1", bot.KindEnter))
	receive(e, text(wecom, "2", "x"))
	receive(e, text(wecom, "3", "x"))
	if len(fresh) != 3 || !fresh[0] || !fresh[1] || fresh[2] {
		t.Errorf("fresh was %v, want true until something was said", fresh)
	}
}

func TestAMessageThatCannotBeUnderstoodIsKeptOnce(t *testing.T) {
	h := newHouse(t)
	e := h.engine(func(context.Context, bot.Input) (bot.Outcome, error) { return says("看不懂"), nil })
	m := report(wecom, "1", bot.KindUnknown)
	m.Raw = []byte("<xml/>")
	for range 2 {
		if got := receive(e, m); got.Text != "看不懂" {
			t.Errorf("got %+v", got)
		}
	}
	ledger := storage.NewLedger(h.db, h.outbox, h.clock.now)
	if gone, err := ledger.Purge(t.Context(), -time.Hour, 10); err != nil || gone != 1 {
		t.Errorf("%d turns were kept (%v), want one", gone, err)
	}
	if gone, err := ledger.PurgeUnread(t.Context(), h.clock.now().Add(time.Hour), 10); err != nil || gone != 1 {
		t.Errorf("%d messages were kept (%v), want one", gone, err)
	}
}

func TestATapFindsWhatWasGoingOnBeforeTheSessionWasLost(t *testing.T) {
	c := newChat(t)
	c.user = "half-way"
	got, err := c.send(bot.Message{Kind: bot.KindTap, Tap: &bot.Tap{Key: "tea"}})
	if err != nil || got != "什么茶?" {
		t.Fatalf("the tap got %q, %v", got, err)
	}
	c.say("取消", "好的,茶单先不办了。|接着刚才的restored:?")
}
