package binding

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"github.com/unionbot/unionbot/union"
)

const (
	// codeLife is how long a code holds.
	codeLife = 10 * time.Minute
	// codes are all that six digits can say.
	codes = 1_000_000
)

// Code makes a code by which the member may bind another account, and says until when it holds. It is used once, and
// voids the one before. Only its digest is kept.
func (b *Binder) Code(ctx context.Context, member union.MemberID) (code string, until time.Time, err error) {
	n, err := rand.Int(b.Random, big.NewInt(codes))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make code: %w", err)
	}
	code, until = fmt.Sprintf("%0*d", proofDigits, n.Int64()), b.Now().Add(codeLife)
	if err := b.Codes.SaveCode(ctx, member, b.Sealer.Digests(code, codeContext(member))[0], until); err != nil {
		return "", time.Time{}, err
	}
	return code, until, nil
}

// Unbind forgets who the user on the channel is, and says whether that was known.
func (b *Binder) Unbind(ctx context.Context, channel, user string) (bool, error) {
	return b.Identities.Unbind(ctx, channel, user)
}

// Disown is the owner's answer to a warning: whatever account was bound as the member is unbound, and the code is void.
// It says how many accounts there were.
func (b *Binder) Disown(ctx context.Context, member union.MemberID) (int, error) {
	if _, err := b.Codes.VoidCode(ctx, member); err != nil {
		return 0, err
	}
	return b.Identities.UnbindAll(ctx, member)
}

func codeContext(member union.MemberID) string { return fmt.Sprintf("binding/code/%d", member) }
