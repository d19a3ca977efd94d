package delivery_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
)

func TestACallWithoutAnAnswerIsMadeAgainToTheByteWhileThePlatformFindsDoubles(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.chunk(1, 1, 0, "停水", 2)
	c.cast()
	c.eventually("the first try is over", func() bool { return len(c.wecom.Calls()) > 0 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("the second try is over", func() bool { return len(c.wecom.Calls()) > 1 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	calls := c.wecom.Calls()
	if len(calls) != 3 || calls[1].Body != calls[0].Body || calls[2].Body != calls[0].Body || !strings.Contains(calls[0].Body, `"enable_duplicate_check":1`) {
		t.Errorf("calls %v", calls)
	}
	c.wantStates(1, "1 sent, 2 sent")
}

func TestWhatADeadProcessBeganStaysUncertainWhenThePlatformForgetsDoubles(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1}, Users: []bot.UserID{"u1"}, Call: []byte(`{}`), Begun: c.clock.now().Add(-26 * time.Minute),
	}}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 uncertain: call began and was never settled, 2 sent")
	c.wantSent(c.wecom, sendPath, "u2: 停水")
}

// A wish is not said again to who fell silent since, nor in one call with them.
func TestACallIsNotMadeAgainForWhoFellSilent(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "元旦快乐", 3)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1, 2}, Users: []bot.UserID{"u1", "u2"}, Call: c.body("元旦快乐", "u1", "u2"), Begun: c.clock.now(),
	}}
	c.queue.rows[1].Silent = []int64{2}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 uncertain: call began and was never settled, 2 uncertain: call began and was never settled, 3 sent")
	c.wantSent(c.wecom, sendPath, "u3: 元旦快乐")
}

func TestWhoStalledBeforeACallMakesItNoMore(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.begun = func() { c.clock.advance(31 * time.Minute) } // longer than the platform finds doubles
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath)
	c.wantStates(1, "1 uncertain: call began and was never settled, 2 uncertain: call began and was never settled")
}

func TestWhatIsRefusedAtTheSecondTryMayHaveArrivedAtTheFirst(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.wecom.Answer(sendPath, platformtest.Errcode(40008))
	c.chunk(1, 1, 0, "停水", 1)
	c.cast()
	c.eventually("the first try is over", func() bool { return len(c.wecom.Calls()) == 1 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	if got := c.queue.states(1); !strings.HasPrefix(got, "1 uncertain: ") {
		t.Errorf("the receipt is %s", got)
	}
}

func TestNobodyIsLeftOutBecauseOthersAnsweredACallThatIsMadeAgain(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 3)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1, 2}, Users: []bot.UserID{"u1", "u2"}, Begun: c.clock.now(),
		Call: c.body("停水", "u1", "u2"),
	}}
	c.queue.rows[1].receipts[1] = bot.Receipt{State: "answered"}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2: 停水", "u3: 停水")
}

// A call that waited for others to end until the lease was over is another's.
func TestACallThatWaitedTooLongForOthersIsNotMade(t *testing.T) {
	c := newCasting(t)
	const more = 20
	for id := range int64(4) {
		c.chunk(id+1, id+1, 0, "第%d位,停水", 32+more/4)
	}
	var entered atomic.Int32
	full, free := make(chan struct{}), make(chan struct{})
	c.channels[0].Sender = gate(func(ctx context.Context, call []byte) platform.Result {
		if entered.Add(1) == 128 {
			close(full)
		}
		<-free
		return platform.Result{Verdict: platform.Done}
	})
	stop := c.cast()
	<-full
	c.clock.advance(time.Minute) // all leases are over
	go stop()                    // nobody takes over
	close(free)
	stop()
	if n := entered.Load(); n != 128 {
		t.Errorf("%d calls were made, %d of them late", n, n-128)
	}
}
