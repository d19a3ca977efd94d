package talk_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unionbot/unionbot/union/talk"
)

// A week's downtime takes a talk from nobody: whoever has it has all the time anew, once, and both sides read why.
func TestWhatWasDueWhileTheServiceWasAwayIsExcusedOnce(t *testing.T) {
	w := newWorld(t, 5)
	held := open(t, w, 1)
	w.now = held.DueAt.Add(7 * 24 * time.Hour)
	w.restart()
	for range 3 {
		w.sweep(t)
	}
	v, err := w.Of(t.Context(), 1)
	if err != nil || v.Talk.Holder != held.Talk.Holder || !v.DueAt.Equal(w.now.Add(30*time.Minute)) {
		t.Fatalf("a week later %d has it until %s, %v", v.Talk.Holder, v.DueAt, err)
	}
	told := 0
	for _, s := range w.post.sent {
		if strings.Contains(s.text, "delayed") {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d were told, not both once", told)
	}
	w.now = v.DueAt.Add(time.Second)
	w.sweep(t)
	if again, err := w.Of(t.Context(), 1); err != nil || again.Talk.Holder == held.Talk.Holder {
		t.Errorf("who was silent again still has it, %v", err)
	}
}

// A restart of a minute excuses nobody, nor does a clock that was moved on while the service ran.
func TestAShortBreakExcusesNobody(t *testing.T) {
	for name, away := range map[string]time.Duration{"restart": time.Minute, "clock": 60 * time.Minute} {
		w := newWorld(t, 5)
		held := open(t, w, 1)
		w.now = held.DueAt.Add(-time.Second)
		w.sweep(t)
		w.now = held.DueAt.Add(away)
		if name == "restart" {
			w.restart()
		}
		w.sweep(t)
		if v, err := w.Of(t.Context(), 1); err != nil || v.State != talk.Held || v.Talk.Holder == held.Talk.Holder {
			t.Errorf("%s: it is still with %d, %v", name, v.Talk.Holder, err)
		}
	}
}

// What was asked before the service was away, and is due just after, was not there to be answered all the time it had. All replicas
// that come back know, whoever of them is the first.
func TestWhatIsDueJustAfterTheServiceWasAwayIsExcusedOnce(t *testing.T) {
	for name, pause := range map[string]func(*world){
		"restart": func(w *world) { w.restart() },
		"store":   func(w *world) { w.store.away = errors.New("away") },
		"second": func(w *world) {
			w.restart()
			w.sweep(t)
			w.restart()
		},
	} {
		w := newWorld(t, 5)
		held := open(t, w, 1)
		w.now = held.DueAt.Add(-time.Minute)
		if pause(w); w.store.away != nil {
			if _, err := w.Sweep(t.Context(), 100); err == nil {
				t.Fatal("a store that is away was looked at")
			}
			w.store.away = nil
		}
		w.sweep(t)
		w.now = held.DueAt.Add(time.Second)
		w.sweep(t)
		v, err := w.Of(t.Context(), 1)
		if err != nil || v.Talk.Holder != held.Talk.Holder || !v.DueAt.Equal(w.now.Add(30*time.Minute)) {
			t.Errorf("%s: %d has it until %s, %v", name, v.Talk.Holder, v.DueAt, err)
		}
		w.now = v.DueAt.Add(time.Second)
		w.sweep(t)
		if again, err := w.Of(t.Context(), 1); err != nil || again.Talk.Holder == held.Talk.Holder {
			t.Errorf("%s: who was silent again still has it, %v", name, err)
		}
	}
}

// The first start of what keeps when talks were looked at knows of no time at which nobody did.
func TestWhereNobodyEverLookedNobodyIsExcused(t *testing.T) {
	w := newWorld(t, 5)
	held := open(t, w, 1)
	w.now = held.DueAt.Add(-time.Minute) // what would be excused after a pause up to now
	w.store.pause = talk.Pause{}
	w.restart()
	w.sweep(t)
	w.now = held.DueAt.Add(time.Second)
	w.sweep(t)
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder == held.Talk.Holder {
		t.Errorf("it is still with %d, %v", v.Talk.Holder, err)
	}
}

// A process that stood still, and goes on as if nothing had been, was away like any other: unless another replica looked meanwhile.
func TestAProcessThatStoodStillWasAway(t *testing.T) {
	for name, excused := range map[string]bool{"alone": true, "another looked": false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, 5)
			held := open(t, w, 1)
			w.sweep(t)
			time.Sleep(25 * time.Minute)
			if w.now = held.DueAt.Add(time.Second); !excused {
				w.store.pause.Swept = w.now.Add(-time.Minute)
			}
			w.sweep(t)
			if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder == held.Talk.Holder != excused {
				t.Errorf("%s: it is with %d, %v", name, v.Talk.Holder, err)
			}
		})
	}
}
