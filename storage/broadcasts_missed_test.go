package storage_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// Who chairs two branches is told once of the members of both, and of neither as of the other's: in one page, and in two.
func TestWhoHoldsTwoOfficesIsToldOfBoth(t *testing.T) {
	for name, first := range map[string]int{"in one page": 1, "in two pages": 500} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.crowd(0, 0, first)
				other := put(t, h.members, h.org.Path+"二", union.Member{StaffNo: storagetest.Unique("s"), Name: "韩雪", Post: "焊工"})
				h.must(h.members.Grant(t.Context(), h.author.ID, union.BranchChair, other.Org))
				org, err := h.members.OrganisationByPath(t.Context(), h.org.Path+"二")
				h.must(err)
				b := h.submit("停水", func(b *broadcast.Broadcast) {
					b.Audience.Orgs = append(b.Audience.Orgs, broadcast.Part{Org: org.ID, Path: org.Path, Lineage: org.Lineage})
				})
				h.release(b)
				var told []string
				for _, n := range h.outbox.take() {
					told = append(told, n.Body.Text)
				}
				if want := fmt.Sprintf("unreached of : %d", first+1); !slices.Contains(told, want) {
					t.Errorf("told is %q, want %q", told, want)
				}
			})
		})
	}
}
