package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

// Whom a broadcast does not reach somebody is always told of: all chairs of the nearest branch that has one, else those of the union.
func TestWhomABroadcastDoesNotReachIsToldToSomebody(t *testing.T) {
	type chair struct {
		post string // a welder is a receiver, and has no account
		told int
	}
	for name, each := range map[string]struct {
		chairs []chair // of the branch, beside two welders without an account
		union  int     // of how many the union's is told
	}{
		"a branch without a chair":            {nil, 2},
		"two chairs":                          {[]chair{{"", 2}, {"", 2}}, 0},
		"the only chair is not reached":       {[]chair{{"焊工", 2}}, 1},
		"one of two chairs cannot be reached": {[]chair{{"焊工", 2}, {"", 3}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.must(h.members.Grant(t.Context(), h.author.ID, union.Organiser, h.org.ID))
				h.must(h.members.Revoke(t.Context(), h.author.ID, union.BranchChair, h.org.ID))
				h.crowd(0, 0, 2)
				var want []string
				for _, of := range each.chairs {
					c := put(t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("s"), Name: "主席", Post: of.post})
					h.must(h.members.Grant(t.Context(), c.ID, union.BranchChair, h.org.ID))
					want = append(want, fmt.Sprintf("%d: unreached of %s: %d", c.ID, h.org.Path, of.told))
				}
				if each.union > 0 {
					want = append(want, fmt.Sprintf("%d: unreached of %s: %d", h.chair.ID, h.chair.OrgPath, each.union))
				}
				b := h.submit("停水")
				h.release(b)
				h.drain(b)
				said := slices.DeleteFunc(strings.Split(h.ends(), "\n"), func(line string) bool { return !strings.Contains(line, "unreached") })
				slices.Sort(said)
				slices.Sort(want)
				if !slices.Equal(said, want) {
					t.Errorf("told is %q, want %q", said, want)
				}
			})
		})
	}
}
