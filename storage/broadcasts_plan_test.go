package storage_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// For each chunk of a large audience the members are read on from where the last one ended, and not all of them sorted, whatever the
// database makes of its organisation; a small audience is found by its organisation, and not by reading all members of the union.
// Who is of a chunk is found by the receipts, and not by looking at all members of their organisations.
func TestReceiversAreFoundWithoutReadingAllMembers(t *testing.T) {
	h := newHall(t, storagetest.MariaDB(t))
	h.crowd(3000, 0, 0)
	few := put(t, h.members, strings.TrimSuffix(h.org.Path, "一分厂")+"二分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "马超"})
	sent := h.submit("停水")
	h.release(sent)
	h.must(storage.Analyze(t.Context(), h.db))
	for head, want := range map[int]string{20_000: "m by PRIMARY, o by PRIMARY", 1: "o by organisations_lineage, m by members_org"} {
		for lane, more := range map[broadcast.Lane]string{broadcast.Directory: "", broadcast.Nowhere: ", p by PRIMARY"} {
			b := broadcast.Broadcast{ID: sent.ID, Head: head, Plan: broadcast.Plan{Until: 1 << 62}}
			b.Audience.Orgs = []broadcast.Part{{Lineage: few.Lineage}}
			plan, err := storage.ExplainPlanning(t.Context(), h.store, b, lane)
			h.must(err)
			if way := wayOf(plan); way != want+more || head > 1 && strings.Contains(plan, "filesort") {
				t.Errorf("an audience of %d in lane %d is found by way of %s, want %s%s:\n%s", head, lane, way, want, more, plan)
			}
		}
	}
	ends, err := storage.ChunkEnds(t.Context(), h.db, sent.ID)
	h.must(err)
	plan, err := storage.ExplainRecipients(t.Context(), h.queue, sent.ID, ends[0], ends[1], broadcast.Directory)
	h.must(err)
	if way := wayOf(plan); way != "r by PRIMARY, m by PRIMARY, o by PRIMARY" {
		t.Errorf("the receivers of a chunk are found by way of %s:\n%s", way, plan)
	}
}

// wayOf is the tables of a plan of MariaDB that have a name in the query, each with its key.
func wayOf(plan string) string {
	const table, key = 2, 5
	var way []string
	for line := range strings.Lines(plan) {
		if columns := strings.Split(line, " "); len(columns) > key && len(columns[table]) == 1 {
			way = append(way, columns[table]+" by "+columns[key])
		}
	}
	return strings.Join(way, ", ")
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
