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
// nobody can tell yet. Of about the case's own form says that it names the member, and one that was deleted as another's says nothing any
// more but names.
func prove(c privacy.Filed, e privacy.Erasure, list []judgedEvent, before audit.Deletions, about bool) error {
	_, proven := before.OfCase(int64(c.ID))
	proven = proven || about
	if !proven && c.Author == e.Member.ID {
		proven = len(list) > 0
		for _, j := range list {
			if j.Place == 1 {
				if j.KeyMissing && !e.KeyLost {
					return privacy.ErrOtherKey
				}
				proven = j.Standing == audit.Whole && (j.Kind != cases.EventFiled || j.Actor == c.Author)
				break
			}
			proven = proven && j.Standing == audit.Old
		}
	}
	if proven || slices.Contains(e.Agreed, c.Number) {
		return nil
	}
	return &privacy.UnprovenError{Numbers: []string{c.Number}}
}

// judgedCase is what there is to be emptied of a case: entries about it, and events.
type judgedCase struct {
	leftovers
	events []int64
	// ofEvents are what the events are, and through is the last place that is signed.
	ofEvents found
	through  int64
}

// judgeCase looks at a case and its timeline, and writes nothing.
func (r *Erasures) judgeCase(ctx context.Context, c privacy.Filed, e privacy.Erasure, about bool) (j judgedCase, err error) {
	if j.leftovers, err = r.leftovers(ctx, e, `case_id = ?`, c.ID); err != nil {
		return j, err
	}
	list, err := r.timeline(ctx, c.ID, e, j.before)
	if err != nil {
		return j, err
	}
	if err := prove(c, e, list, j.before, about); err != nil {
		return j, err
	}
	for _, event := range list {
		if event.Placed {
			j.through = max(j.through, event.Place)
		}
		empty, err := j.ofEvents.take(event.Verdict, event.Stored, event.still(e.Member.ID), e)
		if err != nil {
			return j, fmt.Errorf("event %d: %w", event.ID, err)
		}
		if empty {
			j.events = append(j.events, event.ID)
		}
	}
	return j, nil
}

// emptyTimeline drops what the events of a case say, and their salts. Of those that were not as they were written, or of which nobody
// can tell, the names go too, for somebody else may have written them.
func (r *Erasures) emptyTimeline(ctx context.Context, e privacy.Erasure, j judgedCase) error {
	if len(j.events) == 0 {
		return nil
	}
	nameless := slices.Concat(j.ofEvents.changed, j.ofEvents.unread, []int64{0})
	_, err := execute(ctx, r.db, "erase timeline", `UPDATE case_events SET note = '', salt = NULL, erased_ms = ?,
		name = CASE WHEN actor = ? OR id IN ? THEN '' ELSE name END WHERE id IN ?`, e.At.UnixMilli(), e.Member.ID, nameless, j.events)
	return err
}
