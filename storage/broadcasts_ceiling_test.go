package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/occasion"
)

// The ceiling is that of the week in which it goes out, and whoever is held waits a day from then on.
func TestTheWeeklyCeilingIsJudgedByTheTimeOfSending(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		h.Weekly = 1
		at := func(day int) func(*broadcast.Broadcast) {
			return func(b *broadcast.Broadcast) {
				b.StartsAt, b.Chosen = castNow.AddDate(0, 0, day), true
			}
		}
		h.release(h.submit("周一的"))
		later := h.submit("下周二的", at(8))
		h.release(later)
		h.wantReport(later, broadcast.Released, 2, map[broadcast.ReceiptState]int{broadcast.Waits: 2})
		friday := h.submit("周五的", at(4))
		h.release(friday)
		h.wantReport(friday, broadcast.Released, 2, map[broadcast.ReceiptState]int{broadcast.Held: 2})
		for _, each := range []struct {
			at   time.Time
			want int64
		}{{castNow.AddDate(0, 0, 4).Add(time.Minute), 0}, {castNow.AddDate(0, 0, 7), 2}} {
			h.now.set(each.at)
			h.advance()
			if n, err := h.Digest(t.Context(), 10); err != nil || n != each.want {
				t.Errorf("%d digests at %s, %v, want %d", n, each.at, err, each.want)
			}
		}
	})
}

// No seven days hold more than the ceiling; one before and one after are not two in a week.
func TestWhatIsBeforeAndBehindDoesNotAddUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1, 0, 0)
		h.Weekly = 2
		on := func(day int) broadcast.Broadcast {
			b := h.submit("通知", func(b *broadcast.Broadcast) { b.StartsAt, b.Chosen = castNow.AddDate(0, 0, day), true })
			h.release(b)
			return b
		}
		on(1)
		on(10)
		h.wantReport(on(5), broadcast.Released, 1, map[broadcast.ReceiptState]int{broadcast.Waits: 1})
		on(9)
		// The week from the eighth day on has two by now.
		h.wantReport(on(8), broadcast.Released, 1, map[broadcast.ReceiptState]int{broadcast.Held: 1})
	})
}

// A greeting counts for the week of who gets it, whenever it was planned; what nobody gets does not, nor does what is urgent.
func TestGreetingsCountForTheWeekAndAreNotHeld(t *testing.T) {
	for state, want := range map[occasion.State]broadcast.ReceiptState{
		occasion.Given: broadcast.Held, occasion.Planned: broadcast.Held, occasion.Off: broadcast.Waits, occasion.Declined: broadcast.Waits,
	} {
		t.Run(string(state), func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Weekly = 1
				to := h.comes(true)
				h.must(storage.Run(t.Context(), db, `INSERT INTO greetings (id, member_id, occasion, year, row_key, day, say_on, send_ms, state, gift, gift_until, gift_state)
					VALUES (?, ?, 'birthday', 2026, ?, '2026-11-26', '2026-11-26', ?, ?, '', '', '')`,
					db.NewID(), to.ID, storagetest.Unique("greeting/"), castNow.AddDate(0, 0, 3).UnixMilli(), state))
				b := h.submit("通知")
				h.release(b)
				h.wantReport(b, broadcast.Sending, 1, map[broadcast.ReceiptState]int{want: 1})
				long := h.submit("通知", func(b *broadcast.Broadcast) { b.StartsAt, b.Chosen = castNow.AddDate(0, 0, 11), true })
				h.release(long)
				h.wantReport(long, broadcast.Released, 1, map[broadcast.ReceiptState]int{broadcast.Waits: 1})
			})
		})
	}
}
