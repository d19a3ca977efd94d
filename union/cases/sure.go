package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

// Sure is what an officer has said to what was shown before a decision counts.
type Sure struct {
	// Fen is the sum that was shown; 0 for none.
	Fen int64
	// Year is that of the fund that was shown with it; 0 where none was.
	Year int
	// NoTies says that the officer has none to whoever the case is of.
	NoTies bool
}

// SureNeededError says what an officer has to confirm before a decision counts.
type SureNeededError struct {
	Number  string
	Service *service.Service
	Option  service.ActOption
	// Author filed it; empty where the case is anonymous. Named says that the form names whom it is for.
	Author string
	Named  bool
	// Ties asks whether the officer has ties to them.
	Ties bool
	// Fen is the sum that the decision is about, Fund the money it comes from; nil where that is not set up.
	Fen  int64
	Fund *fund.Fund
}

func (e *SureNeededError) Error() string {
	return fmt.Sprintf("the decision on %s has to be confirmed: ties %t, %d fen", e.Number, e.Ties, e.Fen)
}

// noTies stands in the record behind what was said with a decision.
const noTies = "声明:无利害关系"

// opinion is what goes on record with a decision.
func (v *verdict) opinion() string {
	switch {
	case !v.declares:
		return v.Note
	case v.Note == "":
		return noTies
	}
	return v.Note + "(" + noTies + ")"
}

// withoutTies is what was said with a decision, of what is on record.
func withoutTies(note string) string {
	return strings.TrimSuffix(strings.TrimSuffix(note, "("+noTies+")"), noTies)
}

// confirmed refuses a decision about a person or about money until its officer has confirmed what it is about: the sum as it is
// now, and, once a case, to have no ties to whoever it is of. Of cases that are decided together the sums were shown already.
func (d *Desk) confirmed(ctx context.Context, m *matter, v *verdict, option service.ActOption) error {
	need := &SureNeededError{
		Number: m.Number, Service: m.service, Option: option, Author: m.authorForOfficers().Name, Named: len(m.named()) > 0,
		Ties: m.asksTies(v.Officer, v.step, v.Act),
	}
	about := option.Ceiling > 0 || v.Act == Accept && v.Shown == nil && (m.service.AboutMoney(v.step) || v.regrants && !v.signs())
	if about {
		sum, _ := m.Values[m.service.GrantedBy()].fen()
		need.Fen = int64(sum)
	}
	sure := v.Sure
	if sure == nil {
		sure = &Sure{}
	}
	if need.Fen > 0 && m.service.Fund != "" {
		var err error
		if need.Fund, err = d.bookedOn(ctx, m, need.Fen); err != nil {
			return err
		}
	}
	same := need.Fund == nil || sure.Year == 0 || sure.Year == need.Fund.Year
	if same && need.Fen == sure.Fen && (!need.Ties || sure.NoTies) {
		if v.declares = need.Ties; need.Ties {
			return m.list(service.FieldDeclared, v.Officer)
		}
		return nil
	}
	return need
}

// bookedOn is the fund that a sum of a case is booked on: that of the year which has set it aside, or this year's. It is nil
// where that is not set up.
func (d *Desk) bookedOn(ctx context.Context, m *matter, fen int64) (*fund.Fund, error) {
	year := d.now().In(d.zone).Year()
	held, err := d.funds.Held(ctx, int64(m.ID))
	if err != nil {
		return nil, err
	}
	if held != nil && held.Fen == fen {
		year = held.Year
	}
	f, err := d.funds.Of(ctx, m.service.Fund, year)
	if errors.Is(err, fund.ErrUnknown) {
		return nil, nil
	}
	return &f, err
}

// asksTies says whether an officer is asked for ties before an act: once a case.
func (m *matter) asksTies(officer union.MemberID, step service.Step, act Act) bool {
	return step.AsksTies(act) && !slices.Contains(m.listed(service.FieldDeclared), officer)
}

// listed are the members that the case keeps under a name beside its form.
func (m *matter) listed(name string) (who []union.MemberID) {
	_ = json.Unmarshal(m.Values[name].Raw, &who) // nobody, where nothing is there
	return who
}

// list adds a member there.
func (m *matter) list(name string, who union.MemberID) error {
	raw, err := json.Marshal(append(m.listed(name), who))
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if m.Values = maps.Clone(m.Values); m.Values == nil {
		m.Values = map[string]Value{}
	}
	m.Values[name] = Value{Raw: raw}
	return nil
}

// NeedsMore says whether a decision was refused because something is lacking that its officer may give, or nobody to go on to.
func NeedsMore(err error) bool {
	var reason *ReasonError
	var proof *ProofError
	var grant *GrantNeededError
	var lacking *AnswerNeededError
	var sure *SureNeededError
	var early *TooEarlyError
	return errors.As(err, &reason) || errors.As(err, &proof) || errors.As(err, &grant) || errors.As(err, &lacking) || errors.As(err, &sure) ||
		errors.As(err, &early) || errors.Is(err, union.ErrNoOfficer)
}
