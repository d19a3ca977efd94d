package service

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// checkExpressions compiles conditions and sums. A condition may look at the fields above its own: a form that is asked
// from top to bottom then never asks what turns out not to belong.
func (p *parser) checkExpressions(s *Service) {
	known := s.noFacts()
	above := Facts{answeredName: known[answeredName]}
	for i := range s.Form {
		f := &s.Form[i]
		path := fmt.Sprintf("form[%d].when", i+1)
		if !f.When.Empty() {
			if problem := f.When.compile(above, reflect.Bool); problem != "" {
				p.addAt(path, "%s", problem)
			}
			if f.Sentence {
				p.addAt(path, "the field that takes the first sentence always belongs to the form")
			}
		}
		above[f.Name] = known[f.Name]
		for _, column := range f.columnNames() {
			above[column] = known[column]
		}
	}
	officers := Facts{FieldAward: 0, FieldOrg: ""}
	delete(known, FieldAward)
	for _, f := range s.OfficerFields() { // who files sees no sum that follows from what officers have yet to answer
		officers[f.Name] = known[f.Name]
		delete(known, f.Name)
	}
	var names []string
	for i := range s.Sums {
		sum := &s.Sums[i]
		path := fmt.Sprintf("sums[%d]", i+1)
		p.name(path, sum.Name, append(slices.Clone(names), s.fieldNames()...))
		names = append(names, sum.Name)
		p.text(path+".label", sum.Label)
		p.checkSum(path, sum, known)
		known[sum.Name] = 0
	}
	p.checkCategory(s, known, append(names, s.fieldNames()...))
	maps.Copy(known, officers)
	for i := range s.Review {
		if when := &s.Review[i].When; !when.Empty() {
			if problem := when.compile(known, reflect.Bool); problem != "" {
				p.addAt(fmt.Sprintf("review[%d].when", i+1), "%s", problem)
			}
		}
	}
	if s.Sealed && len(s.Sums) > 0 {
		p.addAt("sums", "a sealed service computes nothing: what it pays would tell to whom")
	}
}

func (s *Service) fieldNames() []string {
	names := slices.Sorted(maps.Keys(kept))
	for _, f := range s.Form {
		names = append(append(names, f.Name), f.columnNames()...)
	}
	return names
}
