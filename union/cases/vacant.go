package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// NobodyError says for which step there is nobody. errors.Is(err, union.ErrNoOfficer) holds.
type NobodyError struct {
	Service *service.Service
	Step    service.Step
	matter  *matter
}

func (e *NobodyError) Error() string {
	return "nobody decides the step " + e.Step.Name + " of " + e.Service.Name
}

// Unwrap makes it a union.ErrNoOfficer.
func (e *NobodyError) Unwrap() error { return union.ErrNoOfficer }

// Vacancy is a step whose office nobody holds, as those who look after the union's data are told of it.
type Vacancy struct {
	Number  string
	Service *service.Service
	Step    service.Step
	// To are those who have it instead; nobody where the decision before it was refused.
	To []union.Member
}

// VacancyWords puts that into words.
type VacancyWords interface {
	Vacant(v Vacancy) notice.Body
}

// caretakers are those who look after the data of the union to which the case belongs: its administrators, or else its chairs.
func (d *Desk) caretakers(ctx context.Context, m *matter) ([]union.MemberID, error) {
	root := m.Lineage
	if i := strings.IndexByte(strings.TrimPrefix(root, "/"), '/'); i >= 0 {
		root = root[:i+2]
	}
	for _, role := range []union.Role{union.Admin, union.Chair} {
		holdings, err := d.members.Holders(ctx, role, root)
		if err != nil {
			return nil, err
		}
		if len(holdings) == 0 {
			continue
		}
		ids := make([]union.MemberID, len(holdings))
		for i, h := range holdings {
			ids[i] = h.Member
		}
		return ids, nil
	}
	return nil, nil
}

// unheld notes that a step which nobody's office is goes to these instead.
func (m *matter) unheld(step service.Step, asked []union.Member) {
	m.vacant = append(m.vacant, Vacancy{Step: step, To: slices.Clone(asked)})
}

// emptied is unheld for a step that is taken from whoever has left, or a seat of it, where nobody holds that office over the case any more.
func (d *Desk) emptied(ctx context.Context, m *matter, step service.Step, asked []union.Member) error {
	holdings, err := d.members.Holders(ctx, step.Who.Role, m.Lineage)
	if err == nil && len(holdings) == 0 && len(asked) > 0 {
		m.unheld(step, asked)
	}
	return err
}

// tellVacant puts on record who has a step, or a seat of it, whose office nobody holds, and tells those who look after the
// union's data: once a day and step, for many cases may come to it.
func (d *Desk) tellVacant(ctx context.Context, m *matter, officers []union.Member) error {
	var told []union.MemberID
	for _, v := range m.vacant {
		if !slices.ContainsFunc(officers, func(o union.Member) bool { return o.ID == v.To[0].ID }) || slices.Contains(told, v.To[0].ID) {
			continue // not asked now, or said already
		}
		told = append(told, v.To[0].ID)
		if err := d.happened(ctx, m, d.byItself(ctx, m, EventUnheld, v.Step.Title.ZH+" → "+namesOf(v.To))); err != nil {
			return err
		}
		v.Number, v.Service = m.Number, m.service
		if err := d.alertCaretakers(ctx, m, v); err != nil {
			return err
		}
	}
	if len(told) > 0 {
		m.vacant = nil
	}
	return nil
}

// happened adds an entry beside what has just been written.
func (d *Desk) happened(ctx context.Context, m *matter, event Event) error {
	if m.Version == 1 { // its only entry is that it was filed
		return d.change(ctx, m, event)
	}
	return d.store.Timeline.Append(ctx, m.ID, m.Version, event)
}

func (d *Desk) alertCaretakers(ctx context.Context, m *matter, v Vacancy) error {
	ids, err := d.caretakers(ctx, m)
	if err != nil {
		return err
	}
	notices := make([]notice.Notice, len(ids))
	for i, id := range ids {
		notices[i] = notice.Notice{
			Key: fmt.Sprintf("vacant/%s/%s/%s/%d", m.service.Name, v.Step.Name, d.today(), id), Kind: notice.KindDigest, Policy: notice.Resend, To: id,
			Coarse: m.service.Sealed, Body: d.words.Vacant(v),
		}
	}
	return d.outbox.Put(ctx, notices...)
}

// alertNobody tells those who look after the union's data of a step for which there is nobody at all, so that what came before
// it was refused. It returns the error that it was given.
func (d *Desk) alertNobody(ctx context.Context, err error) error {
	var nobody *NobodyError
	if !errors.As(err, &nobody) || nobody.Service.Sealed { // when a sealed case was tried to be filed is nobody's to know
		return err
	}
	told := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		return d.alertCaretakers(ctx, nobody.matter, Vacancy{Number: nobody.matter.Number, Service: nobody.Service, Step: nobody.Step})
	})
	return errors.Join(err, told)
}
