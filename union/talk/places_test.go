package talk_test

import (
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/standin"
	"github.com/unionbot/unionbot/union/talk"
)

func sweep(t *testing.T, w *world) {
	t.Helper()
	if _, err := w.Sweep(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
}

func answer(t *testing.T, w *world, officer union.MemberID, o talk.Opened) {
	t.Helper()
	if _, err := w.Answer(t.Context(), officer, o.ID, talk.Word{Text: "hi"}); err != nil {
		t.Fatal(err)
	}
}

func TestWhereAllWhoMayTakeItTalkThemselvesNothingBegins(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 14) // with 13, who leaves then
	w.left[13] = true
	if _, err := w.Open(t.Context(), talk.Opening{Worker: 2, Said: []string{"hello"}}); !errors.Is(err, union.ErrNoOfficer) {
		t.Fatalf("somebody has it: %v", err)
	}
	if v, err := w.Of(t.Context(), 2); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("has a talk that nobody has: %+v, %v", v.Talk, err)
	}
}

func TestWhoseOfficeHasEndedHoldsNoTalk(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 2)
	answer(t, w, 13, o)
	w.noOffice[13] = true
	if _, err := w.Answer(t.Context(), 13, o.ID, talk.Word{Text: "late"}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("answered without an office: %v", err)
	}
	if _, err := w.Lines(t.Context(), 13, o.ID); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("reads on without an office: %v", err)
	}
	if held, err := w.Held(t.Context(), 13); err != nil || len(held) != 0 {
		t.Errorf("still lists %d, %v", len(held), err)
	}
	before := len(w.post.sent)
	if _, err := w.Hear(t.Context(), 2, union.Identity{}, talk.Word{Text: "private"}); err != nil {
		t.Fatal(err)
	}
	for _, s := range w.post.sent[before:] {
		if s.to == 13 && s.text != "<2>gone" {
			t.Errorf("was told %q", s.text)
		}
	}
	if v, err := w.Of(t.Context(), 2); err != nil || v.Talk.Holder != 14 {
		t.Errorf("is with %d, %v", v.Talk.Holder, err)
	}
}

func TestATalkThatNobodyMayHaveAnyMoreEndsAndSaysSo(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 2)
	w.noOffice[13], w.noOffice[14] = true, true
	before := len(w.post.sent)
	if _, err := w.Hear(t.Context(), 2, union.Identity{}, talk.Word{Text: "private"}); err != nil {
		t.Fatal(err)
	}
	if got := w.post.sent[before:]; len(got) != 1 || got[0] != (sent{2, "<2>ended orphaned"}) {
		t.Errorf("said %+v", got)
	}
}

func TestTheMemberWaitsSinceTheFirstWordThatNobodyAnswered(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 1)
	since := w.now
	w.now = w.now.Add(31 * time.Minute)
	sweep(t, w)
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 12 || !v.AskedAt.Equal(since) {
		t.Errorf("with %d waits since %v, %v", v.Talk.Holder, v.AskedAt, err)
	}
}

func TestATalkOfSomebodyWhoHasLeftEnds(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 2)
	w.left[2] = true
	before := len(w.post.sent)
	sweep(t, w)
	if v, err := w.Of(t.Context(), 2); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("it goes on: %+v, %v", v.Talk, err)
	}
	if sent := w.post.sent[before:]; len(sent) != 1 || sent[0].to != 13 {
		t.Errorf("said %+v", sent)
	}
}

func TestNobodyIsAskedAfterEveryTalkHowItWas(t *testing.T) {
	w := newWorld(t, 5)
	asked := func() bool {
		o := open(t, w, 1)
		answer(t, w, o.Talk.Holder, o)
		if _, err := w.End(t.Context(), o.Talk.Holder, o.ID, false); err != nil {
			t.Fatal(err)
		}
		_, err := w.Unrated(t.Context(), 1)
		w.now = w.now.Add(24 * time.Hour)
		return err == nil
	}
	for day, want := range []bool{true, false, false, false, false, false, false, true} {
		if got := asked(); got != want {
			t.Errorf("day %d: asked %v", day, got)
		}
	}
}

func TestAMatterOfTheMembersOwnLineGoesToNobodyOfIt(t *testing.T) {
	w := newWorld(t, 5)
	// 11 and 12 work in the branch of 1, 3 and 5 themselves, as does 13.
	o, err := w.Open(t.Context(), talk.Opening{Worker: 1, Topic: "apart"})
	if err != nil || o.Talk.Holder != 14 {
		t.Fatalf("went to %d, %v", o.Talk.Holder, err)
	}
	if _, err := w.HandOver(t.Context(), 14, o.ID, 12, ""); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("was handed into her own line: %v", err)
	}
}

func TestATalkIsHandedToWhoeverIsThereForAnotherTopic(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	v, err := w.HandOver(t.Context(), 11, o.ID, 15, "")
	if err != nil || v.Talk.Holder != 15 || v.Topic != "law" {
		t.Fatalf("is with %d about %q, %v", v.Talk.Holder, v.Topic, err)
	}
	answer(t, w, 15, o)
	if _, err := w.HandOver(t.Context(), 15, o.ID, 11, ""); err != nil {
		t.Errorf("cannot be given back: %v", err)
	}
}

func TestWhoStandsInIsAskedInThePlaceOfWhoIsAway(t *testing.T) {
	w := newWorld(t, 5)
	w.away = []standin.Standin{{Absent: 11, By: 9, State: standin.Accepted, From: calendar.Date{Year: 2026, Month: 11, Day: 23}, To: calendar.Date{Year: 2026, Month: 11, Day: 24}}}
	w.noOffice[12] = true
	o := open(t, w, 1)
	if o.Talk.Holder != 9 {
		t.Fatalf("went to %d", o.Talk.Holder)
	}
	answer(t, w, 9, o)
	if _, err := w.HandOver(t.Context(), 9, o.ID, 11, ""); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("was handed to somebody who is away: %v", err)
	}
}

func TestWhoGoesAwayMayStillAnswer(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	w.away = []standin.Standin{{Absent: 11, By: 9, State: standin.Accepted, From: calendar.Date{Year: 2026, Month: 11, Day: 23}, To: calendar.Date{Year: 2026, Month: 11, Day: 24}}}
	answer(t, w, 11, o)
}

func TestAFreePlaceIsFoundBehindALongQueueForOthers(t *testing.T) {
	w := newWorld(t, 1)
	for id := union.MemberID(101); id < 250; id += 2 { // all of the first branch
		open(t, w, id)
	}
	second, third := open(t, w, 2), open(t, w, 4)
	if third.State != talk.Waiting || third.Ahead != 0 {
		t.Fatalf("%+v has %d ahead", third.Talk, third.Ahead)
	}
	if _, err := w.End(t.Context(), 13, second.ID, true); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 4); err != nil || v.Talk.Holder != 13 {
		t.Errorf("waits on: %+v, %v", v.Talk, err)
	}
}

func TestAtNightAPictureWaitsAsTheWordsDo(t *testing.T) {
	w := newWorld(t, 5)
	w.now = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) // 23:00
	open(t, w, 2)
	if _, err := w.Hear(t.Context(), 2, union.Identity{}, talk.Word{Form: talk.Picture, Attachment: 1}); err != nil {
		t.Fatal(err)
	}
	sweep(t, w)
	if len(w.post.sent) != 4 { // the talk, the word, what it is of, the picture
		t.Fatalf("sent %+v", w.post.sent)
	}
	for i, s := range w.post.sent {
		if !w.post.due[i].After(w.now) {
			t.Errorf("rings at night: %+v", s)
		}
	}
}
