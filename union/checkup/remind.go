package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// People are told by day: from dayBegins o'clock until before dayEnds.
const (
	dayBegins = 9
	dayEnds   = 20
)

// at is when a stage of a check is told: at nine o'clock of its day.
func (d *Desk) at(c Checkup, stage int) time.Time {
	due, err := time.ParseInLocation(time.DateOnly, c.Due, d.Zone)
	if err != nil || stage >= len(stages) {
		return time.Time{}
	}
	day := due.AddDate(0, 0, stages[stage])
	return time.Date(day.Year(), day.Month(), day.Day(), dayBegins, 0, 0, 0, d.Zone)
}

// schedule begins the reminders of a check: of the stages that have passed already only the last is told, by day.
func (d *Desk) schedule(c *Checkup) {
	now := d.Now().In(d.Zone)
	c.Stage = 0
	for c.Stage+1 < len(stages) && !d.at(*c, c.Stage+1).After(now) {
		c.Stage++
	}
	c.Next = d.at(*c, c.Stage)
	if c.Next.Before(now) {
		c.Next = byDay(now)
	}
}

// byDay is the time itself by day, and otherwise when the day begins.
func byDay(now time.Time) time.Time {
	begins := time.Date(now.Year(), now.Month(), now.Day(), dayBegins, 0, 0, 0, now.Location())
	switch {
	case now.Before(begins):
		return begins
	case now.Hour() >= dayEnds:
		return begins.AddDate(0, 0, 1)
	}
	return now
}

// Remind tells up to limit members of what is due, and officers of what was missed, and returns how many checks it looked at.
// Several may run at once, and however late it runs each occasion is told once.
func (d *Desk) Remind(ctx context.Context, limit int) (int64, error) {
	waiting, err := d.Store.Waiting(ctx, d.Now(), limit)
	if err != nil {
		return 0, fmt.Errorf("remind of checks: %w", err)
	}
	var failed []error
	for _, c := range waiting {
		if err := d.Store.Tx(ctx, func(ctx context.Context) error { return d.remind(ctx, c) }); err != nil {
			failed = append(failed, fmt.Errorf("remind of check %d: %w", c.ID, err))
		}
	}
	if len(failed) > 0 {
		return 0, errors.Join(failed...)
	}
	return int64(len(waiting)), nil
}

func (d *Desk) remind(ctx context.Context, c Checkup) error {
	if c.State == Checked {
		return d.askForResult(ctx, c)
	}
	now := d.Now().In(d.Zone)
	stage := c.Stage
	for c.Stage+1 < len(stages) && !d.at(c, c.Stage+1).After(now) { // nobody ran for days: only the latest is told
		c.Stage++
	}
	told := c.Stage
	c.Stage++
	c.Next = d.at(c, c.Stage)
	mine, err := d.Store.Update(ctx, c, Due, stage)
	if err != nil || !mine {
		return err
	}
	m, err := d.Members.Get(ctx, c.Member)
	if err != nil || m.Status != union.Active {
		return err
	}
	missed := stages[told] > 0
	err = d.Outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("checkup/%d/%d", c.ID, told),
		Kind: notice.KindCheckup, Policy: notice.Resend, To: m.ID, Body: d.Words.CheckupDue(m, c, missed), NotBefore: byDay(now),
	})
	if err != nil || !missed {
		return err
	}
	return d.alert(ctx, m, "missed", d.Words.CheckupsMissed())
}

// askForResult tells a member, and the officers, that no written result was noted since the check. It does so once.
func (d *Desk) askForResult(ctx context.Context, c Checkup) error {
	c.Next = time.Time{}
	mine, err := d.Store.Update(ctx, c, Checked, c.Stage)
	if err != nil || !mine {
		return err
	}
	m, err := d.Members.Get(ctx, c.Member)
	if err != nil || m.Status != union.Active {
		return err
	}
	err = d.Outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("checkup/%d/untold", c.ID),
		Kind: notice.KindCheckup, Policy: notice.Resend, To: m.ID, Body: d.Words.CheckupUntold(m, c), NotBefore: byDay(d.Now().In(d.Zone)),
	})
	if err != nil {
		return err
	}
	return d.alert(ctx, m, "untold", d.Words.CheckupsUntold())
}

// alert tells the nearest officers, each once a day, what somebody below them waits for.
func (d *Desk) alert(ctx context.Context, m union.Member, what string, body notice.Body) error {
	for _, role := range append(slices.Clone(officers), union.BranchChair, union.Chair) {
		holders, err := d.Members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return err
		}
		holders = slices.DeleteFunc(holders, func(h union.Holding) bool { return h.Member == m.ID })
		if len(holders) == 0 {
			continue
		}
		for _, h := range holders {
			if h.Org != holders[0].Org {
				break
			}
			err := d.Outbox.Put(ctx, notice.Notice{
				Key:  fmt.Sprintf("checkups-%s/%d/%s", what, h.Member, d.today()),
				Kind: notice.KindCheckup, Policy: notice.Resend, To: h.Member, Body: body,
				NotBefore: byDay(d.Now().In(d.Zone)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}
