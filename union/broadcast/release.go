package broadcast

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// fullSpeed is all of the allowed rate.
const fullSpeed = 100

// ByNumber shows a broadcast to somebody who may steer it.
func (d *Desk) ByNumber(ctx context.Context, member union.MemberID, number string) (Broadcast, error) {
	b, _, err := d.steered(ctx, member, number)
	return b, err
}

// ToRelease lists what waits to be released by a member, the newest first.
func (d *Desk) ToRelease(ctx context.Context, member union.MemberID, limit int) ([]Broadcast, error) {
	holdings, err := d.Members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("read offices: %w", err)
	}
	lineages := lineagesOf(holdings, releasing)
	if len(lineages) == 0 {
		return nil, nil
	}
	waiting, err := d.Store.Submitted(ctx, lineages, limit)
	if err != nil {
		return nil, err
	}
	var list []Broadcast
	for _, b := range waiting {
		asked, err := d.askedToRelease(ctx, b)
		if err != nil && !errors.Is(err, union.ErrNoOfficer) {
			return nil, err
		}
		if slices.Contains(asked, member) {
			list = append(list, b)
		}
	}
	return list, nil
}

// Release lets a broadcast go out as it is now: text and audience are frozen. Released already, nothing changes. seen is
// the version that the releaser has read, 0 where they name it by number alone.
func (d *Desk) Release(ctx context.Context, releaser union.MemberID, number string, seen int64) (Broadcast, error) {
	return d.judging(ctx, releaser, number, seen, func(ctx context.Context, b *Broadcast, by union.Member) error {
		if b.Audience.ByFamily() { // of whom there may be fewer by now
			if _, err := d.count(ctx, b.Audience); err != nil {
				return err
			}
		}
		b.State, b.Releaser, b.ReleasedAt = Released, releaser, d.Now()
		b.Frozen = d.Words.Broadcast(*b)
		asked, chosen := b.StartsAt, b.Chosen
		if b.StartsAt.Before(b.ReleasedAt) {
			b.StartsAt, b.Chosen = b.ReleasedAt, false
		}
		if !b.Urgent && !b.Chosen {
			b.StartsAt = Unhurried(d.Hours.NextDuty(b.StartsAt), b.ReleasedAt)
		}
		if !chosen {
			asked = b.StartsAt
		}
		again, err := d.keepRepeating(ctx, b, asked)
		if err == nil {
			err = d.freeze(ctx, b)
		}
		if err == nil {
			err = d.lookFrom(ctx, *b)
		}
		if err != nil {
			return err
		}
		if err := d.Store.Replan(ctx, b.ID, Plan{Until: union.MemberID(d.NewID())}); err != nil {
			return err
		}
		return d.note(ctx, *b, "released", []union.MemberID{b.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return d.Words.Released(*b, by, again) })
	})
}

// freeze keeps with the release who works in the shifts that are meant.
func (d *Desk) freeze(ctx context.Context, b *Broadcast) (err error) {
	if b.Audience.Shift == nil {
		return nil
	}
	if b.Audience, err = d.working(b.Audience, b.StartsAt); err != nil {
		return err
	}
	if b.Head, err = d.Store.Count(ctx, b.Audience, b.StartsAt.In(d.Zone)); err == nil && b.Head == 0 {
		return ErrNobody
	}
	return err
}

// Return gives a broadcast back to its writer with a reason.
func (d *Desk) Return(ctx context.Context, releaser union.MemberID, number string, seen int64, reason string) (Broadcast, error) {
	return d.judging(ctx, releaser, number, seen, func(ctx context.Context, b *Broadcast, by union.Member) error {
		b.State, b.Returned = Draft, reason
		return d.note(ctx, *b, "returned", []union.MemberID{b.Author}, notice.KindAnswer, func(union.MemberID) notice.Body { return d.Words.ReturnedTo(*b, by) })
	})
}

func (d *Desk) judging(ctx context.Context, releaser union.MemberID, number string, seen int64, as func(context.Context, *Broadcast, union.Member) error) (Broadcast, error) {
	var judged Broadcast
	err := d.Store.Tx(ctx, func(ctx context.Context) error {
		b, holdings, err := d.steered(ctx, releaser, number)
		judged = b
		may := false
		if err == nil {
			may, err = d.mayRelease(ctx, releaser, holdings, b)
		}
		switch {
		case err != nil:
			return err
		case b.Author == releaser:
			return ErrOwn
		case !may:
			return union.ErrForbidden
		case b.State != Submitted:
			return union.ErrSettled
		case seen != 0 && seen != b.Version:
			return union.ErrStale
		}
		by, err := d.Members.Get(ctx, releaser)
		if err != nil {
			return err
		}
		if err := as(ctx, &b, by); err != nil {
			return err
		}
		if err := d.settleCards(ctx, judged, b.State, releaser); err != nil {
			return err
		}
		judged = b
		return d.Store.Update(ctx, b)
	})
	return judged, err
}

// settleCards shows on the cards of those who were asked what became of it.
func (d *Desk) settleCards(ctx context.Context, b Broadcast, how State, by union.MemberID) error {
	if b.State != Submitted {
		return nil
	}
	asked, err := d.askedToRelease(ctx, b)
	if err != nil {
		return nil //nolint:nilerr // nobody is there any more to see a card
	}
	members, err := d.Members.GetMany(ctx, []union.MemberID{b.Author, by})
	if err != nil {
		return err
	}
	return d.note(ctx, b, "settled", asked, notice.KindCardUpdate, func(to union.MemberID) notice.Body {
		return d.Words.ReleaseSettled(b, members[b.Author], how, members[by], to)
	})
}
