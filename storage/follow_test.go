package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/cases"
)

// testFollowRefused follows a case with what may not be added to it. A turn commits what it has written though a step said no, so
// that nothing may have been written by then.
func testFollowRefused(t *testing.T, o *office) {
	c := o.file(t, o.worker, "食堂没有热饭")
	err := o.db.Tx(t.Context(), func(ctx context.Context) error {
		if _, err := o.Follow(ctx, o.mate.ID, c.Number, "打我卡上 6222021001116245702", nil); !errors.Is(err, cases.ErrNumberSaid) {
			t.Errorf("a card's number was added: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if of, err := storage.NewSeconds(o.db).Of(t.Context(), c.ID); err != nil || len(of) > 0 {
		t.Errorf("%v follow it, %v", of, err)
	}
	if done, err := o.Follow(t.Context(), o.mate.ID, c.Number, "二食堂也没有", nil); err != nil || done.Count != 1 {
		t.Errorf("followed by %d, %v", done.Count, err)
	}
}
