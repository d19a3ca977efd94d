package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

func TestDuplicatesReachTheBotAndAreShownOnce(t *testing.T) {
	for _, how := range []string{"after", "together"} {
		t.Run(how, func(t *testing.T) {
			s := newStage(t, nil)
			s.sim.SetFaults(simulator.Faults{Duplicate: how})
			s.say(zhangwei, "你好")
			if heard := s.bot.all(); len(heard) != 2 || heard[0].Body != heard[1].Body {
				t.Errorf("heard %d deliveries", len(heard))
			}
			if entries := s.chat(zhangwei); len(entries) != 2 || entries[0].Copies != 1 {
				t.Errorf("the phone shows %+v", entries)
			}
		})
	}
}

func TestADuplicateWithAnotherAnswerIsFoundOut(t *testing.T) {
	s := newStage(t, nil)
	var n atomic.Int32
	s.bot.answers(func(w http.ResponseWriter, m inbound) {
		s.bot.say(w, m, fmt.Sprint(n.Add(1)))
	})
	e := s.say(zhangwei, "你好")
	if err := s.sim.Redeliver(zhangwei, e.ID); err != nil {
		t.Fatal(err)
	}
	s.settle(zhangwei)
	records := s.sim.Records()
	if last := records[len(records)-1]; !last.Copy || last.Problem != "与先前的回复不一样" {
		t.Errorf("the record is %+v", last)
	}
}

func TestADroppedAnswerIsATimeOutToThePlatform(t *testing.T) {
	s := newStage(t, nil)
	s.sim.SetFaults(simulator.Faults{DropAnswers: 2})
	s.say(zhangwei, "你好")
	if n := len(s.bot.all()); n != 3 {
		t.Errorf("delivered %d times, want 3", n)
	}
	if got := s.sim.Faults().DropAnswers; got != 0 {
		t.Errorf("%d answers are still to be dropped", got)
	}
}

func TestHeldCallbacksLeaveInEitherOrder(t *testing.T) {
	s := newStage(t, nil)
	s.sim.SetFaults(simulator.Faults{Pause: true, Reverse: true})
	for _, text := range []string{"一", "二"} {
		if _, err := s.sim.Act(simulator.Act{Person: zhangwei, Do: "say", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.bot.all()); n != 0 {
		t.Fatalf("%d callbacks left during the pause", n)
	}
	s.sim.SetFaults(simulator.Faults{Reverse: true})
	s.settle(zhangwei)
	if heard := s.bot.all(); heard[0].Content != "二" || heard[1].Content != "一" {
		t.Errorf("heard %s before %s", heard[0].Content, heard[1].Content)
	}
}

func TestCallsFailAsOftenAsAsked(t *testing.T) {
	s := newStage(t, nil)
	s.sim.SetFaults(simulator.Faults{Fail: 1, FailCode: 45009, Path: "message/send"})
	s.wants(s.wecom("message/send", textTo("zhangwei", "一")), 45009)
	s.wants(s.wecom("message/send", textTo("zhangwei", "一")), 0)

	s.sim.SetFaults(simulator.Faults{Fail: 1, FailStatus: http.StatusBadGateway})
	resp, err := http.Get(s.url + "/cgi-bin/gettoken")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	if resp.StatusCode != http.StatusBadGateway {
		t.Errorf("status %d, want 502", resp.StatusCode)
	}

	s.sim.SetFaults(simulator.Faults{LoseAnswers: 1, Path: "message/send"})
	accessToken := s.get("gettoken?corpid=" + corpID + "&corpsecret=app-secret").text("access_token")
	resp, err = http.Post(s.url+"/cgi-bin/message/send?access_token="+accessToken, "application/json", strings.NewReader(textTo("zhangwei", "二")))
	if err == nil {
		t.Error("the lost answer arrived:", resp.Body.Close())
	}
	if got := s.last(zhangwei).Text; got != "二" {
		t.Errorf("the call was not carried out: the phone shows %q", got)
	}
}

func TestTheClockMovesTokensAndTellsOthers(t *testing.T) {
	var told time.Duration
	s := newStage(t, func(c *simulator.Config) { c.Advance = func(d time.Duration) { told += d } })
	before := s.sim.Now()
	if err := s.sim.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if moved := s.sim.Now().Sub(before); moved < 48*time.Hour || told != 48*time.Hour {
		t.Errorf("moved %s, told %s", moved, told)
	}
	if s.sim.Advance(-time.Hour) == nil {
		t.Error("the clock went back")
	}
	s.say(zhangwei, "你好") // signed with the real time, or the echo bot's caller would be a replay to a real one
	m := s.bot.all()[0]
	if sent, err := time.ParseDuration(m.Query.Get("timestamp") + "s"); err != nil || time.Since(time.Unix(0, 0).Add(sent)) > time.Minute {
		t.Errorf("signed at %s", m.Query.Get("timestamp"))
	}
}

func TestSecretsAreMaskedInRecords(t *testing.T) {
	s := newStage(t, nil)
	s.wants(s.wecom("message/send", textTo("zhangwei", "一")), 0)
	s.wants(s.official("user/info?openid=o_wangqiang", ""), 0)
	for _, r := range s.sim.Records() {
		for _, secret := range []string{"app-secret", "account-secret", "TOKEN"} {
			if strings.Contains(r.Request+r.Response, secret) {
				t.Errorf("%s shows %s: %s %s", r.Title, secret, r.Request, r.Response)
			}
		}
	}
}

func TestSeveralCallbackAddressesTakeTurns(t *testing.T) {
	second := newEchoBot(t)
	s := newStage(t, func(c *simulator.Config) { c.WeCom.Callbacks = append(c.WeCom.Callbacks, second.URL+"/wecom") })
	for range 4 {
		s.say(zhangwei, "你好")
	}
	if a, b := len(s.bot.all()), len(second.all()); a != 2 || b != 2 {
		t.Errorf("the bots heard %d and %d messages", a, b)
	}
}

// The same seed strikes the same calls.
func TestFaultsFallByChance(t *testing.T) {
	const calls = 200
	struck := func(seed uint64) (line string) {
		s := newStage(t, nil)
		s.sim.SetFaults(simulator.Faults{FailShare: .1, FailCode: 45033, Seed: seed, Path: "message/send"})
		for i := range calls {
			switch got := s.wecom("message/send", textTo("zhangwei", fmt.Sprint(i))).number("errcode"); got {
			case 0:
				line += "."
			case 45033:
				line += "x"
			default:
				t.Fatalf("call %d: errcode %v", i, got)
			}
		}
		return line
	}
	first := struck(1)
	if n := strings.Count(first, "x"); n < calls/20 || n > calls/5 {
		t.Errorf("%d of %d calls failed", n, calls)
	}
	if again := struck(1); again != first {
		t.Errorf("with the same seed calls failed as\n%s\nand as\n%s", first, again)
	}
	if other := struck(2); other == first {
		t.Error("another seed strikes the same calls")
	}
}

// A caller that gives up does not know whether its call was carried out.
func TestCallsHang(t *testing.T) {
	s := newStage(t, nil)
	token := s.get("gettoken?corpid=" + corpID + "&corpsecret=app-secret").text("access_token")
	s.sim.SetFaults(simulator.Faults{HangShare: 1, Seed: 1, Path: "message/send"})
	const calls = 20
	for i := range calls {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/cgi-bin/message/send?access_token="+token, strings.NewReader(textTo("zhangwei", fmt.Sprint(i))))
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			t.Errorf("call %d was answered with %s", i, res.Status)
			_ = res.Body.Close()
		}
		cancel()
	}
	if n := len(s.chat(zhangwei)); n == 0 || n == calls {
		t.Errorf("%d of %d calls were carried out", n, calls)
	}
}
