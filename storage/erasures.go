package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
func (r *Erasures) Exclusive(ctx context.Context) (renew, done func(context.Context) error, err error) {
	staging, err := NewRoster(r.db, nil).lease(ctx)
	if err != nil {
		return nil, nil, err
	}
	return staging.renew, staging.Close, nil
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

// emptyForm is what is left of a form.
const emptyForm = `{"values":{}}`

// Unerased implements privacy.ErasureStore.
func (r *Erasures) Unerased(ctx context.Context, e privacy.Erasure) (left []cases.ID, err error) {
	type filed struct {
		id    cases.ID
		title string
		form  string
	}
	list, err := queryAll(ctx, r.db, "find cases to erase", func(s scanner) (f filed, err error) { return f, s.Scan(&f.id, &f.title, &f.form) },
		`SELECT id, title, form FROM cases WHERE author = ? ORDER BY id`, e.Member.ID)
	for i := 0; i < len(list) && err == nil; i++ {
		f := list[i]
		form, formErr := r.db.open(caseForm, f.id, f.form)
		says := f.title != "" || formErr != nil || string(form) != emptyForm
		if !says {
			says, err = r.caseSays(ctx, f.id, e)
		}
		if says {
			left = append(left, f.id)
		}
	}
	return left, err
}

// caseSays says whether a case's timeline or an entry about it still says something, or no deletion of the case is on record.
func (r *Erasures) caseSays(ctx context.Context, id cases.ID, e privacy.Erasure) (bool, error) {
	l, err := r.leftovers(ctx, e, `case_id = ?`, id)
	if err != nil || len(l.say) > 0 || !l.before.OfCase(int64(id)) {
		return true, err
	}
	events, err := NewAudit(r.db).timelines(ctx, []int64{int64(id)})
	return slices.ContainsFunc(events, func(event audit.StoredEvent) bool { return still(event, e.Member.ID) }), err
}

// EraseCase implements privacy.ErasureStore. Digests and signatures stay, and so do kinds, times and the officers' names.
func (r *Erasures) EraseCase(ctx context.Context, id cases.ID, e privacy.Erasure, done *privacy.Erased) error {
	empty, err := r.db.seal(caseForm, id, []byte(emptyForm))
	if err != nil {
		return err
	}
	var l leftovers
	var changed []int64
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		// The case comes first, as in a decision: whoever writes to its timeline has it locked.
		ended, err := execute(ctx, r.db, "erase case", `UPDATE cases SET title = '', form = ?, version = version + 1
			WHERE id = ? AND ended_ms IS NOT NULL`, empty, id)
		if err == nil && ended == 0 {
			err = fmt.Errorf("it has not ended: %w", union.ErrStale)
		}
		if err != nil {
			return err
		}
		if l, err = r.leftovers(ctx, e, `case_id = ?`, id); err != nil {
			return err
		}
		var through int64
		if through, changed, err = r.eraseTimeline(ctx, id, e, l.before); err != nil {
			return err
		}
		if err := r.empty(ctx, e, l); err != nil {
			return err
		}
		changed = append(changed, l.changed...)
		return NewAudit(r.db).Append(ctx, audit.Entry{
			At: e.At, Kind: audit.Erase, Case: int64(id), Member: e.Member.ID, Note: e.Reason, Emptied: l.emptied, Changed: changed, Through: through,
		})
	})
	if err == nil {
		done.Cases++
		done.Entries += len(l.say)
		done.Changed = append(done.Changed, changed...)
	}
	return err
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
