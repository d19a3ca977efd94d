package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
)

// openFor is of whom the window is open.
type openFor map[union.MemberID]bool

func (o openFor) Open(_ context.Context, who union.Identity) (bool, error) { return o[who.Member], nil }

// asMeeting makes a broadcast one that a notice may tell of.
func asMeeting(b *broadcast.Broadcast) { b.Notice = broadcast.Meeting }

func TestAWriterIsToldByWhichWaysAnAudienceIsReached(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.Windows = openFor{3000001: true}
		h.crowd(5, 3, 2)
		h.must(storage.Run(t.Context(), db, `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms) VALUES ('officialaccount:gh_2', ?, 3000001, 'code', 0)`, storagetest.Unique("o")))
		audience := broadcast.Audience{Orgs: []broadcast.Part{{Org: h.org.ID, Path: h.org.Path, Lineage: h.org.Lineage}}, Posts: []string{"焊工"}}
		got, err := h.WaysTo(t.Context(), h.author.ID, audience)
		if want := (broadcast.Ways{Directory: 5, Open: 1, Shut: 2, Nowhere: 2}); err != nil || got != want {
			t.Errorf("the ways are %+v, %v, want %+v", got, err, want)
		}
		audience.Posts, audience.Family = nil, []string{union.FamilyBothHere}
		if got, err := h.WaysTo(t.Context(), h.author.ID, audience); err != nil || !got.Plain() {
			t.Errorf("of families is told %+v, %v", got, err)
		}
		if _, err := h.WaysTo(t.Context(), 3000001, audience); !errors.Is(err, union.ErrForbidden) {
			t.Errorf("a welder is told: %v", err)
		}
	})
}

func TestANoticeIsForBusinessThatItsTemplateAllows(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.Notices = []broadcast.Business{broadcast.Meeting}
		h.crowd(0, 1, 0)
		for text, each := range map[string]struct {
			business broadcast.Business
			want     error
		}{
			"祝大家中秋快乐": {broadcast.Meeting, broadcast.ErrCheer}, "周五开座谈会": {broadcast.SignUp, broadcast.ErrNoNotice}, "周六开座谈会": {broadcast.Meeting, nil}, "祝您生日快乐": {broadcast.Wait, nil},
		} {
			b := broadcast.Broadcast{Ref: storagetest.Unique("r"), Details: broadcast.Details{Text: text, Notice: each.business, Audience: broadcast.Audience{
				Orgs: []broadcast.Part{{Org: h.org.ID, Path: h.org.Path, Lineage: h.org.Lineage}}, Posts: []string{"焊工"},
			}}}
			if _, _, err := h.Submit(t.Context(), h.author.ID, b); !errors.Is(err, each.want) {
				t.Errorf("%s as %q: %v, want %v", text, each.business, err, each.want)
			}
		}
	})
}

func TestWhatANoticeHasToldOfIsReadTakenBackOrTold(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.Notices = broadcast.Businesses
		parked := storage.NewParked(db, h.now.Now)
		h.crowd(0, 3, 0)
		b := h.submit("周五开座谈会", asMeeting)
		h.release(b)
		batch, _ := h.claim(b, "a")
		if batch.Notice != string(broadcast.Meeting) || batch.To[0].Line != "周五开座谈会" {
			t.Errorf("a notice of %q says %q", batch.Notice, batch.To[0].Line)
		}
		for _, to := range batch.To {
			h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
		}
		h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelAnnounced}))
		h.advance()
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Announced: 3})
		_, err := storage.TakeParked(t.Context(), db, parked, batch.To[0].At)
		h.must(err)
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Announced: 2})
		h.outbox.take()
		h.now.set(castNow.Add(broadcast.ParkedFor))
		for range 2 {
			_, err := h.Lapse(t.Context(), 10)
			h.must(err)
		}
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Lapsed: 2})
		told := h.outbox.take()
		if len(told) != 1 || told[0].To != h.author.ID || told[0].Kind != notice.KindAnswer {
			t.Errorf("the branch is told %+v", told)
		}
	})
}

// Whoever is told of what waits may not be told of it once it is called off: whatever was written down of them.
func TestWhatANoticeHasToldOfIsTakenBackWithTheBroadcast(t *testing.T) {
	for name, state := range map[string]bot.ParcelState{"announced": bot.ParcelAnnounced, "not tried yet": "", "refused": bot.ParcelParked} {
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
				for _, to := range batch.To {
					h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
					if state != "" {
						receipts[to.Member] = bot.Receipt{State: state, Cause: "notice: 43101"}
					}
				}
				h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
				h.must(h.queue.Settle(t.Context(), batch, receipts, nil, h.now.Now()))
				_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
				h.must(err)
				h.advance()
				h.wantReport(b, broadcast.Cancelled, 2, map[broadcast.ReceiptState]int{broadcast.Withdrawn: 2})
				for _, to := range batch.To {
					if left, err := parked.Waiting(t.Context(), to.At); err != nil || len(left) > 0 {
						t.Errorf("still waiting are %q, %v", left, err)
					}
				}
			})
		})
	}
}

// Who follows no more, and does months later, is not told of a meeting that is over; sent again, it is said once.
func TestWhoeverANoticeFindsOutOfReachIsNotToldLater(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.Notices = broadcast.Businesses
		parked := storage.NewParked(db, h.now.Now)
		h.crowd(0, 3, 0)
		b := h.submit("周五开座谈会", asMeeting)
		h.release(b)
		batch, _ := h.claim(b, "a")
		receipts := map[int64]bot.Receipt{}
		for i, to := range batch.To {
			h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
			receipts[to.Member] = []bot.Receipt{{State: bot.ParcelUnreachable, Cause: "43004"}, {State: bot.ParcelAnnounced}, {State: bot.ParcelUnreachable, Cause: "43004"}}[i]
		}
		_, err := storage.TakeParked(t.Context(), db, parked, batch.To[2].At) // read before the answer came
		h.must(err)
		h.settle(batch, receipts)
		h.advance()
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Unreachable: 1, broadcast.Announced: 1, broadcast.Sent: 1})
		for i, want := range []int{0, 1, 0} {
			if left, err := parked.Waiting(t.Context(), batch.To[i].At); err != nil || len(left) != want {
				t.Errorf("for %d wait %q, %v, want %d", i, left, err, want)
			}
		}
	})
}
