package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

func (plainWords) HelpWanted(h cases.HelpView) notice.Body {
	return notice.Body{Text: h.Officer.Name + " asks " + h.Helper.Name + ": " + h.Say, Card: &notice.Card{TaskID: h.CardID()}}
}

func (plainWords) HelpSettled(h cases.HelpView, s cases.Settled) notice.Body {
	return notice.Body{Text: s.Kind, Card: &notice.Card{TaskID: h.CardID(), Settled: s.Kind}}
}

func (plainWords) Helped(h cases.HelpView) notice.Body {
	return notice.Body{Text: h.Helper.Name + " answers: " + h.Answer}
}

func (plainWords) Told(t cases.Told) notice.Body {
	return notice.Body{Text: fmt.Sprintf("told %s %s again %v off %v", t.Field.Name, t.Day, t.Again, t.Off)}
}

func (plainWords) UndoAsked(n cases.UndoNotice) notice.Body {
	return notice.Body{Text: "undo asked " + n.Case.Number + " " + n.Why}
}

func (plainWords) UndoDecided(n cases.UndoNotice) notice.Body {
	return notice.Body{Text: fmt.Sprintf("undone %s %t %d %d", n.Case.Number, n.Granted, n.Freed, n.Reclaim)}
}

func (plainWords) MoneyBack(n cases.UndoNotice) notice.Body {
	if n.Lost {
		return notice.Body{Text: "lost " + n.Case.Number}
	}
	return notice.Body{Text: "money back " + n.Case.Number}
}

func (plainWords) SignerFallen(number string, _ *service.Service, _ string) notice.Body {
	return notice.Body{Text: "fallen " + number}
}

func (plainWords) PublicityToTakeDown(p cases.Publicity) notice.Body {
	return notice.Body{Text: "take down " + p.Number}
}

func (plainWords) Rerouted(m cases.Moved, kind string) notice.Body {
	return notice.Body{Text: kind + " " + m.Case.Number}
}

func (plainWords) Copied(v cases.TaskView, from union.Member) notice.Body {
	return notice.Body{Text: "copy of " + v.Case.Number + " by " + from.Name}
}

func TestColleaguesHelpAndRead(t *testing.T) {
	inOffices(t, []suite{
		{"a colleague answers, and the officer decides in time", testDelegate},
		{"nobody is asked who may not learn of it", testDelegateUnfit},
		{"twice is once, and what is decided asks nobody", testDelegateEnds},
		{"of an answer and a decision at once both count or one is told of the other", testDelegateRace},
		{"who has left the subtree or the union answers no more", testDelegateLeaver},
		{"pictures go with the answer, and are the case's", testHelpPictures},
		{"a copy is read, and nothing else", testCopy},
		{"nobody gets a copy who has no office over it, or is apart", testCopyUnfit},
		{"the service's file gives copies at the end", testCopyAtEnd},
	})
}

func (o *office) delegate(t testing.TB, c cases.Case, from, to union.Member) error {
	t.Helper()
	_, err := o.Delegate(t.Context(), cases.Handing{Number: c.Number, From: from.ID, To: to.ID, Say: "请核实"})
	return err
}

func (o *office) answer(t testing.TB, c cases.Case, helper union.Member) error {
	t.Helper()
	_, err := o.HelpAnswer(t.Context(), helper.ID, c.Number, "坑深五厘米", nil)
	return err
}

func testDelegate(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	due := o.openOf(t, c)[0].DueAt
	if err := o.delegate(t, c, o.branch, o.mate); err != nil {
		t.Fatal(err)
	}
	put := o.outbox.take()
	if got := told(put, o.mate); !slices.Equal(got, []string{"task"}) || len(put) != 1 {
		t.Errorf("the colleague is told %v of %d", got, len(put))
	}
	if open := o.openOf(t, c); len(open) != 1 || open[0].Officer != o.branch.ID || !open[0].DueAt.Equal(due) {
		t.Errorf("tasks %+v", open)
	}
	if list, err := o.WantedHelps(t.Context(), o.mate.ID, 9); err != nil || len(list) != 1 || list[0].Say != "请核实" || !list[0].View.DueAt.Equal(due) {
		t.Errorf("the colleague's list %+v, %v", list, err)
	}
	if list, err := o.Tasks(t.Context(), o.branch.ID); err != nil || len(list) != 1 || len(list[0].Helps) != 1 || list[0].Helps[0].Name != o.mate.Name {
		t.Errorf("the officer's list %+v, %v", list, err)
	}
	for _, act := range []cases.Act{cases.Accept, cases.Refuse, cases.Return} {
		if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.mate.ID, Act: act, Note: "好"}); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("the colleague decides: %v", err)
		}
	}
	if err := o.answer(t, c, o.mate); err != nil {
		t.Fatal(err)
	}
	put = o.outbox.take()
	if got := told(put, o.branch); !slices.Equal(got, []string{"task"}) {
		t.Errorf("the officer is told %v", got)
	}
	if err := o.answer(t, c, o.mate); !errors.Is(err, union.ErrSettled) {
		t.Errorf("answered again: %v", err)
	}
	v, err := o.TaskByNumber(t.Context(), o.branch.ID, c.Number)
	if err != nil || len(v.Helps) != 1 || v.Helps[0].Answer != "坑深五厘米" {
		t.Errorf("the officer reads %+v, %v", v.Helps, err)
	}
	mine, err := o.ByID(t.Context(), o.worker.ID, c.ID)
	if err != nil || strings.Contains(fmt.Sprint(mine.Timeline), "厘米") || strings.Contains(fmt.Sprint(mine.Timeline), "请核实") {
		t.Errorf("the author reads %v, %v", mine.Timeline, err)
	}
	o.decide(t, o.branch, c, cases.Accept, "")
	if got := o.kinds(t, c); !slices.Equal(got, []string{"filed", "delegated", "helped", "accepted"}) {
		t.Errorf("timeline %v", got)
	}
}

func testDelegateUnfit(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	elsewhere := o.person(t, "二分厂", "外人")
	left := o.person(t, "一分厂", "走了的")
	o.leave(t, left)
	for name, to := range map[string]union.Member{
		"the author": o.worker, "whoever has it": o.branch, "another plant's chair": o.other, "another plant's member": elsewhere, "a leaver": left, "nobody": {ID: 1},
	} {
		if err := o.delegate(t, c, o.branch, to); !errors.As(err, new(*cases.UnfitError)) {
			t.Errorf("to %s: %v", name, err)
		}
	}
	for name, from := range map[string]union.Member{"the author": o.worker, "the chair above": o.chair} {
		if err := o.delegate(t, c, from, o.mate); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("by %s: %v", name, err)
		}
	}
	if _, err := o.Delegate(t.Context(), cases.Handing{Number: c.Number, From: o.branch.ID, To: o.mate.ID, Say: " "}); !errors.As(err, new(*cases.IncompleteError)) {
		t.Errorf("nothing is asked: %v", err)
	}
	doctor := o.person(t, "", "赵医生", union.Counsellor)
	sealed := o.closedCase(t, o.worker)
	if err := o.delegate(t, sealed, doctor, o.chair); !errors.Is(err, cases.ErrClosedCase) {
		t.Errorf("a sealed one: %v", err)
	}
	if put := o.outbox.take(); len(put) > 0 {
		t.Errorf("told %+v", put)
	}
}

func testDelegateEnds(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.delegate(t, c, o.branch, o.mate); err != nil {
		t.Fatal(err)
	}
	if err := o.delegate(t, c, o.branch, o.mate); !errors.Is(err, cases.ErrAskedAlready) {
		t.Errorf("asked again: %v", err)
	}
	for range 2 {
		more := o.person(t, "一分厂", "同事")
		if err := o.delegate(t, c, o.branch, more); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.delegate(t, c, o.branch, o.chair); !errors.Is(err, cases.ErrAskedEnough) {
		t.Errorf("a fourth is asked: %v", err)
	}
	recall := func() (cases.Recalled, error) {
		return o.Recall(t.Context(), cases.Handing{Number: c.Number, From: o.branch.ID, To: o.mate.ID})
	}
	if back, err := recall(); err != nil || len(back.Helpers) != 1 {
		t.Errorf("recalled %v, %v", back, err)
	}
	if _, err := recall(); !errors.Is(err, cases.ErrActNotAllowed) {
		t.Errorf("recalled again: %v", err)
	}
	if err := o.answer(t, c, o.mate); !errors.Is(err, union.ErrSettled) {
		t.Errorf("answered what was recalled: %v", err)
	}
	if _, err := o.ByID(t.Context(), o.mate.ID, c.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who was recalled reads it: %v", err)
	}
	if err := o.delegate(t, c, o.branch, o.mate); err != nil {
		t.Errorf("asked anew: %v", err)
	}
	o.outbox.take()
	if err := o.handOver(t, c, o.branch, o.chair); err != nil {
		t.Fatal(err)
	}
	if got := told(o.outbox.take(), o.mate); !slices.Equal(got, []string{"card_update"}) {
		t.Errorf("after the hand-over the colleague is told %v", got)
	}
	if err := o.answer(t, c, o.mate); !errors.Is(err, union.ErrSettled) {
		t.Errorf("answered whom nobody asks any more: %v", err)
	}
	if list, err := o.WantedHelps(t.Context(), o.mate.ID, 9); err != nil || len(list) > 0 {
		t.Errorf("still asked %v, %v", list, err)
	}
}

func testDelegateRace(t *testing.T, o *office) {
	for range 8 {
		c := o.file(t, o.worker, "给锅炉房加个护栏")
		if err := o.delegate(t, c, o.branch, o.mate); err != nil {
			t.Fatal(err)
		}
		var errs [3]error
		var all sync.WaitGroup
		for i := range 2 {
			all.Go(func() { errs[i] = o.answer(t, c, o.mate) })
		}
		all.Go(func() {
			_, errs[2] = o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: o.branch.ID, Act: cases.Accept})
		})
		all.Wait()
		if errs[2] != nil || errs[0] == nil && errs[1] == nil {
			t.Errorf("answered %v, %v, decided %v", errs[0], errs[1], errs[2])
		}
		for _, err := range errs[:2] {
			if err != nil && !errors.Is(err, union.ErrSettled) {
				t.Errorf("the loser is told %v", err)
			}
		}
	}
}

func testDelegateLeaver(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.delegate(t, c, o.branch, o.mate); err != nil {
		t.Fatal(err)
	}
	o.leave(t, o.mate)
	if err := o.answer(t, c, o.mate); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("a leaver answers: %v", err)
	}
}

func (o *office) copyTo(t testing.TB, c cases.Case, from union.Member, to ...union.Member) error {
	t.Helper()
	in := cases.Copying{Number: c.Number, From: from.ID}
	for _, m := range to {
		in.To = append(in.To, m.ID)
	}
	_, err := o.CopyTo(t.Context(), in)
	return err
}

func testCopy(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	reader := o.person(t, "", "吴刚", union.Department)
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	for range 2 { // twice is once
		if err := o.copyTo(t, c, o.branch, reader, safety); err != nil {
			t.Fatal(err)
		}
	}
	if put := o.outbox.take(); len(put) != 2 {
		t.Errorf("told %d", len(put))
	}
	read := at("2026-11-23", "15:02")
	for _, when := range []string{"15:02", "16:00"} { // the first counts
		o.now.set(at("2026-11-23", when))
		if v, err := o.ByID(t.Context(), reader.ID, c.ID); err != nil || !v.ToRead || len(v.Copies) > 0 {
			t.Errorf("the reader sees %+v, %v", v.Copies, err)
		}
	}
	v, err := o.ByID(t.Context(), o.branch.ID, c.ID)
	if err != nil || len(v.Copies) != 2 || v.ToRead {
		t.Fatalf("the officer sees %+v, %v", v.Copies, err)
	}
	for _, copied := range v.Copies {
		if want := map[string]time.Time{"吴刚": read}[copied.Name]; !copied.ReadAt.Equal(want) {
			t.Errorf("%s has read it at %v", copied.Name, copied.ReadAt)
		}
	}
	if own, err := o.ByID(t.Context(), o.worker.ID, c.ID); err != nil || len(own.Copies) > 0 || own.ToRead {
		t.Errorf("the author sees %+v, %v", own.Copies, err)
	}
	if _, err := o.Decide(t.Context(), cases.Decision{Case: c.ID, Officer: reader.ID, Act: cases.Accept}); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("a reader decides: %v", err)
	}
	for _, err := range []error{o.copyTo(t, c, reader, o.chair), o.delegate(t, c, reader, o.mate), o.handOver(t, c, reader, o.chair)} {
		if !errors.Is(err, union.ErrForbidden) {
			t.Errorf("a reader gives it away: %v", err)
		}
	}
}

func testCopyUnfit(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	reader := o.person(t, "", "吴刚", union.Department)
	for name, to := range map[string]union.Member{"no officer": o.mate, "another plant's": o.other} {
		if err := o.copyTo(t, c, o.branch, reader, to); !errors.As(err, new(*cases.UnfitError)) {
			t.Errorf("to %s: %v", name, err)
		}
	}
	if err := o.copyTo(t, c, o.worker, reader); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("by the author: %v", err)
	}
	if err := o.copyTo(t, c, o.other, reader); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("by another plant's: %v", err)
	}
	doctor := o.person(t, "", "赵医生", union.Counsellor)
	if err := o.copyTo(t, o.closedCase(t, o.worker), doctor, reader); !errors.Is(err, cases.ErrClosedCase) {
		t.Errorf("a sealed one: %v", err)
	}
	kept := o.twoHandsCase(t, "吴刚")
	if err := o.copyTo(t, kept, o.branch, reader); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("whom the author keeps away: %v", err)
	}
	if put := o.outbox.take(); len(put) > 0 {
		t.Errorf("told %+v", put)
	}
}

func testCopyAtEnd(t *testing.T, o *office) {
	o.now.set(at("2026-11-23", "10:00"))
	safety := o.person(t, "一分厂", "马超", union.SafetyOfficer)
	o.person(t, "", "总安全员", union.SafetyOfficer) // further off
	s := o.serviceOf(t, "copied", strings.Replace(strings.Replace(twoSteps, "review:", "copy: [safety_officer, women_officer]\nreview:", 1), "HL", "HM", 1))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"proposal": {Text: "给锅炉房加个护栏"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.decide(t, o.branch, filed.Case, cases.Accept, "")
	if got := told(o.outbox.take(), safety); len(got) > 0 {
		t.Errorf("before the end: %v", got)
	}
	o.decide(t, o.chair, filed.Case, cases.Accept, "")
	if got := told(o.outbox.take(), safety); !slices.Equal(got, []string{"task"}) {
		t.Errorf("at the end: %v", got)
	}
	if v, err := o.ByID(t.Context(), o.chair.ID, filed.Case.ID); err != nil || len(v.Copies) != 1 || v.Copies[0].Name != "马超" {
		t.Errorf("copies %+v, %v", v.Copies, err)
	}
}

func testHelpPictures(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.delegate(t, c, o.branch, o.mate); err != nil {
		t.Fatal(err)
	}
	own, err := o.Attach(t.Context(), cases.Attachment{Owner: o.mate.ID, Channel: "wecom:1", MediaID: storagetest.Unique("m"), Kind: "image"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.HelpAnswer(t.Context(), o.mate.ID, c.Number, "见照片", []cases.ID{own})
	if err != nil || v.Pictures != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if kept, err := storage.NewCases(o.db).ByID(t.Context(), c.ID); err != nil || !slices.Equal(kept.Pictures, []cases.ID{own}) {
		t.Errorf("the case has %v, %v", kept.Pictures, err)
	}
	if all, err := storage.NewAttachments(o.db).OfCase(t.Context(), c.ID); err != nil || len(all) != 1 || all[0].ID != own {
		t.Errorf("its attachments are %v, %v", all, err)
	}
}
