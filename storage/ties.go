package storage

import (
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Ties keeps who is close to whom. It satisfies cases.TieStore. Each tie is two rows, one from either side, so that it is found by its
// key, whoever is asked for; both may declare it, and each takes back what is their own.
type Ties struct{ db *DB }

// NewTies returns the repository.
func NewTies(db *DB) *Ties { return &Ties{db} }

var _ cases.TieStore = (*Ties)(nil)

// Tied implements cases.TieStore. Few members have any tie, and who they are is kept between turns: no filing asks for those of the others.
func (r *Ties) Tied(ctx context.Context, members ...union.MemberID) ([]cases.Tie, error) {
	if none, err := r.none(ctx, members); none || err != nil {
		return nil, err
	}
	return queryAll(ctx, r.db, "read ties", scanTie, selectTie+`WHERE member_id IN ?`, members)
}

// none says, in a turn, whether it is known of all of these members that they have no tie.
func (r *Ties) none(ctx context.Context, members []union.MemberID) (bool, error) {
	if _, known, err := r.db.rosterVersion(ctx); !known || err != nil {
		return false, err
	}
	tied, err := remembered(ctx, r.db, everybodyTied{}, func() ([]union.MemberID, error) {
		return queryAll(ctx, r.db, "read who has ties", func(row scanner) (id union.MemberID, err error) { return id, row.Scan(&id) },
			`SELECT DISTINCT member_id FROM ties ORDER BY member_id LIMIT ?`, mostTied+1)
	})
	return err == nil && len(tied) <= mostTied && !slices.ContainsFunc(members, func(id union.MemberID) bool { return slices.Contains(tied, id) }), err
}

// everybodyTied is the question who has ties, of which no more than mostTied are kept.
type everybodyTied struct{}

const mostTied = 10_000

const selectTie = `SELECT member_id, other, kind, since_ms, declared_by, source FROM ties `

func scanTie(row scanner) (t cases.Tie, err error) {
	var kind string
	var since int64
	err = row.Scan(&t.Member, &t.Other, &kind, &since, &t.By, &t.Source)
	t.Kind, t.Since = cases.TieKind(kind), time.UnixMilli(since).UTC()
	return t, err
}

// Declare implements cases.TieStore.
func (r *Ties) Declare(ctx context.Context, t cases.Tie) error {
	return post(ctx, r.db, "declare tie", `INSERT INTO ties (member_id, other, kind, since_ms, declared_by, source) VALUES (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)`+
		r.db.passOver("member_id, other, declared_by"),
		t.Member, t.Other, string(t.Kind), t.Since.UnixMilli(), t.By, t.Source, t.Other, t.Member, string(t.Kind), t.Since.UnixMilli(), t.By, t.Source)
}

// Declared implements cases.TieStore.
func (r *Ties) Declared(ctx context.Context, by union.MemberID) ([]cases.Tie, error) {
	return queryAll(ctx, r.db, "list ties", scanTie, selectTie+`WHERE member_id = ? AND declared_by = ? ORDER BY since_ms, other`, by, by)
}

// Withdraw implements cases.TieStore.
func (r *Ties) Withdraw(ctx context.Context, t cases.Tie) error {
	for _, side := range [][2]union.MemberID{{t.Member, t.Other}, {t.Other, t.Member}} {
		if err := post(ctx, r.db, "withdraw tie", `DELETE FROM ties WHERE member_id = ? AND other = ? AND declared_by = ?`, side[0], side[1], t.By); err != nil {
			return err
		}
	}
	return nil
}

// Erase deletes those of a member, from both sides.
func (r *Ties) Erase(ctx context.Context, member union.MemberID) error {
	all, err := r.Tied(ctx, member)
	for i := 0; i < len(all) && err == nil; i++ {
		err = r.Withdraw(ctx, all[i])
	}
	return err
}
