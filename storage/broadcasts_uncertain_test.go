package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// tallying and asking let something happen in the middle of what the desk does.
type tallying struct {
	broadcast.Store
	meanwhile func()
}

func (s tallying) Tally(ctx context.Context, id broadcast.ID) (map[broadcast.ReceiptState]int, error) {
	counts, err := s.Store.Tally(ctx, id)
	s.meanwhile()
	return counts, err
}

type asking struct {
	broadcast.Members
	meanwhile func()
}

func (m asking) Get(ctx context.Context, id union.MemberID) (union.Member, error) {
	m.meanwhile()
	return m.Members.Get(ctx, id)
}

// Of two who decide about the uncertain at the same moment one does, and the other hears that it has changed. On SQLite one waits
// for the other.
func TestOneDecidesAboutTheUncertain(t *testing.T) {
	db := storagetest.MariaDB(t)
	for name, c := range map[string]struct {
		race func(h *hall, number string) (first, second error)
		want broadcast.ReceiptState
	}{
		"left while they are about to be sent it again": {func(h *hall, number string) (first, second error) {
			slow := *h.Desk
			slow.Store = tallying{h.store, func() { _, _, first = h.Leave(h.t.Context(), h.chair.ID, number) }}
			_, _, second = slow.Resend(h.t.Context(), h.author.ID, number, broadcast.Doubtful)
			return first, second
		}, broadcast.ByPerson},
		"sent again while they are about to be left": {func(h *hall, number string) (first, second error) {
			slow := *h.Desk
			slow.Members = asking{h.members, func() { _, _, first = h.Resend(h.t.Context(), h.chair.ID, number, broadcast.Doubtful) }}
			_, _, second = slow.Leave(h.t.Context(), h.author.ID, number)
			return first, second
		}, broadcast.Waits},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t, db)
			put(t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("s"), Name: "张伟", Post: "焊工", WeComUserID: storagetest.Unique("u")})
			b := h.submit("停水")
			h.release(b)
			batch, _ := h.claim(b, "a")
			h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelUncertain}))
			h.advance()
			first, second := c.race(h, b.Number)
			if first != nil || !errors.Is(second, union.ErrStale) {
				t.Errorf("the first is told %v, the second %v", first, second)
			}
			h.advance()
			r, err := h.Report(t.Context(), h.author.ID, b.Number)
			h.must(err)
			if r.Counts[c.want] != 1 {
				t.Errorf("the only receiver is one of %v", r.Counts)
			}
		})
	}
}
