package storage

import (
	"context"

	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/occasion"
)

// castsHeldBy counts what a silence holds of broadcasts. Of an audience by family facts nobody hears how many they are.
func (r *Greetings) castsHeldBy(ctx context.Context, silence int64) (list []occasion.Count, err error) {
	casts := &Broadcasts{db: r.db}
	held, err := queryAll(ctx, r.db, "find what a silence holds of broadcasts", casts.scan,
		selectBroadcast+`JOIN broadcast_holds h ON h.broadcast_id = b.id WHERE h.silence_id = ? AND h.becomes = '' AND b.state <> 'cancelled' ORDER BY b.id`, silence)
	if err != nil {
		return nil, err
	}
	for _, b := range held {
		n, err := r.castsHeld(ctx, b.ID, silence)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		if b.Audience.ByFamily() {
			n = 0
		}
		list = append(list, occasion.Count{Occasion: b.Number, State: occasion.Held, N: n})
	}
	return list, nil
}

func (r *Greetings) castsHeld(ctx context.Context, id broadcast.ID, silence int64) (int, error) {
	return queryOne(ctx, r.db, "count what a silence holds of a broadcast", scanInt, `SELECT COUNT(*) FROM broadcast_receipts WHERE broadcast_id = ? AND state = 'silenced'
		AND cause = ?`, id, silenceCause(silence))
}

// FreeCasts implements occasion.Store. Whoever moves broadcasts on does the rest.
func (r *Greetings) FreeCasts(ctx context.Context, silence int64, out bool) (n int, err error) {
	held, err := r.castsHeldBy(ctx, silence)
	if err != nil {
		return 0, err
	}
	for _, c := range held {
		n += max(c.N, 1) // of an audience by family facts nobody hears how many
	}
	becomes := broadcast.Withdrawn
	if out {
		becomes = broadcast.Freed
	}
	_, err = execute(ctx, r.db, "decide about what a silence holds", `UPDATE broadcast_holds SET becomes = ? WHERE silence_id = ? AND becomes = ''`, becomes, silence)
	return n, err
}
