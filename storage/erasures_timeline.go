package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

// judgedEvent is an event, and what a look at it came to.
type judgedEvent struct {
	audit.StoredEvent
	audit.Verdict
}

// timeline reads the events of a case, and what they are by the record.
func (r *Erasures) timeline(ctx context.Context, id cases.ID, e privacy.Erasure, before audit.Deletions) ([]judgedEvent, error) {
	events, err := NewAudit(r.db).timelines(ctx, []int64{int64(id)})
	for i := range events {
		before.Event(&events[i])
	}
	list := make([]judgedEvent, len(events))
	for i, v := range r.judge(e).Timeline(events) {
		list[i] = judgedEvent{events[i], v}
	}
	return list, err
}

// still says whether an event still says something.
func (j judgedEvent) still(member union.MemberID) bool {
	return j.Salt != nil || j.Note != "" || j.Unreadable || j.Name != "" && (j.Actor == member || j.DeletedUnread || !j.ChangedAt.IsZero())
}

// prove fails where the record does not prove that the case is the member's, and that was not agreed to: the signed entry that it was filed
// says so, or a deletion. Cases from before there was a record have none of either, and the column says whose they are. Where a key is missing
// nobody can tell yet.
func prove(c privacy.Filed, e privacy.Erasure, list []judgedEvent, before audit.Deletions) error {
	author, proven := before.OfCase(int64(c.ID))
	if !proven {
		author, proven = e.Member.ID, len(list) > 0
		for _, j := range list {
			if j.Place == 1 {
				if j.KeyMissing && !e.KeyLost {
					return privacy.ErrOtherKey
				}
				proven = j.Standing == audit.Whole && (j.Kind != cases.EventFiled || j.Actor == author)
				break
			}
			proven = proven && j.Standing == audit.Old
		}
	}
	if proven && author == e.Member.ID || slices.Contains(e.Agreed, c.Number) {
		return nil
	}
	return &privacy.UnprovenError{Numbers: []string{c.Number}}
}

// eraseTimeline drops what the events of a case say, and their salts. It returns the last place that is signed, and the ids of those
// that were not as they were written, or of which nobody can tell: of these the names go too, for somebody else may have written them.
func (r *Erasures) eraseTimeline(ctx context.Context, e privacy.Erasure, list []judgedEvent) (through int64, f found, err error) {
	var say []int64
	for _, j := range list {
		if j.Placed {
			through = max(through, j.Place)
		}
		empty, err := f.take(j.Verdict, j.Stored, j.still(e.Member.ID), e)
		if err != nil {
			return 0, f, fmt.Errorf("event %d: %w", j.ID, err)
		}
		if empty {
			say = append(say, j.ID)
		}
	}
	if f.some = len(say) > 0; !f.some {
		return through, f, nil
	}
	nameless := slices.Concat(f.changed, f.unread, []int64{0})
	_, err = execute(ctx, r.db, "erase timeline", `UPDATE case_events SET note = '', salt = NULL, erased_ms = ?,
		name = CASE WHEN actor = ? OR id IN ? THEN '' ELSE name END WHERE id IN ?`, e.At.UnixMilli(), e.Member.ID, nameless, say)
	return through, f, err
}
