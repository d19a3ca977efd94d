package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// packed is a service of which officers read a part only once its author hands it over.
const packed = `prefix: FZ
title: 法律援助
short: 法律援助
sensitive: true
understand: {phrases: [找个律师]}
form:
  - {name: topic, kind: text, label: 事由, ask: 哪方面}
  - {name: facts, kind: text, label: 经过, ask: 说说}
pack: {title: 事实材料, holds: [facts], events: facts, consent: 同意交给他}
summary: {title: '{topic}'}
review:
  - name: take
    title: 接案
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 接案}, {act: return, word: 退回}]
words: {filed: 收到, accepted: 接案, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func TestAPackIsHandedOverByItsAuthorAlone(t *testing.T) {
	inOffices(t, []suite{
		{"nobody reads it before, and it is asked for once a day", testPackWithheld},
		{"it is opened or taken back, and never both", testPackRaced},
		{"it is open to those alone who have opened it", testPackOpenedByEach},
		{"of what has ended it is handed over no more", testPackEnded},
	})
}

func (o *office) packedCase(t *testing.T) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "packed", packed)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"topic": {Text: "合同"}, "facts": {Text: "口头辞退"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	return filed.Case
}

func (o *office) pack(t testing.TB, c cases.Case, who union.Member) (facts string, err error) {
	t.Helper()
	v, err := o.Pack(t.Context(), cases.PackRequest{Viewer: who.ID, Number: c.Number, Occasion: "1", File: true})
	return v.Values["facts"].Text, err
}

func (o *office) give(t testing.TB, c cases.Case, who union.Member, give bool) error {
	t.Helper()
	_, err := o.GivePack(t.Context(), who.ID, c.Number, give)
	return err
}

func testPackWithheld(t *testing.T, o *office) {
	c := o.packedCase(t)
	for range 2 { // twice on a day
		if facts, err := o.pack(t, c, o.branch); err != nil || facts != "" {
			t.Errorf("before a yes the officer reads %q: %v", facts, err)
		}
	}
	if put := o.outbox.take(); len(put) == 0 || slices.ContainsFunc(put, func(n notice.Notice) bool { return n.Key != put[0].Key || n.To != o.worker.ID }) {
		t.Errorf("asked for by %v", put)
	}
	for _, who := range []union.Member{o.chair, o.mate, o.other} { // who may see the case, and who may not
		if _, err := o.pack(t, c, who); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s asks for it: %v", who.Name, err)
		}
		if err := o.give(t, c, who, true); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s hands it over: %v", who.Name, err)
		}
	}
	for range 2 { // the same yes again
		if err := o.give(t, c, o.worker, true); err != nil {
			t.Fatal(err)
		}
	}
	reads := func(want string) {
		t.Helper()
		v, err := o.Case(t.Context(), o.branch.ID, c.Number)
		if err != nil || v.Values["facts"].Text != want || v.Values["topic"].Text != "合同" {
			t.Errorf("the officer reads %v, want %q: %v", v.Values, want, err)
		}
	}
	reads("")
	if v, err := o.Case(t.Context(), o.worker.ID, c.Number); err != nil || v.Values["facts"].Text != "口头辞退" {
		t.Errorf("the author reads %v: %v", v.Values, err)
	}
	for range 2 {
		if facts, err := o.pack(t, c, o.branch); err != nil || facts != "口头辞退" {
			t.Errorf("after a yes the officer reads %q: %v", facts, err)
		}
	}
	reads("口头辞退")
	if kinds := o.kinds(t, c); !slices.Equal(kinds, []string{cases.EventFiled, cases.EventPackGiven, cases.EventPackOpened}) {
		t.Errorf("the timeline has %v", kinds)
	}
}

func testPackRaced(t *testing.T, o *office) {
	for range 8 {
		c := o.packedCase(t)
		if err := o.give(t, c, o.worker, true); err != nil {
			t.Fatal(err)
		}
		var facts string
		var opening, taking error
		var both sync.WaitGroup
		both.Go(func() { facts, opening = o.pack(t, c, o.branch) })
		both.Go(func() { taking = o.give(t, c, o.worker, false) })
		both.Wait()
		if opened, back := opening == nil && facts != "", taking == nil; opened == back {
			t.Fatalf("opened: %t (%v), taken back: %t (%v)", opened, opening, back, taking)
		}
		if kinds := o.kinds(t, c); len(kinds) != 3 {
			t.Errorf("the timeline has %v", kinds)
		}
	}
}

func testPackEnded(t *testing.T, o *office) {
	c := o.packedCase(t)
	if err := o.give(t, c, o.worker, true); err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, c, cases.Accept, "")
	if facts, err := o.pack(t, c, o.branch); err != nil || facts != "" {
		t.Errorf("of what has ended the officer opens %q: %v", facts, err)
	}
	if err := o.give(t, c, o.worker, false); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("of what has ended it is taken back: %v", err)
	}
	if facts, err := o.pack(t, c, o.worker); err != nil || facts != "口头辞退" {
		t.Errorf("the author reads %q: %v", facts, err)
	}
}

func testPackOpenedByEach(t *testing.T, o *office) {
	c := o.packedCase(t)
	if err := o.give(t, c, o.worker, true); err != nil {
		t.Fatal(err)
	}
	if facts, err := o.pack(t, c, o.branch); err != nil || facts != "口头辞退" {
		t.Fatalf("the first officer opens %q: %v", facts, err)
	}
	reads := func(who union.Member, want string) {
		t.Helper()
		v, err := o.Case(t.Context(), who.ID, c.Number)
		if err != nil || v.Values["facts"].Text != want {
			t.Errorf("%s reads %q, want %q: %v", who.Name, v.Values["facts"].Text, want, err)
		}
		if v.Pack().Opened.IsZero() != (want == "") {
			t.Errorf("to %s it is opened at %v", who.Name, v.Pack().Opened)
		}
	}
	reads(o.chair, "") // who sees the case, and has not opened it
	if _, err := o.pack(t, c, o.chair); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who has not the case opens it: %v", err)
	}
	if err := o.handOver(t, c, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	reads(o.chair, "")
	if err := o.give(t, c, o.worker, false); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("what one has opened is taken back: %v", err)
	}
	for range 2 {
		if facts, err := o.pack(t, c, o.chair); err != nil || facts != "口头辞退" {
			t.Errorf("the second officer opens %q: %v", facts, err)
		}
	}
	reads(o.chair, "口头辞退")
	reads(o.branch, "口头辞退")
	kinds := o.kinds(t, c)
	if n := len(slices.DeleteFunc(kinds, func(k string) bool { return k != cases.EventPackOpened })); n != 2 {
		t.Errorf("opened %d times in the timeline, want once by each", n)
	}
}
