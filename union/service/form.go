package service

import (
	"regexp"
	"slices"
	"strings"
)

// Field finds a field of the form by name.
func (s *Service) Field(name string) (Field, bool) {
	for i := range s.Form { // a field is large, and this is asked many times a turn
		if s.Form[i].Name == name {
			return s.Form[i], true
		}
	}
	return Field{}, false
}

// Questions lists the fields that are asked, in the order of asking: as they stand in the file, but a choice that can
// be guessed from a text only after that text. They are the service's own, which nobody changes.
func (s *Service) Questions() []*Field {
	asked := make([]*Field, 0, len(s.Form))
	for i := range s.Form {
		f := &s.Form[i]
		if f.Unasked || f.Guess != "" {
			continue
		}
		asked = append(asked, f)
		for j := range s.Form {
			if g := &s.Form[j]; g.Guess == f.Name && !g.Unasked {
				asked = append(asked, g)
			}
		}
	}
	return asked
}

// DependsOn says whether a condition, a sum or the category looks at the field.
func (s *Service) DependsOn(field string) bool {
	name := regexp.MustCompile(`\b` + regexp.QuoteMeta(field) + `\b`)
	for _, f := range s.Form {
		if name.MatchString(f.When.Source) {
			return true
		}
	}
	looks := func(e Expression) bool { return name.MatchString(e.Source) }
	return slices.ContainsFunc(s.Sums, func(sum Sum) bool { return looks(sum.Value) || looks(sum.Of) || looks(sum.When) }) ||
		looks(s.Category.When) || slices.ContainsFunc(s.Category.Of, func(r Rank) bool { return looks(r.When) })
}

// SentenceField returns the field that takes what is left of the sentence with which the form began.
func (s *Service) SentenceField() (Field, bool) {
	for _, f := range s.Form {
		if f.Sentence {
			return f, true
		}
	}
	return Field{}, false
}

// Choice finds a choice of the field by name.
func (f *Field) Choice(name string) (Choice, bool) {
	for _, c := range f.Choices {
		if c.Name == name {
			return c, true
		}
	}
	return Choice{}, false
}

// GuessChoice finds the choice whose keywords the text contains; with several, the one with the most of them, and of
// equals the first in the file.
func (f *Field) GuessChoice(text string) (Choice, bool) {
	text = strings.ToLower(text)
	var best Choice
	most := 0
	for _, c := range f.Choices {
		hits := 0
		for _, k := range c.Keywords {
			if strings.Contains(text, strings.ToLower(k)) {
				hits++
			}
		}
		if hits > most {
			best, most = c, hits
		}
	}
	return best, most > 0
}

// offered says whether the field is taken where somebody says it, and else shown nowhere: most have nothing to say there.
func (f *Field) offered() bool { return f.Unasked && (f.Shares || f.Kind == KindPlace) }

// Offered lists the fields that are shown only once somebody has said them.
func (s *Service) Offered() []*Field {
	var fields []*Field
	for i := range s.Form {
		if f := &s.Form[i]; f.offered() {
			fields = append(fields, f)
		}
	}
	return fields
}

// Step finds a step of the review by name, be it switched off by now or not, or one by which such a step is undone.
func (s *Service) Step(name string) (Step, bool) {
	for i := range s.Review {
		if s.Review[i].Name == name {
			return s.Review[i], true
		}
	}
	return s.counterStep(name)
}

// Steps lists the steps that are not switched off, whatever their conditions.
func (s *Service) Steps() []Step {
	steps := make([]Step, 0, len(s.Review))
	for i := range s.Review {
		if !s.Review[i].Disabled {
			steps = append(steps, s.Review[i])
		}
	}
	return steps
}

// StepsFor lists the steps that a case with these answers and sums goes through. A condition that fails keeps its step:
// one decision too many is better than one too few. What moves an award belongs to cases that are awarded something.
func (s *Service) StepsFor(facts Facts) []Step {
	award, _ := facts[FieldAward].(int)
	return slices.DeleteFunc(s.Steps(), func(step Step) bool { return !step.When.holds(facts) || s.ForAward(step) && award <= 0 })
}

// Option finds how the step offers an act; ok is false where it does not.
func (s *Step) Option(act Act) (option ActOption, ok bool) {
	for _, o := range s.Acts {
		if o.Act == act {
			return o, true
		}
	}
	if act == SendBack && s.SendsBack() {
		return ActOption{Act: SendBack, Word: Text{ZH: "退回重办", EN: "Send back"}}, true
	}
	return ActOption{}, false
}

// Partly is an answer as it is shown where others may look along: all of it, of a masked field its ends, or the end of a bank card.
func (f *Field) Partly(text string) string {
	if f.Kind == KindBankCard && len(text) > lastFigures {
		return "尾号 " + text[len(text)-lastFigures:]
	}
	if !f.Masked || text == "" {
		return text
	}
	runes := []rune(text)
	if len(runes) < leastMasked {
		return "***"
	}
	return string(runes[0]) + "***" + string(runes[len(runes)-1])
}

// lastFigures of a bank card are shown: nobody is paid by them, and who has it knows which it is.
const lastFigures = 4

// leastMasked is the shortest text of which the ends are shown: of a shorter one they would tell too much.
const leastMasked = 5
