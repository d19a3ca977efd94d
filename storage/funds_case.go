package storage

import (
	"context"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/union/fund"
)

// caseLines are the lines of the ledger that are of one case, by what is kept as their kind: what is set aside, freed and set
// aside anew is so once a round.
type caseLines map[string]fund.Entry

// keptKind is a kind as the ledger keeps it: release in the first round, release/2 in the second. Its unique key is made of that.
func keptKind(kind fund.Kind, round int) string {
	if round <= 1 {
		return string(kind)
	}
	return string(kind) + "/" + strconv.Itoa(round)
}

// kindOf reads what keptKind has made.
func kindOf(kept string) (kind fund.Kind, round int) {
	name, number, again := strings.Cut(kept, "/")
	if round = 1; again {
		round, _ = strconv.Atoi(number) // digits only
	}
	return fund.Kind(name), round
}

func (r *Funds) linesOf(ctx context.Context, id int64) (caseLines, error) {
	type line struct {
		kept string
		fund.Entry
	}
	list, err := queryAll(ctx, r.db, "read ledger", func(row scanner) (l line, err error) {
		err = row.Scan(&l.kept, &l.Fund, &l.Year, &l.Fen)
		return l, err
	}, `SELECT kind, fund, year, fen FROM fund_entries WHERE case_id = ?`, id)
	lines := caseLines{}
	for _, l := range list {
		l.Kind, _ = kindOf(l.kept)
		l.Case = id
		lines[l.kept] = l.Entry
	}
	return lines, err
}

// round is how often money was set aside for the case.
func (l caseLines) round() (last int) {
	for kept := range l {
		if kind, round := kindOf(kept); kind == fund.Reserved {
			last = max(last, round)
		}
	}
	return last
}

func (l caseLines) of(kind fund.Kind, round int) *fund.Entry {
	if e, there := l[keptKind(kind, round)]; there {
		return &e
	}
	return nil
}

// held is what is set aside and was neither paid nor released.
func (l caseLines) held() *fund.Entry {
	if l.of(fund.Paid, 1) != nil || l.of(fund.Released, l.round()) != nil {
		return nil
	}
	return l.of(fund.Reserved, l.round())
}

// spent is what was paid and not claimed back; owed is what was claimed back and has not come.
func (l caseLines) spent() *fund.Entry {
	if l.of(fund.Reclaim, 1) != nil {
		return nil
	}
	return l.of(fund.Paid, 1)
}

func (l caseLines) owed() *fund.Entry {
	if l.of(fund.Returned, 1) != nil || l.of(fund.Lost, 1) != nil {
		return nil
	}
	return l.of(fund.Reclaim, 1)
}

// Spent implements fund.Book.
func (r *Funds) Spent(ctx context.Context, id int64) (*fund.Entry, error) {
	l, err := r.linesOf(ctx, id)
	return l.spent(), err
}

// Undo implements fund.Book.
func (r *Funds) Undo(ctx context.Context, e fund.Entry) (int64, error) {
	l, err := r.linesOf(ctx, e.Case)
	if err != nil {
		return 0, err
	}
	spent := l.spent()
	if spent == nil {
		return 0, r.Release(ctx, e)
	}
	if _, err := execute(ctx, r.db, "claim money back", `UPDATE funds SET paid = paid - ?, reclaim = reclaim + ? WHERE name = ? AND year = ?`,
		spent.Fen, spent.Fen, spent.Fund, spent.Year); err != nil {
		return 0, err
	}
	e.Fund, e.Year, e.Fen, e.Kind = spent.Fund, spent.Year, spent.Fen, fund.Reclaim
	return spent.Fen, r.write(ctx, e)
}

// Return implements fund.Book.
func (r *Funds) Return(ctx context.Context, e fund.Entry) (fund.Fund, error) {
	return r.settle(ctx, e, fund.Returned, `UPDATE funds SET reclaim = reclaim - ? WHERE name = ? AND year = ?`)
}

// WriteOff implements fund.Book.
func (r *Funds) WriteOff(ctx context.Context, e fund.Entry) (fund.Fund, error) {
	return r.settle(ctx, e, fund.Lost, `UPDATE funds SET reclaim = reclaim - ?, lost = lost + ? WHERE name = ? AND year = ?`)
}

// settle ends what is to come back, as the kind says.
func (r *Funds) settle(ctx context.Context, e fund.Entry, kind fund.Kind, update string) (fund.Fund, error) {
	l, err := r.linesOf(ctx, e.Case)
	if err != nil {
		return fund.Fund{}, err
	}
	owed := l.owed()
	if owed == nil {
		return fund.Fund{}, fund.ErrNothingOwed
	}
	args := []any{owed.Fen, owed.Fund, owed.Year}
	if kind == fund.Lost {
		args = append([]any{owed.Fen}, args...)
	}
	if _, err := execute(ctx, r.db, "settle what is to come back", update, args...); err != nil {
		return fund.Fund{}, err
	}
	e.Fund, e.Year, e.Fen, e.Kind = owed.Fund, owed.Year, owed.Fen, kind
	if err := r.write(ctx, e); err != nil {
		return fund.Fund{}, err
	}
	return r.Of(ctx, e.Fund, e.Year)
}
