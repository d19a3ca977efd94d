package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Digest is when an officer reads what waits.
type Digest struct {
	Officer union.MemberID
	// Clocks are the times of day that the officer chose; empty are the union's. Off leaves out what is only new, and has the rest once
	// a day: that an officer was reminded, or that a case was urged, stands on record and was told to its author.
	Clocks []time.Duration
	Off    bool
	// Last is when the latest went out, Next when the next does; zero is never.
	Last, Next time.Time
	Turns      int
}

// DigestStore keeps digests.
type DigestStore interface {
	// Newcomers lists officers with an open task who have no digest yet. An author with a task of their own is none.
	Newcomers(ctx context.Context, limit int) ([]union.MemberID, error)
	Put(ctx context.Context, d Digest) error
	// Of returns union.ErrNotFound where the officer has none yet.
	Of(ctx context.Context, officer union.MemberID) (Digest, error)
	// Due lists those that are due, the longest due first.
	Due(ctx context.Context, now time.Time, limit int) ([]Digest, error)
	// Claim takes the digest that d was read for, as long as nobody else did.
	Claim(ctx context.Context, d Digest, next, at time.Time) (bool, error)
	// Said sets when the latest of an officer went out.
	Said(ctx context.Context, officer union.MemberID, at time.Time) error
	// Hurry makes an officer's next digest due by then. Who has none yet gets one, as though the last had been at a time.
	Hurry(ctx context.Context, officer union.MemberID, last, at time.Time) error
}

// DigestView is what an officer is told: every task stands in one of the lists, in the order of 待办.
type DigestView struct {
	At time.Time
	// All and Overdue count all that the officer has, also what is not listed.
	All, Overdue int
	// Handed came from others who let it lie. Late is overdue, Today due by the end of this day, Soon by that of the next
	// working day; New came since the last digest.
	Handed, Late, Today, Soon, New []TaskView
	// Urged are those of them, by number, whose author has urged.
	Urged map[string]bool
	// urged says that one was since the last digest.
	urged bool
}

// mostCards is how many handed-over tasks come as cards; more are told of in one message.
const mostCards = 3

// SendDigests writes up to limit digests that are due, and says how many it looked at. Each goes out once, however many do
// this at once; after an outage there is one for all that has passed.
func (d *Desk) SendDigests(ctx context.Context, limit int) (int64, error) {
	now := d.now()
	if !d.calendar.OnDuty(now) && !d.rostered() {
		return 0, nil
	}
	due, err := d.store.Digests.Due(ctx, now, limit)
	if err != nil {
		return 0, fmt.Errorf("send digests: %w", err)
	}
	var failed []error
	for _, one := range due {
		if err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.sendDigest(ctx, one, now) }); err != nil {
			failed = append(failed, fmt.Errorf("send digest of %d: %w", one.Officer, err))
		}
	}
	if len(failed) > 0 {
		return 0, errors.Join(failed...) // tried again with the next sweep, not at once
	}
	return int64(len(due)), nil
}

// MeetOfficers gives a digest to up to limit officers who have something to decide and none yet.
func (d *Desk) MeetOfficers(ctx context.Context, limit int) (int64, error) {
	officers, err := d.store.Digests.Newcomers(ctx, limit)
	if err != nil {
		return 0, fmt.Errorf("meet officers: %w", err)
	}
	for _, o := range officers {
		next := d.calendar.NextDigest(d.now(), nil)
		if err := d.store.Digests.Hurry(ctx, o, time.UnixMilli(0), next); err != nil {
			return 0, fmt.Errorf("meet officer %d: %w", o, err)
		}
	}
	return int64(len(officers)), nil
}

// sendDigest writes one officer's digest, unless there is nothing to say.
func (d *Desk) sendDigest(ctx context.Context, one Digest, now time.Time) error {
	if at, err := d.reachable(ctx, one.Officer, now); err != nil || at.After(now) {
		if err == nil {
			_, err = d.store.Digests.Claim(ctx, one, at, one.Last)
		}
		return err
	}
	// Claimed before anything is read: what comes while it is written hurries the digest after this one.
	if mine, err := d.store.Digests.Claim(ctx, one, d.nextDigest(one, now), one.Last); err != nil || !mine {
		return err
	}
	handed, err := d.store.Tasks.Untold(ctx, one.Officer, maxTasks)
	if err != nil {
		return err
	}
	if err := d.store.Tasks.Tell(ctx, taskIDs(handed)...); err != nil {
		return err
	}
	var cards []Task
	if len(handed) <= mostCards {
		cards, handed = handed, nil
	}
	v, err := d.digestView(ctx, one, handed, now)
	if err != nil {
		return err
	}
	if err := d.cardsOf(ctx, cards); err != nil {
		return err
	}
	if len(cards) > 0 && !v.urged && now.Before(d.nextDigest(one, one.Last)) { // only they were the hurry: the rest is said at the usual time
		return nil
	}
	if err := d.store.Digests.Said(ctx, one.Officer, now); err != nil || len(v.Handed)+len(v.Late)+len(v.Today)+len(v.Soon)+len(v.New) == 0 {
		return err
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("digest/%d/%d", one.Officer, one.Turns), Kind: notice.KindDigest, Policy: notice.Resend, To: one.Officer,
		Body: d.words.Digest(v),
	})
}

// nextDigest is when an officer reads next what waits.
func (d *Desk) nextDigest(one Digest, after time.Time) time.Time {
	if one.Off {
		return d.calendar.NextDigest(after, d.calendar.Digests()[:1])
	}
	return d.calendar.NextDigest(after, one.Clocks)
}

// reminded says whether the ladder of a task's step has had a reminder since a time.
func (d *Desk) reminded(t TaskView, since, now time.Time) bool {
	return slices.ContainsFunc(t.Review.Ladder(), func(m service.Move) bool {
		at := d.calendar.WorkingDaysBefore(t.DueAt, m.Before)
		return m.Do == service.Remind && m.Before > 0 && at.After(since) && !at.After(now)
	})
}

// cardsOf gives tasks that were handed over their cards.
func (d *Desk) cardsOf(ctx context.Context, tasks []Task) error {
	for _, t := range tasks {
		m, err := d.load(ctx, t.Case, "")
		if err != nil {
			return err
		}
		if err := d.recall(ctx, m); err != nil {
			return err
		}
		t.Untold = false
		if err := d.sendCards(ctx, m, []Task{t}); err != nil {
			return err
		}
	}
	return nil
}

// digestView puts what an officer has into lists.
func (d *Desk) digestView(ctx context.Context, one Digest, handed []Task, now time.Time) (DigestView, error) {
	v := DigestView{At: now, Urged: map[string]bool{}}
	var err error
	if v.All, v.Overdue, err = d.store.Tasks.Count(ctx, one.Officer, now); err != nil {
		return v, err
	}
	views, err := d.Tasks(ctx, one.Officer)
	if err != nil {
		return v, err
	}
	came := map[ID]bool{}
	for _, t := range handed {
		came[t.ID] = true
	}
	today, soon := d.endOfDay(now), d.endOfDay(d.due(now, 1))
	for _, t := range views {
		urged := t.Grade == Urged
		v.Urged[t.Case.Number] = urged
		v.urged = v.urged || urged && t.Case.UrgedAt.After(one.Last)
		switch {
		case came[t.ID]:
			v.Handed = append(v.Handed, t)
		case t.DueAt.Before(now), t.Missed:
			v.Late = append(v.Late, t)
		case t.DueAt.Before(today):
			v.Today = append(v.Today, t)
		case t.DueAt.Before(soon), d.reminded(t, one.Last, now):
			v.Soon = append(v.Soon, t)
		case t.CreatedAt.After(one.Last) && !one.Off, urged:
			v.New = append(v.New, t)
		}
	}
	return v, nil
}

func (d *Desk) endOfDay(t time.Time) time.Time {
	year, month, day := t.In(d.zone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, d.zone)
}

// SetDigest lets an officer choose the times of day at which to be reminded; none leaves what cannot wait, once a day. It returns the next.
func (d *Desk) SetDigest(ctx context.Context, officer union.MemberID, clocks []time.Duration) (next time.Time, err error) {
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		one, err := d.store.Digests.Of(ctx, officer)
		if errors.Is(err, union.ErrNotFound) {
			one, err = Digest{Officer: officer, Last: time.UnixMilli(0)}, nil
		}
		if err != nil {
			return err
		}
		one.Clocks, one.Off, one.Turns = clocks, len(clocks) == 0, one.Turns+1
		one.Next = d.nextDigest(one, d.now())
		next = one.Next
		return d.store.Digests.Put(ctx, one)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("set digest: %w", err)
	}
	return next, nil
}
