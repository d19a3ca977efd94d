package delivery_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// hungUp greets somebody on a platform that finds doubles, and does not answer the first call.
func hungUp(t *testing.T) *post {
	t.Helper()
	p := newPost(t, storagetest.SQLite(t))
	p.channels[0].Dedupe = 25 * time.Minute
	p.outbox.FindDoubles(onWeCom, 25*time.Minute)
	p.members[1] = []bot.Address{wecomUser("zhangwei"), follower("o1")}
	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.put(greet("greeting", 1))
	p.start()
	p.eventually("the call has failed", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	return p
}

func TestAGreetingWithoutAnAnswerIsMadeAgainToTheByteWhereThePlatformFindsDoubles(t *testing.T) {
	p := hungUp(t)
	p.wecom.Answer(sendPath, platformtest.Errcode(-1)) // the second did not arrive, the first may have
	p.clock.advance(5 * time.Second)
	p.eventually("it is made again", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.clock.advance(10 * time.Second)
	p.eventually("it is made once more", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	calls := p.wecom.Calls()
	if calls[1].Body != calls[0].Body || calls[2].Body != calls[0].Body || !strings.Contains(calls[0].Body, `"enable_duplicate_check":1`) {
		t.Errorf("the platform cannot see that these are one: %v", calls)
	}
	p.wantState(bot.ParcelSent, "greeting")
}

func TestAGreetingThatIsRefusedAtTheSecondTryMayHaveArrivedAtTheFirst(t *testing.T) {
	p := hungUp(t)
	p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"zhangwei"}`))
	p.clock.advance(5 * time.Second)
	p.eventually("it is made again", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.wantState(bot.ParcelUncertain, "greeting")
	if n := len(p.oa.Calls()); n != 0 {
		t.Errorf("%d calls by the other account", n)
	}
}

// What had waited for long before its first try may have arrived by that.
func TestAGreetingWithoutAnAnswerIsNotGivenUpAsFailed(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.channels[0].Dedupe = 25 * time.Minute
	p.outbox.FindDoubles(onWeCom, 25*time.Minute)
	p.members[1] = []bot.Address{wecomUser("zhangwei")}
	p.put(greet("greeting", 1))
	p.clock.advance(73 * time.Hour)
	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.start()
	p.eventually("the call has failed", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.settled()
	p.wantState(bot.ParcelUncertain, "greeting")
}

func TestAGreetingWithoutAnAnswerStaysUncertainWhenThePlatformForgetsDoubles(t *testing.T) {
	p := hungUp(t)
	p.clock.advance(26 * time.Minute)
	p.settled()
	p.wantState(bot.ParcelUncertain, "greeting")
	if n := len(p.wecom.Calls()); n != 1 {
		t.Errorf("%d calls", n)
	}
}
