package audit

import (
	"maps"
	"time"
)

// AsWritten says whether the entry still says what its digest was made of.
func (e StoredEntry) AsWritten() bool {
	keyless := e
	keyless.Key = ""
	return e.withKey() || keyless.withKey() // as earlier releases wrote it
}

// withKey says whether it does, its key included.
func (e StoredEntry) withKey() bool {
	return !e.Unreadable && e.Salt != nil && e.Digest(e.Salt) == e.Written
}

// sameTime is how far apart an entry and its repetition may be where the digest knows no key: an upgrade comes between them.
const sameTime = time.Hour

// Repeats says whether an entry with the key of one that is there is a repetition of it: only then is it on record already. What is there
// has to be proved, for whoever can write the key of an entry to come beside one that is long listed keeps it off the record.
func (c *Checker) Repeats(there StoredEntry, e Entry) bool {
	return c.Entry(there).Standing == Whole && there.Kind == e.Kind && there.Actor == e.Actor && there.Case == e.Case && there.Member == e.Member &&
		(there.withKey() || there.At.Sub(e.At).Abs() < sameTime)
}

// listing is what the chain says of the deletions that it lists, and of what else is looked for: their digests, by their ids.
type listing struct {
	// signed stand in links of keys that are held. anchored stand in links of keys that are not held any more, with a sound
	// chain from there to an anchor that matches; waiting may yet.
	signed, anchored, waiting map[int64]string
	// wanted are looked for, too.
	wanted map[int64]bool
}

func newListing() listing {
	return listing{map[int64]string{}, map[int64]string{}, map[int64]string{}, map[int64]bool{}}
}

// note takes in the next link: one that is not sound says nothing, and breaks off what was waiting.
func (s listing) note(l StoredLink, sound, held, anchored bool) {
	if !sound {
		clear(s.waiting)
		return
	}
	looked := l.Deletion || s.wanted[l.Entry]
	if looked && held {
		s.signed[l.Entry] = l.Digest
	} else if looked {
		s.waiting[l.Entry] = l.Digest
	}
	if anchored {
		maps.Copy(s.anchored, s.waiting)
		clear(s.waiting)
	}
}

func (s listing) has(id int64, digest string) bool {
	return digest != "" && (s.signed[id] == digest || s.anchored[id] == digest)
}

// Vouches says whether the entry is a deletion as this service wrote it, and so says of others that their content was
// deleted. One that was signed with a key that is not held any more is taken by what the chain says, once that was looked at: a
// link under a key that is held says it for certain, and one under another where it has come through the check, no anchor
// contradicts, and one behind it matches.
func (c *Checker) Vouches(e StoredEntry) bool {
	if e.Kind != Erase || !e.AsWritten() {
		return false
	}
	valid, held := c.keys.Verify(entrySeal(e.ID, e.Written), e.Signature)
	return valid || !held && c.listing.has(e.ID, e.Written)
}

// NeedsChain says whether only the chain tells if the deletion vouches.
func (c *Checker) NeedsChain(e StoredEntry) bool {
	return e.Kind == Erase && !c.Holds(e.Stored) && e.AsWritten()
}

// Holds says whether the key is held that an entry was signed with, by its name.
func (c *Checker) Holds(s Stored) bool {
	_, held := c.keys.Verify(nil, s.Signature)
	return held
}

// unread says whether it may be a deletion, and nobody can tell: it is listed, and a key is not held.
func (c *Checker) unread(e StoredEntry) bool {
	return e.Kind == Erase && e.Link != nil && (e.OtherKey || c.NeedsChain(e)) && !c.Vouches(e)
}
