package delivery_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
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
