package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

// Erasures deletes what is kept about members who have left. It satisfies privacy.ErasureStore.
type Erasures struct {
	db *DB
	// directory is WeCom's channel, empty where WeCom is not configured.
	directory string
}

// NewErasures returns the repository. directory is the channel whose users the members' list names, empty if there is none.
func NewErasures(db *DB, directory string) *Erasures { return &Erasures{db: db, directory: directory} }

// Exclusive implements privacy.ErasureStore: an import would write anew what is deleted, and one that died has left its
// rows behind.
func (r *Erasures) Exclusive(ctx context.Context) (func(context.Context) error, error) {
	staging, err := NewRoster(r.db, nil).lease(ctx)
	if err != nil {
		return nil, err
	}
	return staging.Close, nil
}

// OpenCases implements privacy.ErasureStore.
func (r *Erasures) OpenCases(ctx context.Context, member union.MemberID) ([]string, error) {
	return queryAll(ctx, r.db, "read open cases", func(s scanner) (number string, err error) { return number, s.Scan(&number) },
		`SELECT COALESCE(number, '?') FROM cases WHERE author = ? AND ended_ms IS NULL ORDER BY filed_ms`, member)
}

// ofMember is which attachments are the member's or stand in the member's cases.
const ofMember = `(owner = ? OR case_id IN (SELECT id FROM cases WHERE author = ?))`

// Fetching implements privacy.ErasureStore.
func (r *Erasures) Fetching(ctx context.Context, member union.MemberID) (bool, error) {
	found, err := queryAll(ctx, r.db, "find files to come", scanID,
		`SELECT id FROM attachments WHERE `+ofMember+` AND state = ? LIMIT 1`, member, member, cases.AttachmentPending)
	return len(found) > 0, err
}

// Unerased implements privacy.ErasureStore. What is marked in the entries is true of the whole case.
func (r *Erasures) Unerased(ctx context.Context, member union.MemberID) ([]cases.ID, error) {
	return queryAll(ctx, r.db, "find cases to erase", func(s scanner) (id cases.ID, err error) { return id, s.Scan(&id) },
		`SELECT id FROM cases WHERE author = ? AND (
			EXISTS (SELECT 1 FROM case_events e WHERE e.case_id = cases.id AND e.erased_ms IS NULL) OR
			EXISTS (SELECT 1 FROM audit_entries a WHERE a.case_id = cases.id AND a.erased_ms IS NULL AND a.kind <> ?) OR
			NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.case_id = cases.id AND a.kind = ?)) ORDER BY id`, member, audit.Erase, audit.Erase)
}

// EraseCase implements privacy.ErasureStore. Digests and signatures stay, and so do kinds, times and the officers' names.
func (r *Erasures) EraseCase(ctx context.Context, id cases.ID, e privacy.Erasure) error {
	empty, err := r.db.seal(caseForm, id, []byte(`{"values":{}}`))
	if err != nil {
		return err
	}
	return r.db.Tx(ctx, func(ctx context.Context) error {
		// The case comes first, as in a decision: whoever writes to its timeline has it locked.
		ended, err := execute(ctx, r.db, "erase case", `UPDATE cases SET title = '', form = ?, version = version + 1
			WHERE id = ? AND ended_ms IS NOT NULL`, empty, id)
		if err == nil && ended == 0 {
			err = fmt.Errorf("it has not ended: %w", union.ErrStale)
		}
		if err != nil {
			return err
		}
		_, err = execute(ctx, r.db, "erase timeline", `UPDATE case_events SET note = '', salt = NULL, erased_ms = ?,
			name = CASE WHEN actor = ? THEN '' ELSE name END WHERE case_id = ? AND erased_ms IS NULL`,
			e.At.UnixMilli(), e.Member.ID, id)
		if err != nil {
			return err
		}
		emptied, err := r.emptyRecord(ctx, e, `case_id = ?`, id)
		if err != nil {
			return err
		}
		return NewAudit(r.db).Append(ctx, audit.Entry{At: e.At, Kind: audit.Erase, Case: int64(id), Member: e.Member.ID, Note: e.Reason, Emptied: emptied})
	})
}

// EraseAttachments implements privacy.ErasureStore. A row goes behind its file, as in PurgeUnfiled.
func (r *Erasures) EraseAttachments(ctx context.Context, member union.MemberID, remove privacy.RemoveFile) (int, error) {
	list, err := queryAll(ctx, r.db, "find attachments to erase", func(s scanner) (u unfiled, err error) {
		return u, s.Scan(&u.id, &u.hash)
	}, `SELECT id, hash FROM attachments WHERE `+ofMember+` ORDER BY id`, member, member)
	if err != nil {
		return 0, err
	}
	attachments, gone := NewAttachments(r.db), 0
	for _, u := range list {
		_, err := execute(ctx, r.db, "take attachment out", `UPDATE attachments SET state = ?, case_id = NULL, draft = NULL, media_id = ''
			WHERE id = ?`, cases.AttachmentDropped, u.id)
		if err != nil {
			return gone, err
		}
		done, err := attachments.purge(ctx, u, remove)
		if err != nil {
			return gone, err
		}
		if !done {
			return gone, errors.New("the same picture was sent by somebody within the last hour, and its file cannot go yet: run this again in an hour")
		}
		gone++
	}
	return gone, nil
}
