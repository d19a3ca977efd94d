package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/standin"
)

// Funds keeps the union's money: a row a fund and year, and a line of the ledger for everything that moved.
type Funds struct{ db *DB }

// NewFunds returns the repository.
func NewFunds(db *DB) *Funds { return &Funds{db: db} }

var _ fund.Book = (*Funds)(nil)

// Of reads a fund, or returns fund.ErrUnknown.
func (r *Funds) Of(ctx context.Context, name string, year int) (fund.Fund, error) {
	f, err := queryOne(ctx, r.db, "read fund", scanFund,
		`SELECT name, year, title, budget, reserved, paid, reclaim, lost FROM funds WHERE name = ? AND year = ?`, name, year)
	if errors.Is(err, union.ErrNotFound) {
		err = fund.ErrUnknown
	}
	return f, err
}

// All lists the funds, the newest year first.
func (r *Funds) All(ctx context.Context) ([]fund.Fund, error) {
	return queryAll(ctx, r.db, "list funds", scanFund,
		`SELECT name, year, title, budget, reserved, paid, reclaim, lost FROM funds ORDER BY year DESC, name`)
}

func scanFund(row scanner) (f fund.Fund, err error) {
	err = row.Scan(&f.Name, &f.Year, &f.Title, &f.Budget, &f.Reserved, &f.Paid, &f.Reclaim, &f.Lost)
	return f, err
}

// Set makes a fund, or changes its title and budget. It returns *fund.ShortError for a budget below what is set aside or
// paid already.
func (r *Funds) Set(ctx context.Context, f fund.Fund, e fund.Entry) error {
	return r.db.Tx(ctx, func(ctx context.Context) error {
		before, err := r.Of(ctx, f.Name, f.Year)
		switch {
		case errors.Is(err, fund.ErrUnknown):
			_, err = execute(ctx, r.db, "make fund", `INSERT INTO funds (name, year, title, budget, reserved, paid) VALUES (?, ?, ?, ?, 0, 0)`,
				f.Name, f.Year, f.Title, f.Budget)
		case err == nil:
			var n int64
			n, err = execute(ctx, r.db, "change fund", `UPDATE funds SET title = ?, budget = ? WHERE name = ? AND year = ? AND reserved + paid + reclaim + lost <= ?`,
				f.Title, f.Budget, f.Name, f.Year, f.Budget)
			if err == nil && n == 0 && before.Budget-before.Left() > f.Budget {
				before.Budget = f.Budget
				return &fund.ShortError{Fund: before}
			}
		}
		if err != nil {
			return err
		}
		e.Fund, e.Year, e.Kind, e.Fen = f.Name, f.Year, fund.Budgeted, f.Budget
		return r.write(ctx, e)
	})
}

// Reserve sets the entry's sum aside, as long as nothing is for the case.
func (r *Funds) Reserve(ctx context.Context, e fund.Entry) (fund.Fund, error) {
	l, err := r.linesOf(ctx, e.Case)
	if err != nil {
		return fund.Fund{}, err
	}
	if l.held() != nil {
		return r.Of(ctx, e.Fund, e.Year) // it is set aside already
	}
	n, err := execute(ctx, r.db, "set money aside", `UPDATE funds SET reserved = reserved + ?
		WHERE name = ? AND year = ? AND budget - reserved - paid - reclaim - lost >= ?`, e.Fen, e.Fund, e.Year, e.Fen)
	if err != nil {
		return fund.Fund{}, err
	}
	f, err := r.Of(ctx, e.Fund, e.Year)
	if err != nil {
		return f, err
	}
	if n == 0 && e.Fen > 0 {
		return f, &fund.ShortError{Fund: f, Wanted: e.Fen}
	}
	e.Kind = fund.Reserved
	return f, r.writeRound(ctx, e, l.round()+1)
}

// Pay counts what is set aside for the entry's case as paid.
func (r *Funds) Pay(ctx context.Context, e fund.Entry) (fund.Fund, error) {
	held, err := r.Held(ctx, e.Case)
	if err != nil {
		return fund.Fund{}, err
	}
	if held == nil {
		return fund.Fund{}, fund.ErrNothingReserved
	}
	if _, err := execute(ctx, r.db, "count payment", `UPDATE funds SET reserved = reserved - ?, paid = paid + ? WHERE name = ? AND year = ?`,
		held.Fen, held.Fen, held.Fund, held.Year); err != nil {
		return fund.Fund{}, err
	}
	e.Fund, e.Year, e.Fen, e.Kind = held.Fund, held.Year, held.Fen, fund.Paid
	if err := r.write(ctx, e); err != nil {
		return fund.Fund{}, err
	}
	return r.Of(ctx, e.Fund, e.Year)
}

// Release frees what is set aside for the entry's case, if anything is.
func (r *Funds) Release(ctx context.Context, e fund.Entry) error {
	l, err := r.linesOf(ctx, e.Case)
	if err != nil {
		return err
	}
	held := l.held()
	if held == nil {
		return nil
	}
	if _, err := execute(ctx, r.db, "free money", `UPDATE funds SET reserved = reserved - ? WHERE name = ? AND year = ?`,
		held.Fen, held.Fund, held.Year); err != nil {
		return err
	}
	e.Fund, e.Year, e.Fen, e.Kind = held.Fund, held.Year, held.Fen, fund.Released
	return r.writeRound(ctx, e, l.round())
}

// Held is the entry that sets money aside for a case and was neither paid nor released; nil if there is none.
func (r *Funds) Held(ctx context.Context, id int64) (*fund.Entry, error) {
	l, err := r.linesOf(ctx, id)
	return l.held(), err
}

const selectFundEntry = `SELECT e.id, e.fund, e.year, e.kind, e.fen, e.case_id, e.number, e.actor, COALESCE(m.name, ''),
	e.in_place_of, COALESCE(a.name, ''), e.note, e.at_ms
	FROM fund_entries e LEFT JOIN members m ON m.id = e.actor LEFT JOIN members a ON a.id = e.in_place_of `

// Entries lists a fund's lines from a time up to before another, oldest first.
func (r *Funds) Entries(ctx context.Context, name string, from, until time.Time) ([]fund.Entry, error) {
	return queryAll(ctx, r.db, "read ledger", scanFundEntry,
		selectFundEntry+`WHERE e.fund = ? AND e.at_ms >= ? AND e.at_ms < ? ORDER BY e.at_ms, e.id`, name, from.UnixMilli(), until.UnixMilli())
}

func scanFundEntry(row scanner) (e fund.Entry, err error) {
	var id sql.NullInt64
	var number sql.NullString
	var at int64
	var absent string
	var kind string
	err = row.Scan(&e.ID, &e.Fund, &e.Year, &kind, &e.Fen, &id, &number, &e.Actor, &e.Name, &e.InPlaceOf, &absent, &e.Note, &at)
	e.Kind, _ = kindOf(kind)
	if e.InPlaceOf != 0 {
		e.Name = standin.Shown(union.Member{Name: e.Name}, union.Member{Name: absent}).Name
	}
	e.Case, e.Number, e.At = id.Int64, number.String, time.UnixMilli(at).UTC()
	return e, err
}

// write adds a line. A case has one of each kind: two decisions at once cannot both move its money.
func (r *Funds) write(ctx context.Context, e fund.Entry) error { return r.writeRound(ctx, e, 1) }

// writeRound is write for what may happen to a case more than once, and then happens once a round.
func (r *Funds) writeRound(ctx context.Context, e fund.Entry, round int) error {
	id, number := sql.NullInt64{Int64: e.Case, Valid: e.Case != 0}, sql.NullString{String: e.Number, Valid: e.Number != ""}
	_, err := execute(ctx, r.db, "write ledger", `INSERT INTO fund_entries
		(id, fund, year, kind, fen, case_id, number, actor, in_place_of, note, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.db.NewID(), e.Fund, e.Year, keptKind(e.Kind, round), e.Fen, id, number, e.Actor, e.InPlaceOf, e.Note, e.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("%s %s: %w", e.Kind, e.Number, err)
	}
	return nil
}
