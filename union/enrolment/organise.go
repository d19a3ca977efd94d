package enrolment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Organises lists the organisations over which the member is an organiser.
func (d *Desk) Organises(ctx context.Context, member union.MemberID) ([]union.Organisation, error) {
	holdings, err := d.members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("read offices: %w", err)
	}
	var orgs []union.Organisation
	for _, h := range holdings {
		if h.Role == union.Organiser {
			orgs = append(orgs, union.Organisation{ID: h.Org, Path: h.Path, Lineage: h.Lineage})
		}
	}
	return orgs, nil
}

// Parts finds organisations by their names below one, 一分厂 or 一分厂/锅炉班; missing are those that are not there.
func (d *Desk) Parts(ctx context.Context, below string, names []string) (parts []Part, missing []string, err error) {
	for _, name := range names {
		path := below + "/" + strings.TrimPrefix(name, below+"/")
		if name == below {
			path = below
		}
		org, err := d.members.OrganisationByPath(ctx, path)
		if errors.Is(err, union.ErrNotFound) {
			missing = append(missing, name)
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("find organisations: %w", err)
		}
		parts = append(parts, Part{Org: org.ID, Path: org.Path, Lineage: org.Lineage})
	}
	return parts, missing, nil
}

// Publish opens an activity for sign-up. It returns union.ErrForbidden for somebody who is no organiser over its
// organisation, and Problems. An activity with this Ref that is there already is returned as it is.
func (d *Desk) Publish(ctx context.Context, organiser union.MemberID, a Activity) (Activity, error) {
	var published Activity
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		org, err := d.members.Organisation(ctx, a.Org)
		if err != nil {
			return err
		}
		if err := d.mayOrganise(ctx, organiser, org.Lineage); err != nil {
			return err
		}
		before, err := d.store.Activities.ByRef(ctx, a.Ref)
		if !errors.Is(err, union.ErrNotFound) {
			published = before
			return err
		}
		a.OrgPath, a.Lineage, a.Author = org.Path, org.Lineage, organiser
		published, err = d.insert(ctx, a)
		return err
	})
	if err != nil {
		return Activity{}, fmt.Errorf("publish activity: %w", err)
	}
	return published, nil
}

func (d *Desk) insert(ctx context.Context, a Activity) (none Activity, _ error) {
	problems := a.Check()
	if !d.now().Before(a.ClosesAt) {
		problems = append(problems, Problem{"closes", "is over already"})
	}
	if len(problems) > 0 {
		return none, problems
	}
	number, err := d.number(ctx)
	if err != nil {
		return none, err
	}
	a.ID, a.Number, a.State, a.Version = ID(d.newID()), number, Open, 1
	return a, d.store.Activities.Insert(ctx, a)
}

// CloseSignUp ends signing up for an activity; its entries stay, and offers go on. Done before, nothing changes.
func (d *Desk) CloseSignUp(ctx context.Context, organiser union.MemberID, name string) (Activity, error) {
	return d.end(ctx, organiser, name, "", func(context.Context, Activity) (State, error) { return Closed, nil })
}

// CallOff cancels an activity. All who take part or wait are told; what was received already stays so.
func (d *Desk) CallOff(ctx context.Context, organiser union.MemberID, name, reason string) (Activity, error) {
	return d.end(ctx, organiser, name, reason, func(ctx context.Context, a Activity) (State, error) {
		if !d.now().Before(a.StartsAt) {
			return "", ErrOver
		}
		active, err := d.store.Entries.OfActivity(ctx, a.ID, Active...)
		if err != nil {
			return "", err
		}
		for _, e := range active {
			if e.State == Received {
				continue // who has it keeps it, and it stays known
			}
			held := e.State.Holds()
			e.become(CalledOff, organiser, d.now())
			if err := d.update(ctx, &e); err != nil {
				return "", err
			}
			if held {
				if err := d.store.Activities.Release(ctx, a.ID, e.Unit); err != nil {
					return "", err
				}
			}
			err := d.tell(ctx, e, "cancelled", e.People(), func() notice.Body { return d.words.ActivityCancelled(a, e, reason) })
			if err != nil {
				return "", err
			}
		}
		return Cancelled, nil
	})
}

func (d *Desk) end(ctx context.Context, organiser union.MemberID, name, reason string, as func(context.Context, Activity) (State, error)) (none Activity, _ error) {
	found, err := d.organised(ctx, organiser, name)
	if err != nil {
		return none, fmt.Errorf("end activity: %w", err)
	}
	err = d.changing(ctx, found.ID, func(ctx context.Context, a Activity) error {
		found = a
		if err := d.mayOrganise(ctx, organiser, a.Lineage); err != nil || a.State == Cancelled {
			return err
		}
		state, err := as(ctx, a)
		if err != nil || state == a.State {
			return err
		}
		a.State = state
		a.Ends = append(a.Ends, End{At: d.now(), By: organiser, State: state, Reason: reason})
		found = a
		return d.store.Activities.Update(ctx, a)
	})
	if err != nil {
		return none, fmt.Errorf("end activity: %w", err)
	}
	return found, nil
}
