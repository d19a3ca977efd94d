package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// plainTalk are words that say little.
type plainTalk struct{}

func talkBody(words string) notice.Body { return notice.Body{Text: words} }

func (plainTalk) TalkGiven(_ talk.View, before []talk.Line, _ talk.Why) notice.Body {
	words := "given"
	for _, l := range before {
		words += " " + l.Text
	}
	return talkBody(words)
}
func (plainTalk) TalkHeard(_ talk.View, l talk.Line) notice.Body        { return talkBody(l.Text) }
func (plainTalk) TalkAnswered(_ talk.View, l talk.Line) notice.Body     { return talkBody(l.Text) }
func (plainTalk) TalkFile(_ talk.View, _ talk.Line, _ bool) notice.Body { return talkBody("lost") }
func (plainTalk) TalkCaption(_ talk.View, _ talk.Line) notice.Body      { return talkBody("caption") }
func (plainTalk) TalkMentioned(_ talk.View, l talk.Line, _ []talk.Line) notice.Body {
	return talkBody(l.Text)
}
func (plainTalk) TalkMoved(_ talk.View, _ string, _ talk.Why) notice.Body { return talkBody("moved") }
func (plainTalk) TalkUnanswered(talk.View) notice.Body                    { return talkBody("unanswered") }
func (plainTalk) TalkOverdue(v talk.View) notice.Body                     { return talkBody(v.Worker.Name + "overdue") }
func (plainTalk) TalkDelayed(talk.View, bool) notice.Body                 { return talkBody("delayed") }
func (plainTalk) TalkGone(v talk.View, _ int, _ talk.Why) notice.Body {
	return talkBody(v.Worker.Name + "gone")
}
func (plainTalk) TalkEnded(_ talk.View, _ talk.Kind) notice.Body { return talkBody("ended") }
func (plainTalk) TalkRated(_ talk.View) notice.Body              { return talkBody("rated") }
func (plainTalk) TalkLeft(v talk.View, _ int, _ talk.Kind) notice.Body {
	return talkBody(v.Worker.Name + "left")
}
func (plainTalk) TalkProposed(_ talk.View, l talk.Line) notice.Body { return talkBody(l.Text) }
func (plainTalk) TalkBegun(talk.View, talk.Line) notice.Body        { return talkBody("begun") }
func (plainTalk) Window(context.Context, union.Identity) (talk.Window, error) {
	return talk.Window{}, nil
}
func (plainTalk) Rostered() bool                                                      { return false }
func (plainTalk) OnShift(string, string, []union.Role, time.Time) bool                { return false }
func (plainTalk) Shifts(string, []union.Role, []string, time.Time) []calendar.Stretch { return nil }

func (plainTalk) NextShift(string, time.Time) (next time.Time, ok bool) { return next, false }
func (plainTalk) Topics() []reference.Topic                             { return nil }
func (plainTalk) Topic(string) reference.Topic {
	return reference.Topic{Roles: []union.Role{union.BranchChair, union.Chair}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8}
}

func newTalks(db *storage.DB, members *storage.Members, outbox notice.Outbox, days talk.Calendar, now func() time.Time) *talk.Desk {
	desk := talk.NewDesk(talk.Deps{
		Store: storage.NewTalks(db), Members: members, StandIns: storage.NewStandIns(db), Outbox: outbox, Words: plainTalk{}, Calendar: days, Book: plainTalk{}, Windows: plainTalk{},
		Now: now, NewID: db.NewID, Most: 2,
	})
	if _, err := desk.Sweep(context.Background(), 1); err != nil { // what is due from now on nobody is excused of
		panic(err)
	}
	return desk
}

// allAtOnce does the same for each of some members at once and returns the errors.
func allAtOnce(people []union.Member, do func(union.Member) error) []error {
	errs := make([]error, len(people))
	var group sync.WaitGroup
	for i, p := range people {
		group.Go(func() { errs[i] = do(p) })
	}
	group.Wait()
	return errs
}

func TestManyWhoAskAtOnceGetNoOfficerMoreThanTheMost(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now)
		var people []union.Member
		for range 6 {
			people = append(people, put(t, o.members, o.root+"/一分厂/锅炉班", union.Member{StaffNo: storagetest.Unique("s"), Name: "某人"}))
		}
		for _, err := range allAtOnce(people, func(p union.Member) error {
			_, err := desk.Open(t.Context(), talk.Opening{Worker: p.ID, Said: []string{"x"}})
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		held, err := desk.Held(t.Context(), o.branch.ID)
		if err != nil || len(held) != 2 || held[0].Number == held[1].Number {
			t.Fatalf("holds %+v, %v", held, err)
		}
		b, err := storage.NewTalks(db).Backlog(t.Context())
		if err != nil || b.Held != 2 || b.Waiting != 4 || b.Oldest.IsZero() {
			t.Errorf("the backlog is %+v, %v", b, err)
		}
		// Both places become free at once, and are taken once each.
		for _, err := range allAtOnce([]union.Member{held[0].Worker, held[1].Worker}, func(p union.Member) error {
			_, err := desk.Leave(t.Context(), p.ID)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if _, err := desk.Sweep(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
		if again, err := desk.Held(t.Context(), o.branch.ID); err != nil || len(again) != 2 || again[0].ID == held[0].ID {
			t.Errorf("holds %+v, %v", again, err)
		}
	})
}

func TestAMemberWhoAsksTwiceAtOnceHasOneTalk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now)
		for _, err := range allAtOnce([]union.Member{o.worker, o.worker, o.worker}, func(p union.Member) error {
			_, err := desk.Open(t.Context(), talk.Opening{Worker: p.ID})
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if held, err := desk.Held(t.Context(), o.branch.ID); err != nil || len(held) != 1 {
			t.Errorf("holds %d, %v", len(held), err)
		}
	})
}

func TestTwoReplicasMoveATalkOnOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now)
		opened, err := desk.Open(t.Context(), talk.Opening{Worker: o.worker.ID, Said: []string{"hello"}})
		if err != nil {
			t.Fatal(err)
		}
		o.now.set(opened.DueAt)
		for _, err := range allAtOnce([]union.Member{o.worker, o.worker}, func(union.Member) error {
			_, err := desk.Sweep(t.Context(), 10)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if v, err := desk.Of(t.Context(), o.worker.ID); err != nil || v.Talk.Holder != o.chair.ID {
			t.Errorf("is with %d, %v", v.Talk.Holder, err)
		}
		lines, err := desk.Lines(t.Context(), o.chair.ID, opened.ID)
		if err != nil || len(lines) != 3 || lines[2].Why != talk.Silence || lines[0].Text != "hello" {
			t.Errorf("the record is %+v, %v", lines, err)
		}
		if _, err := desk.Answer(t.Context(), o.branch.ID, opened.ID, talk.Word{Text: "late"}); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("whoever lost it answered: %v", err)
		}
	})
}

func TestAFileIsPassedOnOnceItIsThereAndToWhoeverHoldsTheTalk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now)
		opened, err := desk.Open(t.Context(), talk.Opening{Worker: o.worker.ID})
		if err != nil {
			t.Fatal(err)
		}
		files := storage.NewAttachments(db)
		id := attach(t, o, o.worker, "media-1")
		if _, err := desk.Hear(t.Context(), o.worker.ID, union.Identity{}, talk.Word{Form: talk.Picture, Attachment: int64(id)}); err != nil {
			t.Fatal(err)
		}
		sweep := func() []notice.Notice {
			o.outbox.keep = true
			o.outbox.take()
			for range 2 {
				if _, err := desk.Sweep(t.Context(), 10); err != nil {
					t.Fatal(err)
				}
			}
			return o.outbox.take()
		}
		if sent := sweep(); len(sent) != 0 {
			t.Errorf("sent before it is there: %+v", sent)
		}
		if err := files.Kept(t.Context(), id, fmt.Sprintf("%064d", 1), 3, "image/jpeg"); err != nil {
			t.Fatal(err)
		}
		if sent := sweep(); len(sent) != 2 || sent[1].Body.File == nil || sent[1].To != o.branch.ID {
			t.Errorf("sent %+v", sent)
		}
		if _, err := desk.HandOver(t.Context(), o.branch.ID, opened.ID, o.chair.ID, ""); err != nil {
			t.Fatal(err)
		}
		if sent := sweep(); len(sent) != 2 || sent[1].To != o.chair.ID {
			t.Errorf("the next officer was sent %+v", sent)
		}
	})
}

func TestATalkGoesWhenItIsOld(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk, store := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now), storage.NewTalks(db)
		for _, p := range []union.Member{o.worker, o.mate} {
			if _, err := desk.Open(t.Context(), talk.Opening{Worker: p.ID, Said: []string{"x"}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := desk.Leave(t.Context(), o.worker.ID); err != nil {
			t.Fatal(err)
		}
		later := o.now.Now().Add(time.Hour)
		if n, err := store.Purge(t.Context(), o.now.Now(), 10); n != 0 || err != nil {
			t.Errorf("%d went too early, %v", n, err)
		}
		if n, err := store.Purge(t.Context(), later, 10); n != 1 || err != nil {
			t.Errorf("%d went, %v", n, err)
		}
		if _, err := store.LastOf(t.Context(), o.worker.ID); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("it is still there: %v", err)
		}
		if _, err := desk.Of(t.Context(), o.mate.ID); err != nil {
			t.Errorf("an open one went: %v", err)
		}
	})
}

func TestATalkIsDueWhenEitherSideHasLeft(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		desk, store := newTalks(db, o.members, o.outbox, o.calendar, o.now.Now), storage.NewTalks(db)
		opened, err := desk.Open(t.Context(), talk.Opening{Worker: o.worker.ID})
		if err != nil {
			t.Fatal(err)
		}
		if due, err := store.Due(t.Context(), o.now.Now(), 10); err != nil || len(due) != 0 {
			t.Fatalf("due are %v, %v", due, err)
		}
		o.worker.Status = union.Left
		if _, err := o.members.Put(t.Context(), o.worker, o.now.Now()); err != nil {
			t.Fatal(err)
		}
		if due, err := store.Due(t.Context(), o.now.Now(), 10); err != nil || len(due) != 1 || due[0] != opened.ID {
			t.Errorf("due are %v, %v", due, err)
		}
		if _, err := desk.Sweep(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if held, err := desk.Held(t.Context(), o.branch.ID); err != nil || len(held) != 0 {
			t.Errorf("still holds %+v, %v", held, err)
		}
	})
}
