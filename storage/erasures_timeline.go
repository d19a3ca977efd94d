package storage

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

// still says whether an event still says something.
func still(e audit.StoredEvent, member union.MemberID) bool {
	return e.Salt != nil || e.Note != "" || e.Unreadable || e.Actor == member && e.Name != ""
}

// changedEvent says whether an event is not as it was written. One that a deletion emptied is, as far as one can tell.
func changedEvent(e audit.StoredEvent) bool {
	switch {
	case e.Written == "": // from before the record
		return false
	case e.Salt == nil:
		return !e.Told() || e.Note != "" || e.Unreadable
	}
	return e.Unreadable || e.Digest(e.Salt) != e.Written
}

// eraseTimeline drops what the events of a case say, and their salts. It returns the last place, and the ids of those that
// were not as they were written: of these the names go too, for somebody else may have written them.
func (r *Erasures) eraseTimeline(ctx context.Context, id cases.ID, e privacy.Erasure, before audit.Deletions) (through int64, changed []int64, err error) {
	events, err := NewAudit(r.db).timelines(ctx, []int64{int64(id)})
	if err != nil {
		return 0, nil, err
	}
	var say []int64
	for _, event := range events {
		before.Event(&event)
		through = max(through, event.Place)
		if event.OtherKey && !e.KeyLost {
			return 0, nil, fmt.Errorf("event %d: %w", event.ID, privacy.ErrOtherKey)
		}
		if changedEvent(event) {
			changed = append(changed, event.ID)
		}
		if still(event, e.Member.ID) || event.ErasedAt.IsZero() {
			say = append(say, event.ID)
		}
	}
	if len(say) == 0 {
		return through, changed, nil
	}
	_, err = execute(ctx, r.db, "erase timeline", `UPDATE case_events SET note = '', salt = NULL, erased_ms = ?,
		name = CASE WHEN actor = ? OR id IN ? THEN '' ELSE name END WHERE id IN ?`, e.At.UnixMilli(), e.Member.ID, append(changed, 0), say)
	return through, changed, err
}
