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
	// Unverifiable are signed with a key that is not held any more.
	Unverifiable int64    `json:"unverifiable"`
	Damages      []Damage `json:"damages"`
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
	// ErasedAt is when its content was deleted, by its own mark. Recorded is that a deletion on record says so, and ChangedAt when
	// one came upon it that found it changed.
	ErasedAt  time.Time
	Recorded  bool
	ChangedAt time.Time
	Listed    bool
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
	listing  listing
}

// NewChecker makes a checker of a chain from its beginning, or from behind a link that is taken as it is.
func NewChecker(keys Keys, from Link) *Checker {
	return &Checker{keys: keys, seen: map[Damage]bool{}, link: from, listing: newListing()}
}

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
	d := Damage{Kind: kind, Where: where, Text: fmt.Sprintf(format, args...)}
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
func (c *Checker) Event(e StoredEvent) {
	c.report.Events++
	c.list = &c.inEntries
	if e.Case != c.at {
		c.at, c.place, c.signature, c.broken = e.Case, 0, "", false
	}
	where := inCase(e.Number, e.Case, e.Place)
	if e.Place == 0 || e.Signature == "" {
		c.damage(Unsigned, inCase(e.Number, e.Case, 0), "the entry %d (%s) bears no signature: it was not written by this service", e.ID, e.Kind)
		return
	}
	for missing := c.place + 1; missing < e.Place; missing++ {
		c.missing(e.Number, e.Case, missing)
		c.broken = true
	}
	c.content(e.Stored, e.Digest(e.Salt), where)
	moved := e.Link != nil && (e.Link.Case != e.Case || e.Link.CasePlace != e.Place)
	if moved {
		c.damage(Moved, where, "the entry was written as entry %d and stands as entry %d", e.Link.CasePlace, e.Place)
	}
	c.listed(e.Stored, where)
	valid, held := c.keys.Verify(eventSeal(e.Case, e.Place, c.signature, e.Written), e.Signature)
	switch {
	case !held:
		c.strange(e.Stored, where)
	case !valid && !moved && !c.broken:
		c.damage(Forged, where, "the entry was not signed with this service's keys at this place")
	}
	// Behind a break one cannot tell a good signature from a bad one: the chain of all does.
	c.place, c.signature, c.broken = e.Place, e.Signature, held && !valid
}

// content compares what an entry says, by its digest now, with what was written.
func (c *Checker) content(e Stored, digest, where string) {
	switch {
	case e.OtherKey:
		c.damage(Changed, where, "what the entry said is sealed with a key that is not held: put that key back, or it was changed")
	case e.Unreadable:
		c.damage(Changed, where, "what the entry said does not open any more: it was changed, or put into another row")
	case e.Salt != nil && digest != e.Written:
		c.damage(Changed, where, "the entry says something else than it said when it was written")
	case e.Salt != nil && !e.ErasedAt.IsZero():
		c.damage(Changed, where, "the entry is marked as deleted, and still says what it said")
	case e.Salt != nil:
	case !e.ChangedAt.IsZero():
		c.damage(Changed, where, "the entry was not as it was written when it was deleted on %s", e.ChangedAt.UTC().Format("2006-01-02 15:04 UTC"))
	case e.Recorded:
		c.report.Erased++
	default:
		c.damage(Emptied, where, "what the entry said is gone, and no deletion is on record")
	}
}

// listed compares an entry with what the chain says of it.
func (c *Checker) listed(s Stored, where string) {
	switch {
	case s.Link != nil && s.Link.Digest != s.Written:
		c.damage(Changed, where, "the entry is not the one that was listed at place %d of the chain", s.Link.Place)
	case s.Link == nil && s.Listed:
		c.damage(Unlisted, where, "the entry is said to be listed, and its place in the chain is gone")
	case s.Link == nil:
		c.report.Waiting++
	case s.Twice:
		c.damage(Unlisted, where, "the entry is listed more than once")
	}
}

// Entry looks at an entry that belongs to no timeline.
func (c *Checker) Entry(e StoredEntry) {
	c.report.Entries++
	c.list = &c.inEntries
	where := fmt.Sprintf("entry %d (%s)", e.ID, e.Kind)
	e.Recorded = e.Recorded && e.Kind != Erase // deletions are never deleted, only what was made to look like one
	c.content(e.Stored, e.Digest(e.Salt), where)
	c.listed(e.Stored, where)
	switch valid, held := c.keys.Verify(entrySeal(e.ID, e.Written), e.Signature); {
	case !held:
		c.strange(e.Stored, where)
	case !valid:
		c.damage(Forged, where, "the entry was not signed with this service's keys")
	}
}

// strange looks at an entry that was signed with a key that is not held. The chain lists it if that key was held then.
func (c *Checker) strange(s Stored, where string) {
	if s.Link == nil {
		c.damage(Forged, where, "the entry was signed with a key that is not held, and never listed in the chain")
		return
	}
	c.report.Unverifiable++
}

// Link looks at the next link of the chain.
func (c *Checker) Link(l StoredLink) {
	c.report.Links++
	c.list = &c.inChain
	where := inChain(l.Place)
	sound, held := c.continues(l, where)
	c.listing.note(l, sound, held, c.matches(l))
	switch {
	case l.Found && l.CaseGone:
		c.damage(Missing, inCase("", l.Case, 0), "the case was deleted, and its entries are left")
	case l.Found:
	case l.Source == OfEvent:
		c.missing(l.Number, l.Case, l.CasePlace)
	default:
		c.damage(Missing, where, "the entry %d that stood here was deleted", l.Entry)
	}
	c.link = l.Link
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

func (c *Checker) missing(number string, id, place int64) {
	c.damage(Missing, inCase(number, id, place), "the entry was deleted")
}

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

func inChain(place int64) string { return fmt.Sprintf("chain, place %d", place) }
