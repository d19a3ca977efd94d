package bot

import (
	"errors"
	"fmt"
	"time"
)

// Parcel is one claimed row of the outbox: something to be said to one recipient.
type Parcel struct {
	ID int64
	// Key is the row's unique key.
	Key string
	// Lease names the claim; the row can be begun and settled only while it is held.
	Lease string
	// Kind is ReplyParcel, or a notice's kind.
	Kind string
	// Hold is true where a call whose fate is unknown must not be repeated.
	Hold bool
	// Lane is the recipient, in whose order parcels go out.
	Lane string
	// Member is the recipient of a notice, 0 where To is an address from the start.
	Member int64
	// Unnamed is true where no record may tell who the recipient is: it is not parked, and its call not frozen.
	Unnamed bool
	// To is the address; of a notice, the one to which Frozen goes.
	To   Address
	Body Outgoing
	// Frozen is the call that an earlier try began with, and FrozenAt when it was made first; nil before that.
	Frozen   []byte
	FrozenAt time.Time
	// Doubtful is true of a Hold whose Frozen may have arrived: it is made again while the platform itself finds doubles.
	Doubtful bool
	Attempts int
	Created  time.Time
}

// ReplyParcel is the kind of what was said in answer to a message, late or in further parts. It is never put into a digest.
const ReplyParcel = "reply"

// ParcelState is where a row stands when it is settled.
type ParcelState string

// The states in which a parcel is settled.
const (
	// ParcelAgain: it goes out later, at RetryAt.
	ParcelAgain ParcelState = "pending"
	// ParcelSent: the platform took it.
	ParcelSent ParcelState = "sent"
	// ParcelParked: it waits for the person's next word.
	ParcelParked ParcelState = "parked"
	// ParcelAnnounced: it does, and the person was told that it waits.
	ParcelAnnounced ParcelState = "announced"
	// ParcelFailed: it cannot be delivered; the list of failures shows why.
	ParcelFailed ParcelState = "failed"
	// ParcelUnreachable: there is no way to the recipient.
	ParcelUnreachable ParcelState = "unreachable"
	// ParcelUncertain: nobody knows whether it went out, and it must not go out twice.
	ParcelUncertain ParcelState = "uncertain"
)

// Settlement is what became of a parcel.
type Settlement struct {
	State ParcelState
	// Cause says why, in a few words for a list; never a person's text.
	Cause string
	// RetryAt is when a parcel that is settled as ParcelAgain is due.
	RetryAt time.Time
	// Untried is true when the begun call was not made after all.
	Untried bool
	// Thaw forgets the frozen call, so that the next try composes anew.
	Thaw bool
	// Doubt is true where the call may have arrived.
	Doubt bool
	// Aside is true where what comes behind a parcel that is settled as ParcelAgain does not wait for it.
	Aside      bool
	PlatformID string
}

// ErrLeaseLost says that a parcel's lease ran out and another has taken it over.
var ErrLeaseLost = errors.New("lease of the parcel is lost")

// ErrStopped says that a broadcast was paused or cancelled, or a greeting silenced, before a call for it began.
var ErrStopped = errors.New("it was stopped")

// ErrAside is ErrStopped of what may be kept back for days, and that nothing else of the person's waits for.
var ErrAside = fmt.Errorf("%w for long", ErrStopped)

// ErrRead says that a person has read with a word what a call was to be begun for.
var ErrRead = errors.New("it was read with a word")

// ErrDayFull says that the platform lets the account reach no more persons today.
var ErrDayFull = errors.New("no more persons may be reached today")

// WantedMedia is a file that a message brought and that is still at the platform.
type WantedMedia struct {
	ID      int64
	Channel ChannelID
	MediaID string
	Created time.Time
	// Paper is looked at whether it can be read.
	Paper bool
}

// KeptMedia is a file that was stored.
type KeptMedia struct {
	Hash string // SHA-256, hex
	Size int64
	Type string // MIME
	// Doubt says why a paper can hardly be read: small, dark, blurred.
	Doubt string
}
