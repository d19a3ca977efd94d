package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// callTo is one call to everybody of a batch, as far as there is room.
func callTo(b bot.Batch) []bot.BatchCall {
	call := bot.BatchCall{Channel: wecomChannel}
	for _, to := range b.To[:min(len(b.To), b.Room)] {
		call.Members, call.Users = append(call.Members, to.Member), append(call.Users, to.At.User)
	}
	return []bot.BatchCall{call}
}

func TestWhatIsBeyondADaysPersonsWaitsForTomorrow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.store.UseCeiling(10) // nine for what is not urgent
		h.crowd(12, 2, 0)
		b := h.submit("停水", func(b *broadcast.Broadcast) { b.Chosen = false })
		h.release(b)
		batch, _ := h.claim(b, "first")
		if batch.Room != 9 || len(batch.To) != 12 {
			t.Fatalf("there is room for %d of %d, want 9 of 12", batch.Room, len(batch.To))
		}
		calls := callTo(batch)
		h.must(h.queue.Begin(t.Context(), batch, calls, time.Minute))
		sent := map[int64]bot.Receipt{}
		for _, member := range calls[0].Members {
			sent[member] = isSent
		}
		h.must(h.queue.Settle(t.Context(), batch, sent, nil, h.now.Now()))
		if other, ok := h.claim(b, "second"); !ok || len(other.To) != 2 || other.Room != -1 {
			t.Errorf("who is reached elsewhere is kept waiting: %v, %+v", ok, other)
		}
		if more, ok := h.claim(b, "third"); ok {
			t.Errorf("%d have their turn today", len(more.To))
		}
		if r, err := h.Report(t.Context(), h.author.ID, b.Number); err != nil || r.Full != 10 {
			t.Errorf("the writer does not see why: %d, %v", r.Full, err)
		}

		h.must(h.members.Grant(t.Context(), h.author.ID, union.Duty, h.org.ID))
		u := h.submit("燃气泄漏", func(b *broadcast.Broadcast) { b.Urgent = true })
		h.release(u)
		if urgent, ok := h.claim(u, "urgent"); !ok || urgent.Room != 1 {
			t.Errorf("what is urgent may reach %d more, %v", urgent.Room, ok)
		}

		h.now.set(castNow.AddDate(0, 0, 1))
		rest, ok := h.claim(b, "tomorrow")
		if !ok || len(rest.To) != 3 {
			t.Fatalf("%d have their turn tomorrow, %v", len(rest.To), ok)
		}
		if r, err := h.Report(t.Context(), h.author.ID, b.Number); err != nil || r.Full != 0 {
			t.Errorf("tomorrow the writer is told to wait: %d, %v", r.Full, err)
		}
	})
}

// Two replicas see the same room, and one of them gets it. What was not begun is not counted.
func TestTwoDoNotUseTheSameRoom(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.store.UseCeiling(1200)
		h.crowd(2000, 0, 0)
		b := h.submit("停水")
		h.release(b)
		first, _ := h.claim(b, "first")
		second, _ := h.claim(b, "second")
		if first.Room != 1080 || second.Room != 1080 {
			t.Fatalf("there is room for %d and %d", first.Room, second.Room)
		}
		stale := first
		stale.Lease = "stale"
		if err := h.queue.Begin(t.Context(), stale, callTo(stale), time.Minute); !errors.Is(err, bot.ErrLeaseLost) {
			t.Errorf("without a lease: %v", err)
		}
		h.must(h.queue.Begin(t.Context(), first, callTo(first), time.Minute))
		if err := h.queue.Begin(t.Context(), second, callTo(second), time.Minute); !errors.Is(err, bot.ErrDayFull) {
			t.Errorf("the second begins: %v", err)
		}
		second.Room = 80
		h.must(h.queue.Begin(t.Context(), second, callTo(second), time.Minute))
	})
}

func TestACorporationsAccountsAreThoseOfItsMembers(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(3, 0, 5)
	room, err := h.store.Room(t.Context(), castNow, true)
	if err != nil || room.Most != 600 || room.Left != 600 {
		t.Errorf("there is room for %+v, %v", room, err)
	}
}
