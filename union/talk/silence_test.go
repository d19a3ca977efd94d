package talk_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// queueing is a book of one topic, of what happens while nobody answers.
type queueing struct {
	book
	silence []reference.Silence
}

func (q queueing) Topics() []reference.Topic {
	return []reference.Topic{{Roles: []union.Role{union.BranchChair, union.Chair}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8, Silence: q.silence}}
}

func (q queueing) Topic(string) reference.Topic { return q.Topics()[0] }

// A talk that waits, and is to wait, does not climb; where it is to go up after that, it does.
func TestATalkThatIsToWaitDoesNotClimb(t *testing.T) {
	toQueue, up := reference.Silence{Do: reference.ToQueue}, reference.Silence{Do: reference.ToUpper}
	for _, c := range []struct {
		silence []reference.Silence
		climbs  bool
	}{{[]reference.Silence{toQueue}, false}, {[]reference.Silence{toQueue, up}, true}, {nil, true}} {
		w := newWorld(t, 1)
		w.deps.Book = queueing{silence: c.silence}
		w.restart()
		for _, worker := range []union.MemberID{1, 3, 5} {
			open(t, w, worker)
		}
		queue := func() talk.View {
			v, err := w.Of(t.Context(), 5)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if v := queue(); v.State != talk.Waiting {
			t.Fatalf("with both officers busy it is %s", v.State)
		}
		for _, worker := range []union.MemberID{1, 3} { // the officers answer, and keep their talks
			v, err := w.Of(t.Context(), worker)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Answer(t.Context(), v.Holder.ID, v.ID, talk.Word{Text: "在"}); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			w.now = queue().DueAt.Add(time.Second)
			w.sweep(t)
		}
		if v := queue(); (v.Talk.Holder == 14) != c.climbs || !c.climbs && v.State != talk.Waiting {
			t.Errorf("after %v it is %s, with %d", c.silence, v.State, v.Talk.Holder)
		}
	}
}

// What is told to be usual for an officer begins when the officer was given the talk, whoever let it lie before.
func TestWhatIsUsualBeginsWithWhoeverAnswers(t *testing.T) {
	w := newWorld(t, 20)
	w.noOffice[14] = true
	var last talk.Opened
	for worker := union.MemberID(101); worker < 121; worker += 2 {
		if last = open(t, w, worker); last.Talk.Holder == 12 { // who lets each lie
			w.now = last.DueAt.Add(time.Second)
			w.sweep(t)
		}
		w.now = w.now.Add(5 * time.Minute)
		v, err := w.Of(t.Context(), worker)
		if err != nil || v.Talk.Holder != 11 {
			t.Fatalf("it is with %d, %v", v.Talk.Holder, err)
		}
		if _, err := w.Answer(t.Context(), 11, v.ID, talk.Word{Text: "在"}); err != nil {
			t.Fatal(err)
		}
	}
	w.noOffice[12] = true
	if last = open(t, w, 121); last.Talk.Holder != 11 || last.Usual != 5*time.Minute {
		t.Errorf("%d mostly answers within %s", last.Talk.Holder, last.Usual)
	}
}
