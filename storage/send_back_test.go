package storage_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

func TestSendingBack(t *testing.T) {
	inOpenOffices(t, []suite{
		{"what was decided since is void, and its money free", testSendBackThrough},
		{"where the file says so it comes straight back, and what stands bars", testSendBackStraight},
		{"it goes to earlier steps of officers only, and not past a payment", testSendBackWhere},
		{"who was added is told, and who is away has it signed for", testAddedAway},
	})
}

func (o *office) sendBack(t testing.TB, c cases.Case, who union.Member, to string) (cases.Decided, error) {
	t.Helper()
	return o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: who.ID, Act: cases.SendBack, To: to, Note: "数据要重核"})
}

// voided lists the kinds of a case's entries that are void.
func (o *office) voided(t *testing.T, c cases.Case) (kinds []string) {
	t.Helper()
	v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, void := range cases.Voided(v.Service, v.Timeline) {
		if void {
			kinds = append(kinds, v.Timeline[i].Step)
		}
	}
	return kinds
}

func testSendBackThrough(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "")
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.auditor.ID, Act: cases.SendBack, To: "check"}); !errors.As(err, new(*cases.ReasonError)) {
		t.Errorf("without a reason: %v", err)
	}
	o.outbox.take()
	done, err := o.sendBack(t, c, p.auditor, "check")
	if err != nil || len(done.Next) != 1 || done.Next[0].ID != o.branch.ID {
		t.Fatalf("sent back to %+v, %v", done.Next, err)
	}
	if p.stand(t) != [3]int64{0, 0, 0} || !slices.Equal(o.voided(t, c), []string{"check", "grant"}) {
		t.Errorf("money %v, void are %v", p.stand(t), o.voided(t, c))
	}
	var down, author bool
	for _, n := range o.outbox.take() {
		down = down || n.To == o.branch.ID && n.Body.Text == "take down "+c.Number
		author = author || n.To == o.worker.ID
	}
	if list, err := o.Publicities(t.Context(), o.worker.ID); err != nil || len(list) != 0 || !down || !author {
		t.Errorf("public are %v, %v; taken down %t, told %t", list, err, down, author)
	}
	again := cases.Decision{Case: c.ID, Officer: p.auditor.ID, Step: "publish", Act: cases.SendBack, To: "check", Note: "数据要重核"}
	if _, err := o.Decide(t.Context(), again); !errors.Is(err, union.ErrSettled) {
		t.Errorf("sent back twice: %v", err)
	}
	o.decide(t, o.branch, c, cases.Accept, "重核过")
	p.grant(t, c, 400_00) // another sum
	if p.stand(t) != [3]int64{400_00, 0, 0} {
		t.Errorf("set aside anew %v", p.stand(t))
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.auditor.ID, Act: cases.Accept}); !errors.As(err, new(*cases.TooEarlyError)) {
		t.Errorf("the new notice does not stand: %v", err)
	}
	o.now.set(at("2026-11-30", "10:00"))
	o.decide(t, p.auditor, c, cases.Accept, "")
	o.decide(t, p.payer, c, cases.Accept, "")
	if p.stand(t) != [3]int64{0, 400_00, 0} || o.at(t, c).State != cases.Accepted {
		t.Errorf("paid %v", p.stand(t))
	}
}

func testSendBackStraight(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "send_back: straight")
	deputy := o.person(t, "一分厂", "副主席", union.BranchChair)
	if err := o.members.Grant(t.Context(), p.aid.ID, union.BranchChair, o.branch.Org); err != nil {
		t.Fatal(err)
	}
	if _, err := o.sendBack(t, c, p.auditor, "check"); err != nil {
		t.Fatal(err)
	}
	if now := o.at(t, c); now.Step != "check" || len(now.Leaps) != 1 || p.stand(t) != [3]int64{600_00, 0, 0} || !slices.Equal(o.voided(t, c), []string{"check"}) {
		t.Fatalf("it is %+v, money %v, void %v", now, p.stand(t), o.voided(t, c))
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.aid.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("whose decision stands decides what it checks: %v", err)
	}
	if _, err := o.sendBack(t, c, o.branch, "check"); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("before the first step: %v", err)
	}
	done := o.decide(t, deputy, c, cases.Accept, "属实")
	if now := o.at(t, c); now.Step != "publish" || len(now.Leaps) != 0 || len(done.Next) != 1 || done.Next[0].ID != p.auditor.ID {
		t.Fatalf("it is %+v with %+v", now, done.Next)
	}
	if list, err := o.Publicities(t.Context(), o.worker.ID); err != nil || len(list) != 1 {
		t.Errorf("public are %v, %v", list, err)
	}
	if _, err := o.sendBack(t, c, p.auditor, "grant"); err != nil || p.stand(t) != [3]int64{600_00, 0, 0} { // its money stays as it was
		t.Fatalf("money %v, %v", p.stand(t), err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: p.aid.ID, Act: cases.Accept, Grant: purseBudget + 1}); !errors.As(err, new(*fund.ShortError)) && !errors.As(err, new(*cases.GrantNeededError)) {
		t.Errorf("more than there is: %v", err)
	}
	p.grant(t, c, 900_00) // what it had is there for it
	if p.stand(t) != [3]int64{900_00, 0, 0} || o.at(t, c).Step != "publish" {
		t.Errorf("money %v at %s", p.stand(t), o.at(t, c).Step)
	}
	if _, err := o.sendBack(t, c, p.auditor, "grant"); err != nil {
		t.Fatal(err)
	}
	p.grant(t, c, 100_00)
	if p.stand(t) != [3]int64{100_00, 0, 0} || o.at(t, c).Step != "publish" {
		t.Errorf("money %v at %s", p.stand(t), o.at(t, c).Step)
	}
	if _, err := o.sendBack(t, c, p.auditor, "check"); err != nil {
		t.Fatal(err)
	}
	o.decide(t, deputy, c, cases.Refuse, "不实")
	if now := o.at(t, c); now.State != cases.Refused || len(now.Leaps) != 0 || p.stand(t) != [3]int64{0, 0, 0} {
		t.Errorf("refused it is %+v, money %v", now, p.stand(t))
	}
}

func testSendBackWhere(t *testing.T, o *office) {
	p := o.purse(t)
	c := p.granted(t, "send_back: never")
	if _, err := o.sendBack(t, c, p.auditor, "check"); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("never: %v", err)
	}
	o.now.set(at("2026-11-26", "10:00"))
	o.decide(t, p.auditor, c, cases.Accept, "")
	v, err := o.TaskByNumber(t.Context(), p.payer.ID, c.Number)
	names := make([]string, len(v.Earlier))
	for i, s := range v.Earlier {
		names[i] = s.Name
	}
	if err != nil || !slices.Equal(names, []string{"check", "grant", "publish"}) {
		t.Errorf("earlier are %v, %v", names, err)
	}
	for _, to := range []string{"pay", "nowhere", "", service.UndoStep("grant")} {
		if _, err := o.sendBack(t, c, p.payer, to); !errors.Is(err, cases.ErrActNotAllowed) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	if _, err := o.sendBack(t, c, p.payer, "publish"); err != nil || p.stand(t) != [3]int64{600_00, 0, 0} {
		t.Errorf("back to the notice: %v, money %v", err, p.stand(t))
	}
}

func testAddedAway(t *testing.T, o *office) {
	chief, deputy := o.person(t, "一分厂", "马超", union.SafetyOfficer), o.person(t, "一分厂", "代马", union.SafetyOfficer)
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.lend(t, chief, deputy, 2)
	if err := o.addSigner(t, c, o.branch, cases.Beside, chief); err != nil {
		t.Fatal(err)
	}
	open := o.openOf(t, c)
	i := slices.IndexFunc(open, func(task cases.Task) bool {
		return task.Officer == deputy.ID && task.For == chief.ID && task.Added != ""
	})
	if i < 0 {
		t.Fatalf("asked are %+v", open)
	}
	o.outbox.take()
	o.decide(t, o.branch, c, cases.Return, "请写清楚在哪里")
	if told := o.told("fallen " + c.Number); !slices.Equal(told, []union.MemberID{deputy.ID}) {
		t.Errorf("told are %v", told)
	}
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "东门", nil); err != nil {
		t.Fatal(err)
	}
	if err := o.addSigner(t, c, o.branch, cases.After, chief); err != nil { // asked when the turn comes
		t.Fatal(err)
	}
	if err := o.accepts(t, c, o.branch); err != nil {
		t.Fatal(err)
	}
	if err := o.accepts(t, c, deputy); err != nil {
		t.Errorf("who stands in does not sign: %v", err)
	}
	if now := o.at(t, c); now.State != cases.Accepted {
		t.Errorf("it is %+v", now)
	}
	events, err := storage.NewTimeline(o.db).Of(t.Context(), c.ID)
	if err != nil || events[len(events)-1].Name != "代马代马超" {
		t.Errorf("signed by %+v, %v", events, err)
	}
	back := o.file(t, o.mate, "给更衣室装一面镜子") // and one whose absence ends before
	if err := o.addSigner(t, back, o.branch, cases.Before, chief); err != nil {
		t.Fatal(err)
	}
	if _, err := o.EndAbsence(t.Context(), chief.ID); err != nil {
		t.Fatal(err)
	}
	o.sweepStandIns(t)
	if err := o.accepts(t, back, deputy); err == nil {
		t.Error("who stands in no more signs")
	}
	if err := o.accepts(t, back, chief); err != nil {
		t.Errorf("who is back does not sign: %v", err)
	}
}
