package enrolment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// Organised lists the activities that the member organises and that are to come, or were not long ago.
func (d *Desk) Organised(ctx context.Context, member union.MemberID) ([]Activity, error) {
	holdings, err := d.members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list organised activities: %w", err)
	}
	all, err := d.store.Activities.Since(ctx, d.now().Add(-shownAfter), mostShown)
	if err != nil {
		return nil, fmt.Errorf("list organised activities: %w", err)
	}
	return slices.DeleteFunc(all, func(a Activity) bool {
		return !union.MayDecide(holdings, union.Organiser, a.Lineage, nil)
	}), nil
}

// All lists what is to come, or was not long ago, for an operator.
func (d *Desk) All(ctx context.Context) ([]Activity, error) {
	return d.store.Activities.Since(ctx, d.now().Add(-shownAfter), mostShown)
}

// Roll is who takes part in an activity, and who waits.
type Roll struct {
	Activity
	// Entries are the active ones in the order of their coming; Ended counts the others.
	Entries []EntryView
	Ended   int
}

// organised finds an activity for one of its organisers, by number or title; union.ErrNotFound for anybody else.
func (d *Desk) organised(ctx context.Context, organiser union.MemberID, name string) (none Activity, _ error) {
	a, err := d.find(ctx, name, d.now().Add(-shownAfter))
	if err != nil {
		return none, err
	}
	err = d.mayOrganise(ctx, organiser, a.Lineage)
	if errors.Is(err, union.ErrForbidden) {
		return none, union.ErrNotFound
	}
	return a, err
}

// Roll lists an activity's entries for one of its organisers, by its number or title. For anybody else it returns
// union.ErrNotFound.
func (d *Desk) Roll(ctx context.Context, organiser union.MemberID, name string) (none Roll, _ error) {
	a, err := d.organised(ctx, organiser, name)
	if err != nil {
		return none, fmt.Errorf("list entries: %w", err)
	}
	all, err := d.store.Entries.OfActivity(ctx, a.ID, SignedUp, Waiting, Offered, Received, Withdrawn, Lapsed, CalledOff)
	if err != nil {
		return none, fmt.Errorf("list entries: %w", err)
	}
	roll := Roll{Activity: a}
	var people []union.MemberID
	for _, e := range all {
		people = append(people, e.People()...)
	}
	found, err := d.members.GetMany(ctx, people)
	if err != nil {
		return none, fmt.Errorf("list entries: %w", err)
	}
	waits := 0
	for _, e := range all {
		if e.State.Ended() {
			roll.Ended++
			continue
		}
		v := EntryView{Entry: e, Of: a, Captain: found[e.Member]}
		for _, mate := range e.Mates {
			v.Others = append(v.Others, found[mate])
		}
		if e.State == Waiting {
			v.Ahead = waits
			waits++
		}
		roll.Entries = append(roll.Entries, v)
	}
	return roll, nil
}
