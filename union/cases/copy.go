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

// Copy is a case that somebody was given to read (抄送), and to do nothing else with.
type Copy struct {
	Case   ID
	Member union.MemberID
	From   union.MemberID // 0: by the service's file
	SentAt time.Time
	ReadAt time.Time // zero while it was not read
	Name   string    // of the member, as it is shown
}

// MostCopies is how many are given one case to read.
const MostCopies = 20

// ErrCopiesEnough means that as many were given the case to read as may be.
var ErrCopiesEnough = errors.New("enough people read the case")

// CopyStore keeps who was given a case to read.
type CopyStore interface {
	// Send keeps a copy. Who has one keeps that one.
	Send(ctx context.Context, c Copy) error
	// Of lists the copies of a case, oldest first.
	Of(ctx context.Context, id ID) ([]Copy, error)
	// Read marks a copy as read, the first time.
	Read(ctx context.Context, id ID, member union.MemberID, at time.Time) error
}

// CopyWords puts into words that somebody is given a case to read.
type CopyWords interface {
	// Copied tells whoever gets it, and by whom; by nobody where the service's file says so.
	Copied(v TaskView, from union.Member) notice.Body
}

// Copying is an officer's wish that others read a case.
type Copying struct {
	Number string
	From   union.MemberID
	To     []union.MemberID
}

// Copied is what a copy came to: who got one now, and who had one.
type Copied struct {
	Case    Case
	Service *service.Service
	To      []union.Member
	Before  []union.Member
}

// CopyTo gives a case to others to read (抄送). An officer may who may know of it by an office or a task; those may get it who hold
// an office over it and are apart from nobody's interest in it, as long as it is not sealed. It returns union.ErrNotFound for
// what the officer may not know of, union.ErrForbidden to everybody else who may, *UnfitError for somebody who cannot get it,
// ErrClosedCase and ErrCopiesEnough. With an error nobody gets one.
func (d *Desk) CopyTo(ctx context.Context, in Copying) (done Copied, err error) {
	err = handing(ctx, d, "copy case", func(ctx context.Context) (err error) {
		done, err = d.copyTo(ctx, in)
		return err
	})
	return done, err
}

// MayCopy says whether an officer may give the case to others to read: it returns what CopyTo does where not.
func (d *Desk) MayCopy(ctx context.Context, officer union.MemberID, number string) error {
	if _, err := d.copyable(ctx, officer, number); err != nil {
		return fmt.Errorf("find case to copy: %w", err)
	}
	return nil
}

func (d *Desk) copyable(ctx context.Context, officer union.MemberID, number string) (*matter, error) {
	m, holdings, err := d.seen(ctx, officer, 0, number)
	switch {
	case err != nil:
		return nil, err
	case m.Seal != nil:
		return nil, ErrClosedCase
	case slices.Contains(m.parties(officer), officer) || !m.maySee(officer, holdings):
		return nil, union.ErrForbidden
	}
	return m, nil
}

func (d *Desk) copyTo(ctx context.Context, in Copying) (none Copied, _ error) {
	m, err := d.copyable(ctx, in.From, in.Number)
	if err != nil {
		return none, err
	}
	to, err := d.chosen(ctx, in.To)
	if err != nil {
		return none, err
	}
	from, err := d.members.Get(ctx, in.From)
	if err != nil {
		return none, err
	}
	done := Copied{Case: m.forOfficers(), Service: m.service}
	fresh, err := d.reads(ctx, m, to)
	if err != nil {
		return none, err
	}
	for _, p := range to {
		if !slices.ContainsFunc(fresh, func(f union.Member) bool { return f.ID == p.ID }) {
			done.Before = append(done.Before, p)
		}
	}
	if done.To = fresh; len(fresh) == 0 {
		return done, nil
	}
	return done, d.copyAll(ctx, m, from, fresh)
}

// chosen reads whom an officer has chosen, each once.
func (d *Desk) chosen(ctx context.Context, ids []union.MemberID) (to []union.Member, err error) {
	found, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		p, known := found[id]
		if !known {
			return nil, &UnfitError{Who: union.Member{ID: id}}
		}
		if !slices.Contains(ids[:i], id) {
			to = append(to, p)
		}
	}
	if len(to) == 0 {
		return nil, &UnfitError{}
	}
	return to, nil
}

// reads finds those of people who have no copy yet, and refuses whoever may not have one.
func (d *Desk) reads(ctx context.Context, m *matter, people []union.Member) (fresh []union.Member, err error) {
	copies, err := d.store.Copies.Of(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	step, _ := m.service.Step(m.Step)
	for _, p := range people {
		if slices.ContainsFunc(copies, func(c Copy) bool { return c.Member == p.ID }) {
			continue
		}
		may, err := d.mayRead(ctx, m, step, p, false)
		if err != nil {
			return nil, err
		}
		if !may {
			return nil, &UnfitError{Who: p}
		}
		fresh = append(fresh, p)
	}
	if len(copies)+len(fresh) > MostCopies {
		return nil, ErrCopiesEnough
	}
	return fresh, nil
}

// copyAll gives the case to people who may read it and have no copy.
func (d *Desk) copyAll(ctx context.Context, m *matter, from union.Member, to []union.Member) error {
	event := Event{At: d.moment(m), Actor: from.ID, Name: from.Name, Kind: EventCopied, Note: namesOf(to)}
	if from.ID == 0 {
		event.Name = Itself
	}
	if err := d.changeAt(ctx, m, m.Step, event); err != nil {
		return err
	}
	view := m.taskView(Task{Case: m.ID, Step: m.Step, DueAt: m.DueAt})
	for _, p := range to {
		if err := d.store.Copies.Send(ctx, Copy{Case: m.ID, Member: p.ID, From: from.ID, SentAt: event.At}); err != nil {
			return err
		}
		if err := d.outbox.Put(ctx, notice.Notice{
			Key: fmt.Sprintf("copy/%d/%d", m.ID, p.ID), Kind: notice.KindTask, Policy: notice.Resend, To: p.ID, Case: int64(m.ID),
			Body: d.words.Copied(view, from),
		}); err != nil {
			return err
		}
	}
	return nil
}

// copyAtEnd gives a case that has ended to those whom the service's file names: of each role the nearest holders.
func (d *Desk) copyAtEnd(ctx context.Context, m *matter) error {
	if !m.State.Ended() || m.Seal != nil {
		return nil
	}
	var to []union.Member
	for _, role := range m.service.Copy {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return err
		}
		for _, h := range holdings {
			if h.Org != holdings[0].Org || slices.ContainsFunc(to, func(p union.Member) bool { return p.ID == h.Member }) {
				continue
			}
			p, err := d.members.Get(ctx, h.Member)
			if err != nil {
				return err
			}
			if fresh, err := d.reads(ctx, m, []union.Member{p}); err == nil {
				to = append(to, fresh...)
			} else if !errors.As(err, new(*UnfitError)) && !errors.Is(err, ErrCopiesEnough) {
				return err
			}
		}
	}
	if len(to) == 0 {
		return nil
	}
	return d.copyAll(ctx, m, union.Member{}, to)
}

// withCopies adds to a view who was given the case to read, and marks the viewer's own copy as read. The author is not shown
// that.
func (d *Desk) withCopies(ctx context.Context, m *matter, viewer union.MemberID, v *View) error {
	if m.Seal != nil || slices.Contains(m.parties(viewer), viewer) {
		return nil
	}
	copies, err := d.store.Copies.Of(ctx, m.ID)
	if err != nil || len(copies) == 0 {
		return err
	}
	ids := make([]union.MemberID, len(copies))
	for i, c := range copies {
		ids[i] = c.Member
	}
	people, err := d.members.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	for i, c := range copies {
		copies[i].Name = people[c.Member].Name
		if c.Member == viewer && c.ReadAt.IsZero() {
			copies[i].ReadAt = d.now()
			if err := d.store.Copies.Read(ctx, m.ID, viewer, d.now()); err != nil {
				return err
			}
		}
		v.ToRead = v.ToRead || c.Member == viewer
	}
	holdings, err := d.holdings(ctx, m, viewer)
	if err == nil && m.maySee(viewer, holdings) {
		v.Copies = copies
	}
	return err
}
