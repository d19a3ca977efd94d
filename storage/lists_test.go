package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// A replica of before lists fetches them as any file, and tells nobody: whoever waits is told by one that knows them, once.
func TestWhoSentAListIsToldOfItWhoeverFetchedIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		attachments := storage.NewAttachments(db)
		h.Lists = storage.NewLists(attachments, nil, h.now.Now)
		send := func(media string) int64 {
			id, err := h.AwaitList(t.Context(), h.author.ID, wecomChannel, storagetest.Unique(media))
			h.must(err)
			return id
		}
		kept, lost, told := send("kept"), send("lost"), send("told")
		send("pending")
		h.must(attachments.Kept(t.Context(), cases.ID(kept), "h", 1, "text/plain"))
		h.must(attachments.Lost(t.Context(), cases.ID(lost), "40007", nil))
		h.must(attachments.Kept(t.Context(), cases.ID(told), "h", 1, "text/plain"))
		h.must(h.ListFetched(t.Context(), h.author.ID, told, false))
		for range 2 {
			h.must(h.TellLists(t.Context(), 100))
		}
		n := 0
		h.must(storage.CountRows(t.Context(), db, &n, fmt.Sprintf(`SELECT COUNT(*) FROM outbox WHERE row_key IN ('cast/list/%d', 'cast/list/%d', 'cast/list/%d')`, kept, lost, told)))
		if n != 3 {
			t.Errorf("%d are told, want 3", n)
		}
		h.now.set(castNow.Add(2 * time.Hour)) // whoever was not told by then has asked
		h.outbox.take()
		h.must(h.TellLists(t.Context(), 100))
		if again := h.outbox.take(); len(again) != 0 {
			t.Errorf("told again: %+v", again)
		}
	})
}
