// Package binding makes an Official Account user known as a member: by staff number, name and a proof - a code that the
// member fetched on WeCom, or the last six of the id card. A wrong staff number, a wrong name and a wrong proof look the
// same to whoever tries, cost one try and take the same work. Failing slows a person down; it never locks a staff
// number, whose owner is warned instead, and told on the other accounts of every new one. When many have tried one staff number within a day, the id card proves nothing
// until the day is over, for its last six can be guessed by many together: the code still does. It speaks no sentence: words come from the Words that flows hand in.
package binding

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Members are the members that may be claimed.
type Members interface {
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	Sealed(ctx context.Context, id union.MemberID) (phone, idCard string, err error)
}

// Identities keep who is known as whom.
type Identities interface {
	Identity(ctx context.Context, channel, user string) (union.Identity, error)
	// Bind fails with union.ErrTaken where the user or the member has an account on the channel.
	Bind(ctx context.Context, i union.Identity) error
	// Prove has an account that is bound already go by a better proof.
	Prove(ctx context.Context, i union.Identity) error
	// Addresses lists all accounts of a member, those of the directory as well.
	Addresses(ctx context.Context, member union.MemberID) ([]union.Identity, error)
	Unbind(ctx context.Context, channel, user string) (bool, error)
	UnbindAll(ctx context.Context, member union.MemberID) (int, error)
}

// Attempts keep the failures.
type Attempts interface {
	Tries(ctx context.Context, channel, user string) (Tries, error)
	SaveTries(ctx context.Context, channel, user string, t Tries) error
	ForgetTries(ctx context.Context, channel, user string) error
	// Guess counts a try by whomever at a claim, from the first one on that is not before since, and says how many there
	// are. Of two at once each hears another number. A claim is known under each key: what any of them remembers counts.
	Guess(ctx context.Context, claimed []string, now, since time.Time) (int, error)
	// Warn says whether nobody was warned about the claim since then, and remembers that somebody is now.
	Warn(ctx context.Context, claimed []string, now, since time.Time) (bool, error)
}

// Codes keep digests of codes, one a member.
type Codes interface {
	Code(ctx context.Context, member union.MemberID, now time.Time) (digest string, err error)
	SaveCode(ctx context.Context, member union.MemberID, digest string, until time.Time) error
	// VoidCode says whether there was one.
	VoidCode(ctx context.Context, member union.MemberID) (held bool, err error)
}

// Words say what the owner of a staff number is told.
type Words interface {
	// BindingWarning says that somebody tried to bind the owner's staff number on a channel, and failed.
	BindingWarning(owner union.Member, channel string) notice.Body
	// BindingDone says that somebody has bound an account as the owner, by what proof.
	BindingDone(owner union.Member, i union.Identity) notice.Body
}

// Deps are what a Binder works with.
type Deps struct {
	Members    Members
	Identities Identities
	Attempts   Attempts
	Codes      Codes
	Outbox     notice.Outbox
	Words      Words
	// Sealer digests codes and claims.
	Sealer union.Sealer
	Now    func() time.Time
	// Random makes codes; nil is crypto/rand's.
	Random io.Reader
}

// Binder binds and unbinds accounts. Every method joins the transaction of its context.
type Binder struct{ Deps }

// New returns a Binder.
func New(d Deps) *Binder {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Binder{d}
}
