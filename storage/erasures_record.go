package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/privacy"
)

// found is what a deletion comes upon: the ids of what is as it was written, of what is not, and of what nobody can tell.
type found struct {
	emptied, changed, unread []int64
}

// take sorts one in that still says something, and says whether it is to be emptied. What is there decides, and no mark: marks bear no
// signature.
func (f *found) take(v audit.Verdict, s audit.Stored, says bool, e privacy.Erasure) (empty bool, err error) {
	switch {
	case !says && (s.Told() || v.Standing == audit.Old):
		return false, nil
	case v.Standing == audit.Unproved && v.KeyMissing && !e.KeyLost:
		return false, privacy.ErrOtherKey
	case v.Standing == audit.Unproved:
		f.unread = append(f.unread, s.ID)
	case v.Standing == audit.Whole, v.Standing == audit.Old:
		f.emptied = append(f.emptied, s.ID)
	default:
		f.changed = append(f.changed, s.ID)
	}
	return true, nil
}

// leftovers are the entries outside of the timelines that still say something, and what deletions say that came before.
type leftovers struct {
	say []audit.StoredEntry
	found
	before audit.Deletions
}

// judge is a checker that knows what was found out before the deletion began.
func (r *Erasures) judge(e privacy.Erasure) *audit.Checker {
	if e.Judge == nil {
		return audit.NewChecker(r.db.keys, audit.Link{})
	}
	return e.Judge.Again()
}

func (r *Erasures) entries(ctx context.Context, where string, about any) ([]audit.StoredEntry, error) {
	list, err := queryAll(ctx, r.db, "find entries to erase", NewAudit(r.db).scanEntry, selectRecorded+`WHERE a.`+where+` ORDER BY a.id`, about)
	return slices.CompactFunc(list, func(a, b audit.StoredEntry) bool { return a.ID == b.ID }), err // listed twice
}

// leftovers looks for them. Deletions that vouch name nobody and stay, as do those that wait for their key, and so does who was entitled
// to stand in for whom, by staff numbers.
func (r *Erasures) leftovers(ctx context.Context, e privacy.Erasure, where string, about any) (l leftovers, err error) {
	list, err := r.entries(ctx, where, about)
	if err != nil {
		return l, err
	}
	judge := r.judge(e)
	l.before = judge.NewDeletions(list)
	for _, a := range list {
		l.before.Entry(&a)
		v := judge.Entry(a)
		if judge.Vouches(a) || a.Kind == audit.StandIn && v.Standing == audit.Whole || a.Kind == audit.Erase && v.Standing == audit.Unproved && e.KeyLost {
			continue
		}
		told := a.DeletedUnread || !a.ChangedAt.IsZero()
		says := a.Salt != nil || a.Note != "" || a.Unreadable || a.Name != "" && (a.Actor == e.Member.ID || told)
		empty, err := l.take(v, a.Stored, says, e)
		if err != nil {
			return l, fmt.Errorf("entry %d: %w", a.ID, err)
		}
		if empty {
			l.say = append(l.say, a)
		}
	}
	return l, nil
}

// empty drops what they say, and their salts. Digests, signatures, kinds and times stay, and so do the names of officers where the
// entry is as it was written: what somebody else has written there may name anybody.
func (r *Erasures) empty(ctx context.Context, e privacy.Erasure, l leftovers) error {
	for _, a := range l.say {
		var left said
		if a.Actor != e.Member.ID && slices.Contains(l.emptied, a.ID) {
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
		if err != nil {
			return err
		}
	}
	return nil
}

// Judge implements privacy.ErasureStore. It looks at all deletions where those that are about the member do not tell, for an entry may be
// about one member and of another's case, and at the chain where a key is not held that something was signed with.
func (r *Erasures) Judge(ctx context.Context, e privacy.Erasure) (*audit.Checker, error) {
	c, record := audit.NewChecker(r.db.keys, audit.Link{}), NewAudit(r.db)
	list, events, err := r.about(ctx, e)
	if err != nil {
		return c, err
	}
	deletions := list
	gone, untold, strange := c.NewDeletions(list), false, []int64(nil)
	look := func(s audit.Stored) {
		untold = untold || s.Salt == nil && s.Written != "" && !s.Told()
		if s.Link != nil && !c.Holds(s) {
			strange = append(strange, s.ID)
		}
	}
	for _, a := range list {
		gone.Entry(&a)
		look(a.Stored)
	}
	for _, event := range events {
		gone.Event(&event)
		look(event.Stored)
	}
	if untold {
		if deletions, err = record.deletionEntries(ctx, ``); err != nil {
			return c, err
		}
	}
	if len(strange) > 0 || slices.ContainsFunc(deletions, c.NeedsChain) {
		c.Want(strange)
		var lost error
		err = record.checkChain(ctx, c, audit.Link{}, e.Anchors, func() {
			if e.Tell != nil {
				e.Tell(c.Report().Links)
			}
			lost = cmp.Or(lost, e.Renew(ctx))
		})
		err = cmp.Or(err, lost)
	}
	c.Know(deletions)
	return c, err
}

// about reads what is about the member and the cases that seem to be the member's.
func (r *Erasures) about(ctx context.Context, e privacy.Erasure) ([]audit.StoredEntry, []audit.StoredEvent, error) {
	ids, err := queryAll(ctx, r.db, "find cases to erase", scanID, `SELECT id FROM cases WHERE `+ofMember, e.Member.ID, e.Member.ID)
	if err != nil {
		return nil, nil, err
	}
	ids = append(ids, 0) // no case has it
	events, err := NewAudit(r.db).timelines(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	list, err := r.entries(ctx, `case_id IN ?`, ids)
	if err != nil {
		return nil, nil, err
	}
	ofMember, err := r.entries(ctx, `member_id = ?`, e.Member.ID)
	return append(list, ofMember...), events, err
}

// Told implements privacy.ErasureStore.
func (r *Erasures) Told(ctx context.Context, e privacy.Erasure) (changed, unread []int64, err error) {
	list, err := NewAudit(r.db).deletionEntries(ctx, ` AND a.member_id = ?`, e.Member.ID)
	judge := r.judge(e)
	for _, a := range list {
		if judge.Vouches(a) {
			changed, unread = append(changed, a.Changed...), append(unread, a.Unread...)
		}
	}
	return changed, unread, err
}
