package enrolment

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Outcome says what came of adding an activity.
type Outcome string

// What Add returns.
const (
	Added   Outcome = "added"
	Changed Outcome = "changed"
	Same    Outcome = "same"
)

// Add publishes an activity that an operator has written down, or changes the one with the same Ref. A change that would
// break the entries there are is refused by Problems. Who takes part is told of another time or place, and new places
// are offered to those who wait.
func (d *Desk) Add(ctx context.Context, a Activity) (Activity, Outcome, error) {
	var added Activity
	var outcome Outcome
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		before, err := d.store.Activities.ByRef(ctx, a.Ref)
		if errors.Is(err, union.ErrNotFound) {
			outcome = Added
			added, err = d.insert(ctx, a)
			return err
		}
		if err != nil {
			return err
		}
		if before, err = d.store.Activities.Lock(ctx, before.ID); err != nil {
			return err
		}
		added, outcome, err = d.alter(ctx, before, a)
		return err
	})
	if err != nil {
		return Activity{}, "", fmt.Errorf("add activity %s: %w", a.Ref, err)
	}
	return added, outcome, nil
}

func (d *Desk) alter(ctx context.Context, before, a Activity) (Activity, Outcome, error) {
	a.ID, a.Number, a.State, a.Taken, a.Moves, a.Version = before.ID, before.Number, before.State, before.Taken, before.Moves, before.Version
	a.Author, a.Ends = before.Author, before.Ends
	if reflect.DeepEqual(before, a) {
		return before, Same, nil
	}
	active, err := d.store.Entries.OfActivity(ctx, a.ID, Active...)
	if err != nil {
		return Activity{}, "", err
	}
	problems := append(a.Check(), before.checkState()...)
	if len(problems) == 0 {
		if problems, err = d.breaks(ctx, before, a, active); err != nil {
			return Activity{}, "", err
		}
	}
	if len(problems) > 0 {
		return Activity{}, "", problems
	}
	if err := d.store.Activities.Update(ctx, a); err != nil {
		return Activity{}, "", err
	}
	a.Version++
	if !a.StartsAt.Equal(before.StartsAt) || a.Place != before.Place {
		for _, e := range active {
			// The activity's version makes the notice unique: the entry's stays.
			e.Version = a.Version
			if err := d.tell(ctx, e, "moved", e.People(), func() notice.Body { return d.words.ActivityMoved(before, a, e) }); err != nil {
				return Activity{}, "", err
			}
		}
	}
	return a, Changed, d.fill(ctx, a)
}

func (a *Activity) checkState() Problems {
	if a.State == Cancelled {
		return Problems{{"id", "this activity was cancelled; give another id"}}
	}
	return nil
}

// breaks says what in a changed activity would contradict the entries there are.
func (d *Desk) breaks(ctx context.Context, before, a Activity, active []Entry) (problems Problems, err error) {
	if len(active) == 0 {
		return nil, nil
	}
	add := func(field, format string, args ...any) {
		problems = append(problems, Problem{field, fmt.Sprintf(format, args...)})
	}
	if a.Org != before.Org {
		add("organisation", "%d have signed up with %s: it cannot become another's", len(active), before.OrgPath)
		return problems, nil
	}
	if a.Kind != before.Kind {
		add("kind", "%d have signed up: %s cannot become %s", len(active), before.Kind, a.Kind)
	}
	if (a.Team == nil) != (before.Team == nil) {
		add("team", "%d have signed up: persons and teams cannot change", len(active))
		return problems, nil
	}
	if a.Places > 0 && a.Places < before.Taken {
		add("places", "%d is less than the %d that are taken", a.Places, before.Taken)
	}
	taken, err := d.store.Activities.TakenBy(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for unit, n := range taken[a.ID] {
		if most := a.PlacesOf(unit); most > 0 && most < n {
			field := "places_per_unit"
			if slices.ContainsFunc(a.Units, func(p Part) bool { return p.Org == unit }) {
				field = "units"
			}
			org, err := d.members.Organisation(ctx, unit)
			if err != nil {
				return nil, err
			}
			add(field, "%d is less than the %d that %s has taken", most, n, org.Path)
		}
	}
	return d.breaksEntries(ctx, a, active, problems)
}

// breaksEntries looks at what each entry has answered and who takes part by it.
func (d *Desk) breaksEntries(ctx context.Context, a Activity, active []Entry, problems Problems) (Problems, error) {
	agreed, chosen, sized, barred := 0, 0, 0, 0
	for _, e := range active {
		people, err := d.members.GetMany(ctx, e.People())
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(e.People(), func(m union.MemberID) bool {
			err := a.Entitled(people[m])
			return errors.Is(err, ErrOutside) || errors.Is(err, ErrPost)
		}) {
			barred++
		}
		if e.Agreed != a.AgreementHash() {
			agreed++
		}
		if e.Choice != "" && !slices.Contains(a.Options, e.Choice) {
			chosen++
		}
		if size := len(e.People()); a.Team != nil && (size < a.Team.Least || size > a.Team.Most) {
			sized++
		}
	}
	for _, p := range []struct {
		n           int
		field, text string
	}{
		{barred, "audience", "%d who have signed up would not be among those for whom it is"},
		{agreed, "agreement", "%d have accepted another text"},
		{chosen, "question.options", "%d have chosen what would be left out"},
		{sized, "team", "%d teams are of another size"},
	} {
		if p.n > 0 {
			problems = append(problems, Problem{p.field, fmt.Sprintf(p.text, p.n)})
		}
	}
	return problems, nil
}
