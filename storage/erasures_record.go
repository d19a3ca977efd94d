package storage

import (
	"context"
	"encoding/json"

	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/privacy"
)

// emptyRecord drops what entries outside of the timelines say, and their salts, and returns their ids. As in a timeline
// digests, signatures, kinds, times and the names of officers stay. Deletions themselves name nobody, and stay. An entry that is not
// as it was written is emptied like the others, for people have a right to that, and is not among those returned: nothing then
// vouches for it, and every check goes on naming it.
func (r *Erasures) emptyRecord(ctx context.Context, erasure privacy.Erasure, where string, about any) (emptied []int64, err error) {
	list, err := queryAll(ctx, r.db, "find entries to erase", NewAudit(r.db).scanEntry,
		selectRecorded+`WHERE a.erased_ms IS NULL AND a.kind <> ? AND a.`+where, audit.Erase, about)
	for i := 0; i < len(list) && err == nil; i++ {
		e := list[i]
		if !e.Unreadable && e.Digest(e.Salt) == e.Written {
			emptied = append(emptied, e.ID)
		}
		err = r.emptyEntry(ctx, erasure, e)
	}
	return emptied, err
}

func (r *Erasures) emptyEntry(ctx context.Context, e privacy.Erasure, a audit.StoredEntry) error {
	var left said
	if a.Actor != e.Member.ID {
		left = said{Name: a.Name, Role: a.Role}
	}
	body, err := json.Marshal(left)
	if err != nil {
		return err
	}
	content, err := r.db.seal(auditContent, a.ID, body)
	if err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "erase entry of the record", `UPDATE audit_entries SET content = ?, salt = '', erased_ms = ? WHERE id = ?`,
		content, e.At.UnixMilli(), a.ID)
	return err
}
