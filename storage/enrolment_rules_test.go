package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/privacy"
)

func TestUnitsHaveTheirOwnPlaces(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places, a.UnitPlaces = 3, 1 })
		one, two := f.people(2, "一分厂"), f.people(2, "二分厂")
		first := f.signUp(a, one[0])
		views, err := f.Opened(t.Context(), two[0].ID)
		if err != nil || len(views) != 1 || views[0].Left != 1 || views[0].UnitIsFull {
			t.Errorf("the other unit sees %+v, %v", views, err)
		}
		if s := f.signUp(a, two[0]); s.State != enrolment.SignedUp {
			t.Errorf("the other unit's is %s though its place was free", s.State)
		}
		longest, second := f.signUp(a, two[1]), f.signUp(a, one[1])
		if longest.State != enrolment.Waiting || second.State != enrolment.Waiting || !second.UnitIsFull {
			t.Fatalf("over their unit's places: %s and %s", longest.State, second.State)
		}
		// The first unit's place goes to one of the first unit, though another waits longer.
		_, err = f.Withdraw(t.Context(), one[0].ID, first.Number)
		f.must(err)
		if x, y := f.state(second.Number, one[1]), f.state(longest.Number, two[1]); x != enrolment.Offered || y != enrolment.Waiting {
			t.Errorf("they are %s and %s", x, y)
		}
		f.counts(a)
	})
}

func TestATeamIsInOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) {
			a.Kind, a.Team, a.Agreement = enrolment.Competition, &enrolment.Team{Least: 2, Most: 3}, "不违章"
		})
		who := f.people(4, "一分厂")
		apply := func(captain int, mates ...int) (enrolment.Signed, error) {
			app := enrolment.Application{Member: who[captain].ID, Activity: a.ID, Team: "炉火", Agreed: a.AgreementHash()}
			for _, m := range mates {
				app.Mates = append(app.Mates, who[m].ID)
			}
			return f.SignUp(t.Context(), app)
		}
		if _, err := apply(0); !errors.Is(err, enrolment.ErrIncomplete) {
			t.Errorf("alone: %v", err)
		}
		if _, err := apply(0, 1, 2, 3); !errors.Is(err, enrolment.ErrIncomplete) {
			t.Errorf("too many: %v", err)
		}
		if _, err := apply(0, 0); !errors.Is(err, enrolment.ErrIncomplete) {
			t.Errorf("with oneself: %v", err)
		}
		team, err := apply(0, 1)
		f.must(err)
		if diff := cmp.Diff([]string{"in team"}, f.texts(who[1])); diff != "" {
			t.Errorf("the mate is told (-want +got):\n%s", diff)
		}
		var taken *enrolment.InTeamError
		if _, err := apply(2, 1); !errors.As(err, &taken) || len(taken.Members) != 1 || taken.Members[0].ID != who[1].ID {
			t.Errorf("with somebody else's: %v", err)
		}
		if again, err := apply(1, 2); err != nil || !again.Again || again.Number != team.Number {
			t.Errorf("of a mate as captain: %+v, %v", again, err)
		}
		if _, err := f.Withdraw(t.Context(), who[1].ID, team.Number); !errors.Is(err, enrolment.ErrNotCaptain) {
			t.Errorf("a mate withdraws: %v", err)
		}
		app := enrolment.Application{Member: who[2].ID, Activity: a.ID, Team: "乙", Mates: []union.MemberID{who[3].ID}}
		if _, err := f.SignUp(t.Context(), app); !errors.Is(err, enrolment.ErrAgreement) {
			t.Errorf("without the agreement: %v", err)
		}
		f.counts(a)
	})
}

func TestRightsAreReadAtTheAct(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		ctx := t.Context()
		a := f.publish(func(a *enrolment.Activity) { a.Kind, a.Places = enrolment.Campaign, 1 })
		who := f.people(2, "一分厂")
		first, second := f.signUp(a, who[0]), f.signUp(a, who[1])
		if _, err := f.Roll(ctx, who[0].ID, a.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("anybody reads the list: %v", err)
		}
		if _, err := f.Entry(ctx, who[1].ID, first.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("anybody reads an entry: %v", err)
		}
		if _, err := f.Receive(ctx, who[1].ID, first.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("anybody notes a receipt: %v", err)
		}
		if _, err := f.Receive(ctx, who[1].ID, second.Number); !errors.Is(err, enrolment.ErrNoHandout) {
			t.Errorf("who waits receives: %v", err)
		}
		f.must(f.members.Revoke(ctx, f.boss.ID, union.Organiser, f.org.ID))
		if _, err := f.CallOff(ctx, f.boss.ID, a.Number, "停电"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("a former organiser calls it off: %v", err)
		}
		if _, err := f.Receive(ctx, f.boss.ID, first.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("a former organiser notes a receipt: %v", err)
		}
		b := a
		b.Ref = "another"
		if _, err := f.Publish(ctx, f.boss.ID, b); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("a former organiser publishes: %v", err)
		}
		f.must(f.members.Grant(ctx, f.boss.ID, union.Organiser, f.org.ID))
		if _, err := f.Receive(ctx, f.boss.ID, first.Number); !errors.Is(err, enrolment.ErrNotBegun) {
			t.Errorf("received before the day: %v", err)
		}
		f.now.set(a.StartsAt)
		if v, err := f.Receive(ctx, f.boss.ID, first.Number); err != nil || v.State != enrolment.Received || v.History[1].By != f.boss.ID {
			t.Errorf("received: %+v, %v", v.Entry, err)
		}
		if _, err := f.Withdraw(ctx, who[0].ID, first.Number); !errors.Is(err, enrolment.ErrReceived) {
			t.Errorf("what was received is given back: %v", err)
		}
		f.now.set(signUpNow)
		f.outbox.take()
		_, err := f.CallOff(ctx, f.boss.ID, a.Number, "停电")
		f.must(err)
		if diff := cmp.Diff([]string{"cancelled: 停电"}, f.texts(who[1])); diff != "" {
			t.Errorf("who waits is told (-want +got):\n%s", diff)
		}
		if got := f.state(first.Number, who[0]); got != enrolment.Received {
			t.Errorf("that it was received is lost: %s", got)
		}
		f.counts(a)
		_, err = f.CallOff(ctx, f.boss.ID, a.Number, "停电")
		f.must(err)
		if texts := f.texts(who[1]); len(texts) > 0 {
			t.Errorf("told again: %q", texts)
		}
		a, err = storage.NewActivities(db).ByID(ctx, a.ID)
		want := []enrolment.End{{At: signUpNow, By: f.boss.ID, State: enrolment.Cancelled, Reason: "停电"}}
		if diff := cmp.Diff(want, a.Ends); err != nil || diff != "" {
			t.Errorf("on record (-want +got): %v\n%s", err, diff)
		}
		f.counts(a)
	})
}

func TestWaitingEndsWithTheStart(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(2, "一分厂")
		f.signUp(a, who[0])
		second := f.signUp(a, who[1])
		// It is put off by a day, which who waits is told.
		later := a
		later.StartsAt = a.StartsAt.Add(24 * time.Hour)
		_, outcome, err := f.Add(t.Context(), later)
		if err != nil || outcome != enrolment.Changed {
			t.Fatalf("put off: %s, %v", outcome, err)
		}
		f.outbox.take()
		f.now.set(a.StartsAt)
		f.sweep()
		if got := f.state(second.Number, who[1]); got != enrolment.Waiting {
			t.Errorf("before the start it is %s", got)
		}
		f.now.set(later.StartsAt)
		f.sweep()
		f.sweep()
		if diff := cmp.Diff([]string{"never reached"}, f.texts(who[1])); diff != "" || f.state(second.Number, who[1]) != enrolment.Lapsed {
			t.Errorf("it is %s (-want +got):\n%s", f.state(second.Number, who[1]), diff)
		}
		f.counts(a)
	})
}

func TestWhatAnErasedMemberAnsweredIsGone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		ctx := t.Context()
		a := f.publish(func(a *enrolment.Activity) { a.Ask, a.Options = "住几人间?", []string{"双人间", "三人间"} })
		who := f.person("一分厂")
		signed, err := f.SignUp(ctx, enrolment.Application{Member: who.ID, Activity: a.ID, Choice: "三人间"})
		f.must(err)
		who.Status = union.Left
		put(t, f.members, f.root+"/一分厂", who)
		before, err := storage.NewEntries(db).ByNumber(ctx, signed.Number)
		f.must(err)
		var done privacy.Erased
		f.must(storage.NewErasures(db, "").EraseMember(ctx, privacy.Erasure{Member: who, At: signUpNow, Reason: "asked"}, &done))
		e, err := storage.NewEntries(db).ByNumber(ctx, signed.Number)
		if err != nil || e.Choice != "" || len(e.History) > 0 || e.State != enrolment.SignedUp {
			t.Errorf("left is %+v, %v", e, err)
		}
		// A sweep that has read it before writes nothing of it back.
		if err := storage.NewEntries(db).Update(ctx, before); !errors.Is(err, union.ErrStale) {
			t.Errorf("what was erased is written again: %v", err)
		}
	})
}

// A place that was freed at night and could not be told of in the morning is not offered shortly before the start.
func TestNoPlaceIsOfferedTooLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		starts := signUpNow.Add(12*time.Hour + 30*time.Minute) // 8:30
		a := f.publish(func(a *enrolment.Activity) { a.Places, a.StartsAt, a.ClosesAt = 1, starts, starts.Add(-time.Hour) })
		who := f.people(2, "一分厂")
		first, second := f.signUp(a, who[0]), f.signUp(a, who[1])
		f.now.set(signUpNow.Add(3 * time.Hour)) // 23:00
		_, err := f.Withdraw(t.Context(), who[0].ID, first.Number)
		f.must(err)
		f.now.set(starts.Add(-20 * time.Minute))
		f.sweep()
		f.sweep()
		if texts := f.texts(who[1]); len(texts) > 0 || f.state(second.Number, who[1]) != enrolment.Waiting {
			t.Errorf("it is %s, told %q", f.state(second.Number, who[1]), texts)
		}
		f.counts(a)
		f.now.set(starts)
		f.sweep()
		if diff := cmp.Diff([]string{"never reached"}, f.texts(who[1])); diff != "" {
			t.Errorf("at the start (-want +got):\n%s", diff)
		}
		f.counts(a)
	})
}

func TestPlacesOfLeaversGoToOthers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 2 })
		who := f.people(3, "一分厂")
		first, stays, waits := f.signUp(a, who[0]), f.signUp(a, who[1]), f.signUp(a, who[2])
		f.must(f.members.Dismiss(t.Context(), who[0].ID, signUpNow))
		for range 2 {
			_, err := f.ReleaseLeavers(t.Context(), 100)
			f.must(err)
		}
		e, err := storage.NewEntries(db).ByNumber(t.Context(), first.Number)
		if err != nil || e.State != enrolment.Withdrawn || f.state(stays.Number, who[1]) != enrolment.SignedUp || f.state(waits.Number, who[2]) != enrolment.Offered {
			t.Errorf("they are %s, %s and %s, %v", e.State, f.state(stays.Number, who[1]), f.state(waits.Number, who[2]), err)
		}
		f.counts(a)
	})
}
