package delivery_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestTheSameTextIsOneCallAndWhoIsInvalidIsUnreachable(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"u2"}`))
	c.chunk(1, 1, 0, "停水", 3)
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2|u3: 停水")
	c.wantStates(1, "1 sent, 2 unreachable: invaliduser, 3 sent")
}

func TestOnTheOfficialAccountNothingIsSentTwiceAndAClosedWindowParks(t *testing.T) {
	c := newCasting(t)
	who := c.channels[1].ID
	c.chunk(1, 1, 1, "停水", 3)
	for i := range c.queue.rows[1].To {
		c.queue.rows[1].To[i].At.User = bot.UserID(storagetest.Unique("o"))
	}
	to := c.queue.rows[1].To
	if err := c.windows.Heard(t.Context(), bot.Address{Channel: who, User: to[0].At.User}, bot.KindText, c.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := c.windows.Shut(t.Context(), to[1].At); err != nil {
		t.Fatal(err)
	}
	// The third is not known: the platform decides, and says no. The first is asked for first.
	c.oa.Answer(customPath, platformtest.Hangup)
	c.oa.Answer(customPath, platformtest.Errcode(45015))
	c.rate = 2 // one after the other
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	if got := c.queue.states(1); !strings.HasPrefix(got, "1 uncertain: no answer") || !strings.HasSuffix(got, ", 2 parked, 3 parked") {
		t.Errorf("the receipts are %s", got)
	}
	c.wantParked(to[1].At, "停水")
	c.wantParked(to[2].At, "停水")
	if n := len(c.oa.Calls()); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

func TestUrgentOnesGoFirstAndTheOthersInTurn(t *testing.T) {
	c := newCasting(t)
	for chunk := range int64(4) {
		c.chunk(chunk+1, 1, 0, "一", 1)
		c.chunk(chunk+11, 2, 0, "二", 1)
	}
	for chunk := range int64(2) {
		c.chunk(chunk+21, 3, 0, "急", 1)
	}
	c.queue.urgent = []int64{3}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	order := strings.Join(c.queue.log, " ")
	if !strings.HasPrefix(order, "TZ26-0003 TZ26-0003 ") || strings.Contains(order, "TZ26-0001 TZ26-0001 TZ26-0001") || strings.Contains(order, "TZ26-0002 TZ26-0002 TZ26-0002") {
		t.Errorf("claimed in the order %s", order)
	}
}
