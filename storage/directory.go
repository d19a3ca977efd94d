package storage

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/directory"
)

// DirectoryChanges keeps what has changed in the address book: accounts and numbers of departments, and nobody's name. It
// satisfies directory.Store.
type DirectoryChanges struct{ db *DB }

// NewDirectoryChanges returns the repository.
func NewDirectoryChanges(db *DB) *DirectoryChanges { return &DirectoryChanges{db: db} }

const selectChange = `SELECT id, subject, kind, detail, member, effect, at_ms, noted_ms FROM directory_changes `

// Tx implements directory.Store.
func (r *DirectoryChanges) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

// Add implements directory.Store. What nobody has to know counts as told.
func (r *DirectoryChanges) Add(ctx context.Context, c directory.Change, open bool) error {
	state, told := "done", any(nil)
	if open {
		state = "open"
	}
	if c.Kind == directory.Updated {
		told = c.NotedAt.UnixMilli()
	}
	return post(ctx, r.db, "note change of the address book", `INSERT INTO directory_changes
		(id, subject, kind, detail, member, effect, state, at_ms, noted_ms, told_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, c.Subject, c.Kind, c.Detail, orNull(c.Member), c.Effect, state, c.At.UnixMilli(), c.NotedAt.UnixMilli(), told)
}

// Open implements directory.Store.
func (r *DirectoryChanges) Open(ctx context.Context, before time.Time, limit int) ([]directory.Change, error) {
	return queryAll(ctx, r.db, "find changes to settle", scanChange, selectChange+`WHERE state = 'open' AND noted_ms <= ?
		ORDER BY at_ms, id LIMIT ?`, before.UnixMilli(), limit)
}

// Since implements directory.Store.
func (r *DirectoryChanges) Since(ctx context.Context, subject string, at time.Time) (bool, error) {
	n, err := queryOne(ctx, r.db, "look for a return", scanInt, `SELECT COUNT(*) FROM directory_changes
		WHERE subject = ? AND at_ms >= ? AND kind IN (?, ?, ?)`, subject, at.UnixMilli(), directory.Joined, directory.Moved, directory.Updated)
	return n > 0, err
}

// Moved implements directory.Store.
func (r *DirectoryChanges) Moved(ctx context.Context, c directory.Change) (bool, error) {
	n, err := queryOne(ctx, r.db, "look for a later move", scanInt, `SELECT COUNT(*) FROM directory_changes
		WHERE subject = ? AND kind = ? AND (at_ms > ? OR at_ms = ? AND id > ?)`, c.Subject, directory.Moved, c.At.UnixMilli(), c.At.UnixMilli(), c.ID)
	return n > 0, err
}

// Settle implements directory.Store.
func (r *DirectoryChanges) Settle(ctx context.Context, c directory.Change) (bool, error) {
	n, err := execute(ctx, r.db, "settle change", `UPDATE directory_changes SET state = 'done', member = ?, effect = ?
		WHERE id = ? AND state = 'open'`, orNull(c.Member), c.Effect, c.ID)
	return n > 0, err
}

// Untold implements directory.Store.
func (r *DirectoryChanges) Untold(ctx context.Context, limit int) ([]directory.Change, error) {
	return queryAll(ctx, r.db, "find changes to tell", scanChange, selectChange+`WHERE state = 'done' AND told_ms IS NULL
		ORDER BY noted_ms, id LIMIT ?`, limit)
}

// Told implements directory.Store.
func (r *DirectoryChanges) Told(ctx context.Context, c directory.Change, at time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "mark change as told", `UPDATE directory_changes SET told_ms = ? WHERE id = ? AND told_ms IS NULL`,
		at.UnixMilli(), c.ID)
	return n > 0, err
}

// Purge removes changes that were told before a time, at most limit.
func (r *DirectoryChanges) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old changes", func(s scanner) (id int64, err error) { return id, s.Scan(&id) },
		`SELECT id FROM directory_changes WHERE state = 'done' AND noted_ms < ? ORDER BY noted_ms LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "purge changes", `DELETE FROM directory_changes WHERE id = ?`, old)
}

func scanChange(row scanner) (c directory.Change, err error) {
	var member *int64
	var at, noted int64
	if err := row.Scan(&c.ID, &c.Subject, &c.Kind, &c.Detail, &member, &c.Effect, &at, &noted); err != nil {
		return c, err
	}
	if member != nil {
		c.Member = union.MemberID(*member)
	}
	c.At, c.NotedAt = time.UnixMilli(at).UTC(), time.UnixMilli(noted).UTC()
	return c, nil
}

// ByDirectory returns the member with the id in the address book, whatever their status, or union.ErrNotFound.
func (r *Members) ByDirectory(ctx context.Context, user string) (union.Member, error) {
	return r.one(ctx, `WHERE m.wecom_userid = ?`, strings.ToLower(user))
}

// Dismiss ends the offices of a member who is no more in the address book. Who was active has left; a retired member is one
// for life, and is reached there no more. An import of the members file gives back what was taken.
func (r *Members) Dismiss(ctx context.Context, id union.MemberID, at time.Time) error {
	if _, err := execute(ctx, r.db, "end offices", `DELETE FROM role_holdings WHERE member_id = ?`, id); err != nil {
		return err
	}
	if _, err := execute(ctx, r.db, "forget account", `UPDATE members SET wecom_userid = NULL, updated_ms = ?
		WHERE id = ? AND status = ?`, at.UnixMilli(), id, union.Retired); err != nil {
		return err
	}
	_, err := execute(ctx, r.db, "mark leaver", `UPDATE members SET status = ?, updated_ms = ? WHERE id = ? AND status = ?`,
		union.Left, at.UnixMilli(), id, union.Active)
	return err
}

// Place makes a member a unit's, named by its path; union.ErrNotFound where there is none. Offices stay as they are.
func (r *Members) Place(ctx context.Context, id union.MemberID, path string, at time.Time) error {
	unit, err := r.OrganisationByPath(ctx, path)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "move member", `UPDATE members SET org_id = ?, updated_ms = ? WHERE id = ?`, unit.ID, at.UnixMilli(), id)
	return err
}

// Rekey gives the member with an id in the address book another one. It says no where nobody has the old one, or somebody the
// new one.
func (r *Members) Rekey(ctx context.Context, from, to string) (union.MemberID, bool, error) {
	m, err := r.ByDirectory(ctx, from)
	if errors.Is(err, union.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	_, err = r.ByDirectory(ctx, to)
	if err == nil || !errors.Is(err, union.ErrNotFound) {
		return m.ID, false, err
	}
	n, err := execute(ctx, r.db, "rename account", `UPDATE members SET wecom_userid = ? WHERE id = ? AND wecom_userid = ?`,
		strings.ToLower(to), m.ID, strings.ToLower(from))
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return m.ID, false, nil
	}
	return m.ID, n > 0, err
}

// Administrators lists the offices of all administrators who are active.
func (r *Members) Administrators(ctx context.Context) ([]union.Holding, error) {
	return r.holdings(ctx, `JOIN members m ON m.id = h.member_id
		WHERE h.role = ? AND m.status = ? ORDER BY h.member_id, o.path`, union.Admin, union.Active)
}

// OpenTasks counts what waits for a member.
func (r *Members) OpenTasks(ctx context.Context, id union.MemberID) (int, error) {
	return queryOne(ctx, r.db, "count tasks", scanInt, `SELECT COUNT(*) FROM tasks WHERE officer = ? AND state = 'open'`, id)
}
