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
	if under, err := o.Under(t.Context(), o.other.ID, []union.Member{o.worker}); err != nil || len(under) > 0 {
		t.Errorf("somebody of another branch is under: %v, %v", under, err)
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
