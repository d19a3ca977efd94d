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

// Chase is the asking for papers that may follow what was granted.
type Chase struct {
	Case ID
	// Stage is what is told next: 0 that the day is near, 1 that it is here, 2 to the officers that it has passed.
	Stage int
	Due   time.Time
	Next  time.Time // when that is; zero where nothing is told any more
	Done  time.Time // when the papers came; zero before
}

// nearDays is how many working days before the day the author is reminded, and how many after it the officers hear.
const nearDays = 3

// ChaseStore keeps for which cases papers are lacking.
type ChaseStore interface {
	// Insert begins to ask for the papers of a case, once.
	Insert(ctx context.Context, c Chase) error
	// Of returns union.ErrNotFound where no papers are asked for.
	Of(ctx context.Context, id ID) (Chase, error)
	// Waiting lists chases of which something is to be told, the longest overdue first.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Chase, error)
	// Move writes stage and next. It says no if another has moved on from the stage, or the papers are there.
	Move(ctx context.Context, c Chase, from int) (bool, error)
	// End notes that the papers are there. It says no if they were before.
	End(ctx context.Context, id ID, at time.Time) (bool, error)
}

// PapersNotice is what somebody is told of papers that are lacking, or have come.
type PapersNotice struct {
	Case    Case // its outline
	Service *service.Service
	Member  union.Member // who is told
	Due     time.Time
	Stage   int
}

// wantPapers asks for the papers of a case, where a step grants before they are there.
func (d *Desk) wantPapers(ctx context.Context, m *matter, step service.Step, act Act) error {
	p := m.service.Papers
	if !p.On() || p.After != step.Name || act != Accept {
		return nil
	}
	brought, err := d.broughtPapers(ctx, m)
	if err != nil || brought {
		return err
	}
	now := d.now()
	c := Chase{Case: m.ID, Due: d.due(now, p.Days)}
	if c.Next = c.Due; p.Days > nearDays {
		c.Next = d.due(now, p.Days-nearDays)
	} else {
		c.Stage = 1
	}
	if err := d.store.Chases.Insert(ctx, c); err != nil {
		return err
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("papers/%d/wanted", m.ID), Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID),
		Body: d.words.PapersWanted(PapersNotice{Case: m.outline(), Service: m.service, Member: m.author, Due: c.Due, Stage: -1}),
	})
}

// broughtPapers says whether the author has sent a picture; what officers photographed is no paper of the author's.
func (d *Desk) broughtPapers(ctx context.Context, m *matter) (bool, error) {
	if len(m.Pictures) == 0 {
		return false, nil
	}
	attachments, err := d.store.Attachments.OfCase(ctx, m.ID)
	return slices.ContainsFunc(attachments, func(a Attachment) bool {
		return a.Owner == m.Author && a.State != AttachmentLost && slices.Contains(m.Pictures, a.ID)
	}), err
}

// ChasePapers asks for up to limit cases' papers again, and tells the officers of those that did not come, and returns how
// many it looked at. Several may run at once; each occasion is told once.
func (d *Desk) ChasePapers(ctx context.Context, limit int) (int64, error) {
	waiting, err := d.store.Chases.Waiting(ctx, d.now(), limit)
	if err != nil {
		return 0, fmt.Errorf("chase papers: %w", err)
	}
	var failed []error
	for _, c := range waiting {
		if err := d.store.Tx.Tx(ctx, func(ctx context.Context) error { return d.chase(ctx, c) }); err != nil {
			failed = append(failed, fmt.Errorf("chase papers of case %d: %w", c.Case, err))
		}
	}
	if len(failed) > 0 {
		return 0, errors.Join(failed...)
	}
	return int64(len(waiting)), nil
}

func (d *Desk) chase(ctx context.Context, c Chase) error {
	m, err := d.load(ctx, c.Case, "")
	if err != nil {
		return err
	}
	stage := c.Stage
	switch c.Stage++; {
	case m.State.Ended() && m.State != Accepted:
		c.Next = time.Time{}
	case stage == 0:
		c.Next = c.Due
	case stage == 1:
		c.Next = d.due(c.Due, nearDays)
	default:
		c.Next = time.Time{}
	}
	mine, err := d.store.Chases.Move(ctx, c, stage)
	if err != nil || !mine || m.State.Ended() && m.State != Accepted {
		return err
	}
	n := PapersNotice{Case: m.outline(), Service: m.service, Member: m.author, Due: c.Due, Stage: stage}
	if err := d.tellPapers(ctx, n, fmt.Sprintf("papers/%d/%d", m.ID, stage), d.words.PapersWanted); err != nil || stage < 2 {
		return err
	}
	return d.tellGranters(ctx, m, n, "late", d.words.PapersLate)
}

func (d *Desk) tellPapers(ctx context.Context, n PapersNotice, key string, words func(PapersNotice) notice.Body) error {
	return d.outbox.Put(ctx, notice.Notice{
		Key: key, Kind: notice.KindAnswer, Policy: notice.Resend, To: n.Member.ID, Case: int64(n.Case.ID), Body: words(n),
	})
}

// tellGranters tells those who accepted the step that granted before the papers were there.
func (d *Desk) tellGranters(ctx context.Context, m *matter, n PapersNotice, what string, words func(PapersNotice) notice.Body) error {
	var ids []union.MemberID
	for _, t := range m.tasks {
		if t.State == TaskDone && t.Step == m.service.Papers.After && !slices.Contains(ids, t.Officer) {
			ids = append(ids, t.Officer)
		}
	}
	people, err := d.people(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range people {
		n.Member = p
		if err := d.tellPapers(ctx, n, fmt.Sprintf("papers/%d/%s/%d", m.ID, what, p.ID), words); err != nil {
			return err
		}
	}
	return nil
}

// bringPapers adds papers that were asked for after something was granted; brought is false where none are.
func (d *Desk) bringPapers(ctx context.Context, m *matter, text string, pictures []ID) (brought bool, err error) {
	if !m.service.Papers.On() || m.State == Returned {
		return false, nil
	}
	c, err := d.store.Chases.Of(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) || err == nil && !c.Done.IsZero() {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(pictures) == 0 {
		return true, &IncompleteError{Field: Supplement}
	}
	now := d.now()
	m.add(text, pictures)
	if err := d.change(ctx, m, Event{At: now, Actor: m.Author, Name: m.author.Name, Kind: EventSupplemented, Note: text}); err != nil {
		return true, err
	}
	if err := d.store.Attachments.Bind(ctx, m.Author, m.ID, pictures); err != nil {
		return true, err
	}
	if _, err := d.store.Chases.End(ctx, m.ID, now); err != nil {
		return true, err
	}
	return true, d.tellGranters(ctx, m, PapersNotice{Case: m.outline(), Service: m.service, Due: c.Due}, "brought", d.words.PapersBrought)
}

// papersDue is until when papers of a case are asked for; zero where none are lacking.
func (d *Desk) papersDue(ctx context.Context, m *matter) (none time.Time, _ error) {
	if !m.service.Papers.On() {
		return none, nil
	}
	c, err := d.store.Chases.Of(ctx, m.ID)
	if errors.Is(err, union.ErrNotFound) || err == nil && !c.Done.IsZero() {
		return none, nil
	}
	return c.Due, err
}
