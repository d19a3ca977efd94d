package service

import (
	"slices"
	"strings"
)

// FieldGranted is kept for the sum that an officer sets where no rule does; no field of a form bears it.
const FieldGranted = "granted"

// GrantedBy is the name under which a case keeps what is granted: a sum of the form, or what an officer sets.
func (s *Service) GrantedBy() string {
	switch {
	case s.Award.On():
		return FieldAward
	case s.Grant != "":
		return s.Grant
	}
	return FieldGranted
}

// moneySums are the names of the sums that are money.
func (s *Service) moneySums() []string {
	var names []string
	for _, sum := range s.Sums {
		if sum.Unit.Empty() {
			names = append(names, sum.Name)
		}
	}
	return names
}

// checkMoney looks at what moves money: a fund, what is taken from it, and where.
func (p *parser) checkMoney(s *Service) {
	sums := s.moneySums()
	if s.Grant != "" && !slices.Contains(sums, s.Grant) {
		p.addAt("grant", "a sum is expected: %s", oneOf(s.Grant, sums))
	}
	if money := s.named(KindMoney); s.Base != "" && !slices.Contains(money, s.Base) {
		p.addAt("base", "a money field is expected: %s", oneOf(s.Base, money))
	}
	if s.Fund != "" && !snake.MatchString(s.Fund) {
		p.addAt("fund", "small letters, digits and _ are expected, not %q", s.Fund)
	}
	p.checkGrant(s)
	p.checkMoves(s)
	if s.Fund != "" && s.Sealed {
		p.addAt("fund", "a sealed service pays nothing: the payment would tell to whom")
	}
}

// checkGrant looks at who says how much: a rule, or the officers of a step up to its ceiling.
func (p *parser) checkGrant(s *Service) {
	sets, always, reserved := false, false, false
	for i, step := range s.Steps() {
		for _, o := range step.Acts {
			if o.Ceiling == 0 {
				continue
			}
			sets, always = true, always || step.When.Empty()
			if o.Act != Accept || o.Ceiling < 0 || o.Ceiling > MaxYuan {
				p.addAt("review", "step %d: `ceiling` is for accept, from 1 to %d yuan", i+1, MaxYuan)
			}
			if s.Award.On() {
				p.addAt("award", "follows from its table, and the step %q lets an officer set it; leave one of them out", step.Name)
			}
			if s.Grant != "" {
				p.addAt("grant", "follows from a rule, and the step %q lets an officer set it; leave one of them out", step.Name)
			}
			if reserved {
				p.addAt("review", "the step %q sets a sum that is reserved already", step.Name)
			}
		}
		reserved = reserved || step.Reserve
	}
	switch {
	case s.Award.On() && s.Fund == "":
		p.addAt("fund", "is missing; the fund from which awards are paid is expected")
	case s.Award.On():
	case s.Fund == "" && (sets || s.Grant != ""):
		p.addAt("fund", "is missing; the fund from which it is paid is expected")
	case s.Fund != "" && s.Grant == "" && !sets:
		p.addAt("grant", "is missing; a sum of the form, or a `ceiling` up to which an officer sets it, is expected")
	case s.Fund != "" && s.Grant == "" && !always:
		p.addAt("grant", "no step sets it in every case; a `ceiling` in a step without `when` is expected")
	}
}

// grantsAny is the condition by which cases that are granted nothing pass by the steps that move money: support > 0. It holds at
// both or at none, for a grant that follows from a rule stands once it is set aside. It is empty where no rule makes the grant.
func (s *Service) grantsAny() string {
	if s.Grant == "" {
		return ""
	}
	return s.Grant + " > 0"
}

// checkMoves looks at where money is set aside and paid: once each, in this order and wherever there is any. What was set aside
// once is not set aside anew, so nothing leads back behind it.
func (p *parser) checkMoves(s *Service) {
	reserves, pays := 0, 0
	for _, step := range s.Steps() {
		if _, reopens := step.Option(Reopen); reopens && reserves > 0 {
			p.addAt("review", "the step %q cannot lead back: the money is reserved by then", step.Name)
		}
		if step.Pay {
			pays++
			if reserves == 0 {
				p.addAt("review", "the step %q pays what no step before it has reserved", step.Name)
			}
		}
		if step.Reserve {
			reserves++
		}
		p.checkMovesWhen(s, step)
	}
	if moves := s.movesMoney(); len(moves) == 2 && moves[0].When.Empty() != moves[1].When.Empty() {
		p.addAt("review", "the steps %q and %q move the same money; the same `when` is expected at both, or none", moves[0].Name, moves[1].Name)
	}
	switch {
	case s.Fund == "" && reserves+pays > 0:
		p.addAt("fund", "is missing; the fund from which it is paid is expected")
	case s.Award.On() && reserves+pays == 0: // switched off, with the step that would grade
	case s.Fund != "" && (reserves != 1 || pays != 1):
		p.addAt("review", "a service with a fund has one step that says `reserve` and, after it, one that says `pay`")
	}
}

// checkMovesWhen refuses a condition under which money would not be set aside, or would stay set aside for ever.
func (p *parser) checkMovesWhen(s *Service, step Step) {
	if !step.Reserve && !step.Pay || step.When.Empty() || strings.TrimSpace(step.When.Source) == s.grantsAny() {
		return
	}
	if some := s.grantsAny(); some != "" {
		p.addAt("review", "the step %q moves money wherever there is any; no `when` but `%s` is expected", step.Name, some)
		return
	}
	p.addAt("review", "the step %q moves money in every case; it has no `when`", step.Name)
}

// movesMoney lists the steps that set money aside or pay it.
func (s *Service) movesMoney() []Step {
	return slices.DeleteFunc(s.Steps(), func(step Step) bool { return !step.Reserve && !step.Pay })
}
