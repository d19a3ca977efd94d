package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// TakeFromLeavers puts steps into other hands whose officers are members no more, hold no office, or were taken off the group that
// decides, and those of authors who have moved, up to limit at a time, and says how many it looked at. A step for which there is nobody stays, and is passed over. Outside of duty hours it does nothing, as
// MoveClocks.
func (d *Desk) TakeFromLeavers(ctx context.Context, limit int) (looked int64, err error) {
	if !d.calendar.OnDuty(d.now()) {
		return 0, nil
	}
	left, err := d.takeEach(ctx, limit, d.store.Clocks.Orphans, (*matter).stands, d.takeOpen)
	regrouped, failed := d.takeFromGroups(ctx, limit)
	moved, stays := d.followAuthors(ctx, limit)
	return left + regrouped + moved, errors.Join(err, failed, stays)
}

// takeEach looks at cases, which list finds from one on, and does with each that is meant what take does, once however many look.
func (d *Desk) takeEach(
	ctx context.Context, limit int, list func(ctx context.Context, after ID, limit int) ([]ID, error), meant func(*matter) bool, take func(context.Context, *matter, *hurried) error,
) (looked int64, err error) {
	var failed []error
	for after := ID(0); ctx.Err() == nil; {
		ids, err := list(ctx, after, limit)
		if err != nil {
			return looked, fmt.Errorf("take from leavers: %w", err)
		}
		handed := &hurried{}
		for _, id := range ids {
			if err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.takeOne(ctx, id, meant, take, handed) }); err != nil {
				failed = append(failed, fmt.Errorf("take case %d from leavers: %w", id, err))
			}
			after = id
		}
		if err := d.hurry(ctx, handed.all()); err != nil {
			failed = append(failed, fmt.Errorf("take from leavers: %w", err))
		}
		if looked += int64(len(ids)); len(ids) < limit {
			break
		}
	}
	return looked, errors.Join(failed...)
}

// takeOne claims nothing of a case that is not meant: whoever has read its clock goes on, and a move that failed waits as long as it is to.
func (d *Desk) takeOne(ctx context.Context, id ID, meant func(*matter) bool, take func(context.Context, *matter, *hurried) error, handed *hurried) error {
	list, err := d.store.Clocks.Of(ctx, id)
	if err != nil {
		return err
	}
	m, err := d.load(ctx, id, "")
	if err != nil || !meant(m) {
		return err
	}
	for _, c := range list {
		if c.Kind != ClockStep {
			continue
		}
		if mine, err := d.store.Clocks.Claim(ctx, c); err != nil || !mine {
			return err
		}
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return err
	}
	return take(ctx, m, handed)
}

// stands says whether a step of a case is open.
func (m *matter) stands() bool { return m.State == Open }

// takeOpen takes the open step of a case from those who may not decide it any more.
func (d *Desk) takeOpen(ctx context.Context, m *matter, handed *hurried) error {
	if m.clocks[ClockStep].Kind == "" {
		return nil
	}
	step, ok := m.service.Step(m.Step)
	if !ok {
		return fmt.Errorf("%w: %s", review.ErrUnknownStep, m.Step)
	}
	if c := m.clocks[ClockStep]; slices.ContainsFunc(m.open(), func(t Task) bool { return slices.ContainsFunc(m.tied, t.by) }) {
		if c.Rung >= len(step.Ladder()) && c.Wake.After(d.now()) { // told already that there is nobody
			return nil
		}
		m.stepsBack = true
	}
	return d.passOn(ctx, m, step, handed)
}

// release takes a step from those who may not decide it any more. Who signs after them needs not wait for them.
func (d *Desk) release(ctx context.Context, m *matter, step service.Step) error {
	_, gone, err := d.whoMay(ctx, m, step, m.open())
	if err != nil {
		return err
	}
	return cmp.Or(d.unseat(ctx, m, gone, EventVacated, nil), d.wakeAdded(ctx, m, ""))
}

// whoMay tells the tasks of those who may decide the step yet from those of whoever may not any more.
func (d *Desk) whoMay(ctx context.Context, m *matter, step service.Step, tasks []Task) (may, gone []Task, _ error) {
	for _, t := range tasks {
		holdings, err := d.holdings(ctx, m, t.Officer)
		if err != nil {
			return nil, nil, err
		}
		switch able, err := d.mayAct(ctx, m, t.Officer, holdings, step); {
		case err != nil:
			return nil, nil, err
		case able:
			may = append(may, t)
		default:
			gone = append(gone, t)
		}
	}
	return may, gone, nil
}

// AdoptBare gives clocks to up to limit cases from an id on that were filed before there were any, by the time that was
// promised. It returns the last one; 0 where there are no more.
func (d *Desk) AdoptBare(ctx context.Context, after ID, limit int) (last ID, err error) {
	ids, err := d.store.Clocks.Bare(ctx, after, limit)
	if err != nil {
		return 0, fmt.Errorf("adopt cases: %w", err)
	}
	for _, id := range ids {
		err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
			m, err := d.load(ctx, id, "")
			if err != nil {
				return err
			}
			if cs, err := d.clocksOf(ctx, m); err != nil || len(cs) > 0 || m.State != Open {
				return err
			}
			now := d.moment(m)
			c := Clock{Case: id, Kind: ClockStep, Amount: d.calendar.WorkingDaysLeft(now, m.DueAt), Unit: WorkingDays, Started: now, Due: m.DueAt}
			if !m.DueAt.After(now) { // from now on it would end later, and be promised anew
				c.Started, c.Late = m.FiledAt, true
			}
			m.clocks[ClockStep] = c
			m.wake(d)
			return d.keepClocks(ctx, m)
		})
		if err != nil {
			return 0, fmt.Errorf("adopt case %d: %w", id, err)
		}
		last = id
	}
	return last, nil
}

// ClockBacklog says how many steps are over their time, counting no more than most, and since when the longest one has
// been waiting to be moved; zero where none does.
func (d *Desk) ClockBacklog(ctx context.Context, most int) (Backlog, error) {
	b, err := d.store.Clocks.Backlog(ctx, d.now(), most)
	if err != nil {
		return Backlog{}, fmt.Errorf("count clocks: %w", err)
	}
	if !b.Oldest.IsZero() && d.calendar.OnDuty(d.now()) {
		b.Behind = d.now().Sub(b.Oldest)
	}
	return b, nil
}

// Moves counts what was done in silence since the process began, by kind of event.
func (d *Desk) Moves() map[string]int64 {
	d.moves.mu.Lock()
	defer d.moves.mu.Unlock()
	return maps.Clone(d.moves.n)
}

// moveCounts counts moves.
type moveCounts struct {
	mu sync.Mutex
	n  map[string]int64
}

func (c *moveCounts) count(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int64{}
	}
	c.n[kind]++
}

// Backlog is how the clocks stand.
type Backlog struct {
	// Overdue steps are over their time; the moves of Failing ones have failed again and again, and are tried later. Oldest is since when the
	// longest of the others waits to be moved, Behind how long that is in duty hours, when it should have been.
	Overdue int64
	Failing int64
	Oldest  time.Time
	Behind  time.Duration
}
