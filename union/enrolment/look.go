package enrolment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
)

const (
	// mostShown is how many activities are looked through; a union holds a few dozen at a time.
	mostShown = 500
	// mostMine is how many of a member's entries are listed.
	mostMine = 20
	// shownAfter is how long an activity is of interest after its start.
	shownAfter = 30 * 24 * time.Hour
)

// View is an activity as a member sees it.
type View struct {
	Activity
	// Left is how many places the member may choose from, -1 for any number; 0 if there is none, for the activity or,
	// where UnitIsFull, for the member's unit.
	Left       int
	UnitIsFull bool
	// Waiting is how many wait already.
	Waiting int
	// Mine is the member's active entry in it, nil for none.
	Mine *Entry
}

// EntryView is an entry as whoever takes part, or an organiser, sees it.
type EntryView struct {
	Entry
	Of Activity
	// Ahead is how many wait longer, of one who waits.
	Ahead int
	// Captain and Others are who takes part.
	Captain union.Member
	Others  []union.Member
}

// Opened lists what the member may sign up for now, the soonest first.
func (d *Desk) Opened(ctx context.Context, member union.MemberID) ([]View, error) {
	m, err := d.members.Get(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list activities: %w", err)
	}
	now := d.now()
	all, err := d.store.Activities.Since(ctx, now, mostShown)
	if err != nil {
		return nil, fmt.Errorf("list activities: %w", err)
	}
	all = slices.DeleteFunc(all, func(a Activity) bool { return !a.SignsUp(now) || a.Entitled(m) != nil })
	views, err := d.views(ctx, m, all...)
	if err != nil {
		return nil, fmt.Errorf("list activities: %w", err)
	}
	return views, nil
}

// Activity shows one activity by its number, or by its title if exactly one that is still to come has it. It returns
// union.ErrNotFound if there is none.
func (d *Desk) Activity(ctx context.Context, member union.MemberID, name string) (none View, _ error) {
	m, err := d.members.Get(ctx, member)
	if err != nil {
		return none, fmt.Errorf("show activity: %w", err)
	}
	a, err := d.find(ctx, name, d.now())
	if err != nil {
		return none, fmt.Errorf("show activity: %w", err)
	}
	views, err := d.views(ctx, m, a)
	if err != nil {
		return none, fmt.Errorf("show activity: %w", err)
	}
	return views[0], nil
}

// find finds an activity by its number, by that of an entry in it, or by its title.
func (d *Desk) find(ctx context.Context, name string, since time.Time) (none Activity, _ error) {
	number := strings.ToUpper(strings.TrimSpace(name))
	if strings.HasPrefix(number, Prefix) {
		a, err := d.store.Activities.ByNumber(ctx, number)
		if !errors.Is(err, union.ErrNotFound) {
			return a, err
		}
		e, err := d.store.Entries.ByNumber(ctx, number)
		if err != nil {
			return none, err
		}
		return d.store.Activities.ByID(ctx, e.Activity)
	}
	all, err := d.store.Activities.Since(ctx, since, mostShown)
	if err != nil {
		return none, err
	}
	for _, fits := range []func(title string) bool{
		func(title string) bool { return title == strings.TrimSpace(name) },
		func(title string) bool { return strings.Contains(title, strings.TrimSpace(name)) },
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(a Activity) bool { return !fits(a.Title) })
		if len(found) == 1 && strings.TrimSpace(name) != "" {
			return found[0], nil
		}
	}
	return none, union.ErrNotFound
}

func (d *Desk) views(ctx context.Context, m union.Member, all ...Activity) ([]View, error) {
	ids := make([]ID, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	taken, err := d.store.Activities.TakenBy(ctx, ids...)
	if err != nil {
		return nil, err
	}
	entries, err := d.store.Entries.OfMembers(ctx, ids, []union.MemberID{m.ID})
	if err != nil {
		return nil, err
	}
	views := make([]View, len(all))
	for i, a := range all {
		v := View{Activity: a, Left: -1}
		if a.Places > 0 {
			v.Left = max(0, a.Places-a.Taken)
		}
		unit := a.Unit(m.Lineage)
		if most := a.PlacesOf(unit); most > 0 {
			left := max(0, most-taken[a.ID][unit])
			v.UnitIsFull = left == 0 && v.Left != 0
			if v.Left < 0 || left < v.Left {
				v.Left = left
			}
		}
		if v.Left == 0 {
			if v.Waiting, err = d.store.Entries.Ahead(ctx, a.ID, 0); err != nil {
				return nil, err
			}
		}
		if mine := slices.IndexFunc(entries, func(e Entry) bool { return e.Activity == a.ID }); mine >= 0 {
			v.Mine = &entries[mine]
		}
		views[i] = v
	}
	return views, nil
}

// Entry shows an entry to who takes part by it, and to organisers over the activity; for anybody else it returns
// union.ErrNotFound.
func (d *Desk) Entry(ctx context.Context, viewer union.MemberID, number string) (none EntryView, _ error) {
	e, err := d.store.Entries.ByNumber(ctx, strings.ToUpper(number))
	if err != nil {
		return none, fmt.Errorf("show entry: %w", err)
	}
	a, err := d.store.Activities.ByID(ctx, e.Activity)
	if err != nil {
		return none, fmt.Errorf("show entry: %w", err)
	}
	if !slices.Contains(e.People(), viewer) {
		err := d.mayOrganise(ctx, viewer, a.Lineage)
		if errors.Is(err, union.ErrForbidden) {
			err = union.ErrNotFound // who is told nothing of what there is
		}
		if err != nil {
			return none, fmt.Errorf("show entry: %w", err)
		}
	}
	return d.view(ctx, a, e)
}

func (d *Desk) view(ctx context.Context, a Activity, e Entry) (none EntryView, _ error) {
	v := EntryView{Entry: e, Of: a}
	people, err := d.members.GetMany(ctx, e.People())
	if err != nil {
		return none, fmt.Errorf("show entry: %w", err)
	}
	v.Captain = people[e.Member]
	for _, mate := range e.Mates {
		v.Others = append(v.Others, people[mate])
	}
	if e.State == Waiting {
		if v.Ahead, err = d.store.Entries.Ahead(ctx, a.ID, e.Order); err != nil {
			return none, fmt.Errorf("show entry: %w", err)
		}
	}
	return v, nil
}

// Entries lists the member's entries in activities that are still of interest, newest first: ended ones only as long as
// the activity is to come.
func (d *Desk) Entries(ctx context.Context, member union.MemberID) ([]EntryView, error) {
	list, err := d.store.Entries.OfMember(ctx, member, mostMine)
	if err != nil {
		return nil, fmt.Errorf("list own entries: %w", err)
	}
	ids := make([]ID, len(list))
	for i, e := range list {
		ids[i] = e.Activity
	}
	activities, err := d.store.Activities.Many(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("list own entries: %w", err)
	}
	var views []EntryView
	for _, e := range list {
		a := activities[e.Activity]
		if d.now().After(a.StartsAt.Add(shownAfter)) || e.State.Ended() && d.now().After(a.StartsAt) {
			continue
		}
		v, err := d.view(ctx, a, e)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// EntriesOf lists those of a member's entries that a viewer organises, as Entries does.
func (d *Desk) EntriesOf(ctx context.Context, viewer, member union.MemberID) ([]EntryView, error) {
	all, err := d.Entries(ctx, member)
	var views []EntryView
	for _, v := range all {
		switch may := d.mayOrganise(ctx, viewer, v.Of.Lineage); {
		case may == nil:
			views = append(views, v)
		case !errors.Is(may, union.ErrForbidden):
			return nil, may
		}
	}
	return views, err
}

// Offers lists the offers that wait for the member's answer.
func (d *Desk) Offers(ctx context.Context, member union.MemberID) ([]EntryView, error) {
	all, err := d.Entries(ctx, member)
	return slices.DeleteFunc(all, func(v EntryView) bool { return v.State != Offered || v.Member != member }), err
}
