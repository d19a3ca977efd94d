package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// slowest is the least share of the allowed rate.
const slowest = 1

// Pause stops a broadcast where it is. What a call has begun is finished.
func (d *Desk) Pause(ctx context.Context, member union.MemberID, number string) (Broadcast, error) {
	return d.changing(ctx, member, number, func(_ context.Context, b *Broadcast) error {
		switch b.State {
		case Released, Sending:
			b.State = Paused
		case Paused:
		default:
			return ErrNotNow
		}
		return nil
	})
}

// Resume goes on with a paused broadcast.
func (d *Desk) Resume(ctx context.Context, member union.MemberID, number string) (Broadcast, error) {
	return d.changing(ctx, member, number, func(_ context.Context, b *Broadcast) error {
		switch b.State {
		case Paused:
			b.State = Released
		case Released, Sending:
		default:
			return ErrNotNow
		}
		return nil
	})
}

// Cancel ends a broadcast. Whose turn has not come gets nothing, nor, of one that has ended, who waits for their next word or a digest.
func (d *Desk) Cancel(ctx context.Context, member union.MemberID, number string) (Broadcast, error) {
	return d.changing(ctx, member, number, func(ctx context.Context, b *Broadcast) error {
		if b.State == Cancelled {
			return nil
		}
		if b.State == Done {
			tally, err := d.Store.Tally(ctx, b.ID)
			if err == nil && awaited(tally) == 0 && !d.Now().Before(d.joinersEnd(*b)) {
				err = ErrNotNow
			}
			b.State, b.EndedAt = Cancelled, time.Time{}
			return err
		}
		if err := d.settleCards(ctx, *b, Cancelled, member); err != nil {
			return err
		}
		b.State = Cancelled
		return nil
	})
}

// Pace makes a broadcast go faster or slower: to twice or half its share of the allowed rate.
func (d *Desk) Pace(ctx context.Context, member union.MemberID, number string, faster bool) (Broadcast, error) {
	return d.changing(ctx, member, number, func(_ context.Context, b *Broadcast) error {
		switch {
		case b.State != Released && b.State != Sending && b.State != Paused:
			return ErrNotNow
		case faster:
			b.Speed = min(2*b.Speed, fullSpeed)
		default:
			b.Speed = max(b.Speed/2, slowest)
		}
		return nil
	})
}

// Resend sends a finished broadcast again to those whom it did not reach, or of whom nobody knows that, and to nobody else.
func (d *Desk) Resend(ctx context.Context, member union.MemberID, number string, to Again) (b Broadcast, count int, err error) {
	b, err = d.changing(ctx, member, number, func(ctx context.Context, b *Broadcast) error {
		if b.State != Done {
			return ErrNotNow
		}
		tally, err := d.Store.Tally(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, s := range to.States() {
			count += tally[s]
		}
		if count == 0 {
			return ErrNobody
		}
		b.State, b.StartsAt, b.Chosen = Released, d.Now(), false
		return d.Store.Replan(ctx, b.ID, Plan{Until: b.Plan.Until, Again: to})
	})
	return b, count, err
}

// Leave decides that those of whom nobody knows whether it reached them are told by a person, and not sent it again.
func (d *Desk) Leave(ctx context.Context, member union.MemberID, number string) (b Broadcast, count int64, err error) {
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		if b, _, err = d.steered(ctx, member, number); err != nil {
			return err
		}
		if !b.State.Over() {
			return ErrNotNow
		}
		by, err := d.Members.Get(ctx, member)
		if err != nil {
			return err
		}
		if err := d.Store.Update(ctx, b); err != nil { // somebody may be about to send it to them again
			return err
		}
		if count, err = d.Store.Leave(ctx, b.ID, "decided by "+by.StaffNo, d.Now()); err == nil && count == 0 {
			err = ErrNobody
		}
		return err
	})
	return b, count, err
}

// advanceSteps bounds how much of one broadcast is planned before the next has its turn.
const advanceSteps = 20

// Advance plans what was released, begins what is due, ends what is finished, and takes back what was cancelled. Replicas may
// do it at the same time. It returns how many broadcasts it moved on; one that cannot be moved on keeps no other waiting.
func (d *Desk) Advance(ctx context.Context, limit int) (moved int64, err error) {
	var failed []error
	if moved, err = d.afterSilences(ctx); err != nil {
		failed = append(failed, err)
	}
	joined, err := d.joiners(ctx, limit)
	if moved += joined; err != nil {
		failed = append(failed, err)
	}
	list, err := d.Store.Moving(ctx, limit)
	if err != nil {
		return moved, errors.Join(append(failed, err)...)
	}
	for _, b := range list {
		switch on, err := d.advance(ctx, b); {
		case err != nil && !stale(err):
			failed = append(failed, fmt.Errorf("move %s on: %w", b.Number, err))
		case on && err == nil:
			moved++
		}
	}
	return moved, errors.Join(failed...)
}

func (d *Desk) advance(ctx context.Context, b Broadcast) (moved bool, err error) {
	switch {
	case b.State == Cancelled:
		return d.withdraw(ctx, b)
	case b.Plan.Lane != Planned:
		return d.plan(ctx, b)
	case b.State == Released:
		if d.Now().Before(b.StartsAt) {
			return false, nil
		}
		b.State = Sending
		return true, d.Store.Update(ctx, b)
	case b.State == Sending:
		return d.finish(ctx, b)
	}
	return false, nil
}

func (d *Desk) plan(ctx context.Context, b Broadcast) (moved bool, err error) {
	now := d.Now()
	rules := Rules{Today: b.ReleasedAt.In(d.Zone), Now: now, Sends: now, Ceiling: d.Weekly}
	if b.StartsAt.After(now) {
		rules.Sends = b.StartsAt
	}
	if b.Urgent {
		rules.Ceiling = 0
	}
	for range advanceSteps {
		if b.Plan, err = d.Store.PlanNext(ctx, b, rules); err != nil {
			return moved, err
		}
		moved = true
		if b.Plan.Lane == Planned {
			break
		}
	}
	return moved, nil
}

// withdraw gives up what nobody has sent; when nothing is left the broadcast is told of as ended.
func (d *Desk) withdraw(ctx context.Context, b Broadcast) (moved bool, err error) {
	left, err := d.Store.Withdraw(ctx, b.ID)
	if err != nil || left {
		return err == nil, err
	}
	if open, err := d.Store.Left(ctx, b.ID); err != nil || open {
		return false, err
	}
	b.EndedAt = d.Now()
	return true, d.end(ctx, b)
}

// finish ends a broadcast of which nothing is left to be sent, once all ways were tried, and it is counted whom it did not reach.
func (d *Desk) finish(ctx context.Context, b Broadcast) (moved bool, err error) {
	if left, err := d.Store.Left(ctx, b.ID); err != nil || left {
		return false, err
	}
	if others, err := d.Store.OtherWay(ctx, b, d.Now()); err != nil || others {
		return err == nil, err
	}
	if b.Plan.After == 0 { // else it is being counted already
		if more, err := d.Store.NoteUnshown(ctx, b.ID); err != nil || more {
			return more, err
		}
	}
	if more, err := d.countMissed(ctx, &b); err != nil || more {
		return more, err
	}
	if b.State = Done; b.Plan.Again != Joined { // for the others nothing has changed
		b.EndedAt = d.Now()
	}
	return true, d.end(ctx, b)
}

// end writes the end down, and tells the writer and the branches whose members it did not reach.
func (d *Desk) end(ctx context.Context, b Broadcast) error {
	return d.Store.Tx(ctx, func(ctx context.Context) error {
		report, err := d.report(ctx, b)
		if err != nil {
			return err
		}
		b.Head = report.Head
		if err := d.Store.Update(ctx, b); err != nil {
			return err
		}
		b.Version++
		if b.Releaser == 0 { // called off before anybody released it
			return nil
		}
		if b.Plan.Again == Joined && b.State == Done { // whoever wants to know reads it in the report
			return d.tellBranches(ctx, b)
		}
		if err := d.note(ctx, b, "end", []union.MemberID{b.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return d.Words.Finished(report.told()) }); err != nil {
			return err
		}
		return d.tellBranches(ctx, b)
	})
}
