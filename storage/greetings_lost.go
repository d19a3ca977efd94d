package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// lostFrom are the members m whom nothing reaches, or something has not reached, with what has not (f), and what that was of a greeting (g).
func (r *Greetings) lostFrom(q occasion.LostQuery) (from, nowhere string, args []any) {
	nowhere = `NOT EXISTS (SELECT 1 FROM identities i WHERE i.member_id = m.id AND i.unfollowed_ms IS NULL)`
	if q.Directory {
		nowhere = `m.wecom_userid IS NULL AND ` + nowhere
	}
	below, under := underAny("o.lineage", q.Lineages)
	return ` FROM members m JOIN organisations o ON o.id = m.org_id LEFT JOIN unreached_told t ON t.member_id = m.id
		LEFT JOIN (SELECT b.member_id AS member_id, MAX(b.due_ms) AS at_ms, MAX(CASE WHEN b.state = 'failed' THEN 1 ELSE 0 END) AS failed,
			MAX(CASE WHEN b.kind = ? THEN b.row_key ELSE '' END) AS greeting_key
			FROM outbox b WHERE b.state IN ('failed', 'parked') AND b.due_ms >= ? AND b.member_id IS NOT NULL AND b.row_key NOT LIKE '%/picture'
			AND (b.state = 'failed' OR b.kind = ? AND b.row_key NOT LIKE 'greeting/%/ask/%'
				AND EXISTS (SELECT 1 FROM parked p WHERE p.park_key = b.row_key AND p.told_ms IS NULL)) GROUP BY b.member_id) AS f ON f.member_id = m.id
		LEFT JOIN greetings g ON g.row_key = f.greeting_key
		WHERE m.status IN ('active', 'retired') AND ` + below + ` AND m.id > ? AND (f.at_ms > COALESCE(t.at_ms, 0) OR (t.member_id IS NULL OR t.reached_ms IS NOT NULL OR t.at_ms <
			(SELECT MAX(i.unfollowed_ms) FROM identities i WHERE i.member_id = m.id)) AND ` + nowhere + `)`,
		nowhere, append([]any{notice.KindGreeting, q.Since.UnixMilli(), notice.KindGreeting}, append(under, q.After)...)
}

// Lost implements occasion.Store.
func (r *Greetings) Lost(ctx context.Context, q occasion.LostQuery) ([]occasion.Lost, error) {
	from, nowhere, args := r.lostFrom(q)
	return queryAll(ctx, r.db, "list whom nothing reaches", func(row scanner) (l occasion.Lost, err error) {
		l.To, err = scanMemberAnd(row, &l.Occasion, &l.Day, &l.Why)
		return l, err
	}, `SELECT `+memberColumns+`, COALESCE(g.occasion, ''), COALESCE(g.day, ''), CASE WHEN `+nowhere+` THEN
		CASE WHEN EXISTS (SELECT 1 FROM identities i WHERE i.member_id = m.id) THEN 'unfollowed' ELSE 'no_account' END
		WHEN f.failed = 1 THEN 'failed' ELSE 'parked' END`+from+` ORDER BY m.id LIMIT ?`, append(args, q.Limit)...)
}

// LostCount implements occasion.Store.
func (r *Greetings) LostCount(ctx context.Context, q occasion.LostQuery) (int, error) {
	from, _, args := r.lostFrom(q)
	return queryOne(ctx, r.db, "count whom nothing reaches", scanInt, `SELECT COUNT(*)`+from, args...)
}

// PutTold implements occasion.Store. That they were reached before is behind it.
func (r *Greetings) PutTold(ctx context.Context, member, by union.MemberID, at time.Time) error {
	_, err := execute(ctx, r.db, "note who was told", `INSERT INTO unreached_told (member_id, by_member, at_ms, reached_ms) VALUES (?, ?, ?, NULL)`+
		r.db.overwrite("member_id", "by_member", "at_ms", "reached_ms"), member, by, at.UnixMilli())
	return err
}
