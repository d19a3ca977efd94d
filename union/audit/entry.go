package audit

import (
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Kind is what an entry that belongs to no timeline is about.
type Kind string

// The kinds of entries.
const (
	// Look: somebody else than its author looked at a sensitive case.
	Look Kind = "look"
	// Unseal: a custodian gave a share to open a name, or took it back. Note is the reason.
	Unseal Kind = "unseal"
	// NameLook: a custodian was shown an opened name.
	NameLook Kind = "name_look"
	// Print: somebody put a case on paper.
	Print Kind = "print"
	// Import: a members file was imported; roles may have changed.
	Import Kind = "import"
	// Erase: what a case or a member's record said was deleted.
	Erase Kind = "erase"
	// Rekey: what rests sealed was sealed with another key.
	Rekey Kind = "rekey"
	// Export: the record was written out.
	Export Kind = "export"
	// StandIn: an officer had another act in their place, or no more. Note says who, in whose place, on which days.
	StandIn Kind = "stand_in"
	// Restore: the service went on from a copy of the database.
	Restore Kind = "restore"
)

// Entry is something that happened and belongs to no case's timeline.
type Entry struct {
	// Key, if set, is unique: a second entry with the same key is not written. It is part of the digest, but not in what earlier releases wrote.
	Key   string
	At    time.Time
	Kind  Kind
	Actor union.MemberID // 0: an operator, or the service itself
	// Name and Role are the actor's at that time.
	Name string
	Role union.Role
	// Case and Member are whom it is about; either may be 0.
	Case   int64
	Member union.MemberID
	Note   string
	// Emptied are the entries that say nothing any more since this deletion. Changed are those, and events of the case, that were
	// not as they were written when it came.
	Emptied, Changed []int64
	// Unread are those of which nobody could tell what they were.
	Unread []int64
	// Through is the last place of the case's timeline that was deleted. Where it is not Bounded, as earlier releases wrote it, 0 is all of it.
	Through int64
	Bounded bool
}

// Digest is the digest of what the entry says.
func (e Entry) Digest(salt []byte) string {
	form, fields := formEntry, []string{
		decimal(e.At.UnixMilli()), string(e.Kind), decimal(e.Actor), e.Name, string(e.Role), decimal(e.Case), decimal(e.Member), e.Note,
	}
	switch {
	case e.Bounded || len(e.Unread) > 0:
		form, fields = formBounded, append(fields, decimal(e.Through), decimal(int64(len(e.Emptied))), decimal(int64(len(e.Changed))))
	case e.Through != 0 || len(e.Changed) > 0:
		form, fields = formDeletion, append(fields, decimal(e.Through), decimal(int64(len(e.Emptied))))
	case len(e.Emptied) > 0:
		form = formErasure
	case e.Key != "":
		form, fields = formKeyed, append(fields, e.Key)
	}
	for _, id := range slices.Concat(e.Emptied, e.Changed, e.Unread) {
		fields = append(fields, decimal(id))
	}
	return digest(salt, form, fields...)
}

// SignEntry signs an entry's digest where it stands.
func SignEntry(k Keys, id int64, digest string) string { return k.Sign(entrySeal(id, digest)) }

func entrySeal(id int64, digest string) []byte { return pack(formEntrySeal, decimal(id), digest) }

// Source is where a listed entry stands.
type Source string

// The sources.
const (
	OfEvent Source = "event" // a case's timeline
	OfEntry Source = "entry" // Entry
)

// Link lists one entry in the chain of all.
type Link struct {
	// Place counts from 1, without a gap.
	Place  int64
	Source Source
	Entry  int64
	// Case and CasePlace are an event's.
	Case, CasePlace int64
	Digest          string
	Signature       string
}

// Sign signs a link, together with the signature of the one before it.
func (l *Link) Sign(k Keys, before string) { l.Signature = k.Sign(l.seal(before)) }

// Signed says whether the link was signed with one of the keys behind a link with that signature, and whether the key that it names is held.
func (l *Link) Signed(k Keys, before string) (sound, held bool) {
	return k.Verify(l.seal(before), l.Signature)
}

func (l *Link) seal(before string) []byte {
	return pack(formLink, decimal(l.Place), before, string(l.Source), decimal(l.Entry), decimal(l.Case), decimal(l.CasePlace), l.Digest)
}
