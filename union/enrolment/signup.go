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

// Application is what a member signs up with.
type Application struct {
	Member   union.MemberID
	Activity ID
	// Team and Mates are its name and the others in it, where teams sign up.
	Team  string
	Mates []union.MemberID
	// OnSite or Pictures answer the evidence, Choice the question, Agreed the agreement by its hash.
	OnSite   bool
	Pictures []cases.ID
	Choice   string
	Agreed   string
}

// Signed is what came of signing up.
type Signed struct {
	EntryView
	// UnitIsFull says that one waits because the unit's places are taken.
	UnitIsFull bool
	// Again is true for somebody who had signed up before.
	Again bool
}

// SignUp takes a place or, where there is none, one on the waiting list. Whoever has signed up already gets the same
// entry, with Again set. It looks at everything here, whatever a conversation has shown before, and returns ErrClosed,
// ErrCancelled, what Activity.Entitled says, ErrIncomplete, ErrAgreement, *InTeamError or *MateError.
func (d *Desk) SignUp(ctx context.Context, app Application) (Signed, error) {
	var signed Signed
	err := d.changing(ctx, app.Activity, func(ctx context.Context, a Activity) (err error) {
		signed, err = d.signUp(ctx, a, app)
		return err
	})
	if err != nil {
		return Signed{}, fmt.Errorf("sign up: %w", err)
	}
	return signed, nil
}

func (d *Desk) signUp(ctx context.Context, a Activity, app Application) (none Signed, _ error) {
	team := append([]union.MemberID{app.Member}, app.Mates...)
	people, err := d.members.GetMany(ctx, team)
	if err != nil {
		return none, err
	}
	before, err := d.store.Entries.OfMembers(ctx, []ID{a.ID}, team)
	if err != nil {
		return none, err
	}
	if i := slices.IndexFunc(before, func(e Entry) bool { return slices.Contains(e.People(), app.Member) }); i >= 0 {
		v, err := d.view(ctx, a, before[i])
		return Signed{EntryView: v, Again: true}, err
	}
	if len(before) > 0 {
		return none, inTeam(before, team, people)
	}
	if err := d.admit(a, app, people); err != nil {
		return none, err
	}
	now := d.now()
	e := Entry{
		ID: ID(d.newID()), Activity: a.ID, Member: app.Member, Mates: app.Mates, Unit: a.Unit(people[app.Member].Lineage), Order: a.Moves,
		CreatedAt: now, Version: 1,
		Said: Said{Team: strings.TrimSpace(app.Team), OnSite: app.OnSite, Pictures: app.Pictures, Choice: app.Choice, Agreed: app.Agreed},
	}
	if e.Agreed != "" {
		e.AgreedAt = now
	}
	taken, err := d.store.Activities.Take(ctx, a.ID, e.Unit, a.PlacesOf(e.Unit))
	if err != nil {
		return none, err
	}
	e.become(SignedUp, app.Member, now)
	if taken != Got {
		e.History = nil
		e.become(Waiting, app.Member, now)
		e.WaitsUntil = a.StartsAt
	}
	if err := d.enter(ctx, a, &e, people[app.Member]); err != nil {
		return none, err
	}
	v, err := d.view(ctx, a, e)
	return Signed{EntryView: v, UnitIsFull: taken == UnitFull}, err
}

// enter writes a new entry and tells the team.
func (d *Desk) enter(ctx context.Context, a Activity, e *Entry, captain union.Member) (err error) {
	if e.Number, err = d.number(ctx); err != nil {
		return err
	}
	if err := d.store.Entries.Insert(ctx, *e); err != nil {
		return err
	}
	if len(e.Pictures) > 0 {
		if err := d.store.Pictures.Bind(ctx, e.Member, cases.ID(e.ID), e.Pictures); err != nil {
			return err
		}
	}
	return d.tell(ctx, *e, "team", e.Mates, func() notice.Body { return d.words.InTeam(a, *e, captain) })
}

func inTeam(before []Entry, team []union.MemberID, people map[union.MemberID]union.Member) error {
	taken := &InTeamError{}
	for _, id := range team {
		if slices.ContainsFunc(before, func(e Entry) bool { return slices.Contains(e.People(), id) }) {
			taken.Members = append(taken.Members, people[id])
		}
	}
	return taken
}

// admit looks whether everybody may take part and every answer is there.
func (d *Desk) admit(a Activity, app Application, people map[union.MemberID]union.Member) error {
	switch {
	case a.State == Cancelled:
		return ErrCancelled
	case !a.SignsUp(d.now()):
		return ErrClosed
	}
	if err := a.Entitled(people[app.Member]); err != nil {
		return err
	}
	for _, mate := range app.Mates {
		if err := a.Entitled(people[mate]); err != nil {
			return &MateError{Member: people[mate], Err: err}
		}
	}
	size := len(people)
	switch {
	case app.Agreed != a.AgreementHash():
		return ErrAgreement
	case a.Team == nil && len(app.Mates) > 0,
		a.Team != nil && (size != len(app.Mates)+1 || size < a.Team.Least || size > a.Team.Most || strings.TrimSpace(app.Team) == ""),
		a.Evidence != "" && !app.OnSite && len(app.Pictures) == 0,
		a.Ask != "" && !slices.Contains(a.Options, app.Choice):
		return ErrIncomplete
	}
	return nil
}

// Mates finds those who are named by staff number, for a team of the captain. Who cannot take part is named by
// *MateError, with the number alone where nobody has it, or by *InTeamError.
func (d *Desk) Mates(ctx context.Context, captain union.MemberID, activity ID, staffNos []string) ([]union.Member, error) {
	a, err := d.store.Activities.ByID(ctx, activity)
	if err != nil {
		return nil, fmt.Errorf("find team: %w", err)
	}
	var mates []union.Member
	var ids []union.MemberID
	people := map[union.MemberID]union.Member{}
	for _, no := range staffNos {
		m, err := d.members.ByStaffNo(ctx, no)
		if errors.Is(err, union.ErrNotFound) {
			return nil, &MateError{Member: union.Member{StaffNo: union.StaffNoKey(no)}, Err: union.ErrNotFound}
		}
		if err != nil {
			return nil, fmt.Errorf("find team: %w", err)
		}
		if m.ID == captain || slices.Contains(ids, m.ID) {
			continue
		}
		if err := a.Entitled(m); err != nil {
			return nil, &MateError{Member: m, Err: err}
		}
		mates, ids, people[m.ID] = append(mates, m), append(ids, m.ID), m
	}
	before, err := d.store.Entries.OfMembers(ctx, []ID{a.ID}, ids)
	if err != nil {
		return nil, fmt.Errorf("find team: %w", err)
	}
	if len(before) > 0 {
		return nil, inTeam(before, ids, people)
	}
	return mates, nil
}
