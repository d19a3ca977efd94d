package talk

import (
	"context"
	"sync"
	"time"
)

// The service was away for a time if nobody looked at what is due for so long; that somebody did is kept so often.
const (
	awayFor    = 10 * time.Minute
	sweptEvery = time.Minute
)

// Pause is when what is due was looked at last, by any replica, and between which times nobody did before.
type Pause struct{ Swept, Since, Back time.Time }

// looking is a replica's part in looking at what is due: known is false after its start, and after the store was away; wall is when it last
// did by the machine's own clock, which tells a process that stood still from a clock that was moved.
type looking struct {
	mu    sync.Mutex
	pause Pause
	known bool
	wall  time.Time
}

// look takes note that due talks can be looked at, or that they could not, for why.
func (d *Desk) look(ctx context.Context, why error) error {
	l, now := &d.looking, d.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if why != nil {
		l.known = false
		return why
	}
	// What stops a process stops its monotonic clock as well, and the clock of tests and demos is moved by hand.
	wall := time.Now().Round(0) //nolint:forbidigo // the machine's own clock is what is asked
	stalled := wall.Sub(l.wall) >= awayFor
	l.wall = wall
	resumed := !l.known || stalled
	if !resumed && now.Sub(l.pause.Swept) < sweptEvery {
		return nil
	}
	if resumed {
		p, err := d.store.Pause(ctx)
		if err != nil {
			return err
		}
		if p.Swept.Unix() > 0 && now.Sub(p.Swept) >= awayFor { // nobody ever looked before: what is kept begins with this
			p.Since, p.Back = p.Swept, now
		}
		l.pause = p
	}
	l.pause.Swept = now
	err := d.store.KeepPause(ctx, l.pause, resumed)
	l.known = err == nil
	return err
}

// missed says whether the service was away for a part of the time that whoever has a talk, or could have had it, had to answer: they had
// less than all of it since.
func (d *Desk) missed(ctx context.Context, t Talk) (bool, error) {
	d.looking.mu.Lock()
	p := d.looking.pause
	d.looking.mu.Unlock()
	if !t.DueAt.After(p.Since) || !t.AskedAt.Before(p.Back) {
		return false, nil
	}
	lines, err := d.store.Lines(ctx, t.ID)
	if err != nil {
		return false, err
	}
	shifts, err := d.shifts(ctx, t)
	return t.DueAt.Before(d.calendar.AddShiftTime(p.Back, d.patience(t, lines), shifts)), err
}

// excuse gives whoever has a talk, or could have had it, all their time anew, and tells both sides why.
func (d *Desk) excuse(ctx context.Context, t Talk) error {
	if err := d.dueFrom(ctx, &t); err != nil {
		return err
	}
	if err := d.save(ctx, &t); err != nil {
		return err
	}
	v, err := d.view(ctx, t)
	if err != nil {
		return err
	}
	key := which("delayed", LineID(d.newID()))
	if err := d.tellWorker(ctx, t, key, d.words.TalkDelayed(v, true), d.quietly); err != nil || t.State != Held {
		return err
	}
	return d.tell(ctx, t, t.Holder, key, d.words.TalkDelayed(v, false), d.quietly)
}
