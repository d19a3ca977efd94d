package storage

import (
	"context"

	"github.com/unionbot/unionbot/union/roster"
)

// conflicts finds the rows that cannot be merged.
func (m *rosterMerge) conflicts(ctx context.Context) error {
	m.merged.Conflicts = m.orgs.unknown()
	for _, check := range []struct {
		clash roster.Clash
		query string // line, other line, staff number of another member
		args  []any
	}{
		{roster.SameStaffNo, twiceQuery("staff_no"), []any{m.run, m.run}},
		{roster.SameWeComUser, twiceQuery("wecom_userid"), []any{m.run, m.run}},
		{roster.WeComUserOf, `SELECT s.line_no, 0, m.staff_no FROM roster_stage s
			JOIN members m ON m.wecom_userid = s.wecom_userid AND m.staff_no <> s.staff_no
			WHERE s.run = ? ORDER BY s.line_no LIMIT ?`, []any{m.run}},
		{roster.NewNeedsName, newWithout("name"), []any{m.run}},
		{roster.NewNeedsOrg, newWithout("org_id"), []any{m.run}},
	} {
		found, err := queryAll(ctx, m.db, "find conflicts", func(row scanner) (roster.Conflict, error) {
			c := roster.Conflict{Clash: check.clash}
			err := row.Scan(&c.Line, &c.Other, &c.Who)
			return c, err
		}, check.query, append(check.args, roster.MaxListed)...)
		if err != nil {
			return err
		}
		m.merged.Conflicts = append(m.merged.Conflicts, found...)
	}
	return nil
}

// twiceQuery finds the lines whose value an earlier line has.
func twiceQuery(column string) string {
	return `SELECT s.line_no, d.first_line, '' FROM roster_stage s JOIN
		(SELECT ` + column + ` AS value, MIN(line_no) AS first_line FROM roster_stage
			WHERE run = ? AND ` + column + ` <> '' GROUP BY ` + column + ` HAVING COUNT(*) > 1) d
		ON d.value = s.` + column + ` WHERE s.run = ? AND s.line_no <> d.first_line ORDER BY s.line_no LIMIT ?`
}

// newWithout finds the lines of new members who lack what a member cannot be without.
func newWithout(column string) string {
	return `SELECT line_no, 0, '' FROM roster_stage
		WHERE run = ? AND member_id IS NULL AND ` + column + ` IS NULL ORDER BY line_no LIMIT ?`
}
