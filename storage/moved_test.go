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
		{"what nobody was left for goes to those who are there now", testMovesStuck},
		{"a seat nobody was left for goes to whoever has it there", testMovesStuckSeat},
		{"and where nobody has it there, to those of the other seats", testMovesSeatLeft},
		{"the author is told, whatever becomes of the step", testMovesTold},
		{"nor to anybody where nobody is there either", testMovesToNobody},
		{"under a condition of the form", testMovesUnder},
		{"it keeps the sum of where it was filed", testMovesSums},
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

// Nobody was left for it where its author was; where the author is now there is.
func testMovesStuck(t *testing.T, o *office) {
	c := o.fileMoving(t, "{role: branch_chair}", false)
	o.leave(t, o.branch)
	o.leave(t, o.chair)
	o.tick(t)
	o.tick(t)
	if got := o.kinds(t, c); count(got, cases.EventStuck) != 1 {
		t.Fatalf("with nobody left: %v", got)
	}
	o.outbox.take()
	o.moves(t, o.worker, o.other)
	o.tick(t)
	if got := o.has(t, c); !slices.Equal(got, []string{o.other.Name}) {
		t.Errorf("it is with %v: %v", got, o.kinds(t, c))
	}
	if got := told(o.outbox.take(), o.worker); !slices.Equal(got, []string{"answer"}) {
		t.Errorf("the author is told %v", got)
	}
}

// A seat of which nobody was left goes to whoever has it in the other part.
func testMovesStuckSeat(t *testing.T, o *office) {
	o.person(t, "", "评委", union.Judge)
	c := o.fileMoving(t, "{seats: [judge, branch_chair]}\n    mode: all", false)
	o.leave(t, o.branch)
	o.leave(t, o.chair)
	o.tick(t)
	if got := o.kinds(t, c); count(got, cases.EventStuck) != 1 {
		t.Fatalf("with nobody left: %v", got)
	}
	o.moves(t, o.worker, o.other)
	o.tick(t)
	if got := o.has(t, c); !slices.Contains(got, o.other.Name) {
		t.Errorf("it is with %v: %v", got, o.kinds(t, c))
	}
}

// Nobody has one of the seats in the other part either: the author reads who goes on signing, and not that nobody is there.
func testMovesSeatLeft(t *testing.T, o *office) {
	o.person(t, "", "评委", union.Judge)
	c := o.fileMoving(t, "{seats: [judge, branch_chair]}\n    mode: all", false)
	for _, leaver := range []union.Member{o.branch, o.chair, o.other} {
		o.leave(t, leaver)
	}
	o.tick(t)
	o.moves(t, o.worker, o.other)
	o.outbox.take()
	o.tick(t)
	if got := o.read(o.worker); len(got) != 1 || !strings.Contains(got[0], "to [评委]") {
		t.Errorf("the author reads %q, %v", got, o.kinds(t, c))
	}
}

// read is what somebody was told since it was looked at last.
func (o *office) read(who union.Member) (texts []string) {
	for _, n := range o.outbox.take() {
		if n.To == who.ID {
			texts = append(texts, n.Body.Text)
		}
	}
	return texts
}

// Whoever has it keeps it, it waits for its author, or nobody is there: the author reads that it has moved.
func testMovesTold(t *testing.T, o *office) {
	kept, returned, nobody := o.fileMoving(t, "{role: chair}", false), o.fileMoving(t, branch, false), o.fileMoving(t, "{role: safety_officer, otherwise: [branch_chair]}", false)
	o.decide(t, o.branch, returned, cases.Return, "哪几天?")
	o.leave(t, o.other)
	o.moves(t, o.worker, o.other)
	o.outbox.take()
	o.tick(t)
	told := map[int64]int{}
	for _, n := range o.outbox.take() {
		if n.To == o.worker.ID && n.Kind == "answer" {
			told[n.Case]++
		}
	}
	for what, c := range map[string]cases.Case{"kept": kept, "returned": returned, "nobody": nobody} {
		if told[int64(c.ID)] != 1 {
			t.Errorf("%s: the author is told %d times, %v", what, told[int64(c.ID)], o.kinds(t, c))
		}
	}
}

// Nobody is there either: who had it last is not said to go on.
func testMovesToNobody(t *testing.T, o *office) {
	c := o.fileMoving(t, "{role: branch_chair}", false)
	for _, leaver := range []union.Member{o.branch, o.chair, o.other} {
		o.leave(t, leaver)
	}
	o.tick(t)
	o.moves(t, o.worker, o.other)
	o.outbox.take()
	o.tick(t)
	if texts := o.read(o.worker); len(texts) != 1 || strings.Contains(texts[0], o.branch.Name) {
		t.Errorf("the author reads %q, %v", texts, o.kinds(t, c))
	}
}

// What is asked for on somebody else's behalf stays where it was.
func testMovesUnder(t *testing.T, o *office) {
	s := o.serviceOf(t, "moving", strings.NewReplacer("WHO", branch, "follows_author: true", `follows_author: 'proposal == "我的"'`).Replace(following))
	for what, follows := range map[string]bool{"我的": true, "老李的": false} {
		filed, err := o.File(t.Context(), cases.Draft{
			ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
			Values: map[string]cases.Value{"proposal": {Text: what, Raw: []byte(`"` + what + `"`)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		before := o.clock(t, filed.Case, cases.ClockStep)
		o.moves(t, o.worker, o.other)
		o.tick(t)
		if got := o.has(t, filed.Case); slices.Equal(got, []string{o.other.Name}) != follows {
			t.Errorf("%s is with %v", what, got)
		}
		if now := o.clock(t, filed.Case, cases.ClockStep); (now.Moves == before.Moves) == follows { // who has read it may go on, and what has failed waits
			t.Errorf("%s: the clock is moved %d times", what, now.Moves-before.Moves)
		}
		o.moves(t, o.worker, o.branch)
		o.tick(t)
	}
}
