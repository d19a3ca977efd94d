package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// HoldCount implements broadcast.Store.
func (r *Broadcasts) HoldCount(ctx context.Context, b broadcast.Broadcast) error {
	return r.moveCount(ctx, b, b.Plan.After)
}

func (r *Broadcasts) moveCount(ctx context.Context, b broadcast.Broadcast, upTo union.MemberID) error {
	n, err := execute(ctx, r.db, "move count on", `UPDATE broadcasts SET plan_after = ? WHERE id = ? AND plan_lane = ? AND plan_after = ? AND state = 'sending'`,
		upTo, b.ID, broadcast.Planned, b.Plan.After)
	if err == nil && n == 0 {
		err = fmt.Errorf("count whom it did not reach: %w", union.ErrStale)
	}
	return err
}

// CountMissed implements broadcast.Store. As in planning, the row of the broadcast says how far the count has come, and is changed first.
func (r *Broadcasts) CountMissed(ctx context.Context, b broadcast.Broadcast, upTo union.MemberID, more []broadcast.MissedOf) error {
	return r.db.Tx(ctx, func(ctx context.Context) error {
		if err := r.moveCount(ctx, b, upTo); err != nil {
			return err
		}
		if b.Plan.After == 0 { // a replica of an older version ended a round of this broadcast, and knew nothing of the count
			if err := r.forgetMissed(ctx, b.ID); err != nil {
				return err
			}
		}
		known, err := r.missed(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, of := range more {
			was, before := known[of.Chair]
			if before && was.Org != of.Org {
				of.Org = 0
			}
			some := append(was.Some, of.Some...)
			_, err := execute(ctx, r.db, "count whom it did not reach", `INSERT INTO broadcast_missed (broadcast_id, chair, org_id, some_of, missed) VALUES (?, ?, ?, ?, ?)`+
				r.db.overwrite("broadcast_id, chair", "org_id", "some_of", "missed"), b.ID, of.Chair, of.Org, idWords(some[:min(len(some), broadcast.Named)]), was.Count+of.Count)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func idWords(ids []union.MemberID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(words, " ")
}

func (r *Broadcasts) missed(ctx context.Context, id broadcast.ID) (map[union.MemberID]broadcast.MissedOf, error) {
	all := map[union.MemberID]broadcast.MissedOf{}
	_, err := queryAll(ctx, r.db, "read whom it did not reach", func(row scanner) (none struct{}, err error) {
		var of broadcast.MissedOf
		var some string
		if err := row.Scan(&of.Chair, &of.Org, &some, &of.Count); err != nil {
			return none, err
		}
		for _, word := range strings.Fields(some) {
			member, err := strconv.ParseInt(word, 10, 64)
			if err != nil {
				return none, fmt.Errorf("read member %q: %w", word, err)
			}
			of.Some = append(of.Some, union.MemberID(member))
		}
		all[of.Chair] = of
		return none, nil
	}, `SELECT chair, org_id, some_of, missed FROM broadcast_missed WHERE broadcast_id = ?`, id)
	return all, err
}

// TakeMissed implements broadcast.Store.
func (r *Broadcasts) TakeMissed(ctx context.Context, id broadcast.ID) ([]broadcast.MissedOf, error) {
	all, err := r.missed(ctx, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var list []broadcast.MissedOf
	for _, chair := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[chair])
	}
	return list, r.forgetMissed(ctx, id)
}

func (r *Broadcasts) forgetMissed(ctx context.Context, id broadcast.ID) error {
	_, err := execute(ctx, r.db, "forget whom it did not reach", `DELETE FROM broadcast_missed WHERE broadcast_id = ?`, id)
	return err
}
