package talk

import (
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

// after is when so much time has passed for an open talk: in office hours, and in the shifts that count for it.
func (d *Desk) after(ctx context.Context, t Talk, left time.Duration) (time.Time, error) {
	shifts, err := d.shifts(ctx, t)
	return d.calendar.AddShiftTime(d.now(), left, shifts), err
}

// dueFrom has an open talk due when the member has waited for an answer for as long as one may from now on.
func (d *Desk) dueFrom(ctx context.Context, t *Talk) error {
	lines, err := d.store.Lines(ctx, t.ID)
	if err == nil {
		t.DueAt, err = d.after(ctx, *t, d.patience(*t, lines))
	}
	return err
}

// patience is how much working time the member's word may wait for an answer, by what was said and happened before.
func (d *Desk) patience(t Talk, lines []Line) time.Duration {
	topic := d.book.Topic(t.Topic)
	_, left := topic.Move(silences(lines))
	switch {
	case left > 0:
		return left
	case t.Answered:
		return topic.Next()
	}
	return topic.First()
}

// silences counts how often a talk moved on since somebody answered, because nobody did.
func silences(lines []Line) (n int) {
	for _, l := range lines {
		if l.Kind == Answer {
			n = 0
		} else if (l.Kind == Given || l.Kind == Queued) && slices.Contains([]Why{Silence, Shift, Back, Up}, l.Why) {
			n++
		}
	}
	return n
}

// working says whether time runs for an open talk.
func (d *Desk) working(ctx context.Context, t Talk) (bool, error) {
	now := d.now()
	if d.office(now) {
		return true, nil
	}
	shifts, err := d.shifts(ctx, t)
	return d.calendar.ShiftTimeLeft(now, now.Add(time.Minute), shifts) > 0, err
}

func (d *Desk) office(at time.Time) bool {
	return d.calendar.ShiftTimeLeft(at, at.Add(time.Minute), nil) > 0
}

// shifts are those that count for an open talk beside the office hours: of who has it, and of those who may still get it. Whoever has
// let it lie is not waited for once more.
func (d *Desk) shifts(ctx context.Context, t Talk) (calendar.Shifts, error) {
	if !d.book.Rostered() {
		return nil, nil
	}
	ladder, err := d.ladder(ctx, t)
	if err != nil {
		return nil, err
	}
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	worker, err := d.members.Get(ctx, t.Worker)
	if err != nil {
		return nil, err
	}
	gone, staff := had(lines), []string{}
	for _, r := range ladder {
		for i, who := range r.people {
			if who == t.Holder || !slices.Contains(gone, who) {
				staff = append(staff, r.staff[i])
			}
		}
	}
	roles := d.book.Topic(t.Topic).Roles
	return func(midnight time.Time) []calendar.Stretch {
		return d.book.Shifts(worker.OrgPath, roles, staff, midnight)
	}, nil
}

// anyShift are the shifts of all who have one for the member, whoever of them may have a talk.
func (d *Desk) anyShift(ctx context.Context, t Talk) (calendar.Shifts, error) {
	if !d.book.Rostered() {
		return nil, nil
	}
	worker, err := d.members.Get(ctx, t.Worker)
	return func(midnight time.Time) []calendar.Stretch {
		return d.book.Shifts(worker.OrgPath, d.book.Topic(t.Topic).Roles, nil, midnight)
	}, none(err)
}

// offShift says whether the holder of a talk is not there now, while somebody else is.
func (d *Desk) offShift(ctx context.Context, t Talk) (bool, error) {
	if t.State != Held || d.office(d.now()) || !d.book.Rostered() {
		return false, nil
	}
	ladder, err := d.ladder(ctx, t)
	return !slices.ContainsFunc(ladder, func(r rung) bool { return slices.Contains(r.turn, t.Holder) }), err
}

// turns are what says whose turn it is in a talk.
type turns struct {
	d     *Desk
	path  string // of the member's organisation
	roles []union.Role
}

func (d *Desk) turns(ctx context.Context, t Talk, roles []union.Role) (turns, error) {
	if !d.book.Rostered() {
		return turns{d: d}, nil
	}
	worker, err := d.members.Get(ctx, t.Worker)
	return turns{d: d, path: worker.OrgPath, roles: roles}, err
}

// of says by which number somebody is known to rosters, and whether it is their turn now.
func (u turns) of(ctx context.Context, officer union.MemberID) (staffNo string, on bool, err error) {
	if len(u.roles) == 0 {
		return "", false, nil
	}
	m, err := u.d.members.Get(ctx, officer)
	if err != nil {
		return "", false, none(err)
	}
	return m.StaffNo, u.d.book.OnShift(m.StaffNo, u.path, u.roles, u.d.calendar.Local(u.d.now())), nil
}
