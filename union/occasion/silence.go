package occasion

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// maxSilence is the longest silence, in days.
const maxSilence = 90

// Silence keeps everything cheerful from a unit for some days, today the first of them, and takes back what waits already.
// Urgent notices are no matter of it. It returns what it holds.
func (d *Desk) Silence(ctx context.Context, officer union.MemberID, called string, days int) (s Silence, held []Count, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return s, nil, err
	}
	org, err := d.unit(ctx, over, called)
	if err != nil {
		return s, nil, err
	}
	days = min(max(days, 1), maxSilence)
	s = Silence{ID: d.NewID(), Org: org.ID, Lineage: org.Lineage, Name: org.Name, By: officer, From: d.Now(), Until: d.moment(d.today().AddDays(days), 0)}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		if err := d.Store.AddSilence(ctx, s); err != nil {
			return err
		}
		if err := d.Store.HoldPlanned(ctx, s, d.sober()); err != nil {
			return err
		}
		if err := d.Store.Recall(ctx, s, d.sober()); err != nil {
			return err
		}
		held, err = d.Store.HeldBy(ctx, s.ID)
		return err
	})
	return s, held, err
}

// sober are the occasions on which nothing cheerful is said.
func (d *Desk) sober() (names []string) {
	for _, f := range d.Data.Now().Festivals.Festivals {
		if f.Wish == "" {
			names = append(names, f.Name)
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

// Release lets what ended silences of an officer hold go out late, or drops it, and says how many greetings that were.
func (d *Desk) Release(ctx context.Context, officer union.MemberID, out bool) (n int64, err error) {
	over, err := d.over(ctx, officer, organisers)
	if err != nil {
		return 0, err
	}
	at := d.Morning(d.Now()) // what is said on the day only would be late in the morning
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		for {
			s, err := d.Store.LastSilence(ctx, officer, lineages(over))
			if nobody(err) {
				return nil
			}
			if err != nil {
				return err
			}
			to := Declined
			if out {
				to = Planned
			}
			its, err := d.Store.Release(ctx, s.ID, to, d.dateOf(at).String(), at)
			if err != nil {
				return err
			}
			n += its
		}
	})
	if err == nil && n == 0 {
		err = ErrNothing
	}
	return n, err
}

// Sweep ends silences whose time is over, and asks whoever began them what is to become of what they held.
func (d *Desk) Sweep(ctx context.Context) error {
	all, err := d.Store.Silences(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Until.After(d.Now()) {
			continue
		}
		err := d.Store.Tx(ctx, func(ctx context.Context) error {
			mine, err := d.Store.EndSilence(ctx, s.ID, s.By)
			if err != nil || !mine {
				return err
			}
			held, err := d.Store.HeldBy(ctx, s.ID)
			if err != nil || len(held) == 0 {
				return err
			}
			return d.Outbox.Put(ctx, notice.Notice{
				Key: fmt.Sprintf("silence/%d", s.ID), Kind: notice.KindCare, Policy: notice.Resend, To: s.By,
				Body: d.Words.SilenceOver(s, held, d.Label), NotBefore: d.Morning(d.Now()),
			})
		})
		if err != nil {
			return fmt.Errorf("end silence %d: %w", s.ID, err)
		}
	}
	return nil
}
