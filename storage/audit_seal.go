package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
)

// Seal lists up to limit entries of each source that are not listed yet, behind the end of the chain, and says how many
// it listed. What is not listed is found by its own mark, and not by an id or a time: a transaction that commits late
// is listed late. Sealers take turns, and one that dies in the middle has listed nothing.
//
// What was signed with a key that is not held is put aside: the chain would vouch for it, whoever wrote it.
func (r *Audit) Seal(ctx context.Context, limit int) (listed int, err error) {
	if err := r.retry(ctx); err != nil {
		return 0, err
	}
	// The look outside is cheap, and on SQLite a transaction would keep every other writer waiting.
	if waiting, err := r.waiting(ctx, 1); err != nil || len(waiting) == 0 {
		return 0, err
	}
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		listed = 0
		if err := r.takeTurn(ctx); err != nil {
			return err
		}
		waiting, err := r.waiting(ctx, limit)
		if err != nil || len(waiting) == 0 {
			return err
		}
		known, strange := r.sort(waiting)
		if err := r.mark(ctx, strange, putAside); err != nil || len(known) == 0 {
			return err
		}
		listed = len(known)
		return r.list(ctx, known)
	})
	if err != nil {
		return 0, fmt.Errorf("list audit entries: %w", err)
	}
	return listed, nil
}

// takeTurn locks the sealers' row until the transaction ends.
func (r *Audit) takeTurn(ctx context.Context) error {
	locked, err := execute(ctx, r.db, "take turn", `UPDATE audit_sealer_lease SET runs = runs + 1 WHERE id = 1`)
	if err != nil || locked == 1 {
		return err
	}
	_, err = execute(ctx, r.db, "take first turn", `INSERT INTO audit_sealer_lease (id, runs) VALUES (1, 1)`)
	if errors.Is(err, gorm.ErrDuplicatedKey) { // another took it in this moment, and has ended: now it is ours
		_, err = execute(ctx, r.db, "take turn", `UPDATE audit_sealer_lease SET runs = runs + 1 WHERE id = 1`)
	}
	return err
}

// fromNewEvents leaves those of sealed cases, which are nobody's, until the hour that they show is over: their place among the
// others, and how many wait, would tell the moment.
const fromNewEvents = ` FROM case_events e LEFT JOIN cases c ON c.id = e.case_id
	WHERE e.listed = 0 AND (COALESCE(c.author, 1) <> 0 OR e.at_ms <= ?) ORDER BY e.id LIMIT ?`

func (r *Audit) hourAgo() int64 { return r.now().Add(-time.Hour).UnixMilli() }

func (r *Audit) waiting(ctx context.Context, limit int) ([]waitingEntry, error) {
	events, err := queryAll(ctx, r.db, "find new events", func(row scanner) (waitingEntry, error) {
		l := waitingEntry{Link: audit.Link{Source: audit.OfEvent}}
		var place sql.NullInt64
		var digest, signature sql.NullString
		err := row.Scan(&l.Entry, &l.Case, &place, &digest, &signature)
		l.CasePlace, l.Digest, l.signature = place.Int64, digest.String, signature.String
		return l, err
	}, `SELECT e.id, e.case_id, e.place, e.digest, e.signature`+fromNewEvents, r.hourAgo(), limit)
	if err != nil {
		return nil, err
	}
	entries, err := queryAll(ctx, r.db, "find new audit entries", func(row scanner) (waitingEntry, error) {
		l := waitingEntry{Link: audit.Link{Source: audit.OfEntry}}
		return l, row.Scan(&l.Entry, &l.Digest, &l.signature)
	}, `SELECT id, digest, signature FROM audit_entries WHERE listed = 0 ORDER BY id LIMIT ?`, limit)
	return slices.Concat(events, entries), err
}

// list writes the links and marks what they list.
func (r *Audit) list(ctx context.Context, links []audit.Link) error {
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	if err := r.mayGoOn(ctx, head); err != nil {
		return err
	}
	var values []any
	for i := range links {
		l := &links[i]
		l.Place = head.Place + 1
		l.Sign(r.db.keys, head.Signature)
		head = *l
		values = append(values, l.Place, l.Source, l.Entry, orNull(l.Case), orNull(l.CasePlace), l.Digest, l.Signature)
	}
	rows := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?),", len(links)), ",")
	if _, err := execute(ctx, r.db, "list entries",
		`INSERT INTO audit_chain (place, source, entry_id, case_id, case_place, digest, signature) VALUES `+rows, values...); err != nil {
		return err
	}
	return r.mark(ctx, links, isListed)
}

const selectLink = `SELECT place, source, entry_id, case_id, case_place, digest, signature FROM audit_chain `

// Head is the last link of the chain; the zero link while there is none.
func (r *Audit) Head(ctx context.Context) (audit.Link, error) {
	return r.link(ctx, `ORDER BY place DESC LIMIT 1`)
}

// Link is the link at a place; the zero link if there is none.
func (r *Audit) Link(ctx context.Context, place int64) (audit.Link, error) {
	return r.link(ctx, `WHERE place = ?`, place)
}

func (r *Audit) link(ctx context.Context, where string, args ...any) (audit.Link, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return audit.Link{}, err
	}
	l, err := scanLink(g.Raw(selectLink+where, args...).Row())
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Link{}, nil
	}
	if err != nil {
		return audit.Link{}, fmt.Errorf("read audit chain: %w", classify(err))
	}
	return l, nil
}

func scanLink(row scanner) (l audit.Link, err error) {
	var inCase, place sql.NullInt64
	err = row.Scan(&l.Place, &l.Source, &l.Entry, &inCase, &place, &l.Digest, &l.Signature)
	l.Case, l.CasePlace = inCase.Int64, place.Int64
	return l, err
}

// PutAnchor keeps a day's anchor, unless the day has one. That may be another's, and is compared with the chain by every check.
func (r *Audit) PutAnchor(ctx context.Context, a audit.Anchor) error {
	_, err := execute(ctx, r.db, "keep anchor", `INSERT INTO audit_anchors (day, place, signature) VALUES (?, ?, ?)`, a.Day, a.Place, a.Signature)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil
	}
	return err
}

func scanAnchor(row scanner) (a audit.Anchor, err error) {
	return a, row.Scan(&a.Day, &a.Place, &a.Signature)
}

// Anchors lists the anchors that were taken, oldest first.
func (r *Audit) Anchors(ctx context.Context) ([]audit.Anchor, error) {
	return queryAll(ctx, r.db, "read anchors", scanAnchor, `SELECT day, place, signature FROM audit_anchors ORDER BY day`)
}

// Auditors lists the active members who hold the role anywhere.
func (r *Audit) Auditors(ctx context.Context) ([]union.MemberID, error) {
	return queryAll(ctx, r.db, "find auditors", func(row scanner) (id union.MemberID, err error) { return id, row.Scan(&id) },
		`SELECT DISTINCT h.member_id FROM role_holdings h JOIN members m ON m.id = h.member_id
		WHERE h.role = ? AND m.status = ? ORDER BY h.member_id`, union.Auditor, union.Active)
}

// Tx runs fn in one transaction, or in the one that ctx carries.
func (r *Audit) Tx(ctx context.Context, fn func(ctx context.Context) error) error {
	return r.db.Tx(ctx, fn)
}

// Unlisted counts what was written and may be listed, up to a number of each source at which it stops, and says since when
// the oldest of it waits; zero where nothing does.
func (r *Audit) Unlisted(ctx context.Context, most int) (rows int64, oldest time.Time, err error) {
	count := func(of string, args ...any) error {
		var n int64
		var at sql.NullInt64
		_, err := queryAll(ctx, r.db, "count what is not listed", func(row scanner) (struct{}, error) {
			return struct{}{}, row.Scan(&n, &at)
		}, `SELECT COUNT(*), MIN(at_ms) FROM (`+of+`) AS counted`, append(args, most)...)
		rows += n
		if t := timeOf(at); at.Valid && (oldest.IsZero() || t.Before(oldest)) {
			oldest = t
		}
		return err
	}
	if err := count(`SELECT e.at_ms`+fromNewEvents, r.hourAgo()); err != nil {
		return 0, time.Time{}, err
	}
	if err := count(`SELECT at_ms FROM audit_entries WHERE listed = 0 ORDER BY id LIMIT ?`); err != nil {
		return 0, time.Time{}, err
	}
	return rows, oldest, nil
}
