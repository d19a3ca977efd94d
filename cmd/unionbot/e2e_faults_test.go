package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// A filing takes a number, and then writes everything and commits in one packet: filing stands at its beginning, recording
// before its end.
const (
	counting  = "UPDATE numbers"
	filing    = "INSERT INTO cases"
	recording = "INSERT INTO handled (message, fence, state, reply"
)

func testKilledAfterCommit(t *testing.T, binary string) {
	w := newWorld(t, binary)
	first, second := w.serve(), w.serve()
	w.route(first)
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	middle := first.database.HoldUp(true, recording, "COMMIT")
	confirmed := w.say(zhangWei, "1")
	w.await(middle.Reached())
	w.route(second)
	card := w.hears(liFang, 0, "把车间门口的坑填平防滑倒", "受理") // the commit stands: another replica delivers
	first.kill()
	number := numberIn(t, w.hears(zhangWei, confirmed.ID, "收到,谢谢"))
	if !says(card, number) {
		t.Errorf("the author was told %s, the officer %s", number, shown(card))
	}
	w.filedOnce(zhangWei, liFang, number)
}

// What a turn writes is on its way when its process stands still: the successor has voided it, or does everything before
// it arrives, and either way there is one case.
func testStalledInTransaction(t *testing.T, binary string) {
	w := newWorld(t, binary)
	first, second := w.serve(), w.serve()
	w.route(first)
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	middle := first.database.HoldUp(false, recording)
	confirmed := w.say(zhangWei, "1")
	w.await(middle.Reached())
	first.signal(syscall.SIGSTOP)
	overtaking := second.database.HoldUp(true, recording)
	w.route(second)
	w.await(overtaking.Reached()) // committed, and nobody knows
	middle.Release()
	first.signal(syscall.SIGCONT)
	overtaking.Release()
	number := numberIn(t, w.hears(zhangWei, confirmed.ID, "收到,谢谢"))
	w.filedOnce(zhangWei, liFang, number)
	w.toldOnce(zhangWei)
}

// toldOnce checks that a person was told once that a suggestion has been filed.
func (w *world) toldOnce(person string) {
	w.t.Helper()
	w.settled(person)
	if n := w.count(person, "收到,谢谢"); n != 1 {
		w.t.Errorf("%s was told %d times:\n%s", person, n, w.phone(person))
	}
}

// await waits until a connection has come to where it is held up.
func (w *world) await(reached <-chan struct{}) {
	w.t.Helper()
	select {
	case <-reached:
	case <-time.After(patience):
		w.t.Fatalf("the statement was not reached; the author's phone shows:\n%s", w.phone(zhangWei))
	}
}

func (r *replica) signal(s syscall.Signal) {
	r.w.t.Helper()
	if err := r.command.Process.Signal(s); err != nil {
		r.w.t.Fatal(err)
	}
}

// soon is how quickly a person is told that something is away: a second, and what a busy machine may add to it. The
// program itself waits 0.85 s at most: 0.15 s before the turn and 0.7 s in it.
const soon = 1200 * time.Millisecond

// toldWithin checks how long the bot took to answer what a person said last.
func (w *world) toldWithin(limit time.Duration, person string) {
	w.t.Helper()
	w.settled(person)
	var took time.Duration
	for _, r := range w.platforms.Records() {
		if r.Callback && r.Person == person {
			took = time.Duration(r.TookMS) * time.Millisecond
		}
	}
	if took > limit {
		w.t.Errorf("%s was answered after %s", person, took)
	}
}

// testWordsSoon asks with a session and without one, on both platforms, while a store refuses or is silent.
func testWordsSoon(t *testing.T, binary string) {
	w := newWorld(t, binary)
	r := w.serve()
	w.route(r)
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	newcomers := crowd[1:]
	for _, store := range []*storagetest.Link{r.redis, r.database} {
		for _, goAway := range []func(){store.Cut, store.Swallow} {
			goAway()
			for _, each := range [][2]string{{zhangWei, "1"}, {newcomers[0], "提个建议,给更衣室装一面镜子"}, {wangQiang, "绑定"}} {
				w.ask(each[0], each[1], "系统暂时忙")
				w.toldWithin(soon, each[0])
			}
			w.ask(newcomers[0], "配电室着火了", "先保人", "系统暂时忙") // what keeps people safe is said all the same
			w.ask(wangQiang, "不想活了", "12356", "系统暂时忙")
			store.Mend()
			for answer := "系统暂时忙"; strings.HasPrefix(answer, "系统暂时忙"); { // it heals by itself
				answer = w.hears(newcomers[0], w.say(newcomers[0], "菜单").ID).Text
			}
			newcomers = newcomers[1:]
		}
	}
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	w.filedOnce(zhangWei, liFang, number)
}

func testRedisAway(t *testing.T, binary string) {
	w := newWorld(t, binary)
	r := w.serve()
	w.route(r)
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	w.fillIn(hanXue, "给更衣室装一面镜子")
	r.redis.Cut()
	w.ask(zhangWei, "1", "系统暂时忙")
	w.toldWithin(soon, zhangWei)
	confirmed := w.ask(hanXue, "提交", "您的确认已经收下")
	w.toldWithin(soon, hanXue)
	r.redis.Mend()
	back := time.Now()
	number := numberIn(t, w.hears(hanXue, confirmed.ID, "收到,谢谢"))
	if took := time.Since(back); took > 10*time.Second {
		t.Errorf("what was confirmed was filed %s after Redis came back", took)
	}
	w.ask(hanXue, "进度", number, "正在办理")
	w.ask(zhangWei, "继续", "请核对", "把车间门口的坑填平防滑倒")
	other := numberIn(t, w.ask(zhangWei, "1", "收到,谢谢"))
	w.ask(liFang, "待办", "您有 2 件待办", number, other)
}

// testSentinel has the master die under two forms: what is confirmed meanwhile is filed, and the other form goes on.
func testSentinel(t *testing.T, binary string) {
	address, master := storagetest.RedisSentinel(t)
	w := newWorldOn(t, binary, storagetest.MigratedURL(t), address)
	w.route(w.serve(), w.serve())
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	w.fillIn(hanXue, "给更衣室装一面镜子")
	master.Kill()
	confirmed := w.say(hanXue, "提交")
	number := numberIn(t, w.hears(hanXue, confirmed.ID, "收到,谢谢"))
	w.ask(hanXue, "进度", number, "正在办理")
	w.ask(zhangWei, "继续", "请核对", "把车间门口的坑填平防滑倒")
	other := numberIn(t, w.ask(zhangWei, "1", "收到,谢谢"))
	w.ask(liFang, "待办", "您有 2 件待办", number, other) // and nothing twice
}

func testDatabaseAway(t *testing.T, binary string) {
	w := newWorld(t, binary)
	r := w.serve()
	w.route(r)
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	r.database.Cut()
	w.ask(zhangWei, "提交", "系统暂时忙")
	w.toldWithin(soon, zhangWei)
	r.database.Mend()
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	w.filedOnce(zhangWei, liFang, number)
}

func testPlatformFails(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve())
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", Fail: 1, FailStatus: 503})
	first := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.hears(liFang, 0, first, "受理")
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", Fail: 1, FailCode: -1, DelayMS: 500})
	second := w.file(hanXue, "给更衣室装一面镜子")
	w.hears(liFang, 0, second, "受理")
	w.platforms.ExpireTokens()
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", LoseAnswers: 1})
	w.ask(liFang, "同意 "+first, first+" 已记为受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+first)
	w.platforms.SetFaults(simulator.Faults{})
	w.ask(liFang, "驳回 "+second+" 已经有了", second+" 已记为不受理")
	w.hears(hanXue, 0, "谢谢您的建议 "+second)
	for _, person := range []string{zhangWei, hanXue} {
		if n := w.count(person, "谢谢您的建议"); n != 1 {
			t.Errorf("%s was thanked %d times:\n%s", person, n, w.phone(person))
		}
	}
	for _, number := range []string{first, second} {
		card := w.hears(liFang, 0, number, "task_id")
		if n := w.count(liFang, card.Card.TaskID); n != 1 {
			t.Errorf("the officer has %d cards for %s:\n%s", n, number, w.phone(liFang))
		}
	}
}

// testDecidedUnheard has every call to the platform fail while an officer decides, asks once more and goes; the replica dies as well. Once
// the platform is back there is one result, of which everybody is told once, and who comes back reads what became of it.
func testDecidedUnheard(t *testing.T, binary string) {
	w := newWorld(t, binary)
	first := w.serve()
	w.route(first)
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	card := w.hears(liFang, 0, number, "受理")
	w.platforms.SetFaults(simulator.Faults{FailShare: 1, FailStatus: 503})
	w.ask(liFang, "不受理 "+number+" 下月统一修", number+" 已记为不受理") // in the callback's own answer
	w.ask(liFang, "受理 "+number, number+" 已于", "不受理")
	if n := w.count(zhangWei, "谢谢您的建议"); n != 0 {
		t.Errorf("the author heard of it %d times while nothing could be sent", n)
	}
	first.kill()
	w.route(w.serve())
	w.platforms.SetFaults(simulator.Faults{})
	w.hears(zhangWei, 0, "谢谢您的建议 "+number, "下月统一修")
	w.ask(liFang, "受理 "+number, number+" 已于", "不受理")
	w.ask(zhangWei, "进度 "+number, "未受理")
	if n := w.count(zhangWei, "谢谢您的建议 "+number); n != 1 {
		t.Errorf("the author was told %d times:\n%s", n, w.phone(zhangWei))
	}
	if n := w.count(liFang, number+" 已记为"); n != 1 {
		t.Errorf("the officer was told %d times that it counts:\n%s", n, w.phone(liFang))
	}
	if n := w.count(liFang, card.Card.TaskID); n != 1 {
		t.Errorf("the officer has %d cards:\n%s", n, w.phone(liFang))
	}
}

// crowd are workers of one branch, so that one officer has a card for each.
var crowd = []string{
	"wecom:zhangwei", "wecom:liudayong", "wecom:huangzhigang", "wecom:xujianping", "wecom:ayiguli", "wecom:madefu",
	"wecom:hanxue", "wecom:fengyongqiang", "wecom:caoming", "wecom:denglijuan", "wecom:pengtao", "wecom:dinghaibo",
}

func testStopUnderLoad(t *testing.T, binary string) {
	w := newWorld(t, binary)
	first, second := w.serve(), w.serve()
	w.route(first, second)
	for _, turn := range [][2]string{
		{"提个建议,给更衣室装一面镜子", "现在是什么情况"}, {"现在没有镜子", "做好了会有什么效果"}, {"跳过", "请核对"},
	} {
		for _, person := range crowd {
			w.say(person, turn[0])
		}
		for _, person := range crowd {
			w.hears(person, 0, turn[1])
		}
	}
	w.route(first)
	for _, person := range crowd {
		w.say(person, "提交")
	}
	w.hears(crowd[0], 0, "收到,谢谢")
	first.stop()
	w.route(second)
	numbers := map[string]bool{}
	for _, person := range crowd {
		numbers[numberIn(t, w.hears(person, 0, "收到,谢谢"))] = true
		w.toldOnce(person)
	}
	if len(numbers) != len(crowd) {
		t.Errorf("%d people have %d numbers", len(crowd), len(numbers))
	}
	for number := range numbers {
		w.hears(liFang, 0, number, "受理")
	}
}
