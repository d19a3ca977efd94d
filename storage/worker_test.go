package storage_test

import (
	"errors"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

func testWorker(t *testing.T, o *office) {
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	o.threeHandsCase(t, true, "")
	for _, who := range []union.Member{o.other, o.mate} {
		if _, err := o.Worker(t.Context(), who.ID, o.worker.ID); !errors.Is(err, union.ErrNotFound) {
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
		page, err := o.Worker(t.Context(), tt.who.ID, o.worker.ID)
		if err != nil || len(page.Lines) != 1 {
			t.Fatalf("%s: %+v, %v", tt.who.Name, page, err)
		}
		if l := page.Lines[0]; l.Number != c.Number || l.State != cases.Open || l.Elsewhere != tt.elsewhere || l.Since.IsZero() {
			t.Errorf("%s: %+v", tt.who.Name, l)
		}
	}
}
