package audit

import (
	"time"

	"github.com/unionbot/unionbot/union"
)

// Deletions is what the deletions say that vouch.
type Deletions struct {
	through         map[int64]int64          // of cases; everywhere is the whole case
	of              map[int64]union.MemberID // whose cases they were
	emptied, unread map[int64]bool
	changed         map[int64]time.Time
	// some says that there are others, which cannot be read.
	some bool
}

const everywhere = 1<<63 - 1

// NewDeletions gathers what those of the entries say that vouch, and adds it to what the checker knows: who vouches once does so always.
func (c *Checker) NewDeletions(list []StoredEntry) Deletions {
	d := c.known
	if d.through == nil {
		d = Deletions{
			through: map[int64]int64{}, of: map[int64]union.MemberID{}, emptied: map[int64]bool{}, unread: map[int64]bool{}, changed: map[int64]time.Time{},
		}
	}
	for _, e := range list {
		switch {
		case c.Vouches(e):
			d.add(e.Entry)
		case c.unread(e):
			d.some = true
		}
	}
	return d
}

func (d Deletions) add(e Entry) {
	if e.Case != 0 {
		through := e.Through
		if through == 0 && !e.Bounded {
			through = everywhere
		}
		d.through[e.Case], d.of[e.Case] = max(d.through[e.Case], through), e.Member
	}
	for _, id := range e.Emptied {
		d.emptied[id] = true
	}
	for _, id := range e.Unread {
		d.unread[id] = true
	}
	for _, id := range e.Changed {
		d.changed[id] = e.At
	}
}

// OfCase says whether a case was deleted, and as whose.
func (d Deletions) OfCase(id int64) (author union.MemberID, deleted bool) {
	author, deleted = d.of[id]
	return author, deleted
}

// Event notes in an event what they say of it.
func (d Deletions) Event(e *StoredEvent) {
	d.note(&e.Stored, e.Place > 0 && e.Place <= d.through[e.Case])
}

// Entry notes in an entry what they say of it.
func (d Deletions) Entry(e *StoredEntry) { d.note(&e.Stored, d.emptied[e.ID]) }

func (d Deletions) note(s *Stored, recorded bool) {
	s.Recorded, s.DeletedUnread, s.ChangedAt, s.MayBeRecorded = recorded, d.unread[s.ID], d.changed[s.ID], d.some
}

// Told says whether the entry's deletion was told of.
func (s Stored) Told() bool { return s.Recorded || s.DeletedUnread || !s.ChangedAt.IsZero() }
