package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
)

// Ending implements occasion.Store. Each of the two dates is looked for by its own index.
func (r *Greetings) Ending(ctx context.Context, lineages []string, from, until string, limit int) (list []union.Member, n int, err error) {
	below, args := underAny("o.lineage", lineages)
	ids := `SELECT m.id FROM members m JOIN organisations o ON o.id = m.org_id WHERE m.contract_until BETWEEN ? AND ? AND m.status = ? AND ` + below +
		` UNION SELECT m.id FROM members m JOIN organisations o ON o.id = m.org_id WHERE m.retire_on BETWEEN ? AND ? AND m.status = ? AND ` + below
	one := append([]any{from, until, union.Active}, args...)
	both := append(append([]any{}, one...), one...)
	if n, err = queryOne(ctx, r.db, "count ending dates", scanInt, `SELECT COUNT(*) FROM (`+ids+`) e`, both...); err != nil || n == 0 {
		return nil, n, err
	}
	nearest := `CASE WHEN m.contract_until BETWEEN ? AND ? AND (m.contract_until <= m.retire_on OR m.retire_on NOT BETWEEN ? AND ?) THEN m.contract_until ELSE m.retire_on END`
	list, err = queryAll(ctx, r.db, "list ending dates", scanMember, selectMember+`JOIN (`+ids+`) e ON e.id = m.id ORDER BY `+nearest+`, m.id LIMIT ?`,
		append(both, from, until, from, until, limit)...)
	return list, n, err
}
