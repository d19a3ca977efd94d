package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// theirs is which attachments are the member's or stand in the member's cases.
const theirs = `(owner = ? OR case_id IN ?)`

// Fetching implements privacy.ErasureStore.
func (r *Erasures) Fetching(ctx context.Context, member union.MemberID) (bool, error) {
	found, err := queryAll(ctx, r.db, "find files to come", scanID, `SELECT id FROM attachments WHERE
		(owner = ? OR case_id IN (SELECT id FROM cases WHERE author = ?)) AND state = ? LIMIT 1`, member, member, cases.AttachmentPending)
	return len(found) > 0, err
}

// emptyForm is what is left of a form.
const emptyForm = `{"values":{}}`

// Cases implements privacy.ErasureStore.
func (r *Erasures) Cases(ctx context.Context, member union.MemberID) ([]privacy.Filed, error) {
	return queryAll(ctx, r.db, "find cases to erase", func(s scanner) (f privacy.Filed, err error) { return f, s.Scan(&f.ID, &f.Number) },
		`SELECT id, COALESCE(number, '?') FROM cases WHERE author = ? ORDER BY id`, member)
}

// errOnRecord takes back what did nothing that is not on record.
var errOnRecord = errors.New("nothing is to be done")

// EraseCase implements privacy.ErasureStore. Digests and signatures stay, and so do kinds, times and the officers' names.
func (r *Erasures) EraseCase(ctx context.Context, c privacy.Filed, e privacy.Erasure, done *privacy.Erased) error {
	if e.Trial {
		_, err := r.judgeCase(ctx, c, e)
		return err
	}
	var entries int
	err := r.db.Tx(ctx, func(ctx context.Context) error {
		says, err := r.emptyCase(ctx, c)
		if err != nil {
			return err
		}
		j, err := r.judgeCase(ctx, c, e)
		if err != nil {
			return err
		}
		entries = len(j.say)
		_, deleted := j.before.OfCase(int64(c.ID))
		if deleted && !says && entries == 0 && len(j.events) == 0 {
			return errOnRecord
		}
		if err := r.emptyTimeline(ctx, e, j); err != nil {
			return err
		}
		if err := r.empty(ctx, e, j.leftovers); err != nil {
			return err
		}
		return NewAudit(r.db).Append(ctx, audit.Entry{
			At: e.At, Kind: audit.Erase, Case: int64(c.ID), Member: e.Member.ID, Note: e.Reason, Emptied: j.emptied,
			Changed: append(j.ofEvents.changed, j.changed...), Unread: append(j.ofEvents.unread, j.unread...), Through: j.through, Bounded: true,
		})
	})
	if errors.Is(err, errOnRecord) {
		return nil
	}
	if err == nil {
		done.Cases, done.Entries, done.Numbers = done.Cases+1, done.Entries+entries, append(done.Numbers, c.Number)
	}
	return err
}

// emptyCase drops what the case itself says, and says whether it said anything. The case comes first, as in a decision: whoever writes to its
// timeline has it locked.
func (r *Erasures) emptyCase(ctx context.Context, c privacy.Filed) (says bool, err error) {
	texts, err := queryAll(ctx, r.db, "look at case to erase", func(s scanner) (text string, err error) {
		var form string
		err = s.Scan(&text, &form)
		plain, formErr := r.db.open(caseForm, c.ID, form)
		if formErr != nil || string(plain) != emptyForm {
			text += form
		}
		return text, err
	}, `SELECT title, form FROM cases WHERE id = ?`, c.ID)
	if err != nil {
		return false, err
	}
	empty, err := r.db.seal(caseForm, c.ID, []byte(emptyForm))
	if err != nil {
		return false, err
	}
	ended, err := execute(ctx, r.db, "erase case", `UPDATE cases SET title = '', form = ?, version = version + 1
		WHERE id = ? AND ended_ms IS NOT NULL`, empty, c.ID)
	if err == nil && ended == 0 {
		err = fmt.Errorf("it has not ended: %w", union.ErrStale)
	}
	return strings.Join(texts, "") != "", err
}

// EraseAttachments implements privacy.ErasureStore. A row goes behind its file, as in PurgeUnfiled.
func (r *Erasures) EraseAttachments(ctx context.Context, e privacy.Erasure, remove privacy.RemoveFile) (int, error) {
	list, err := queryAll(ctx, r.db, "find attachments to erase", func(s scanner) (u unfiled, err error) {
		return u, s.Scan(&u.id, &u.hash)
	}, `SELECT id, hash FROM attachments WHERE `+theirs+` ORDER BY id`, e.Member.ID, e.CaseIDs())
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
