package binding

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

const (
	// warnEvery is how often the owner of a staff number is warned at most.
	warnEvery = time.Hour

	// guessesFor is how many tries at one staff number, by all accounts together, the id card is worth.
	guessesFor  = 20
	guessesSpan = 24 * time.Hour

	proofDigits = 6
)

// Attempt is a claim to be a member.
type Attempt struct {
	Channel string
	User    string
	StaffNo string
	Name    string
	// Proof is a code, or the last six of the id card.
	Proof string
}

// Outcome is what came of an attempt.
type Outcome string

// The outcomes.
const (
	// Bound: the user is known as the member, now or already.
	Bound Outcome = "bound"
	// Wrong: something is not right, and it is not said what.
	Wrong Outcome = "wrong"
	// Slow: nothing was looked at, for the person has to wait.
	Slow Outcome = "slow"
	// AlreadyBound: all is right, but the member has another account on the channel, or the user is another member.
	AlreadyBound Outcome = "already_bound"
)

// Result is the outcome of an attempt.
type Result struct {
	Outcome Outcome
	// Member and Proof are set when Bound.
	Member union.Member
	Proof  union.Proof
	// Left is how many tries are left before one has to wait, when Wrong, and when Bound by nothing that was not known already.
	Left int
	// CodeOnly says, when Wrong, that the staff number was tried so often that only a code would do. It is said of
	// numbers that nobody has as well.
	CodeOnly bool
	// Until is until when one has to wait: when Slow, and when Wrong with none left.
	Until time.Time
}

// Try checks a claim and binds the account. A failed try is no error: it is recorded with the transaction.
func (b *Binder) Try(ctx context.Context, a Attempt) (none Result, _ error) {
	now := b.Now()
	tries, err := b.Attempts.Tries(ctx, a.Channel, a.User)
	if err != nil {
		return none, err
	}
	if now.Before(tries.BlockedUntil) {
		return Result{Outcome: Slow, Until: tries.BlockedUntil}, nil
	}
	claimed := Claims(b.Sealer, a.StaffNo)
	guesses, err := b.Attempts.Guess(ctx, claimed, now, now.Add(-guessesSpan))
	if err != nil {
		return none, err
	}
	member, proof, err := b.check(ctx, a, now)
	if err != nil {
		return none, fmt.Errorf("check claim: %w", err)
	}
	if proof == union.ProofCode {
		// Of two who use a code at once, one finds it.
		held, err := b.Codes.VoidCode(ctx, member.ID)
		if err != nil {
			return none, err
		}
		if !held {
			proof = ""
		}
	}
	codeOnly := guesses > guessesFor
	if proof == "" || (proof == union.ProofIDCard && codeOnly) {
		result, err := b.fail(ctx, a, claimed, member, tries, now)
		result.CodeOnly = codeOnly
		return result, err
	}
	return b.bind(ctx, union.Identity{Channel: a.Channel, User: a.User, Member: member.ID, Proof: proof, BoundAt: now}, member, tries)
}

// check returns which proof of the claim is right, "" if anything is wrong, and the claimed member where there is one.
// It does the same work whatever is wrong: nobody learns from the time which staff numbers exist.
func (b *Binder) check(ctx context.Context, a Attempt, now time.Time) (union.Member, union.Proof, error) {
	member, err := b.Members.ByStaffNo(ctx, a.StaffNo)
	known := err == nil && member.Status != union.Left
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return union.Member{}, "", err
	}
	if !known {
		member = union.Member{}
	}
	_, idCard, err := b.Members.Sealed(ctx, member.ID)
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return union.Member{}, "", err
	}
	digest, err := b.Codes.Code(ctx, member.ID, now)
	if err != nil {
		return union.Member{}, "", err
	}
	given := proofKey(a.Proof)
	named := equal(union.NameKey(a.Name), union.NameKey(member.Name))
	byCard := len(idCard) >= proofDigits && equal(given, idCard[max(0, len(idCard)-proofDigits):])
	byCode := false
	for _, d := range b.Sealer.Digests(given, codeContext(member.ID)) {
		byCode = equal(d, digest) || byCode
	}
	switch {
	case !known || !named:
		return member, "", nil
	case byCode:
		return member, union.ProofCode, nil
	case byCard:
		return member, union.ProofIDCard, nil
	}
	return member, "", nil
}

// fail counts a try and warns the claimed member.
func (b *Binder) fail(ctx context.Context, a Attempt, claimed []string, owner union.Member, t Tries, now time.Time) (none Result, _ error) {
	missed, err := b.miss(ctx, a.Channel, a.User, t, now)
	if err != nil {
		return none, err
	}
	warn, err := b.Attempts.Warn(ctx, claimed, now, now.Add(-warnEvery))
	if err != nil {
		return none, err
	}
	// The one thing that differs for a staff number that exists: a row in the outbox, at most once an hour.
	if warn && owner.ID != 0 {
		err := b.Outbox.Put(ctx, notice.Notice{
			Key:    fmt.Sprintf("binding-warning/%d/%d", owner.ID, now.UnixMilli()),
			Kind:   notice.KindSecurity,
			Policy: notice.Resend,
			To:     owner.ID,
			Body:   b.Words.BindingWarning(owner, a.Channel),
		})
		if err != nil {
			return none, fmt.Errorf("warn owner: %w", err)
		}
	}
	return missed, nil
}

// miss counts a try that came to nothing.
func (b *Binder) miss(ctx context.Context, channel, user string, t Tries, now time.Time) (Result, error) {
	t = t.After(now)
	err := b.Attempts.SaveTries(ctx, channel, user, t)
	return Result{Outcome: Wrong, Left: max(0, FreeTries-t.Failures), Until: t.BlockedUntil}, err
}

// bind is for a claim that is right. One that proves no more than is known already is a miss: whoever knows the id card could
// otherwise guess codes in between for ever.
func (b *Binder) bind(ctx context.Context, i union.Identity, m union.Member, t Tries) (none Result, _ error) {
	present, err := b.Identities.Identity(ctx, i.Channel, i.User)
	if err == nil && present.Member == m.ID && present.Proof == i.Proof {
		result, err := b.miss(ctx, i.Channel, i.User, t, i.BoundAt)
		result.Outcome, result.Member, result.Proof = Bound, m, present.Proof
		return result, err
	}
	if err := b.Attempts.ForgetTries(ctx, i.Channel, i.User); err != nil {
		return none, err
	}
	switch {
	case err == nil && present.Member == m.ID && present.Proof == union.ProofIDCard && i.Proof == union.ProofCode:
		if err := b.Identities.Prove(ctx, i); err != nil {
			return none, err
		}
		return Result{Outcome: Bound, Member: m, Proof: i.Proof}, nil
	case err == nil && present.Member == m.ID:
		return Result{Outcome: Bound, Member: m, Proof: present.Proof}, nil
	case err == nil:
		return Result{Outcome: AlreadyBound}, nil
	case !errors.Is(err, union.ErrNotFound):
		return none, err
	}
	err = b.Identities.Bind(ctx, i)
	if errors.Is(err, union.ErrTaken) {
		return Result{Outcome: AlreadyBound}, nil
	}
	if err != nil {
		return none, err
	}
	if err := b.tell(ctx, i, m); err != nil {
		return none, err
	}
	return Result{Outcome: Bound, Member: m, Proof: i.Proof}, nil
}

// tell has the member hear of a new account on one that was there before, should it be somebody else's.
func (b *Binder) tell(ctx context.Context, i union.Identity, m union.Member) error {
	all, err := b.Identities.Addresses(ctx, m.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(a union.Identity) bool { return a.Channel != i.Channel || a.User != i.User }) {
		return nil
	}
	err = b.Outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("binding-done/%d/%d", m.ID, i.BoundAt.UnixMilli()), Kind: notice.KindSecurity, Policy: notice.Resend,
		To: m.ID, Body: b.Words.BindingDone(m, i),
	})
	if err != nil {
		return fmt.Errorf("tell of a new account: %w", err)
	}
	return nil
}

// proofKey folds what a person typed: spaces, width and case.
func proofKey(proof string) string {
	return strings.ToUpper(strings.Join(strings.Fields(width.Fold.String(proof)), ""))
}

// equal compares in a time that depends on neither.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Claims returns the digests by which claims to be the holder of a staff number are remembered, one a key.
func Claims(sealer union.Sealer, staffNo string) []string {
	return sealer.Digests(union.StaffNoKey(staffNo), "binding/claimed")
}
