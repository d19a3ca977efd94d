package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// mortal is a store of a process that dies when it has read so many pages of receipts, and notes behind whom it read them.
type mortal struct {
	broadcast.Store
	pages int
	after []union.MemberID
}

func (m *mortal) Receipts(ctx context.Context, id broadcast.ID, lineages []string, states []broadcast.ReceiptState, after union.MemberID, limit int) ([]broadcast.Receipt, error) {
	if m.after = append(m.after, after); len(m.after) > m.pages {
		return nil, errors.New("killed")
	}
	return m.Store.Receipts(ctx, id, lineages, states, after, limit)
}

// ends are the notices of an end, in the order of their receivers.
func (h *hall) ends() string {
	h.t.Helper()
	var said []string
	for _, n := range h.outbox.take() {
		said = append(said, fmt.Sprintf("%d: %s", n.To, n.Body.Text))
	}
	return strings.Join(said, "\n")
}

// At the end of a broadcast with very many who wait for their next word it is counted for their branches in bites. Whoever is killed in
// between is followed from there, and everybody is counted once.
func TestTheEndOfALargeBroadcastIsCountedInBites(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1, 0, 1_700)
		b := h.submit("停水")
		h.release(b)
		h.drain(b)
		h.outbox.take()
		// A replica of an older version that ended another round counts by itself, and leaves what it does not know.
		if err := storage.Run(t.Context(), db, fmt.Sprintf(`INSERT INTO broadcast_missed (broadcast_id, chair, org_id, some_of, missed) VALUES (%d, %d, %d, '', 40)`, b.ID, h.author.ID, h.author.Org)); err != nil {
			t.Fatal(err)
		}
		dying := &mortal{Store: h.store, pages: 2}
		h.Store = dying
		if _, err := h.Advance(t.Context(), 10); err == nil {
			t.Fatal("it was not killed")
		}
		if said := h.ends(); said != "" {
			t.Errorf("killed in between, it said %q", said)
		}
		heir := &mortal{Store: h.store, pages: 100}
		h.Store = heir
		h.advance()
		if len(dying.after) != 3 || len(heir.after) == 0 || heir.after[0] != dying.after[2] || heir.after[0] == 0 {
			t.Errorf("the one has read behind %v, and its heir behind %v", dying.after, heir.after)
		}
		want := fmt.Sprintf("%d: finished: map[planned:0 sent:1 unreachable:1700]\n%d: unreached of %s: 1700", h.author.ID, h.author.ID, h.org.Path)
		if said := h.ends(); said != want {
			t.Errorf("said %q, want %q", said, want)
		}
		h.wantReport(b, broadcast.Done, 1_701, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Unreachable: 1_700})
		h.advance()
		if said := h.ends(); said != "" {
			t.Errorf("once more it said %q", said)
		}
		if _, _, err := h.Resend(t.Context(), h.author.ID, b.Number, broadcast.Missed); err != nil {
			t.Fatal(err)
		}
		h.advance()
		if said := h.ends(); said != want {
			t.Errorf("sent again, it said %q, want %q", said, want)
		}
	})
}

// Replicas that end a broadcast at the same time count everybody once, and say so once.
func TestReplicasThatEndABroadcastCountEverybodyOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1, 0, 1_700)
		b := h.submit("停水")
		h.release(b)
		h.drain(b)
		h.outbox.take()
		var replicas sync.WaitGroup
		for range 3 {
			replicas.Go(func() {
				for range 10 {
					if _, err := h.Advance(t.Context(), 10); err != nil {
						t.Error(err)
					}
				}
			})
		}
		replicas.Wait()
		h.wantReport(b, broadcast.Done, 1_701, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Unreachable: 1_700})
		n, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE row_key LIKE ?`, fmt.Sprintf("cast/%d/missed/%%", b.ID))
		if err != nil || n != "1" {
			t.Errorf("the branch is told %s times, %v", n, err)
		}
		if said := h.ends(); !strings.Contains(said, "unreached of "+h.org.Path+": 1700") {
			t.Errorf("said %q", said)
		}
	})
}

// What was held back, or waits for the next word, is taken back in bites as well.
func TestACancelTakesBackWhatWaitsInBites(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1_200, 0, 0)
		h.Weekly = 1
		first := h.submit("一")
		h.release(first)
		h.drain(first)
		b := h.submit("二")
		h.release(b)
		h.wantReport(b, broadcast.Sending, 1_200, map[broadcast.ReceiptState]int{broadcast.Held: 1_200})
		_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
		h.must(err)
		for _, want := range []int{700, 200, 0} {
			left, err := h.store.Withdraw(t.Context(), b.ID)
			h.must(err)
			counts, err := h.store.Tally(t.Context(), b.ID)
			h.must(err)
			if counts[broadcast.Held] != want || left != (want > 0) {
				t.Errorf("%d are held and left is %v, want %d", counts[broadcast.Held], left, want)
			}
		}
		h.advance()
		h.wantReport(b, broadcast.Cancelled, 1_200, map[broadcast.ReceiptState]int{broadcast.Withdrawn: 1_200})
	})
}
