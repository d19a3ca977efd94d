package enrolment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
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

func (d *Desk) insert(ctx context.Context, a Activity) (Activity, error) {
	problems := a.Check()
	if !d.now().Before(a.ClosesAt) {
		problems = append(problems, Problem{"closes", "is over already"})
	}
	if len(problems) > 0 {
		return Activity{}, problems
	}
	number, err := d.number(ctx)
	if err != nil {
		return Activity{}, err
	}
	a.ID, a.Number, a.State, a.Version = ID(d.newID()), number, Open, 1
	return a, d.store.Activities.Insert(ctx, a)
}

// Organised lists the activities that the member organises and that are to come, or were not long ago.
func (d *Desk) Organised(ctx context.Context, member union.MemberID) ([]Activity, error) {
	holdings, err := d.members.Holdings(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list organised activities: %w", err)
	}
	all, err := d.store.Activities.Since(ctx, d.now().Add(-shownAfter), mostShown)
	if err != nil {
		return nil, fmt.Errorf("list organised activities: %w", err)
	}
	return slices.DeleteFunc(all, func(a Activity) bool {
		return !union.MayDecide(holdings, union.Organiser, a.Lineage, nil)
	}), nil
}

// All lists what is to come, or was not long ago, for an operator.
func (d *Desk) All(ctx context.Context) ([]Activity, error) {
	return d.store.Activities.Since(ctx, d.now().Add(-shownAfter), mostShown)
}

// Roll is who takes part in an activity, and who waits.
type Roll struct {
	Activity
	// Entries are the active ones in the order of their coming; Ended counts the others.
	Entries []EntryView
	Ended   int
}

// organised finds an activity for one of its organisers, by number or title; union.ErrNotFound for anybody else.
func (d *Desk) organised(ctx context.Context, organiser union.MemberID, name string) (Activity, error) {
	a, err := d.find(ctx, name, d.now().Add(-shownAfter))
	if err != nil {
		return Activity{}, err
	}
	err = d.mayOrganise(ctx, organiser, a.Lineage)
	if errors.Is(err, union.ErrForbidden) {
		return Activity{}, union.ErrNotFound
	}
	return a, err
}

// Roll lists an activity's entries for one of its organisers, by its number or title. For anybody else it returns
// union.ErrNotFound.
func (d *Desk) Roll(ctx context.Context, organiser union.MemberID, name string) (Roll, error) {
	a, err := d.organised(ctx, organiser, name)
	if err != nil {
		return Roll{}, fmt.Errorf("list entries: %w", err)
	}
	all, err := d.store.Entries.OfActivity(ctx, a.ID, SignedUp, Waiting, Offered, Received, Withdrawn, Lapsed, CalledOff)
	if err != nil {
		return Roll{}, fmt.Errorf("list entries: %w", err)
	}
	roll := Roll{Activity: a}
	var people []union.MemberID
	for _, e := range all {
		people = append(people, e.People()...)
	}
	found, err := d.members.GetMany(ctx, people)
	if err != nil {
		return Roll{}, fmt.Errorf("list entries: %w", err)
	}
	waits := 0
	for _, e := range all {
		if e.State.Ended() {
			roll.Ended++
			continue
		}
		v := EntryView{Entry: e, Of: a, Captain: found[e.Member]}
		for _, mate := range e.Mates {
			v.Others = append(v.Others, found[mate])
		}
		if e.State == Waiting {
			v.Ahead = waits
			waits++
		}
		roll.Entries = append(roll.Entries, v)
	}
	return roll, nil
}

// CloseSignUp ends signing up for an activity; its entries stay, and offers go on. Done before, nothing changes.
func (d *Desk) CloseSignUp(ctx context.Context, organiser union.MemberID, name string) (Activity, error) {
	return d.end(ctx, organiser, name, func(context.Context, Activity) (State, error) { return Closed, nil })
}

// CallOff cancels an activity. All who take part or wait are told.
func (d *Desk) CallOff(ctx context.Context, organiser union.MemberID, name, reason string) (Activity, error) {
	return d.end(ctx, organiser, name, func(ctx context.Context, a Activity) (State, error) {
		if !d.now().Before(a.StartsAt) {
			return "", ErrOver
		}
		active, err := d.store.Entries.OfActivity(ctx, a.ID, Active...)
		if err != nil {
			return "", err
		}
		for _, e := range active {
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

func (d *Desk) end(ctx context.Context, organiser union.MemberID, name string, as func(context.Context, Activity) (State, error)) (Activity, error) {
	found, err := d.organised(ctx, organiser, name)
	if err != nil {
		return Activity{}, fmt.Errorf("end activity: %w", err)
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
		found = a
		return d.store.Activities.Update(ctx, a)
	})
	if err != nil {
		return Activity{}, fmt.Errorf("end activity: %w", err)
	}
	return found, nil
}

// Receive notes that what a campaign hands out was received: by its member's own word, or by an organiser's. It returns
// union.ErrNotFound for anybody else, and ErrNoHandout. Received before, nothing changes.
func (d *Desk) Receive(ctx context.Context, actor union.MemberID, number string) (EntryView, error) {
	v, err := d.Entry(ctx, actor, number)
	if err != nil {
		return EntryView{}, err
	}
	err = d.changing(ctx, v.Activity, func(ctx context.Context, a Activity) error {
		e, err := d.store.Entries.ByID(ctx, v.ID)
		if err != nil {
			return err
		}
		if e.Member != actor {
			if err := d.mayOrganise(ctx, actor, a.Lineage); err != nil {
				return err
			}
		}
		switch {
		case e.State == Received:
			v, err = d.view(ctx, a, e)
			return err
		case a.Kind != Campaign || e.State != SignedUp:
			return ErrNoHandout
		}
		e.become(Received, actor, d.now())
		if err := d.update(ctx, &e); err != nil {
			return err
		}
		v, err = d.view(ctx, a, e)
		return err
	})
	if err != nil {
		return EntryView{}, fmt.Errorf("note receipt: %w", err)
	}
	return v, nil
}

// SendEvidence sends the photos of an entry to an organiser, or to whoever sent them, and says how many. Asked again on
// the same occasion, they are sent once.
func (d *Desk) SendEvidence(ctx context.Context, viewer union.MemberID, number, occasion string) (int, error) {
	sent := 0
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		v, err := d.Entry(ctx, viewer, number)
		if err != nil {
			return err
		}
		if viewer != v.Member {
			if err := d.mayOrganise(ctx, viewer, v.Of.Lineage); err != nil {
				return err
			}
		}
		photos, err := d.store.Pictures.OfCase(ctx, cases.ID(v.ID))
		if err != nil {
			return err
		}
		var notices []notice.Notice
		for i, p := range photos {
			if p.State != cases.AttachmentKept {
				continue
			}
			notices = append(notices, notice.Notice{
				Key:  fmt.Sprintf("evidence/%d/%d/%s", p.ID, viewer, occasion),
				Kind: notice.KindPicture, Policy: notice.Resend, To: viewer,
				Body: notice.Body{
					Text: d.words.NoEvidence(v.Number, i+1),
					File: &notice.File{Hash: p.Hash, Type: p.Type, Name: fmt.Sprintf("%s-%d", v.Number, i+1)},
				},
			})
		}
		sent = len(notices)
		return d.outbox.Put(ctx, notices...)
	})
	if err != nil {
		return 0, fmt.Errorf("send evidence: %w", err)
	}
	return sent, nil
}
