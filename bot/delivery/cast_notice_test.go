package delivery_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// meeting adds a chunk of a broadcast that is a meeting's, to followers whose windows are shut.
func (c *casting) meeting(n int, kind string) {
	c.t.Helper()
	c.channels[1].ID = bot.ChannelID(storagetest.Unique("officialaccount:"))
	c.chunk(1, 1, 1, "周五上午九点二楼开座谈会,请带工会证", n)
	row := c.queue.rows[1]
	row.Notice = kind
	for _, to := range row.To {
		if err := c.windows.Shut(c.t.Context(), to.At); err != nil {
			c.t.Fatal(err)
		}
	}
}

func TestWhoeverCannotBeWrittenToIsToldByANoticeThatSomethingWaits(t *testing.T) {
	c := newCasting(t)
	c.meeting(7, "meeting")
	if err := c.windows.Heard(t.Context(), c.queue.rows[1].To[2].At, bot.KindText, c.clock.now()); err != nil {
		t.Fatal(err)
	}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 announced, 2 announced, 3 sent, 4 announced, 5 announced, 6 announced, 7 announced")
	c.wantSent(c.oa, customPath, "u3: 周五上午九点二楼开座谈会,请带工会证")
	if n := len(c.calls(templatePath)); n != 6 {
		t.Errorf("%d notices went out, want 6", n)
	}
	c.wantParked(c.queue.rows[1].To[0].At, "周五上午九点二楼开座谈会,请带工会证")
}

// Redis was emptied, so that only the platform knows that the window is shut.
func TestWhomThePlatformKnowsToBeOutOfReachIsToldByANotice(t *testing.T) {
	c := newCasting(t)
	c.channels[1].ID = bot.ChannelID(storagetest.Unique("officialaccount:"))
	c.chunk(1, 1, 1, "周五上午九点二楼开座谈会,请带工会证", 2)
	c.queue.rows[1].Notice = "meeting"
	c.oa.Answer(customPath, platformtest.Errcode(45015))
	c.oa.Answer(customPath, platformtest.Errcode(45015))
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 announced, 2 announced")
}

// What a notice tells of waits for the next word, whatever the platform says of the notice. Of whom it calls out of reach the settlement
// takes it back.
func TestANoticeThatIsRefusedCostsOnlyTheNotice(t *testing.T) {
	for name, each := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"no such template": {platformtest.Errcode(40037), "parked: notice: "},
		"refused":          {platformtest.Errcode(43101), "parked: notice: "},
		"a field too long": {platformtest.Errcode(47003), "parked: notice: "},
		"follows no more":  {platformtest.Errcode(43004), "unreachable: "},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCasting(t)
			c.oa.Answer(templatePath, each.answer)
			c.meeting(1, "meeting")
			c.cast()
			c.eventually("all is settled", c.queue.finished)
			if got := c.queue.states(1); !strings.HasPrefix(got, "1 "+each.want) {
				t.Errorf("the receipt is %s, want %s…", got, each.want)
			}
			c.wantParked(c.queue.rows[1].To[0].At, "周五上午九点二楼开座谈会,请带工会证")
		})
	}
}

func TestANoticeBeyondTheDaysLimitWaitsAndIsNotLost(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(templatePath, platformtest.Errcode(45009))
	c.meeting(1, "meeting")
	c.cast()
	c.eventually("the chunk was put back", func() bool { return len(c.calls(templatePath)) == 1 && c.doubtful(1) == 0 })
	c.wantStates(1, "1 ")
	for face, rests := range map[string]bool{"template": true, "": false} { // messages have a limit of their own
		if got, _, _, err := c.throttle.Reserve(t.Context(), c.channels[1].ID, face, 1000, 1); err != nil || (got == 0) != rests {
			t.Errorf("of the interface %q may go %d, %v", face, got, err)
		}
	}
}

// A call of which nobody knows what came is made again to the byte, for as long as the platform drops the double.
func TestANoticeThatIsNotAnsweredIsTriedAgainWithTheSameID(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(templatePath, platformtest.Hangup)
	c.meeting(1, "meeting")
	c.cast()
	c.eventually("nobody knows", func() bool { return c.doubtful(1) == 1 })
	c.oa.Answer(templatePath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":1}`))
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 announced")
	if id := c.queue.rows[1].receipts[1].Notice; id != "1" {
		t.Errorf("the platform calls the notice %q", id)
	}
	if calls := c.calls(templatePath); len(calls) != 2 || calls[0] != calls[1] {
		t.Errorf("the calls are %q", calls)
	}
}

// A subscription notice has no id, so that nobody may try it again.
func TestASubscriptionNoticeThatIsNotAnsweredIsNotTriedAgain(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(subscribedPath, platformtest.Hangup)
	c.meeting(1, "activity")
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	if got := c.queue.states(1); !strings.HasPrefix(got, "1 parked: notice: ") {
		t.Errorf("the receipt is %s", got)
	}
	if n := len(c.calls(subscribedPath)); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestANoticeOfAKindWithoutTemplateIsNone(t *testing.T) {
	c := newCasting(t)
	c.meeting(1, "result")
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 parked")
}

// calls are the bodies of an interface's calls.
func (c *casting) calls(path string) (bodies []string) {
	for _, call := range c.oa.Calls() {
		if call.Path == path {
			bodies = append(bodies, call.Body)
		}
	}
	return bodies
}

// Of seven only the last may be written to. Neither the day's limit of notices nor an interface that was taken away keeps the text from
// them, and of the others those wait who are still to be told.
func TestNoticesThatCannotBeMadeKeepNobodyElseWaiting(t *testing.T) {
	for name, each := range map[string]struct {
		code int
		want string
	}{
		"the day's limit": {45009, "^1 , 2 , 3 , 4 , 5 , 6 , 7 sent$"},
		"taken away":      {48001, "^(\\d parked: notice: [^,]*48001[^,]*, ){6}7 sent$"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCasting(t)
			for range 5 { // as many as begin together
				c.oa.Answer(templatePath, platformtest.Errcode(each.code))
			}
			c.meeting(7, "meeting")
			row := c.queue.rows[1]
			if err := c.windows.Heard(t.Context(), row.To[6].At, bot.KindText, c.clock.now()); err != nil {
				t.Fatal(err)
			}
			c.cast()
			want := regexp.MustCompile(each.want)
			c.eventually("whoever may be written to has it", func() bool { return want.MatchString(c.queue.states(1)) })
			for _, to := range row.To[:6] {
				c.wantParked(to.At, to.Text)
			}
			if n := len(c.calls(templatePath)); n > 5 {
				t.Errorf("%d notices were tried", n)
			}
		})
	}
}

// A pause is no end: whoever was to be told is told after it.
func TestAPauseWhileNoticesWaitForTheirTurnCostsNobodyTheNotice(t *testing.T) {
	c := newCasting(t)
	c.rate = 1
	c.meeting(5, "meeting")
	c.cast()
	c.eventually("it has begun", func() bool { return len(c.calls(templatePath)) > 0 })
	c.queue.mu.Lock()
	c.queue.stop[1] = true
	c.queue.mu.Unlock()
	c.eventually("the chunk was put back", func() bool { return c.doubtful(1) == 0 })
	if n := len(c.calls(templatePath)); n == 5 {
		t.Fatal("all were told before the pause")
	}
	c.queue.mu.Lock()
	c.queue.stop[1] = false
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 announced, 2 announced, 3 announced, 4 announced, 5 announced")
}

// Whoever calls a meeting off wants nobody told of it any more, also where nobody knows whether they were.
func TestANoticeInDoubtIsNotTriedAgainOnceItsBroadcastHasStopped(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(templatePath, platformtest.Hangup)
	c.meeting(1, "meeting")
	c.cast()
	c.eventually("nobody knows", func() bool { return c.doubtful(1) == 1 })
	c.queue.mu.Lock()
	c.queue.stop[1] = true
	c.queue.mu.Unlock()
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 parked: nobody knows of the notice")
	if n := len(c.calls(templatePath)); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

// A wrong secret, or a proxy that is not on the list, passes: whoever is to be told is told once it has.
func TestAFaultOfTheConfigurationCostsNobodyTheNotice(t *testing.T) {
	for _, code := range []int{40001, 40013, 40125, 40164} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			c := newCasting(t)
			for range 4 { // a token of that kind is fetched anew once, so that a call is made twice
				c.oa.Answer(templatePath, platformtest.Errcode(code))
			}
			c.meeting(2, "meeting")
			c.castBy(restless{c.throttle})
			c.eventually("the chunk was put back", func() bool { return len(c.calls(templatePath)) > 0 && c.doubtful(1) == 0 })
			c.wantStates(1, "1 , 2 ")
			c.eventually("all is settled", c.onTurn)
			c.wantStates(1, "1 announced, 2 announced")
		})
	}
}

// One notice is not answered, and the other complains: the first is in doubt for as long as the platform finds doubles, whatever rests.
func TestANoticeInDoubtOutlivesTheRestOfItsInterface(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(templatePath, platformtest.Hangup)
	c.oa.Answer(templatePath, platformtest.Errcode(45011))
	c.meeting(2, "meeting")
	c.castBy(restless{c.throttle})
	c.eventually("nobody knows of one", func() bool { return len(c.calls(templatePath)) == 2 && c.doubtful(1) == 1 })
	c.clock.advance(30 * time.Second) // its turn is come, and that of its interface is not
	c.eventually("all is settled", c.onTurn)
	c.wantStates(1, "1 announced, 2 announced")
}

// The rest of an interface and the turn of who waits for it end at one moment, however it is spread.
func TestWhoWaitsForAnInterfaceHasATurnWhenItsRestEnds(t *testing.T) {
	c := newCasting(t)
	var asked atomic.Int64
	c.jitter = func() float64 { return 1 / float64(asked.Add(1)) } // less each time
	c.oa.Answer(templatePath, platformtest.Hangup)
	c.oa.Answer(templatePath, platformtest.Errcode(45011))
	c.meeting(1, "meeting")
	c.castBy(restless{c.throttle})
	c.eventually("all is settled", c.onTurn)
	c.wantStates(1, "1 announced")
	if n := len(c.queue.unmade); n != 3 {
		t.Errorf("it was looked at %d times for three tries", n)
	}
}

// While notices rest, somebody speaks: the window is open before their turn has said what waits. Only one of the two says it.
func TestWhoeverSpeaksWhileNoticesRestReadsTheTextOnce(t *testing.T) {
	for name, each := range map[string]struct {
		turnFirst bool
		calls     int
	}{"the pass comes first": {false, 1}, "the turn comes first": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			c := newCasting(t)
			c.oa.Answer(templatePath, platformtest.Errcode(45009))
			c.meeting(1, "meeting")
			c.castBy(restless{c.throttle})
			to := c.queue.rows[1].To[0]
			c.eventually("the chunk was put back", func() bool { return len(c.calls(templatePath)) == 1 && c.doubtful(1) == 0 })
			c.wantParked(to.At, to.Text)
			if err := c.windows.Heard(t.Context(), to.At, bot.KindText, c.clock.now()); err != nil {
				t.Fatal(err)
			}
			if each.turnFirst {
				c.wantTold(to.At, to.Text)
			}
			c.eventually("all is settled", c.onTurn)
			c.wantStates(1, "1 sent")
			if n := len(c.calls(customPath)); n != each.calls {
				t.Errorf("it was sent %d times, want %d", n, each.calls)
			}
			c.wantParked(to.At)
		})
	}
}

// wantTold has a turn say what waits for somebody.
func (c *casting) wantTold(to bot.Address, want ...string) {
	c.t.Helper()
	id := bot.MessageID(storagetest.Unique("m"))
	_, work := storage.NewLedger(c.db, c.outbox, c.clock.now).Open(c.t.Context(), id, 1)
	defer work.Rollback()
	told, err := work.TakeParked(c.t.Context(), to)
	if err != nil || !slices.Equal(told, want) {
		c.t.Errorf("told are %q, %v", told, err)
	}
	if err := work.Commit(c.t.Context(), bot.Record{Message: id, Fence: 1, At: c.clock.now()}); err != nil {
		c.t.Error(err)
	}
}

// onTurn moves the clock on to the next turn of the chunk, and says whether all is settled.
func (c *casting) onTurn() bool {
	c.queue.mu.Lock()
	row := c.queue.rows[1]
	if wait := row.due.Sub(c.clock.now()); row.Lease == "" && wait > 0 {
		c.clock.advance(wait)
	}
	c.queue.mu.Unlock()
	return c.queue.finished()
}

// restless is a pace that no complaint lowers: Redis has a clock of its own, which no test moves on.
type restless struct{ *turns.Throttle }

func (restless) Slow(context.Context, bot.ChannelID, string, time.Duration) (bool, error) {
	return true, nil
}

// Nobody mends the configuration: after a day what waits to be told of waits for the next word, with the cause, so that the broadcast ends.
func TestAFaultOfTheConfigurationThatNobodyMendsHoldsNoBroadcastForEver(t *testing.T) {
	c := newCasting(t)
	for range 8 { // a call is made twice, with another token
		c.oa.Answer(templatePath, platformtest.Errcode(40164))
	}
	c.meeting(2, "meeting")
	c.castBy(restless{c.throttle})
	c.eventually("the chunk was put back", func() bool { return len(c.calls(templatePath)) > 0 && c.doubtful(1) == 0 })
	c.wantStates(1, "1 , 2 ")
	c.clock.advance(25 * time.Hour)
	c.eventually("all is settled", c.onTurn)
	if got := c.queue.states(1); !regexp.MustCompile(`^1 parked: notice: .*40164.*, 2 parked: notice: .*40164`).MatchString(got) {
		t.Errorf("the receipts are %s", got)
	}
	c.wantParked(c.queue.rows[1].To[0].At, "周五上午九点二楼开座谈会,请带工会证")
}
