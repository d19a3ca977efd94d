package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/privacy"
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
		t: t, db: db, members: newMembers(t, db), outbox: &recorder{Outbox: storage.NewOutbox(db)}, now: &clock{now: signUpNow},
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
		first, second, third := f.signUp(a, who[0]), f.signUp(a, who[1]), f.signUp(a, who[2])
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

// Many at once, from two replicas: no place is given twice, none is left, and who comes too late waits in one order.
func TestTheLastPlacesAreGivenOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places, a.UnitPlaces = 7, 4 })
		who := slices.Concat(f.people(10, "一分厂"), f.people(10, "二分厂"))
		desks := []*enrolment.Desk{f.Desk, f.replica()}
		got := make([]enrolment.Signed, 2*len(who))
		atOnceEach(t, len(got), func(i int) (err error) { // everybody twice
			m := who[i/2]
			for range 20 { // an engine runs a turn again after a conflict
				got[i], err = desks[i%2].SignUp(t.Context(), enrolment.Application{Member: m.ID, Activity: a.ID})
				if err == nil {
					return nil
				}
			}
			return err
		})
		taken, byUnit, numbers, places := 0, map[union.OrgID]int{}, map[string]bool{}, map[int]bool{}
		for i, s := range got {
			if i%2 == 1 && s.Number != got[i-1].Number {
				t.Errorf("one member has %s and %s", s.Number, got[i-1].Number)
			}
			if numbers[s.Number] {
				continue
			}
			numbers[s.Number] = true
			if s.State == enrolment.SignedUp {
				taken++
				byUnit[s.Unit]++
				continue
			}
			v, err := f.Entry(t.Context(), s.Member, s.Number)
			f.must(err)
			places[v.Ahead] = true
		}
		if taken != 7 || len(numbers) != 20 || len(places) != 13 {
			t.Errorf("%d places given, %d entries, %d places on the list", taken, len(numbers), len(places))
		}
		for unit, n := range byUnit {
			if n > 4 {
				t.Errorf("unit %d has %d places", unit, n)
			}
		}
		f.counts(a)
	})
}

// While places are freed others sign up, offers are answered and lapse: in the end no place is lost and none doubled.
func TestNoPlaceIsLostBetweenLeavingAndComing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		for range 5 {
			testLeavingAndComing(t, f)
		}
	})
}

func testLeavingAndComing(t *testing.T, f *fair) {
	a := f.publish(func(a *enrolment.Activity) { a.Places = 5 })
	early, late := f.people(5, "一分厂"), f.people(10, "二分厂")
	entries := make([]enrolment.Signed, 5)
	for i, m := range early {
		entries[i] = f.signUp(a, m)
	}
	patiently := func(do func() error) (err error) {
		for range 20 {
			if err = do(); err == nil {
				return nil
			}
		}
		return err
	}
	other := f.replica()
	atOnceEach(t, 15, func(i int) error {
		return patiently(func() (err error) {
			if i < 5 {
				_, err = f.Withdraw(t.Context(), early[i].ID, entries[i].Number)
			} else {
				_, err = other.SignUp(t.Context(), enrolment.Application{Member: late[i-5].ID, Activity: a.ID})
			}
			return err
		})
	})
	f.counts(a)
	roll, err := f.Roll(t.Context(), f.boss.ID, a.Number)
	f.must(err)
	held := 0
	for _, e := range roll.Entries {
		if e.State.Holds() {
			held++
		}
	}
	if held != 5 {
		t.Errorf("%d of 5 places are held though ten wanted one", held)
	}
}

// Replicas that sweep at once, after a long time in which nobody did, tell each person once.
func TestWhatIsDueIsDoneOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		a := f.publish(func(a *enrolment.Activity) { a.Places = 2 })
		who := f.people(6, "一分厂")
		var entries []enrolment.Signed
		for _, m := range who {
			entries = append(entries, f.signUp(a, m))
		}
		for i := range 2 {
			_, err := f.Withdraw(t.Context(), who[i].ID, entries[i].Number)
			f.must(err)
		}
		f.outbox.take()
		f.now.set(signUpNow.Add(3 * 24 * time.Hour))
		atOnceEach(t, 4, func(int) error {
			desk := f.replica()
			_, err := desk.Sweep(t.Context(), 100)
			for try := 0; err != nil && try < 20; try++ {
				_, err = desk.Sweep(t.Context(), 100)
			}
			return err
		})
		want := []enrolment.EntryState{
			enrolment.Withdrawn, enrolment.Withdrawn, enrolment.Lapsed, enrolment.Lapsed, enrolment.Offered, enrolment.Offered,
		}
		for i, e := range entries {
			if got := f.state(e.Number, who[i]); got != want[i] {
				t.Errorf("entry %d is %s, want %s", i, got, want[i])
			}
		}
		var rows int
		f.must(storage.CountRows(t.Context(), db, &rows, `SELECT COUNT(*) FROM outbox WHERE kind = 'entry'`))
		if rows != 6 { // two offers of the beginning, two that lapsed, two new ones
			t.Errorf("%d notices", rows)
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
		if v, err := f.Receive(ctx, f.boss.ID, first.Number); err != nil || v.State != enrolment.Received || v.History[1].By != f.boss.ID {
			t.Errorf("received: %+v, %v", v.Entry, err)
		}
		if _, err := f.Withdraw(ctx, who[0].ID, first.Number); !errors.Is(err, enrolment.ErrReceived) {
			t.Errorf("what was received is given back: %v", err)
		}
		f.outbox.take()
		_, err := f.CallOff(ctx, f.boss.ID, a.Number, "停电")
		f.must(err)
		if diff := cmp.Diff([]string{"cancelled: 停电"}, f.texts(who[1])); diff != "" {
			t.Errorf("who waits is told (-want +got):\n%s", diff)
		}
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

const competitionsFile = `competitions:
  - id: welding
    kind: contest
    title: 焊工技能比武
    organisation: ROOT
    place: PLACE
    starts: 2026-12-10 09:00
    closes: 2026-12-08 17:30
    places: 2
    places_per_unit: 2
    audience: [ROOT]
`

func TestAFileAddsAndChangesAndBreaksNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		zone := time.FixedZone("CST", 8*60*60)
		add := func(change ...string) (enrolment.Outcome, error) {
			t.Helper()
			text := competitionsFile
			for i := 0; i < len(change); i += 2 {
				if strings.Count(text, change[i]) != 1 {
					t.Fatalf("%q does not stand in the file once", change[i])
				}
				text = strings.ReplaceAll(text, change[i], change[i+1])
			}
			text = strings.NewReplacer("ROOT", f.root, "PLACE", "技能中心").Replace(text)
			list, err := enrolment.Read("c.yaml", []byte(text), zone)
			if err != nil {
				return "", err
			}
			results, err := f.AddAll(t.Context(), list)
			if err != nil {
				return "", err
			}
			return results[0].Outcome, nil
		}
		want := func(outcome enrolment.Outcome, problem string, change ...string) {
			t.Helper()
			got, err := add(change...)
			if problem != "" && (err == nil || err.Error() != problem) || problem == "" && err != nil || got != outcome {
				t.Errorf("%v: %s, %v; want %s %s", change, got, err, outcome, problem)
			}
		}
		want(enrolment.Added, "")
		want(enrolment.Same, "")
		a, err := storage.NewActivities(db).ByRef(t.Context(), "welding")
		f.must(err)
		who := f.people(3, "一分厂")
		first, second, third := f.signUp(a, who[0]), f.signUp(a, who[1]), f.signUp(a, who[2])
		want("", "c.yaml:9: competitions[1].places: 1 is less than the 2 that are taken", "places: 2", "places: 1")
		want("", fmt.Sprintf("c.yaml:10: competitions[1].places_per_unit: 1 is less than the 2 that %s/一分厂 has taken", f.root), "unit: 2", "unit: 1")
		want("", "c.yaml:3: competitions[1].kind: 3 have signed up: contest cannot become campaign", "kind: contest", "kind: campaign")
		want("", "c.yaml:9: competitions[1].team: 3 have signed up: persons and teams cannot change", "places: 2\n", "team: {least: 2, most: 3}\n")
		want("", "c.yaml:11: competitions[1].audience: 3 who have signed up would not be among those for whom it is", "[ROOT]", "[ROOT/二分厂]")
		want("", "c.yaml:11: competitions[1].audience: there is no organisation "+f.root+"/九分厂", "[ROOT]", "[ROOT/九分厂]")
		want("", "c.yaml:9: competitions[1].agreement: 3 have accepted another text", "places: 2\n", "agreement: 守纪律\n")
		f.outbox.take()
		want(enrolment.Changed, "", "PLACE", "二号厅")
		if diff := cmp.Diff([]string{"moved to 二号厅"}, f.texts(who[0])); diff != "" {
			t.Errorf("who takes part is told (-want +got):\n%s", diff)
		}
		want(enrolment.Changed, "", "places: 2", "places: 3", "unit: 2", "unit: 3")
		if got := f.state(third.Number, who[2]); got != enrolment.Offered {
			t.Errorf("with a new place who waited is %s", got)
		}
		if x, y := f.state(first.Number, who[0]), f.state(second.Number, who[1]); x != enrolment.SignedUp || y != enrolment.SignedUp {
			t.Errorf("the others are %s and %s", x, y)
		}
		f.counts(a)
	})
}

// atOnceEach runs n calls at the same time.
func atOnceEach(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	failed := make([]error, n)
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-start
			failed[i] = do(i)
		})
	}
	close(start)
	running.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
}

// Somebody has found every place taken and not committed yet, when a place is freed: whoever frees it sees who waits.
func TestAPlaceThatIsFreedMeanwhileIsOffered(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		ctx := t.Context()
		a := f.publish(func(a *enrolment.Activity) { a.Places = 1 })
		who := f.people(2, "一分厂")
		first := f.signUp(a, who[0])
		freed := make(chan error, 1)
		var second enrolment.Signed
		f.must(db.Tx(ctx, func(inside context.Context) (err error) {
			if second, err = f.SignUp(inside, enrolment.Application{Member: who[1].ID, Activity: a.ID}); err != nil {
				return err
			}
			go func() {
				_, err := f.Withdraw(ctx, who[0].ID, first.Number)
				freed <- err
			}()
			select { // it has to wait for us; that it does not is what this test finds
			case err := <-freed:
				freed <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		}))
		f.must(<-freed)
		if second.State != enrolment.Waiting || f.state(second.Number, who[1]) != enrolment.Offered {
			t.Errorf("who waited was %s and is %s", second.State, f.state(second.Number, who[1]))
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
		var done privacy.Erased
		f.must(storage.NewErasures(db, "").EraseMember(ctx, privacy.Erasure{Member: who, At: signUpNow, Reason: "asked"}, &done))
		e, err := storage.NewEntries(db).ByNumber(ctx, signed.Number)
		if err != nil || e.Choice != "" || len(e.History) > 0 || e.State != enrolment.SignedUp {
			t.Errorf("left is %+v, %v", e, err)
		}
	})
}
