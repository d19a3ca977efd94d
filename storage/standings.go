package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Standings keeps what teams are ranked by, a row a team and month: the reports themselves rest sealed. It satisfies
// cases.StandingStore.
type Standings struct{ db *DB }

// NewStandings returns the repository.
func NewStandings(db *DB) *Standings { return &Standings{db: db} }

// Put implements cases.StandingStore.
func (r *Standings) Put(ctx context.Context, s cases.Standing) error {
	return r.db.Tx(ctx, func(ctx context.Context) error {
		_, err := execute(ctx, r.db, "replace standing", `DELETE FROM standings WHERE service = ? AND unit = ? AND period = ? AND org_id = ?`,
			s.Service, s.Unit, s.Period, s.Org)
		if err != nil {
			return err
		}
		_, err = execute(ctx, r.db, "keep standing", `INSERT INTO standings (service, unit, period, org_id, case_id, fen, base_fen)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, s.Service, s.Unit, s.Period, s.Org, s.Case, s.Fen, s.Base)
		return err
	})
}

// Drop implements cases.StandingStore.
func (r *Standings) Drop(ctx context.Context, id cases.ID) error {
	_, err := execute(ctx, r.db, "drop standing", `DELETE FROM standings WHERE case_id = ?`, id)
	return err
}

// Latest implements cases.StandingStore.
func (r *Standings) Latest(ctx context.Context, service string, unit union.OrgID) (string, error) {
	return queryOne(ctx, r.db, "find latest standings", func(s scanner) (period string, err error) { return period, s.Scan(&period) },
		`SELECT period FROM standings WHERE service = ? AND unit = ? ORDER BY period DESC LIMIT 1`, service, unit)
}

// Of implements cases.StandingStore.
func (r *Standings) Of(ctx context.Context, service string, unit union.OrgID, period string) ([]cases.Standing, error) {
	return queryAll(ctx, r.db, "read standings", func(row scanner) (cases.Standing, error) {
		s := cases.Standing{Service: service, Unit: unit, Period: period}
		return s, row.Scan(&s.Org, &s.Name, &s.Case, &s.Fen, &s.Base)
	}, `SELECT s.org_id, o.name, s.case_id, s.fen, s.base_fen FROM standings s JOIN organisations o ON o.id = s.org_id
		WHERE s.service = ? AND s.unit = ? AND s.period = ?`, service, unit, period)
}
