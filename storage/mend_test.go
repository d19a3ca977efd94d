package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// counted is a service whose sum follows from what is answered, and whose form asks more where that is much.
const counted = `prefix: JE
title: 补助
short: 补助
understand: {phrases: [报销补助]}
form:
  - {name: own, kind: money, label: 自付, ask: 多少, max: 100000}
  - {name: why, kind: text, label: 原因, ask: 为什么, when: own > 50000}
  - {name: papers, kind: pictures, label: 照片, ask: 单子, optional: true}
sums:
  - {name: aid, label: 补助, value: 'percent(own, 10)'}
summary: {title: '自付 {own}'}
review:
  - name: check
    title: 初核
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 同意}, {act: return, word: 退回}]
words: {filed: 收到, accepted: 同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func TestAReturnNamesWhatIsToBeMended(t *testing.T) {
	inOffices(t, []suite{
		{"just that is answered, its sums follow, and it goes straight back", testMend},
		{"what belongs to the form only now is asked too", testMendMore},
		{"a label of several words names its question", testMendSpaced},
		{"what names no question, or a sealed case, is returned in words", testMendWords},
	})
}

func yuan(text, fen string) cases.Value { return cases.Value{Text: text, Raw: []byte(fen)} }

func (o *office) countedCase(t *testing.T) cases.Case { return o.countedBy(t, counted) }

// countedBy files a case of the service in YAML that is much like counted.
func (o *office) countedBy(t *testing.T, source string) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "counted", source)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"own": yuan("100.00 元", "10000")}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

func (o *office) mend(t testing.TB, c cases.Case, who union.Member, values map[string]cases.Value) error {
	t.Helper()
	_, err := o.Mend(t.Context(), cases.Mending{Member: who.ID, Number: c.Number, Values: values})
	return err
}

func testMend(t *testing.T, o *office) {
	c := o.countedCase(t)
	second := o.person(t, "一分厂", "副主席", union.BranchChair)
	own := map[string]cases.Value{"own": yuan("200.00 元", "20000")}
	if err := o.mend(t, c, o.worker, own); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("nobody has asked: %v", err)
	}
	if done := o.decide(t, second, c, cases.Return, "自付 单子上不是这个数"); !slices.Equal(done.Case.Asked, []string{"own"}) {
		t.Fatalf("asked are %v", done.Case.Asked)
	}
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "二百", nil); err == nil {
		t.Error("it is answered in passing")
	}
	if err := o.mend(t, c, o.mate, own); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("by somebody else: %v", err)
	}
	for name, values := range map[string]map[string]cases.Value{"nothing": nil, "no sum": {"own": {Text: "很多"}}, "something else": {"why": {Text: "急"}}} {
		if field, lacks := cases.Unfinished(o.mend(t, c, o.worker, values)); !lacks || field != "own" {
			t.Errorf("%s: lacks %q", name, field)
		}
	}
	if err := o.mend(t, c, o.worker, own); err != nil {
		t.Fatal(err)
	}
	now := o.at(t, c)
	if now.State != cases.Open || now.Values["aid"].Text != "20.00 元" || now.Title != "自付 200.00 元" || len(now.Asked) > 0 {
		t.Errorf("it is %+v", now)
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != second.ID {
		t.Errorf("tasks %+v", open)
	}
	if err := o.mend(t, c, o.worker, own); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("mended again: %v", err)
	}
}

func testMendMore(t *testing.T, o *office) {
	c := o.countedCase(t)
	o.decide(t, o.branch, c, cases.Return, "自付")
	much := map[string]cases.Value{"own": yuan("600.00 元", "60000")}
	if field, lacks := cases.Unfinished(o.mend(t, c, o.worker, much)); !lacks || field != "why" {
		t.Errorf("lacks %q", field)
	}
	much["why"] = cases.Value{Text: "手术"}
	if err := o.mend(t, c, o.worker, much); err != nil {
		t.Fatal(err)
	}
	if now := o.at(t, c); now.Values["why"].Text != "手术" {
		t.Errorf("it is %+v", now.Values)
	}
	o.decide(t, o.branch, c, cases.Return, "自付")
	if err := o.mend(t, c, o.worker, map[string]cases.Value{"own": yuan("100.00 元", "10000")}); err != nil {
		t.Fatal(err)
	}
	if now := o.at(t, c); now.Values["why"].Text != "" { // it belonged to another answer
		t.Errorf("it is %+v", now.Values)
	}
}

func testMendSpaced(t *testing.T, o *office) {
	spaced := strings.Replace(counted, "label: 自付", "label: {zh: 自付 金额, en: Own share}", 1)
	for _, note := range []string{"自付 金额 单子上不是这个数", "自付金额: 对不上", "own share, please", "Own  Share"} {
		c := o.countedBy(t, spaced)
		if done := o.decide(t, o.branch, c, cases.Return, note); !slices.Equal(done.Case.Asked, []string{"own"}) {
			t.Errorf("%s asks %v", note, done.Case.Asked)
		}
	}
}

func testMendWords(t *testing.T, o *office) {
	c := o.countedCase(t)
	for _, note := range []string{"自付多少说不清", "自付、发票", "请补单子"} {
		if done := o.decide(t, o.branch, c, cases.Return, note); len(done.Case.Asked) > 0 {
			t.Errorf("%s asks %v", note, done.Case.Asked)
		}
		if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "一百", nil); err != nil {
			t.Fatal(err)
		}
	}
	doctor := o.person(t, "", "赵医生", union.Counsellor)
	if done := o.decide(t, doctor, o.closedCase(t, o.worker), cases.Return, "事情"); len(done.Case.Asked) > 0 {
		t.Errorf("a sealed one asks %v", done.Case.Asked)
	}
}
