package cases

import (
	"cmp"
	"sort"
	"time"
)

// Spot is where a line stands in an officer's list, as that list was at one moment: what becomes overdue while the officer reads
// on is neither left out by that nor shown again. The zero place, with a moment, is before the first line.
type Spot struct {
	At   time.Time `json:"at"`
	Rank Rank      `json:"rank,omitempty"`
	Due  time.Time `json:"due"`
	ID   ID        `json:"id,omitempty"`
}

// Rank is the part of an officer's list in which a line stands.
type Rank int

// The parts, in the order in which an officer reads them. Each has first what is due soonest.
const (
	RankDanger  Rank = 1
	RankOverdue Rank = 2
	RankUrged   Rank = 3
	RankPlain   Rank = 4
)

// Compare says which of two places in the list of one moment comes first.
func (p Spot) Compare(q Spot) int {
	return cmp.Or(cmp.Compare(p.Rank, q.Rank), p.Due.Compare(q.Due), cmp.Compare(p.ID, q.ID))
}

// SpotAt is where an open task stands in the list of a moment.
func (t *Task) SpotAt(now time.Time) Spot {
	p := Spot{At: now, Rank: RankPlain, Due: t.DueAt, ID: t.ID}
	switch {
	case t.Grade == Danger:
		p.Rank = RankDanger
	case t.DueAt.Before(now), t.Missed:
		p.Rank = RankOverdue
	case t.Grade == Urged:
		p.Rank = RankUrged
	}
	return p
}

// SortTasks puts open tasks into the order in which an officer reads them at a moment.
func SortTasks(tasks []Task, now time.Time) {
	sort.SliceStable(tasks, func(i, j int) bool { return tasks[i].SpotAt(now).Compare(tasks[j].SpotAt(now)) < 0 })
}
