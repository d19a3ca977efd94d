package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/standin"
)

// StandInWish is an officer's wish that another acts in their place.
type StandInWish struct {
	Absent, By union.MemberID
	From, To   calendar.Date
}

// StandInView is a stand-in as the two are told of it.
type StandInView struct {
	standin.Standin
	AbsentMember, ByMember union.Member
	// Again says that it was so already. Replaces are those who were asked before and had not answered.
	Again    bool
	Replaces []union.Member
	// Circle is the first day on which both are away and stand in for each other, in the end; zero for none.
	Circle calendar.Date
	// Left says that one of the two has left. Actor is who ended it, 0 for nobody.
	Left  bool
	Actor union.MemberID
}

// StandInWords puts stand-ins into words.
type StandInWords interface {
	// StandInAsked asks a member to stand in, by a card whose TaskID is StandInCardID; StandInSettled is that card once there is
	// nothing to answer any more.
	StandInAsked(v StandInView) notice.Body
	StandInSettled(v StandInView) notice.Body
	// Rerouted tells the author who has a step now, by the kind of the event: it was lent, given back, or sent one level up.
	Rerouted(m Moved, kind string) notice.Body
	// StandInNews tells whoever is away, or whoever stands in, what has become of it.
	StandInNews(v StandInView, toAbsent bool) notice.Body
}

// StandInCardID identifies the card at the platform.
func StandInCardID(id standin.ID) string { return fmt.Sprintf("standin-%d", id) }

// AskStandIn asks a member to act in an officer's place (请人代办). Nothing is lent before that one accepts. It returns
// union.ErrForbidden for somebody who holds no office, union.ErrNotFound where the other is no member, and what standin.Check
// refuses.
func (d *Desk) AskStandIn(ctx context.Context, w StandInWish) (StandInView, error) {
	var done StandInView
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.askStandIn(ctx, w)
		return err
	})
	if err != nil {
		return StandInView{}, fmt.Errorf("ask stand-in: %w", err)
	}
	return done, nil
}

// MayAskStandIn says whether a member holds an office in which somebody could act, or stands in for somebody who does.
func (d *Desk) MayAskStandIn(ctx context.Context, member union.MemberID) (bool, error) {
	var groups []string
	if d.groups != nil {
		groups = d.groups.GroupNames()
	}
	holdings, err := d.heldWith(ctx, member, groups)
	if err != nil {
		return false, fmt.Errorf("look for an office: %w", err)
	}
	mine, err := d.store.StandIns.Of(ctx, member)
	if err != nil {
		return false, fmt.Errorf("look for an office: %w", err)
	}
	stands := slices.ContainsFunc(mine, func(s standin.Standin) bool { return s.By == member && s.State == standin.Accepted })
	return len(holdings) > 0 || stands, nil
}

func (d *Desk) askStandIn(ctx context.Context, w StandInWish) (none StandInView, _ error) {
	if may, err := d.MayAskStandIn(ctx, w.Absent); err != nil || !may {
		return none, cmp.Or(err, union.ErrForbidden)
	}
	mine, err := d.store.StandIns.Of(ctx, w.Absent)
	if err != nil {
		return none, err
	}
	s := standin.Standin{ID: standin.ID(d.newID()), Absent: w.Absent, By: w.By, From: w.From, To: w.To, State: standin.Asked, AskedAt: d.now()}
	same, replaced, err := standin.Check(mine, s, d.today())
	if err != nil {
		return none, err
	}
	if same != nil {
		v, err := d.standInView(ctx, *same)
		v.Again = true
		return v, err
	}
	v, err := d.standInView(ctx, s)
	if err != nil {
		return none, err
	}
	if v.ByMember.Status != union.Active {
		return none, union.ErrNotFound
	}
	for _, old := range replaced {
		gone := old
		gone.State, gone.EndedAt = standin.Recalled, d.now()
		if _, err := d.turnStandIn(ctx, old, gone, w.Absent); err != nil {
			return none, err
		}
		people, err := d.people(ctx, []union.MemberID{old.By})
		if err != nil {
			return none, err
		}
		v.Replaces = append(v.Replaces, people...)
	}
	if err := d.store.StandIns.Insert(ctx, s); err != nil {
		return none, err
	}
	return v, d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("standin/%d", s.ID), Kind: notice.KindTask, Policy: notice.Resend, To: s.By, Body: d.words.StandInAsked(v),
	})
}

func (d *Desk) standInView(ctx context.Context, s standin.Standin) (none StandInView, _ error) {
	found, err := d.members.GetMany(ctx, []union.MemberID{s.Absent, s.By})
	if err != nil {
		return none, err
	}
	v := StandInView{Standin: s, AbsentMember: found[s.Absent], ByMember: found[s.By]}
	if !s.State.Open() {
		return v, nil
	}
	all, err := d.store.StandIns.Accepted(ctx)
	if err != nil {
		return none, err
	}
	v.Circle, _ = standin.Circle(all, s)
	return v, nil
}

// turnStandIn takes one to another state, tells whom it concerns and records who did it. It says no where somebody was quicker.
func (d *Desk) turnStandIn(ctx context.Context, was, is standin.Standin, actor union.MemberID) (none StandInView, _ error) {
	done, err := d.store.StandIns.Update(ctx, was, is)
	if err != nil {
		return none, err
	}
	if !done {
		return none, union.ErrStale
	}
	v, err := d.standInView(ctx, is)
	if err != nil {
		return none, err
	}
	v.Actor = actor
	return v, d.tellOfStandIn(ctx, was, v)
}

// tellOfStandIn lets the two know what has become of a stand-in, but for whoever did it, and puts it on record. That it is over
// once its last day has passed is told to nobody.
func (d *Desk) tellOfStandIn(ctx context.Context, was standin.Standin, v StandInView) error {
	var notices []notice.Notice
	put := func(what string, to union.Member, body notice.Body) {
		if to.Status == union.Active && to.ID != v.Actor {
			notices = append(notices, notice.Notice{Key: fmt.Sprintf("%s/%d/%d", what, v.ID, to.ID), Kind: notice.KindTask, Policy: notice.Resend, To: to.ID, Body: body})
		}
	}
	switch {
	case was.State == standin.Asked && v.State == standin.Asked: // its first day has come
		if !dayOf(was.AskedAt, d.zone).Before(v.From) {
			return nil // it was asked today
		}
		put("standin-waits", v.AbsentMember, d.words.StandInNews(v, true))
		put("standin-waits", v.ByMember, d.words.StandInNews(v, false))
	case was.State != v.State && v.State != standin.Over:
		put("standin-"+string(v.State), v.AbsentMember, d.words.StandInNews(v, true))
		if was.State == standin.Accepted || v.State == standin.Recalled {
			put("standin-"+string(v.State), v.ByMember, d.words.StandInNews(v, false))
		}
		if was.State == standin.Asked {
			notices = append(notices, notice.Notice{
				Key: fmt.Sprintf("standin-settled/%d", v.ID), Kind: notice.KindCardUpdate, Policy: notice.Resend, To: v.By, Body: d.words.StandInSettled(v),
			})
		}
	}
	if err := d.outbox.Put(ctx, notices...); err != nil {
		return err
	}
	if was.State == v.State {
		return nil
	}
	return d.store.Audit.Append(ctx, audit.Entry{
		Key: fmt.Sprintf("standin/%d/%s", v.ID, v.State), At: d.now(), Kind: audit.StandIn, Actor: v.Actor, Member: v.Absent,
		Note: fmt.Sprintf("%s → %s, %s to %s: %s", v.AbsentMember.StaffNo, v.ByMember.StaffNo, v.From, v.To, v.State),
	})
}

// AnswerStandIn takes the answer of a member who was asked. Where it was answered so already, Again is set. It returns
// union.ErrNotFound for one that the member was not asked, union.ErrSettled with what has become of it where it is over, and
// *standin.OverlapError where somebody else has accepted meanwhile.
func (d *Desk) AnswerStandIn(ctx context.Context, member union.MemberID, id standin.ID, accept bool) (StandInView, error) {
	to := standin.Refused
	if accept {
		to = standin.Accepted
	}
	return d.changeStandIn(ctx, id, func(s standin.Standin) (standin.Standin, error) {
		switch {
		case s.By != member:
			return s, union.ErrNotFound
		case s.State == to:
			return s, nil
		case s.State != standin.Asked:
			return s, union.ErrSettled
		case s.To.Before(d.today()):
			return s, standin.ErrPast
		}
		s.State, s.Moved, s.AnsweredAt = to, false, d.now()
		return s, nil
	}, member)
}

// CancelStandIn ends a stand-in at the word of one of the two: what was asked only by whoever asked. What is undecided comes
// back. It returns union.ErrNotFound for one of which the member is no part, and union.ErrSettled where it is over.
func (d *Desk) CancelStandIn(ctx context.Context, member union.MemberID, id standin.ID) (StandInView, error) {
	return d.changeStandIn(ctx, id, func(s standin.Standin) (standin.Standin, error) {
		switch {
		case s.Absent != member && s.By != member, s.State == standin.Asked && s.Absent != member:
			return s, union.ErrNotFound
		case !s.State.Open():
			return s, union.ErrSettled
		}
		if s.State == standin.Asked {
			s.State = standin.Recalled
		} else {
			s.State = standin.Ended
		}
		s.EndedAt = d.now()
		return s, nil
	}, member)
}

func (d *Desk) changeStandIn(ctx context.Context, id standin.ID, turn func(standin.Standin) (standin.Standin, error), actor union.MemberID) (v StandInView, err error) {
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		s, err := d.store.StandIns.ByID(ctx, id)
		if err != nil {
			return err
		}
		next, refused := turn(s)
		if errors.Is(refused, union.ErrNotFound) {
			return refused
		}
		if refused != nil || next.State == s.State {
			if v, err = d.standInView(ctx, s); err != nil {
				return err
			}
			v.Again = true
			return refused
		}
		if next.State == standin.Accepted {
			if err := d.stillFree(ctx, next); err != nil {
				return err
			}
		}
		v, err = d.turnStandIn(ctx, s, next, actor)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("change stand-in: %w", err)
	}
	return v, nil
}

// stillFree refuses to count two stand-ins of one member on one day, be it that two accept at once.
func (d *Desk) stillFree(ctx context.Context, s standin.Standin) error {
	if err := d.store.StandIns.Hold(ctx, s.Absent); err != nil {
		return err
	}
	mine, err := d.store.StandIns.Of(ctx, s.Absent)
	if err != nil {
		return err
	}
	for _, other := range mine {
		if other.ID != s.ID && other.Absent == s.Absent && other.State == standin.Accepted && other.Overlaps(s) {
			return &standin.OverlapError{With: other}
		}
	}
	return nil
}

// EndAbsence ends what counts today of an officer who is back, and takes back what was asked for today and not answered.
func (d *Desk) EndAbsence(ctx context.Context, member union.MemberID) (ended []StandInView, err error) {
	err = d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		ended = nil
		mine, err := d.store.StandIns.Of(ctx, member)
		if err != nil {
			return err
		}
		for _, s := range mine {
			if s.Absent != member || d.today().Before(s.From) {
				continue
			}
			next := s
			if next.State, next.EndedAt = standin.Ended, d.now(); s.State == standin.Asked {
				next.State = standin.Recalled
			}
			v, err := d.turnStandIn(ctx, s, next, member)
			if err != nil {
				return err
			}
			ended = append(ended, v)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("end absence: %w", err)
	}
	return ended, nil
}

// StandIns lists those of a member, on either side, of which something can still come.
func (d *Desk) StandIns(ctx context.Context, member union.MemberID) ([]StandInView, error) {
	list, err := d.store.StandIns.Of(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("list stand-ins: %w", err)
	}
	views := make([]StandInView, len(list))
	for i, s := range list {
		if views[i], err = d.standInView(ctx, s); err != nil {
			return nil, fmt.Errorf("list stand-ins: %w", err)
		}
	}
	return views, nil
}
