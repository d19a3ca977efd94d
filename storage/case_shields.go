package storage

import (
	"context"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// Shields keeps whom cases keep from cheerful greetings. It satisfies cases.ShieldStore.
type Shields struct {
	db        *DB
	greetings *Greetings
}

// NewShields returns the repository.
func NewShields(db *DB) *Shields { return &Shields{db, NewGreetings(db)} }

var _ cases.ShieldStore = (*Shields)(nil)

// Shield implements cases.ShieldStore.
func (r *Shields) Shield(ctx context.Context, id cases.ID, days map[union.MemberID]int) error {
	members := slices.Sorted(maps.Keys(days)) // all lock them in the same order
	_, err := execute(ctx, r.db, "shield nobody else", `DELETE FROM case_shields WHERE case_id = ? AND member_id NOT IN ?`, id, append([]union.MemberID{0}, members...))
	if err != nil {
		return err
	}
	for _, m := range members {
		_, err := execute(ctx, r.db, "shield member", `INSERT INTO case_shields (case_id, member_id, days) VALUES (?, ?, ?)`+r.db.overwrite("case_id, member_id", "days"), id, m, days[m])
		if err != nil {
			return err
		}
		if err := r.greetings.TakeBack(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
