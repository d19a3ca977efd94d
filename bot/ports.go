package bot

import (
	"context"
	"errors"
	"time"
)

// Router decides what a message means in a session and runs the step. It reaches SQL only through ctx, which holds
// the turn's Work, and keeps nothing outside the turn: the engine runs it again from the same Input after a deadlock.
type Router interface {
	Turn(ctx context.Context, in Input) (Outcome, error)
}

// Fence orders the turns of one identity; a later turn has a larger one.
type Fence int64

// Open names a turn whose lease ran out before it committed. Whoever comes next settles it first.
type Open struct {
	Message MessageID `json:"m"`
	Fence   Fence     `json:"f"`
}

// Verdict says what Turns.Begin found.
type Verdict string

// What Begin found.
const (
	// Run: the turn is ours.
	Run Verdict = "run"
	// Done: the message has a recorded reply, or a mark that one was given more than a minute ago.
	Done Verdict = "done"
	// Same: another delivery of the message is being handled now.
	Same Verdict = "same"
	// Wait: other messages of the identity come first.
	Wait Verdict = "wait"
)

// Grant is the answer of Turns.Begin.
type Grant struct {
	Verdict Verdict
	// Reply is the recorded reply when Done; nil when only the mark is left.
	Reply []byte
	Fence Fence
	// Session is the stored session; nil when none is.
	Session []byte
	// SessionFence is the fence of the turn that saved Session.
	SessionFence Fence
	// Unreadable says why the stored session or reply, which is then nil, cannot be read.
	Unreadable error
	// Open holds the predecessors that were never settled, this very message's own among them.
	Open []Open
	// Parked counts how often the identity was told by Park since its last turn that looked.
	Parked int64
}

// Saved is what Turns.Commit records.
type Saved struct {
	// Session is the session after the turn; nil leaves the stored one.
	Session []byte
	// Reply is recorded for the copies of the message.
	Reply []byte
	// Told is Grant.Parked when the turn has looked at what that was about, else 0.
	Told int64
	// Collected is true when a callback is there to take the reply; see Shelf.Collect.
	Collected bool
}

// Turns keeps sessions and the order of the messages of one identity (Redis). Every method is one round trip.
type Turns interface {
	// Begin takes the identity's turn for the message, or says why not. Calling it again with the same nonce is
	// harmless and keeps the place in the queue.
	Begin(ctx context.Context, who Address, id MessageID, nonce string) (Grant, error)
	// Commit saves the session and records the reply, and gives the turn up. ok is false when the turn was fenced:
	// another has taken over. Calling it again is harmless.
	Commit(ctx context.Context, who Address, id MessageID, nonce string, fence Fence, saved Saved) (ok bool, err error)
	// Repair records what a turn had committed to SQL and not yet to Redis. Only the holder may call it; the session is
	// taken only if its fence is newer than the stored one, and a nil Reply leaves only the mark that one was given.
	// unlock gives the turn up as well.
	Repair(ctx context.Context, who Address, nonce string, record Record, unlock bool) error
	// Renew extends the lease of a slow turn. ok is false when the turn was fenced.
	Renew(ctx context.Context, who Address, nonce string) (ok bool, err error)
	// Release gives the turn up without recording anything: the message was refused and will come again. The
	// predecessors that the turn found open stay open.
	Release(ctx context.Context, who Address, nonce string) error
	// Park tells the identity's next turn that something waits to be said, or that what its session remembers was
	// changed on another channel of the person.
	Park(ctx context.Context, who Address) error
}

// Record is what a turn that touched SQL leaves in `handled`.
type Record struct {
	Message MessageID
	Fence   Fence
	Reply   []byte
	Session []byte
	At      time.Time
}

// Ledger is the SQL side of a turn.
type Ledger interface {
	// Open returns a context in which the first use of storage opens this turn's transaction and looks the message
	// up in `handled`. If it is found done, that use fails with *HandledError.
	Open(ctx context.Context, id MessageID, fence Fence) (context.Context, Work)
	// Reopen is Open for another try after a conflict. What the first try may have learned at its commit only, this one
	// learns at the statement that it is about.
	Reopen(ctx context.Context, id MessageID, fence Fence) (context.Context, Work)
	// Void writes a void row for every open predecessor, so that it can no longer commit, and returns the records of
	// those that had committed before. It waits for a predecessor that is in the middle of its transaction.
	Void(ctx context.Context, open []Open, fence Fence) ([]Record, error)
	// Lookup reads the record of a message that was handled; found is false if it was not.
	Lookup(ctx context.Context, id MessageID) (record Record, found bool, err error)
}

// Work is one turn's transaction. It is used by one goroutine.
type Work interface {
	// Touched is true once the transaction was opened.
	Touched() bool
	// Wrote is true once a statement other than a read ran in it.
	Wrote() bool
	// Handled returns the record of this very message if the first touch found one.
	Handled() (Record, bool)
	// TakeParked returns what waits to be said to the person, oldest first, and marks it as told.
	TakeParked(ctx context.Context, who Address) ([]string, error)
	// Queue writes things to be said outside the passive reply, one outbox row each, in this transaction. key makes a
	// row unique together with its index.
	Queue(ctx context.Context, to Address, key string, out []Outgoing) error
	// Keep keeps the body of a message that could not be understood, for whoever looks into it, in this transaction.
	Keep(ctx context.Context, m Message) error
	// Commit inserts the record into `handled` if the turn wrote, and commits. It returns *HandledError when another
	// turn's record is there already, ErrFenced when a successor has voided this turn, ErrConflict on a deadlock and
	// ErrCommitUnknown when the connection broke under the COMMIT.
	Commit(ctx context.Context, r Record) error
	// Rollback ends the transaction without effect; it is harmless after Commit.
	Rollback()
}

// HandledError says that the message has been handled by another turn, and with what outcome.
type HandledError struct{ Record Record }

func (e *HandledError) Error() string { return "message is already handled" }

// ErrFenced says that a successor has voided this turn before it could commit.
var ErrFenced = errors.New("turn was fenced by a successor")

// ErrUnavailable wraps the failure of a store that is away: refused, timed out or shutting down.
var ErrUnavailable = errors.New("store is unavailable")

// ErrConflict wraps a deadlock or a lock time-out: the step may run again from the start.
var ErrConflict = errors.New("transaction conflict")

// ErrCommitUnknown wraps the failure of a COMMIT whose answer was lost: it may have taken effect.
var ErrCommitUnknown = errors.New("outcome of the commit is unknown")
