package service

import (
	"fmt"
	"slices"
)

func (p *parser) checkReview(s *Service) {
	p.checkSteps(s)
	p.checkSignOnce(s)
	var names, dates []string
	for i, step := range s.Review {
		path := fmt.Sprintf("review[%d]", i+1)
		p.name(path, step.Name, names)
		names = append(names, step.Name)
		p.text(path+".title", step.Title)
		p.checkWho(path, s, step)
		p.checkLevel(path, s, i)
		p.checkMode(path, step)
		p.checkLend(path, s, step)
		p.checkTies(path, s, step)
		p.checkSending(path, i == 0, step)
		if len(step.Name) > MaxStepName {
			p.addAt(path+".name", "up to %d letters are expected", MaxStepName)
		}
		for j, role := range step.Who.Otherwise {
			if role == step.Who.Role || slices.Contains(step.Who.Otherwise[:j], role) {
				p.addAt(fmt.Sprintf("%s.who.otherwise[%d]", path, j+1), "%q stands before it already", role)
			}
		}
		if step.Days < 1 || step.Days > MaxDays {
			p.addAt(path+".days", "working days from 1 to %d are expected, not %d", MaxDays, step.Days)
		}
		if step.Due != "" && !slices.Contains(dates, step.Due) {
			p.addAt(path+".due", "a date question of an act above is expected: %s", oneOf(step.Due, dates))
		}
		if above := s.dates(i); step.From != "" && !slices.Contains(above, step.From) {
			p.addAt(path+".from", "a date question of the form or of an act above is expected: %s", oneOf(step.From, above))
		} else if step.From != "" && step.Due != "" {
			p.addAt(path+".from", "counts `days` from a day on, and `due` ends with one: one of them is expected")
		}
		for _, o := range step.Acts {
			for _, f := range o.Form {
				if f.Kind == KindDate {
					dates = append(dates, f.Name)
				}
			}
		}
		if step.Wait < 0 || step.Wait > step.Days {
			p.addAt(path+".wait", "working days from 0 to the step's own %d are expected, not %d", step.Days, step.Wait)
		}
		for j, other := range step.NotBy {
			if above := names[:i]; !slices.Contains(above, other) {
				p.addAt(fmt.Sprintf("%s.not_by[%d]", path, j+1), "a step above this one is expected: %s", oneOf(other, above))
			}
		}
		p.checkUnless(path+".who.unless", s, step.Who.Unless)
		p.placeholders(path+".publish", step.Publish, s.publishable())
		p.checkActs(path+".acts", step)
	}
}

// checkSteps refuses a review in which a case could have no step at all.
func (p *parser) checkSteps(s *Service) {
	steps := s.Steps()
	if len(steps) == 0 {
		p.addAt("review", "at least one step is expected that is not disabled")
		return
	}
	if slices.ContainsFunc(steps, func(step Step) bool { return step.When.Empty() }) {
		return
	}
	var combinations []Facts
	for _, org := range s.orgsNamed() {
		combinations = append(combinations, s.noFacts().WithSums(s.noSums()).with(FieldOrg, org))
	}
	for _, f := range s.Form {
		if f.Kind != KindChoice && f.Kind != KindYesNo {
			continue
		}
		var more []Facts
		for _, facts := range combinations {
			for _, answer := range f.possible() {
				more = append(more, facts.with(f.Name, answer))
			}
		}
		if combinations = more; len(combinations) > mostCombinations {
			p.addAt("review", "a step without `when` is expected: with so many choices nobody can tell whether there is one for each")
			return
		}
	}
	for _, facts := range combinations {
		if len(s.StepsFor(facts)) == 0 {
			p.addAt("review", "a step without `when` is expected: where %s, there is none", facts.given(s))
			return
		}
	}
}

// mostCombinations is how many ways to answer a form's choices are gone through when it is read.
const mostCombinations = 1000

func (p *parser) checkUnless(path string, s *Service, field string) {
	if texts := s.named(KindText); field != "" && !slices.Contains(texts, field) {
		p.addAt(path, "a text field is expected: %s", oneOf(field, texts))
	}
}

// checkWho looks at who decides. An author has nothing to judge before somebody did something.
func (p *parser) checkWho(path string, s *Service, step Step) {
	steps := s.Steps()
	first := !step.Disabled && len(steps) > 0 && steps[0].Name == step.Name
	_, reopens := step.Option(Reopen)
	switch {
	case step.Who.Group != "":
		p.checkCommittee(path+".who", step)
	case step.Who.Author && step.Who.Role != "":
		p.addAt(path+".who.author", "stands in place of a role; leave one of the two")
	case step.Who.Author && s.Sealed:
		p.addAt(path+".who.author", "a sealed case does not know its author; a role is expected")
	case step.Who.Author && first:
		p.addAt(path+".who.author", "the author judges what another step did; this is the first")
	case len(step.Who.Seats) > 0 && (step.Who.Author || step.Who.Role != ""):
		p.addAt(path+".who.seats", "stand in place of a role or the author; leave one of the two")
	case !step.Who.Author && step.Who.Role == "" && len(step.Who.Seats) == 0 && step.Mode != InOrder:
		p.addAt(path+".who.role", "is missing; the role that decides is expected")
	}
	if reopens && first {
		p.addAt(path+".acts", "%q leads back to the step before; this is the first", Reopen)
	}
}

func (p *parser) checkActs(path string, step Step) {
	if _, ok := step.Option(Accept); !ok {
		p.addAt(path, "%q is expected among them: a case could not go on without", Accept)
	}
	var acts []Act
	var said []string
	inMenu := 0
	for i, o := range step.Acts {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		switch {
		case o.Act == "":
			p.addAt(at+".act", "is missing; one of %v is expected", Acts())
		case slices.Contains(acts, o.Act):
			p.addAt(at+".act", "%q stands here twice", o.Act)
		}
		acts = append(acts, o.Act)
		p.text(at+".word", o.Word)
		p.checkReasons(at+".reasons", o)
		p.checkRules(at+".rules", o)
		if o.Proof && o.Ask.Empty() {
			p.addAt(at+".proof", "a picture is sent where the officer is asked something: `ask` is expected as well")
		}
		for _, word := range append([]string{o.Word.ZH}, o.Synonyms...) {
			if slices.Contains(said, word) {
				p.addAt(at, "%q says another act already", word)
			}
			said = append(said, word)
		}
		if o.Menu {
			inMenu++
		}
	}
	buttons := len(step.Acts) - inMenu
	if len(step.Acts) > 0 && (buttons < 1 || buttons > MaxButtons || inMenu > MaxMenu) {
		p.addAt(path, "a card takes 1 to %d buttons and up to %d in its menu, not %d and %d", MaxButtons, MaxMenu, buttons, inMenu)
	}
}

// MaxReasons is how many reasons an act offers: a longer list is slower to read than a sentence to write.
const MaxReasons = 6

func (p *parser) checkReasons(path string, o ActOption) {
	switch {
	case len(o.Reasons) > 0 && !o.Explained():
		p.addAt(path, "nothing is asked with this act: `ask` is expected as well")
	case len(o.Reasons) > MaxReasons:
		p.addAt(path, "%d are given; up to %d are expected", len(o.Reasons), MaxReasons)
	}
	for i, reason := range o.Reasons {
		p.text(fmt.Sprintf("%s[%d]", path, i+1), reason)
	}
}
