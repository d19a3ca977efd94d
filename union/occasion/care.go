package occasion

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// shieldDays is how long nobody is greeted unasked where no day was said: a mourning of three months.
const shieldDays = 90

const (
	// listed is how many people a list names, page by page.
	listed = 100
	// countedMost is up to how many those beyond are counted.
	countedMost = 2000
)

// shown is as many as a list names, and how many more there are.
func shown[T any](list []T) (named []T, more int) {
	named = list[:min(len(list), listed)]
	return named, len(list) - len(named)
}

// Protect puts a member on the list of those who are not greeted before an officer was asked, until a day.
func (d *Desk) Protect(ctx context.Context, officer union.MemberID, called, cause, until string) (Shielded, error) {
	m, err := d.below(ctx, officer, called, carers)
	if err != nil {
		return Shielded{}, err
	}
	if until == "" {
		until = d.today().AddDays(shieldDays).String()
	}
	if day, err := calendar.ParseDate(until); err != nil || day.Before(d.today()) {
		return Shielded{}, ErrPast
	}
	s := Shield{Member: m.ID, Cause: cause, Until: until, By: officer, At: d.Now()}
	return Shielded{Shield: s, To: m}, d.Store.Tx(ctx, func(ctx context.Context) error {
		if err := d.Store.PutShield(ctx, s); err != nil {
			return err
		}
		return d.Store.TakeBack(ctx, m.ID)
	})
}

// Unprotect takes a member from the list.
func (d *Desk) Unprotect(ctx context.Context, officer union.MemberID, called string) (union.Member, error) {
	m, err := d.below(ctx, officer, called, carers)
	if err != nil {
		return m, err
	}
	was, err := d.Store.DropShield(ctx, m.ID)
	if err == nil && !was {
		err = ErrNothing
	}
	return m, err
}

// Protected lists who of an officer's members is not to be greeted, and how many more.
func (d *Desk) Protected(ctx context.Context, officer union.MemberID) (list []Shielded, more int, err error) {
	over, err := d.over(ctx, officer, carers)
	if err != nil {
		return nil, 0, err
	}
	list, err = d.Store.Shields(ctx, lineages(over), d.today().String(), countedMost)
	list, more = shown(list)
	return list, more, err
}

// below is the one member whom an officer means, by name or staff number, where the officer has one of the roles.
func (d *Desk) below(ctx context.Context, officer union.MemberID, called string, roles []union.Role) (union.Member, error) {
	over, err := d.over(ctx, officer, roles)
	if err != nil {
		return union.Member{}, err
	}
	found, err := d.Members.GreetedUnder(ctx, called, lineages(over), 2)
	switch {
	case err != nil:
		return union.Member{}, err
	case len(found) == 0:
		return union.Member{}, ErrUnknown
	case len(found) > 1:
		return union.Member{}, ErrSeveral
	}
	return found[0], nil
}

// Pending lists what an officer has to say of, the earliest first, and never the officer's own.
func (d *Desk) Pending(ctx context.Context, officer union.MemberID) ([]Due, error) {
	over, err := d.over(ctx, officer, deciders)
	if err != nil {
		return nil, err
	}
	list, err := d.Store.InState(ctx, lineages(over), Asked, d.answerable(), listed)
	return slices.DeleteFunc(list, func(g Due) bool { return g.Member == officer }), err
}

// answerable is since which day an officer may still say yes: later nobody understands what the wish is about.
func (d *Desk) answerable() string { return d.today().AddDays(-lookBack).String() }

// Question is what an officer is asked, while there is nothing said of it.
func (d *Desk) Question(ctx context.Context, officer union.MemberID, id int64) (Due, error) {
	over, err := d.over(ctx, officer, deciders)
	if err != nil {
		return Due{}, err
	}
	return d.question(ctx, officer, over, id)
}

func (d *Desk) question(ctx context.Context, officer union.MemberID, over []union.Holding, id int64) (Due, error) {
	g, err := d.Store.Find(ctx, id)
	switch {
	case err != nil:
		return g, err
	case g.Member == officer || !covers(over, g.To.Lineage):
		return g, union.ErrNotFound
	case g.State != Asked || g.SayOn < d.answerable():
		return g, union.ErrSettled
	}
	return g, nil
}

// Answer lets a greeting go out that was asked about, or drops it.
func (d *Desk) Answer(ctx context.Context, officer union.MemberID, id int64, yes bool) (g Due, err error) {
	over, err := d.over(ctx, officer, deciders)
	if err != nil {
		return g, err
	}
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		if g, err = d.question(ctx, officer, over, id); err != nil {
			return err
		}
		g.State = Declined
		if yes {
			g.State, g.SendAt = Approved, d.Morning(d.Now())
		}
		mine, err := d.Store.Change(ctx, g.Greeting, Asked)
		if err == nil && !mine {
			return union.ErrSettled
		}
		return err
	})
	return g, err
}

// unreachedAfter is how long after the greetings of a day officers are told whom they did not reach.
const unreachedAfter = 2 * time.Hour

// tellDays is for how many days greetings are looked at of which it is told that they have not arrived.
const tellDays = 2

// tellAll is after how long everything is looked at again: an officer may be new, and the clocks of replicas differ.
const tellAll = time.Hour

// told is how far whoever tells of the unreached has come, and since when.
type told struct {
	row   UnreachedRow
	since time.Time
}

// TellUnreached tells the officers, each once for the greetings of a day, that some of their members could not be reached. It goes on
// where the last call ended, so that one call at a time may be made.
func (d *Desk) TellUnreached(ctx context.Context) error {
	type tell struct {
		officer union.MemberID
		day     string
	}
	tells, asked, now := map[tell]bool{}, map[string][]union.Holding{}, d.Now()
	if now.Sub(d.told.since).Abs() >= tellAll {
		d.told = told{since: now}
	}
	q := UnreachedQuery{After: d.told.row, Lineages: []string{"/"}, Since: d.today().AddDays(-tellDays).String(), Limit: planBatch}
	for more := true; more; {
		found, err := d.Store.Unreached(ctx, q)
		if err != nil {
			return err
		}
		for _, u := range found {
			officers, known := asked[u.To.Lineage]
			if !known || slices.ContainsFunc(officers, func(h union.Holding) bool { return h.Member == u.To.ID }) {
				if officers, err = d.officers(ctx, u.To); err != nil {
					return err
				}
			}
			q.After, asked[u.To.Lineage] = u.Row, officers
			for _, h := range officers {
				tells[tell{h.Member, u.SayOn}] = true
			}
		}
		more = len(found) == q.Limit
	}
	for to := range tells {
		err := d.Outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("unreached/%d/%s", to.officer, to.day), Kind: notice.KindCare, Policy: notice.Resend, To: to.officer,
			Body: d.Words.UnreachedListed(), NotBefore: d.moment(d.today(), d.Data.Now().Greetings.At()+unreachedAfter),
		})
		if err != nil {
			return err
		}
	}
	d.told.row = q.After
	return nil
}
