package service

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// laterKinds are those of questions that an author is asked before a step.
var laterKinds = []Kind{KindText, KindChoice, KindYesNo, KindNumber, KindMoney, KindDate, KindPhone, KindIDCard, KindBankCard}

// Before is the form that the author answers before the step's officers are asked.
func (s *Step) Before() *Service { return &Service{Form: s.Later} }

// LaterFields lists what authors are asked before steps, in the order of the file.
func (s *Service) LaterFields() []Field {
	var fields []Field
	for _, step := range s.Review {
		fields = append(fields, step.Later...)
	}
	return fields
}

// Question finds what an author is asked, in the form or before a step.
func (s *Service) Question(name string) (Field, bool) {
	for _, f := range slices.Concat(s.Form, s.LaterFields()) {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Missing lists the questions before the step that are open with these answers.
func (s *Step) Missing(answer func(field string) (Answer, bool)) []string {
	before := s.Before()
	var names []string
	for _, f := range before.Shown(before.Facts(answer)) {
		if a, ok := answer(f.Name); !f.Optional && (!ok || a.Text == "") {
			names = append(names, f.Name)
		}
	}
	return names
}

// checkLater looks at what authors are asked before steps, and compiles its conditions, which look at those before them.
func (p *parser) checkLater(s *Service) {
	names := s.fieldNames()
	for _, f := range s.OfficerFields() {
		names = append(names, f.Name)
	}
	for _, sum := range s.Sums {
		names = append(names, sum.Name)
	}
	asks := false
	for i := range s.Review {
		step, path := &s.Review[i], fmt.Sprintf("review[%d].later", i+1)
		if len(step.Later) == 0 {
			continue
		}
		asks = true
		switch {
		case s.Sealed:
			p.addAt(path, "the author of a sealed case is asked nothing afterwards")
		case step.Who.Author || step.Several() || step.Name == s.Review[0].Name:
			p.addAt(path, "is for a step that one officer decides, and not for the first: what is needed there belongs to the form")
		}
		above, known := Facts{answeredName: map[string]bool{}}, step.Before().noFacts()
		for j := range step.Later {
			f, at := &step.Later[j], fmt.Sprintf("%s[%d]", path, j+1)
			p.name(at, f.Name, slices.AppendSeq(slices.Clone(names), maps.Keys(kept)))
			names = append(names, f.Name)
			p.checkAsked(at, *f, laterKinds)
			if !f.When.Empty() {
				if problem := f.When.compile(above, reflect.Bool); problem != "" {
					p.addAt(at+".when", "%s", problem)
				}
			}
			above[f.Name] = known[f.Name]
		}
	}
	if asks && s.Words.Later.Empty() {
		p.addAt("words.later", "is missing; what the author is told who is asked something before a step")
	}
}

// checkAsked looks at a question that stands outside of the form.
func (p *parser) checkAsked(path string, f Field, kinds []Kind) {
	p.text(path+".label", f.Label)
	p.text(path+".ask", f.Ask)
	switch {
	case f.Kind == "":
		p.addAt(path+".kind", "is missing; one of %v is expected", kinds)
	case !slices.Contains(kinds, f.Kind):
		p.addAt(path+".kind", "questions here are of kind %v", kinds)
	}
	if f.Unasked || f.Sentence || f.Guess != "" || f.Shares {
		p.addAt(path, "every question is asked here: `unasked`, `sentence`, `guess` and `shares` are for the form itself")
	}
	p.checkLimits(path, f)
	p.checkChoices(path+".choices", f)
	if slices.ContainsFunc(f.Choices, func(c Choice) bool { return !c.Answers() }) {
		p.addAt(path+".choices", "`tells` and `ends` are for the form itself")
	}
}
