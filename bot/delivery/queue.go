package delivery

import (
	"context"
	"io"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Kinds of items that are treated in their own way. The others are the notices' own.
const (
	kindCardUpdate = "card_update" // replaces a card that was sent
	kindTask       = "task"        // also found by 待办, so that a digest need not repeat it
	kindDigest     = "digest"      // stands for several
)

// Queue is the outbox as delivery sees it.
type Queue interface {
	// Claim takes due items, the urgent or the unhurried ones, by a lease, in the order of their lanes, and settles as ParcelUncertain those whose call had begun,
	// was never settled and must not be repeated. A lane of which another lease holds an earlier item is left alone.
	Claim(ctx context.Context, unhurried bool, lease string, life time.Duration, limit int) ([]bot.Parcel, error)
	// ClaimLane takes every due item of one lane.
	ClaimLane(ctx context.Context, lane, lease string, life time.Duration) ([]bot.Parcel, error)
	// Begin freezes the call and its address, counts the try and renews the lease. It returns bot.ErrLeaseLost if that is gone,
	// bot.ErrStopped where it must not go out now, and bot.ErrAside where that may last for days.
	Begin(ctx context.Context, item bot.Parcel, to bot.Address, call []byte, life time.Duration) error
	// Settle ends the lease. It returns bot.ErrLeaseLost if that is gone already.
	Settle(ctx context.Context, item bot.Parcel, s bot.Settlement) error
	// Tries counts the tries of messages to one address that were begun since each of the times.
	Tries(ctx context.Context, to bot.Address, minute, hour time.Time) (inMinute, inHour int, err error)
}

// Directory knows where a member is reached, best address first; none is no error.
type Directory interface {
	Reach(ctx context.Context, member int64) ([]bot.Address, error)
}

// Cards remembers how the cards that were sent can be updated.
type Cards interface {
	// Shown records a card that was sent; code may be empty.
	Shown(ctx context.Context, taskID string, to bot.Address, code string, at time.Time) error
	// Code returns what updates the card, once; "" if nothing does any more. shown is false if it was never sent there.
	Code(ctx context.Context, taskID string, to bot.Address, at time.Time) (code string, shown bool, err error)
	// Spent records that the code was used.
	Spent(ctx context.Context, taskID string, to bot.Address, code string) error
}

// Parking keeps what waits for a person's next word. Putting the same key twice is no error.
type Parking interface {
	Put(ctx context.Context, to bot.Address, key, text string) error
	// TakeBack has a key wait no more, for it goes another way; free is false where the person has read it, or is about to.
	TakeBack(ctx context.Context, key string) (free bool, err error)
}

// Flag tells the identity's next turn that something waits (bot.Turns).
type Flag interface {
	Park(ctx context.Context, who bot.Address) error
}

// Files are the kept files.
type Files interface {
	// Open opens a file by the hash of its content; the error is fs.ErrNotExist if it is not there.
	Open(ctx context.Context, hash string) (io.ReadSeekCloser, error)
}

// Uploads remembers which files a channel's platform has.
type Uploads interface {
	// Get is how the platform has a file; an empty id says that it has not, or not any more.
	Get(ctx context.Context, channel bot.ChannelID, hash string, now time.Time) (kind, id string, err error)
	// Put notes until when it has it.
	Put(ctx context.Context, channel bot.ChannelID, hash, kind, id string, until time.Time) error
}

// Window is the right to send without being asked, on a channel that limits it to a time and a count after a
// person's word.
type Window interface {
	Take(ctx context.Context, to bot.Address) (ok bool, err error)
	// Left tells how many messages may still be sent, and until when, and uses none up; known is false where only the platform knows.
	Left(ctx context.Context, to bot.Address) (n int, until time.Time, known bool, err error)
	Shut(ctx context.Context, to bot.Address) error
}
