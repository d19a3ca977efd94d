package service

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// List is the answer to a field of kind list.
type List struct {
	Entries []Entry `json:"entries"`
	// Open says that more may come: the answer is not whole yet.
	Open bool `json:"open,omitempty"`
}

// Entry is one of a list: its answers by the names of the list's questions.
type Entry map[string]Answer

// ListOf reads the typed answer to a field of kind list; one that cannot be read has nobody in it.
func ListOf(raw json.RawMessage) List {
	var g List
	if len(raw) == 0 || json.Unmarshal(raw, &g) != nil {
		return List{}
	}
	return g
}

// listKinds are those of the questions of a list.
var listKinds = []Kind{KindChoice, KindText, KindYesNo, KindNumber, KindMoney}

// Each is the form that is asked of each of the list.
func (f *Field) Each() *Service { return &Service{Form: f.Fields} }

// Head is the question that says who is spoken of.
func (f *Field) Head() Field {
	if len(f.Fields) == 0 {
		return Field{}
	}
	return f.Fields[0]
}

// ShownOf lists the questions that belong to an entry, as it is answered so far.
func (f *Field) ShownOf(e Entry) []*Field {
	each := f.Each()
	return each.Shown(each.Facts(e.answer))
}

func (e Entry) answer(name string) (Answer, bool) {
	a, ok := e[name]
	return a, ok
}

// column is the name under which expressions see all answers to one question of a list.
func (f *Field) column(question Field) string { return f.Name + "_" + question.Name }

func (f *Field) columnNames() []string {
	var names []string
	for _, q := range f.Fields {
		names = append(names, f.column(q))
	}
	return names
}

// columns puts the answers of a list's entries into the facts, a list for each of its questions.
func (f *Field) columns(entries []Entry, facts Facts) {
	for _, q := range f.Fields {
		zero := q.Kind.zero()
		list := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(zero)), 0, len(entries))
		for _, e := range entries {
			v, ok := q.Kind.fact(e[q.Name])
			if a := e[q.Name]; !ok || a.Text == "" {
				v = zero
			}
			list = reflect.Append(list, reflect.ValueOf(v))
		}
		facts[f.column(q)] = list.Interface()
	}
}

// checkList looks at what is asked of each of a list, and compiles its conditions.
func (p *parser) checkList(path string, f Field) {
	if f.Kind != KindList {
		return
	}
	switch {
	case len(f.Fields) < 2:
		p.addAt(path+".fields", "at least two questions are expected, the first of which says who is spoken of")
		return
	case f.Fields[0].Kind != KindChoice || f.Fields[0].Optional || !f.Fields[0].When.Empty():
		p.addAt(path+".fields[1]", "a choice that is always asked is expected first: its words begin another one in a sentence")
	}
	above, known := Facts{answeredName: map[string]bool{}}, f.Each().noFacts()
	var names []string
	for i := range f.Fields {
		q, at := &f.Fields[i], fmt.Sprintf("%s.fields[%d]", path, i+1)
		p.name(at, q.Name, names)
		names = append(names, q.Name)
		p.checkAsked(at, *q, listKinds)
		if q.Masked {
			p.addAt(at+".masked", "is for the form itself")
		}
		if !q.When.Empty() {
			if problem := q.When.compile(above, reflect.Bool); problem != "" {
				p.addAt(at+".when", "%s", problem)
			}
		}
		above[q.Name] = known[q.Name]
	}
}
