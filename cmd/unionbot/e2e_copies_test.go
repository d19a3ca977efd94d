package main

import (
	"cmp"
	"regexp"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

func testTwiceAtOnce(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve(), w.serve())
	w.platforms.SetFaults(simulator.Faults{Duplicate: "together"})

	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.filedOnce(zhangWei, liFang, number)
	card := w.hears(liFang, 0, number, "受理")
	tapped := w.tap(liFang, card, "受理")
	w.hears(liFang, tapped.ID, number+" 已记为受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+number, "决定受理")
	w.settled(liFang)
	w.ask(zhangWei, "进度", number, "受理")
	w.settled(zhangWei)
	if n := w.count(zhangWei, "谢谢您的建议"); n != 1 {
		t.Errorf("the author was thanked %d times:\n%s", n, w.phone(zhangWei))
	}
	w.sameAnswers(2)
}

// sameAnswers checks that every callback was delivered at least so often and got the same answer each time.
func (w *world) sameAnswers(atLeast int) {
	w.t.Helper()
	answers := map[string][]simulator.Record{}
	for _, r := range w.platforms.Records() {
		if r.Callback {
			answers[r.Request] = append(answers[r.Request], r)
		}
	}
	for request, records := range answers {
		if len(records) < atLeast {
			w.t.Errorf("delivered %d times: %s", len(records), request)
		}
		for _, r := range records[1:] {
			if said(r) != said(records[0]) {
				w.t.Errorf("two answers to %s:\n%s\n%s", request, cmp.Or(records[0].Problem, records[0].Response), cmp.Or(r.Problem, r.Response))
			}
		}
	}
}

var createTime = regexp.MustCompile(`<CreateTime>\d+</CreateTime>`)

// said is what an answer says, without the time at which it was written.
func said(r simulator.Record) string {
	return createTime.ReplaceAllString(r.Response, "") + r.Problem
}

func testLateCopies(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve(), w.serve())
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.hears(liFang, 0, number, "受理")
	said := w.chat(zhangWei)
	slices.Reverse(said)
	copies := 0
	for range 2 {
		for _, e := range said {
			if e.Side != simulator.Mine {
				continue
			}
			if err := w.platforms.Redeliver(zhangWei, e.ID); err != nil {
				t.Fatal(err)
			}
			copies++
		}
	}
	w.settled(zhangWei)
	if copies != 8 {
		t.Fatalf("%d copies were delivered", copies)
	}
	w.sameAnswers(1)
	w.filedOnce(zhangWei, liFang, number)

	// Said in one order, delivered in the other: each message has its effect once, and nothing is lost.
	w.platforms.SetFaults(simulator.Faults{Pause: true, Reverse: true})
	first, second := w.say(hanXue, "你好"), w.say(hanXue, "待办")
	w.platforms.SetFaults(simulator.Faults{Reverse: true, Duplicate: "after"})
	w.hears(hanXue, second.ID, "待办")
	w.settled(hanXue)
	for _, e := range w.chat(hanXue) {
		if e.Side == simulator.Mine && (e.State != simulator.Delivered || e.Copies != 1) {
			t.Errorf("%s was %s with %d copies", e.Text, e.State, e.Copies)
		}
	}
	if n := len(w.chat(hanXue)); n != 4 || first.ID > second.ID {
		t.Errorf("two messages had %d lines in all:\n%s", n, w.phone(hanXue))
	}
}
