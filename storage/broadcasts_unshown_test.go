package storage_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
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
					h.must(h.store.Unshown(t.Context(), bot.Address{Channel: "officialaccount:gh_2", User: "nobody"}, bot.Unshown{ID: "8", Cause: "of another account"}))
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

// late has something happen in the middle of an end: when a page of receipts was read, by somebody else; or when all were counted.
type late struct {
	broadcast.Store
	read, counted func(ctx context.Context)
}

func (s late) Receipts(ctx context.Context, id broadcast.ID, lineages []string, states []broadcast.ReceiptState, after union.MemberID, limit int) ([]broadcast.Receipt, error) {
	list, err := s.Store.Receipts(ctx, id, lineages, states, after, limit)
	if s.read != nil && err == nil {
		s.read(ctx)
	}
	return list, err
}

func (s late) Tally(ctx context.Context, id broadcast.ID) (map[broadcast.ReceiptState]int, error) {
	if s.counted != nil {
		s.counted(ctx)
	}
	return s.Store.Tally(ctx, id)
}

// What turns out not to have been shown while a broadcast ends is noted behind the count, so that the branch is told of it with those who
// have not asked, wherever in the end it happens.
func TestWhatWasNotShownWhileItEndsIsToldOfLater(t *testing.T) {
	for name, counted := range map[string]bool{"while a page is counted": false, "behind the last page": true} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Notices = broadcast.Businesses
				h.crowd(0, 1, 0)
				b := h.submit("周五开座谈会", asMeeting)
				h.release(b)
				batch, _ := h.claim(b, "a")
				h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelAnnounced, Notice: "7"}))
				h.outbox.take()
				var failed sync.WaitGroup
				fails := func(ctx context.Context) {
					if err := h.store.Unshown(ctx, batch.To[0].At, bot.Unshown{ID: "7", Cause: "failed:user block"}); err != nil {
						t.Error(err)
					}
				}
				if counted {
					h.Store = late{Store: h.store, counted: fails}
				} else {
					h.Store = late{Store: h.store, read: func(context.Context) { failed.Go(func() { fails(t.Context()) }) }}
				}
				h.advance()
				failed.Wait()
				if h.Store = h.store; h.unreached() {
					t.Error("at the end the branch is told")
				}
				h.wantReport(b, broadcast.Done, 1, map[broadcast.ReceiptState]int{broadcast.Parked: 1})
				h.now.set(castNow.Add(broadcast.ParkedFor + time.Hour))
				_, announced, err := h.store.Lapse(t.Context(), h.now.Now().Add(-broadcast.ParkedFor), 10)
				if h.must(err); len(announced[b.Number]) != 1 {
					t.Errorf("with those who have not asked are told %d", len(announced[b.Number]))
				}
			})
		})
	}
}

// What the platform said before a receipt was written down is found at the end, whoever is meant and however many they are.
func TestTheEndFindsWhatWasNotShown(t *testing.T) {
	const many = 505
	for name, each := range map[string]struct {
		n      int
		people func(h *hall)
		meant  func(b *broadcast.Broadcast)
	}{
		"very many": {many, func(h *hall) { h.crowd(0, many, 0) }, func(*broadcast.Broadcast) {}},
		"families, of whom no branch is told": {10, func(h *hall) {
			for range 10 {
				m := put(h.t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("f"), Name: "某人", Post: "焊工", Family: []string{union.FamilySingle}})
				h.must(h.members.Bind(h.t.Context(), union.Identity{Channel: "officialaccount:gh_1", User: storagetest.Unique("o"), Member: m.ID, Proof: union.ProofCode, BoundAt: castNow}))
			}
		}, func(b *broadcast.Broadcast) {
			b.Audience.Family, b.Audience.Posts = []string{union.FamilySingle}, nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.Notices = broadcast.Businesses
				each.people(h)
				b := h.submit("周五开座谈会", asMeeting, each.meant)
				h.release(b)
				for batch, ok := h.claim(b, "a"); ok; batch, ok = h.claim(b, "a") {
					receipts := map[int64]bot.Receipt{}
					for _, to := range batch.To {
						receipts[to.Member] = bot.Receipt{State: bot.ParcelAnnounced, Notice: strconv.FormatInt(to.Member, 10)}
					}
					h.settle(batch, receipts)
				}
				h.must(storage.Run(t.Context(), db, `INSERT INTO notice_failures (channel, notice_id, cause, at_ms) SELECT i.channel, r.notice_id, 'failed:user block', 0
					FROM broadcast_receipts r JOIN identities i ON i.member_id = r.member_id`))
				var replicas sync.WaitGroup
				for range 2 {
					replicas.Go(func() {
						for range 4 {
							if _, err := h.Advance(t.Context(), 10); err != nil {
								t.Error(err)
							}
						}
					})
				}
				replicas.Wait()
				h.advance()
				h.wantReport(b, broadcast.Done, each.n, map[broadcast.ReceiptState]int{broadcast.Parked: each.n})
			})
		})
	}
}
