package delivery_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/notice"
)

func TestANoticeGoesToWeComFirstAndElseToTheOfficialAccount(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		p.members[1] = []bot.Address{wecomUser("zhangwei"), follower("o1")}
		p.members[2] = []bot.Address{wecomUser("gone"), follower("o2")}
		p.members[3] = []bot.Address{follower("o3")}
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":"m"}`))
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"gone"}`))
		p.put(say("1", 1, "甲"))
		p.start()
		p.settled()
		p.put(say("2", 2, "乙"))
		p.settled()
		p.put(say("3", 3, "丙"), say("4", 4, "丁"))
		p.settled()
		p.wantSent(p.wecom, sendPath, "zhangwei: 甲", "gone: 乙")
		p.wantSent(p.oa, customPath, "o2: 乙", "o3: 丙")
		list := p.wantState(bot.ParcelFailed, "4")
		if len(list) == 1 && list[0].Cause != "unreachable" {
			t.Errorf("cause is %q", list[0].Cause)
		}
		p.wantState(bot.ParcelSent, "1", "2", "3")
	})
}

func TestSeveralProcessesDeliverEachRowOnceAndInOrder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		var want []string
		for i := range 20 {
			want = append(want, fmt.Sprintf("zhangwei: %02d", i))
			if err := p.outbox.PutOutgoing(t.Context(), wecomUser("zhangwei"), fmt.Sprint("m", i), []bot.Outgoing{{Text: fmt.Sprintf("%02d", i)}}); err != nil {
				t.Fatal(err)
			}
		}
		p.start()
		p.start()
		p.settled()
		p.wantSent(p.wecom, sendPath, want...)
	})
}

func TestACallWhoseFateIsUnknownIsRepeatedAsItWasOrHeld(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhangwei")}
	p.members[2] = []bot.Address{wecomUser("lifang")}
	greeting := say("greeting", 2, "生日快乐")
	greeting.Policy = notice.Hold

	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.put(say("answer", 1, "已受理"))
	p.start()
	p.eventually("the call has failed", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("it is repeated", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	if calls := p.wecom.Calls(); calls[0].Body != calls[1].Body {
		t.Errorf("the platform's duplicate check cannot see that these are one:\n%s\n%s", calls[0].Body, calls[1].Body)
	}

	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.put(greeting)
	p.eventually("the greeting has failed", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	p.wantState(bot.ParcelUncertain, "greeting")
	p.wantState(bot.ParcelSent, "answer")
}

func TestAHeldNoticeIsTriedAgainWhenItSurelyDidNotGoOut(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhangwei")}
	greeting := say("greeting", 1, "生日快乐")
	greeting.Policy = notice.Hold
	p.wecom.Answer(sendPath, platformtest.Errcode(-1))
	p.put(greeting)
	p.start()
	p.eventually("the platform was busy", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("it is tried again", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.wantState(bot.ParcelSent, "greeting")
}

func TestAFrequencyLimitStopsTheWholeChannelForAMinute(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1], p.members[2] = []bot.Address{wecomUser("a")}, []bot.Address{wecomUser("b")}
	p.wecom.Answer(sendPath, platformtest.Errcode(45009))
	p.put(say("1", 1, "一"))
	p.start()
	p.eventually("the limit is met", func() bool { return len(p.wecom.Calls()) == 1 })
	p.put(say("2", 2, "二"), say("3", 1, "三"))
	p.waiting(1) // "3", behind "1"
	p.clock.advance(50 * time.Second)
	p.deliverer.Wake()
	p.waiting(1)
	if n := len(p.wecom.Calls()); n != 1 {
		t.Fatalf("%d calls within the minute", n)
	}
	p.clock.advance(15 * time.Second)
	p.eventually("all are sent", func() bool { return len(p.wecom.Calls()) == 4 })
	p.settled()
	var toA []string
	for _, line := range texts(t, p.wecom, sendPath)[1:] {
		if strings.HasPrefix(line, "a:") {
			toA = append(toA, line)
		}
	}
	if fmt.Sprint(toA) != fmt.Sprint([]string{"a: 一", "a: 三"}) {
		t.Errorf("a got %q", toA)
	}
}

func TestNobodyGetsMoreThanThePlatformAllowsAndNothingIsLost(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	var wantParked []string
	for i := range 45 {
		n := say(fmt.Sprintf("n%02d", i), 1, fmt.Sprintf("第%02d条", i))
		if i%2 == 0 {
			n.Kind = notice.KindTask
		} else if i > 29 {
			wantParked = append(wantParked, n.Body.Text)
		}
		p.put(n)
	}
	p.start()
	p.settled()
	sent := texts(t, p.wecom, sendPath)
	if len(sent) != 30 {
		t.Fatalf("%d messages within a minute, want 30", len(sent))
	}
	if last := sent[29]; last != "lifang: 您有 16 条新消息,回复『待办』查看。" {
		t.Errorf("the last one says %q", last)
	}
	p.wantParked(wecomUser("lifang"), append([]string{"第29条"}, wantParked...)...)

	p.put(say("later", 1, "还有一条"))
	p.settled()
	if n := len(p.wecom.Calls()); n != 30 {
		t.Fatalf("the 31st message went out within the minute")
	}
	p.clock.advance(time.Minute)
	p.eventually("the next minute has come", func() bool { return len(p.wecom.Calls()) == 31 })
	p.settled()
}

func TestATextThatIsTooLongIsShortened(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{follower(storagetest.Unique("o"))}
	p.oa.Answer(customPath, platformtest.Errcode(45002))
	p.put(say("1", 1, strings.Repeat("长", 600)))
	p.start()
	p.settled()
	sent := texts(t, p.oa, customPath)
	if len(sent) != 2 || len(sent[1]) > 1000 || !strings.HasSuffix(sent[1], "长…") {
		t.Errorf("sent %d texts", len(sent))
	}
}

func TestAStopLetsTheRunningCallEndAndPutsTheRestBack(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhangwei")}
	arrived, release := make(chan struct{}), make(chan struct{})
	p.wecom.Answer(sendPath, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		platformtest.JSON(`{"errcode":0,"errmsg":"ok"}`)(w, r)
	})
	p.put(say("1", 1, "一"), say("2", 1, "二"))
	stop := p.start()
	<-arrived
	p.halt()
	close(release)
	stop()
	p.wantState(bot.ParcelSent, "1")
	p.start()
	p.settled()
	p.wantSent(p.wecom, sendPath, "zhangwei: 一", "zhangwei: 二")
}

func TestTheBellIsHeardByOtherProcessesAtOnce(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("zhangwei")}
	p.start()
	name := storagetest.Unique("outbox")
	ctx, cancel := context.WithCancel(t.Context())
	here := delivery.NewBell(turns.NewSignal(p.redis.Client(), name), nil, nil)
	there := delivery.NewBell(turns.NewSignal(p.redis.Client(), name), p.deliverer.Wake, nil)
	done := make(chan struct{}, 2)
	for _, bell := range []*delivery.Bell{here, there} {
		go func() {
			bell.Run(ctx)
			done <- struct{}{}
		}()
	}
	defer func() {
		cancel()
		<-done
		<-done
	}()
	p.outbox.OnPut(here.Ring)
	fast := 0
	for i := range 5 {
		began := time.Now()
		if err := p.outbox.Put(t.Context(), say(fmt.Sprint(i), 1, "好")); err != nil {
			t.Fatal(err)
		}
		p.eventually("it is delivered", func() bool { return len(p.wecom.Calls()) == i+1 })
		if time.Since(began) < 500*time.Millisecond {
			fast++
		}
	}
	if fast < 4 { // the look of every second alone would be as fast in half of the cases
		t.Errorf("%d of 5 were delivered at once", fast)
	}
}
