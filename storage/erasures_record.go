package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/privacy"
)

// leftovers are the entries outside of the timelines that still say something, and what deletions say that came before. What is
// there decides, and no mark: marks bear no signature.
type leftovers struct {
	say []audit.StoredEntry
	// emptied and changed are their ids, by whether they are as they were written.
	emptied, changed []int64
	before           audit.Deletions
}

// leftovers looks for them. Deletions that vouch name nobody and stay, and so does who was entitled to stand in for whom, by
// staff numbers.
func (r *Erasures) leftovers(ctx context.Context, e privacy.Erasure, where string, about any) (l leftovers, err error) {
	record := NewAudit(r.db)
	list, err := queryAll(ctx, r.db, "find entries to erase", record.scanEntry, selectRecorded+`WHERE a.`+where+` ORDER BY a.id`, about)
	if err != nil {
		return l, err
	}
	list = slices.CompactFunc(list, func(a, b audit.StoredEntry) bool { return a.ID == b.ID }) // listed twice
	judge, before, err := record.before(ctx, list)
	if err != nil {
		return l, err
	}
	l.before = before
	for _, a := range list {
		l.before.Entry(&a)
		if err := l.sort(judge, e, a); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (l *leftovers) sort(judge *audit.Checker, e privacy.Erasure, a audit.StoredEntry) error {
	sound := a.AsWritten() && a.Kind != audit.Erase
	switch {
	case judge.Vouches(a) || sound && a.Kind == audit.StandIn:
		return nil
	case !e.KeyLost && (a.OtherKey || judge.NeedsChain(a)):
		return fmt.Errorf("entry %d: %w", a.ID, privacy.ErrOtherKey)
	case a.Salt == nil && a.Told() && !a.Unreadable && a.Note == "" && (a.Actor != e.Member.ID || a.Name == ""):
		return nil
	case sound:
		l.emptied = append(l.emptied, a.ID)
	default:
		l.changed = append(l.changed, a.ID)
	}
	l.say = append(l.say, a)
	return nil
}

// empty drops what they say, and their salts. Digests, signatures, kinds and times stay, and so do the names of officers where the
// entry is as it was written: what somebody else has written there may name anybody.
func (r *Erasures) empty(ctx context.Context, e privacy.Erasure, l leftovers) error {
	for _, a := range l.say {
		var left said
		if a.Actor != e.Member.ID && !slices.Contains(l.changed, a.ID) {
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
