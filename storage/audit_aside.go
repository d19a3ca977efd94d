package storage

import (
	"context"

	"github.com/unionbot/unionbot/union/audit"
)

// What the column listed says of an entry, besides 0 for one that waits.
const (
	isListed = 1
	putAside = 2
)

// listedTables are where the sources stand.
var listedTables = map[audit.Source]string{audit.OfEvent: "case_events", audit.OfEntry: "audit_entries"}

// waitingEntry is what will be the link of an entry, and the signature that the entry bears.
type waitingEntry struct {
	audit.Link
	signature string
}

// sort parts entries by whether the keys that signed them are held.
func (r *Audit) sort(waiting []waitingEntry) (known, strange []audit.Link) {
	for _, w := range waiting {
		if _, held := r.db.keys.Verify(nil, w.signature); held {
			known = append(known, w.Link)
		} else {
			strange = append(strange, w.Link)
		}
	}
	return known, strange
}

// retry lets what was put aside wait again, once: the key may have come back with this process.
func (r *Audit) retry(ctx context.Context) error {
	if r.retried.Load() {
		return nil
	}
	for _, table := range listedTables {
		if _, err := execute(ctx, r.db, "take up what was put aside", `UPDATE `+table+` SET listed = 0 WHERE listed = ?`, putAside); err != nil {
			return err
		}
	}
	r.retried.Store(true)
	return nil
}

func (r *Audit) mark(ctx context.Context, links []audit.Link, as int) error {
	marks := map[audit.Source][]int64{}
	for _, l := range links {
		marks[l.Source] = append(marks[l.Source], l.Entry)
	}
	for source, ids := range marks {
		if _, err := execute(ctx, r.db, "mark entries", `UPDATE `+listedTables[source]+` SET listed = ? WHERE id IN ?`, as, ids); err != nil {
			return err
		}
	}
	return nil
}
