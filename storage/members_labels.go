package storage

import (
	"context"

	"github.com/unionbot/unionbot/union"
)

// mostTags bounds the tags that an audience is read by.
const mostTags = 1000

// Labels returns a member's tags and family facts. Only the member is shown the latter.
func (r *Members) Labels(ctx context.Context, id union.MemberID) (tags, family []string, err error) {
	kept, err := queryOne(ctx, r.db, "read tags and family", func(row scanner) (kept [2]string, err error) {
		return kept, row.Scan(&kept[0], &kept[1])
	}, `SELECT tags, family FROM members WHERE id = ?`, id)
	return union.SplitWords(kept[0]), union.SplitWords(kept[1]), err
}

// keepTags notes that there are such tags.
func keepTags(ctx context.Context, db *DB, tags []string) error {
	for _, tag := range tags {
		if _, err := execute(ctx, db, "keep tag", `INSERT INTO member_tags (tag) VALUES (?)`+db.passOver("tag"), tag); err != nil {
			return err
		}
	}
	return nil
}

// Tags implements broadcast.Store.
func (r *Broadcasts) Tags(ctx context.Context) ([]string, error) {
	return queryAll(ctx, r.db, "list tags", func(row scanner) (tag string, err error) { return tag, row.Scan(&tag) },
		`SELECT tag FROM member_tags ORDER BY tag LIMIT ?`, mostTags)
}
