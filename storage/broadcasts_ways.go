package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// Lanes implements broadcast.Store.
func (r *Broadcasts) Lanes(ctx context.Context, a broadcast.Audience, today time.Time) (map[broadcast.Lane]int, error) {
	where, args := audienceWhere(a, today)
	directory, _ := r.onWay(broadcast.Directory)
	bound, boundArgs := r.onWay(broadcast.Bound)
	lanes := map[broadcast.Lane]int{}
	_, err := queryAll(ctx, r.db, "count ways", func(row scanner) (none struct{}, err error) {
		var lane broadcast.Lane
		var n int
		err = row.Scan(&lane, &n)
		lanes[lane] = n
		return none, err
	}, fmt.Sprintf(`SELECT lane, COUNT(*) FROM (SELECT CASE WHEN %s THEN %d WHEN %s THEN %d ELSE %d END AS lane FROM members m JOIN organisations o ON o.id = m.org_id
		WHERE %s) AS ways GROUP BY lane`, directory, broadcast.Directory, bound, broadcast.Bound, broadcast.Nowhere, where), append(boundArgs, args...)...)
	return lanes, err
}

// BoundOf implements broadcast.Store.
func (r *Broadcasts) BoundOf(ctx context.Context, a broadcast.Audience, today time.Time, limit int) ([]union.Identity, error) {
	where, args := audienceWhere(a, today)
	bound, boundArgs := r.onWay(broadcast.Bound)
	return queryAll(ctx, r.db, "find bound accounts", func(row scanner) (who union.Identity, err error) {
		return who, row.Scan(&who.Member, &who.Channel, &who.User)
	}, `SELECT i.member_id, i.channel, i.user_id FROM members m JOIN organisations o ON o.id = m.org_id JOIN identities i ON i.member_id = m.id AND i.channel <> ?
		WHERE `+where+` AND `+bound+` AND NOT EXISTS (SELECT 1 FROM identities e WHERE e.member_id = m.id AND e.channel <> ? AND (e.channel < i.channel OR e.channel = i.channel AND e.user_id < i.user_id))
		LIMIT ?`, slices.Concat([]any{r.wecom}, args, boundArgs, []any{r.wecom, limit})...)
}
