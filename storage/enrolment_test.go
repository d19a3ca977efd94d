package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/notice"
)

// signUpNow is Sunday 2026-11-22, 20:00 in the union's zone.

var signUpNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// plainOffers says what happened and no more.

type plainOffers struct{}

func (plainOffers) PlaceOffered(_ enrolment.Activity, e enrolment.Entry) notice.Body {
	return notice.Body{Text: "offered until " + e.AnswerBy.Format(time.DateTime)}
}

func (plainOffers) PlaceLapsed(enrolment.Activity, enrolment.Entry) notice.Body {
	return notice.Body{Text: "lapsed"}
}

func (plainOffers) NeverReached(enrolment.Activity, enrolment.Entry) notice.Body {
	return notice.Body{Text: "never reached"}
}

func (plainOffers) InTeam(enrolment.Activity, enrolment.Entry, union.Member) notice.Body {
	return notice.Body{Text: "in team"}
}

func (plainOffers) TeamWithdrawn(enrolment.Activity, enrolment.Entry, union.Member) notice.Body {
	return notice.Body{Text: "team withdrawn"}
}

func (plainOffers) ActivityCancelled(_ enrolment.Activity, _ enrolment.Entry, reason string) notice.Body {
	return notice.Body{Text: "cancelled: " + reason}
}

func (plainOffers) ActivityMoved(_, a enrolment.Activity, _ enrolment.Entry) notice.Body {
	return notice.Body{Text: "moved to " + a.Place}
}

func (plainOffers) NoEvidence(string, int) string { return "no picture" }

// fair is where people sign up: a group with two plants.

type fair struct {
	*enrolment.Desk
	t       *testing.T
	db      *storage.DB
	members *storage.Members
	outbox  *recorder
	now     *clock
	root    string
	org     union.Organisation
	boss    union.Member // organiser over everything
}

func newFair(t *testing.T, db *storage.DB) *fair {
	t.Helper()
	f := &fair{
		t: t, db: db, members: newMembers(t, db), outbox: &recorder{Outbox: storage.NewOutbox(db), keep: true}, now: &clock{now: signUpNow},
		root: storagetest.Unique("集团公司"),
	}
	f.Desk = f.replica()
	f.boss = f.person("一分厂")
	f.person("二分厂")
	org, err := f.members.OrganisationByPath(t.Context(), f.root)
	f.must(err)
	f.org = org
	f.must(f.members.Grant(t.Context(), f.boss.ID, union.Organiser, org.ID))
	return f
}

// replica is another desk on the same database.

func (f *fair) replica() *enrolment.Desk {
	zone := time.FixedZone("CST", 8*60*60)
	return enrolment.NewDesk(enrolment.Deps{
		Store: storage.NewEnrolmentStore(f.db), Members: f.members, Outbox: f.outbox, Words: plainOffers{}, Zone: zone,
		Now: f.now.Now, Clock: f.now.Now, NewID: f.db.NewID,
	})
}

func (f *fair) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fair) person(unit string) union.Member {
	f.t.Helper()
	return put(f.t, f.members, f.root+"/"+unit, union.Member{StaffNo: storagetest.Unique("s"), Name: "某人", Post: "焊工"})
}

func (f *fair) people(n int, unit string) []union.Member {
	list := make([]union.Member, n)
	for i := range list {
		list[i] = f.person(unit)
	}
	return list
}

func (f *fair) publish(change func(a *enrolment.Activity)) enrolment.Activity {
	f.t.Helper()
	a := enrolment.Activity{
		Ref: storagetest.Unique("ref"), Kind: enrolment.Contest, Org: f.org.ID, StartsAt: signUpNow.AddDate(0, 0, 18), ClosesAt: signUpNow.AddDate(0, 0, 16),
		Details: enrolment.Details{Title: "焊工技能比武", Place: "技能中心"},
	}
	change(&a)
	a, err := f.Publish(f.t.Context(), f.boss.ID, a)
	f.must(err)
	return a
}

func (f *fair) signUp(a enrolment.Activity, m union.Member) enrolment.Signed {
	f.t.Helper()
	s, err := f.SignUp(f.t.Context(), enrolment.Application{Member: m.ID, Activity: a.ID})
	f.must(err)
	return s
}

func (f *fair) state(number string, viewer union.Member) enrolment.EntryState {
	f.t.Helper()
	v, err := f.Entry(f.t.Context(), viewer.ID, number)
	f.must(err)
	return v.State
}

func (f *fair) sweep() {
	f.t.Helper()
	_, err := f.Sweep(f.t.Context(), 100)
	f.must(err)
}

// texts are those that went to a member since the last time.

func (f *fair) texts(of union.Member) (texts []string) {
	for _, n := range f.outbox.take() {
		if n.To == of.ID {
			texts = append(texts, n.Body.Text)
		}
	}
	return texts
}

// counts compares what is counted with the entries there are.

func (f *fair) counts(a enrolment.Activity) {
	f.t.Helper()
	ctx := f.t.Context()
	a, err := storage.NewActivities(f.db).ByID(ctx, a.ID)
	f.must(err)
	entries, err := storage.NewEntries(f.db).OfActivity(ctx, a.ID, enrolment.Active...)
	f.must(err)
	holding, byUnit := 0, map[union.OrgID]int{}
	for _, e := range entries {
		if e.State.Holds() {
			holding++
			byUnit[e.Unit]++
		}
	}
	taken, err := storage.NewActivities(f.db).TakenBy(ctx, a.ID)
	f.must(err)
	for unit, n := range taken[a.ID] {
		if n != byUnit[unit] {
			f.t.Errorf("unit %d counts %d and has %d", unit, n, byUnit[unit])
		}
	}
	if a.Taken != holding {
		f.t.Errorf("%d places are counted, %d are held", a.Taken, holding)
	}
}

func TestPlacesAreCountedAndPassedOn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(3, "一分厂")
		counted := storage.CountStatements(t, db)
		first := f.signUp(a, who[0])
		if n := counted(); n > mostStatements {
			t.Errorf("signing up took %d statements, more than %d", n, mostStatements)
		}
		second, third := f.signUp(a, who[1]), f.signUp(a, who[2])
		if first.State != enrolment.SignedUp || second.State != enrolment.Waiting || second.Ahead != 0 || third.Ahead != 1 {
			t.Fatalf("signed up %s, %s (%d), %s (%d)", first.State, second.State, second.Ahead, third.State, third.Ahead)
		}
		if again := f.signUp(a, who[1]); !again.Again || again.Number != second.Number || again.Ahead != 0 {
			t.Errorf("signing up twice: %+v", again)
		}
		_, err := f.Withdraw(t.Context(), who[0].ID, first.Number)
		f.must(err)
		if diff := cmp.Diff([]string{"offered until 2026-11-23 12:00:00"}, f.texts(who[1])); diff != "" {
			t.Errorf("who waited is told (-want +got):\n%s", diff)
		}
		_, err = f.Withdraw(t.Context(), who[0].ID, first.Number)
		f.must(err)
		if got := f.state(third.Number, who[2]); got != enrolment.Waiting {
			t.Errorf("after withdrawing twice the third is %s", got)
		}
		f.now.set(signUpNow.Add(24*time.Hour - time.Second))
		f.sweep()
		if got := f.state(second.Number, who[1]); got != enrolment.Offered {
			t.Errorf("before its time the offer is %s", got)
		}
		f.now.set(signUpNow.Add(24 * time.Hour))
		f.sweep()
		f.sweep()
		if a, b := f.state(second.Number, who[1]), f.state(third.Number, who[2]); a != enrolment.Lapsed || b != enrolment.Offered {
			t.Errorf("in time they are %s and %s", a, b)
		}
		if v, err := f.Accept(t.Context(), who[1].ID, second.Number); err != nil || v.State != enrolment.Lapsed {
			t.Errorf("accepted too late: %s, %v", v.State, err)
		}
		if v, err := f.Accept(t.Context(), who[2].ID, third.Number); err != nil || v.State != enrolment.SignedUp {
			t.Errorf("accepted: %s, %v", v.State, err)
		}
		f.sweep()
		f.counts(a)
		if anew := f.signUp(a, who[1]); anew.Again || anew.State != enrolment.Waiting {
			t.Errorf("after it lapsed one may come back: %+v", anew)
		}
	})
}

func TestALateAnswerPassesThePlaceOnWithoutTheSweep(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(3, "一分厂")
		first, second, third := f.signUp(a, who[0]), f.signUp(a, who[1]), f.signUp(a, who[2])
		_, err := f.Withdraw(t.Context(), who[0].ID, first.Number)
		f.must(err)
		f.now.set(signUpNow.Add(24 * time.Hour))
		v, err := f.Accept(t.Context(), who[1].ID, second.Number)
		f.must(err)
		if v.State != enrolment.Lapsed || f.state(third.Number, who[2]) != enrolment.Offered {
			t.Errorf("the late one is %s, the next %s", v.State, f.state(third.Number, who[2]))
		}
		f.counts(a)
	})
}

func TestAtNightAPlaceIsKeptAndNobodyIsWoken(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(3, "一分厂")
		first, second := f.signUp(a, who[0]), f.signUp(a, who[1])
		night := signUpNow.Add(2 * time.Hour) // 22:00
		f.now.set(night)
		_, err := f.Withdraw(t.Context(), who[0].ID, first.Number)
		f.must(err)
		f.sweep()
		if texts := f.texts(who[1]); len(texts) > 0 {
			t.Errorf("at night: %q", texts)
		}
		if third := f.signUp(a, who[2]); third.State != enrolment.Waiting {
			t.Errorf("at night somebody jumps the queue: %s", third.State)
		}
		f.now.set(night.Add(9*time.Hour + 30*time.Minute)) // 7:30: nobody swept at seven
		f.sweep()
		f.sweep()
		if diff := cmp.Diff([]string{"offered until 2026-11-23 23:30:00"}, f.texts(who[1])); diff != "" {
			t.Errorf("in the morning (-want +got):\n%s", diff)
		}
		if got := f.state(second.Number, who[1]); got != enrolment.Offered {
			t.Errorf("it is %s", got)
		}
		f.counts(a)
		// Other notices of the night wait in the queue.
		f.now.set(night.AddDate(0, 0, 1))
		_, err = f.CallOff(t.Context(), f.boss.ID, a.Number, "停电")
		f.must(err)
		for _, n := range f.outbox.take() {
			if want := night.AddDate(0, 0, 1).Add(9 * time.Hour); !n.NotBefore.Equal(want) {
				t.Errorf("%q goes out at %s, want %s", n.Body.Text, n.NotBefore, want)
			}
		}
	})
}

// Many at once, from two replicas: no place is given twice, none is left, and who comes too late waits in one order.

// While places are freed others sign up, offers are answered and lapse: in the end no place is lost and none doubled.

// Replicas that sweep at once, after a long time in which nobody did, tell each person once.

// Somebody has found every place taken and not committed yet, when a place is freed: whoever frees it sees who waits.
