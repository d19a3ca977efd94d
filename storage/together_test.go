package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
)

func TestSeveralAreDecidedTogether(t *testing.T) {
	inOffices(t, []suite{
		{"of two officers at once each case is decided by one", testTogetherAtOnce},
		{"what counts is what was shown", testTogetherAsShown},
		{"what an account is not known well enough for is left out", testTogetherUnproven},
		{"and of whoever was not asked as well", testTogetherUnasked},
		{"what needs more than a yes is left out, and whose it is not", testTogetherLeftOut},
		{"what the fund does not hold keeps nothing else", testTogetherFund},
	})
}

// shown looks at cases as an officer who wants to accept them, all of which fit.
func (o *office) shown(t *testing.T, officer union.Member, all ...cases.Case) []cases.Shown {
	t.Helper()
	var shown []cases.Shown
	for _, c := range o.candidates(t, officer, all...) {
		if c.Err != nil {
			t.Fatalf("%s is left out: %v", c.Number, c.Err)
		}
		shown = append(shown, c.Shown)
	}
	return shown
}

func (o *office) candidates(t *testing.T, officer union.Member, all ...cases.Case) []cases.Candidate {
	t.Helper()
	var meant []cases.Meant
	for _, c := range all {
		meant = append(meant, cases.Meant{Number: c.Number})
	}
	found, err := o.Together(t.Context(), officer.ID, cases.Accept, meant)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (o *office) acceptTogether(t *testing.T, officer union.Member, shown []cases.Shown) []cases.Outcome {
	t.Helper()
	done, err := o.DecideTogether(t.Context(), cases.Decision{Officer: officer.ID, Act: cases.Accept, Note: "好"}, shown)
	if err != nil {
		t.Error(err)
	}
	return done
}

func testTogetherAtOnce(t *testing.T, o *office) {
	second := o.person(t, "一分厂", "马超", union.BranchChair)
	var all []cases.Case
	for i := range 6 {
		all = append(all, o.file(t, o.worker, fmt.Sprintf("第%d条建议", i)))
	}
	officers := []union.Member{o.branch, second}
	shown := [][]cases.Shown{o.shown(t, o.branch, all...), o.shown(t, second, all...)}
	slices.Reverse(shown[1])
	var done [2][]cases.Outcome
	var both sync.WaitGroup
	for i := range officers {
		both.Go(func() { done[i] = o.acceptTogether(t, officers[i], shown[i]) })
	}
	both.Wait()
	by := map[string]int{}
	for i := range done {
		for _, out := range done[i] {
			var settled *cases.Settled
			switch {
			case out.Err == nil:
				by[out.Number]++
			case !errors.As(out.Err, &settled) || settled.Officer != officers[1-i].Name:
				t.Errorf("%s: %v", out.Number, out.Err)
			}
		}
	}
	for _, c := range all {
		accepted := 0
		for _, kind := range o.kinds(t, c) {
			if kind == cases.EventAccepted {
				accepted++
			}
		}
		if by[c.Number] != 1 || accepted != 1 {
			t.Errorf("%s is decided %d times, and accepted %d times", c.Number, by[c.Number], accepted)
		}
	}
	o.outbox.take()
	for _, out := range o.acceptTogether(t, o.branch, shown[0]) { // confirmed once more
		if !errors.Is(out.Err, union.ErrSettled) {
			t.Errorf("%s again: %v", out.Number, out.Err)
		}
	}
	if put := o.outbox.take(); len(put) > 0 {
		t.Errorf("said again: %v", put)
	}
}

func testTogetherAsShown(t *testing.T, o *office) {
	returned, plain, gone := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "夜班供应热水"), o.file(t, o.worker, "更衣室装镜子")
	shown := o.shown(t, o.branch, returned, plain, gone)
	o.decide(t, o.branch, returned, cases.Return, "哪一台")
	if _, err := o.Supplement(t.Context(), o.worker.ID, returned.Number, "二号", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Withdraw(t.Context(), o.worker.ID, gone.Number); err != nil {
		t.Fatal(err)
	}
	done := o.acceptTogether(t, o.branch, shown)
	if !errors.Is(done[0].Err, union.ErrSettled) || done[1].Err != nil || !errors.Is(done[2].Err, union.ErrSettled) {
		t.Errorf("asked again, as it was, withdrawn: %v, %v, %v", done[0].Err, done[1].Err, done[2].Err)
	}
	if kinds := o.kinds(t, returned); slices.Contains(kinds, cases.EventAccepted) {
		t.Errorf("what was supplemented since is accepted unseen: %v", kinds)
	}
}

// Who may decide without having been asked has no task that would end when the case is asked again.
func testTogetherUnasked(t *testing.T, o *office) {
	returned, plain := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.worker, "夜班供应热水")
	later := o.person(t, "一分厂", "马超", union.BranchChair)
	shown := o.shown(t, later, returned, plain)
	o.decide(t, o.branch, returned, cases.Return, "哪一台")
	if _, err := o.Supplement(t.Context(), o.worker.ID, returned.Number, "二号", nil); err != nil {
		t.Fatal(err)
	}
	var apart *cases.ApartError
	done := o.acceptTogether(t, later, shown)
	if !errors.As(done[0].Err, &apart) || apart.Why != cases.ApartAgain || done[1].Err != nil {
		t.Errorf("asked again, as it was: %v, %v", done[0].Err, done[1].Err)
	}
}

func testTogetherLeftOut(t *testing.T, o *office) {
	plain, own, theirs := o.file(t, o.worker, "给锅炉房加个护栏"), o.file(t, o.branch, "夜班供应热水"), o.file(t, o.person(t, "二分厂", "吴敏"), "更衣室装镜子")
	secret := o.countedBy(t, strings.Replace(counted, "prefix: JE", "prefix: JE\nsensitive: true", 1))
	asks := o.countedBy(t, strings.Replace(counted, "word: 同意", "word: 同意, ask: 会议纪要的编号", 1))
	var why []string
	for _, c := range o.candidates(t, o.branch, plain, own, theirs, secret, asks, plain) {
		var apart *cases.ApartError
		switch {
		case errors.As(c.Err, &apart):
			why = append(why, string(apart.Why))
		case errors.Is(c.Err, union.ErrForbidden):
			why = append(why, "forbidden")
		case errors.Is(c.Err, union.ErrNotFound):
			why = append(why, "unknown")
		default:
			why = append(why, fmt.Sprint(c.Err))
		}
	}
	if want := []string{"<nil>", "forbidden", "unknown", "secret", "answers", "twice"}; !slices.Equal(why, want) {
		t.Errorf("left out for %v, want %v", why, want)
	}
	// Who makes up what was shown gets no more than who was shown it.
	forged := o.acceptTogether(t, o.branch, []cases.Shown{
		{Case: secret.ID, Number: secret.Number, Step: "check"}, {Case: theirs.ID, Number: theirs.Number, Step: "first"}, o.shown(t, o.branch, plain)[0],
	})
	if !errors.As(forged[0].Err, new(*cases.ApartError)) || !errors.Is(forged[1].Err, union.ErrNotFound) || forged[2].Err != nil {
		t.Errorf("secret, another's, one's own: %v, %v, %v", forged[0].Err, forged[1].Err, forged[2].Err)
	}
}

func testTogetherUnproven(t *testing.T, o *office) {
	plain := o.file(t, o.worker, "给锅炉房加个护栏")
	bank := o.countedBy(t, strings.Replace(counted, "sums:", "  - {name: card, kind: bank_card, label: 卡号, ask: 卡号, optional: true}\nsums:", 1))
	ctx := union.WithProof(t.Context(), func(context.Context) error { return fmt.Errorf("%w: bind it", union.ErrUnproven) })
	all, err := o.Together(ctx, o.branch.ID, cases.Accept, []cases.Meant{{Number: bank.Number}, {Number: plain.Number}})
	if err != nil {
		t.Fatal(err)
	}
	if !errors.Is(all[0].Err, union.ErrUnproven) || all[0].Number != bank.Number || all[1].Err != nil {
		t.Errorf("left out for %v, %v", all[0].Err, all[1].Err)
	}
}

func testTogetherFund(t *testing.T, o *office) {
	name := strings.ToLower(storagetest.Unique("f"))
	if err := storage.NewFunds(o.db).Set(t.Context(), fund.Fund{Name: name, Year: 2026, Title: "补助", Budget: 15_00}, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	source := strings.NewReplacer("sums:", "fund: "+name+"\ngrant: aid\nbase: own\ntogether_up_to: 10\nsums:", "    days: 3\n", "    days: 3\n    reserve: true\n",
		"words:", "  - {name: pay, title: 付款, who: {role: finance, otherwise: [chair]}, days: 3, pay: true, acts: [{act: accept, word: 已付}]}\nwords:", "accepted:", "passed: 通过, accepted:").Replace(counted)
	first, second := o.countedBy(t, source), o.countedBy(t, source)
	plain := o.file(t, o.worker, "给锅炉房加个护栏")
	shown := o.shown(t, o.branch, first, second, plain)
	if shown[0].Fen != 10_00 || shown[2].Fen != 0 {
		t.Fatalf("shown is %+v", shown)
	}
	wrong := slices.Clone(shown[:1])
	wrong[0].Fen = 9_00
	var apart *cases.ApartError
	if done := o.acceptTogether(t, o.branch, wrong); !errors.As(done[0].Err, &apart) || apart.Why != cases.ApartChanged {
		t.Errorf("another sum than was shown: %v", done[0].Err)
	}
	done := o.acceptTogether(t, o.branch, shown)
	if done[0].Err != nil || !errors.As(done[1].Err, new(*fund.ShortError)) || done[2].Err != nil {
		t.Errorf("the first, what is short, the suggestion: %v, %v, %v", done[0].Err, done[1].Err, done[2].Err)
	}
	if f, err := storage.NewFunds(o.db).Of(t.Context(), name, 2026); err != nil || f.Reserved != 10_00 {
		t.Errorf("set aside is %+v, %v", f, err)
	}
	costly := o.countedBy(t, strings.Replace(source, "together_up_to: 10", "together_up_to: 9", 1))
	if left := o.candidates(t, o.branch, costly); !errors.As(left[0].Err, &apart) || apart.Why != cases.ApartMoney || apart.Limit != 9_00 {
		t.Errorf("above the sum: %v", left[0].Err)
	}
}
