package cases

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union/audit"
)

// LapseShares forgets up to limit shares that waited for a second one too long, and tells whose they were; and names that
// were opened and may be read no more. It returns how many it looked at.
func (d *Desk) LapseShares(ctx context.Context, limit int) (int64, error) {
	over, err := d.store.Unsealings.Over(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("forget shares: %w", err)
	}
	for i, u := range over {
		err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
			c, err := d.store.Cases.ByID(ctx, u.Case)
			if err != nil {
				return err
			}
			return d.lapse(ctx, c.Number, u)
		})
		if err != nil {
			return int64(i), fmt.Errorf("forget share of case %d: %w", u.Case, err)
		}
	}
	return int64(len(over)), nil
}

// lapse removes what counts no more. Its custodian hears of a share that nobody answered, and so does the record.
func (d *Desk) lapse(ctx context.Context, number string, u Unsealing) error {
	gone, err := d.store.Unsealings.Clear(ctx, u)
	if err != nil || !gone || u.Second != 0 {
		return err
	}
	if err := d.store.Audit.Append(ctx, audit.Entry{At: d.now(), Kind: audit.Unseal, Case: int64(u.Case), Note: "lapsed"}); err != nil {
		return err
	}
	return d.outbox.Put(ctx, custodyNotice(u, u.First, "lapsed", d.words.ShareLapsed(number)))
}
