package talk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/standin"
	"github.com/unionbot/unionbot/union/talk"
)

func TestTheLeastBurdenedOfTheNearestGetsATalkAndNobodyMoreThanTheMost(t *testing.T) {
	w := newWorld(t, 1)
	if o := open(t, w, 1); o.State != talk.Held || o.Talk.Holder != 11 {
		t.Errorf("the first went to %+v", o.Talk)
	}
	if o := open(t, w, 3); o.State != talk.Held || o.Talk.Holder != 12 {
		t.Errorf("the second went to %+v", o.Talk)
	}
	third, fourth := open(t, w, 5), open(t, w, 7)
	if third.State != talk.Waiting || third.Queue != 2 || fourth.Ahead != 1 {
		t.Errorf("the third is %+v, the fourth has %d ahead", third.Talk, fourth.Ahead)
	}
	held, err := w.Held(t.Context(), 11)
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	if _, err := w.End(t.Context(), 11, held[0].ID, false); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 5); err != nil || v.Talk.Holder != 11 {
		t.Errorf("the free place went to nobody: %+v, %v", v.Talk, err)
	}
	if v, err := w.Of(t.Context(), 7); err != nil || v.State != talk.Waiting || v.Ahead != 0 {
		t.Errorf("the fourth is %+v, %v", v.Talk, err)
	}
}

func TestATalkThatNobodyAnswersGoesToTheNextAndThenOneLevelUp(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 1)
	for _, want := range []union.MemberID{12, 14, 14} {
		w.now = w.now.Add(31 * time.Minute)
		if _, err := w.Sweep(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != want {
			t.Errorf("holds it %d, %v; want %d", v.Talk.Holder, err, want)
		}
	}
	if got := w.post.sent[len(w.post.sent)-1]; got != (sent{14, "<1>overdue"}) {
		t.Errorf("last said was %+v", got)
	}
}

func TestNothingMovesWhileTheMemberIsWaitedForOrAtNight(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Text: "hi"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(4 * time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 11 {
		t.Errorf("it moved to %d, %v", v.Talk.Holder, err)
	}
	w.now = time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC) // 17:20
	if _, err := w.Hear(t.Context(), 1, union.Identity{}, talk.Word{Text: "and?"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(8 * time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 11 {
		t.Errorf("at night it moved to %d, %v", v.Talk.Holder, err)
	}
}

func TestAnOfficerWhoHasLeftHoldsNothing(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 2)
	w.left[13] = true
	w.now = w.now.Add(time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 2); err != nil || v.Talk.Holder != 14 {
		t.Errorf("holds it %d, %v", v.Talk.Holder, err)
	}
}

func TestWhoIsAwayGetsNoTalkAndWhoStandsInDoes(t *testing.T) {
	w := newWorld(t, 5)
	today := calendar.Date{Year: 2026, Month: 11, Day: 23}
	w.away = []standin.Standin{
		{ID: 1, Absent: 13, By: 7, From: today, To: today, State: standin.Accepted},
		{ID: 2, Absent: 14, By: 2, From: today, To: today, State: standin.Accepted},
	}
	o := open(t, w, 2)
	if o.Talk.Holder != 7 {
		t.Errorf("it went to %d", o.Talk.Holder)
	}
	w.now = w.now.Add(31 * time.Minute)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 2); err != nil || v.Talk.Holder != 7 { // nobody talks with themselves
		t.Errorf("it went to %d, %v", v.Talk.Holder, err)
	}
}

func TestFiguresCountFromTheWishInWorkingTime(t *testing.T) {
	w := newWorld(t, 5)
	w.now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // Sunday evening
	first, second := open(t, w, 1), open(t, w, 3)
	open(t, w, 5)
	w.now = time.Date(2026, 11, 23, 0, 50, 0, 0, time.UTC) // 8:50
	for _, o := range []talk.Opened{first, second} {
		if _, err := w.Answer(t.Context(), o.Talk.Holder, o.ID, talk.Word{Text: "hi"}); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(20 * time.Minute)
	}
	for _, wait := range []time.Duration{60 * time.Minute, 61 * time.Minute} { // the time for a further answer is an hour
		if _, err := w.Hear(t.Context(), 1, union.Identity{}, talk.Word{Text: "and"}); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(wait)
		if _, err := w.Answer(t.Context(), first.Talk.Holder, first.ID, talk.Word{Text: "so"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Answer(t.Context(), first.Talk.Holder, first.ID, talk.Word{Text: "nobody waits for this"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Leave(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.SoSo); err != nil {
		t.Fatal(err)
	}
	f, err := w.Figures(t.Context(), 11, "")
	want := talk.Figures{Begun: 3, Held: 2, Answered: 2, InTime: 1, Median: 40 * time.Minute, Asked: 1, SoSo: 1, Nexts: 2, NextsInTime: 1, Since: f.Since}
	if err != nil || fmt.Sprint(f) != fmt.Sprint(want) {
		t.Errorf("the figures are %+v, %v", f, err)
	}
	if _, err := w.Figures(t.Context(), 1, ""); err == nil {
		t.Error("a member without an office counts")
	}
}

func TestWhoWasNotContentGetsSomebodyElse(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Text: "no"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Leave(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.Discontent); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.Content); err == nil {
		t.Error("rated twice")
	}
	if again := open(t, w, 1); again.Talk.Holder != 12 {
		t.Errorf("went to %d again", again.Talk.Holder)
	}
}
