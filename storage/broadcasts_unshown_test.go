package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
)

// The platform takes a notice, and says a moment later that it did not show it: before or after that the receipt is written down, once or
// twice. The text waits for the next word, and the branch is told of it, at the end or with those who have not asked for it.
func TestANoticeThatWasNotShownIsNoneThatHasTold(t *testing.T) {
	for name, each := range map[string]struct{ before, ended, told bool }{
		"before the receipt":                  {true, false, true},
		"after it":                            {false, false, true},
		"after the end, when nobody is asked": {false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Notices = broadcast.Businesses
				parked := storage.NewParked(db, h.now.Now)
				h.crowd(0, 2, 0)
				b := h.submit("周五开座谈会", asMeeting)
				h.release(b)
				batch, _ := h.claim(b, "a")
				receipts := map[int64]bot.Receipt{}
				for i, to := range batch.To {
					h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
					receipts[to.Member] = bot.Receipt{State: bot.ParcelAnnounced, Notice: []string{"7", "8"}[i]}
				}
				fails := func() {
					t.Helper()
					for range 2 { // it is told twice
						h.must(h.store.Unshown(t.Context(), batch.To[0].At, bot.Unshown{ID: "7", Cause: "failed:user block"}))
					}
					h.must(h.store.Unshown(t.Context(), batch.To[1].At, bot.Unshown{ID: "99", Cause: "another's"}))
					h.must(h.store.Unshown(t.Context(), bot.Address{Channel: "officialaccount:gh_1", User: "nobody"}, bot.Unshown{ID: "8", Cause: "not theirs"}))
				}
				if each.before {
					h.must(h.store.Unshown(t.Context(), batch.To[0].At, bot.Unshown{ID: "7", Cause: "failed:user block"}))
				}
				h.settle(batch, receipts)
				if !each.before && !each.ended {
					fails()
				}
				h.outbox.take()
				h.advance()
				if told := h.unreached(); told != each.told {
					t.Errorf("at the end the branch is told: %v", told)
				}
				if each.ended {
					fails()
				}
				h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Parked: 1, broadcast.Announced: 1})
				h.now.set(castNow.Add(broadcast.ParkedFor + time.Hour))
				_, announced, err := h.store.Lapse(t.Context(), h.now.Now().Add(-broadcast.ParkedFor), 10)
				want := 1
				if !each.told {
					want = 2
				}
				if h.must(err); len(announced[b.Number]) != want {
					t.Errorf("with those who have not asked are told %d, want %d", len(announced[b.Number]), want)
				}
			})
		})
	}
}

// unreached says whether somebody is told of whom a broadcast did not reach.
func (h *hall) unreached() (told bool) {
	h.t.Helper()
	for _, n := range h.outbox.take() {
		told = told || n.Body.Text == "unreached of "+h.org.Path+": 1"
	}
	return told
}
