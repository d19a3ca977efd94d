package bot_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

// deaf is a store that cannot say what waits.
type deaf struct{ bot.Ledger }

func (d deaf) Open(ctx context.Context, id bot.MessageID, fence bot.Fence) (context.Context, bot.Work) {
	ctx, work := d.Ledger.Open(ctx, id, fence)
	return ctx, deafWork{work}
}

type deafWork struct{ bot.Work }

func (deafWork) TakeParked(context.Context, bot.Address) ([]string, error) {
	return nil, fmt.Errorf("read parked: %w", bot.ErrUnavailable)
}

func TestAStepKnowsWhetherSomethingWaitedOrNobodyCanTell(t *testing.T) {
	for name, each := range map[string]struct {
		channel bot.ChannelID
		parked  bool
		change  func(*bot.EngineConfig)
		want    string
	}{
		"nothing":                  {account, false, nil, "waits:  push: false"},
		"something":                {account, true, nil, "那件事\n\nwaits: said push: false"},
		"the store is away":        {account, true, func(c *bot.EngineConfig) { c.Ledger = deaf{c.Ledger} }, "waits: unknown push: false"},
		"no notice asks for words": {wecom, false, nil, "waits:  push: true"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			m := text(each.channel, "1", "查看")
			if each.parked {
				if err := h.parked.Put(t.Context(), m.Address, "k", "那件事"); err != nil {
					t.Fatal(err)
				}
			}
			e := h.engine(func(_ context.Context, in bot.Input) (bot.Outcome, error) {
				return says(fmt.Sprintf("waits: %s push: %v", in.Waits, in.Push)), nil
			}, func(c *bot.EngineConfig) {
				c.AnswerIn *= 20
				if each.change != nil {
					each.change(c)
				}
			})
			if got := receive(e, m); got.Text != each.want {
				t.Errorf("said is %q, want %q", got.Text, each.want)
			}
		})
	}
}

// Who asks for what waits is never told that nothing does where nobody knows, nor where an officer means what is to be decided.
func TestWhoAsksForWhatWaitsIsToldWhatIsKnown(t *testing.T) {
	const (
		nothing = "没有等您看的了,前面的都给您看过了,或者已经撤回。"
		unknown = "现在查不了有没有等您看的,请过一会儿再回复\"查看\"。"
		apart   = "没有单独等您看的。要看待办回复\"待办\",要看办过的回复\"我的\"。"
	)
	for _, each := range []struct {
		waits bot.Waits
		push  bool
		want  string
	}{
		{bot.WaitsNothing, false, nothing}, {bot.WaitsSaid, false, ""}, {bot.WaitsUnknown, false, unknown},
		{bot.WaitsNothing, true, apart}, {bot.WaitsSaid, true, ""}, {bot.WaitsUnknown, true, unknown},
	} {
		c := newChat(t)
		c.waits, c.push = each.waits, each.push
		c.say("查看", each.want)
	}
}
