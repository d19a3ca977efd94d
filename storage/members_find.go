package storage

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
)

// memberNumbers are the kinds of numbers that a member has. Each is a column, sealed, and a column <kind>_digest beside it.
var memberNumbers = []personal.Kind{personal.Phone, personal.IDCard}

// ByNumber returns up to limit members with this phone or identity card, in whatever form it is written and under
// whichever key it was sealed; those who have left come last. The database sees the number's digests only.
func (r *Members) ByNumber(ctx context.Context, kind personal.Kind, number string, limit int) ([]union.Member, error) {
	column, err := digestColumn(kind)
	if err != nil {
		return nil, err
	}
	return r.many(ctx, `WHERE m.`+column+` IN ? ORDER BY CASE WHEN m.status = ? THEN 1 ELSE 0 END, m.staff_no LIMIT ?`,
		r.keys.Blind(kind, personal.Normal(kind, number)), union.Left, limit)
}

func digestColumn(kind personal.Kind) (string, error) {
	for _, k := range memberNumbers {
		if k == kind {
			return string(kind) + "_digest", nil
		}
	}
	return "", fmt.Errorf("members have no number of the kind %q", kind)
}

// unindexed is the condition on the numbers of a kind that no look-up finds: they were sealed by a version that digested
// them by staff number, or under a key that is not held.
func (r *Members) unindexed(kind personal.Kind) (condition string, marks any) {
	return fmt.Sprintf(`%[1]s <> '' AND SUBSTR(%[1]s_digest, 1, 9) NOT IN ?`, kind), r.keys.BlindMarks()
}

// Unindexed counts the phones and identity cards that no look-up finds until Reindex or a rewrap has run.
func (r *Members) Unindexed(ctx context.Context) (total int, err error) {
	for _, kind := range memberNumbers {
		condition, marks := r.unindexed(kind)
		n, err := queryOne(ctx, r.db, "count what is not indexed", scanInt, `SELECT COUNT(*) FROM members WHERE `+condition, marks)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// Reindex seals and indexes anew what no look-up finds. It runs beside whoever else works on the database, and begun
// again it goes on with what is left. step is told how many numbers it has looked at, and ends it by an error.
func (r *Members) Reindex(ctx context.Context, step func(numbers int) error) (list []Rewrapped, err error) {
	for _, kind := range memberNumbers {
		p := r.rewrapNumber(kind)
		p.only, p.marks = r.unindexed(kind)
		p.needed = func(rewrapRow) bool { return true }
		done, err := p.run(ctx, step)
		list = append(list, done)
		if err != nil {
			return list, fmt.Errorf("index members' numbers: %w", err)
		}
	}
	return list, nil
}

// A SharedCard is an identity card that two or more members have who have not left.
type SharedCard struct {
	// StaffNo and Other are the first and the last of them.
	StaffNo, Other string
	Members        int
}

// SharedCards lists up to limit identity cards that several members have. An import lets none in; older versions did.
func (r *Members) SharedCards(ctx context.Context, limit int) ([]SharedCard, error) {
	return queryAll(ctx, r.db, "find shared cards", func(row scanner) (c SharedCard, err error) {
		return c, row.Scan(&c.StaffNo, &c.Other, &c.Members)
	}, `SELECT MIN(staff_no), MAX(staff_no), COUNT(*) FROM members WHERE id_card_digest <> '' AND status <> ?
		GROUP BY id_card_digest HAVING COUNT(*) > 1 ORDER BY 1 LIMIT ?`, union.Left, limit)
}
