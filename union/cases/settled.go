package cases

import (
	"context"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// settled says how a step was settled: by the last event that ended it, or that ended the case.
func (d *Desk) settled(ctx context.Context, m *matter, step string) error {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if slices.Contains(movedKinds, e.Kind) && m.State == Open && m.Step == step {
			how := Settled{Number: m.Number, At: e.At, Kind: e.Kind}
			if e.Kind == EventLent || e.Kind == EventGivenBack || e.Kind == EventSentUp {
				_, how.Into, _ = strings.Cut(e.Note, " → ")
			}
			return &how
		}
		called := e.Kind == EventTaken && m.service.Alarm.Life && m.State == Open && m.Step == step
		if called || e.Kind == EventWithdrawn || e.Kind == EventUndone && step == "" || e.Step != "" && (e.Step == step || step == "") {
			how := settledBy(m, e)
			return &how
		}
	}
	// The step lies ahead: nothing to tell but that it cannot be decided now.
	return ErrActNotAllowed
}

// movedKinds are the events by which an open step went to others without anybody's act.
var movedKinds = []string{EventClimbed, EventStoodIn, EventLeft, EventFollowed, EventLent, EventGivenBack, EventSentUp, EventKeptOut, EventReferred}

// overtaken is what the loser of a race hears: how the winner settled it.
func (d *Desk) overtaken(ctx context.Context, id ID, step string) error {
	c, err := d.store.Cases.ByID(ctx, id)
	if err != nil {
		return err
	}
	m, err := d.matterOf(ctx, c)
	if err != nil {
		return err
	}
	if m.State == Open && m.Step == step {
		return union.ErrStale // changed, yet not decided: it has to be looked at anew
	}
	return d.settled(ctx, m, step)
}

// settledBy is an event as it settles a step, which comes back where it is the one that waits for its author. An author without a
// name has none there either.
func settledBy(m *matter, e Event) Settled {
	step, _ := m.service.Step(e.Step) // a withdrawal decides none
	how := Settled{Number: m.Number, Step: step, At: e.At, Officer: e.Name, Kind: e.Kind, Into: e.Other, Waits: m.State == Returned && e.Step == m.Step}
	if m.Anonymous && e.Actor == m.Author {
		how.Officer = ""
	}
	switch e.Kind {
	case EventHandedOver:
		how.Into, _ = e.Said()
	case EventSentBack, EventSentStraight:
		how.Into = ""
	}
	return how
}
