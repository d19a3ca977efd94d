package audit

import "fmt"

// Standing is what a look at one entry came to: whatever is done with an entry is done by it.
type Standing string

// The standings.
const (
	// Whole says what it said: digest, signature and chain agree.
	Whole Standing = "whole"
	// Gone says nothing any more, and a deletion on record says so.
	Gone Standing = "deleted"
	// Unproved may say what it said, or not: a key is missing, or what stood before it.
	Unproved Standing = "unproved"
	// Old bears no mark of the record: it was written before there was one.
	Old Standing = "old"
	// Damaged is not as it was written.
	Damaged Standing = "damaged"
)

// Verdict is a standing, and why nobody can tell more.
type Verdict struct {
	Standing
	// KeyMissing says that a key that is not held would tell.
	KeyMissing bool
	// Placed says that the signature of an event holds where it stands.
	Placed bool
}

// look gathers what is found about one entry.
type look struct {
	Verdict
	where   string
	damages []Damage
	// waiting, erased, unread and strange are what is counted of it.
	waiting, erased, unread, strange bool
}

func lookAt(s Stored, where string) *look {
	l := &look{where: where, Verdict: Verdict{Standing: Whole}}
	if s.Salt == nil {
		l.Standing = Gone
	}
	return l
}

// damage notes what is not as it was written.
func (l *look) damage(kind DamageKind, format string, args ...any) {
	l.Standing = Damaged
	l.damages = append(l.damages, Damage{Kind: kind, Where: l.where, Text: fmt.Sprintf(format, args...)})
}

// doubt notes that nobody can tell. It is no word for what is found damaged.
func (l *look) doubt(keyMissing bool) {
	if l.Standing != Damaged {
		l.Standing, l.KeyMissing = Unproved, l.KeyMissing || keyMissing
	}
}

// content compares what an entry says with what was written. written says whether it says what its digest was made of.
func (l *look) content(e Stored, written bool) {
	switch {
	case e.OtherKey:
		l.damage(Changed, "what the entry said is sealed with a key that is not held: put that key back, or it was changed")
		l.Standing = Unproved
		l.KeyMissing = true
	case e.Unreadable:
		l.damage(Changed, "what the entry said does not open any more: it was changed, or put into another row")
	case e.Salt != nil && !written:
		l.damage(Changed, "the entry says something else than it said when it was written")
	case e.Salt != nil && !e.ErasedAt.IsZero():
		l.damage(Changed, "the entry is marked as deleted, and still says what it said")
		l.Standing = Whole // marks bear no signature, and take none away
	case e.Salt != nil:
	case !e.ChangedAt.IsZero():
		l.damage(Changed, "the entry was not as it was written when it was deleted on %s", e.ChangedAt.UTC().Format("2006-01-02 15:04 UTC"))
	case e.DeletedUnread:
		l.unread = true
	case e.Recorded:
		l.erased = true
	default:
		l.damage(Emptied, "what the entry said is gone, and no deletion is on record")
		if e.MayBeRecorded {
			l.Standing, l.KeyMissing = Unproved, true
		}
	}
}

// listed compares an entry with what the chain says of it.
func (l *look) listed(s Stored) {
	switch {
	case s.Link != nil && s.Link.Digest != s.Written:
		l.damage(Changed, "the entry is not the one that was listed at place %d of the chain", s.Link.Place)
	case s.Link == nil && s.Listed, s.Link != nil && s.Link.Place < 1:
		l.damage(Unlisted, "the entry is said to be listed, and its place in the chain is gone")
	case s.Link == nil:
		l.waiting = true
	case s.Twice:
		l.damage(Unlisted, "the entry is listed more than once")
	}
}

// signedByAnother looks at an entry that was signed with a key that is not held. The chain lists it if that key was held then.
func (l *look) signedByAnother(s Stored, chainSaysSo bool) {
	if s.Link == nil {
		l.damage(Forged, "the entry was signed with a key that is not held, and never listed in the chain")
		return
	}
	l.strange = true
	if !chainSaysSo {
		l.doubt(true)
	}
}

// take counts what was found.
func (c *Checker) take(l *look) Verdict {
	for _, d := range l.damages {
		c.note(d)
	}
	r := &c.report
	for _, counted := range []struct {
		is    bool
		count *int64
	}{{l.waiting, &r.Waiting}, {l.erased, &r.Erased}, {l.unread, &r.Unread}, {l.strange, &r.Unverifiable}} {
		if counted.is {
			*counted.count++
		}
	}
	return l.Verdict
}
