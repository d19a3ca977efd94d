package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// errHeld rolls a held filing back.
var errHeld = errors.New("held long enough")

// No statement of a filing waits for a row that others need: while one member's filing has written everything and has
// not committed, filings of the same service by a colleague with the same officer, by somebody else, and the officer's
// look at the tasks go through.
func TestNoFilingWaitsForAnothersCommit(t *testing.T) {
	o := newOffice(t, storagetest.MariaDB(t))
	for _, name := range []string{"the first of the year", "not the first"} {
		held := o.hold(t, o.draft(o.worker, "给锅炉房加个护栏"), func(number string) {
			for _, author := range []cases.Draft{o.draft(o.mate, "给更衣室装一面镜子"), o.draft(o.other, "检验台换一盏灯")} {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				filed, err := o.File(ctx, author)
				cancel()
				if err != nil {
					t.Errorf("%s: filing beside one that has not committed: %v", name, err)
				} else if filed.Case.Number == number {
					t.Errorf("%s: %s was given twice", name, number)
				}
			}
			if _, err := o.Tasks(t.Context(), o.branch.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if !strings.HasPrefix(held, "JY26-") {
			t.Errorf("%s: the held filing has number %q", name, held)
		}
	}
}

// hold files a draft, calls meanwhile with all of it written and none of it committed, and rolls back.
func (o *office) hold(t *testing.T, draft cases.Draft, meanwhile func(number string)) (number string) {
	t.Helper()
	err := storage.NewCaseStore(o.db).Tx.Tx(t.Context(), func(ctx context.Context) error {
		filed, err := o.File(ctx, draft)
		if err != nil {
			return err
		}
		// What nobody waits for is sent with the next statement that somebody waits for.
		if _, err := storage.NewCases(o.db).ByID(ctx, filed.Case.ID); err != nil {
			return err
		}
		if _, err := storage.NewCases(o.db).ByID(t.Context(), filed.Case.ID); err == nil {
			t.Error("others see the case: it is not held")
		}
		number = filed.Case.Number
		meanwhile(number)
		return errHeld
	})
	if !errors.Is(err, errHeld) {
		t.Fatal(err)
	}
	return number
}
