package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/broadcast"
)

// A notice of which the platform told no id is found by whom it was for, what it was and when; of two neither is.
func TestANoticeWithoutAnIDIsFoundByItsReceiverKindAndTime(t *testing.T) {
	for name, c := range map[string]struct {
		others int
		kind   string
		late   time.Duration
		want   int
	}{
		"one a moment ago":   {0, "meeting", time.Minute, 1},
		"one of two":         {1, "meeting", time.Minute, 0},
		"of another kind":    {0, "result", time.Minute, 0},
		"of no kind of ours": {0, "", time.Minute, 0},
		"long ago":           {0, "meeting", 2 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Notices = broadcast.Businesses
				h.crowd(0, 1, 0)
				var all []broadcast.Broadcast
				var at bot.Address
				for range 1 + c.others {
					b := h.submit("周五开座谈会", asMeeting)
					h.release(b)
					batch, _ := h.claim(b, "a")
					at = batch.To[0].At
					h.settle(batch, map[int64]bot.Receipt{batch.To[0].Member: {State: bot.ParcelAnnounced}})
					all = append(all, b)
				}
				h.now.now = h.now.Now().Add(c.late)
				for range 2 { // it is told twice
					h.must(h.store.Unshown(t.Context(), at, bot.Unshown{ID: "71", Cause: "errcode 43101", Kind: c.kind}))
				}
				parked := 0
				for _, b := range all {
					tally, err := h.store.Tally(t.Context(), b.ID)
					h.must(err)
					parked += tally[broadcast.Parked]
				}
				if parked != c.want {
					t.Errorf("%d wait for the next word, want %d", parked, c.want)
				}
				h.must(h.store.Unshown(t.Context(), at, bot.Unshown{ID: "72", Cause: "errcode 43101", Kind: c.kind})) // another's: the one has its id
				if tally, err := h.store.Tally(t.Context(), all[0].ID); err != nil || tally[broadcast.Parked] > c.want {
					t.Errorf("another notice: %v, %v", tally, err)
				}
			})
		})
	}
}
