package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/calendar"
)

// claiming is the first thing that a move of the clocks writes; what follows it on the same connection belongs to the move.
const claiming = "UPDATE clocks SET moves"

// deciding is what a decision writes of its case.
const deciding = "version = version + 1 WHERE id"

// at lets the replicas that are started from then on live at a time.
func (w *world) at(moment time.Time) {
	w.common = append(w.common, "UNIONBOT_CLOCK_OFFSET=+"+time.Until(moment).Round(time.Minute).String())
}

// testLadderStruck kills and stops the worker in the middle of moving on a step that nobody decided. Another one comes, and the step has
// moved on once: one entry in its timeline, one word to its author.
func testLadderStruck(t *testing.T, binary string) {
	days, err := calendar.New(unionZone)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, binary)
	morning := func(day time.Time) time.Time {
		return days.NextDuty(time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, unionZone))
	}
	kill, stop := func(r *replica) { r.kill() }, func(r *replica) { r.signal(syscall.SIGSTOP) }
	filed := morning(time.Now().In(unionZone).AddDate(0, 0, 1))
	for i, p := range []struct {
		name     string
		answered bool
		words    []string
		strike   func(*replica)
	}{
		{"killed before its claim", false, []string{claiming}, kill},
		{"killed after its claim", true, []string{claiming}, kill},
		{"killed before it commits", false, []string{claiming, "COMMIT"}, kill},
		{"killed when it has committed", true, []string{claiming, "COMMIT"}, kill},
		{"stopped before its claim", false, []string{claiming}, stop},
		{"stopped before it commits", false, []string{claiming, "COMMIT"}, stop},
		{"stopped when it has committed", true, []string{claiming, "COMMIT"}, stop},
	} {
		person := crowd[i]
		w.at(filed)
		desk := w.serve()
		w.route(desk)
		number := w.file(person, fmt.Sprintf("给%d号更衣室装一面镜子", i+1))
		desk.stop()

		later := morning(filed.AddDate(0, 0, 14)) // the step's three days are over
		w.at(later)
		var hold *storagetest.Hold
		victim := w.serveWith(func(r *replica) { hold = r.database.HoldUp(p.answered, p.words...) })
		w.await(hold.Reached())
		p.strike(victim)
		var second *storagetest.Hold
		survivor := w.serveWith(func(r *replica) { second = r.database.HoldUp(false, claiming) })
		w.route(survivor)
		if !victim.expected { // it only stands still, maybe with its rows locked: both are at it now
			if !p.answered {
				w.await(second.Reached())
			}
			hold.Release()
			victim.signal(syscall.SIGCONT)
		}
		second.Release()
		w.hears(person, 0, number, "没在期限内答复")
		w.settled(person)
		if n := w.count(person, "没在期限内答复"); n != 1 {
			t.Errorf("%s: the author was told %d times:\n%s", p.name, n, w.phone(person))
		}
		if told := w.ask(person, "进度 "+number, "逾期转请"); strings.Count(told.Text, "逾期转请") != 1 {
			t.Errorf("%s: the timeline says %s", p.name, told.Text)
		}
		w.ask(person, "撤回 "+number, "要撤回")
		w.ask(person, "1", "已撤回")
		if !victim.expected {
			victim.stop()
		}
		survivor.stop()
		filed = morning(later.AddDate(0, 0, 1))
	}
}

// testDecidedAtOnce has an officer tap twice, and two officers decide on two replicas at the same moment: each case has one result, and
// who came second is told.
func testDecidedAtOnce(t *testing.T, binary string) {
	w := newWorld(t, binary)
	const mate = "wecom:cuikai"
	file := filepath.Join(t.TempDir(), "members.csv")
	row := "staff_no,name,organisation,roles\n" + staffNoOf(t, "cuikai") + ",崔凯,集团公司/一分厂,branch_chair\n"
	if err := os.WriteFile(file, []byte(row), 0o600); err != nil {
		t.Fatal(err)
	}
	w.command("members", "import", file)
	one, two := w.serve(), w.serve()
	w.route(one, two)

	first := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	card := w.hears(liFang, 0, first, "受理")
	tapped := w.tap(liFang, card, "受理")
	w.tap(liFang, card, "受理") // within one second the platform tells them apart by nothing, and they count as one
	w.hears(liFang, tapped.ID, first+" 已记为受理")
	w.ask(liFang, "同意 "+first, first, "由 李芳 记为受理", "不用再办了")
	w.resultOnce(zhangWei, first)

	second := w.file(hanXue, "给更衣室装一面镜子")
	w.hears(liFang, 0, second, "受理")
	w.hears(mate, 0, second, "受理")
	w.routeOf(liFang, one)
	w.routeOf(mate, two)
	mine, theirs := one.database.HoldUp(false, deciding), two.database.HoldUp(false, deciding)
	accepted, refused := w.say(liFang, "同意 "+second), w.say(mate, "驳回 "+second+" 更衣室要拆")
	w.await(mine.Reached())
	w.await(theirs.Reached())
	mine.Release()
	theirs.Release()
	yes, no := w.hears(liFang, accepted.ID, second), w.hears(mate, refused.ID, second)
	lost := 0
	for _, said := range []string{yes.Text, no.Text} {
		if strings.Contains(said, "由 李芳 记为受理") || strings.Contains(said, "由 崔凯 记为不受理") {
			lost++
		}
	}
	if lost != 1 || strings.Contains(yes.Text, "已记为受理") == strings.Contains(no.Text, "已记为不受理") {
		t.Errorf("one read %s, the other %s", yes.Text, no.Text)
	}
	w.resultOnce(hanXue, second)
}

// resultOnce checks that an author was told one result, and that the case has one.
func (w *world) resultOnce(author, number string) {
	w.t.Helper()
	w.hears(author, 0, "谢谢您的建议 "+number)
	w.settled(author)
	if n := w.count(author, "谢谢您的建议 "+number); n != 1 {
		w.t.Errorf("%s was told %d results:\n%s", author, n, w.phone(author))
	}
	told := w.ask(author, "进度 "+number, number, "\n· ").Text
	if n := strings.Count(told, "受理\n") + strings.Count(told, " 不受理:"); n > 1 || strings.Count(told, "· ") != 2 {
		w.t.Errorf("the timeline says %s", told)
	}
}

// testDecidedMeanwhile changes a service's file while an officer's decision is on its way: the case keeps the words and the steps with
// which it began, and the next one has the new.
func testDecidedMeanwhile(t *testing.T, binary string) {
	w := newWorld(t, binary)
	folder := t.TempDir()
	w.common = append(w.common, "UNIONBOT_SERVICES_DIR="+folder)
	r := w.serve()
	w.route(r)
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	card := w.hears(liFang, 0, number, "受理")
	middle := r.database.HoldUp(false, deciding)
	tapped := w.tap(liFang, card, "受理")
	w.await(middle.Reached())
	changed := suggestionWith(t, "谢谢您的{service} {number}《{title}》", "感谢您提的{service} {number}《{title}》", "word: {zh: 受理", "word: {zh: 采用")
	if err := os.WriteFile(filepath.Join(folder, "suggestion.yaml"), changed, 0o600); err != nil {
		t.Fatal(err)
	}
	r.log.await(t, r.ended, regexp.MustCompile(`"msg":"files are taken from the folder"`))
	middle.Release()
	w.hears(liFang, tapped.ID, number+" 已记为受理")
	w.resultOnce(zhangWei, number)

	other := w.file(hanXue, "给更衣室装一面镜子")
	w.tap(liFang, w.hears(liFang, 0, other, "采用"), "采用")
	w.hears(hanXue, 0, "感谢您提的建议 "+other)
}
