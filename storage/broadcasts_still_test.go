package storage_test

import (
	"context"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

// A replica may stand still between any two round trips. What it has sent by then holds no lock: another takes the chunk over
// when its lease has run out, and what the first says afterwards is not believed.
func TestWhoStandsStillKeepsNoChunk(t *testing.T) {
	for name, still := range map[string]struct {
		words []string // of the statements after which it stands still, the second in a packet of its own
		step  func(ctx context.Context, q *storage.BroadcastQueue, batch bot.Batch) error
	}{
		"at a claim": {[]string{"attempts = attempts + 1", "FROM broadcast_receipts"}, func(ctx context.Context, q *storage.BroadcastQueue, b bot.Batch) error {
			_, _, err := q.Claim(ctx, b.Broadcast, "still", time.Minute)
			return err
		}},
		"at a settlement": {[]string{"lease_owner = NULL", "COMMIT"}, func(ctx context.Context, q *storage.BroadcastQueue, b bot.Batch) error {
			return q.Settle(ctx, b, all(b, isSent), nil, time.Time{})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			url := storagetest.MigratedURL(t)
			h := newHall(t, storagetest.Open(t, url))
			link, through := storagetest.LinkTo(t, url)
			other := storage.NewBroadcasts(storagetest.Open(t, through), wecomChannel)
			other.UseClock(h.now.Now)
			zone := time.FixedZone("CST", 8*60*60)
			days, err := calendar.New(zone)
			h.must(err)
			queue := storage.NewBroadcastQueue(other, days, zone, h.now.Now)
			h.crowd(3, 0, 0)
			b := h.submit("停水")
			h.release(b)
			var batch bot.Batch
			if name != "at a claim" {
				batch, _, err = queue.Claim(t.Context(), int64(b.ID), "still", time.Minute)
				h.must(err)
				h.must(queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
			}
			batch.Broadcast = int64(b.ID)
			hold := link.HoldUp(false, still.words...)
			ended := make(chan error, 1)
			go func() { ended <- still.step(context.WithoutCancel(t.Context()), queue, batch) }()
			release := hold.Release
			t.Cleanup(func() { release() })
			select {
			case <-hold.Reached():
			case <-time.After(20 * time.Second):
				t.Fatal("it never came there")
			}
			h.now.set(castNow.Add(2 * time.Minute))
			over, ok := h.claim(b, "awake")
			if !ok || len(over.To) != 3 {
				t.Errorf("the other takes over %d, %v", len(over.To), ok)
			}
			hold.Release()
			release = func() {}
			if err := <-ended; err != nil {
				t.Errorf("who wakes up hears %v", err)
			}
			if name == "at a settlement" && over.Doubtful == nil {
				t.Error("what was begun is not known")
			}
			h.wantReport(b, broadcast.Sending, 3, map[broadcast.ReceiptState]int{broadcast.Waits: 3})
			h.settle(over, all(over, isSent))
			h.advance()
			h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 3})
		})
	}
}
