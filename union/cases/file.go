package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// File makes a case of a draft: its number, the tasks of those who decide the first step, and their cards. Filing the
// same draft again returns the same case with Again set. Right and form are looked at here, whatever a conversation
// has asked before: it returns union.ErrForbidden for somebody who is no active member, *IncompleteError for a form
// with a hole, and union.ErrNoOfficer where nobody could decide; the draft then stays as it is.
func (d *Desk) File(ctx context.Context, draft Draft) (Filed, error) {
	var filed Filed
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		filed, err = d.file(ctx, draft)
		return err
	})
	if err != nil {
		return Filed{}, fmt.Errorf("file draft: %w", d.alertNobody(ctx, err))
	}
	d.behind.forget(draft.ID)
	return filed, nil
}

func (d *Desk) file(ctx context.Context, draft Draft) (none Filed, _ error) {
	m, officers, code, err := d.prepare(ctx, draft)
	if err == nil {
		var failed error
		if err, failed = d.enterOnce(ctx, m, draft, officers); failed != nil {
			return none, failed
		}
	}
	if err != nil {
		// What stands in the way now may not have when the draft was filed.
		filed, found, again := d.filedBefore(ctx, draft)
		switch {
		case again != nil || found:
			return filed, again
		case errors.Is(err, ErrFiled):
			err = union.ErrNotFound // the draft id is somebody else's
		}
		return none, err
	}
	return Filed{Case: m.forOfficersIfSealed(), Service: m.service, Author: m.authorIfNamed(), Officers: officers, Called: m.called, Code: code}, nil
}

// enterOnce is enter for a case that has to have what was spoken of it. Of two with one sound that are filed at one moment the rows
// decide. refused is ErrFiled or *SpokenError: then nothing of the case is kept. After failed the transaction has to end.
func (d *Desk) enterOnce(ctx context.Context, m *matter, draft Draft, officers []union.Member) (refused, failed error) {
	if m.Seal != nil || len(m.Voices()) == 0 { // a sealed case has no sound
		if err := d.enter(ctx, m, draft, officers); !errors.Is(err, ErrFiled) {
			return nil, err
		}
		return ErrFiled, nil
	}
	refused, failed = d.store.Tx.Part(ctx, func(ctx context.Context) error {
		if err := d.takeSounds(ctx, m); err != nil {
			return err
		}
		return d.enter(ctx, m, draft, officers)
	})
	if spoken := (*SpokenError)(nil); errors.Is(refused, ErrFiled) || errors.As(refused, &spoken) {
		return refused, failed
	}
	return nil, cmp.Or(failed, refused)
}

// enter writes all that a new case consists of, or fails with ErrFiled.
func (d *Desk) enter(ctx context.Context, m *matter, draft Draft, officers []union.Member) error {
	if err := d.store.Cases.Insert(ctx, m.Case, draft.ID); err != nil {
		return err
	}
	if err := cmp.Or(d.shield(ctx, m), d.noteSubjects(ctx, m)); err != nil {
		return err
	}
	tasks, err := d.ask(ctx, m, officers)
	if err != nil {
		return err
	}
	if err := d.keepClocks(ctx, m); err != nil {
		return err
	}
	if err := d.record(ctx, m, draft); err != nil {
		return err
	}
	if err := d.number(ctx, m); err != nil {
		return err
	}
	if err := d.announce(ctx, m); err != nil {
		return err
	}
	if err := d.noteDetours(ctx, m, officers); err != nil {
		return err
	}
	if len(m.ladder()) > 0 {
		return d.ring(ctx, m, officers) // the cards of the tasks follow once somebody goes
	}
	return d.sendCards(ctx, m, tasks)
}

// prepare reads and checks all that filing needs, and writes nothing.
func (d *Desk) prepare(ctx context.Context, draft Draft) (m *matter, officers []union.Member, code string, err error) {
	author, err := d.members.Get(ctx, draft.Owner)
	if err != nil {
		return nil, nil, "", err
	}
	if author.Status != union.Active {
		return nil, nil, "", union.ErrForbidden
	}
	s, err := d.services.ByHash(ctx, draft.Hash)
	if err != nil {
		return nil, nil, "", err
	}
	if may, err := d.MayFile(ctx, author.ID, s); err != nil || !may {
		return nil, nil, "", cmp.Or(err, ErrNotYours)
	}
	if draft.Anonymous && !s.Summary.Anonymous && !s.Sealed {
		return nil, nil, "", ErrNamedOnly
	}
	if err := complete(s, draft); err != nil {
		return nil, nil, "", err
	}
	draft = draft.Filed(s)
	sums, err := draft.Sums(s)
	if err != nil {
		return nil, nil, "", err
	}
	maps.Copy(draft.Values, sums)
	if err := d.placeAuthor(ctx, s, author, draft); err != nil {
		return nil, nil, "", err
	}
	if m, err = d.newMatter(s, author, draft); err != nil {
		return nil, nil, "", err
	}
	if err := d.readTies(ctx, m); err != nil {
		return nil, nil, "", err
	}
	if s.Sealed {
		if code, err = d.seal(ctx, m, draft); err != nil {
			return nil, nil, "", err
		}
	}
	step, _ := s.Step(m.Step)
	officers, err = d.officers(ctx, step, m)
	return m, officers, code, err
}

// SpokenError says that a voice message of a draft is part of a case already: a second one would be without its sound.
type SpokenError struct{ Number string }

func (e *SpokenError) Error() string { return "the voice message is part of case " + e.Number }

// takeSounds gives the case what was spoken of it, as long as no other has that.
func (d *Desk) takeSounds(ctx context.Context, m *matter) error {
	sounds := m.Voices()
	if err := d.store.Attachments.Bind(ctx, m.Author, m.ID, sounds); err != nil {
		return err
	}
	for _, sound := range sounds { // m has no number yet, and is none of those that are found
		switch number, err := d.store.Attachments.Filed(ctx, sound); {
		case err != nil:
			return err
		case number != "":
			return &SpokenError{Number: number}
		}
	}
	return nil
}

// placeAuthor keeps with the draft to which organisation its author belongs, where the steps depend on it: it stays what it was when the
// author moves, unless the case goes along (moveAlong). Who files without a name is of one that has so many members that its steps do not tell who.
func (d *Desk) placeAuthor(ctx context.Context, s *service.Service, author union.Member, draft Draft) error {
	if !s.ByOrg() {
		return nil
	}
	path := author.OrgPath
	if draft.Anonymous && s.Summary.Anonymous {
		crowd, err := d.members.Crowd(ctx, author.Lineage, smallGroup)
		if err != nil {
			return err
		}
		path = crowd.Path
	}
	draft.Values[service.FieldOrg] = Value{Text: path}
	return nil
}

// newMatter makes a case of a draft, at the first step of its review.
func (d *Desk) newMatter(s *service.Service, author union.Member, draft Draft) (*matter, error) {
	now := d.now()
	m := &matter{service: s, author: author, from: author.Lineage, Case: Case{
		ID:        ID(d.newID()),
		Service:   s.Name,
		Hash:      s.Hash,
		Title:     titleOf(s, draft.Values),
		Author:    author.ID,
		Org:       author.Org,
		Lineage:   author.Lineage,
		Values:    draft.Values,
		Pictures:  draft.Pictures,
		Anonymous: draft.Anonymous && s.Summary.Anonymous,
		FiledAt:   now,
		Version:   1,
	}}
	state, _, err := review.Next(m.plan(), review.State{}, review.Event{Kind: review.Filed})
	if err != nil {
		return nil, err
	}
	m.become(state, now)
	d.wind(m, turn{})
	return m, nil
}

// MayFile says whether the service is one for the member to file, by the roles that the member holds.
func (d *Desk) MayFile(ctx context.Context, member union.MemberID, s *service.Service) (bool, error) {
	if len(s.Only) == 0 {
		return true, nil
	}
	holdings, err := d.members.Holdings(ctx, member)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(holdings, func(h union.Holding) bool { return slices.Contains(s.Only, h.Role) }), nil
}

// record writes what belongs to the case and needs no number.
func (d *Desk) record(ctx context.Context, m *matter, draft Draft) error {
	err := d.store.Timeline.Append(ctx, m.ID, m.Version, Event{
		At: m.FiledAt, Actor: m.Author, Name: m.author.Name, Kind: EventFiled, Note: draft.By, Sealed: m.service.Sealed,
	})
	if err != nil {
		return err
	}
	if m.service.Sealed {
		return nil // no draft, no pictures, no likeness: each would name the author, or what was written
	}
	if err := d.store.Drafts.Close(ctx, draft, DraftFiled); err != nil {
		return err
	}
	if attached := slices.Concat(m.Pictures, m.Voices()); len(attached) > 0 {
		if err := d.store.Attachments.Bind(ctx, m.Author, m.ID, attached); err != nil {
			return err
		}
	}
	if text := m.Values[m.service.Summary.Similar.By].Text; text != "" {
		return d.store.Likeness.Add(ctx, likenessOf(m.Case, text))
	}
	return nil
}

func (d *Desk) number(ctx context.Context, m *matter) error {
	year := m.FiledAt.In(d.zone).Year() % 100
	if m.service.Sealed {
		return d.drawNumber(ctx, m, year)
	}
	n, err := d.store.Numbers.Next(ctx, m.service.Prefix, year)
	if err != nil {
		return err
	}
	m.Number = numberOf(m.service.Prefix, year, n)
	return d.store.Cases.SetNumber(ctx, m.ID, m.Number)
}

// drawNumber gives a sealed case a number that nobody has.
func (d *Desk) drawNumber(ctx context.Context, m *matter, year int) (err error) {
	for range sealedTries {
		if m.Number, err = d.sealedNumber(year); err != nil {
			return err
		}
		if err = d.store.Cases.TryNumber(ctx, m.ID, m.Number); !errors.Is(err, union.ErrTaken) {
			return err
		}
	}
	return err
}

// numberOf writes a case number: two letters, two digits of the year, a dash and at least four digits.
func numberOf(prefix string, year int, n int64) string {
	return fmt.Sprintf("%s%02d-%04d", prefix, year, n)
}

// filedBefore finds the case of a draft that was filed already.
func (d *Desk) filedBefore(ctx context.Context, draft Draft) (filed Filed, found bool, err error) {
	c, err := d.store.Cases.ByDraft(ctx, draft.ID)
	if errors.Is(err, union.ErrNotFound) || err == nil && c.Author != draft.Owner && !c.Seal.is(draft.Owner) {
		return Filed{}, false, nil
	}
	if err != nil {
		return Filed{}, false, err
	}
	m, err := d.matterOf(ctx, c)
	if err != nil {
		return Filed{}, false, err
	}
	officers, err := d.havers(ctx, m.open())
	if err != nil {
		return Filed{}, false, err
	}
	return Filed{Case: m.forOfficersIfSealed(), Service: m.service, Author: m.authorIfNamed(), Officers: officers, Again: true}, true, nil
}
