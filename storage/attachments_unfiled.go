package storage

import (
	"context"
	"errors"
	"time"

	"github.com/unionbot/unionbot/union/cases"
)

// RemoveMedia removes the file with this hash. It says no if somebody has kept the same content just now, and yes if
// there is no such file.
type RemoveMedia func(ctx context.Context, hash string) (bool, error)

// unfiled is an attachment that no case took.
type unfiled struct {
	id   cases.ID
	hash string
}

// PurgeUnfiled removes attachments that were sent before a time and that neither a case nor an open draft has, at most
// limit, and their files where no other attachment has the same. It returns how many went.
//
// An attachment is dropped before its file goes, so that no case takes it any more, and its row goes last: whoever is
// killed in between leaves a row that leads to the file. What cannot go now is tried again by the next call.
func (r *Attachments) PurgeUnfiled(ctx context.Context, before time.Time, limit int, remove RemoveMedia) (int64, error) {
	old, err := queryAll(ctx, r.db, "find unfiled attachments", func(s scanner) (u unfiled, err error) {
		return u, s.Scan(&u.id, &u.hash)
	}, `SELECT id, hash FROM attachments WHERE case_id IS NULL AND created_ms < ?
		AND (draft IS NULL OR NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.id = attachments.draft AND drafts.state = 'open'))
		ORDER BY created_ms LIMIT ?`, before.UnixMilli(), limit)
	if err != nil {
		return 0, err
	}
	var gone int64
	var faults []error
	for _, u := range old {
		done, err := r.purge(ctx, u, remove)
		if done {
			gone++
		}
		if err != nil {
			faults = append(faults, err) // a file that cannot be removed holds up no other
		}
		if ctx.Err() != nil {
			break
		}
	}
	return gone, errors.Join(faults...)
}

func (r *Attachments) purge(ctx context.Context, u unfiled, remove RemoveMedia) (bool, error) {
	dropped, err := execute(ctx, r.db, "drop attachment",
		`UPDATE attachments SET state = ? WHERE id = ? AND case_id IS NULL`, cases.AttachmentDropped, u.id)
	if err != nil || dropped == 0 {
		return false, err
	}
	if gone, err := r.removeFile(ctx, u, remove); err != nil || !gone {
		return false, err
	}
	_, err = execute(ctx, r.db, "remove attachment", `DELETE FROM attachments WHERE id = ? AND state = ?`, u.id, cases.AttachmentDropped)
	if err != nil {
		return false, err
	}
	// Of two that had the same file and went at once, on two replicas, each saw the other: the later one sees none.
	_, err = r.removeFile(ctx, u, remove)
	return true, err
}

// removeFile removes the file unless another attachment has it, or it is kept to be sent and goes with that, and says whether the row is needed for it no more.
func (r *Attachments) removeFile(ctx context.Context, u unfiled, remove RemoveMedia) (bool, error) {
	if u.hash == "" {
		return true, nil
	}
	others, err := queryAll(ctx, r.db, "find the same file", func(s scanner) (id cases.ID, err error) {
		return id, s.Scan(&id)
	}, `SELECT id FROM attachments WHERE hash = ? AND id <> ? UNION ALL SELECT 0 FROM sheets WHERE hash = ? LIMIT 1`, u.hash, u.id, u.hash)
	if err != nil || len(others) > 0 {
		return err == nil, err
	}
	return remove(ctx, u.hash)
}
