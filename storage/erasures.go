package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/service"
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
		`SELECT COALESCE(number, '?') FROM cases WHERE ended_ms IS NULL AND `+ofMember+` ORDER BY filed_ms`, member, member)
}

// ofMember is which cases are a member's: those that the member has filed, and those that are about nobody else.
const ofMember = `(author = ? OR id IN (SELECT case_id FROM case_subjects WHERE member_id = ? AND about = 1))`

// theirs is which attachments are the member's or stand in the member's cases.
const theirs = `(owner = ? OR case_id IN ?)`

// Fetching implements privacy.ErasureStore.
func (r *Erasures) Fetching(ctx context.Context, member union.MemberID) (bool, error) {
	found, err := queryAll(ctx, r.db, "find files to come", scanID, `SELECT id FROM attachments WHERE
		(owner = ? OR case_id IN (SELECT id FROM cases WHERE `+ofMember+`)) AND state = ? LIMIT 1`, member, member, member, cases.AttachmentPending)
	return len(found) > 0, err
}

// emptyForm is what is left of a form.
const emptyForm = `{"values":{}}`

// Cases implements privacy.ErasureStore.
func (r *Erasures) Cases(ctx context.Context, member union.MemberID) ([]privacy.Filed, error) {
	return queryAll(ctx, r.db, "find cases to erase", func(s scanner) (f privacy.Filed, err error) {
		return f, s.Scan(&f.ID, &f.Number, &f.Author)
	}, `SELECT id, COALESCE(number, '?'), author FROM cases WHERE `+ofMember+` ORDER BY id`, member, member)
}

// errOnRecord takes back what did nothing that is not on record.
var errOnRecord = errors.New("nothing is to be done")

// EraseCase implements privacy.ErasureStore. Digests and signatures stay, and so do kinds, times and the officers' names.
func (r *Erasures) EraseCase(ctx context.Context, c privacy.Filed, e privacy.Erasure, done *privacy.Erased) error {
	about, err := r.isAbout(ctx, c, e)
	if err != nil {
		return err
	}
	if e.Trial {
		_, err := r.judgeCase(ctx, c, e, about)
		return err
	}
	var entries int
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		says, err := r.emptyCase(ctx, c)
		if err != nil {
			return err
		}
		j, err := r.judgeCase(ctx, c, e, about)
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

// isAbout says whether a case that somebody else has filed names the member, by its sealed form and not by a column that anybody with
// the database could write.
func (r *Erasures) isAbout(ctx context.Context, c privacy.Filed, e privacy.Erasure) (bool, error) {
	if c.Author == e.Member.ID {
		return false, nil
	}
	stored, err := queryOne(ctx, r.db, "look at case to erase", func(s scanner) (text string, err error) { return text, s.Scan(&text) }, `SELECT form FROM cases WHERE id = ?`, c.ID)
	if err != nil {
		return false, err
	}
	plain, err := r.db.open(caseForm, c.ID, stored)
	if err != nil {
		if e.KeyLost {
			err = nil // it has to be agreed to
		} else {
			err = privacy.ErrOtherKey
		}
		return false, err
	}
	var f form
	if err := json.Unmarshal(plain, &f); err != nil {
		return false, fmt.Errorf("read form: %w", err)
	}
	for _, v := range f.Values {
		var ref service.Ref
		if json.Unmarshal(v.Raw, &ref) == nil && slices.Contains(ref.IDs, int64(e.Member.ID)) {
			return true, nil
		}
	}
	return false, nil
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
