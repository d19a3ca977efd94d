package storage_test

import (
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
)

// follow binds a member to the Official Account too.
func (h *hall) follow(member int64) {
	h.t.Helper()
	h.must(storage.Run(h.t.Context(), h.db, `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms) VALUES ('officialaccount:gh_1', ?, ?, 'code', 0)`,
		storagetest.Unique("o"), member))
}

// advanceTogether has two replicas move broadcasts on at the same time.
func (h *hall) advanceTogether() {
	h.t.Helper()
	var replicas sync.WaitGroup
	for range 2 {
		replicas.Go(func() {
			for range 3 {
				if _, err := h.Advance(h.t.Context(), 10); err != nil {
					h.t.Error(err)
				}
			}
		})
	}
	replicas.Wait()
	h.advance()
}

var isRefused = bot.Receipt{State: bot.ParcelUnreachable, Cause: "invaliduser"}

// Who is not known to WeCom any more, and follows the Official Account, has it there: once, before the broadcast ends, and also with 补发失败.
func TestWhoeverWeComRefusesIsTriedOnTheOfficialAccount(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(4, 0, 0)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		for _, to := range batch.To[1:3] {
			h.follow(to.Member)
		}
		receipts := all(batch, isRefused)
		receipts[batch.To[0].Member] = isSent
		h.settle(batch, receipts)
		h.advanceTogether()
		h.wantReport(b, broadcast.Sending, 4, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Waits: 2, broadcast.Unreachable: 1})
		other, ok := h.claim(b, "b")
		if !ok || len(other.To) != 2 || other.To[0].At.Channel != "officialaccount:gh_1" || other.To[0].Member != batch.To[1].Member {
			t.Fatalf("the other way is %v: %+v", ok, other.To)
		}
		if again, ok := h.claim(b, "c"); ok {
			t.Fatalf("there is another chunk, with %+v", again.To)
		}
		receipts = all(other, isRefused)
		receipts[other.To[0].Member] = isSent
		h.settle(other, receipts)
		h.advanceTogether()
		h.wantReport(b, broadcast.Done, 4, map[broadcast.ReceiptState]int{broadcast.Sent: 2, broadcast.Unreachable: 2})

		h.follow(batch.To[3].Member) // meanwhile
		_, n, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Missed)
		if h.must(err); n != 2 {
			t.Errorf("it is sent again to %d", n)
		}
		h.advance()
		batch, _ = h.claim(b, "d")
		if len(batch.To) != 2 || batch.To[0].At.Channel != wecomChannel {
			t.Fatalf("sent again to %+v", batch.To)
		}
		h.settle(batch, all(batch, isRefused))
		h.advanceTogether()
		if n := h.drain(b); n != 2 {
			t.Errorf("the other way go %d", n)
		}
		h.advance()
		h.wantReport(b, broadcast.Done, 4, map[broadcast.ReceiptState]int{broadcast.Sent: 4})
	})
}

// 补发不确定 is for those of whom nobody knows, and for nobody else: who was refused before, and follows since, is not tried the other way.
// Who is refused now is.
func TestTheOtherWayIsForThoseOfThisRound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(3, 0, 0)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		receipts := all(batch, bot.Receipt{State: bot.ParcelUncertain})
		receipts[batch.To[0].Member] = isRefused
		h.settle(batch, receipts)
		h.advance()
		h.follow(batch.To[0].Member)
		h.follow(batch.To[1].Member)
		h.now.set(castNow.Add(time.Hour))
		_, n, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Doubtful)
		if h.must(err); n != 2 {
			t.Fatalf("it is sent again to %d", n)
		}
		h.advance()
		again, _ := h.claim(b, "b")
		receipts = all(again, isSent)
		receipts[batch.To[1].Member] = isRefused
		h.settle(again, receipts)
		h.advance()
		other, _ := h.claim(b, "c")
		if len(other.To) != 1 || other.To[0].Member != batch.To[1].Member {
			t.Fatalf("the other way go %+v", other.To)
		}
		h.settle(other, all(other, isSent))
		h.advance()
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 2, broadcast.Unreachable: 1})
	})
}

// Whoever has had one the other way, or when it was sent again, has had one of this week.
func TestWhatGoesTheOtherWayCountsForTheWeek(t *testing.T) {
	for name, again := range map[string]bool{"the other way": false, "sent again": true} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Weekly = 1
				h.crowd(1, 0, 0)
				b := h.submit("停水")
				h.release(b)
				batch, _ := h.claim(b, "a")
				if !again {
					h.follow(batch.To[0].Member)
				}
				h.settle(batch, all(batch, isRefused))
				h.advance()
				if again {
					_, _, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Missed)
					h.must(err)
					h.advance()
				}
				if n := h.drain(b); n != 1 {
					t.Fatalf("it goes to %d", n)
				}
				second := h.submit("座谈会")
				h.release(second)
				h.wantReport(second, broadcast.Sending, 1, map[broadcast.ReceiptState]int{broadcast.Held: 1})
			})
		})
	}
}
