package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
)

// In these statements CROSS JOIN keeps SQLite to the order in which the tables are written - it would begin with every
// staged role for every holding - and means JOIN elsewhere. A staged role with organisation 0 is held over the
// member's own.
const (
	endRoles = `DELETE FROM role_holdings
		WHERE EXISTS (SELECT 1 FROM members m CROSS JOIN roster_stage s
			WHERE m.id = role_holdings.member_id AND s.run = ? AND s.staff_no = m.staff_no AND s.roles_given = 1)
		AND NOT EXISTS (SELECT 1 FROM members m CROSS JOIN roster_stage s CROSS JOIN roster_stage_roles r
			WHERE m.id = role_holdings.member_id AND s.run = ? AND s.staff_no = m.staff_no
			AND r.run = s.run AND r.line_no = s.line_no AND r.role = role_holdings.role
			AND CASE WHEN r.org_id = 0 THEN m.org_id ELSE r.org_id END = role_holdings.org_id)`

	endRolesOfLeavers = `DELETE FROM role_holdings WHERE member_id IN (SELECT id FROM members WHERE status = ?)`

	grantRoles = `INSERT INTO role_holdings (member_id, role, org_id)
		SELECT DISTINCT m.id, r.role, CASE WHEN r.org_id = 0 THEN m.org_id ELSE r.org_id END
		FROM roster_stage_roles r CROSS JOIN roster_stage s CROSS JOIN members m
		WHERE r.run = ? AND s.run = r.run AND s.line_no = r.line_no AND m.staff_no = s.staff_no AND m.status <> ?
		AND NOT EXISTS (SELECT 1 FROM role_holdings h WHERE h.member_id = m.id AND h.role = r.role
			AND h.org_id = CASE WHEN r.org_id = 0 THEN m.org_id ELSE r.org_id END)`
)

// roles replaces the roles of those for whom the file names any, and ends those of whoever has left.
func (m *rosterMerge) roles(ctx context.Context) error {
	ended, err := execute(ctx, m.db, "end roles", endRoles, m.run, m.run)
	if err != nil {
		return err
	}
	ofLeavers, err := execute(ctx, m.db, "end roles of leavers", endRolesOfLeavers, union.Left)
	if err != nil {
		return err
	}
	granted, err := execute(ctx, m.db, "grant roles", grantRoles, m.run, union.Left)
	m.merged.RolesEnded, m.merged.RolesGranted = int(ended+ofLeavers), int(granted)
	return err
}
