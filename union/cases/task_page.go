package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
)

const (
	// maxTasks is how many tasks a digest looks at: the most urgent.
	maxTasks = 50
	// MostCounted is how many open tasks of one officer are counted. Of more it is said that there are so many or more: a list is
	// to be there at once, however much waits.
	MostCounted = 999
)

// TaskLine is a line of what waits for an officer: a task of the officer's own or, where Help is set, what a colleague asks of it.
type TaskLine struct {
	Task TaskView
	Help *HelpView
}

// TaskPage is a part of what waits for an officer.
type TaskPage struct {
	Lines []TaskLine
	// All is how many lines the whole list has; at MostCounted there may be more.
	All int
	// Next is where the part behind this one begins; nil where none is.
	Next *Spot
}

// Tasks lists what an officer has to decide, the most urgent first.
func (d *Desk) Tasks(ctx context.Context, officer union.MemberID) ([]TaskView, error) {
	tasks, err := d.store.Tasks.OfOfficer(ctx, officer, Spot{At: d.now()}, maxTasks)
	if err != nil {
		return nil, err
	}
	return d.taskViews(ctx, officer, tasks)
}

// TaskPage lists up to most lines of what waits for an officer behind a place, the zero one for the first, in the order of SortTasks.
// What others ask of the officer (委派) stands among them by when those others have to decide, unless it is left out.
func (d *Desk) TaskPage(ctx context.Context, officer union.MemberID, after Spot, most int, withHelps bool) (TaskPage, error) {
	if after.At.IsZero() {
		after.At = d.now()
	}
	page, err := d.taskPage(ctx, officer, after, most, withHelps)
	if err != nil {
		return TaskPage{}, fmt.Errorf("list tasks: %w", err)
	}
	return page, nil
}

func (d *Desk) taskPage(ctx context.Context, officer union.MemberID, after Spot, most int, withHelps bool) (page TaskPage, err error) {
	tasks, err := d.store.Tasks.OfOfficer(ctx, officer, after, most+1)
	if err != nil {
		return page, err
	}
	var helps []Wanted
	if withHelps {
		if helps, err = d.store.Helps.Wanted(ctx, officer, maxHelps); err != nil {
			return page, err
		}
	}
	places := make([]Spot, 0, len(tasks)+len(helps))
	for _, t := range tasks {
		places = append(places, t.SpotAt(after.At))
	}
	for _, h := range helps { // few, among tasks that are in order
		if p := h.spotAt(after.At); p.Compare(after) > 0 {
			places = append(places, p)
			for i := len(places) - 1; i > 0 && places[i].Compare(places[i-1]) < 0; i-- {
				places[i], places[i-1] = places[i-1], places[i]
			}
		}
	}
	page.All = len(places)
	if len(places) > most || after.Rank > 0 {
		if page.All, err = d.store.Tasks.CountUpTo(ctx, officer, MostCounted); err != nil {
			return page, err
		}
		page.All = min(page.All+len(helps), MostCounted)
	}
	if len(places) > most {
		places = places[:most]
		page.Next = &places[most-1]
	}
	page.Lines, err = d.taskLines(ctx, officer, places, tasks, helps)
	return page, err
}

// taskLines reads what stands at the places: one of the tasks, or of the helps.
func (d *Desk) taskLines(ctx context.Context, officer union.MemberID, places []Spot, tasks []Task, helps []Wanted) ([]TaskLine, error) {
	at := func(id ID) int { return slices.IndexFunc(places, func(p Spot) bool { return p.ID == id }) }
	lines := make([]TaskLine, len(places))
	views, err := d.taskViews(ctx, officer, slices.DeleteFunc(tasks, func(t Task) bool { return at(t.ID) < 0 }))
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		lines[at(v.ID)].Task = v
	}
	for _, h := range helps {
		if i := at(h.ID); i >= 0 {
			if lines[i].Help, err = d.wantedView(ctx, h.Help); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(lines, func(l TaskLine) bool { return l.Help == nil && l.Task.ID == 0 }), nil
}

// taskViews shows an officer's tasks in a list.
func (d *Desk) taskViews(ctx context.Context, officer union.MemberID, tasks []Task) ([]TaskView, error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	ids := make([]ID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.Case
	}
	found, err := d.store.Cases.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var authors []union.MemberID
	for _, c := range found {
		authors = append(authors, c.Author)
	}
	for _, t := range tasks {
		if t.For != 0 {
			authors = append(authors, t.For)
		}
	}
	members, err := d.members.GetMany(ctx, authors)
	if err != nil {
		return nil, err
	}
	views := make([]TaskView, 0, len(tasks))
	for _, t := range tasks {
		c := found[t.Case]
		s, err := d.services.ByHash(ctx, c.Hash)
		if err != nil {
			return nil, err
		}
		m := &matter{Case: c, service: s, author: members[c.Author], absent: members}
		if slices.Contains(m.outOfThis(), officer) { // nobody else is left yet: others were told
			continue
		}
		views = append(views, m.taskView(t))
	}
	return views, d.addHelps(ctx, views)
}
