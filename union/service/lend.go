package service

import "slices"

// Lend says whether whoever stands in for an officer who is away may make a step's decision. An empty one leaves it to what
// the step decides.
type Lend string

// The values of lend.
const (
	LendAlways Lend = "always"
	LendNever  Lend = "never"
)

// Lends says whether somebody may make the step's decision in the place of an officer who is away. Where nothing else is said,
// it is all but a decision about money, and but what is sealed.
func (s *Service) Lends(step Step) bool {
	switch {
	case s.Sealed || step.Lend == LendNever:
		return false
	case step.Lend == LendAlways:
		return true
	}
	return !s.AboutMoney(step)
}

// AboutMoney says whether a step decides about money: it sets aside or pays, or comes before the step that sets aside what the
// form claims or an officer grants. What is graded for an award is work, not money.
func (s *Service) AboutMoney(step Step) bool {
	if s.Fund == "" || step.Reserve || step.Pay {
		return s.Fund != ""
	}
	if s.Award.On() {
		return false
	}
	for _, one := range s.Review {
		if one.Name == step.Name {
			return true
		}
		if one.Reserve {
			return false
		}
	}
	return false
}

// AsksTies says whether an officer is asked for ties before this act counts.
func (s *Step) AsksTies(act Act) bool {
	return s.Ties && (act == Accept || act == Refuse || act == Waive)
}

func (p *parser) checkTies(path string, s *Service, step Step) {
	switch {
	case !step.Ties:
	case s.Sealed:
		p.addAt(path+".asks_ties", "nobody can tell whether they have ties to who filed a sealed case; leave it out")
	case step.Pay && s.Award.On():
		p.addAt(path+".asks_ties", "awards are paid by the month's list; ask at the step that sets them aside")
	case step.Who.Author:
		p.addAt(path+".asks_ties", "the author judges their own matter here; leave it out")
	}
}

func (p *parser) checkLend(path string, s *Service, step Step) {
	if s.Sealed && step.Lend == LendAlways {
		p.addAt(path+".lend", "nobody stands in for whoever a sealed case was told to; leave it out")
	}
	if step.Who.Author && step.Lend != "" {
		p.addAt(path+".lend", "nobody stands in for an author; leave it out")
	}
}

// checkSignOnce refuses the key where it does nothing.
func (p *parser) checkSignOnce(s *Service) {
	if steps := s.Steps(); s.SignOnce && len(steps) > 0 && !slices.ContainsFunc(steps[1:], s.SignsOnce) {
		p.addAt("sign_once", "a step after the first is expected that one signs with no more than a yes, and that is not about money")
	}
}

// SignsOnce says whether whoever signed the step before has signed this one with it: where the service's file says so, both
// take no more than a yes, and neither is about money.
func (s *Service) SignsOnce(step Step) bool {
	accept, _ := step.Option(Accept)
	return s.SignOnce && !step.Ties && !s.AboutMoney(step) && !step.Several() && step.Wait == 0 && step.Publish.Empty() && !step.Who.Author &&
		!accept.Explained() && !accept.Proof && len(accept.Form) == 0 && accept.Ceiling == 0
}

// lent says it in a word for people who read the service; empty where it goes by the rule.
func (s *Step) lent() string {
	switch s.Lend {
	case LendAlways:
		return "a stand-in may decide"
	case LendNever:
		return "no stand-in decides"
	}
	return ""
}
