package storage

import (
	"context"

	"github.com/unionbot/unionbot/union/occasion"
)

// MovedTo implements occasion.Store. It returns dates within a few weeks that members have now for whom another one was planned, and not this.
func (r *Greetings) MovedTo(ctx context.Context, q occasion.MovedQuery) ([]string, error) {
	column, index := "contract_until", "members_contract_until"
	if q.Retires {
		column, index = "retire_on", "members_retire_on"
	}
	hint := " FORCE INDEX (" + index + ")"
	if r.db.dialect == SQLite {
		hint = " INDEXED BY " + index
	}
	const of = `SELECT 1 FROM greetings g WHERE g.member_id = m.id AND g.occasion = ? AND g.day `
	return queryAll(ctx, r.db, "find dates that were moved", func(row scanner) (day string, err error) { return day, row.Scan(&day) },
		`SELECT DISTINCT m.`+column+` FROM members m`+hint+` WHERE m.`+column+` BETWEEN ? AND ? AND EXISTS (`+of+`> ? AND g.day <> m.`+column+`)
			AND NOT EXISTS (`+of+`= m.`+column+`) ORDER BY 1`, q.From, q.Until, q.Occasion, q.Since, q.Occasion)
}
