package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/review"
	"github.com/unionbot/unionbot/union/service"
)

// Undo is somebody's wish that what was approved is taken back (撤销). While it is decided, the case is nowhere else.
type Undo struct {
	// By asks for it, in the place of For, who is away; 0 in nobody's. Neither decides it.
	By  union.MemberID `json:"by"`
	For union.MemberID `json:"for,omitempty"`
	At  time.Time      `json:"at"`
	// State, Step and EndedAt are where the case stood, and stands again if it is refused.
	State   State     `json:"state"`
	Step    string    `json:"step,omitempty"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	// Asked are the questions for whose answers it waited.
	Asked []string `json:"asked,omitempty"`
	// Clock is that of the step, as it was stopped; nil where the case had ended, or an earlier version of the program stopped it.
	Clock *HeldClock `json:"clock,omitempty"`
	// Through is the step of the counter-flow that decides it. Paid is the step that has paid, which is to have the money back.
	Through string `json:"through"`
	Paid    string `json:"paid,omitempty"`
	// Fen is what it has paid.
	Fen int64 `json:"fen,omitempty"`
	// Granted is true once it is.
	Granted bool `json:"granted,omitempty"`
	// Mode is how many have to decide it, as when it began; empty where an earlier version of the program began it.
	Mode service.Mode `json:"mode,omitempty"`
}

// ErrNothingToUndo means that nothing of the case was approved, or that it came to nothing.
var ErrNothingToUndo = errors.New("nothing was approved that could be undone")

// ErrPaid means that an author asks to undo what was paid.
var ErrPaid = errors.New("it was paid already")

// UndoWish asks to take back what was approved.
type UndoWish struct {
	Member union.MemberID
	Number string
	Why    string
}

// Undoing is what an undoing would come to, or comes to.
type Undoing struct {
	Case    Case
	Service *service.Service
	// Step is the one at which it is decided, by Officers.
	Step     service.Step
	Officers []union.Member
	// Reserved would be free again, Paid would have to come back, in fen.
	Reserved, Paid int64
}

// UndoFor says what AskUndo would do, and changes nothing. It returns the errors that AskUndo returns.
func (d *Desk) UndoFor(ctx context.Context, member union.MemberID, number string) (Undoing, error) {
	_, u, _, err := d.undoable(ctx, UndoWish{Member: member, Number: number})
	if err != nil {
		return Undoing{}, fmt.Errorf("look at undoing: %w", d.alertNobody(ctx, err))
	}
	return u, nil
}

// AskUndo has others decide whether what was approved is taken back (撤销): those of the step that approved it, without whoever
// asks. An officer may ask who has decided a step of the case, or has it; its author as long as nothing was paid. Until it is
// decided the case stands still. It returns union.ErrNotFound for a case that the member may not know of, union.ErrForbidden to
// others, ErrNothingToUndo, ErrPaid, *Settled where somebody has asked before, ErrActNotAllowed where the service's file allows
// it to nobody, *IncompleteError without a reason, and union.ErrNoOfficer where nobody else could decide it.
func (d *Desk) AskUndo(ctx context.Context, w UndoWish) (done Undoing, err error) {
	err = handing(ctx, d, "ask to undo case", func(ctx context.Context) (err error) {
		done, err = d.askUndo(ctx, w)
		return err
	})
	return done, err
}

func (d *Desk) askUndo(ctx context.Context, w UndoWish) (none Undoing, _ error) {
	m, u, next, err := d.undoable(ctx, w)
	if err != nil {
		return none, err
	}
	why := strings.TrimSpace(w.Why)
	if why == "" {
		return none, &IncompleteError{Field: Supplement}
	}
	asker, err := d.members.Get(ctx, w.Member)
	if err != nil {
		return none, err
	}
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	from, now := m.open(), m.Undo.At
	fallen := m.addedOpen()
	m.become(next, now)
	m.EndedAt, m.Asked = time.Time{}, nil
	m.Undo.Clock = d.hold(m.clocks[ClockStep], now)
	d.wind(m, turn{})
	event := Event{At: now, Actor: w.Member, Name: asker.Name, Kind: EventUndoAsked, Step: m.Undo.Step, Note: why}
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	if err := d.store.Tasks.End(ctx, m.ID, 0, now); err != nil {
		return none, err
	}
	if err := d.settleCards(ctx, m, from, settledBy(m, event)); err != nil {
		return none, err
	}
	if err := d.tellFallen(ctx, m, fallen, event); err != nil {
		return none, err
	}
	m.said = why
	if err := d.askAll(ctx, m, u.Officers); err != nil {
		return none, err
	}
	u.Case = m.Case
	if w.Member == m.Author {
		return u, nil
	}
	u.Case = m.forOfficers()
	return u, d.tellAuthor(ctx, m, "undo", d.words.UndoAsked(m.undoNotice(event, u.Officers)))
}

// undoable looks whether a member may ask to undo a case, and at what that would come to. It leaves the case's Undo set.
func (d *Desk) undoable(ctx context.Context, w UndoWish) (*matter, Undoing, review.State, error) {
	var u Undoing
	m, _, err := d.seen(ctx, w.Member, 0, w.Number)
	if err != nil {
		return nil, u, review.State{}, err
	}
	wish, err := d.mayAskUndo(ctx, m, w.Member)
	if err != nil {
		return nil, u, review.State{}, err
	}
	if u.Reserved, u.Paid, err = d.movedMoney(ctx, m); err != nil {
		return nil, u, review.State{}, err
	}
	if u.Paid > 0 {
		if w.Member == m.Author {
			return nil, u, review.State{}, ErrPaid
		}
		i := slices.IndexFunc(m.service.Review, func(s service.Step) bool { return s.Pay })
		if i >= 0 {
			wish.Paid, wish.Fen = m.service.Review[i].Name, u.Paid
		}
	}
	before := m.review()
	m.Undo = &wish
	before.Undo = review.Origin{}
	next, _, err := review.Next(m.plan(), before, review.Event{Kind: review.UndoAsked, Step: wish.Through})
	if errors.Is(err, review.ErrNotAllowed) {
		return nil, u, next, ErrNothingToUndo
	}
	if err != nil {
		return nil, u, next, err
	}
	u.Case, u.Service = m.Case, m.service
	u.Step, _ = m.service.Step(wish.Through) // the review has found it
	m.Undo.Mode = cmp.Or(u.Step.Mode, service.Any)
	step, state := m.Step, m.State
	m.Step, m.State = next.Step, next.Status // seats are given at the step that opens
	u.Officers, err = d.officers(ctx, u.Step, m)
	m.Step, m.State = step, state
	return m, u, next, err
}

// mayAskUndo looks at who asks, and at the case.
func (d *Desk) mayAskUndo(ctx context.Context, m *matter, member union.MemberID) (Undo, error) {
	wish := Undo{By: member, At: d.moment(m), State: m.State, Step: m.Step, EndedAt: m.EndedAt, Asked: m.Asked}
	own := member == m.Author
	for _, t := range slices.Backward(m.tasks) {
		if of, _ := m.service.Step(t.Step); t.by(member) && !of.Undoes() && (t.State == TaskDone || t.State == TaskSigned || t.State == TaskOpen) {
			own = true
			if t.Officer == member && wish.For == 0 {
				wish.For = t.For
			}
		}
	}
	switch {
	case !own || m.sharedBy(member) && member != m.Author:
		return wish, union.ErrForbidden
	case m.Undo != nil:
		return wish, d.undoSettled(ctx, m)
	case !m.service.Undoable():
		return wish, ErrActNotAllowed
	case m.State != Accepted && (m.State.Ended() || !m.Decided):
		return wish, ErrNothingToUndo
	}
	approved := m.approvedBy()
	if approved == "" {
		return wish, ErrNothingToUndo
	}
	wish.Through = service.UndoStep(approved)
	return wish, nil
}

// undoSettled says who has asked to undo the case before, or that it is undone.
func (d *Desk) undoSettled(ctx context.Context, m *matter) error {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.Kind == EventUndoAsked || e.Kind == EventUndone {
			how := settledBy(m, e)
			return &how
		}
	}
	return ErrActNotAllowed
}

// approvedBy is the step whose officers have approved the matter: the one that set money aside or, where there is none, the
// last that officers have accepted. What was only paid, or judged by its author, approved nothing.
func (m *matter) approvedBy() (name string) {
	for _, step := range m.steps() {
		done := slices.ContainsFunc(m.tasks, func(t Task) bool { return t.State == TaskDone && t.Step == step.Name })
		if step.Name == m.reached() && !m.State.Ended() {
			break
		}
		if step.Undoes() || step.Pay || step.Who.Author || !done || step.Name == m.Step && !step.Reserve && !m.State.Ended() {
			continue
		}
		if name = step.Name; step.Reserve {
			break
		}
	}
	return name
}

// movedMoney is what the fund has set aside for a case, or paid.
func (d *Desk) movedMoney(ctx context.Context, m *matter) (reserved, paid int64, err error) {
	if m.service.Fund == "" {
		return 0, 0, nil
	}
	held, err := d.funds.Held(ctx, int64(m.ID))
	if err != nil {
		return 0, 0, err
	}
	spent, err := d.funds.Spent(ctx, int64(m.ID))
	if held != nil {
		reserved = held.Fen
	}
	if spent != nil {
		paid = spent.Fen
	}
	return reserved, paid, err
}

// undoneBy says whether a member has asked to undo the case, be it as whoever was away.
func (m *matter) undoneBy(member union.MemberID) bool {
	return m.Undo != nil && (m.Undo.By == member || member != 0 && m.Undo.For == member)
}

// counterSteps are the steps by which the case is undone, as long as somebody has asked for that.
func (m *matter) counterSteps() []service.Step {
	if m.Undo == nil {
		return nil
	}
	names := []string{m.Undo.Through}
	if m.Undo.Paid != "" {
		names = append(names, service.ReclaimStep(m.Undo.Paid), service.WriteOffStep(m.Undo.Paid))
	}
	var steps []service.Step
	for _, name := range names {
		if step, ok := m.service.Step(name); ok {
			steps = append(steps, step)
		}
	}
	return steps
}

// begunInOrder says whether an undoing is running that began when those who sign a step in order undid it in order: its first
// signature is to be followed by the others, whatever holds of those that begin now. Where nothing tells, one that asks a single
// seat and has others behind it is.
func (m *matter) begunInOrder() bool {
	if m.Undo == nil || m.Undo.Granted || m.Undo.Mode != "" || m.Step != m.Undo.Through {
		return m.Undo != nil && m.Undo.Mode == service.InOrder
	}
	step, _ := m.service.UndoneInOrder().Step(m.Undo.Through)
	if step.Mode != service.InOrder {
		return false
	}
	asked, last := map[int]bool{}, 0
	for _, t := range m.live() {
		if asked[t.Seat] = true; t.State != TaskOpen {
			delete(asked, t.Seat)
		}
		last = max(last, t.Seat)
	}
	return len(asked) == 1 && last < len(step.Who.Seats)
}

// hadBefore finds those who had the open step when somebody asked to undo the case, if they may still decide it.
func (d *Desk) hadBefore(ctx context.Context, m *matter, step service.Step, at time.Time) ([]union.Member, error) {
	var ids []union.MemberID
	for _, t := range m.tasks {
		if t.State != TaskVoid || t.Step != step.Name || t.Added != "" || t.EndedAt.UnixMilli() != at.UnixMilli() {
			continue
		}
		holdings, err := d.holdings(ctx, m, t.owner())
		if err != nil {
			return nil, err
		}
		may, err := d.mayByOffice(ctx, m, t.owner(), holdings, step)
		if err != nil {
			return nil, err
		}
		if may && !slices.Contains(ids, t.owner()) {
			ids = append(ids, t.owner())
		}
	}
	people, err := d.people(ctx, ids)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	here, err := d.present(ctx, m, step, people)
	return here, err
}
