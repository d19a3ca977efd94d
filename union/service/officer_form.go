package service

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// officerKinds are those of questions that an officer answers with an act.
var officerKinds = []Kind{KindText, KindChoice, KindYesNo, KindNumber, KindMoney, KindDate, KindMembers}

// OfficerFields lists what officers answer with the acts of the review, in the order of the file.
func (s *Service) OfficerFields() []Field {
	var fields []Field
	for f := range s.officerFields() {
		fields = append(fields, *f)
	}
	return fields
}

func (s *Service) officerFields() iter.Seq[*Field] {
	return func(yield func(*Field) bool) {
		for i := range s.Review {
			for j := range s.Review[i].Acts {
				form := s.Review[i].Acts[j].Form
				for n := range form {
					if !yield(&form[n]) {
						return
					}
				}
			}
		}
	}
}

// OfficerField finds one of them by name.
func (s *Service) OfficerField(name string) (Field, bool) {
	for f := range s.officerFields() {
		if f.Name == name {
			return *f, true
		}
	}
	return Field{}, false
}

// checkActForms looks at what officers are asked with their acts.
func (p *parser) checkActForms(s *Service) {
	var names []string
	for _, f := range s.Form {
		names = append(names, f.Name)
	}
	for _, sum := range s.Sums {
		names = append(names, sum.Name)
	}
	for i, step := range s.Review {
		for j, o := range step.Acts {
			for n, f := range o.Form {
				path := fmt.Sprintf("review[%d].acts[%d].form[%d]", i+1, j+1, n+1)
				p.name(path, f.Name, slices.AppendSeq(slices.Clone(names), maps.Keys(kept)))
				names = append(names, f.Name)
				p.checkOfficerField(path, s, f)
			}
		}
	}
}

// kept are names that no field and no sum bears, each with what for.
var kept = map[string]string{
	FieldSupplement: "what is added after a return", FieldGranted: "what an officer grants", FieldAward: "what is awarded",
	FieldUpgraded: "what was awarded as more of it", FieldDisowned: "who was named and had no part", FieldRecused: "who stays out of it", FieldChallenged: "who is asked to", FieldDeclared: "who has no ties", FieldPack: "what is handed over", answeredName: "conditions",
	FieldOrg: "the organisation of whoever files",
}

func (p *parser) checkOfficerField(path string, s *Service, f Field) {
	p.text(path+".label", f.Label)
	p.text(path+".ask", f.Ask)
	switch {
	case f.Kind == "":
		p.addAt(path+".kind", "is missing; one of %v is expected", officerKinds)
	case !slices.Contains(officerKinds, f.Kind):
		p.addAt(path+".kind", "officers answer questions of kind %s", strings.Join(asStrings(officerKinds), ", "))
	case s.Sealed && f.Kind != KindText && f.Kind != KindChoice:
		p.addAt(path+".kind", "officers of a sealed service answer in words")
	}
	if f.Unasked || f.Sentence || f.Guess != "" || !f.When.Empty() || f.Shares {
		p.addAt(path, "officers are asked every question: `unasked`, `sentence`, `guess`, `when` and `shares` are for the form")
	}
	if f.Told && s.Sealed {
		p.addAt(path+".told", "nobody else hears of a sealed case")
	}
	p.checkLimits(path, f)
	p.checkChoices(path+".choices", f)
	if slices.ContainsFunc(f.Choices, func(c Choice) bool { return !c.Answers() }) {
		p.addAt(path+".choices", "`tells` and `ends` are for the form")
	}
}
