package delivery_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestTheAccountThatComplainsRestsAndGoesSlowerAlone(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Errcode(45009))
	c.chunk(1, 1, 0, "停水", 2)
	c.cast()
	c.eventually("the platform has complained", func() bool { return len(c.wecom.Calls()) == 1 && c.doubtful(1) == 0 })
	got, wait, _, err := c.throttle.Reserve(t.Context(), c.channels[0].ID, "", 1000, 1)
	if err != nil || got != 0 || wait < 50*time.Second {
		t.Errorf("it may send %d after %s, %v", got, wait, err)
	}
	if got, _, _, err := c.throttle.Reserve(t.Context(), bot.ChannelID(storagetest.Unique("other:")), "", 1000, 1); err != nil || got != 1 {
		t.Errorf("another account may send %d, %v", got, err)
	}
	const why = ": /cgi-bin/message/send: errcode 45009: refused for a test" // they wait for that
	c.wantStates(1, "1 "+why+", 2 "+why)
}

// A day's persons are those who were written to: not whose call was put back, or refused for the account's sake.
func TestWhoWasNotWrittenToIsNotCounted(t *testing.T) {
	for name, each := range map[string]struct {
		answer http.HandlerFunc
		want   int
	}{
		"the account has to rest": {platformtest.Errcode(45009), 3},
		"the platform is busy":    {platformtest.Errcode(-1), 1},
		"nobody knows":            {platformtest.Hangup, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCasting(t)
			c.rate = 2 // one after the other
			c.wecom.Answer(sendPath, each.answer)
			c.chunk(1, 1, 0, "第%d位,停水", 3)
			stop := c.cast()
			c.eventually("it is settled", func() bool {
				c.queue.mu.Lock()
				defer c.queue.mu.Unlock()
				return len(c.queue.unmade) > 0
			})
			stop()
			if got := c.queue.unmade[0]; got != each.want {
				t.Errorf("%d are counted out, want %d", got, each.want)
			}
		})
	}
}

func TestReplicasShareTheRateAndNobodyGetsTwo(t *testing.T) {
	c := newCasting(t)
	c.rate = 50
	for id := range int64(3) {
		c.chunk(id+1, id+1, 0, "第%d位,停水", 10)
	}
	begun := time.Now()
	c.cast()
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	if took := time.Since(begun); took < 29*time.Second/50 {
		t.Errorf("30 calls at 50 a second took %s", took)
	}
	seen := map[string]int{}
	for _, call := range c.wecom.Calls() {
		var body struct {
			To string `json:"touser"`
		}
		if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
			t.Fatal(err)
		}
		seen[body.To]++
	}
	for user, n := range seen {
		if n != 3 {
			t.Errorf("%s got %d of 3", user, n)
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d people got something", len(seen))
	}
}

// reserving counts how often turns are taken.
type reserving struct {
	*turns.Throttle
	mu    sync.Mutex
	wants []int
}

func (r *reserving) Reserve(ctx context.Context, channel bot.ChannelID, lane string, perSecond float64, want int) (int, time.Duration, time.Duration, error) {
	r.mu.Lock()
	r.wants = append(r.wants, want)
	r.mu.Unlock()
	return r.Throttle.Reserve(ctx, channel, lane, perSecond, want)
}

// standing makes the process stand still within its first call.
type standing struct {
	delivery.Sender
	once  sync.Once
	still func()
}

func (s *standing) Send(ctx context.Context, call []byte) platform.Result {
	s.once.Do(s.still)
	return s.Sender.Send(ctx, call)
}

func TestTurnsThatWereMissedAreTakenAnew(t *testing.T) {
	c := newCasting(t)
	c.rate = 20
	c.chunk(1, 1, 0, "第%d位,停水", 10)
	c.channels[0].Sender = &standing{Sender: c.channels[0].Sender, still: func() { c.clock.advance(3 * time.Second) }}
	throttle := &reserving{Throttle: c.throttle}
	c.castBy(throttle)
	c.eventually("all is settled", c.queue.finished)
	throttle.mu.Lock()
	defer throttle.mu.Unlock()
	if len(throttle.wants) < 2 || throttle.wants[0] != 10 || throttle.wants[1] >= 10 {
		t.Errorf("turns were taken for %v", throttle.wants)
	}
}

func TestNoMoreAreWrittenToThanADayHasRoomFor(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 5)
	c.queue.rows[1].Room = 3
	c.queue.settled = func() { c.queue.rows[1].Room = 0 }
	c.cast()
	c.eventually("some are settled", func() bool { return c.queue.states(1) == "1 sent, 2 sent, 3 sent, 4 , 5 " })
	c.queue.mu.Lock()
	c.queue.rows[1].Room = -1 // tomorrow
	c.queue.settled = nil
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2|u3: 停水", "u4|u5: 停水")
}

// Who waits keeps nobody waiting, neither those of the chunk whose turn is still to come nor one who waits for less long.
func TestWhoWasWrittenToTooOftenWaitsAlone(t *testing.T) {
	c := newCasting(t)
	c.channels[0].Pace = delivery.WeComPace
	c.chunk(1, 1, 0, "停水", 6)
	c.queue.busy = map[int64]bot.Tries{1: {InHour: 995}, 2: {InMinute: 25}}
	c.queue.rows[1].Room = 1 // so that some are left
	c.queue.settled = func() {
		if c.queue.settled = nil; c.queue.rows[1].due.After(c.clock.now()) {
			t.Errorf("the others wait until %s", c.queue.rows[1].due)
		}
		c.queue.rows[1].Room = -1
	}
	c.cast()
	c.eventually("the others are settled", func() bool { return c.queue.states(1) == "1 , 2 , 3 sent, 4 sent, 5 sent, 6 sent" })
	c.queue.mu.Lock()
	c.queue.busy = map[int64]bot.Tries{1: {InHour: 995}}
	c.queue.mu.Unlock()
	c.clock.advance(15 * time.Second)
	c.eventually("one is settled", func() bool { return c.queue.states(1) == "1 , 2 sent, 3 sent, 4 sent, 5 sent, 6 sent" })
	c.queue.mu.Lock()
	wait := c.queue.rows[1].due.Sub(c.clock.now()).Round(5 * time.Second)
	c.queue.busy = nil
	c.queue.mu.Unlock()
	if wait != 5*time.Minute {
		t.Errorf("the last waits %s", wait)
	}
	c.clock.advance(5 * time.Minute)
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u3: 停水", "u4|u5|u6: 停水", "u2: 停水", "u1: 停水")
}

// Who has had nearly all that the platform lets through waits a quarter of a minute, or five minutes where it is the hour's; the
// others do not.
func TestWhoWasWrittenToTooOftenWaits(t *testing.T) {
	for name, each := range map[string]struct {
		tries bot.Tries
		wait  time.Duration
	}{
		"within a minute": {bot.Tries{InMinute: 25, InHour: 30}, 15 * time.Second},
		"within an hour":  {bot.Tries{InMinute: 1, InHour: 995}, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCasting(t)
			c.channels[0].Pace = delivery.WeComPace
			c.chunk(1, 1, 0, "停水", 3)
			c.queue.busy = map[int64]bot.Tries{2: each.tries}
			c.cast()
			c.eventually("some are settled", func() bool { return c.queue.states(1) == "1 sent, 2 , 3 sent" })
			c.queue.mu.Lock()
			most, wait := c.queue.most, c.queue.rows[1].due.Sub(c.clock.now()).Round(5*time.Second)
			c.queue.busy = nil
			c.queue.mu.Unlock()
			if most != (bot.Tries{InMinute: 25, InHour: 995}) || wait != each.wait {
				t.Errorf("beyond %+v one waits %s, want %s", most, wait, each.wait)
			}
			c.clock.advance(each.wait)
			c.eventually("all is settled", c.queue.finished)
			c.wantSent(c.wecom, sendPath, "u1|u3: 停水", "u2: 停水")
		})
	}
}
