package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// fetchLease is how long a fetch may take before another replica tries.
const fetchLease = time.Minute

// Attachments keeps what belongs to drafts and cases besides words: where it is at the platform, and the hash of its
// bytes once they were fetched.
type Attachments struct{ db *DB }

// NewAttachments returns the repository.
func NewAttachments(db *DB) *Attachments { return &Attachments{db: db} }

const selectAttachment = `SELECT id, owner, draft, channel, media_id, kind, hash, size, type, state, created_ms, due_ms, sheet, doubt FROM attachments `

// Add keeps an attachment that waits to be fetched. The same media of the same owner is kept once, under the id that
// it got first.
func (r *Attachments) Add(ctx context.Context, a cases.Attachment) (cases.ID, error) {
	key := mediaKey(a.Channel, a.MediaID)
	// Due at once: CreatedAt may run ahead of the machine's time, by which fetches are taken.
	_, err := execute(ctx, r.db, "add attachment", `INSERT INTO attachments
		(id, owner, media_key, draft, channel, media_id, kind, state, hash, size, type, cause, attempts, due_ms, created_ms, sheet)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0, '', '', 0, 0, ?, ?)`,
		a.ID, a.Owner, key, orNull(a.Draft), a.Channel, a.MediaID, a.Kind, cases.AttachmentPending, a.CreatedAt.UnixMilli(), a.Sheet)
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return a.ID, err
	}
	g, err := r.db.read(ctx)
	if err != nil {
		return 0, err
	}
	var id cases.ID
	err = g.Raw(`SELECT id FROM attachments WHERE owner = ? AND media_key = ?`, a.Owner, key).Row().Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("read attachment: %w", classify(err))
	}
	return id, nil
}

// Bind gives those of the attachments that are the owner's to a case.
func (r *Attachments) Bind(ctx context.Context, owner union.MemberID, id cases.ID, attachments []cases.ID) error {
	_, err := execute(ctx, r.db, "bind attachments",
		`UPDATE attachments SET case_id = ? WHERE id IN ? AND owner = ? AND case_id IS NULL AND state <> ?`,
		id, attachments, owner, cases.AttachmentDropped)
	return err
}

// Filed implements cases.AttachmentStore.
func (r *Attachments) Filed(ctx context.Context, attachment cases.ID) (string, error) {
	number, err := queryOne(ctx, r.db, "find case of attachment", func(row scanner) (s string, err error) { return s, row.Scan(&s) },
		`SELECT c.number FROM attachments a JOIN cases c ON c.id = a.case_id WHERE a.id = ?`, attachment)
	if errors.Is(err, union.ErrNotFound) {
		err = nil
	}
	return number, err
}

// Forget implements cases.AttachmentStore. What was sent at no time is older than anything that is kept.
func (r *Attachments) Forget(ctx context.Context, owner union.MemberID, draft cases.ID, ids []cases.ID) error {
	_, err := execute(ctx, r.db, "forget attachments",
		`UPDATE attachments SET state = ?, created_ms = 0 WHERE owner = ? AND case_id IS NULL AND (draft = ? OR id IN ?)`,
		cases.AttachmentDropped, owner, draft, append(ids, 0))
	return err
}

// OfCase lists the attachments of a case in order.
func (r *Attachments) OfCase(ctx context.Context, id cases.ID) ([]cases.Attachment, error) {
	return queryAll(ctx, r.db, "list attachments", scanAttachment, selectAttachment+`WHERE case_id = ? ORDER BY created_ms, id`, id)
}

// Get reads an attachment.
func (r *Attachments) Get(ctx context.Context, id cases.ID) (cases.Attachment, error) {
	return queryOne(ctx, r.db, "read attachment", scanAttachment, selectAttachment+`WHERE id = ?`, id)
}

// Doubted lists those of the owner's attachments that can hardly be read.
func (r *Attachments) Doubted(ctx context.Context, owner union.MemberID, ids []cases.ID) ([]cases.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return queryAll(ctx, r.db, "list doubted attachments", scanAttachment, selectAttachment+`WHERE id IN ? AND owner = ? AND doubt <> ''`, ids, owner)
}

// Pending takes up to limit attachments that have to be fetched, for a minute each: what is neither kept nor lost by
// then is taken again, by whoever asks. now is the machine's time.
func (r *Attachments) Pending(ctx context.Context, now time.Time, limit int) ([]cases.Attachment, error) {
	dues := map[cases.ID]int64{}
	found, err := queryAll(ctx, r.db, "list pending attachments", func(row scanner) (cases.Attachment, error) {
		a, due, err := scanAttachmentDue(row)
		dues[a.ID] = due
		return a, err
	}, selectAttachment+`WHERE state = 'pending' AND due_ms <= ? ORDER BY due_ms, id LIMIT ?`, now.UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	var taken []cases.Attachment
	for _, a := range found {
		n, err := execute(ctx, r.db, "take attachment", `UPDATE attachments SET due_ms = ?, attempts = attempts + 1
			WHERE id = ? AND state = 'pending' AND due_ms = ?`, now.Add(fetchLease).UnixMilli(), a.ID, dues[a.ID])
		if err != nil {
			return nil, err
		}
		if n == 1 {
			taken = append(taken, a)
		}
	}
	return taken, nil
}

// Kept says that the bytes were fetched: the SHA-256 in hex, their number and MIME type.
func (r *Attachments) Kept(ctx context.Context, id cases.ID, hash string, size int64, mime string) error {
	_, err := execute(ctx, r.db, "keep attachment", `UPDATE attachments
		SET state = 'kept', hash = ?, size = ?, type = ?, cause = '' WHERE id = ? AND state = 'pending'`, hash, size, mime, id)
	return err
}

// KeptFile is a file by its hash, and the number of a case that names it.
type KeptFile struct{ Hash, Number string }

// Newest lists the files of cases that came last.
func (r *Attachments) Newest(ctx context.Context, limit int) ([]KeptFile, error) {
	return queryAll(ctx, r.db, "list newest files", func(row scanner) (k KeptFile, err error) {
		return k, row.Scan(&k.Hash, &k.Number)
	}, `SELECT a.hash, COALESCE(c.number, '?') FROM attachments a JOIN cases c ON c.id = a.case_id WHERE a.state = 'kept' ORDER BY a.id DESC LIMIT ?`, limit)
}

// Doubt says why the picture of a paper can hardly be read.
func (r *Attachments) Doubt(ctx context.Context, id cases.ID, why string) error {
	_, err := execute(ctx, r.db, "doubt attachment", `UPDATE attachments SET doubt = ? WHERE id = ? AND state = 'kept'`, why, id)
	return err
}

// Lost says why the bytes could not be fetched, and when to try again; for nil they are given up.
func (r *Attachments) Lost(ctx context.Context, id cases.ID, cause string, retryAt *time.Time) error {
	if retryAt != nil {
		_, err := execute(ctx, r.db, "put attachment off", `UPDATE attachments SET cause = ?, due_ms = ?
			WHERE id = ? AND state = 'pending'`, shortCause(cause), retryAt.UnixMilli(), id)
		return err
	}
	_, err := execute(ctx, r.db, "give attachment up", `UPDATE attachments SET state = 'lost', cause = ?
		WHERE id = ? AND state = 'pending'`, shortCause(cause), id)
	return err
}

func scanAttachment(row scanner) (cases.Attachment, error) {
	a, _, err := scanAttachmentDue(row)
	return a, err
}

func scanAttachmentDue(row scanner) (a cases.Attachment, due int64, err error) {
	var draft sql.NullInt64
	var created int64
	err = row.Scan(&a.ID, &a.Owner, &draft, &a.Channel, &a.MediaID, &a.Kind, &a.Hash, &a.Size, &a.Type, &a.State, &created, &due, &a.Sheet, &a.Doubt)
	a.Draft, a.CreatedAt = cases.ID(draft.Int64), time.UnixMilli(created).UTC()
	return a, due, err
}

// mediaKey stands for a channel's media id, which may be longer than a key.
func mediaKey(channel, media string) string {
	sum := sha256.Sum256([]byte(channel + "\x00" + media))
	return hex.EncodeToString(sum[:])
}
