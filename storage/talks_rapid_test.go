package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/standin"
	"github.com/unionbot/unionbot/union/talk"
)

// talkWorld is two replicas that share a store, with officers who are away now and then.
type talkWorld struct {
	*office
	desks    []*talk.Desk
	talks    *storage.Talks
	workers  []union.Member
	officers []union.Member
	leave    *away
}

// away is who stands in for whom, as both replicas read it.
type away struct{ list []standin.Standin }

func (a *away) Accepted(context.Context) ([]standin.Standin, error) { return a.list, nil }

// Whatever two replicas do in whatever order with officers who go away and come back, each open talk is in one place, nobody has more than
// the most, and each member has one open talk at most - in the store, where locks and unique keys decide.
func TestOverTheStoreEachTalkIsInOnePlaceWhicheverReplicaActs(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := newTalkWorld(t, db)
		rapid.Check(t, func(r *rapid.T) {
			w.empty(r)
			for range rapid.IntRange(5, 25).Draw(r, "steps") {
				w.happens(r)
				w.holds(r)
			}
		})
	})
}

func newTalkWorld(t *testing.T, db *storage.DB) *talkWorld {
	o := newOffice(t, db)
	w := &talkWorld{office: o, talks: storage.NewTalks(db), leave: &away{}, officers: []union.Member{o.branch, o.chair}}
	o.outbox.keep = false
	w.officers = append(w.officers, o.person(t, "一分厂", "孙丽", union.BranchChair))
	for i := range 5 {
		w.workers = append(w.workers, o.person(t, "一分厂/锅炉班", fmt.Sprintf("工人%d", i)))
	}
	for range 2 {
		w.desks = append(w.desks, talk.NewDesk(talk.Deps{
			Store: w.talks, Members: o.members, StandIns: w.leave, Outbox: o.outbox, Words: plainTalk{}, Calendar: o.calendar, Book: plainTalk{}, Windows: plainTalk{},
			Now: o.now.Now, NewID: db.NewID, Most: 2,
		}))
	}
	return w
}

// empty ends what an earlier run left open.
func (w *talkWorld) empty(r *rapid.T) {
	w.leave.list = nil
	for _, m := range w.workers {
		if _, err := w.desks[0].Leave(context.Background(), m.ID); err != nil && !errors.Is(err, union.ErrNotFound) {
			r.Fatal(err)
		}
	}
}

// happens does one thing at one replica, or the same at both at once.
func (w *talkWorld) happens(r *rapid.T) {
	who, officer := rapid.SampledFrom(w.workers).Draw(r, "who"), rapid.SampledFrom(w.officers).Draw(r, "officer")
	desk, ctx := rapid.SampledFrom(w.desks).Draw(r, "desk"), context.Background()
	held, err := w.talks.HeldBy(ctx, officer.ID)
	if err != nil {
		r.Fatal(err)
	}
	switch rapid.IntRange(0, 6).Draw(r, "what") {
	case 0, 1:
		_, err = desk.Open(ctx, talk.Opening{Worker: who.ID, Said: []string{"x"}})
	case 2:
		_, err = desk.Hear(ctx, who.ID, union.Identity{}, talk.Word{Text: "y"})
	case 3:
		if len(held) > 0 {
			_, err = desk.Answer(ctx, officer.ID, rapid.SampledFrom(held).Draw(r, "talk").ID, talk.Word{Text: "z"})
		}
	case 4:
		if len(held) > 0 {
			_, err = desk.End(ctx, officer.ID, held[0].ID, true)
		}
	case 5:
		w.goes(r, officer)
	case 6:
		w.now.set(w.now.Now().Add(time.Duration(rapid.IntRange(1, 300).Draw(r, "minutes")) * time.Minute))
		err = errors.Join(allAtOnce(w.officers[:2], func(m union.Member) error {
			_, err := w.desks[slices.IndexFunc(w.officers, func(o union.Member) bool { return o.ID == m.ID })].Sweep(ctx, 100)
			return err
		})...)
	}
	for _, fine := range []error{union.ErrNotFound, union.ErrForbidden, union.ErrSettled, union.ErrNoOfficer, bot.ErrConflict, talk.ErrHolds} {
		if errors.Is(err, fine) {
			return
		}
	}
	if err != nil {
		r.Fatal(err)
	}
}

// goes lets an officer go away, with a colleague in the place, or come back.
func (w *talkWorld) goes(r *rapid.T, officer union.Member) {
	before := len(w.leave.list)
	w.leave.list = slices.DeleteFunc(w.leave.list, func(s standin.Standin) bool { return s.Absent == officer.ID })
	if len(w.leave.list) < before {
		return
	}
	by := rapid.SampledFrom(w.officers).Draw(r, "stands in")
	if by.ID == officer.ID {
		return
	}
	today := calendar.Date{Year: 2020, Month: 1, Day: 1}
	w.leave.list = append(w.leave.list, standin.Standin{Absent: officer.ID, By: by.ID, From: today, To: today.AddDays(10_000), State: standin.Accepted})
}

// holds checks what is always true.
func (w *talkWorld) holds(r *rapid.T) {
	ctx := context.Background()
	open, load := 0, map[union.MemberID]int{}
	for _, m := range w.workers {
		all, err := w.talks.AllOf(ctx, m.ID, 1000)
		if err != nil {
			r.Fatal(err)
		}
		own := 0
		for _, t := range all {
			if !t.Open() {
				if t.Holder != 0 || t.Queue != 0 || !t.DueAt.IsZero() {
					r.Fatalf("an ended talk has something left: %+v", t)
				}
				continue
			}
			own++
			if held, queued := t.State == talk.Held && t.Holder != 0, t.State == talk.Waiting && t.Queue != 0; held == queued || t.DueAt.IsZero() {
				r.Fatalf("is in no place, in two, or could fall asleep: %+v", t)
			}
			if t.Holder != 0 {
				load[t.Holder]++
			}
		}
		if own > 1 {
			r.Fatalf("%s has %d open talks", m.Name, own)
		}
		open += own
	}
	for who, n := range load {
		if n > 2 {
			r.Fatalf("%d holds %d of %d", who, n, open)
		}
	}
}
