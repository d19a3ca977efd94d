package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/folder"
)

// turns are rosters that have one shift, and note what they were asked for.
type turns struct {
	staff []string
	asked []string
}

func (turns) Turns() (shifts, crews []string) { return []string{"夜"}, nil }

func (r *turns) AtWork(_, shifts, _ []string, day folder.Day, at time.Time) []string {
	r.asked = append(r.asked, fmt.Sprint(shifts, day, at.IsZero()))
	return r.staff
}

func TestWhoWorksInAShiftIsAskedAnewUntilTheRelease(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		welder := func() string {
			no := storagetest.Unique("t")
			return put(t, h.members, h.org.Path, union.Member{StaffNo: no, Name: "某人", Post: "焊工", WeComUserID: no}).StaffNo
		}
		one, other, third := welder(), welder(), welder()
		rosters := &turns{staff: []string{one}}
		h.Rosters = rosters
		b := h.submit("今晚检修,请确认阀门", func(b *broadcast.Broadcast) {
			b.Audience.Shift = &broadcast.Shift{Names: []string{"夜"}, On: "2026-11-23"}
		})
		if b.Head != 1 {
			t.Errorf("%d were counted", b.Head)
		}
		wantStaff := func(when string, want ...string) { // which a replica from before shifts goes by
			t.Helper()
			is, err := h.ByNumber(t.Context(), h.author.ID, b.Number)
			if err != nil || !slices.Equal(is.Audience.Staff, want) || len(is.Audience.Shift.Said) > 0 {
				t.Errorf("%s it goes to %v, %v", when, is.Audience.Staff, err)
			}
		}
		wantStaff("handed in", one)
		edited, err := h.Rewrite(t.Context(), h.author.ID, b.Number)
		if err != nil || len(edited.Audience.Staff) > 0 {
			t.Errorf("taken back it names %v, %v", edited.Audience.Staff, err)
		}
		b, _, err = h.Submit(t.Context(), h.author.ID, edited)
		h.must(err)
		some, err := h.Preview(t.Context(), h.author.ID, b)
		if err != nil || len(some) != 1 || some[0].Member.StaffNo != one {
			t.Errorf("previews %+v, %v", some, err)
		}
		rosters.staff = []string{one, other} // they change places
		h.release(b)
		rosters.staff = []string{third}
		wantStaff("released", one, other)
		h.advance()
		if sent := h.drain(b); sent != 2 {
			t.Errorf("%d have it", sent)
		}
		h.advance()
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Sent: 2})
		if want := fmt.Sprint([]string{"夜"}, "2026-11-23", true); slices.ContainsFunc(rosters.asked, func(asked string) bool { return asked != want }) {
			t.Errorf("the rosters were asked for %v", rosters.asked)
		}
		rosters.staff = nil
		if _, _, err := h.Submit(t.Context(), h.author.ID, broadcast.Broadcast{Ref: "none", Details: b.Details}); !errors.Is(err, broadcast.ErrNobody) {
			t.Errorf("a shift of nobody: %v", err)
		}
	})
}
