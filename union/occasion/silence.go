package occasion

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// maxSilence is the longest silence, in days.
const maxSilence = 90

// Silence keeps everything cheerful from a unit for some days, today the first of them, and takes back what waits already.
// Urgent notices are no matter of it. It returns what it holds already; more says that it is still at it, while nothing goes out.
func (d *Desk) Silence(ctx context.Context, officer union.MemberID, called string, days int) (s Silence, held []Count, more bool, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return s, nil, false, err
	}
	org, err := d.unit(ctx, over, called)
	if err != nil {
		return s, nil, false, err
	}
	days = min(max(days, 1), maxSilence)
	s = Silence{ID: d.NewID(), Org: org.ID, Lineage: org.Lineage, Name: org.Name, By: officer, From: d.Now(), Until: d.moment(d.today().AddDays(days), 0)}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		if err := d.Store.AddSilence(ctx, s); err != nil {
			return err
		}
		if _, more, err = d.begin(ctx, Sweep{Does: SweepHold, Silence: s.ID, Lineage: s.Lineage, Spare: d.sober()}); err != nil {
			return err
		}
		held, err = d.Store.HeldBy(ctx, s.ID)
		return err
	})
	return s, held, more, err
}

// sober are the occasions on which nothing cheerful is said to the member.
func (d *Desk) sober() (names []string) {
	for _, o := range occasions(d.Data.Now()) {
		if !o.Cheerful || o.officerOnly {
			names = append(names, o.Name)
		}
	}
	return names
}

// Unsilence ends the silences of a unit before their time; without a name those that the officer may end. It returns what
// they hold.
func (d *Desk) Unsilence(ctx context.Context, officer union.MemberID, called string) (ended []Silence, held []Count, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return nil, nil, err
	}
	var org union.Organisation
	if called != "" {
		if org, err = d.unit(ctx, over, called); err != nil {
			return nil, nil, err
		}
	}
	all, err := d.Store.Silences(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range all {
		if called != "" && s.Org != org.ID || !covers(over, s.Lineage) {
			continue
		}
		ended = append(ended, s)
	}
	if len(ended) == 0 {
		return nil, nil, ErrNothing
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		held = nil
		for _, s := range ended {
			if _, err := d.Store.EndSilence(ctx, s.ID, officer); err != nil {
				return err
			}
			its, err := d.Store.HeldBy(ctx, s.ID)
			if err != nil {
				return err
			}
			held = append(held, its...)
		}
		return nil
	})
	return ended, held, err
}

// Release lets what ended silences hold go out late, or drops it: those of which the officer was asked, else any of the officer's
// members, for whoever was asked may hold no office any more. It says how many greetings that were so far, and whether there are more.
func (d *Desk) Release(ctx context.Context, officer union.MemberID, out bool) (n int64, more bool, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return 0, false, err
	}
	to := Declined
	if out {
		to = Planned
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		n, more = 0, false
		freed := map[int64]bool{}
		for asked := officer; ; {
			s, err := d.Store.LastSilence(ctx, asked, lineages(over))
			switch {
			case nobody(err) && n == 0 && asked != 0:
				asked = 0
				continue
			case nobody(err):
				return nil
			case err != nil || freed[s.ID]: // another is at it
				return err
			}
			freed[s.ID] = true
			its, left, err := d.free(ctx, s, to, d.Morning(d.Now())) // what is said on the day only would be late in the morning
			if err != nil {
				return err
			}
			n, more = n+its, more || left
		}
	})
	if err == nil && n == 0 {
		err = ErrNothing
	}
	return n, more, err
}

func (d *Desk) free(ctx context.Context, s Silence, to State, at time.Time) (n int64, more bool, err error) {
	casts, err := d.Store.FreeCasts(ctx, s.ID, to == Planned)
	if err != nil {
		return 0, false, err
	}
	n, more, err = d.begin(ctx, Sweep{Does: SweepFree, Silence: s.ID, Lineage: s.Lineage, Becomes: to, SayOn: d.dateOf(at).String(), SendAt: at})
	return n + int64(casts), more, err
}

// forgottenAfter is how long after the end of a silence it is waited that somebody says what becomes of what it held.
const forgottenAfter = 14 * 24 * time.Hour

// Sweep ends silences whose time is over, and asks what is to become of what they held; it goes on with what was begun in chat, and
// leaves out, to be listed, what nobody has said anything about.
func (d *Desk) Sweep(ctx context.Context) error {
	all, err := d.Store.Silences(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Until.After(d.Now()) {
			continue
		}
		if err := d.Store.Tx(ctx, func(ctx context.Context) error { return d.ask(ctx, s) }); err != nil {
			return fmt.Errorf("end silence %d: %w", s.ID, err)
		}
	}
	forgotten, err := d.Store.Forgotten(ctx, d.Now().Add(-forgottenAfter))
	if err != nil {
		return err
	}
	for _, s := range forgotten {
		err := d.Store.Tx(ctx, func(ctx context.Context) error {
			_, _, err := d.free(ctx, s, Missed, d.Now())
			return err
		})
		if err != nil {
			return fmt.Errorf("leave out what silence %d held: %w", s.ID, err)
		}
	}
	return d.sweepOn(ctx)
}

// ask ends a silence, and asks whoever began it, or who may say it now, what becomes of what it held.
func (d *Desk) ask(ctx context.Context, s Silence) error {
	mine, err := d.Store.EndSilence(ctx, s.ID, s.By)
	if err != nil || !mine {
		return err
	}
	held, err := d.Store.HeldBy(ctx, s.ID)
	if err != nil || len(held) == 0 {
		return err
	}
	asked := []union.MemberID{s.By}
	if over, err := d.over(ctx, s.By, organisers); errors.Is(err, union.ErrForbidden) || err == nil && !covers(over, s.Lineage) {
		officers, err := d.officers(ctx, union.Member{Lineage: s.Lineage})
		if err != nil {
			return err
		}
		asked = nil
		for _, h := range officers {
			asked = append(asked, h.Member)
		}
	} else if err != nil {
		return err
	}
	for _, officer := range asked {
		err := d.Outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("silence/%d/%d", s.ID, officer), Kind: notice.KindCare, Policy: notice.Resend, To: officer,
			Body: d.Words.SilenceOver(s, held, d.Label), NotBefore: d.Morning(d.Now()),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
