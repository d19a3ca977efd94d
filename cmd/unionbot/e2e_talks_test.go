package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/calendar"
)

// seating is the first thing that is written where a talk goes to somebody else; what follows it on the same connection belongs to that.
const seating = "UPDATE talk_desks SET numbers"

// soonAnswered has talks of no topic be due after five minutes: whoever looks for what is due then was not away.
func soonAnswered(t *testing.T) (folder string) {
	t.Helper()
	shipped, err := fs.ReadFile(reference.Files, "talks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, general, found := strings.Cut(string(shipped), "- name: general")
	quick := strings.Replace(general, "first_minutes: 30", "first_minutes: 5", 1)
	if !found || quick == general {
		t.Fatalf("the general topic is %s", general)
	}
	folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "talks.yaml"), []byte(head+"- name: general"+quick), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// testTalkStruck kills and stops the worker in the middle of taking a talk from an officer who lets it lie. Another one comes, and the talk
// has gone on once: one officer has it, who reads it once, answers, and is read once.
func testTalkStruck(t *testing.T, binary string) {
	days, err := calendar.New(unionZone)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, binary)
	w.common = append(w.common, "UNIONBOT_REFERENCE_DIR="+soonAnswered(t))
	const chair = "wecom:zhengguohua"
	kill, stop := func(r *replica) { r.kill() }, func(r *replica) { r.signal(syscall.SIGSTOP) }
	morning := time.Now().In(unionZone)
	for i, p := range []struct {
		name     string
		answered bool
		words    []string
		strike   func(*replica)
	}{
		{"killed before its first word", false, []string{seating}, kill},
		{"killed after its first word", true, []string{seating}, kill},
		{"killed before it commits", false, []string{seating, "COMMIT"}, kill},
		{"killed when it has committed", true, []string{seating, "COMMIT"}, kill},
		{"stopped before its first word", false, []string{seating}, stop},
		{"stopped before it commits", false, []string{seating, "COMMIT"}, stop},
		{"stopped when it has committed", true, []string{seating, "COMMIT"}, stop},
	} {
		person, said := crowd[i], fmt.Sprintf("%d号宿舍漏水", i+1)
		day := days.AddWorkingDays(morning, 1).In(unionZone)
		morning = time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, unionZone)
		w.at(morning)
		desk := w.serve()
		w.route(desk)
		w.ask(person, "人工", "已转给 李芳")
		w.say(person, said)
		w.hears(liFang, 0, said)
		desk.stop()

		w.at(morning.Add(7 * time.Minute))
		var hold, second *storagetest.Hold
		victim := w.serveWith(func(r *replica) { hold = r.database.HoldUp(p.answered, p.words...) })
		w.await(hold.Reached())
		p.strike(victim)
		survivor := w.serveWith(func(r *replica) { second = r.database.HoldUp(false, seating) })
		w.route(survivor)
		if !victim.expected { // it only stands still, maybe with its rows locked: both are at it now
			if !p.answered {
				w.await(second.Reached())
			}
			hold.Release()
			victim.signal(syscall.SIGCONT)
		}
		second.Release()
		w.movedOnce(p.name, person, said, chair, i+1)
		if !victim.expected {
			victim.stop()
		}
		survivor.stop()
	}
}

// movedOnce checks that a talk has gone from 李芳 to the chair once, and that the chair's word in it arrives.
func (w *world) movedOnce(name, person, said, chair string, number int) {
	w.t.Helper()
	w.hears(person, 0, "已转给 郑国华")
	w.hears(chair, 0, said)
	w.hears(liFang, 0, fmt.Sprintf("【%d 号", number), "没有按时回")
	answer := fmt.Sprintf("马上派人去看%d号宿舍", number)
	w.ask(chair, fmt.Sprintf("%d %s", number, answer), "正在发")
	w.hears(person, 0, "郑国华(真人)", answer)
	w.settled(person)
	for _, one := range []struct {
		who   string
		words []string
	}{
		{person, []string{"已转给 郑国华"}}, {person, []string{answer}}, {chair, []string{said}},
		{chair, []string{fmt.Sprintf("【%d 号", number), "前面的同志没能回"}}, {liFang, []string{fmt.Sprintf("【%d 号", number), "没有按时回"}},
	} {
		if n := w.count(one.who, one.words...); n != 1 {
			w.t.Errorf("%s: %s reads %q %d times:\n%s", name, one.who, one.words, n, w.phone(one.who))
		}
	}
	if told := w.ask(liFang, "对话", "对话"); strings.Contains(told.Text, said) || !strings.Contains(told.Text, "没有") {
		w.t.Errorf("%s: who let it lie still has %s", name, told.Text)
	}
	if told := w.ask(chair, fmt.Sprintf("记录 %d", number), said); strings.Count(told.Text, "由 郑国华 接手") != 1 {
		w.t.Errorf("%s: on record is %s", name, told.Text)
	}
	w.ask(person, "结束", "对话已结束")
}
