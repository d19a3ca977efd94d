package storage_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// following is a service whose cases go along with their authors.
const following = `prefix: SD
title: 随人走
short: 随人走
follows_author: true
understand: {phrases: [随人走]}
form:
  - {name: proposal, kind: text, label: 事情, ask: 什么事}
summary: {title: '{proposal}', anonymous: true}
review:
  - name: first
    title: 初审
    who: WHO
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}, {act: return, word: 退回补充}]
  - name: second
    title: 复审
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]
words: {filed: 收到, accepted: 同意, passed: 通过, refused: 不同意, returned: 补充, supplemented: 谢谢, withdrawn: 撤回}
`

func (o *office) fileMoving(t *testing.T, who string, anonymous bool) cases.Case {
	t.Helper()
	s := o.serviceOf(t, "moving", strings.Replace(following, "WHO", who, 1))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(), Anonymous: anonymous,
		Values: map[string]cases.Value{"proposal": {Text: "夜班津贴"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Case
}

// moves puts a member into another part of the union.
func (o *office) moves(t *testing.T, m union.Member, to union.Member) {
	t.Helper()
	m.Org = to.Org
	if _, err := o.members.Put(t.Context(), m, o.now.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestCasesGoAlongWithTheirAuthors(t *testing.T) {
	inOpenOffices(t, []suite{
		{"the open step and those that are yet to open are the new part's, once", testMovesAlong},
		{"what is signed stands", testMovesSigned},
		{"what waits for its author comes back to the new part", testMovesReturned},
		{"it comes back with its author", testMovesBack},
		{"neither what has no name nor what does not follow", testMovesNot},
	})
}

const branch = "{role: branch_chair, otherwise: [chair]}"

func testMovesAlong(t *testing.T, o *office) {
	c := o.fileMoving(t, branch, false)
	o.moves(t, o.worker, o.other)
	o.outbox.take()
	var both sync.WaitGroup
	for range 2 { // two replicas
		both.Go(func() { o.tick(t) })
	}
	both.Wait()
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Fatalf("it is with %v", got)
	}
	if got := o.kinds(t, c); !slices.Equal(got, []string{cases.EventFiled, cases.EventMoved, cases.EventFollowed}) {
		t.Errorf("timeline %v", got)
	}
	put := o.outbox.take()
	if got := told(put, o.worker); !slices.Equal(got, []string{"answer"}) {
		t.Errorf("the author is told %v", got)
	}
	if got := told(put, o.branch); !slices.Equal(got, []string{"card_update"}) {
		t.Errorf("who had it is told %v", got)
	}
	if len(told(put, o.other)) == 0 {
		t.Error("who has it now is told nothing")
	}
	if open := o.openOf(t, c); open[0].DueAt.Before(c.DueAt) {
		t.Errorf("promised for %v, and due %v", c.DueAt, open[0].DueAt)
	}
	if err := o.accepts(t, c, o.branch); err == nil {
		t.Error("who had it decides it still")
	}
	o.decide(t, o.other, c, cases.Accept, "")
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Errorf("the step that comes then is with %v", got)
	}
}

func testMovesSigned(t *testing.T, o *office) {
	judge := o.person(t, "", "评委", union.Judge)
	c := o.fileMoving(t, "{seats: [judge, branch_chair]}\n    mode: all", false)
	o.decide(t, judge, c, cases.Accept, "")
	o.moves(t, o.worker, o.other)
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Fatalf("it is with %v: %v", got, o.kinds(t, c))
	}
	o.decide(t, o.other, c, cases.Accept, "")
	if now := o.at(t, c); now.Step != "second" {
		t.Errorf("signed by both it is at %q", now.Step)
	}
}

func testMovesReturned(t *testing.T, o *office) {
	c := o.fileMoving(t, branch, false)
	o.decide(t, o.branch, c, cases.Return, "哪几天?")
	o.moves(t, o.worker, o.other)
	o.tick(t)
	if _, err := o.Supplement(t.Context(), o.worker.ID, c.Number, "周一", nil); err != nil {
		t.Fatal(err)
	}
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Errorf("it is with %v", got)
	}
}

func testMovesBack(t *testing.T, o *office) {
	c := o.fileMoving(t, branch, false)
	for _, to := range []union.Member{o.other, o.branch} {
		o.moves(t, o.worker, to)
		o.tick(t)
		if got := o.has(t, c); !slices.Equal(got, []string{to.Name}) {
			t.Errorf("moved to %s it is with %v", to.Name, got)
		}
	}
}

func testMovesNot(t *testing.T, o *office) {
	hidden, own := o.fileMoving(t, branch, true), o.file(t, o.worker, "给锅炉房加个护栏")
	o.moves(t, o.worker, o.other)
	o.tick(t)
	for _, c := range []cases.Case{hidden, own} {
		if got := o.has(t, c); !slices.Equal(got, []string{o.branch.Name}) || len(o.kinds(t, c)) != 1 {
			t.Errorf("%s is with %v: %v", c.Service, got, o.kinds(t, c))
		}
	}
}

// What is looked at every five minutes reads no more than what is open.
func TestWhoHasMovedIsFoundByOpenSteps(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "10:00"))
		c := o.fileMoving(t, branch, false)
		o.decide(t, o.branch, c, cases.Refuse, "不归这里管")
		o.moves(t, o.worker, o.other)
		if hashes, err := storage.NewClocks(db).MovedVersions(t.Context()); err != nil || slices.Contains(hashes, c.Hash) {
			t.Errorf("a case that has ended is looked at: %v, %v", hashes, err)
		}
	})
}
