package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
)

// careful is a service whose officers are asked for ties and whose form names people, in place of handsOfPurse.
const careful = `prefix: TH
title: 补助
short: 补助
understand: {phrases: [补助]}
fund: FUND
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
  - {name: about, kind: members, label: 给谁, ask: 给谁, optional: true}
  - {name: visitors, kind: members, label: 谁去, ask: 谁去, optional: true, may_decide: true}
summary: {title: '{what}', anonymous: true}
review:
  - name: check
    title: 初核
    who: {role: branch_chair, otherwise: [chair]}
    asks_ties: true
    days: 3
    acts: [{act: accept, word: 通过, ceiling: 1000}, {act: refuse, word: 不同意}, {act: return, word: 退回}]
  - name: grant
    title: 复签
    who: {role: aid_officer, otherwise: [branch_chair, chair]}
    asks_ties: true
    not_by: [check]
    days: 3
    reserve: true
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}, {act: return, word: 退回}]
  - name: pay
    title: 付款
    who: {role: finance, otherwise: [admin]}
    not_by: [check, grant]
    days: 3
    pay: true
    acts: [{act: accept, word: 已付}, {act: refuse, word: 付不了}]
words: {filed: 收到, accepted: 已付, passed: 同意, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

// about files a case for, or about, somebody.
func (p purse) about(t *testing.T, who union.Member, more map[string]cases.Value) cases.Case {
	t.Helper()
	return p.aboutOf(t, careful, who, more)
}

func (p purse) aboutOf(t *testing.T, source string, who union.Member, more map[string]cases.Value) cases.Case {
	t.Helper()
	s := p.serviceOf(t, "careful", strings.ReplaceAll(source, "FUND", p.name))
	d := cases.Draft{
		ID: p.NewDraftID(), Owner: p.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: p.now.Now(),
		Values: map[string]cases.Value{"what": {Text: "家里受灾"}},
	}
	if who.ID != 0 {
		d.Values["about"] = named(who)
	}
	for name, v := range more {
		d.Values[name] = v
	}
	filed, err := p.File(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

func named(who union.Member) cases.Value {
	return cases.Value{Text: who.Name, Raw: fmt.Appendf(nil, `{"ids":[%d]}`, who.ID)}
}

func two(one, other union.Member) []byte {
	return fmt.Appendf(nil, `{"ids":[%d,%d]}`, one.ID, other.ID)
}

func TestStayingOut(t *testing.T) {
	inOpenOffices(t, []suite{
		{"what an officer has goes to the next, and never comes back", testRecused},
		{"to whoever has it too", testRecusedBeside},
		{"where nobody is left others are told, and nothing passes", testRecusedLast},
		{"and hears no more of it", testRecusedHearsNoMore},
		{"nor is asked anew after a correction", testRecusedCorrected},
		{"whoever is the last to sign who was added leaves it to somebody", testRecusedLastAdded},
		{"also who stayed out when that was still counted", testRecusedCounted},
		{"money and ties are confirmed before they count", testConfirmed},
		{"the fund that is shown is the one that is booked", testConfirmedAroundTheNewYear},
		{"whom the form lets decide is no party", testMayDecide},
	})
}

func (o *office) recuse(t *testing.T, c cases.Case, who union.Member) cases.Recused {
	t.Helper()
	done, err := o.Recuse(t.Context(), cases.Recusal{Number: numberOf(t, o, c), Officer: who.ID, Why: "是我表弟"})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func testRecused(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.about(t, union.Member{}, nil)
	done := o.recuse(t, c, o.branch)
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.chair.ID || len(done.Next) != 1 || done.Stuck {
		t.Errorf("%+v have it: %+v", open, done)
	}
	_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Grant: 100_00})
	if !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who stays out decides: %v", err)
	}
	if err := o.handOver(t, c, o.chair, o.branch); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("who stays out is given it: %v", err)
	}
	if kinds := o.kinds(t, c); !slices.Contains(kinds, cases.EventRecused) || !slices.Contains(kinds, cases.EventKeptOut) {
		t.Errorf("on record are %v", kinds)
	}
	o.recuse(t, c, o.branch) // once more changes nothing
	if n := timesIn(o.kinds(t, c), cases.EventRecused); n != 1 {
		t.Errorf("it is on record %d times", n)
	}
	if _, err := o.Recuse(t.Context(), cases.Recusal{Number: numberOf(t, o, c), Officer: o.worker.ID}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("the author stays out: %v", err)
	}
	if _, err := o.Recuse(t.Context(), cases.Recusal{Number: numberOf(t, o, c), Officer: o.other.ID}); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else stays out: %v", err)
	}
}

func timesIn(kinds []string, kind string) (n int) {
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

func testRecusedBeside(t *testing.T, o *office) {
	p := o.purse(t)
	deputy := o.person(t, "一分厂", "副主席", union.BranchChair)
	c := p.about(t, union.Member{}, nil)
	if done := o.recuse(t, c, o.branch); len(done.Next) > 0 {
		t.Errorf("it goes to %+v", done.Next)
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != deputy.ID {
		t.Errorf("%+v have it", open)
	}
}

func testRecusedLast(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.about(t, union.Member{}, nil)
	o.recuse(t, c, o.branch)
	done := o.recuse(t, c, o.chair)
	if !done.Stuck || o.at(t, c).State != cases.Open || !slices.Contains(o.kinds(t, c), cases.EventStuck) {
		t.Errorf("%+v, %+v", done, o.kinds(t, c))
	}
	if list, err := o.Tasks(t.Context(), o.chair.ID); err != nil || len(list) > 0 {
		t.Errorf("who stays out has %+v, %v", list, err)
	}
	if all, _, err := storage.NewTasks(o.db).Count(t.Context(), o.chair.ID, o.now.Now()); err != nil || all > 0 {
		t.Errorf("counted for who stays out are %d, %v", all, err)
	}
	if n, err := storage.NewTasks(o.db).CountUpTo(t.Context(), o.chair.ID, 9); err != nil || n > 0 {
		t.Errorf("the list of who stays out has %d lines, %v", n, err)
	}
	if told, err := storage.NewTasks(o.db).Untold(t.Context(), o.chair.ID, 9); err != nil || len(told) > 0 {
		t.Errorf("who stays out is yet to hear of %+v, %v", told, err)
	}
	if mine, err := o.Mine(t.Context(), o.worker.ID); err != nil || len(mine) != 1 || len(mine[0].Officers) > 0 {
		t.Errorf("its author reads that %+v have it, %v", mine, err)
	}
	if urged, err := o.Urge(t.Context(), o.worker.ID, numberOf(t, o, c)); err != nil || len(urged.Officers) > 0 {
		t.Errorf("%+v are urged, %v", urged.Officers, err)
	}
	admin := o.person(t, "", "管理员", union.Admin)
	was := o.openOf(t, c)[0].ID
	o.outbox.take()
	o.now.set(nextMorning(at("2026-12-01", "09:00")))
	o.tick(t)
	if slices.ContainsFunc(o.outbox.take(), func(n notice.Notice) bool { return n.Key == fmt.Sprintf("settled/%d", was) }) {
		t.Error("a card is settled that was never sent")
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != admin.ID {
		t.Errorf("once somebody is there %+v have it", open)
	}
}

func testRecusedHearsNoMore(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "")
	for range 2 { // the chair has it after the auditor
		for _, task := range o.openOf(t, c) {
			o.recuse(t, c, union.Member{ID: task.Officer})
		}
	}
	o.outbox.take()
	if _, err := o.Supplement(t.Context(), o.worker.ID, numberOf(t, o, c), "还有一张发票", nil); err != nil {
		t.Fatal(err)
	}
	if err := o.Object(t.Context(), o.mate.ID, numberOf(t, o, c), "不困难"); err != nil {
		t.Fatal(err)
	}
	if put := o.outbox.take(); len(told(put, o.chair))+len(told(put, p.auditor)) > 0 {
		t.Errorf("told was %+v", put)
	}
	plant := &plant{office: o, duty: o.person(t, "一分厂", "周强", union.Duty)}
	hazard, _ := servicestest.Set(t).On("").Get("hazard")
	plant.hash = hazard.Hash
	raised := plant.raise(t, "三号行车钢丝绳快断了")
	for n := 0; n < 5 && !o.recuse(t, raised.Case, union.Member{ID: o.openOf(t, raised.Case)[0].Officer}).Stuck; n++ {
	}
	out := o.openOf(t, raised.Case)
	o.outbox.take()
	goes, err := o.TakeAlarm(t.Context(), plant.duty.ID, raised.Case.ID, "")
	if err != nil || len(out) == 0 || len(goes.Decides) > 0 {
		t.Errorf("%+v decide it, %v; it is with %+v", goes.Decides, err, out)
	}
	if put := o.outbox.take(); len(out) > 0 && slices.Contains(told(put, union.Member{ID: out[0].Officer}), notice.KindTask) {
		t.Errorf("told was %+v", put)
	}
}

func testRecusedCorrected(t *testing.T, o *office) {
	women := o.person(t, "", "刘岚", union.WomenOfficer)
	s := o.serviceOf(t, "prolongable", strings.Replace(prolongable, "who: {role: branch_chair, otherwise: [chair]}", "who: {seats: [branch_chair, women_officer], otherwise: [chair]}, mode: all", 1))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"what": {Text: "住院"}, "cost": {Text: "1000", Raw: []byte("100000")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.recuse(t, filed.Case, o.branch)
	if done := o.recuse(t, filed.Case, o.chair); !done.Stuck {
		t.Fatalf("%+v, with %+v", done, o.openOf(t, filed.Case))
	}
	o.outbox.take()
	if _, err := o.Correct(t.Context(), cases.Correction{Number: filed.Case.Number, Officer: women.ID, Less: 100_00, Why: "重复", Sure: &cases.Sure{Fen: 900_00}}); err != nil {
		t.Fatal(err)
	}
	all, _, err := storage.NewTasks(o.db).Count(t.Context(), o.chair.ID, o.now.Now())
	if put := o.outbox.take(); err != nil || all > 0 || len(told(put, o.chair)) > 0 || len(o.openOf(t, filed.Case)) != 2 {
		t.Errorf("%d are counted, %v; told was %+v; %+v have it", all, err, put, o.openOf(t, filed.Case))
	}
}

func testRecusedLastAdded(t *testing.T, o *office) {
	for _, place := range []cases.Place{cases.Beside, cases.After} {
		safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := o.addSigner(t, c, o.branch, place, safety); err != nil {
			t.Fatal(err)
		}
		if err := o.accepts(t, c, o.branch); err != nil {
			t.Fatal(err)
		}
		o.recuse(t, c, safety)
		open := o.openOf(t, c)
		if len(open) != 1 || open[0].Officer != o.chair.ID {
			t.Fatalf("%s: %+v have it", place, open)
		}
		if err := o.accepts(t, c, o.chair); err != nil || o.at(t, c).State != cases.Accepted {
			t.Errorf("%s: in the end it is %s, %v", place, o.at(t, c).State, err)
		}
	}
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.addSigner(t, c, o.branch, cases.Beside, safety); err != nil {
		t.Fatal(err)
	}
	o.recuse(t, c, o.chair) // there is nobody else then
	if err := o.accepts(t, c, o.branch); err != nil {
		t.Fatal(err)
	}
	if done := o.recuse(t, c, safety); !done.Stuck || len(o.openOf(t, c)) != 1 {
		t.Errorf("nobody is left, and %+v have it, %+v", o.openOf(t, c), done)
	}
}

// heedless counts what stays with whoever stays out.
type heedless struct{ cases.TaskStore }

func (heedless) Withhold(context.Context, ...cases.ID) error { return nil }

func testRecusedCounted(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.about(t, union.Member{}, nil)
	heeds, old := o.Desk, o.deps
	old.Store.Tasks = heedless{old.Store.Tasks}
	o.Desk = cases.NewDesk(old)
	o.recuse(t, c, o.branch)
	o.recuse(t, c, o.chair)
	o.Desk = heeds
	for _, want := range []int{1, 0} {
		if all, _, err := storage.NewTasks(o.db).Count(t.Context(), o.chair.ID, o.now.Now()); err != nil || all != want {
			t.Errorf("counted are %d, %v", all, err)
		}
		o.now.set(nextMorning(at("2026-12-01", "09:00")))
		o.tick(t)
	}
}

func testConfirmed(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.about(t, union.Member{}, nil)
	in := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Grant: 300_00}
	for _, sure := range []*cases.Sure{nil, {Fen: 300_00}, {Fen: 30_00, NoTies: true}, {NoTies: true}} {
		in.Sure = sure
		var need *cases.SureNeededError
		if _, err := o.Desk.Decide(t.Context(), in); !errors.As(err, &need) || !need.Ties || need.Fen != 300_00 || need.Fund == nil {
			t.Errorf("with %+v: %+v, %v", sure, need, err)
		}
	}
	in.Sure = &cases.Sure{Fen: 300_00, NoTies: true}
	if _, err := o.Desk.Decide(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	events, err := storage.NewTimeline(o.db).Of(t.Context(), c.ID)
	if err != nil || !strings.Contains(events[len(events)-1].Note, "声明:无利害关系") {
		t.Errorf("on record is %+v, %v", events, err)
	}
	if got := p.stand(t); got != [3]int64{} {
		t.Errorf("the money stands at %v", got)
	}
	o.decide(t, p.aid, c, cases.Accept, "")
	var need *cases.SureNeededError
	_, err = o.Desk.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.payer.ID, Act: cases.Accept})
	if !errors.As(err, &need) || need.Ties || need.Fen != 300_00 {
		t.Errorf("who pays is asked %+v, %v", need, err)
	}
}

func testConfirmedAroundTheNewYear(t *testing.T, o *office) {
	p := o.purse(t)
	next := fund.Fund{Name: p.name, Year: 2027, Title: "补助", Budget: 900_00}
	if err := storage.NewFunds(o.db).Set(t.Context(), next, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	shown := func(c cases.Case, by union.Member, sure *cases.Sure) *fund.Fund {
		t.Helper()
		var need *cases.SureNeededError
		_, err := o.Desk.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: by.ID, Act: cases.Accept, Sure: sure})
		if !errors.As(err, &need) || need.Fund == nil {
			t.Fatalf("no fund is shown: %v", err)
		}
		return need.Fund
	}
	o.now.set(at("2026-12-31", "10:00"))
	var filed []cases.Case
	for range 2 {
		c := p.about(t, union.Member{}, nil)
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Grant: 300_00}); err != nil {
			t.Fatal(err)
		}
		filed = append(filed, c)
	}
	booked, late := filed[0], filed[1]
	o.decide(t, p.aid, booked, cases.Accept, "")
	if f := shown(late, p.aid, nil); f.Year != 2026 {
		t.Errorf("in the old year %+v is shown", f)
	}
	o.now.set(at("2027-01-04", "10:00"))
	if f := shown(late, p.aid, &cases.Sure{Fen: 300_00, Year: 2026, NoTies: true}); f.Year != 2027 || f.Left() != 900_00 {
		t.Errorf("what was shown in the old year counts for %+v", f)
	}
	if f := shown(booked, p.payer, nil); f.Year != 2026 || f.Left() != purseBudget-300_00 {
		t.Errorf("what the old year set aside is paid from %+v", f)
	}
}

func testMayDecide(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.about(t, union.Member{}, map[string]cases.Value{"visitors": named(o.branch)})
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.branch.ID {
		t.Errorf("%+v have it", open)
	}
}
