package talk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// Whatever happens in whatever order, each open talk has one holder or waits in one queue, nobody has more than the most or
// talks with themselves, and no word reaches anybody who is not of its talk.
func TestEachTalkIsInOnePlaceAndNoWordGoesAstray(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		most := rapid.IntRange(1, 3).Draw(r, "most")
		w := newWorld(r, most)
		// Officers talk too.
		all := append(slices.Clone(workers), officers...)
		for step := range rapid.IntRange(1, 60).Draw(r, "steps") {
			w.happens(r, step, all)
			w.holds(r, most)
		}
	})
}

// happens does one thing.
func (w *world) happens(r *rapid.T, step int, all []union.MemberID) {
	ctx := context.Background()
	who := rapid.SampledFrom(all).Draw(r, "who")
	officer := rapid.SampledFrom(officers).Draw(r, "officer")
	held, err := w.Held(ctx, officer)
	if err != nil {
		r.Fatal(err)
	}
	id := talk.ID(rapid.Int64Range(1, w.lastID+1).Draw(r, "any id")) // also what is not theirs
	if len(held) > 0 && rapid.Bool().Draw(r, "own") {
		id = rapid.SampledFrom(held).Draw(r, "talk").ID
	}
	text := fmt.Sprintf("word%d.", step)
	before := len(w.post.sent)
	owner := w.store.talks[id]
	switch rapid.IntRange(0, 9).Draw(r, "what") {
	case 0, 1:
		_, _ = w.Open(ctx, talk.Opening{Worker: who, Said: []string{text}})
	case 2, 3:
		_, err = w.Hear(ctx, who, union.Identity{}, talk.Word{Text: text})
		if err == nil {
			w.reached(r, before, text, w.holderOf(who))
		}
	case 4, 5:
		_, err = w.Answer(ctx, officer, id, talk.Word{Text: text})
		if (err == nil) != (owner.Holder == officer && !w.left[officer]) {
			r.Fatalf("answering %+v as %d: %v", owner, officer, err)
		}
		if err == nil {
			w.reached(r, before, text, owner.Worker)
		}
	case 6:
		_, _ = w.End(ctx, officer, id, false)
	case 7:
		_, _ = w.HandOver(ctx, officer, id, rapid.SampledFrom(all).Draw(r, "to"), "")
	case 8:
		_, _ = w.Leave(ctx, who)
	case 9:
		if rapid.IntRange(0, 9).Draw(r, "leaves") == 0 {
			w.left[officer] = true
		}
		w.now = w.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(r, "minutes")) * time.Minute)
		if _, err := w.Sweep(ctx, 100); err != nil {
			r.Fatal(err)
		}
	}
}

func (w *world) holderOf(worker union.MemberID) union.MemberID {
	t, err := w.store.OfWorker(context.Background(), worker)
	if err != nil {
		return 0
	}
	return t.Holder
}

// reached checks that a word went to one person, and to nobody where it waits.
func (w *world) reached(r *rapid.T, before int, text string, want union.MemberID) {
	for _, s := range w.post.sent[before:] {
		if strings.Contains(s.text, text) && s.to != want {
			r.Fatalf("%q went to %d, not %d", text, s.to, want)
		}
	}
}

// holds checks what is always true.
func (w *world) holds(r *rapid.T, most int) {
	open, load := map[union.MemberID]bool{}, map[union.MemberID]int{}
	for _, t := range w.store.talks {
		if !t.Open() {
			if t.Holder != 0 || t.Queue != 0 || !t.DueAt.IsZero() {
				r.Fatalf("an ended talk has something left: %+v", t)
			}
			continue
		}
		if open[t.Worker] {
			r.Fatalf("%d has two open talks", t.Worker)
		}
		open[t.Worker] = true
		if held, queued := t.State == talk.Held && t.Holder != 0, t.State == talk.Waiting && t.Queue != 0; held == queued || held && t.Queue != 0 || queued && t.Holder != 0 {
			r.Fatalf("is in no place, or in two: %+v", t)
		}
		if t.DueAt.IsZero() {
			r.Fatalf("could fall asleep: %+v", t)
		}
		if t.Holder == t.Worker {
			r.Fatalf("talks with themselves: %+v", t)
		}
		if t.Holder != 0 {
			load[t.Holder]++
		}
	}
	for who, n := range load {
		if n > most || open[who] {
			r.Fatalf("%d holds %d of %d, and has one open: %v", who, n, most, open[who])
		}
	}
	for _, s := range w.post.sent {
		owner := strings.TrimPrefix(strings.SplitN(s.text, ">", 2)[0], "<")
		toWorker := strings.Contains(s.text, ">answered") || strings.Contains(s.text, ">moved") || strings.Contains(s.text, ">ended") || strings.Contains(s.text, ">unanswered")
		if toWorker && fmt.Sprint(s.to) != owner || !toWorker && fmt.Sprint(s.to) == owner {
			r.Fatalf("%q went to %d", s.text, s.to)
		}
	}
}
