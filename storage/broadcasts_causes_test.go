package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
)

// While the platform takes nothing from the account those who wait know why, and forget it once they have theirs.
func TestWhoWaitsForABarredAccountKnowsWhy(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
		h.must(h.queue.Settle(t.Context(), batch, all(batch, bot.Receipt{Cause: "message/send: errcode 48004: banned"}), nil, h.now.Now()))
		causes := func() map[string]int {
			r, err := h.Report(t.Context(), h.author.ID, b.Number)
			h.must(err)
			return r.Causes
		}
		if got := causes(); got["message/send: errcode 48004: banned"] != 2 {
			t.Errorf("they wait for %v", got)
		}
		h.wantReport(b, broadcast.Sending, 2, map[broadcast.ReceiptState]int{broadcast.Waits: 2})
		if n := h.drain(b); n != 2 {
			t.Errorf("%d have it", n)
		}
		if got := causes(); len(got) != 0 {
			t.Errorf("they have it, and wait for %v", got)
		}
	})
}
