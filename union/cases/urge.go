package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Urging is what urging a case came to: who has it, since when and until when.
type Urging struct {
	Case Case
	// Officers have it since Since; nobody where all who might stay out of it.
	Officers []union.Member
	Since    time.Time
	// Again is from when on it may be urged again, of one that was urged too recently; zero where it is urged now.
	Again time.Time
}

// Urge puts an open case of the member's before its officers' other work (催办), and says who has it. It returns
// union.ErrNotFound if the case is not the member's, and ErrActNotAllowed if it waits for nobody but the member.
func (d *Desk) Urge(ctx context.Context, member union.MemberID, number string) (Urging, error) {
	var done Urging
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.urge(ctx, member, number)
		return err
	})
	if err != nil {
		return Urging{}, fmt.Errorf("urge case: %w", err)
	}
	return done, nil
}

func (d *Desk) urge(ctx context.Context, member union.MemberID, number string) (none Urging, _ error) {
	m, err := d.own(ctx, member, number)
	if err != nil {
		return none, err
	}
	if m.State != Open || m.waitsForAuthor() {
		return none, ErrActNotAllowed
	}
	people, err := d.havers(ctx, m.had())
	if err != nil {
		return none, err
	}
	now := d.now()
	s := Urging{Case: m.forOfficersIfSealed(), Officers: people, Since: m.openedAt()}
	if next := m.UrgedAt.Add(m.service.UrgeAgainAfter()); !m.UrgedAt.IsZero() && now.Before(next) {
		s.Again = next
		return s, nil
	}
	m.UrgedAt = now
	if err := d.change(ctx, m, Event{At: now, Actor: member, Name: m.author.Name, Kind: EventUrged}); err != nil {
		return none, err
	}
	if err := d.store.Tasks.Urge(ctx, m.ID); err != nil {
		return none, err
	}
	return s, d.hurry(ctx, slices.Sorted(slices.Values(officersOf(m.had()))))
}

// notBefore is a time, or the other where that lies after it.
func notBefore(t, other time.Time) time.Time {
	if t.Before(other) {
		return other
	}
	return t
}
