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

// Publicity is a public notice (公示) that runs: what every member may read of a case, with the name masked and sums as bands.
type Publicity struct {
	Case   ID
	Number string
	Root   union.OrgID // of the union whose members read it
	Text   string
	From   time.Time
	Until  time.Time
}

// Objection is what a member says against a case that is made public. Only those who decide its step read it, and by whom.
type Objection struct {
	ID     ID
	Case   ID
	Member union.MemberID
	Text   string
	At     time.Time
	// Name and Unit are the member's, as officers are shown them.
	Name, Unit string
}

// PublicityStore keeps public notices and what is said against them.
type PublicityStore interface {
	// Open begins a notice, once a case; a case that is made public again runs anew.
	Open(ctx context.Context, p Publicity) error
	// Close ends the notice of a case, if one runs.
	Close(ctx context.Context, id ID, at time.Time) error
	// Running lists the notices of a union that are open and have not run out, the one that ends first first.
	Running(ctx context.Context, root union.OrgID, now time.Time, limit int) ([]Publicity, error)
	// Of returns the running notice of a case, or union.ErrNotFound.
	Of(ctx context.Context, id ID, now time.Time) (Publicity, error)
	Object(ctx context.Context, o Objection) error
	// Objections lists what was said against a case, oldest first.
	Objections(ctx context.Context, id ID) ([]Objection, error)
}

const (
	mostPublic     = 20
	mostObjections = 3 // of one member to one case
)

// ErrEnough means that a member has said enough against one case.
var ErrEnough = errors.New("the member has objected often enough")

// publish posts the public notice of a step that has just opened: every member may read it, and those who put it up on the
// wall get it ready to forward.
func (d *Desk) publish(ctx context.Context, m *matter) error {
	step, ok := m.service.Step(m.Step)
	if !ok || m.State != Open || step.Publish.Empty() || step.Wait == 0 {
		return nil
	}
	now := d.now()
	v := m.taskView(Task{Case: m.ID, Step: m.Step})
	if err := d.nameSharers(ctx, m, &v); err != nil {
		return err
	}
	p := Publicity{Case: m.ID, Number: m.Number, Root: rootOf(m.Lineage), Text: d.words.Public(v), From: now, Until: d.due(now, step.Wait)}
	if err := d.store.Publicities.Open(ctx, p); err != nil {
		return err
	}
	return d.tellPosters(ctx, m, "publicity", d.words.PublicityToPost(p))
}

// nameSharers reads for a step that makes a case public who filed it together.
func (d *Desk) nameSharers(ctx context.Context, m *matter, v *TaskView) error {
	others := m.others()
	if v.Review.Publish.Empty() || v.AuthorName == "" || len(others) == 0 {
		return nil
	}
	ids := make([]union.MemberID, len(others))
	for i, c := range others {
		ids[i] = c.Member
	}
	var err error
	v.Sharers, err = d.people(ctx, ids)
	return err
}

// takeDown ends a notice before its time, and has it taken off the wall.
func (d *Desk) takeDown(ctx context.Context, m *matter) error {
	p, err := d.store.Publicities.Of(ctx, m.ID, d.now())
	if errors.Is(err, union.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.store.Publicities.Close(ctx, m.ID, d.now()); err != nil {
		return err
	}
	return d.tellPosters(ctx, m, "unpublished", d.words.PublicityToTakeDown(p))
}

// tellPosters tells those who put a case's notice up on the wall.
func (d *Desk) tellPosters(ctx context.Context, m *matter, what string, body notice.Body) error {
	var to []union.MemberID
	for _, role := range []union.Role{union.Organiser, union.BranchChair} {
		holdings, err := d.members.Holders(ctx, role, m.Lineage)
		if err != nil {
			return err
		}
		for _, h := range holdings {
			if h.Org == holdings[0].Org && !slices.Contains(to, h.Member) && !slices.Contains(m.parties(h.Member), h.Member) {
				to = append(to, h.Member)
			}
		}
	}
	notices := make([]notice.Notice, len(to))
	for i, member := range to {
		notices[i] = notice.Notice{
			Key: fmt.Sprintf("%s/%d/%d/%d", what, m.ID, m.Version, member), Kind: notice.KindTask, Policy: notice.Resend, To: member, Case: int64(m.ID), Body: body,
		}
	}
	if len(notices) == 0 {
		return nil
	}
	return d.outbox.Put(ctx, notices...)
}

// unpublish takes a notice down when its step is decided.
func (d *Desk) unpublish(ctx context.Context, m *matter, step service.Step) error {
	if step.Publish.Empty() {
		return nil
	}
	return d.store.Publicities.Close(ctx, m.ID, d.now())
}

// Publicities lists the public notices that run in the reader's union.
func (d *Desk) Publicities(ctx context.Context, reader union.MemberID) ([]Publicity, error) {
	who, err := d.members.Get(ctx, reader)
	if err != nil {
		return nil, fmt.Errorf("list public notices: %w", err)
	}
	if who.Status != union.Active {
		return nil, union.ErrForbidden
	}
	return d.store.Publicities.Running(ctx, rootOf(who.Lineage), d.now(), mostPublic)
}

// Object tells the officers who decide a case that is made public what a member has against it. Its author learns neither who
// nor what. It returns union.ErrNotFound where no such notice runs, union.ErrForbidden to the author and to who is no active
// member, and ErrEnough to who has objected often.
func (d *Desk) Object(ctx context.Context, member union.MemberID, number, text string) error {
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.object(ctx, member, number, text) })
	if err != nil {
		return fmt.Errorf("object to case: %w", err)
	}
	return nil
}

func (d *Desk) object(ctx context.Context, member union.MemberID, number, text string) error {
	who, err := d.members.Get(ctx, member)
	if err != nil {
		return err
	}
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return err
	}
	if _, err := d.store.Publicities.Of(ctx, m.ID, d.now()); err != nil {
		return err
	}
	switch {
	case rootOf(who.Lineage) != rootOf(m.Lineage):
		return union.ErrNotFound
	case who.Status != union.Active, slices.Contains(m.parties(member), member):
		return union.ErrForbidden
	}
	said, err := d.store.Publicities.Objections(ctx, m.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, o := range said {
		if o.Member == member {
			n++
		}
	}
	if n >= mostObjections {
		return ErrEnough
	}
	o := Objection{ID: ID(d.newID()), Case: m.ID, Member: member, Text: text, At: d.now(), Name: who.Name, Unit: who.Unit()}
	if err := d.store.Publicities.Object(ctx, o); err != nil {
		return err
	}
	var notices []notice.Notice
	for _, officer := range officersOf(m.had()) {
		notices = append(notices, notice.Notice{
			Key: fmt.Sprintf("objection/%d/%d", o.ID, officer), Kind: notice.KindTask, Policy: notice.Resend, To: officer, Case: int64(m.ID),
			Body: d.words.Objected(m.Number),
		})
	}
	if len(notices) == 0 {
		return nil
	}
	return d.outbox.Put(ctx, notices...)
}

// objectionsTo is what was said against a case, for those who decide the step that makes it public.
func (d *Desk) objectionsTo(ctx context.Context, m *matter, step service.Step) ([]Objection, error) {
	if step.Publish.Empty() {
		return nil, nil
	}
	return d.store.Publicities.Objections(ctx, m.ID)
}
