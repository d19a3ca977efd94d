package storage

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Ratings keeps how content authors are. It satisfies cases.RatingStore.
type Ratings struct{ db *DB }

// NewRatings returns the repository.
func NewRatings(db *DB) *Ratings { return &Ratings{db: db} }

var _ cases.RatingStore = (*Ratings)(nil)

// Ask implements cases.RatingStore. Who asks has written the case in the same transaction, so that two at once wait for each
// other there.
func (r *Ratings) Ask(ctx context.Context, id cases.ID, at time.Time) (bool, error) {
	asked, err := queryAll(ctx, r.db, "find rating", scanCaseID, `SELECT case_id FROM ratings WHERE case_id = ?`, id)
	if err != nil || len(asked) > 0 {
		return false, err
	}
	return true, post(ctx, r.db, "ask for a rating", `INSERT INTO ratings (case_id, asked_ms, rating) VALUES (?, ?, 0)`, id, at.UnixMilli())
}

// Asked implements cases.RatingStore.
func (r *Ratings) Asked(ctx context.Context, id cases.ID) (said cases.Rating, at time.Time, err error) {
	_, err = queryAll(ctx, r.db, "find rating", func(row scanner) (struct{}, error) {
		var ms int64
		err := row.Scan(&said, &ms)
		at = time.UnixMilli(ms).UTC()
		return struct{}{}, err
	}, `SELECT rating, asked_ms FROM ratings WHERE case_id = ?`, id)
	return said, at, err
}

// Rate implements cases.RatingStore.
func (r *Ratings) Rate(ctx context.Context, id cases.ID, rating cases.Rating, since, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "rate case", `UPDATE ratings SET rating = ?, at_ms = ? WHERE case_id = ? AND rating = 0 AND asked_ms >= ?`,
		int(rating), at.UnixMilli(), id, since.UnixMilli())
	return n > 0, err
}

// Unrated implements cases.RatingStore.
func (r *Ratings) Unrated(ctx context.Context, author union.MemberID, since time.Time, limit int) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "list unrated cases", scanCaseID,
		`SELECT c.id FROM cases c JOIN ratings r ON r.case_id = c.id WHERE c.author = ? AND r.rating = 0 AND r.asked_ms >= ?
		ORDER BY r.asked_ms DESC, c.id DESC LIMIT ?`, author, since.UnixMilli(), limit)
}

// Ratings implements cases.RatingStore.
func (r *Ratings) Ratings(ctx context.Context, lineage string, since time.Time) ([]cases.RatingRow, error) {
	return queryAll(ctx, r.db, "count ratings", func(row scanner) (c cases.RatingRow, err error) {
		return c, row.Scan(&c.Lineage, &c.Service, &c.Asked, &c.Content, &c.SoSo, &c.Discontent)
	}, `SELECT c.lineage, c.service, COUNT(*), SUM(CASE WHEN r.rating = 1 THEN 1 ELSE 0 END), SUM(CASE WHEN r.rating = 2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN r.rating = 3 THEN 1 ELSE 0 END) FROM cases c JOIN ratings r ON r.case_id = c.id
		WHERE c.filed_ms >= ? AND c.lineage LIKE ? GROUP BY c.service, c.lineage ORDER BY c.service, c.lineage`, since.UnixMilli(), lineage+"%")
}
