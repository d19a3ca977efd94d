package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

// GrantNeededError says that an acceptance needs the sum that is granted: at least one fen, at most Ceiling, in fen.
type GrantNeededError struct {
	Ceiling int64
	Given   int64 // what was given instead; 0 for nothing
}

func (e *GrantNeededError) Error() string {
	return fmt.Sprintf("a grant of up to %d fen is needed, not %d", e.Ceiling, e.Given)
}

// ErrNoMoney means that the service has no money to correct, or it was set aside already.
var ErrNoMoney = errors.New("there is no sum to correct any more")

// setGrant takes over what the officer grants, where the act asks for a sum.
func (m *matter) setGrant(in Decision, option service.ActOption) error {
	if option.Ceiling == 0 {
		return nil
	}
	ceiling := int64(option.Ceiling) * 100
	if in.Grant <= 0 || in.Grant > ceiling {
		return &GrantNeededError{Ceiling: ceiling, Given: in.Grant}
	}
	m.Values = maps.Clone(m.Values)
	m.Values[service.FieldGranted] = money(in.Grant)
	return nil
}

func money(fen int64) Value {
	return Value{Text: answer.Yuan(fen), Raw: []byte(strconv.FormatInt(fen, 10))}
}

// affords refuses a decision whose money is not there, before anything is written.
func (d *Desk) affords(ctx context.Context, m *matter, v *verdict) error {
	switch {
	case m.service.Fund == "" || v.Act != Accept:
		return nil
	case v.own.Added != "" && v.signs(): // who was added may sign before anybody has said how much
		return nil
	case v.step.Reserve, v.regrants && !v.signs():
		return d.affordsGrant(ctx, m)
	case v.step.Pay:
		if held, err := d.funds.Held(ctx, int64(m.ID)); err != nil || held == nil {
			return cmp.Or(err, fund.ErrNothingReserved)
		}
	}
	return nil
}

// affordsGrant is affords for the step that sets the grant aside. What was kept for it while earlier steps were decided anew is
// there for it.
func (d *Desk) affordsGrant(ctx context.Context, m *matter) error {
	fen, ok := m.Values[m.service.GrantedBy()].fen()
	held, err := d.funds.Held(ctx, int64(m.ID))
	if err != nil || held != nil && held.Fen == int64(fen) {
		return err
	}
	f, err := d.funds.Of(ctx, m.service.Fund, d.now().In(d.zone).Year())
	if err != nil {
		return err
	}
	if held != nil && fen == 0 && m.service.Awards() { // nothing is awarded any more, and nothing will be paid
		return nil
	}
	if !ok || fen < 0 {
		return ErrNoMoney
	}
	if m.service.Award.On() {
		if who, err := d.awarded(ctx, m); err != nil || len(who) == 0 {
			return cmp.Or(err, ErrNoMoney) // the last of them has become an officer since
		}
	}
	left := f.Left()
	if held != nil && held.Fund == f.Name && held.Year == f.Year {
		left += held.Fen
	}
	if int64(fen) > left {
		return &fund.ShortError{Fund: f, Wanted: int64(fen)}
	}
	return nil
}

// move does what a decision means for the fund: sets the grant aside, counts it as paid, or frees it. It returns the fund
// as it is then; nil where the decision moves nothing.
func (d *Desk) move(ctx context.Context, m *matter, v *verdict, by decider) (*fund.Fund, error) {
	s := m.service
	if s.Fund == "" {
		return nil, nil
	}
	e := d.entry(m, by)
	var f fund.Fund
	var err error
	switch {
	case m.State.Ended() && v.Act != Accept, v.Act == Waive:
		return nil, d.giveBack(ctx, m, e)
	case v.Act == SendBack && m.voidsReserve(v):
		return nil, d.giveBack(ctx, m, e)
	case v.Act == Accept && (v.step.Reserve || v.regrants):
		f, err = d.reserve(ctx, m, e)
	case v.Act == Accept && v.step.Pay:
		f, err = d.funds.Pay(ctx, e)
	default:
		return nil, nil
	}
	if err != nil {
		// Somebody took the money since it was looked at. The decision is written by now: all of it is undone.
		return nil, fmt.Errorf("move money of case %s: %s", m.Number, err.Error())
	}
	return &f, nil
}

// entry is a line of the ledger about a case, by whoever has decided.
func (d *Desk) entry(m *matter, by decider) fund.Entry {
	return fund.Entry{
		Fund: m.service.Fund, Year: d.now().In(d.zone).Year(), Case: int64(m.ID), Number: m.Number, Actor: by.ID, InPlaceOf: by.absent, At: d.now(),
	}
}

// reserve sets the grant aside, and splits an award. What was kept while earlier steps were decided anew stands, as long as the
// grant is what it was: another one is set aside in its place.
func (d *Desk) reserve(ctx context.Context, m *matter, e fund.Entry) (none fund.Fund, _ error) {
	held, err := d.funds.Held(ctx, int64(m.ID))
	if err != nil {
		return none, err
	}
	fen, _ := m.Values[m.service.GrantedBy()].fen()
	if held != nil && held.Fen == int64(fen) {
		return d.funds.Of(ctx, held.Fund, held.Year)
	}
	if held != nil {
		if err := d.giveBack(ctx, m, e); err != nil {
			return none, err
		}
		if fen == 0 && m.service.Awards() { // nothing is awarded any more
			return d.funds.Of(ctx, held.Fund, held.Year)
		}
	}
	e.Fen = int64(fen)
	f, err := d.funds.Reserve(ctx, e)
	if err == nil && m.service.Award.On() {
		err = d.award(ctx, m, e.Fen)
	}
	return f, err
}

// giveBack frees what is set aside for a case, and strikes what was awarded.
func (d *Desk) giveBack(ctx context.Context, m *matter, e fund.Entry) error {
	if m.service.Award.On() {
		if err := d.store.Awards.Drop(ctx, m.ID); err != nil {
			return err
		}
	}
	return d.funds.Release(ctx, e)
}

// Correction is an officer's correction of the base from which a sum follows.
type Correction struct {
	Number  string
	Officer union.MemberID
	// Less is by how much the base goes down, in fen.
	Less int64
	// Why goes on record, and to the author with the decision.
	Why string
	// Sure confirms the base that was shown as what it comes to; nothing is written before.
	Sure *Sure
}

// Corrected is what a correction came to, or would come to: the base and the grant before and after.
type Corrected struct {
	// Written says that it counts; Ties that the officer has to say first that there are none.
	Written, Ties bool
	// Option is how the step is accepted.
	Option             service.ActOption
	Case               Case
	Service            *service.Service
	Base               service.Field
	From, To           Value
	GrantFrom, GrantTo Value
	Fund               *fund.Fund // nil where it is not set up
}

// Correct lowers the base of a case (核减) and works its sums out again: a sum that follows from a rule is never typed. It
// says what that comes to, and writes it once that is confirmed. It returns what Decide returns for a case that is not the officer's
// to decide, and ErrNoMoney where there is nothing to correct, the base is lower than Less, or the grant is set aside already.
func (d *Desk) Correct(ctx context.Context, in Correction) (Corrected, error) {
	var done Corrected
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		done, err = d.correct(ctx, in)
		return err
	})
	if err != nil {
		return Corrected{}, fmt.Errorf("correct case: %w", err)
	}
	return done, nil
}

func (d *Desk) correct(ctx context.Context, in Correction) (none Corrected, _ error) {
	m, holdings, err := d.seen(ctx, in.Officer, 0, in.Number)
	if err != nil {
		return none, err
	}
	step, err := d.stepOf(ctx, m, Decision{Officer: in.Officer})
	if err != nil {
		return none, err
	}
	if err := d.mayChange(ctx, m, in.Officer, holdings, step); err != nil {
		return none, err
	}
	base, ok := m.service.Field(m.service.Base)
	from, known := m.Values[base.Name].fen()
	if !ok || !known || m.reserved() || in.Less <= 0 || int64(from) < in.Less {
		return none, ErrNoMoney
	}
	done := Corrected{Service: m.service, Base: base, From: m.Values[base.Name], GrantFrom: m.Values[m.service.GrantedBy()]}
	m.Values = maps.Clone(m.Values)
	m.Values[base.Name] = money(int64(from) - in.Less)
	sums, err := follow(m.service, factsOf(m.service, m.Values, len(m.Pictures)))
	if err != nil {
		return none, err
	}
	maps.Copy(m.Values, sums)
	done.To, done.GrantTo = m.Values[base.Name], m.Values[m.service.GrantedBy()]
	done.Option, _ = step.Option(Accept)
	done.Ties = m.asksTies(in.Officer, step, Accept)
	if err := d.looked(ctx, m, in.Officer, holdings); err != nil {
		return none, err
	}
	if done.Written = in.Sure != nil && in.Sure.Fen == int64(from)-in.Less && (in.Sure.NoTies || !done.Ties); done.Written {
		err = d.writeCorrection(ctx, m, step, in, done)
	}
	if err != nil {
		return none, err
	}
	done.Case = m.forOfficers()
	grant, _ := done.GrantTo.fen()
	done.Fund, err = d.bookedOn(ctx, m, int64(grant))
	return done, err
}

// writeCorrection writes a case as it is corrected.
func (d *Desk) writeCorrection(ctx context.Context, m *matter, step service.Step, in Correction, done Corrected) error {
	officer, _, err := d.actor(ctx, m, in.Officer, step)
	if err != nil {
		return err
	}
	note := done.Base.Label.ZH + " " + done.From.Text + " → " + done.To.Text + ":" + in.Why
	if done.Ties {
		if err := m.list(service.FieldDeclared, in.Officer); err != nil {
			return err
		}
		note += "(" + noTies + ")"
	}
	if err := d.change(ctx, m, Event{At: d.moment(m), Actor: in.Officer, Name: officer.Name, Kind: EventCorrected, Step: step.Name, Note: note, Sealed: m.service.Sealed}); err != nil {
		return err
	}
	return d.askAnew(ctx, m, in.Officer, Settled{Number: m.Number, Step: step, At: d.moment(m), Officer: officer.Name, Kind: EventCorrected})
}

// askAnew asks the other officers of the open step once more, each in their seat, after the case was changed by one of them, who is
// asked as well where they had signed it as it was: nobody decides what they have not seen. Their old cards say what has happened.
func (d *Desk) askAnew(ctx context.Context, m *matter, by union.MemberID, how Settled) error {
	// Of those who were added, whoever signed and stays out since is not asked once more, and nobody waits for them.
	gone := func(t Task) bool { return t.State == TaskSigned && t.Added != "" && m.staysOut(t) }
	unsigned := slices.DeleteFunc(m.live(), gone)
	for i := range unsigned {
		unsigned[i].State = TaskOpen
	}
	var before, again []Task
	for i, t := range m.tasks {
		if t.Step == m.Step && (t.State == TaskSigned || t.State == TaskOpen && t.Officer != by) {
			m.tasks[i].State = TaskVoid
			if before = append(before, t); gone(t) {
				continue
			}
			fresh := Task{Officer: t.Officer, For: t.For, State: TaskOpen, Seat: t.Seat, Weight: t.Weight, Added: t.Added, InTurn: t.InTurn}
			if waits(t, unsigned) {
				fresh.State = TaskWaiting
			}
			again = append(again, fresh)
		}
	}
	if len(before) == 0 {
		return nil
	}
	if err := d.store.Tasks.Void(ctx, how.At, taskIDs(before)...); err != nil {
		return err
	}
	if err := d.settleCards(ctx, m, before, how); err != nil {
		return err
	}
	again, err := d.keepAsked(ctx, m, again)
	if err != nil {
		return err
	}
	m.tasks = append(m.tasks, again...) // also who is not asked yet is one of those who sign
	return d.sendCards(ctx, m, again)
}

// reserved says whether a step that sets the grant aside was passed, and stands.
func (m *matter) reserved() bool {
	at := m.reached()
	for _, step := range m.steps() {
		if step.Name == at {
			return false
		}
		if step.Reserve {
			return true
		}
	}
	return false
}
