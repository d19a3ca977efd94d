package delivery_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

const ringPath = "/cgi-bin/pstncc/call"

func ring(key string, to int64) notice.Notice {
	return notice.Notice{Key: key, Kind: notice.KindCall, Policy: notice.Hold, To: union.MemberID(to), Body: notice.Body{Text: "YH26-0001"}}
}

func rings(api *platformtest.API) (bodies []string) {
	for _, c := range api.Calls() {
		if c.Path == ringPath {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

func TestATelephoneRingsOnceBehindTheMessage(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		p.members[1], p.members[2] = []bot.Address{wecomUser("zhouqiang"), follower("o1")}, []bot.Address{follower("o2")}
		p.wecom.Answer(ringPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","states":[{"code":0,"callid":"c1","userid":"zhouqiang"}]}`))
		p.put(say("card", 1, "着火了"), ring("call", 1), ring("nobody", 2))
		p.start()
		p.settled()
		calls := p.wecom.Calls()
		if len(calls) != 2 || calls[0].Path != sendPath || calls[1].Path != ringPath || calls[1].Body != `{"callee_userid":["zhouqiang"]}` {
			t.Errorf("calls are %+v", calls)
		}
		p.wantState(bot.ParcelSent, "card", "call")
		if list := p.wantState(bot.ParcelFailed, "nobody"); len(list) == 1 && list[0].Cause != "unreachable: no telephone on this channel" {
			t.Errorf("cause is %q", list[0].Cause)
		}
	})
}

func TestATelephoneThatMayHaveRungIsNotRungAgain(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhouqiang")}
	p.wecom.Answer(ringPath, platformtest.Hangup)
	p.put(ring("call", 1))
	p.start()
	p.eventually("it rang", func() bool { return len(rings(p.wecom)) == 1 })
	p.settled()
	p.clock.advance(time.Minute)
	p.put(say("next", 1, "还没有人接单"))
	p.settled()
	p.wantState(bot.ParcelUncertain, "call")
	if n := len(rings(p.wecom)); n != 1 {
		t.Errorf("it rang %d times", n)
	}
}

func TestATelephoneThatCannotBeRungHoldsNothingUp(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhouqiang")}
	p.wecom.Answer(ringPath, platformtest.Errcode(45009)) // a frequency limit, which stops a whole channel of messages
	p.wecom.Answer(ringPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","states":[{"code":60111,"callid":"","userid":"zhouqiang"}]}`))
	p.put(ring("limited", 1), ring("refused", 1), say("after", 1, "着火了"))
	p.start()
	p.settled()
	p.wantSent(p.wecom, sendPath, "zhouqiang: 着火了")
	p.wantState(bot.ParcelFailed, "limited", "refused")
}

func TestATelephoneDoesNotRingTooLate(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhouqiang")}
	p.put(ring("call", 1))
	p.clock.advance(3 * time.Minute)
	p.start()
	p.settled()
	p.wantState(bot.ParcelFailed, "call")
	if n := len(rings(p.wecom)); n != 0 {
		t.Errorf("it rang %d times", n)
	}
}
