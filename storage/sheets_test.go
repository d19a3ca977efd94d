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

// TestWhatWasMadeToBeSentGoes, but not what a member has sent back, and not what could not be removed.
func TestWhatWasMadeToBeSentGoes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		sheets, attachments := storage.NewSheets(db), storage.NewAttachments(db)
		hash := func(c string) string { return strings.Repeat(c, 64) }
		made := func(c string, at time.Time) {
			t.Helper()
			if err := sheets.Made(t.Context(), hash(c), at); err != nil {
				t.Fatal(err)
			}
		}
		made("a", testNow)
		made("b", testNow)
		made("b", testNow.Add(time.Hour)) // made again
		made("c", testNow)
		made("d", testNow)
		id, err := attachments.Add(t.Context(), cases.Attachment{ID: cases.ID(db.NewID()), Owner: o.worker.ID, Channel: "wecom", MediaID: storagetest.Unique("m"), Kind: "file", State: cases.AttachmentPending, CreatedAt: testNow})
		if err == nil {
			err = attachments.Kept(t.Context(), id, hash("c"), 1, "application/pdf")
		}
		if err != nil {
			t.Fatal(err)
		}
		var removed []string
		remove := func(_ context.Context, h string) (bool, error) {
			if h == hash("d") {
				return false, errors.New("away")
			}
			removed = append(removed, h[:1])
			return true, nil
		}
		n, err := sheets.Purge(t.Context(), testNow.Add(time.Minute), 10, remove)
		if err == nil || n != 2 || strings.Join(removed, "") != "a" {
			t.Errorf("%d went, %v removed, %v", n, removed, err)
		}
		n, err = sheets.Purge(t.Context(), testNow.Add(2*time.Hour), 10, func(context.Context, string) (bool, error) { return true, nil })
		if err != nil || n != 2 {
			t.Errorf("%d went, %v", n, err)
		}
	})
}
