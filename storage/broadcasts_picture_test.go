package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

func TestAPictureIsClaimedWithItsWordsAndWhoLacksItIsCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.Lists = storage.NewLists(storage.NewAttachments(db), nil, h.now.Now)
		h.crowd(3, 0, 0)
		hash := strings.Repeat("a", 56) + storagetest.Unique("")[:8]
		b := h.submit("游园", func(b *broadcast.Broadcast) { b.File = &notice.File{Hash: hash, Type: "image/png", Shared: true} })
		h.release(b)
		batch, ok := h.claim(b, "one")
		if !ok || batch.File == nil || batch.File.Hash != hash || batch.Alone {
			t.Fatalf("claimed %+v, %v", batch, ok)
		}
		receipts := all(batch, isSent)
		receipts[batch.To[1].Member] = bot.Receipt{State: bot.ParcelSent, Cause: bot.WithoutFile + "refused"}
		h.settle(batch, receipts)
		h.advance()
		r, err := h.Report(t.Context(), h.author.ID, b.Number)
		if err != nil || r.Bare != 1 || r.Counts[broadcast.Sent] != 3 {
			t.Errorf("%d lack it of %v, %v", r.Bare, r.Counts, err)
		}
	})
}

// A file that goes out with a broadcast outlives the message that brought it.
func TestTheFileOfABroadcastIsKept(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		attachments := storage.NewAttachments(db)
		lists := storage.NewLists(attachments, nil, func() time.Time { return castNow })
		id, err := lists.Illustrate(t.Context(), h.author.ID, wecomChannel, storagetest.Unique("m"))
		h.must(err)
		if _, _, err := lists.Kept(t.Context(), h.author.ID, id); err == nil {
			t.Error("it is there before it was fetched")
		}
		hash := strings.Repeat("b", 56) + storagetest.Unique("")[:8]
		h.must(attachments.Kept(t.Context(), cases.ID(id), hash, 9, "image/png"))
		f, size, err := lists.Kept(t.Context(), h.author.ID, id)
		if err != nil || f.Hash != hash || f.Type != "image/png" || size != 9 {
			t.Errorf("it is %+v of %d bytes, %v", f, size, err)
		}
		if _, _, err := lists.Kept(t.Context(), h.chair.ID, id); err == nil {
			t.Error("somebody else has it")
		}
		h.must(lists.Hold(t.Context(), hash, castNow.AddDate(1, 0, 0)))
		var removed []string
		remove := func(_ context.Context, hash string) (bool, error) {
			removed = append(removed, hash)
			return true, nil
		}
		for _, at := range []time.Time{castNow.AddDate(0, 1, 0), castNow.AddDate(0, 2, 0)} {
			_, err = attachments.PurgeUnfiled(t.Context(), at, 100, remove)
			h.must(err)
			_, err = storage.NewSheets(db).Purge(t.Context(), at, 100, remove)
			h.must(err)
		}
		if strings.Contains(strings.Join(removed, " "), hash) {
			t.Error("it was removed while it may go out")
		}
		_, err = storage.NewSheets(db).Purge(t.Context(), castNow.AddDate(1, 0, 1), 100, remove)
		if h.must(err); !strings.Contains(strings.Join(removed, " "), hash) {
			t.Error("it is kept for ever")
		}
	})
}
