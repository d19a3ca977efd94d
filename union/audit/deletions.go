package audit

import "time"

// Deletions is what the deletions say that vouch.
type Deletions struct {
	through map[int64]int64 // of cases; everywhere is the whole case
	emptied map[int64]bool
	changed map[int64]time.Time
}

const everywhere = 1<<63 - 1

// NewDeletions gathers what those of the entries say that vouch.
func (c *Checker) NewDeletions(list []StoredEntry) Deletions {
	d := Deletions{through: map[int64]int64{}, emptied: map[int64]bool{}, changed: map[int64]time.Time{}}
	for _, e := range list {
		if c.Vouches(e) {
			d.add(e.Entry)
		}
	}
	return d
}

func (d Deletions) add(e Entry) {
	if e.Case != 0 {
		through := e.Through
		if through == 0 {
			through = everywhere
		}
		d.through[e.Case] = max(d.through[e.Case], through)
	}
	for _, id := range e.Emptied {
		d.emptied[id] = true
	}
	for _, id := range e.Changed {
		d.changed[id] = e.At
	}
}

// OfCase says whether a case was deleted.
func (d Deletions) OfCase(id int64) bool { return d.through[id] > 0 }

// Event notes in an event what they say of it.
func (d Deletions) Event(e *StoredEvent) {
	e.Recorded, e.ChangedAt = e.Place <= d.through[e.Case], d.changed[e.ID]
}

// Entry notes in an entry what they say of it.
func (d Deletions) Entry(e *StoredEntry) {
	e.Recorded, e.ChangedAt = d.emptied[e.ID], d.changed[e.ID]
}

// Told says whether the entry's deletion was told of.
func (s Stored) Told() bool { return s.Recorded || !s.ChangedAt.IsZero() }
