package delivery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/notice"
)

// ownPace is the pace of accounts that no other test has.
type ownPace struct {
	*turns.Throttle
	test string
}

func (o ownPace) Reserve(ctx context.Context, channel bot.ChannelID, lane string, perSecond float64, want int) (int, time.Duration, time.Duration, error) {
	return o.Throttle.Reserve(ctx, bot.ChannelID(o.test)+channel, lane, perSecond, want)
}

func (o ownPace) Slow(ctx context.Context, channel bot.ChannelID, lane string, rest time.Duration) (bool, error) {
	return o.Throttle.Slow(ctx, bot.ChannelID(o.test)+channel, lane, rest)
}

func paced(t *testing.T, rate float64) (*post, ownPace) {
	t.Helper()
	p := newPost(t, storagetest.SQLite(t))
	own := ownPace{turns.NewThrottle(p.redis.Client()), storagetest.Unique("t")}
	p.throttle, p.rate = own, rate
	return p, own
}

func greet(key string, to int64) notice.Notice {
	n := say(key, to, "生日快乐")
	n.Kind, n.Policy = notice.KindGreeting, notice.Hold
	return n
}

func TestAnAlarmWaitsForNoGreetingAlsoOfTheSamePerson(t *testing.T) {
	p, _ := paced(t, 0.5)
	for id := range int64(100) {
		p.members[id+1] = []bot.Address{wecomUser(fmt.Sprint("u", id+1))}
		p.put(greet(fmt.Sprint("g", id+1), id+1))
	}
	p.start()
	p.eventually("greetings have begun", func() bool { return len(p.wecom.Calls()) > 0 })
	p.put(say("alarm", 100, "钢丝绳快断了"))
	p.eventually("the alarm is sent", func() bool {
		return strings.Contains(fmt.Sprint(texts(t, p.wecom, sendPath)), "u100: 钢丝绳快断了")
	})
	if n := len(p.wecom.Calls()); n > 20 {
		t.Errorf("%d calls went before it", n-1)
	}
}

func TestAFrequencyLimitHoldsGreetingsOnEveryReplicaAndLetsTheUrgentGoOn(t *testing.T) {
	p, _ := paced(t, 100)
	for id := range int64(3) {
		p.members[id+1] = []bot.Address{wecomUser(fmt.Sprint("u", id+1))}
	}
	p.wecom.Answer(sendPath, platformtest.Errcode(45009))
	p.put(greet("first", 1))
	p.start()
	p.start() // another
	p.eventually("the limit is met", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.put(greet("second", 2), say("task", 3, "请处理"))
	p.settled() // the second greeting was put back, not sent
	p.wantSent(p.wecom, sendPath, "u1: 生日快乐", "u3: 请处理")
	p.wantState(bot.ParcelSent, "task")
}

func TestAnUrgentItemThatMeetsTheLimitHoldsTheOthersFirst(t *testing.T) {
	p, _ := paced(t, 100)
	p.members[1], p.members[2] = []bot.Address{wecomUser("u1")}, []bot.Address{wecomUser("u2")}
	p.wecom.Answer(sendPath, platformtest.Errcode(45009))
	p.put(say("task", 1, "请处理"))
	p.start()
	p.eventually("the limit is met", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.put(greet("greeting", 2))
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("the task is tried again", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.wantSent(p.wecom, sendPath, "u1: 请处理", "u1: 请处理")
	p.wantState(bot.ParcelSent, "task")
}

// resting is a pace at which all that is not urgent rests already.
type resting struct{ ownPace }

func (resting) Slow(context.Context, bot.ChannelID, string, time.Duration) (bool, error) {
	return false, nil
}

func TestAChannelThatComplainsOfTheUrgentAloneRestsAsAWhole(t *testing.T) {
	p, own := paced(t, 100)
	p.throttle = resting{own}
	p.members[1], p.members[2] = []bot.Address{wecomUser("u1")}, []bot.Address{wecomUser("u2")}
	p.wecom.Answer(sendPath, platformtest.Errcode(45009))
	p.put(say("task", 1, "请处理"))
	p.start()
	p.eventually("the limit is met", func() bool { return len(p.wecom.Calls()) == 1 })
	p.put(say("other", 2, "又一件"))
	p.settled()
	p.clock.advance(5 * time.Second)
	p.deliverer.Wake()
	p.settled()
	p.wantSent(p.wecom, sendPath, "u1: 请处理")
}

func TestAShutWindowParksAGreetingWithoutATurn(t *testing.T) {
	p, _ := paced(t, 0.01)
	p.channels[1].Template = nil
	for id := range int64(3) {
		who := follower(storagetest.Unique("o"))
		p.members[id+1] = []bot.Address{who}
		if err := p.windows.Shut(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		p.put(greet(fmt.Sprint("g", id+1), id+1))
	}
	p.start()
	p.settled()
	p.wantState(bot.ParcelParked, "g1", "g2", "g3")
}
