package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

func TestUndoingHolds(t *testing.T) {
	inOpenOffices(t, []suite{
		{"an author without a name stays without one", testUndoAnonymous},
		{"nothing is merged into what is undone", testMergeIntoUndone},
		{"while it was sent back straight, what was set aside may be undone", testUndoSentBack},
		{"what is undone while it is paid, is paid and to come back, or free", testUndoWhilePaid},
		{"a list says that it is undone while money is to come back", testUndoneListed},
		{"what an added signer has signed stands", testUndoAdded},
		{"a case that waits for its author waits again", testUndoByAuthorStep},
		{"by no way does whoever asks come to decide", testUndoHandings},
		{"nor where nobody decides in time, or they leave", testUndoOverdue},
		{"a sealed case goes back without a name", testSendBackSealed},
		{"a step that several sign is signed anew", testSendBackToSeveral},
		{"an award that is given up when it is decided anew is free", testSendBackWaived},
		{"an award that nobody can recover stands on record", testUndoAwardLost},
		{"and one that is graded anew is what it is worth then", testSendBackRegraded},
		{"and is said to be made public first only where it is yet to be", testSendBackPublished},
	})
}

func testUndoAnonymous(t *testing.T, o *office) {
	o.person(t, "", "评议员", union.Department)
	author := o.person(t, "一分厂/化验室", "不愿署名")
	s := o.serviceOf(t, "unnamed", twoSteps)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: author.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true,
		Values: map[string]cases.Value{"proposal": {Text: "装镜子"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	o.decide(t, o.branch, c, cases.Accept, "")
	if _, err := o.askUndo(t, c, author, "不提了"); err != nil {
		t.Fatal(err)
	}
	view, err := o.Case(t.Context(), o.branch.ID, c.Number)
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := json.Marshal(view); err != nil || strings.Contains(string(shown), strconv.FormatInt(int64(author.ID), 10)) {
		t.Errorf("officers see %s, %v", shown, err)
	}
	for _, n := range o.outbox.take() {
		if n.To != author.ID && strings.Contains(n.Body.Text, author.Name) {
			t.Errorf("%d is told %s", n.To, n.Body.Text)
		}
	}
	var before *cases.Settled
	_, err = o.askUndo(t, c, o.branch, "撤了吧")
	if !errors.As(err, &before) || before.Officer != "" {
		t.Errorf("whoever asks after: %v, %+v", err, before)
	}
}

func testMergeIntoUndone(t *testing.T, o *office) {
	p := o.purse(t)
	source := strings.NewReplacer("FUND", p.name, "MORE", "", "word: 通过}", "word: 通过}, {act: merge, word: 并入}", "refused: 不同意,", "refused: 不同意, merged: 并入,").Replace(handsOfPurse)
	c, dup := p.fileOf(t, source), p.fileOf(t, source)
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 600_00)
	p.now.set(at("2026-11-26", "10:00"))
	p.decide(t, p.auditor, c, cases.Accept, "")
	p.decide(t, p.payer, c, cases.Accept, "")
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "追回来")
	_, err := o.Decide(t.Context(), cases.Decision{Case: dup.ID, Officer: p.branch.ID, Act: cases.Merge, Into: c.Number})
	if !errors.Is(err, cases.ErrTargetUnfit) {
		t.Errorf("merged into what is undone: %v", err)
	}
}

func testUndoSentBack(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "send_back: straight")
	if _, err := o.sendBack(t, c, p.auditor, "check"); err != nil {
		t.Fatal(err)
	}
	u, err := o.askUndo(t, c, o.worker, "不要了")
	if err != nil || u.Reserved != 600_00 || u.Step.Name != "undo.grant" {
		t.Fatalf("it comes to %+v, %v", u, err)
	}
	o.decide(t, p.aid, c, cases.Refuse, "已经公示")
	if now := o.at(t, c); now.Step != "check" || len(now.Leaps) != 1 {
		t.Errorf("it stands at %+v", now)
	}
	if _, err := o.askUndo(t, c, o.worker, "真的不要了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "")
	if p.stand(t) != [3]int64{0, 0, 0} || o.at(t, c).State != cases.Undone {
		t.Errorf("money %v", p.stand(t))
	}
}

func testUndoWhilePaid(t *testing.T, o *office) {
	p := o.purse(t)
	for range 3 {
		c := p.file(t, "")
		p.decide(t, p.branch, c, cases.Accept, "属实")
		p.grant(t, c, 100_00)
		p.now.set(p.now.Now().AddDate(0, 0, 3))
		p.decide(t, p.auditor, c, cases.Accept, "")
		before := p.stand(t)
		var wg sync.WaitGroup
		var paid, asked, sent error
		wg.Go(func() {
			_, paid = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.payer.ID, Step: "pay", Act: cases.Accept})
		})
		wg.Go(func() { _, asked = o.askUndo(t, c, p.auditor, "重复") })
		wg.Go(func() {
			_, sent = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.payer.ID, Step: "pay", Act: cases.SendBack, To: "check", Note: "重核"})
		})
		wg.Wait()
		now, money := o.at(t, c), p.stand(t)
		switch {
		case paid == nil && sent == nil:
			t.Errorf("paid and sent back: %+v, %v", now, money)
		case paid == nil && money[1] != before[1]+100_00:
			t.Errorf("paid: %v", money)
		case asked == nil && now.Undo == nil && sent != nil:
			t.Errorf("asked: %+v", now)
		case asked == nil && now.Undo != nil && (now.Undo.Paid != "") != (paid == nil):
			t.Errorf("asked: %+v, paid %v", now.Undo, paid)
		}
	}
}

func testUndoneListed(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.paid(t)
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.aid, c, cases.Accept, "追回来")
	mine, err := o.Mine(t.Context(), o.worker.ID)
	if err != nil || !slices.ContainsFunc(mine, func(s cases.Summary) bool { return s.Number == c.Number && s.State == cases.Undone }) {
		t.Errorf("listed are %+v, %v", mine, err)
	}
}

func testUndoAdded(t *testing.T, o *office) {
	p := o.purse(t)
	safety := o.person(t, "", "马超", union.SafetyOfficer)
	c := p.file(t, "")
	p.decide(t, p.branch, c, cases.Accept, "属实")
	if err := o.addSigner(t, c, p.aid, cases.Before, safety); err != nil {
		t.Fatal(err)
	}
	if err := o.accepts(t, c, safety); err != nil {
		t.Fatal(err)
	}
	if _, err := o.askUndo(t, c, o.worker, "不要了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, p.branch, c, cases.Refuse, "再想想")
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != p.aid.ID {
		t.Fatalf("it is with %+v", open)
	}
	if err := o.accepts(t, c, safety); err == nil {
		t.Error("who has signed signs again")
	}
	p.grant(t, c, 100_00)
	if now := o.at(t, c); now.Step != "publish" || p.stand(t) != [3]int64{100_00, 0, 0} {
		t.Errorf("it is at %s, %v", now.Step, p.stand(t))
	}
}

func testUndoByAuthorStep(t *testing.T, o *office) {
	c := o.checkedCase(t, o.worker, false)
	for o.at(t, c).State == cases.Open && !o.waits(t, c) {
		o.decide(t, union.Member{ID: o.openOf(t, c)[0].Officer}, c, cases.Accept, "办好了")
	}
	if !o.waits(t, c) {
		t.Fatalf("it does not wait for its author: %+v", o.at(t, c))
	}
	step := o.at(t, c).Step
	u, err := o.askUndo(t, c, o.worker, "不用了")
	if err != nil {
		t.Fatal(err)
	}
	o.decide(t, u.Officers[0], c, cases.Refuse, "已经办了")
	if now := o.at(t, c); now.Step != step || !o.waits(t, c) {
		t.Errorf("it is %+v with %+v", now, o.openOf(t, c))
	}
}

func (o *office) waits(t *testing.T, c cases.Case) bool {
	t.Helper()
	open := o.openOf(t, c)
	return len(open) == 1 && open[0].Officer == c.Author
}

func testUndoHandings(t *testing.T, o *office) {
	p := o.purse(t)
	other := o.person(t, "", "李帮", union.AidOfficer)
	c := p.file(t, "")
	p.decide(t, p.branch, c, cases.Accept, "属实")
	p.grant(t, c, 100_00)
	if _, err := o.askUndo(t, c, other, "没办过"); !errors.Is(err, union.ErrForbidden) && !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who had no part asks: %v", err)
	}
	if _, err := o.askUndo(t, c, p.aid, "核错了"); err != nil {
		t.Fatal(err)
	}
	if err := o.handOver(t, c, other, p.aid); err == nil {
		t.Error("it is handed to whoever asks")
	}
	if err := o.addSigner(t, c, other, cases.Before, p.aid); err == nil {
		t.Error("who asks is added to sign")
	}
	o.lend(t, other, p.aid, 2)
	o.sweepStandIns(t)
	for _, task := range o.openOf(t, c) {
		if task.Officer == p.aid.ID {
			t.Error("who asks stands in")
		}
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.aid.ID, Act: cases.Accept}); err == nil {
		t.Error("who asks decides in another's place")
	}
}

func testUndoOverdue(t *testing.T, o *office) {
	p := o.purse(t)
	if err := o.members.Revoke(t.Context(), o.branch.ID, union.BranchChair, o.branch.Org); err != nil {
		t.Fatal(err)
	}
	c := p.file(t, "")
	p.decide(t, o.chair, c, cases.Accept, "属实")
	p.grant(t, c, 100_00)
	for i := range 2 {
		if _, err := o.askUndo(t, c, o.chair, "重复"); err != nil {
			t.Fatal(err)
		}
		if told := o.told("undo asked " + c.Number); !slices.Equal(told, []union.MemberID{o.worker.ID}) {
			t.Fatalf("time %d: told are %v", i, told)
		}
		if i == 0 {
			o.decide(t, p.aid, c, cases.Refuse, "不重复")
		}
	}
	for range 8 {
		o.now.set(o.now.Now().AddDate(0, 0, 7))
		o.tick(t)
		for _, task := range o.openOf(t, c) {
			if task.Officer == o.chair.ID || task.Officer == o.worker.ID {
				t.Fatalf("it is with %+v", task)
			}
		}
	}
	if now := o.at(t, c); now.Undo == nil || p.stand(t) != [3]int64{100_00, 0, 0} {
		t.Errorf("in silence it is %+v, %v", now, p.stand(t))
	}
	o.leave(t, p.aid)
	o.tick(t)
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.chair.ID, Act: cases.Accept}); err == nil {
		t.Error("who asks decides")
	}
}

func testSendBackSealed(t *testing.T, o *office) {
	first, second := o.person(t, "", "赵医生", union.Counsellor), o.person(t, "", "钱律师", union.Lawyer)
	source := strings.Replace(closed, "words: {", `  - name: over
    title: 复核
    who: {role: lawyer}
    days: 3
    acts: [{act: accept, word: 答复}, {act: refuse, word: 不受理}]
words: {passed: '{number}', `, 1)
	s := o.serviceOf(t, "closed", source)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, Anonymous: true, Sealed: true,
		Values: map[string]cases.Value{"what": {Text: "班长骂人"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	o.decide(t, first, c, cases.Accept, "")
	o.outbox.take()
	if _, err := o.sendBack(t, c, second, "look"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.askUndo(t, c, first, "撤了"); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("a sealed case is undone: %v", err)
	}
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID || strings.Contains(n.Body.Text, o.worker.Name) || !n.Coarse {
			t.Errorf("%+v", n)
		}
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != first.ID {
		t.Errorf("it is with %+v", open)
	}
}

func testSendBackToSeveral(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	last := "  - {name: last, title: 终审, who: {role: branch_chair}, days: 3, acts: [{act: accept, word: 受理}, {act: refuse, word: 不受理}]}\n"
	source := strings.NewReplacer("{MODE}", "{"+allJudges, "words: {", last+"words: {passed: 通过, ").Replace(several)
	c := o.fileOf(t, source)
	for _, j := range judges {
		o.decide(t, j, c, cases.Accept, "")
	}
	if _, err := o.sendBack(t, c, o.branch, "sign"); err != nil {
		t.Fatal(err)
	}
	if open := o.openOf(t, c); len(open) != 3 {
		t.Fatalf("it is with %+v", open)
	}
	if void := o.voided(t, c); len(void) != 3 {
		t.Errorf("void are %v", void)
	}
	o.leave(t, judges[0])
	o.tick(t)
	for _, j := range judges[1:] {
		o.decide(t, j, c, cases.Accept, "")
	}
	if now := o.at(t, c); now.Step != "last" {
		t.Errorf("it is %+v with %+v", now, o.openOf(t, c))
	}
}

// prize is a service whose officers award what a grade is worth.
const prize = `prefix: JL
title: 奖励
short: 奖励
understand: {phrases: [奖励]}
fund: FUND
basis: {rule: {zh: 办法}, source: s, as_of: 2026-01-01, review_by: 2027-01-31}
award: {label: 奖金, by: grade, tiers: [{choice: first, yuan: 300}, {choice: second, yuan: 100}]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: check
    title: 评审
    who: {role: branch_chair}
    days: 3
    acts:
      - act: accept
        word: 通过
        form: [{name: grade, kind: choice, label: 等次, ask: 几等, choices: [{name: first, label: 一等}, {name: second, label: 二等}]}]
      - {act: refuse, word: 不同意}
  - name: award
    title: 定奖
    who: {role: chair}
    days: 3
    reserve: true
    acts: [{act: accept, word: 定奖}, {act: waive, word: 不定奖}]
  - name: pay
    title: 付款
    who: {role: finance}
    days: 3
    pay: true
    send_back: straight
    acts: [{act: accept, word: 已付}]
words: {filed: 收到, accepted: 已付, passed: 同意, refused: 不同意, withdrawn: 撤回}
`

func testSendBackWaived(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.fileOf(t, strings.ReplaceAll(prize, "FUND", p.name))
	graded := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"grade": {Text: "一等", Raw: []byte(`"first"`)}}}
	if _, err := o.Decide(t.Context(), graded); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
	if p.stand(t) != [3]int64{300_00, 0, 0} {
		t.Fatalf("awarded %v", p.stand(t))
	}
	if _, err := o.sendBack(t, c, p.payer, "award"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Waive, "不是他做的")
	awards, err := storage.NewAwards(o.db).Unpaid(t.Context(), time.Time{}, at("2030-01-01", "00:00"), 0, 10)
	if now := o.at(t, c); now.State != cases.Accepted || p.stand(t) != [3]int64{0, 0, 0} || len(awards) > 0 || err != nil {
		t.Errorf("given up it is %s at %s, money %v, awards %v, %v", now.State, now.Step, p.stand(t), awards, err)
	}
}

func testUndoAwardLost(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.fileOf(t, strings.ReplaceAll(prize, "FUND", p.name))
	graded := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"grade": {Text: "一等", Raw: []byte(`"first"`)}}}
	if _, err := o.Decide(t.Context(), graded); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "")
	o.decide(t, p.payer, c, cases.Accept, "工行尾号 2316")
	if _, err := o.askUndo(t, c, p.payer, "付错人了"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.chair, c, cases.Accept, "追回来")
	o.decide(t, p.payer, c, cases.Waive, "人已离职")
	if now := o.at(t, c); now.Step != "loss.pay" || now.Values[service.FieldAward].Text == "" || now.Owed() != 300_00 {
		t.Errorf("it is at %s, awarded %+v, owed %d", now.Step, now.Values[service.FieldAward], now.Owed())
	}
}

func testSendBackRegraded(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.fileOf(t, strings.ReplaceAll(prize, "FUND", p.name))
	grade := func(label, name string) {
		t.Helper()
		graded := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"grade": {Text: label, Raw: []byte(`"` + name + `"`)}}}
		if _, err := o.Decide(t.Context(), graded); err != nil {
			t.Fatal(err)
		}
	}
	grade("一等", "first")
	o.decide(t, o.chair, c, cases.Accept, "")
	for _, to := range []struct {
		label, name string
		fen         int64
	}{{"二等", "second", 100_00}, {"二等", "second", 100_00}, {"一等", "first", 300_00}} {
		if _, err := o.sendBack(t, c, p.payer, "check"); err != nil {
			t.Fatal(err)
		}
		grade(to.label, to.name)
		awards, err := storage.NewAwards(o.db).OfMember(t.Context(), o.worker.ID, 10)
		if now := o.at(t, c); err != nil || now.Step != "pay" || p.stand(t) != [3]int64{to.fen, 0, 0} || len(awards) != 1 || awards[0].Fen != to.fen {
			t.Fatalf("graded %s it is at %s, money %v, awards %+v, %v", to.label, now.Step, p.stand(t), awards, err)
		}
	}
	o.decide(t, p.payer, c, cases.Accept, "")
	if p.stand(t) != [3]int64{0, 300_00, 0} {
		t.Errorf("paid %v", p.stand(t))
	}
}

// What comes straight back to a step past its public notice is made public no more.
func testSendBackPublished(t *testing.T, o *office) {
	p := o.purse(t)
	public := `  - name: publish
    title: 公示
    who: {role: auditor}
    days: 3
    wait: 1
    publish: '{masked} 奖'
    acts: [{act: accept, word: 无异议}, {act: refuse, word: 有异议}]
  - name: pay`
	c := p.fileOf(t, strings.NewReplacer("FUND", p.name, "  - name: pay", public).Replace(prize))
	graded := func(label, name, notice string, rest func()) {
		t.Helper()
		o.outbox.take()
		in := cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept, Answers: map[string]cases.Value{"grade": {Text: label, Raw: []byte(`"` + name + `"`)}}}
		if _, err := o.Decide(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		rest()
		read := slices.DeleteFunc(o.read(o.worker), func(text string) bool { return !strings.Contains(text, "is awarded") })
		if len(read) != 1 || !strings.HasSuffix(read[0], fmt.Sprintf("notice %q", notice)) {
			t.Fatalf("graded %s, at %s, the author reads %q", label, o.at(t, c).Step, read)
		}
	}
	graded("一等", "first", "publish", func() { o.decide(t, o.chair, c, cases.Accept, "") })
	o.now.set(o.now.Now().AddDate(0, 0, 7))
	o.decide(t, p.auditor, c, cases.Accept, "")
	if _, err := o.sendBack(t, c, p.payer, "check"); err != nil {
		t.Fatal(err)
	}
	graded("二等", "second", "", func() {})
	if now := o.at(t, c); now.Step != "pay" {
		t.Errorf("it is at %s", now.Step)
	}
}
