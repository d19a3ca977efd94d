package storage_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// For each chunk of a large audience the members are read on from where the last one ended, and not all of them sorted; a small
// audience is found by its organisation, and not by reading all members of the union.
func TestReceiversAreFoundWithoutReadingAllMembers(t *testing.T) {
	h := newHall(t, storagetest.MariaDB(t))
	h.crowd(3000, 0, 0)
	few := put(t, h.members, strings.TrimSuffix(h.org.Path, "一分厂")+"二分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "马超"})
	h.must(storage.Analyze(t.Context(), h.db))
	for name, c := range map[string]struct {
		lineage string
		head    int
		want    string
	}{
		"a large audience": {h.org.Lineage, 20_000, "PRIMARY"},
		"a small audience": {few.Lineage, 1, "members_org"},
	} {
		for _, lane := range []broadcast.Lane{broadcast.Directory, broadcast.Nowhere} {
			b := broadcast.Broadcast{Head: c.head, Plan: broadcast.Plan{Until: 1 << 62}}
			b.Audience.Orgs = []broadcast.Part{{Lineage: c.lineage}}
			plan, err := storage.ExplainPlanning(t.Context(), h.store, b, lane)
			h.must(err)
			if used := memberKey(plan); used != c.want || c.head > 1 && strings.Contains(plan, "filesort") {
				t.Errorf("%s in lane %d is found by %s:\n%s", name, lane, used, plan)
			}
		}
	}
}

// memberKey is the key by which a plan of MariaDB reads the members m.
func memberKey(plan string) string {
	const table, key = 2, 5
	for line := range strings.Lines(plan) {
		if columns := strings.Split(line, " "); len(columns) > key && columns[table] == "m" {
			return columns[key]
		}
	}
	return "no key"
}

// Between two statements of a plan a member may come to be one of the audience. Chunks that meet leave nobody between them who
// would be planned and in none.
func TestNobodyIsBetweenTwoChunks(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2500, 0, 0)
		h.must(storage.Run(t.Context(), db, `UPDATE members SET post = '电工' WHERE id BETWEEN 11001 AND 11010`))
		b := h.submit("停水")
		h.release(b)
		ends, err := storage.ChunkEnds(t.Context(), db, b.ID)
		h.must(err)
		if len(ends) != 6 {
			t.Fatalf("chunks %v", ends)
		}
		for i := 2; i < len(ends); i += 2 {
			if ends[i] != ends[i-1]+1 {
				t.Errorf("nobody sends to those from %d to %d", ends[i-1]+1, ends[i]-1)
			}
		}
	})
}
