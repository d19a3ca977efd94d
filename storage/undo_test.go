package storage_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
)

func TestUndoing(t *testing.T) {
	inOpenOffices(t, []suite{
		{"what is set aside is free again, and all concerned are told", testUndoFrees},
		{"what was paid is to come back, once, and finance says when it has", testUndoReclaims},
		{"where it is refused the case stands as it did", testUndoRefused},
		{"a step that several sign keeps its signatures", testUndoKeepsSignatures},
		{"nobody decides what they asked for, and only those ask who may", testUndoRights},
		{"of two who grant it at once one does", testUndoOnce},
		{"a file switches it off, or says who decides", testUndoFile},
		{"who was added to the open step is told", testUndoFallen},
		{"what nobody can recover is written off by others than whoever says so", testUndoLost},
		{"nor by whoever has asked to undo it; where nobody else is left others are asked, and administrators told", testUndoLostByAsker},
		{"while its author mends something, and then it waits again", testUndoWhileMended},
		{"of offices that sign, those who have not asked decide", testUndoSeats},
		{"one that was begun in order, by an earlier program, goes on in order", testUndoBegunInOrder},
		{"who seconds it is told", testUndoSeconded},
	})
}

// purse is a fund of a test, and the service that grants from it.
type purse struct {
	*office
	name                string
	payer, auditor, aid union.Member
}

const purseBudget = 1000_00

// handsOfPurse is a service in which three steps decide before money is paid.
const handsOfPurse = `prefix: TH
title: 补助
short: 补助
understand: {phrases: [补助]}
fund: FUND
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: check
    title: 初核
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 通过}, {act: refuse, word: 不同意}]
  - name: grant
    title: 核定
    who: {role: aid_officer, otherwise: [chair]}
    not_by: [check]
    days: 3
    reserve: true
    acts: [{act: accept, word: 同意, ceiling: 1000}, {act: refuse, word: 不同意}]
  - name: publish
    title: 公示
    who: {role: auditor}
    not_by: [check]
    days: 3
    wait: 1
    MORE
    publish: '{masked} 补助'
    acts: [{act: accept, word: 无异议}, {act: refuse, word: 有异议}]
  - name: pay
    title: 付款
    who: {role: finance}
    days: 3
    pay: true
    acts: [{act: accept, word: 已付}]
words: {filed: 收到, accepted: 已付, passed: 同意, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func (o *office) purse(t *testing.T) purse {
	t.Helper()
	o.now.set(at("2026-11-23", "10:00"))
	p := purse{office: o, name: strings.ToLower(storagetest.Unique("f"))}
	p.payer, p.auditor, p.aid = o.person(t, "", "钱进", union.Finance), o.person(t, "", "孙核", union.Auditor), o.person(t, "", "方敏", union.AidOfficer)
	f := fund.Fund{Name: p.name, Year: 2026, Title: "补助", Budget: purseBudget}
	if err := storage.NewFunds(o.db).Set(t.Context(), f, fund.Entry{At: o.now.Now()}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p purse) file(t *testing.T, more string) cases.Case {
	t.Helper()
	return p.fileOf(t, strings.NewReplacer("FUND", p.name, "MORE", more).Replace(handsOfPurse))
}

// stand is what the fund and its ledger say: set aside, paid and to come back.
func (p purse) stand(t testing.TB) [3]int64 {
	t.Helper()
	funds := storage.NewFunds(p.db)
	f, err := funds.Of(t.Context(), p.name, 2026)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := funds.Entries(t.Context(), p.name, time.Time{}, at("2030-01-01", "00:00"))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[fund.Kind]int64{}
	for _, e := range entries {
		sums[e.Kind] += e.Fen
	}
	held := sums[fund.Reserved] - sums[fund.Released] - sums[fund.Paid]
	paid, owed, lost := sums[fund.Paid]-sums[fund.Reclaim], sums[fund.Reclaim]-sums[fund.Returned]-sums[fund.Lost], sums[fund.Lost]
	if f.Reserved != held || f.Paid != paid || f.Reclaim != owed || f.Lost != lost || f.Left() != f.Budget-held-paid-owed-lost || min(held, paid, owed) < 0 {
		t.Fatalf("the fund is %+v, its ledger comes to %d, %d, %d", f, held, paid, owed)
	}
	return [3]int64{held, paid, owed}
}

// granted is a case of which 600 yuan are set aside; paid is one that is paid.
func (p purse) granted(t *testing.T, more string) cases.Case {
	t.Helper()
	c := p.file(t, more)
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 600_00)
	return c
}

func (p purse) grant(t *testing.T, c cases.Case, fen int64) {
	t.Helper()
	if _, err := p.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.aid.ID, Act: cases.Accept, Grant: fen}); err != nil {
		t.Fatal(err)
	}
}

func (p purse) paid(t *testing.T) cases.Case {
	t.Helper()
	c := p.granted(t, "")
	p.now.set(at("2026-11-26", "10:00"))
	p.decide(t, p.auditor, c, cases.Accept, "")
	p.decide(t, p.payer, c, cases.Accept, "")
	return c
}

func (o *office) askUndo(t testing.TB, c cases.Case, who union.Member, why string) (cases.Undoing, error) {
	t.Helper()
	return o.AskUndo(t.Context(), cases.UndoWish{Member: who.ID, Number: c.Number, Why: why})
}

// told lists whom notices of a text have gone to.
func (o *office) told(text string) (ids []union.MemberID) {
	for _, n := range o.outbox.take() {
		if strings.Contains(n.Body.Text, text) {
			ids = append(ids, n.To)
		}
	}
	return ids
}

func testUndoFrees(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "")
	reader := o.person(t, "", "吴刚", union.AidOfficer)
	if err := o.copyTo(t, c, p.aid, reader); err != nil {
		t.Fatal(err)
	}
	if p.stand(t) != [3]int64{600_00, 0, 0} {
		t.Fatalf("set aside are %v", p.stand(t))
	}
	if _, err := o.askUndo(t, c, p.branch, " "); !errors.As(err, new(*cases.IncompleteError)) {
		t.Errorf("without a reason: %v", err)
	}
	u, err := o.askUndo(t, c, o.branch, "重复申请")
	if err != nil || u.Reserved != 600_00 || len(u.Officers) == 0 {
		t.Fatalf("asked %+v, %v", u, err)
	}
	if now := o.at(t, c); now.State != cases.Open || now.Step != "undo.grant" || len(o.openOf(t, c)) == 0 {
		t.Fatalf("it stands at %+v", now)
	}
	if got := p.stand(t); got != [3]int64{600_00, 0, 0} {
		t.Errorf("before it is granted %v", got)
	}
	if _, err := o.askUndo(t, c, p.aid, "也要撤"); !errors.Is(err, union.ErrSettled) {
		t.Errorf("asked twice: %v", err)
	}
	if _, err := o.Print(t.Context(), cases.PrintRequest{Viewer: p.aid.ID, Number: c.Number, Occasion: "1"}); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	o.decide(t, p.aid, c, cases.Accept, "确实重复")
	if checked, err := o.Check(t.Context(), o.press.check(t)); err != nil || checked.State != cases.Undone || !checked.Moved {
		t.Errorf("its paper is %+v, %v", checked, err)
	}
	now := o.at(t, c)
	if now.State != cases.Undone || now.EndedAt.IsZero() || len(o.openOf(t, c)) != 0 || p.stand(t) != [3]int64{0, 0, 0} {
		t.Errorf("undone it is %+v, money %v", now, p.stand(t))
	}
	told := o.told("undone " + c.Number + " true 60000 0")
	for _, who := range []union.Member{o.worker, o.branch, reader} {
		if !slices.Contains(told, who.ID) {
			t.Errorf("%s is not told", who.Name)
		}
	}
	if list, err := o.Publicities(t.Context(), o.worker.ID); err != nil || len(list) != 0 {
		t.Errorf("still public: %v, %v", list, err)
	}
	if _, err := o.askUndo(t, c, o.branch, "再来"); !errors.Is(err, union.ErrSettled) {
		t.Errorf("undone twice: %v", err)
	}
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "passed", "passed", "copied", "undo_asked", "undone"}) {
		t.Errorf("timeline %v", got)
	}
}

func testUndoReclaims(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.paid(t)
	if p.stand(t) != [3]int64{0, 600_00, 0} || o.at(t, c).State != cases.Accepted {
		t.Fatalf("paid are %v", p.stand(t))
	}
	if _, err := o.askUndo(t, c, o.worker, "不要了"); !errors.Is(err, cases.ErrPaid) {
		t.Errorf("its author asks: %v", err)
	}
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "追回来")
	now := o.at(t, c)
	if now.Standing() != cases.Undone || now.Step != "back.pay" || p.stand(t) != [3]int64{0, 0, 600_00} {
		t.Fatalf("it is %+v, money %v", now, p.stand(t))
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != p.payer.ID {
		t.Fatalf("the money is with %+v", open)
	}
	o.decide(t, p.payer, c, cases.Accept, "凭证12号")
	if now := o.at(t, c); now.State != cases.Undone || p.stand(t) != [3]int64{0, 0, 0} {
		t.Errorf("it is %+v, money %v", now, p.stand(t))
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.payer.ID, Act: cases.Accept, Note: "再记一次"}); !errors.Is(err, union.ErrSettled) {
		t.Errorf("it comes back twice: %v", err)
	}
}

func testUndoRefused(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "")
	before, open := o.at(t, c), o.openOf(t, c)
	for i := range 2 { // it may be asked for again
		if _, err := o.askUndo(t, c, o.worker, "不想要了"); err != nil {
			t.Fatalf("time %d: %v", i, err)
		}
		o.decide(t, p.aid, c, cases.Refuse, "已经公示")
		now, again := o.at(t, c), o.openOf(t, c)
		if now.State != before.State || now.Step != before.Step || now.Undo != nil || len(again) != 1 || again[0].Officer != open[0].Officer {
			t.Fatalf("it was %+v with %+v, and is %+v with %+v", before, open, now, again)
		}
	}
	if list, err := o.Publicities(t.Context(), o.worker.ID); err != nil || len(list) != 1 || p.stand(t) != [3]int64{600_00, 0, 0} {
		t.Errorf("public %v, %v, money %v", list, err, p.stand(t))
	}
	o.now.set(at("2026-11-26", "10:00"))
	o.decide(t, p.auditor, c, cases.Accept, "") // the notice ran on meanwhile
	o.decide(t, p.payer, c, cases.Accept, "")
	ended := o.at(t, c)
	o.now.set(at("2026-11-30", "10:00"))
	if _, err := o.askUndo(t, c, o.branch, "想重办"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Refuse, "不用")
	if now := o.at(t, c); now.State != cases.Accepted || !now.EndedAt.Equal(ended.EndedAt) || len(o.openOf(t, c)) != 0 {
		t.Errorf("it ended %+v, and is %+v", ended, now)
	}
}

func testUndoKeepsSignatures(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	first := "review:\n  - {name: first, title: 初审, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 受理}]}\n"
	source := strings.NewReplacer("review:\n", first, "{MODE}", "{"+allJudges, "words: {", "words: {passed: 通过, ").Replace(several)
	c := o.fileOf(t, source)
	o.decide(t, o.branch, c, cases.Accept, "")
	o.decide(t, judges[0], c, cases.Accept, "")
	if _, err := o.askUndo(t, c, judges[0], "名单错了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, c, cases.Refuse, "没错")
	if open := o.openOf(t, c); o.at(t, c).Step != "sign" || len(open) != 2 {
		t.Fatalf("it is with %+v", open)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: judges[0].ID, Act: cases.Accept}); !errors.Is(err, union.ErrSettled) {
		t.Errorf("who has signed signs again: %v", err)
	}
	o.decide(t, judges[1], c, cases.Accept, "")
	o.decide(t, judges[2], c, cases.Accept, "")
	if now := o.at(t, c); now.State != cases.Accepted {
		t.Errorf("it is %s", now.State)
	}
}

func testUndoRights(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.file(t, "")
	if _, err := o.askUndo(t, c, o.worker, "早了"); !errors.Is(err, cases.ErrNothingToUndo) {
		t.Errorf("nothing is approved: %v", err)
	}
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 100_00)
	for _, who := range []union.Member{o.mate, o.other} {
		if _, err := o.askUndo(t, c, who, "看不惯"); !errors.Is(err, union.ErrNotFound) && !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s asks: %v", who.Name, err)
		}
	}
	if _, err := o.askUndo(t, c, p.aid, "核错了"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []union.Member{p.aid, o.worker, o.branch, p.payer} {
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: cases.Accept}); err == nil {
			t.Errorf("%s decides", who.Name)
		}
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.chair.ID, Act: cases.Accept}); err != nil {
		t.Errorf("the chair is asked instead: %v", err)
	}
}

func testUndoOnce(t *testing.T, o *office) {
	p := o.purse(t)
	other := o.person(t, "", "李帮", union.AidOfficer)
	c := p.granted(t, "")
	if _, err := o.askUndo(t, c, o.branch, "重复"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		who := []union.Member{p.aid, other}[i%2]
		wg.Go(func() {
			_, errs[i] = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: cases.Accept})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, union.ErrSettled) {
			t.Error(err)
		}
	}
	if got := o.kinds(t, c); won != 1 || p.stand(t) != [3]int64{0, 0, 0} || got[len(got)-1] != "undone" {
		t.Errorf("%d have granted it, money %v, timeline %v", won, p.stand(t), got)
	}
}

func testUndoFile(t *testing.T, o *office) {
	p := o.purse(t)
	for more, decides := range map[string]union.Member{"undo: {off: true}": {}, "undo: {role: auditor, days: 2}": p.auditor} {
		c := p.fileOf(t, strings.NewReplacer("FUND", p.name, "MORE", "").Replace(handsOfPurse)+more+"\n")
		p.decide(t, p.branch, c, cases.Accept, "属实")
		p.grant(t, c, 100_00)
		u, err := o.askUndo(t, c, o.branch, "重复")
		if decides.ID == 0 {
			if !errors.Is(err, cases.ErrActNotAllowed) {
				t.Errorf("switched off: %v", err)
			}
			continue
		}
		if err != nil || len(u.Officers) != 1 || u.Officers[0].ID != decides.ID {
			t.Errorf("%+v decide, %v", u.Officers, err)
		}
	}
}

func testUndoFallen(t *testing.T, o *office) {
	p := o.purse(t)
	safety := o.person(t, "", "马超", union.SafetyOfficer)
	c := p.granted(t, "")
	if err := o.addSigner(t, c, p.auditor, cases.Before, safety); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	if _, err := o.askUndo(t, c, o.branch, "重复"); err != nil {
		t.Fatal(err)
	}
	if told := o.told("fallen " + c.Number); !slices.Equal(told, []union.MemberID{safety.ID}) {
		t.Errorf("told are %v", told)
	}
}

func testUndoLost(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.paid(t)
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "追回来")
	lost := cases.Decision{Case: c.ID, Officer: p.payer.ID, Act: cases.Waive}
	if _, err := o.Decide(t.Context(), lost); !errors.As(err, new(*cases.ReasonError)) {
		t.Errorf("without a reason: %v", err)
	}
	for i := range 2 { // it is claimed again where that is refused
		o.decide(t, p.payer, c, cases.Waive, "人已离职,联系不上")
		now, open := o.at(t, c), o.openOf(t, c)
		if now.Step != "loss.pay" || now.Owed() != 600_00 || p.stand(t) != [3]int64{0, 0, 600_00} || len(open) != 1 || open[0].Officer != p.aid.ID {
			t.Fatalf("it is %+v with %+v, money %v", now, open, p.stand(t))
		}
		if v, err := o.Case(t.Context(), o.worker.ID, now.Number); err != nil || slices.ContainsFunc(v.Timeline, func(e cases.Event) bool { return e.Kind == cases.EventUnrecovered }) {
			t.Errorf("who owes it reads that nobody expects it: %+v, %v", v.Timeline, err)
		}
		for _, who := range []union.Member{p.payer, o.worker, o.branch} {
			if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: cases.Accept}); err == nil {
				t.Errorf("%s writes it off", who.Name)
			}
		}
		if i > 0 {
			break
		}
		o.decide(t, p.aid, c, cases.Refuse, "再发一次函")
		if open := o.openOf(t, c); o.at(t, c).Step != "back.pay" || len(open) != 1 || open[0].Officer != p.payer.ID {
			t.Fatalf("it is claimed by %+v", open)
		}
	}
	o.outbox.take()
	var wg sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.aid.ID, Act: cases.Accept, Note: "同意"})
		})
	}
	wg.Wait()
	won := slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, union.ErrSettled) })
	if now := o.at(t, c); len(won) != 1 || won[0] != nil || now.State != cases.Undone || now.Owed() != 0 || p.stand(t) != [3]int64{} {
		t.Errorf("written off it is %+v, money %v, %v", now, p.stand(t), won)
	}
	if f, err := storage.NewFunds(o.db).Of(t.Context(), p.name, 2026); err != nil || f.Lost != 600_00 || f.Left() != purseBudget-600_00 {
		t.Errorf("the fund is %+v, %v", f, err)
	}
	if told := o.told("lost " + c.Number); !slices.Contains(told, o.worker.ID) || !slices.Contains(told, p.payer.ID) {
		t.Errorf("told are %v", told)
	}
	want := []string{"undo_asked", "undone", "written_off"} // what its author reads
	if got := o.kinds(t, c); !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("timeline %v", got)
	}
}

// testUndoLostByAsker has the only aid officer, for whom somebody else recovers nothing, ask for the undoing.
func testUndoLostByAsker(t *testing.T, o *office) {
	p := o.purse(t)
	admin := o.person(t, "", "管理员", union.Admin)
	source := strings.NewReplacer("FUND", p.name, "MORE", "", "words: {", "undo: {role: aid_officer}\nwords: {").Replace(handsOfPurse)
	c := p.fileOf(t, source)
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 600_00)
	p.now.set(at("2026-11-26", "10:00"))
	p.decide(t, p.auditor, c, cases.Accept, "")
	p.decide(t, p.payer, c, cases.Accept, "")
	if _, err := o.askUndo(t, c, p.aid, "算错了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "追回来")
	o.outbox.take()
	o.decide(t, p.payer, c, cases.Waive, "人已离职")
	if got := o.has(t, c); o.at(t, c).Step != "loss.pay" || !slices.Equal(got, []string{"陈静"}) {
		t.Fatalf("at %s %v have it", o.at(t, c).Step, got)
	}
	notices := o.outbox.take()
	if told := told(notices, admin); count(told, "digest") != 1 {
		t.Errorf("administrators are told %v", told)
	}
	events, err := storage.NewTimeline(o.db).Of(t.Context(), c.ID)
	if err != nil || events[len(events)-1].Kind != cases.EventUnheld {
		t.Errorf("on record is %+v, %v", events[len(events)-1], err)
	}
	for _, who := range []union.Member{p.aid, p.payer} {
		_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: cases.Accept})
		if !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s writes off what they asked for: %v", who.Name, err)
		}
		if err := o.handOver(t, c, o.chair, who); err == nil {
			t.Errorf("it is handed to %s", who.Name)
		}
	}
	o.decide(t, o.chair, c, cases.Accept, "同意")
	if now := o.at(t, c); now.Owed() != 0 || p.stand(t) != [3]int64{} {
		t.Errorf("written off it is %+v, money %v", now, p.stand(t))
	}
	if told := o.told("lost " + c.Number); !slices.Contains(told, p.aid.ID) {
		t.Errorf("told are %v", told)
	}
}

func testUndoWhileMended(t *testing.T, o *office) {
	p := o.purse(t)
	source := strings.NewReplacer("FUND", p.name, "MORE", "", "word: 无异议}", "word: 无异议}, {act: return, word: 退回}").Replace(handsOfPurse)
	c := p.fileOf(t, source)
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 600_00)
	o.decide(t, p.auditor, c, cases.Return, "事情 写清楚哪一天")
	before := o.at(t, c)
	if before.State != cases.Returned || len(before.Asked) != 1 {
		t.Fatalf("it is %+v", before)
	}
	if _, err := o.askUndo(t, c, p.auditor, "是同一件"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Refuse, "不是")
	now := o.at(t, c)
	if now.State != cases.Returned || now.Step != before.Step || !slices.Equal(now.Asked, before.Asked) || now.Undo != nil || len(o.openOf(t, c)) != 0 {
		t.Fatalf("it was %+v, and is %+v", before, now)
	}
	mended := cases.Mending{Member: o.worker.ID, Number: c.Number, Values: map[string]cases.Value{"what": {Text: "上周三的事"}}}
	if _, err := o.Mend(t.Context(), mended); err != nil {
		t.Fatal(err)
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != p.auditor.ID {
		t.Errorf("mended, it is with %+v", open)
	}
	if _, err := o.askUndo(t, c, p.auditor, "还是撤了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "撤")
	if now := o.at(t, c); now.State != cases.Undone || p.stand(t) != [3]int64{} {
		t.Errorf("it is %+v, money %v", now, p.stand(t))
	}
	first := p.file(t, "")
	o.decide(t, o.branch, p.fileOf(t, strings.Replace(source, "word: 通过}", "word: 通过}, {act: return, word: 退回}", 1)), cases.Return, "写清楚")
	if _, err := o.askUndo(t, first, o.branch, "没批过"); !errors.Is(err, cases.ErrNothingToUndo) {
		t.Errorf("nothing is approved: %v", err)
	}
}

func testUndoSeats(t *testing.T, o *office) {
	lawyer := o.person(t, "", "严律", union.Lawyer)
	judge := o.person(t, "", "秦评", union.Judge)
	for _, mode := range []string{"all", "in_order"} {
		c := o.fileOf(t, strings.ReplaceAll(several, "{MODE}", "{seats: [lawyer, judge]}\n    mode: "+mode))
		o.decide(t, lawyer, c, cases.Accept, "")
		o.decide(t, judge, c, cases.Accept, "")
		u, err := o.askUndo(t, c, lawyer, "看错了")
		if err != nil || !slices.Equal(namesOf(u.Officers), []string{"秦评"}) && !slices.Equal(namesOf(u.Officers), []string{"陈静", "秦评"}) {
			t.Fatalf("%s: %v decide, %v", mode, namesOf(u.Officers), err)
		}
		for _, who := range u.Officers {
			o.decide(t, who, c, cases.Accept, "")
		}
		if now := o.at(t, c); now.State != cases.Undone {
			t.Errorf("%s: it is %+v", mode, now)
		}
	}
}

// testUndoBegunInOrder asks as the program did before it had all asked at once, and kept no record of how many it takes.
func testUndoBegunInOrder(t *testing.T, o *office) {
	lawyer, judge, auditor := o.person(t, "", "严律", union.Lawyer), o.person(t, "", "秦评", union.Judge), o.person(t, "", "孙核", union.Auditor)
	for _, inOrder := range []bool{true, false} {
		c := o.fileOf(t, strings.ReplaceAll(several, "{MODE}", "{seats: [lawyer, judge, auditor]}\n    mode: in_order"))
		for _, who := range []union.Member{lawyer, judge, auditor} {
			o.decide(t, who, c, cases.Accept, "")
		}
		if _, err := o.askUndo(t, c, o.worker, "不用了"); err != nil {
			t.Fatal(err)
		}
		before := o.at(t, c)
		before.Undo.Mode = ""
		if err := storage.NewCases(o.db).Update(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		order := []union.Member{auditor, judge, lawyer}
		if inOrder {
			order = []union.Member{lawyer, judge, auditor}
			for _, task := range o.openOf(t, c) {
				if task.Seat > 1 {
					if err := storage.NewTasks(o.db).Void(t.Context(), o.now.Now(), task.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := o.accepts(t, c, auditor); err == nil {
				t.Error("the last signs first")
			}
		}
		for i, who := range order {
			if now := o.at(t, c); now.State != cases.Open {
				t.Fatalf("in order %v: %s after %d of 3 have signed", inOrder, now.State, i)
			}
			o.decide(t, who, c, cases.Accept, "")
		}
		if now := o.at(t, c); now.State != cases.Undone {
			t.Errorf("in order %v: it is %+v", inOrder, now)
		}
	}
}

func namesOf(people []union.Member) (names []string) {
	for _, p := range people {
		names = append(names, p.Name)
	}
	return names
}

func testUndoSeconded(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if _, err := o.Second(t.Context(), o.other.ID, c.Number); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, c, cases.Accept, "")
	if _, err := o.askUndo(t, c, o.worker, "不用了"); err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	open := o.openOf(t, c)
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: open[0].Officer, Act: cases.Accept}); err != nil {
		t.Fatal(err)
	}
	if told := o.told("undone " + c.Number); !slices.Contains(told, o.other.ID) {
		t.Errorf("told are %v", told)
	}
}
