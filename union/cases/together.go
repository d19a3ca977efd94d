package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// MostTogether is how many cases are decided together: of more, nobody looks at each.
const MostTogether = 20

// Meant is a case that an officer means to decide together with others: by the task of a list or by its number.
type Meant struct {
	Task   ID
	Number string
}

// Shown is what an officer was shown of a case before it is decided together with others. It counts as it was shown, or not at all.
type Shown struct {
	Case   ID     `json:"case"`
	Number string `json:"number"`
	// Task is the officer's own; 0 where the officer may decide the step without having been asked.
	Task ID     `json:"task,omitempty"`
	Step string `json:"step"`
	// Asked is, where Task is 0, the first task by which others are asked: a case that comes back comes with another.
	Asked ID `json:"asked,omitempty"`
	// Fen is the money that the case is about; 0 for none.
	Fen int64 `json:"fen,omitempty"`
}

// Candidate is a case that may be decided together with others, or why it may not.
type Candidate struct {
	Shown
	Service    *service.Service
	Option     service.ActOption // what the step calls the act
	Ties       bool              // whether the officer is asked for ties
	Title      string
	AuthorName string // empty where the case is anonymous
	// Err says why it is left out; what else there is may be empty then.
	Err error
}

// ApartWhy is why a case is decided by itself.
type ApartWhy string

// The reasons.
const (
	ApartSecret  ApartWhy = "secret"  // sensitive: its officer reads it first
	ApartAnswers ApartWhy = "answers" // the act asks for an answer, a sum or a picture
	ApartMoney   ApartWhy = "money"   // it is about more money than the service's file lets be decided with others
	ApartChanged ApartWhy = "changed" // the money is not what was shown
	ApartAgain   ApartWhy = "again"   // others are asked anew since it was shown
	ApartOwn     ApartWhy = "own"     // its author judges what was done
	ApartTwice   ApartWhy = "twice"   // it was named before
	ApartMany    ApartWhy = "many"    // there are MostTogether already
)

// ApartError says that a case is not decided together with others.
type ApartError struct {
	Why ApartWhy
	// Fen is what the case is about, Limit the most, in fen, of ApartMoney.
	Fen, Limit int64
}

func (e *ApartError) Error() string { return "the case is decided by itself: " + string(e.Why) }

// Together looks at what an officer means to decide together by one act, in their order. It changes nothing, and what it found
// is judged anew when it is decided.
func (d *Desk) Together(ctx context.Context, officer union.MemberID, act Act, meant []Meant) ([]Candidate, error) {
	var all []Candidate
	fit := 0
	for _, one := range meant {
		c, err := d.candidate(ctx, officer, act, one)
		if err != nil && !refusal(err) {
			return nil, fmt.Errorf("look at cases to decide together: %w", err)
		}
		twice := c.Case != 0 && slices.ContainsFunc(all, func(o Candidate) bool { return o.Case == c.Case })
		switch c.Number, c.Err = cmp.Or(c.Number, one.Number), err; {
		case twice:
			c.Err = &ApartError{Why: ApartTwice}
		case err == nil && fit == MostTogether:
			c.Err = &ApartError{Why: ApartMany}
		case err == nil:
			fit++
		}
		all = append(all, c)
	}
	return all, nil
}

func (d *Desk) candidate(ctx context.Context, officer union.MemberID, act Act, one Meant) (none Candidate, _ error) {
	var id ID
	if one.Task != 0 {
		t, err := d.store.Tasks.ByID(ctx, one.Task)
		if err != nil {
			return none, err
		}
		id = t.Case
	}
	m, holdings, err := d.seen(ctx, officer, id, one.Number)
	if err != nil {
		return none, err
	}
	c := Candidate{Shown: Shown{Case: m.ID, Number: m.Number}, Service: m.service}
	step, err := d.stepOf(ctx, m, Decision{Officer: officer, Task: one.Task})
	if err != nil {
		return c, err
	}
	if may, err := d.mayAct(ctx, m, officer, holdings, step); err != nil || !may {
		return c, cmp.Or(err, union.ErrForbidden)
	}
	own, err := d.entitled(ctx, m, officer, step)
	if err != nil {
		return c, err
	}
	if c.Option, err = d.optionOf(ctx, m, step, own, act); err != nil {
		return c, err
	}
	if c.Option.Act == "" {
		return c, ErrActNotAllowed
	}
	if c.Fen, err = m.together(step, c.Option); err != nil {
		return c, err
	}
	if err := d.ripe(m, step, act); err != nil {
		return c, err
	}
	c.Ties = m.asksTies(officer, step, act)
	c.Step, c.Title, c.AuthorName = step.Name, m.Title, m.authorForOfficers().Name
	for _, t := range m.open() {
		if t.Officer == officer && t.Step == step.Name {
			c.Task = t.ID
		}
	}
	if c.Task == 0 {
		c.Asked = m.asked()
	}
	return c, nil
}

// together says what money a case is about, and refuses it where it is decided by itself: the same rule when it is shown and
// when it is decided.
func (m *matter) together(step service.Step, option service.ActOption) (fen int64, err error) {
	s := m.service
	switch {
	case s.Sensitive:
		return 0, &ApartError{Why: ApartSecret}
	case step.Who.Author:
		return 0, &ApartError{Why: ApartOwn}
	case step.WritesOff() && m.Undo != nil:
		return m.Undo.Fen, &ApartError{Why: ApartMoney, Fen: m.Undo.Fen}
	case len(option.Form) > 0, option.Ceiling > 0, option.Proof, option.Act == Accept && !option.Ask.Empty():
		return 0, &ApartError{Why: ApartAnswers}
	}
	if s.Fund == "" {
		return 0, nil
	}
	sum, _ := m.Values[s.GrantedBy()].fen()
	if limit := s.TogetherUpTo(); int64(sum) > limit {
		return int64(sum), &ApartError{Why: ApartMoney, Fen: int64(sum), Limit: limit}
	}
	return int64(sum), nil
}

// takeIn takes over what comes with a decision, unless it is to be decided with others and may not.
func (m *matter) takeIn(in *Decision, step service.Step, option service.ActOption) error {
	if err := m.asShown(*in, step, option); err != nil {
		return err
	}
	return m.takeAnswers(in, option)
}

// asShown refuses to decide together with others what is not so decided, or is not what was shown.
func (m *matter) asShown(in Decision, step service.Step, option service.ActOption) error {
	if in.Shown == nil || option.Act == "" { // which the review refuses
		return nil
	}
	fen, err := m.together(step, option)
	switch {
	case err != nil:
		return err
	case fen != in.Shown.Fen:
		return &ApartError{Why: ApartChanged, Fen: fen}
	case in.Task == 0 && m.asked() != in.Shown.Asked:
		return &ApartError{Why: ApartAgain}
	}
	return nil
}

// asked is the first of the tasks by which officers are asked now.
func (m *matter) asked() (first ID) {
	for _, t := range m.open() {
		if first == 0 || t.ID < first {
			first = t.ID
		}
	}
	return first
}

// refusal says whether an error is an answer to whoever wants to decide, and no fault.
func refusal(err error) bool {
	var apart *ApartError
	var waits *WaitsError
	var early *TooEarlyError
	for _, known := range []error{union.ErrNotFound, union.ErrForbidden, union.ErrSettled, union.ErrUnproven, ErrActNotAllowed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.As(err, &apart) || errors.As(err, &waits) || errors.As(err, &early)
}

// Outcome is what became of one of several decisions.
type Outcome struct {
	Shown
	Decided Decided
	Err     error // as of Decide, or *ApartError
}

// DecideTogether does one act on each of what an officer was shown, as Decide does, each by itself: one that is refused or fails
// keeps none of the others from being decided, and leaves nothing behind. It returns what became of each, in their order.
func (d *Desk) DecideTogether(ctx context.Context, in Decision, shown []Shown) ([]Outcome, error) {
	var done []Outcome
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		done = make([]Outcome, len(shown))
		order := make([]int, len(shown)) // the same for all who decide several at once, lest they wait for each other
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return shown[order[i]].Case < shown[order[j]].Case })
		for _, i := range order {
			var failed error
			if done[i], failed = d.decideShown(ctx, in, shown[i]); failed != nil {
				return failed
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("decide cases together: %w", err)
	}
	return done, nil
}

func (d *Desk) decideShown(ctx context.Context, in Decision, shown Shown) (Outcome, error) {
	in.Case, in.Number, in.Task, in.Step, in.Shown = shown.Case, "", shown.Task, shown.Step, &shown
	out := Outcome{Shown: shown}
	var failed error
	for range decideTries {
		out.Err, failed = d.store.Tx.Part(ctx, func(ctx context.Context) (err error) {
			out.Decided, err = d.decide(ctx, in)
			return err
		})
		if failed != nil || !errors.Is(out.Err, union.ErrStale) {
			break
		}
	}
	if out.Err != nil {
		out.Decided, out.Err = Decided{}, d.alertNobody(ctx, out.Err)
	}
	return out, failed
}
