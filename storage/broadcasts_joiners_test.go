package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

// comes gives the plant one more welder.
func (h *hall) comes(wecom bool) union.Member {
	h.t.Helper()
	no := storagetest.Unique("j")
	m := union.Member{StaffNo: no, Name: "新人", Post: "焊工"}
	if wecom {
		m.WeComUserID = no
	}
	return put(h.t, h.members, h.org.Path, m)
}

func (h *hall) day(n int) calendar.Date {
	y, m, d := castNow.AddDate(0, 0, n).Date()
	return calendar.Date{Year: y, Month: m, Day: d}
}

// later lets time pass, and everything that is due then.
func (h *hall) later(d time.Duration, b broadcast.Broadcast) int {
	h.t.Helper()
	h.now.now = h.now.Now().Add(d)
	h.advanceTogether()
	sent := h.drain(b)
	h.advanceTogether()
	return sent
}

func TestWhoComesLaterGetsItOnceUpToADay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(3, 0, 0)
		b := h.submit("登记取暖补贴", func(b *broadcast.Broadcast) { b.Joiners = h.day(3) })
		off := h.submit("开会", func(*broadcast.Broadcast) {})
		h.release(b)
		h.release(off)
		if n := h.drain(b) + h.drain(off); n != 6 {
			t.Fatalf("%d have the two", n)
		}
		h.advance()
		h.wantReport(b, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 3})
		before, err := h.Report(t.Context(), h.author.ID, b.Number)
		h.must(err)
		h.comes(true)
		h.comes(false)
		if n := h.later(61*time.Minute, b); n != 1 {
			t.Errorf("%d who came have it", n)
		}
		if n := h.later(61*time.Minute, b) + h.drain(off); n != 0 {
			t.Errorf("%d have it again, or what is not for who comes", n)
		}
		want := map[broadcast.ReceiptState]int{broadcast.Sent: 4, broadcast.Unreachable: 1}
		h.wantReport(b, broadcast.Done, 5, want)
		r, err := h.Report(t.Context(), h.author.ID, b.Number)
		if err != nil || r.Joined[broadcast.Sent] != 1 || r.Joined[broadcast.Unreachable] != 1 {
			t.Errorf("those who came: %v, %v", r.Joined, err)
		}
		if before.EndedAt.IsZero() || !r.EndedAt.Equal(before.EndedAt) {
			t.Errorf("it ended at %v, and is said to have at %v", before.EndedAt, r.EndedAt)
		}
		h.comes(true)
		if n := h.later(5*24*time.Hour, b); n != 0 {
			t.Errorf("%d have it who came too late, or were there when nothing ran", n)
		}
		h.wantReport(b, broadcast.Done, 5, want)
	})
}

func TestWhoComesLaterOnlyUpToANearDay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1, 0, 0)
		b := h.submit("登记", func(*broadcast.Broadcast) {})
		for _, change := range []func(*broadcast.Broadcast){
			func(b *broadcast.Broadcast) { b.Joiners = h.day(-1) },
			func(b *broadcast.Broadcast) { b.Joiners = h.day(broadcast.MostJoining + 1) },
		} {
			bad := broadcast.Broadcast{Ref: storagetest.Unique("r"), Details: b.Details}
			change(&bad)
			if _, _, err := h.Submit(t.Context(), h.author.ID, bad); !errors.Is(err, broadcast.ErrJoiners) {
				t.Errorf("%v: %v", bad.Joiners, err)
			}
		}
	})
}

func TestACalledOffBroadcastGoesToNobodyWhoComes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		b := h.submit("登记", func(b *broadcast.Broadcast) { b.Joiners = h.day(3) })
		h.release(b)
		h.drain(b)
		h.advance()
		if _, err := h.Cancel(t.Context(), h.author.ID, b.Number); err != nil {
			t.Fatal(err)
		}
		h.advance()
		h.comes(true)
		if n := h.later(2*time.Hour, b); n != 0 {
			t.Errorf("%d have it", n)
		}
		h.wantReport(b, broadcast.Cancelled, 2, map[broadcast.ReceiptState]int{broadcast.Sent: 2})
	})
}

// Who comes at night has it in the hours of duty, and what others have had is not taken back to be sent to all again.
func TestWhoComesOnAFridayNightTakesNothingBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(3, 0, 0)
		longer := h.submit("登记", func(b *broadcast.Broadcast) { b.Joiners = h.day(14) })
		friday := h.submit("开会", func(b *broadcast.Broadcast) { b.Joiners = h.day(4) })
		for _, b := range []broadcast.Broadcast{longer, friday} {
			h.release(b)
			h.drain(b)
			h.advance()
		}
		h.now.now = castNow.AddDate(0, 0, 4).Add(13 * time.Hour) // eleven at night
		h.comes(true)
		h.later(30*time.Minute, longer)
		h.wantReport(longer, broadcast.Done, 3, map[broadcast.ReceiptState]int{broadcast.Sent: 3})
		h.later(time.Hour, friday) // its last day is over
		for _, b := range []broadcast.Broadcast{longer, friday} {
			if _, err := h.Rewrite(t.Context(), h.author.ID, b.Number); !errors.Is(err, broadcast.ErrNotNow) {
				t.Errorf("taken back: %v", err)
			}
		}
		h.now.now = castNow.AddDate(0, 0, 7)
		h.advanceTogether()
		for _, b := range []broadcast.Broadcast{longer, friday} {
			if n := h.drain(b); n != 1 {
				t.Errorf("%d have it on Monday", n)
			}
		}
	})
}
