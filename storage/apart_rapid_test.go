package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/standin"
)

// Whatever officers decide, correct, hand on, add, lend, stay out of or let lie, of whomever its author asks that they do, whoever leaves, on two replicas at
// once, across restarts and with workers whose move fails when it is to be said: nobody decides who profits, has filed it, stays out of it or has left, the case is at one step
// with somebody real, money in equals money out, and the timeline tells all of it.
func TestNobodyDecidesWhatIsTheirs(t *testing.T) {
	property(t, func(r *rapid.T, o *office) { apartWorld(t, r, o) })
}

// The same on every database, a few times.
func TestNobodyDecidesWhatIsTheirsOnEveryDatabase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for seed := range 3 {
			chance := make([]byte, 1<<16)
			if _, err := rand.NewChaCha8([32]byte{byte(seed)}).Read(chance); err != nil {
				t.Fatal(err)
			}
			rapid.MakeFuzz(func(r *rapid.T) {
				o := newOffice(t, db)
				o.now.set(at("2026-11-23", "10:00"))
				apartWorld(t, r, o)
			})(t, chance)
		}
	})
}

// kept is what a random test knows: who may never decide the case, and who decided what.
type kept struct {
	purse
	c      cases.Case
	about  union.Member
	people []union.Member
	out    map[union.MemberID]bool
	asked  map[union.MemberID]bool // its author asks that they stay out of it
	left   map[union.MemberID]bool
	admin  union.Member
	second *cases.Desk
	told   int
}

func apartWorld(t *testing.T, r *rapid.T, o *office) {
	t.Helper()
	w := kept{purse: o.purse(t), out: map[union.MemberID]bool{}, asked: map[union.MemberID]bool{}, left: map[union.MemberID]bool{}}
	deputy, payer := o.person(t, "一分厂", "副主席", union.BranchChair), o.person(t, "", "会计", union.Finance)
	w.admin = o.person(t, "", "管理员", union.Admin)
	w.people = []union.Member{o.worker, o.branch, deputy, o.chair, w.aid, w.payer, payer, w.admin}
	w.about = rapid.SampledFrom(w.people[1:]).Draw(r, "about")
	source, more := careful, map[string]cases.Value(nil)
	if rapid.Bool().Draw(r, "by rule") {
		source, more = ruled, map[string]cases.Value{"cost": {Text: "1000", Raw: []byte("100000")}}
	}
	w.c, w.second = w.aboutOf(t, source, w.about, more), cases.NewDesk(o.deps)
	for range rapid.IntRange(5, 25).Draw(r, "things") {
		w.randomly(t, r)
		w.inOrder(t, r)
	}
}

// ruled is careful with a sum that follows from a rule, whose base may be corrected.
var ruled = strings.NewReplacer("\nform:\n", "\nbase: cost\ngrant: grant\nform:\n  - {name: cost, kind: money, label: 花费, ask: 多少}\n",
	"summary:", "sums: [{name: grant, label: 补助, value: 'percent(cost, 10)'}]\nsummary:", ", ceiling: 1000", "").Replace(careful)

// desk is one of two replicas.
func (w *kept) desk(r *rapid.T) *cases.Desk {
	if rapid.Bool().Draw(r, "on the second") {
		return w.second
	}
	return w.Desk
}

func (w *kept) randomly(t *testing.T, r *rapid.T) {
	t.Helper()
	one, other := rapid.SampledFrom(w.people).Draw(r, "one"), rapid.SampledFrom(w.people).Draw(r, "other")
	open := w.openOf(t, w.c)
	if len(open) > 0 && rapid.IntRange(0, 3).Draw(r, "who has it") > 0 {
		one = w.person(open[0].Officer)
	}
	number, desk := numberOf(t, w.office, w.c), w.desk(r)
	var err error
	switch what := rapid.SampledFrom([]string{"accept", "accept", "accept", "both", "refuse", "return", "add", "recuse", "recuse", "challenge", "correct", "hand", "hand", "sign", "stand in", "back", "wait", "wait", "leave", "say nothing", "restart"}).Draw(r, "what"); what {
	case "accept", "refuse", "return":
		err = w.decide(t, r, desk, one, cases.Act(what))
	case "both": // at once
		w.both(t, r, one, other)
	case "add":
		_, err = desk.Supplement(t.Context(), w.worker.ID, number, "靠窗第二张", nil)
	case "recuse":
		if _, err = desk.Recuse(t.Context(), cases.Recusal{Number: number, Officer: one.ID}); err == nil {
			w.out[one.ID] = true
		}
	case "challenge":
		if _, err = desk.Challenge(t.Context(), cases.Challenge{Number: number, Author: w.worker.ID, Officer: one.ID, Why: "吵过架"}); err == nil {
			w.asked[one.ID] = true
		}
	case "correct":
		err = w.correct(t, r, desk, cases.Correction{Number: number, Officer: one.ID, Less: 100_00, Why: "重复"})
	case "hand": // which also says that they need not stay out of it
		if _, err = desk.HandOver(t.Context(), cases.Handing{Number: number, From: one.ID, To: other.ID, Say: "没有这回事"}); err == nil {
			delete(w.asked, other.ID)
		}
	case "sign":
		someone := rapid.Custom(func(r *rapid.T) union.MemberID { return rapid.SampledFrom(w.people).Draw(r, "somebody").ID })
		_, err = desk.AddSigners(t.Context(), cases.Adding{
			Number: number, From: one.ID, To: append([][]union.MemberID{{other.ID}}, rapid.SliceOfN(rapid.SliceOfN(someone, 1, 2), 0, 1).Draw(r, "to")...),
			Place: rapid.SampledFrom([]cases.Place{cases.Before, cases.After, cases.Beside}).Draw(r, "place"), InTurn: rapid.Bool().Draw(r, "in turn"),
		})
	case "stand in":
		day := standsAt{o: w.office}.today()
		v, asked := desk.AskStandIn(t.Context(), cases.StandInWish{Absent: one.ID, By: other.ID, From: day, To: day.AddDays(rapid.IntRange(0, 4).Draw(r, "days"))})
		if err = asked; err == nil {
			_, err = desk.AnswerStandIn(t.Context(), other.ID, v.ID, true)
		}
		w.tick(t)
	case "back":
		_, err = desk.EndAbsence(t.Context(), one.ID)
	case "wait":
		w.now.set(nextMorning(w.now.Now().Add(time.Duration(rapid.IntRange(1, 90).Draw(r, "hours")) * time.Hour)))
		w.sweep(t)
	case "leave":
		if one.ID != w.worker.ID && one.ID != w.chair.ID && one.ID != w.admin.ID && !w.left[one.ID] {
			w.left[one.ID] = true
			w.leave(t, one)
			w.now.set(nextMorning(w.now.Now()))
			w.sweep(t)
		}
	case "say nothing":
		w.now.set(nextMorning(w.now.Now().Add(time.Duration(rapid.IntRange(24, 240).Draw(r, "hours")) * time.Hour)))
		w.saysNothing(t, r)
	case "restart":
		w.Desk, w.second = cases.NewDesk(w.deps), cases.NewDesk(w.deps)
	}
	fine := errors.As(err, new(*cases.UnfitError)) || errors.As(err, new(*cases.WaitsError)) || errors.As(err, new(*standin.OverlapError)) || errors.As(err, new(*fund.ShortError))
	for _, known := range []error{cases.ErrHandedOften, cases.ErrAddedEnough, cases.ErrPlaceNotAllowed, cases.ErrNotTheirs, cases.ErrChallenged, cases.ErrSigned, cases.ErrNoMoney, standin.ErrSelf, standin.ErrPast, fund.ErrNothingReserved} {
		fine = fine || errors.Is(err, known)
	}
	if !fine {
		expected(t, err)
	}
}

func (w *kept) person(id union.MemberID) union.Member {
	return w.people[slices.IndexFunc(w.people, func(m union.Member) bool { return m.ID == id })]
}

// decide has a member try, and looks whether who succeeded was allowed to.
func (w *kept) decide(t *testing.T, r *rapid.T, desk *cases.Desk, who union.Member, act cases.Act) error {
	t.Helper()
	_, err := surely(t.Context(), desk, cases.Decision{Case: w.c.ID, Officer: who.ID, Act: act, Note: "因为", Grant: 100_00})
	if err == nil && w.apart(who.ID) {
		r.Fatalf("%s has decided, and is to stay out", who.Name)
	}
	return err
}

func (w *kept) apart(who union.MemberID) bool {
	return who == w.worker.ID || who == w.about.ID || w.out[who] || w.asked[who] || w.left[who]
}

// correct has a member lower what the sum is worked out from, as it is shown first.
func (w *kept) correct(t *testing.T, r *rapid.T, desk *cases.Desk, in cases.Correction) error {
	t.Helper()
	shown, err := desk.Correct(t.Context(), in)
	if err != nil {
		return err
	}
	in.Sure = &cases.Sure{NoTies: true}
	if err := json.Unmarshal(shown.To.Raw, &in.Sure.Fen); err != nil {
		r.Fatal(err)
	}
	done, err := desk.Correct(t.Context(), in)
	if err != nil {
		return err
	}
	if !done.Written || w.apart(in.Officer) {
		r.Fatalf("%s has corrected it: %+v", w.person(in.Officer).Name, done)
	}
	return nil
}

// saysNothing has a move fail before anything is said of it: nothing has moved then, and nothing is lost.
func (w *kept) saysNothing(t *testing.T, r *rapid.T) {
	t.Helper()
	mute := w.deps
	mute.Outbox = &broken{err: errors.New("nothing can be said")}
	events := func() []cases.Event {
		list, err := storage.NewTimeline(w.db).Of(t.Context(), w.c.ID)
		if err != nil {
			r.Fatal(err)
		}
		return list
	}
	before, open, money := events(), w.openOf(t, w.c), w.stand(t)
	if n, err := cases.NewDesk(mute).MoveClocks(t.Context(), 100); err == nil && n > 0 {
		return // it had nothing to say, and has moved: as where nobody is left to be asked
	}
	if after, has := events(), w.openOf(t, w.c); len(after) != len(before) || !slices.Equal(has, open) || w.stand(t) != money {
		r.Fatalf("of a move that failed is left %+v, and %+v have it", after[len(before):], has)
	}
}

// both has two decide at once, each on a replica: neither who is to stay out has.
func (w *kept) both(t *testing.T, r *rapid.T, one, other union.Member) {
	t.Helper()
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []union.Member{one, other} {
		all.Go(func() {
			desk := []*cases.Desk{w.Desk, w.second}[i]
			_, errs[i] = surely(context.WithoutCancel(t.Context()), desk, cases.Decision{Case: w.c.ID, Officer: who.ID, Act: cases.Accept, Grant: 100_00})
		})
	}
	all.Wait()
	for i, who := range []union.Member{one, other} {
		if errs[i] == nil && w.apart(who.ID) {
			r.Fatalf("%s has decided, and is to stay out", who.Name)
		}
	}
}

// sweep is tick on two replicas at once.
func (w *kept) sweep(t *testing.T) {
	t.Helper()
	var all sync.WaitGroup
	for _, desk := range []*cases.Desk{w.Desk, w.second} {
		all.Go(func() {
			for _, do := range []func(context.Context, int) (int64, error){desk.MoveStandIns, desk.TakeFromLeavers, desk.MoveClocks} {
				if _, err := do(t.Context(), 10_000); err != nil && !errors.Is(err, union.ErrStale) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func (w *kept) inOrder(t *testing.T, r *rapid.T) {
	t.Helper()
	now, open, money := w.at(t, w.c), w.openOf(t, w.c), w.stand(t)
	events, err := storage.NewTimeline(w.db).Of(t.Context(), w.c.ID)
	if err != nil || len(events) < w.told {
		r.Fatalf("the timeline had %d entries and has %+v, %v", w.told, events, err)
	}
	w.told = len(events)
	stuck := stuckSince(w.kinds(t, w.c))
	if (now.State == cases.Open) != (len(open) > 0) {
		r.Fatalf("it is %s, and %+v have it", now.State, open)
	}
	for _, task := range open {
		if task.Step != now.Step || task.Officer == w.about.ID || task.Officer == w.worker.ID || (w.out[task.Officer] || w.asked[task.Officer] || w.left[task.Officer]) && !stuck {
			r.Fatalf("%+v of %+v, stays out %v", task, now, w.out)
		}
	}
	order, at, state := []string{"check", "grant", "pay"}, 0, cases.Open
	for _, e := range events {
		switch e.Kind {
		case cases.EventPassed:
			at = slices.Index(order, e.Step) + 1
		case cases.EventAccepted:
			state = cases.Accepted
		case cases.EventRefused:
			state = cases.Refused
		case cases.EventReturned:
			state = cases.Returned
		case cases.EventSupplemented:
			state = cases.Open
		}
	}
	if now.State != state || !state.Ended() && now.Step != order[at] {
		r.Fatalf("by its timeline it is %s at %d, and it is %s at %s", state, at, now.State, now.Step)
	}
	set, paid, sum := int64(0), int64(0), int64(100_00)
	if raw := now.Values["grant"].Raw; raw != nil {
		if err := json.Unmarshal(raw, &sum); err != nil {
			r.Fatal(err)
		}
	}
	switch {
	case state == cases.Accepted:
		paid = sum
	case at == 2 && state != cases.Refused:
		set = sum
	}
	if money != [3]int64{set, paid, 0} {
		r.Fatalf("it is %s at %s, and its money stands at %v", now.State, now.Step, money)
	}
}
