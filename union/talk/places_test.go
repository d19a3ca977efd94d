package talk_test

import (
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
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
	if _, err := w.Answer(t.Context(), officer, o.Talk.ID, talk.Word{Text: "hi"}); err != nil {
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
	if _, err := w.Answer(t.Context(), 13, o.Talk.ID, talk.Word{Text: "late"}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("answered without an office: %v", err)
	}
	if _, err := w.Lines(t.Context(), 13, o.Talk.ID); !errors.Is(err, union.ErrForbidden) {
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
		if _, err := w.End(t.Context(), o.Talk.Holder, o.Talk.ID, false); err != nil {
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
