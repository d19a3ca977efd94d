package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// several is a service whose step a committee signs, in the way of MODE.
const several = `prefix: DR
title: 多人会签
short: 会签
understand: {phrases: [多人会签]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - name: sign
    title: 会签
    who: {MODE}
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}, {act: return, word: 退回}]
words: {filed: 收到, accepted: 同意, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

const allJudges = "role: judge, otherwise: [chair]}\n    mode: all"

// signedCase files a case that several sign.
func (o *office) signedCase(t *testing.T, mode string) cases.Case {
	t.Helper()
	c := o.fileOf(t, strings.ReplaceAll(several, "{MODE}", "{"+mode))
	o.outbox.take()
	return c
}

func (o *office) judges(t *testing.T, n int) []union.Member {
	t.Helper()
	var all []union.Member
	for i := range n {
		all = append(all, o.person(t, "一分厂", fmt.Sprintf("评委%d", i+1), union.Judge))
	}
	return all
}

// stands says where a case is, and who has it.
func (o *office) stands(t *testing.T, c cases.Case) string {
	t.Helper()
	v, err := o.ByID(t.Context(), o.worker.ID, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %v %d/%d", v.State, v.Officers, v.Signed.Signed, v.Signed.Seats)
}

func testSignAtOnce(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	c := o.signedCase(t, allJudges)
	var all sync.WaitGroup
	outcomes := make(chan string, 2*len(judges))
	for range 2 { // everybody taps twice
		for _, j := range judges {
			all.Go(func() {
				_, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Step: "sign", Officer: j.ID, Act: cases.Accept})
				switch {
				case errors.Is(err, union.ErrSettled):
					outcomes <- j.Name + " again"
				case err != nil:
					t.Errorf("%s: %v", j.Name, err)
				default:
					outcomes <- j.Name
				}
			})
		}
	}
	all.Wait()
	close(outcomes)
	var got []string
	for outcome := range outcomes {
		got = append(got, outcome)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"评委1", "评委1 again", "评委2", "评委2 again", "评委3", "评委3 again"}, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{cases.EventFiled, cases.EventSigned, cases.EventSigned, cases.EventAccepted}, o.kinds(t, c)); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	put := o.outbox.take()
	if answers := told(put, o.worker); len(answers) != 1 {
		t.Errorf("the author was told %v", answers)
	}
	seen := map[string]bool{}
	for _, n := range put {
		if n.Kind == notice.KindCardUpdate {
			seen[n.Key] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d cards are grey", len(seen))
	}
}

func testSignInOrder(t *testing.T, o *office) {
	first, second := o.person(t, "", "钱进", union.Finance), o.person(t, "", "郑和", union.Auditor)
	c := o.signedCase(t, "seats: [finance, auditor, chair]}\n    mode: in_order")
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: second.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("out of turn: %v", err)
	}
	for i, officer := range []union.Member{first, second} {
		done := o.decide(t, officer, c, cases.Accept, "")
		if done.Signed != i+1 || done.Seats != 3 || len(done.Next) != 1 {
			t.Errorf("%s signed %d of %d, then %v", officer.Name, done.Signed, done.Seats, done.Next)
		}
	}
	if done := o.decide(t, o.chair, c, cases.Refuse, "超预算"); done.Case.State != cases.Refused {
		t.Errorf("it is %s", done.Case.State)
	}
}

// Who holds two of the offices signs once.
func testSignTwoOffices(t *testing.T, o *office) {
	both := o.person(t, "", "钱进", union.Finance, union.Auditor)
	for _, mode := range []string{"in_order", "all"} {
		c := o.signedCase(t, "seats: [finance, auditor, chair]}\n    mode: "+mode)
		o.decide(t, both, c, cases.Accept, "")
		if got := o.stands(t, c); got != "open [陈静] 1/2" {
			t.Errorf("%s: %s", mode, got)
		}
		if done := o.decide(t, o.chair, c, cases.Accept, ""); done.Case.State != cases.Accepted {
			t.Errorf("%s: it is %s", mode, done.Case.State)
		}
	}
}

func testVeto(t *testing.T, o *office) {
	o.judges(t, 4)
	auditor := o.person(t, "一分厂", "审计", union.Judge, union.Auditor)
	c := o.signedCase(t, "role: judge}\n    mode: share\n    share: 20\n    veto: [auditor]")
	if done := o.decide(t, auditor, c, cases.Refuse, "不合规"); done.Case.State != cases.Refused {
		t.Errorf("after the veto it is %s", done.Case.State)
	}
}

func testSignAfterSupplement(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	c := o.signedCase(t, allJudges)
	o.decide(t, judges[0], c, cases.Accept, "")
	o.decide(t, judges[1], c, cases.Return, "几个人")
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "十个人", nil); err != nil {
		t.Fatal(err)
	}
	if got := o.stands(t, c); got != "open [评委2 评委3] 1/3" {
		t.Errorf("after the supplement: %s", got)
	}
	o.decide(t, judges[1], c, cases.Accept, "")
	o.decide(t, judges[2], c, cases.Return, "谁带队")
	for _, gone := range judges[2:] {
		if err := o.members.Revoke(t.Context(), gone.ID, union.Judge, gone.Org); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "班长", nil); err != nil {
		t.Fatal(err)
	}
	if got := o.stands(t, c); got != "open [评委1 评委2] 0/2" { // nothing passes because somebody left
		t.Errorf("after the second supplement: %s", got)
	}
}

func testLostSeats(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "10:00")) // leavers are looked for in duty hours
	judges := o.judges(t, 4)
	c := o.signedCase(t, allJudges)
	lose := func(j union.Member) {
		t.Helper()
		if err := o.members.Revoke(t.Context(), j.ID, union.Judge, j.Org); err != nil {
			t.Fatal(err)
		}
	}
	lose(judges[3])
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: judges[3].ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("without the office: %v", err)
	}
	if done := o.decide(t, judges[0], c, cases.Accept, ""); done.Signed != 1 || done.Seats != 3 {
		t.Errorf("one seat is lost, and %d of %d have signed", done.Signed, done.Seats)
	}
	lose(judges[0]) // who has signed, has
	o.decide(t, judges[1], c, cases.Accept, "")
	leaver := judges[2]
	leaver.Status = union.Retired
	put(t, o.members, o.root+"/一分厂", leaver)
	o.tick(t)
	if got := o.stands(t, c); got != "open [陈静] 2/3" {
		t.Errorf("the last who had to sign has left: %s", got)
	}
	if done := o.decide(t, o.chair, c, cases.Accept, ""); done.Case.State != cases.Accepted {
		t.Errorf("in their place: %s", done.Case.State)
	}
}

// A seat goes with the task: whoever gets it signs once for it, and who has a seat already does not get a second.
func testHandSeat(t *testing.T, o *office) {
	judges := o.judges(t, 3)
	c := o.signedCase(t, allJudges)
	fresh := o.person(t, "一分厂", "评委4", union.Judge)
	o.decide(t, judges[0], c, cases.Accept, "")
	for _, seated := range judges[:2] {
		if err := o.handOver(t, c, judges[2], seated); !errors.As(err, new(*cases.UnfitError)) {
			t.Errorf("%s gets a second seat: %v", seated.Name, err)
		}
	}
	if err := o.handOver(t, c, judges[2], fresh); err != nil {
		t.Fatal(err)
	}
	if got := o.stands(t, c); got != "open [评委2 评委4] 1/3" {
		t.Errorf("handed over: %s", got)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: judges[2].ID, Act: cases.Accept}); err == nil {
		t.Error("who has given the seat away signs")
	}
	o.decide(t, fresh, c, cases.Accept, "")
	if done := o.decide(t, judges[1], c, cases.Accept, ""); done.Case.State != cases.Accepted {
		t.Errorf("all have signed: %s", done.Case.State)
	}
}

func testSilentSeats(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "09:00"))
	judges := o.judges(t, 5)
	c := o.signedCase(t, "role: judge, otherwise: [chair]}\n    mode: share\n    share: 60")
	o.decide(t, judges[0], c, cases.Accept, "")
	o.decide(t, judges[1], c, cases.Refuse, "不急")
	o.now.set(at("2026-12-01", "10:00"))
	o.tick(t)
	if got := o.stands(t, c); got != "open [陈静] 2/5" {
		t.Fatalf("after days of silence: %s", got)
	}
	if done := o.decide(t, o.chair, c, cases.Refuse, "缓一缓"); done.Case.State != cases.Refused {
		t.Errorf("for the three who kept silent, it is %s", done.Case.State)
	}
}

func testSignedKeptAway(t *testing.T, o *office) {
	first, second := o.person(t, "", "钱进", union.Finance), o.person(t, "", "郑和", union.Auditor)
	s := o.serviceOf(t, "kept_away", strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(several, "{MODE}", "{seats: [finance, auditor]}\n    mode: all"),
		"words:", `  - name: pay
    title: 付款
    who: {role: finance, otherwise: [chair]}
    not_by: [sign]
    days: 3
    acts: [{act: accept, word: 付款}]
words:`), "{filed:", "{passed: 通过, filed:"))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"what": {Text: "借会场"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.decide(t, first, filed.Case, cases.Accept, "")
	if done := o.decide(t, second, filed.Case, cases.Accept, ""); len(done.Next) != 1 || done.Next[0].ID != o.chair.ID {
		t.Errorf("asked are %+v", done.Next)
	}
}

func testSignedHandsOver(t *testing.T, o *office) {
	judges := o.judges(t, 2)
	c := o.signedCase(t, "role: judge}\n    mode: all")
	o.decide(t, judges[0], c, cases.Accept, "")
	fresh := o.person(t, "一分厂", "新评委", union.Judge)
	var settled *cases.Settled
	if err := o.handOver(t, c, judges[0], fresh); !errors.As(err, &settled) || settled.Officer != judges[0].Name {
		t.Errorf("after signing: %v", err)
	}
}

func TestSeveralSignOneStep(t *testing.T) {
	inOffices(t, []suite{
		{"everybody at once, twice, is one signature each", testSignAtOnce},
		{"one after the other", testSignInOrder},
		{"two offices in one hand are one signature", testSignTwoOffices},
		{"a veto ends it", testVeto},
		{"what was signed stands where the author adds something", testSignAfterSupplement},
		{"who loses the office loses the seat, and nothing passes by it", testLostSeats},
		{"a seat goes with the task that is handed over", testHandSeat},
		{"who stands in for several has their seats", testSilentSeats},
		{"nobody who has signed is asked for the step that others have to sign", testSignedKeptAway},
		{"who has signed hands nothing over", testSignedHandsOver},
	})
}
