package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func testDraftVersions(t *testing.T, o *office) {
	d := o.draft(o.worker, "一")
	save := func(version int64, proposal string) error {
		d.Version, d.Values["proposal"] = version, cases.Value{Text: proposal}
		return o.SaveDraft(t.Context(), d)
	}
	if err := errors.Join(save(2, "二"), save(5, "五")); err != nil {
		t.Fatal(err)
	}
	if err := save(4, "四"); !errors.Is(err, union.ErrStale) {
		t.Errorf("an older version: %v", err)
	}
	if kept, err := o.Draft(t.Context(), o.worker.ID, d.ID); err != nil || kept.Values["proposal"].Text != "五" || kept.Version != 5 {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if _, err := o.Draft(t.Context(), o.mate.ID, d.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("somebody else's draft: %v", err)
	}
	if _, err := o.File(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := save(99, "晚到"); !errors.Is(err, union.ErrStale) {
		t.Errorf("a late save of a filed draft: %v", err)
	}
	if list, err := o.Drafts(t.Context(), o.worker.ID); err != nil || len(list) != 0 {
		t.Errorf("open drafts %v, %v", list, err)
	}
}

func testDropDraft(t *testing.T, o *office) {
	d := o.draft(o.worker, "不要了")
	if err := errors.Join(o.DropDraft(t.Context(), o.worker.ID, d.ID), o.DropDraft(t.Context(), o.worker.ID, d.ID)); err != nil {
		t.Fatal(err)
	}
	if err := o.SaveDraft(t.Context(), d); !errors.Is(err, union.ErrStale) {
		t.Errorf("it came back: %v", err)
	}
}

func testDraftsList(t *testing.T, o *office) {
	older, newer := o.draft(o.mate, "旧"), o.draft(o.mate, "新")
	newer.UpdatedAt = older.UpdatedAt.Add(time.Minute)
	newer.Pictures, newer.Anonymous = []cases.ID{3, 4}, true
	if err := errors.Join(o.SaveDraft(t.Context(), newer), o.SaveDraft(t.Context(), older)); err != nil {
		t.Fatal(err)
	}
	list, err := o.Drafts(t.Context(), o.mate.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]cases.Draft{newer, older}, list); diff != "" {
		t.Errorf("drafts (-want +got):\n%s", diff)
	}
}

func testSaveBehind(t *testing.T, o *office) {
	author := o.person(t, "一分厂/锅炉班", "急性子")
	d := o.draft(author, "写了一半")
	o.SaveBehind(d)
	if list, err := o.Drafts(t.Context(), author.ID); err != nil || len(list) != 1 {
		t.Errorf("before it is written: %v, %v", list, err)
	}
	d.Version++
	d.Step = "benefit"
	o.SaveBehind(d)
	runDrafts(t, o)
	kept, err := storage.NewDrafts(o.db).Get(t.Context(), author.ID, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func testLateFlush(t *testing.T, o *office) {
	d := o.draft(o.worker, "提交快过存稿")
	o.SaveBehind(d)
	if _, err := o.File(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if list, err := o.Drafts(t.Context(), o.worker.ID); err != nil || len(list) != 0 {
		t.Errorf("filed, it is among the drafts: %v, %v", list, err)
	}
	o.SaveBehind(d) // from the turn before, late
	runDrafts(t, o)
	if _, err := o.Draft(t.Context(), o.worker.ID, d.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("the draft is open: %v", err)
	}
}

// runDrafts lets the desk write what waits and stop.
func runDrafts(t *testing.T, o *office) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	o.RunDrafts(ctx)
}
