package broadcast

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

// The states of receipts of whom a cheerful broadcast is kept from.
const (
	// Silenced: the receiver's unit is silent, and somebody says at the end of that whether it goes out late. Freed: it does, as soon as
	// the broadcast has come to its end.
	Silenced ReceiptState = "silenced"
	Freed    ReceiptState = "freed"
	// Spared: it would hurt the receiver. People read it together with Sent.
	Spared ReceiptState = "spared"
)

// Cheers says whether a broadcast is kept from whose unit is silent, and from who is not to be greeted: it is a wish and nothing else.
// What is urgent never is.
func (b *Broadcast) Cheers() bool { return !b.Urgent && wish(b.Text) }

// SilenceStore keeps what silences hold of broadcasts.
type SilenceStore interface {
	// Silent names the organisations that will be silent at a time, by their lineages.
	Silent(ctx context.Context, at time.Time) (names map[string]string, err error)
	// FreeNext does the next of what was decided of what silences held, and says of how many receivers that was.
	FreeNext(ctx context.Context) (int64, error)
	// Freed lists what has ended and goes out late to whom silences kept it from; ForgetFreed says that it does.
	Freed(ctx context.Context) ([]Broadcast, error)
	ForgetFreed(ctx context.Context, id ID) error
}

// quiet notes which of the units that a broadcast cheers will be silent when it begins.
func (d *Desk) quiet(ctx context.Context, b *Broadcast) error {
	if !b.Cheers() || b.State.Over() {
		return nil
	}
	at := b.StartsAt
	if now := d.Now(); at.Before(now) {
		at = now
	}
	names, err := d.Store.Silent(ctx, at)
	if err != nil {
		return fmt.Errorf("look for silences: %w", err)
	}
	for _, lineage := range slices.Sorted(maps.Keys(names)) {
		for _, part := range b.Audience.Orgs {
			if strings.HasPrefix(part.Lineage, lineage) || strings.HasPrefix(lineage, part.Lineage) {
				b.Quiet = append(b.Quiet, names[lineage])
				break
			}
		}
	}
	return nil
}

// afterSilences does what was decided about what silences held: it is left out, or goes out once the broadcast has ended for the others.
func (d *Desk) afterSilences(ctx context.Context) (moved int64, err error) {
	for range advanceSteps {
		n, err := d.Store.FreeNext(ctx)
		if err != nil {
			return moved, fmt.Errorf("free what silences held: %w", err)
		}
		if n == 0 {
			break
		}
		moved += n
	}
	late, err := d.Store.Freed(ctx)
	if err != nil {
		return moved, fmt.Errorf("find what goes out late: %w", err)
	}
	var failed []error
	for _, b := range late {
		err := d.Store.Tx(ctx, func(ctx context.Context) error {
			if err := d.Store.ForgetFreed(ctx, b.ID); err != nil || b.State == Cancelled {
				return err
			}
			b.State, b.StartsAt, b.Chosen = Released, d.Now(), false
			if err := d.Store.Update(ctx, b); err != nil {
				return err
			}
			return d.Store.Replan(ctx, b.ID, Plan{Until: b.Plan.Until, Again: Late})
		})
		switch {
		case err == nil:
			moved++
		case !errors.Is(err, union.ErrStale): // else another replica does it
			failed = append(failed, fmt.Errorf("send %s late: %w", b.Number, err))
		}
	}
	return moved, errors.Join(failed...)
}
