package delivery_test

import (
	"testing"
)

func TestAPausedBroadcastBeginsNoCall(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.stop[1] = true
	c.cast()
	c.eventually("the chunk was looked at", func() bool {
		c.queue.mu.Lock()
		defer c.queue.mu.Unlock()
		return len(c.queue.log) > 0 && c.queue.rows[1].Lease == ""
	})
	c.wantSent(c.wecom, sendPath)
	c.queue.mu.Lock()
	c.queue.stop[1] = false
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 sent, 2 sent")
}

func TestAPauseStopsCallsThatWereWrittenDownAndNotMade(t *testing.T) {
	c := newCasting(t)
	c.rate = 5
	c.chunk(1, 1, 0, "第%d位,停水", 20)
	c.cast()
	c.eventually("it has begun", func() bool { return len(c.wecom.Calls()) > 0 })
	c.queue.mu.Lock()
	c.queue.stop[1] = true
	c.queue.mu.Unlock()
	c.eventually("the chunk was put back", func() bool { return c.doubtful(1) == 0 })
	if n := len(c.wecom.Calls()); n > 8 {
		t.Errorf("%d of 20 calls were made", n)
	}
	c.queue.mu.Lock()
	c.queue.stop[1] = false
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	if n := len(c.wecom.Calls()); n != 20 {
		t.Errorf("%d calls for 20", n)
	}
}
