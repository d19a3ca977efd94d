package storage

import (
	"context"

	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// check finds one kind of clash: by line, other line, staff number of another member.
type check struct {
	clash roster.Clash
	query string
	args  []any
}

// conflicts finds the rows that cannot be merged, and those that are merged and may yet be mistaken.
func (m *rosterMerge) conflicts(ctx context.Context) (err error) {
	once, twice := []any{m.run}, []any{m.run, m.run}
	m.merged.Conflicts, err = m.find(ctx, m.orgs.unknown(), []check{
		{roster.SameStaffNo, twiceQuery("staff_no"), twice},
		{roster.SameWeComUser, twiceQuery("wecom_userid"), twice},
		{roster.WeComUserOf, `SELECT s.line_no, 0, m.staff_no FROM roster_stage s
			JOIN members m ON m.wecom_userid = s.wecom_userid AND m.staff_no <> s.staff_no
			WHERE s.run = ? ORDER BY s.line_no LIMIT ?`, once},
		{roster.SameIDCard, numberTwice(personal.IDCard, ""), twice},
		{roster.IDCardOf, numberOf(personal.IDCard, "", true), twice},
		{roster.IDCardOf, numberOf(personal.IDCard, "", false), twice},
		{roster.NewNeedsName, newWithout("name"), once},
		{roster.NewNeedsOrg, newWithout("org_id"), once},
	})
	if err != nil {
		return err
	}
	m.merged.Warnings, err = m.find(ctx, nil, []check{
		{roster.SamePhone, numberTwice(personal.Phone, written), twice},
		{roster.PhoneOf, numberOf(personal.Phone, written, true), twice},
		{roster.PhoneOf, numberOf(personal.Phone, written, false), twice},
	})
	return err
}

func (m *rosterMerge) find(ctx context.Context, list []roster.Conflict, checks []check) ([]roster.Conflict, error) {
	for _, c := range checks {
		found, err := queryAll(ctx, m.db, "find conflicts", func(row scanner) (roster.Conflict, error) {
			clash := roster.Conflict{Clash: c.clash}
			err := row.Scan(&clash.Line, &clash.Other, &clash.Who)
			return clash, err
		}, c.query, append(c.args[:len(c.args):len(c.args)], roster.MaxListed)...)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
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
