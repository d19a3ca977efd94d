package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
)

// How much of the record is read at once.
const (
	casesAtOnce = 200
	rowsAtOnce  = 500
)

// Check looks at the whole record, and at the anchors that were kept outside besides those in the database. It reads in
// bites, beside a serving instance. seen is told how many rows were looked at; it may be nil.
func (r *Audit) Check(ctx context.Context, outside []audit.Anchor, seen func(rows int64)) (audit.Report, error) {
	c := audit.NewChecker(r.db.keys, audit.Link{})
	tell := func() {
		if rep := c.Report(); seen != nil {
			seen(rep.Events + rep.Entries + rep.Links)
		}
	}
	if err := r.checkChain(ctx, c, audit.Link{}, outside, tell); err != nil {
		return audit.Report{}, err
	}
	if err := r.checkEvents(ctx, c, tell); err != nil {
		return audit.Report{}, err
	}
	err := r.checkEntries(ctx, c, func(audit.StoredEntry, audit.Verdict) error { return nil }, tell)
	return c.Report(), err
}

// CheckEnd looks at the last links of the chain and at the anchors: what can be done often on a record of years.
func (r *Audit) CheckEnd(ctx context.Context, links int64, outside []audit.Anchor) (audit.Report, error) {
	head, err := r.Head(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	var from audit.Link
	if head.Place > links {
		if from, err = r.Link(ctx, head.Place-links); err != nil {
			return audit.Report{}, err
		}
	}
	c := audit.NewChecker(r.db.keys, from)
	err = r.checkChain(ctx, c, from, outside, func() {})
	return c.Report(), err
}

func (r *Audit) checkEvents(ctx context.Context, c *audit.Checker, tell func()) error {
	for last := int64(0); ; tell() {
		ids, err := queryAll(ctx, r.db, "read cases", func(row scanner) (id int64, err error) { return id, row.Scan(&id) },
			`SELECT id FROM cases WHERE id > ? ORDER BY id LIMIT ?`, last, casesAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		last = ids[len(ids)-1]
		events, err := r.timelines(ctx, ids)
		if err != nil {
			return err
		}
		// What was deleted meanwhile is on record by now.
		gone, err := r.deletions(ctx, c, ` AND a.case_id IN ?`, ids)
		if err != nil {
			return err
		}
		for _, e := range events {
			gone.Event(&e)
			c.Event(e)
		}
	}
}

// timelines reads the events of cases in order. One that is listed twice comes once.
func (r *Audit) timelines(ctx context.Context, ids []int64) (events []audit.StoredEvent, err error) {
	rows, err := queryAll(ctx, r.db, "read timelines", r.scanEvent, `SELECT e.id, e.case_id, c.number, e.place, e.version,
		e.at_ms, e.actor, e.name, e.kind, e.step, e.note, e.other, e.salt, e.digest, e.signature, e.listed, e.erased_ms,
		l.place, l.case_id, l.case_place, l.digest
		FROM case_events e JOIN cases c ON c.id = e.case_id
		LEFT JOIN audit_chain l ON l.entry_id = e.id AND l.source = 'event'
		WHERE e.case_id IN ? ORDER BY e.case_id, e.place, e.id`, ids)
	for _, e := range rows {
		if n := len(events); n > 0 && e.ID == events[n-1].ID {
			events[n-1].Twice = true
			continue
		}
		events = append(events, e)
	}
	return events, err
}

func (r *Audit) scanEvent(row scanner) (e audit.StoredEvent, err error) {
	var at int64
	var number, salt, digest, signature, linkDigest sql.NullString
	var place, actor, listed, erased, linkPlace, linkCase, linkCasePlace sql.NullInt64
	var note string
	err = row.Scan(&e.ID, &e.Case, &number, &place, &e.Version, &at, &actor, &e.Name, &e.Kind, &e.Step, &note, &e.Other,
		&salt, &digest, &signature, &listed, &erased, &linkPlace, &linkCase, &linkCasePlace, &linkDigest)
	if err != nil {
		return e, err
	}
	e.Number, e.Place, e.At, e.Actor = number.String, place.Int64, time.UnixMilli(at).UTC(), union.MemberID(actor.Int64)
	e.Written, e.Signature, e.ErasedAt, e.Listed = digest.String, signature.String, timeOf(erased), listed.Int64 == 1
	if linkPlace.Valid {
		e.Link = &audit.Link{Place: linkPlace.Int64, Case: linkCase.Int64, CasePlace: linkCasePlace.Int64, Digest: linkDigest.String}
	}
	plain, noteErr := r.db.open(eventNote, e.ID, note)
	e.Note = string(plain)
	var saltErr error
	if salt.Valid {
		e.Salt, saltErr = r.db.open(eventSalt, e.ID, salt.String)
	}
	unreadable(&e.Stored, errors.Join(noteErr, saltErr))
	return e, nil
}

func unreadable(s *audit.Stored, err error) {
	s.Unreadable, s.OtherKey = err != nil, errors.Is(err, seal.ErrUnknownKey)
}

// Judged hands over the entries that belong to no timeline, oldest first, with what deletions say of each and what a look at it came to.
func (r *Audit) Judged(ctx context.Context, use func(audit.StoredEntry, audit.Verdict) error) error {
	c := audit.NewChecker(r.db.keys, audit.Link{})
	list, err := r.deletionEntries(ctx, ``)
	if err != nil {
		return err
	}
	strange, err := r.strange(ctx, c)
	if err == nil && (len(strange) > 0 || slices.ContainsFunc(list, c.NeedsChain)) {
		c.Want(strange)
		err = r.checkChain(ctx, c, audit.Link{}, nil, func() {})
	}
	if err != nil {
		return err
	}
	return r.checkEntries(ctx, c, use, func() {})
}

func scanSignature(row scanner) (e waitingEntry, err error) {
	return e, row.Scan(&e.Entry, &e.signature)
}

// strange lists the entries whose keys are not held: the chain tells of them.
func (r *Audit) strange(ctx context.Context, c *audit.Checker) (ids []int64, err error) {
	for last := int64(0); ; {
		page, err := queryAll(ctx, r.db, "read signatures", scanSignature, `SELECT id, signature FROM audit_entries WHERE id > ? ORDER BY id LIMIT ?`, last, rowsAtOnce)
		if err != nil || len(page) == 0 {
			return ids, err
		}
		for _, e := range page {
			if !c.Holds(audit.Stored{Signature: e.signature}) {
				ids = append(ids, e.Entry)
			}
		}
		last = page[len(page)-1].Entry
	}
}

func (r *Audit) checkEntries(ctx context.Context, c *audit.Checker, use func(audit.StoredEntry, audit.Verdict) error, tell func()) error {
	gone := c.NewDeletions(nil)
	return r.entries(ctx, func(page []audit.StoredEntry) (err error) {
		// What was deleted meanwhile is on record by now.
		if slices.ContainsFunc(page, func(e audit.StoredEntry) bool {
			gone.Entry(&e)
			return e.Salt == nil && !e.Told()
		}) {
			if gone, err = r.deletions(ctx, c, ``); err != nil {
				return err
			}
		}
		for i, e := range page {
			if i > 0 && e.ID == page[i-1].ID {
				continue // its second link was noted with the first
			}
			e.Twice = i+1 < len(page) && page[i+1].ID == e.ID
			gone.Entry(&e)
			if err := use(e, c.Entry(e)); err != nil {
				return err
			}
		}
		tell()
		return nil
	})
}

const selectRecorded = `SELECT a.id, a.row_key, a.at_ms, a.kind, a.actor, a.case_id, a.member_id, a.content, a.salt, a.digest, a.signature, a.listed,
	a.erased_ms, l.place, l.digest FROM audit_entries a LEFT JOIN audit_chain l ON l.entry_id = a.id AND l.source = 'entry' `

// entries hands over the entries in pages, one twice that is listed twice.
func (r *Audit) entries(ctx context.Context, use func([]audit.StoredEntry) error) error {
	for last := int64(0); ; {
		page, err := queryAll(ctx, r.db, "read audit entries", r.scanEntry, selectRecorded+`WHERE a.id > ? ORDER BY a.id LIMIT ?`, last, rowsAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := use(page); err != nil {
			return err
		}
		last = page[len(page)-1].ID
	}
}

func (r *Audit) scanEntry(row scanner) (e audit.StoredEntry, err error) {
	var at int64
	var actor, inCase, member, listed, erased, linkPlace sql.NullInt64
	var content, salt string
	var key, linkDigest sql.NullString
	err = row.Scan(&e.ID, &key, &at, &e.Kind, &actor, &inCase, &member, &content, &salt, &e.Written, &e.Signature, &listed, &erased,
		&linkPlace, &linkDigest)
	if err != nil {
		return e, err
	}
	e.Key, e.At, e.Actor, e.Case, e.Member = key.String, time.UnixMilli(at).UTC(), union.MemberID(actor.Int64), inCase.Int64, union.MemberID(member.Int64)
	e.Listed, e.ErasedAt = listed.Int64 == 1, timeOf(erased)
	if linkPlace.Valid {
		e.Link = &audit.Link{Place: linkPlace.Int64, Digest: linkDigest.String}
	}
	unreadable(&e.Stored, r.openEntry(&e, content, salt))
	return e, nil
}

// openEntry fills in what rests sealed.
func (r *Audit) openEntry(e *audit.StoredEntry, content, salt string) (err error) {
	if salt != "" {
		if e.Salt, err = r.db.open(auditSalt, e.ID, salt); err != nil {
			return err
		}
	}
	body, err := r.db.open(auditContent, e.ID, content)
	if err != nil {
		return err
	}
	var s said
	if err := json.Unmarshal(body, &s); err != nil {
		return fmt.Errorf("decode audit entry %d: %w", e.ID, err)
	}
	e.Name, e.Role, e.Note, e.Emptied, e.Changed, e.Unread, e.Through, e.Bounded = s.Name, s.Role, s.Note, s.Emptied, s.Changed, s.Unread, s.Through, s.Bounded
	return nil
}

func (r *Audit) checkChain(ctx context.Context, c *audit.Checker, from audit.Link, outside []audit.Anchor, tell func()) error {
	inside, err := r.Anchors(ctx)
	if err != nil {
		return err
	}
	anchors := slices.Concat(inside, outside)
	c.Expect(anchors)
	for last := from.Place; ; tell() {
		links, err := queryAll(ctx, r.db, "read audit chain", scanStoredLink, `SELECT l.place, l.source, l.entry_id, l.case_id,
			l.case_place, l.digest, l.signature, c.id, c.number, e.id, a.id, a.kind FROM audit_chain l
			LEFT JOIN cases c ON c.id = l.case_id
			LEFT JOIN case_events e ON l.source = 'event' AND e.id = l.entry_id
			LEFT JOIN audit_entries a ON l.source = 'entry' AND a.id = l.entry_id
			WHERE l.place > ? ORDER BY l.place LIMIT ?`, last, rowsAtOnce)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			break
		}
		for _, l := range links {
			c.Link(l)
		}
		last = links[len(links)-1].Place
	}
	c.End()
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	for _, a := range anchors {
		there, err := r.Link(ctx, a.Place)
		if err != nil {
			return err
		}
		c.Anchor(a, head.Place, there.Signature)
	}
	began, err := r.began(ctx)
	c.Days(inside, began, r.now())
	return err
}

// began is when the first entry of the chain was written; zero where it is gone.
func (r *Audit) began(ctx context.Context) (time.Time, error) {
	at, err := queryAll(ctx, r.db, "read begin of audit chain", scanID, `SELECT COALESCE(e.at_ms, a.at_ms, 0) FROM audit_chain l
		LEFT JOIN case_events e ON l.source = 'event' AND e.id = l.entry_id
		LEFT JOIN audit_entries a ON l.source = 'entry' AND a.id = l.entry_id
		ORDER BY l.place LIMIT 1`)
	if err != nil || len(at) == 0 || at[0] == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(at[0]), nil
}

func scanStoredLink(row scanner) (l audit.StoredLink, err error) {
	var inCase, place, there, event, entry sql.NullInt64
	var number, kind sql.NullString
	err = row.Scan(&l.Place, &l.Source, &l.Entry, &inCase, &place, &l.Digest, &l.Signature, &there, &number, &event, &entry, &kind)
	l.Deletion = audit.Kind(kind.String) == audit.Erase
	l.CaseGone = l.Source == audit.OfEvent && !there.Valid
	l.Case, l.CasePlace, l.Number, l.Found = inCase.Int64, place.Int64, number.String, event.Valid || entry.Valid
	return l, err
}

// Size is about how many rows Check looks at.
func (r *Audit) Size(ctx context.Context) (int64, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return 0, err
	}
	var rows int64
	err = g.Raw(`SELECT (SELECT COUNT(*) FROM case_events) + (SELECT COUNT(*) FROM audit_entries) + (SELECT COUNT(*) FROM audit_chain)`).
		Row().Scan(&rows)
	if err != nil {
		return 0, fmt.Errorf("count entries: %w", classify(err))
	}
	return rows, nil
}

// Each hands over the entries that belong to no timeline, oldest first.
func (r *Audit) Each(ctx context.Context, use func(audit.StoredEntry) error) error {
	return r.entries(ctx, func(page []audit.StoredEntry) error {
		for i, e := range page {
			if i > 0 && e.ID == page[i-1].ID {
				continue
			}
			if err := use(e); err != nil {
				return err
			}
		}
		return nil
	})
}
