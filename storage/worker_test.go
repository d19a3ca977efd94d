package storage_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func testWorker(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.threeHandsCase(t, true, "")
	for _, who := range []union.Member{o.other, o.mate} {
		if _, err := o.Worker(t.Context(), who.ID, o.worker.ID, 0); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("%s looks: %v", who.Name, err)
		}
	}
	for _, called := range []string{o.worker.Name, o.worker.StaffNo} {
		if under, err := o.Under(t.Context(), o.other.ID, called, 5); err != nil || len(under) > 0 {
			t.Errorf("somebody of another branch is under: %v, %v", under, err)
		}
		if under, err := o.Under(t.Context(), o.branch.ID, called, 5); err != nil || len(under) != 1 || under[0].ID != o.worker.ID {
			t.Errorf("%s is not under the own chair: %v, %v", called, under, err)
		}
	}
	if _, err := o.Under(t.Context(), o.worker.ID, o.worker.Name, 5); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("a worker looks: %v", err)
	}
	for _, tt := range []struct {
		who       union.Member
		elsewhere bool
	}{{o.branch, false}, {o.chair, true}} {
		page, err := o.Worker(t.Context(), tt.who.ID, o.worker.ID, 0)
		if err != nil || len(page.Lines) != 1 {
			t.Fatalf("%s: %+v, %v", tt.who.Name, page, err)
		}
		if l := page.Lines[0]; l.Number != c.Number || l.State != cases.Open || l.Elsewhere != tt.elsewhere || l.Since.IsZero() {
			t.Errorf("%s: %+v", tt.who.Name, l)
		}
	}
}

func testWorkerPages(t *testing.T, o *office) {
	s := o.serviceOf(t, "together", together)
	o.copies(t, 35, o.branch.ID)
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.mate.ID, Service: s.Name, Hash: s.Hash, Version: 1, UpdatedAt: o.now.Now(),
		Values: map[string]cases.Value{"proposal": {Text: "给他换个班"}, "about": {Text: o.worker.Name, Raw: fmt.Appendf(nil, `{"ids":[%d]}`, o.worker.ID)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	seen, behind := map[string]bool{}, 0
	for pages := 1; ; pages++ {
		page, err := o.Worker(t.Context(), o.branch.ID, o.worker.ID, behind)
		if err != nil || page.From != behind+1 || page.More != (pages == 1) || pages > 2 {
			t.Fatalf("page %d: %d to %d, more %v, %v", pages, page.From, page.Until, page.More, err)
		}
		for _, l := range page.Lines {
			seen[fmt.Sprint(l.ID)] = true
			if own := l.By == ""; own == (l.ID == filed.Case.ID) || !own && l.By != o.mate.Name {
				t.Errorf("%s was filed by %q", l.Number, l.By)
			}
		}
		if behind = page.Until; !page.More {
			break
		}
	}
	if len(seen) != 36 {
		t.Errorf("read %d of 36", len(seen))
	}
	if page, err := o.Worker(t.Context(), o.branch.ID, o.mate.ID, 0); err != nil || len(page.Lines) != 1 || page.Lines[0].By != "" {
		t.Errorf("who filed it: %+v, %v", page, err)
	}
}
