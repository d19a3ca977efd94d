package bot

import (
	"context"
	"time"
)

// Inbox is the SQL side of a message that could not be answered in time: a row stands for a reply that is owed, and
// is gone once that reply has its way out.
type Inbox interface {
	// Defer writes the message down, for its owner to finish until then and for anybody afterwards. Deferring the same
	// message twice is no error.
	Defer(ctx context.Context, m Message, owner string, until time.Time) error
	// Due takes up to limit messages whose owner is silent and makes them the new owner's until then.
	Due(ctx context.Context, owner string, until time.Time, limit int) ([]Message, error)
	// Keep makes a message due at a later time, if it is still the owner's.
	Keep(ctx context.Context, id MessageID, owner string, until time.Time) error
	// Again makes a message due at a time, earlier or later than its owner had meant: its turn had no effect.
	Again(ctx context.Context, id MessageID, at time.Time) error
	// Push queues the late reply, one outbox row each, and removes the message. It does nothing if the message is not
	// there: the reply has its way out already.
	Push(ctx context.Context, m Message, say []Outgoing) error
	// Park keeps the late reply for the person's next word. The message stays until Drop.
	Park(ctx context.Context, m Message, text string) error
	// Drop removes the message: its reply has found another way out.
	Drop(ctx context.Context, id MessageID) error
}

// Shelf is the Redis side of the same: where messages wait while SQL is away, and who may say a recorded reply.
type Shelf interface {
	// Collect is called before a copy's callback is answered with a recorded reply where no other way out exists. ok
	// is false when the reply was parked before.
	Collect(ctx context.Context, who Address, id MessageID) (ok bool, err error)
	// Owed claims a recorded reply for parking. It is false when a callback has collected it.
	Owed(ctx context.Context, who Address, id MessageID) (bool, error)
	// Stash keeps an encoded message of a channel until SQL is back.
	Stash(ctx context.Context, channel ChannelID, body []byte) (Stashed, error)
	// Stashed returns the oldest of what was stashed for a channel, at most limit.
	Stashed(ctx context.Context, channel ChannelID, limit int) ([]Stashed, error)
	// Unstash removes one that has been written down elsewhere.
	Unstash(ctx context.Context, channel ChannelID, s Stashed) error
}

// Stashed is an encoded message that waits on the Shelf.
type Stashed struct {
	Body []byte
	// Stored is what the Shelf knows it by.
	Stored []byte
}
