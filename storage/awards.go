package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
)

// Awards keeps what members were awarded, once a case. It satisfies cases.AwardStore, and reads the month's list.
type Awards struct{ db *DB }

// NewAwards returns the repository.
func NewAwards(db *DB) *Awards { return &Awards{db: db} }

var (
	_ cases.AwardStore = (*Awards)(nil)
	_ fund.AwardReader = (*Awards)(nil)
)

// Add implements cases.AwardStore.
func (r *Awards) Add(ctx context.Context, awards ...cases.Award) error {
	for _, a := range awards {
		_, err := execute(ctx, r.db, "note award", `INSERT INTO awards (case_id, member_id, service, number, fund, share, fen, at_ms)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.Case, a.Member, a.Service, a.Number, a.Fund, a.Share, a.Fen, a.At.UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
}

// Drop implements cases.AwardStore.
func (r *Awards) Drop(ctx context.Context, id cases.ID) error {
	_, err := execute(ctx, r.db, "drop award", `DELETE FROM awards WHERE case_id = ?`, id)
	return err
}

// Unpaid implements cases.AwardStore.
func (r *Awards) Unpaid(ctx context.Context, from, until time.Time, after cases.ID, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list unpaid awards", scanCaseID, `SELECT DISTINCT a.case_id FROM awards a WHERE a.at_ms >= ? AND a.at_ms < ?
		AND a.case_id > ? AND NOT EXISTS (SELECT 1 FROM fund_entries e WHERE e.case_id = a.case_id AND e.kind = ?)
		ORDER BY a.case_id LIMIT ?`, from.UnixMilli(), until.UnixMilli(), after, string(fund.Paid), limit)
}

// Awarded lists what was awarded from a time up to before another, oldest first, with whom and whether it was paid.
func (r *Awards) Awarded(ctx context.Context, from, until time.Time) ([]fund.Awarded, error) {
	return queryAll(ctx, r.db, "list awards", scanAwarded, selectAwarded+`WHERE a.at_ms >= ? AND a.at_ms < ?
		ORDER BY a.at_ms, a.case_id, a.fen DESC, m.staff_no`, string(fund.Paid), from.UnixMilli(), until.UnixMilli())
}

// OfMember lists a member's latest awards, newest first.
func (r *Awards) OfMember(ctx context.Context, member union.MemberID, limit int) ([]fund.Awarded, error) {
	return queryAll(ctx, r.db, "list own awards", scanAwarded, selectAwarded+`WHERE a.member_id = ?
		ORDER BY a.at_ms DESC, a.case_id DESC LIMIT ?`, string(fund.Paid), member, limit)
}

const selectAwarded = `SELECT a.service, a.number, m.name, m.staff_no, o.path, a.share, a.fen, a.at_ms,
	EXISTS (SELECT 1 FROM fund_entries e WHERE e.case_id = a.case_id AND e.kind = ?)
	FROM awards a JOIN members m ON m.id = a.member_id JOIN organisations o ON o.id = m.org_id `

func scanAwarded(s scanner) (a fund.Awarded, err error) {
	var at int64
	err = s.Scan(&a.Service, &a.Number, &a.Name, &a.StaffNo, &a.Unit, &a.Share, &a.Fen, &at, &a.Paid)
	a.At = time.UnixMilli(at).UTC()
	return a, err
}
