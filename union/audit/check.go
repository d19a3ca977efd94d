package audit

import (
	"fmt"
	"slices"
	"time"
)

// Damage is one thing that is not as it was written, in the words of an auditor.
type Damage struct {
	Kind DamageKind `json:"kind"`
	// Where is the case and the place in it, or the place in the chain.
	Where string `json:"where"`
	Text  string `json:"text"`
}

// DamageKind tells the ways in which a record can be damaged.
type DamageKind string

// The kinds of damage.
const (
	Changed  DamageKind = "changed"  // it says something else than it said
	Moved    DamageKind = "moved"    // it stands where another stood
	Missing  DamageKind = "missing"  // it was deleted
	Forged   DamageKind = "forged"   // it was not signed with our keys
	Unsigned DamageKind = "unsigned" // it bears no signature
	Unlisted DamageKind = "unlisted" // it is not in the chain, and says it is
	Emptied  DamageKind = "emptied"  // its content went without a deletion on record
	Cut      DamageKind = "cut"      // the end of the chain is gone
	Replaced DamageKind = "replaced" // the chain is another one than was anchored
	Planted  DamageKind = "planted"  // an anchor of a day that has not come
)

// Report is what a check came to.
type Report struct {
	Events  int64 `json:"events"`
	Entries int64 `json:"entries"`
	Links   int64 `json:"links"`
	Anchors int64 `json:"anchors"`
	// Waiting have been written and not listed yet.
	Waiting int64 `json:"waiting"`
	// Erased had their content deleted, with a deletion on record.
	Erased int64 `json:"erased"`
	// Unread were deleted, on record, when nobody could tell whether they were as they were written.
	Unread int64 `json:"unread,omitempty"`
	// Unverifiable are signed with a key that is not held any more.
	Unverifiable int64 `json:"unverifiable"`
	// Unanchored are the days between which none has an anchor: the service did not run, or the anchors were deleted.
	Unanchored []string `json:"unanchored,omitempty"`
	// UnanchoredUntil is the end of the last of them.
	UnanchoredUntil string   `json:"-"`
	Damages         []Damage `json:"damages"`
	// More counts the damages beyond those.
	More int64 `json:"more,omitempty"`
}

// Sound says whether nothing was found damaged.
func (r Report) Sound() bool { return len(r.Damages) == 0 }

// maxDamages are listed; a chain that was written anew has as many as it has links.
const maxDamages = 1000

// Stored is what any entry has beside its content, as it was found.
type Stored struct {
	ID   int64
	Salt []byte // nil where it was deleted
	// Unreadable is set where the sealed content does not open: it was changed, or stands in another row. OtherKey is where that may
	// be because its key is not held.
	Unreadable, OtherKey bool
	// Written is the digest that was written with it.
	Written, Signature string
	// ErasedAt is when its content was deleted, by its own mark. Recorded is that a deletion on record says so, DeletedUnread that one
	// could not tell what it was, and ChangedAt when one came upon it that found it changed. MayBeRecorded is set where there is a deletion
	// that cannot be read.
	ErasedAt                time.Time
	Recorded, DeletedUnread bool
	ChangedAt               time.Time
	MayBeRecorded           bool
	Listed                  bool
	// Link is what the chain says of it, nil if nothing; Twice where it says so more than once.
	Link  *Link
	Twice bool
}

// StoredEvent is an event as it was found.
type StoredEvent struct {
	Event
	Stored
	Number string // of the case
	Place  int64  // 0: none
}

// StoredEntry is an entry as it was found.
type StoredEntry struct {
	Entry
	Stored
}

// StoredLink is a link as it was found. Found says whether what it lists is there.
type StoredLink struct {
	Link
	Number   string // of the case, empty if that is gone
	CaseGone bool
	Found    bool
	// Deletion says that the entry which it lists is a deletion.
	Deletion bool
}

// Checker looks at the links of the chain in order and at the anchors, then, for what they vouch for, at events in the order of
// their cases and places and at entries, and gathers what is wrong with them.
type Checker struct {
	keys   Keys
	report Report
	seen   map[Damage]bool
	// inEntries and inChain are the damages. Where the chain was written anew every place of it is one, and the entries come first.
	inEntries, inChain []Damage
	list               *[]Damage
	// at, place, signature and broken are those of the event before.
	at        int64
	place     int64
	signature string
	broken    bool
	// link is the link before.
	link Link
	// anchored are the signatures at the places of anchors. settled is true behind one that was signed with a key that is held: whatever key
	// change was going on before is over.
	anchored map[int64][]string
	settled  bool
	// ours says that a link was signed with a key that is held, and strange is the first place behind it that was not, 0 where one is held again.
	ours    bool
	strange int64
	listing listing
	// known is what deletions say beside those that it is given.
	known Deletions
}

// NewChecker makes a checker of a chain from its beginning, or from behind a link that is taken as it is.
func NewChecker(keys Keys, from Link) *Checker {
	_, held := keys.Verify(nil, from.Signature)
	return &Checker{keys: keys, seen: map[Damage]bool{}, link: from, listing: newListing(), ours: held && from.Place > 0}
}

// Again is a checker that knows of the chain, and of deletions, what this one has found out.
func (c *Checker) Again() *Checker {
	again := NewChecker(c.keys, Link{})
	again.listing, again.known = c.listing, c.known
	return again
}

// Want has the chain looked at for some entries that are no deletions.
func (c *Checker) Want(ids []int64) {
	for _, id := range ids {
		c.listing.wanted[id] = true
	}
}

// Know takes in what deletions say that vouch, once the chain was looked at where they need it.
func (c *Checker) Know(deletions []StoredEntry) { c.known = c.NewDeletions(deletions) }

// Expect names the places of anchors, before the links are looked at.
func (c *Checker) Expect(anchors []Anchor) {
	c.anchored = make(map[int64][]string, len(anchors))
	for _, a := range anchors {
		c.anchored[a.Place] = append(c.anchored[a.Place], a.Signature)
	}
}

// matches says whether the link is what every anchor of its place says.
func (c *Checker) matches(l StoredLink) bool {
	there := c.anchored[l.Place]
	return len(there) > 0 && !slices.ContainsFunc(there, func(s string) bool { return s != l.Signature })
}

// Report is what was found so far.
func (c *Checker) Report() Report {
	r := c.report
	r.Damages = append(append([]Damage{}, c.inEntries...), c.inChain...)
	if more := len(r.Damages) - maxDamages; more > 0 {
		r.Damages, r.More = r.Damages[:maxDamages], r.More+int64(more)
	}
	return r
}

func (c *Checker) damage(kind DamageKind, where, format string, args ...any) {
	c.note(Damage{Kind: kind, Where: where, Text: fmt.Sprintf(format, args...)})
}

func (c *Checker) note(d Damage) {
	switch {
	case c.seen[d]:
	case len(*c.list) >= maxDamages:
		c.report.More++
	default:
		c.seen[d] = true
		*c.list = append(*c.list, d)
	}
}

// Event looks at the next event.
func (c *Checker) Event(e StoredEvent) Verdict {
	c.report.Events++
	c.list = &c.inEntries
	if e.Case != c.at {
		c.at, c.place, c.signature, c.broken = e.Case, 0, "", false
	}
	if e.Place < 1 || e.Signature == "" {
		l := lookAt(e.Stored, inCase(e.Number, e.Case, 0))
		l.damage(Unsigned, "the entry %d (%s) bears no signature: it was not written by this service", e.ID, e.Kind)
		if e.Place == 0 && e.Signature == "" && e.Written == "" && e.Link == nil && !e.Listed {
			l.Standing = Old
		}
		return c.take(l)
	}
	if e.Place > c.place+1 {
		c.damage(Missing, inCases(e.Number, e.Case, c.place+1, e.Place-1), "%s", wasDeleted)
		c.broken = true
	}
	return c.take(c.event(e))
}

// event looks at one that bears a signature, and goes on to it.
func (c *Checker) event(e StoredEvent) *look {
	l := lookAt(e.Stored, inCase(e.Number, e.Case, e.Place))
	l.content(e.Stored, e.Digest(e.Salt) == e.Written)
	moved := e.Link != nil && (e.Link.Case != e.Case || e.Link.CasePlace != e.Place)
	if moved {
		l.damage(Moved, "the entry was written as entry %d and stands as entry %d", e.Link.CasePlace, e.Place)
	}
	l.listed(e.Stored)
	valid, held := c.keys.Verify(eventSeal(e.Case, e.Place, c.signature, e.Written), e.Signature)
	l.Placed = valid && !moved
	switch {
	case !held:
		l.Placed = c.listing.has(e.ID, e.Written) && !moved
		l.signedByAnother(e.Stored, l.Placed)
	case !valid && !moved && !c.broken:
		l.damage(Forged, "the entry was not signed with this service's keys at this place")
	case !valid:
		l.doubt(false)
	}
	// Behind a break one cannot tell a good signature from a bad one: the chain of all does.
	c.place, c.signature, c.broken = e.Place, e.Signature, held && !valid
	return l
}

// Entry looks at an entry that belongs to no timeline.
func (c *Checker) Entry(e StoredEntry) Verdict {
	c.report.Entries++
	c.list = &c.inEntries
	e.Recorded = e.Recorded && e.Kind != Erase // deletions are never deleted, only what was made to look like one
	l := lookAt(e.Stored, fmt.Sprintf("entry %d (%s)", e.ID, e.Kind))
	l.content(e.Stored, e.AsWritten())
	l.listed(e.Stored)
	switch valid, held := c.keys.Verify(entrySeal(e.ID, e.Written), e.Signature); {
	case !held:
		l.signedByAnother(e.Stored, c.listing.has(e.ID, e.Written))
	case !valid:
		l.damage(Forged, "the entry was not signed with this service's keys")
	}
	return c.take(l)
}

// Link looks at the next link of the chain.
func (c *Checker) Link(l StoredLink) {
	c.report.Links++
	c.list = &c.inChain
	where := inChain(l.Place)
	sound, held := c.continues(l, where)
	c.listing.note(l, sound, held, c.matches(l))
	switch {
	case c.Holds(Stored{Signature: l.Signature}):
		c.ours, c.strange = true, 0
	case c.ours && c.strange == 0:
		c.strange = l.Place
	}
	switch {
	case l.Found && l.CaseGone:
		c.damage(Missing, inCase("", l.Case, 0), "the case was deleted, and its entries are left")
	case l.Found:
	case l.Source == OfEvent:
		c.damage(Missing, inCase(l.Number, l.Case, l.CasePlace), "%s", wasDeleted)
	default:
		c.damage(Missing, where, "the entry %d that stood here was deleted", l.Entry)
	}
	c.link = l.Link
}

// End names an end of the chain under a key that is not held, behind links under keys that are: it may be somebody's who plants a
// deletion, and a change of keys that is put on record behind it lets it vouch.
func (c *Checker) End() {
	if c.strange != 0 && !c.settled {
		c.list = &c.inChain
		c.damage(Forged, inChain(c.strange), "the chain ends, from here on, under a key that is not held: put that key back; if this service never had it, the links are forged, "+
			"and keys rewrap would let them vouch")
	}
}

// continues says whether the link goes on from the one before, as far as the keys that are held tell.
func (c *Checker) continues(l StoredLink, where string) (sound, held bool) {
	if l.Place != c.link.Place+1 {
		c.damage(Missing, inChain(c.link.Place+1), "the chain has a gap: places %d to %d were deleted", c.link.Place+1, l.Place-1)
		return false, false
	}
	valid, held := c.keys.Verify(l.seal(c.link.Signature), l.Signature)
	switch {
	case !held && c.settled:
		c.damage(Forged, where, "the link was signed with a key that is not held, though this service's keys were in use by the anchor before")
		return false, false
	case !held:
		c.report.Unverifiable++
		return true, false
	case !valid:
		c.damage(Forged, where, "the link was not signed with this service's keys: it was changed, moved or written anew")
		return false, true
	case len(c.anchored[l.Place]) > 0:
		c.settled = true
	}
	return true, true
}

const wasDeleted = "the entry was deleted"

// Anchor compares the chain with what was kept outside: its last place, and what stands where the anchor was taken.
func (c *Checker) Anchor(a Anchor, last int64, there string) {
	c.report.Anchors++
	c.list = &c.inChain
	where := "anchor of " + a.Day
	if there != a.Signature {
		clear(c.listing.anchored)
	}
	switch {
	case a.Place > last:
		c.damage(Cut, where, "the chain had %d entries on %s and has %d now: its end was cut off, or an older copy was put back",
			a.Place, a.Day, last)
	case there != a.Signature:
		c.damage(Replaced, where, "place %d of the chain is not what it was on %s: the chain was written anew", a.Place, a.Day)
	}
}

func inCase(number string, id, place int64) string {
	if number == "" {
		number = fmt.Sprintf("with id %d, which is gone", id)
	}
	if place == 0 {
		return "case " + number
	}
	return fmt.Sprintf("case %s, entry %d", number, place)
}

// inCases is a gap, named once however wide it is.
func inCases(number string, id, first, last int64) string {
	if first == last {
		return inCase(number, id, first)
	}
	return fmt.Sprintf("%s to %d", inCase(number, id, first), last)
}

func inChain(place int64) string { return fmt.Sprintf("chain, place %d", place) }
