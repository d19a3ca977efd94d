package service

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Facts are the answers of a form by field, as expressions see them: a text and a choice's name as string, names of
// several choices as list of strings, a number and a rating as int, money as int in fen, a date as "2026-12-05", a time as
// "2026-12-05T15:00", yes or no as bool; an organisation, members and a place as they are shown; a list as how many there are, and
// each of its questions as the list of the answers to it, under the names of both: household_income. What is not answered has its kind's
// zero value; answered says which are.
type Facts map[string]any

// answeredName is the name under which expressions ask whether a field is answered: answered.amount.
const answeredName = "answered"

// zero is the value of a kind that is not answered.
func (k Kind) zero() any {
	switch k {
	case KindNumber, KindMoney, KindRating, KindPictures, KindFiles, KindList:
		return 0
	case KindYesNo:
		return false
	case KindChoices:
		return []string{}
	default:
		return ""
	}
}

func (f Facts) names() []string { return slices.Sorted(maps.Keys(f)) }

// noFacts is the form with nothing answered.
func (s *Service) noFacts() Facts {
	facts, answered := Facts{}, map[string]bool{}
	for f := range s.allFields() {
		facts[f.Name], answered[f.Name] = f.Kind.zero(), false
		f.columns(nil, facts)
	}
	facts[answeredName] = answered
	facts[FieldAward], facts[FieldOrg] = 0, ""
	if s.Category.On() {
		facts[s.Category.Name] = ""
	}
	return facts
}

// allFields are those of the form and what officers answer. They are large and looked through several times a filing, so
// that they are not copied.
func (s *Service) allFields() iter.Seq[*Field] {
	return func(yield func(*Field) bool) {
		for i := range s.Form {
			if !yield(&s.Form[i]) {
				return
			}
		}
		for f := range s.officerFields() {
			if !yield(f) {
				return
			}
		}
	}
}

// Answer is one answer of a form, as it is kept.
type Answer struct {
	Text string          `json:"text"`          // as it is shown
	Raw  json.RawMessage `json:"raw,omitempty"` // typed; empty for a plain text
}

// Facts reads what expressions may look at. An answer that cannot be read counts as not given.
func (s *Service) Facts(answer func(field string) (Answer, bool)) Facts {
	facts := s.noFacts()
	answered, _ := facts[answeredName].(map[string]bool)
	for f := range s.allFields() {
		a, ok := answer(f.Name)
		if !ok || a.Text == "" {
			continue
		}
		if v, ok := f.Kind.fact(a); ok {
			facts[f.Name], answered[f.Name] = v, true
			f.columns(ListOf(a.Raw).Entries, facts)
		}
	}
	return facts
}

func (k Kind) fact(a Answer) (any, bool) {
	if k.Refers() {
		var ref Ref
		err := json.Unmarshal(a.Raw, &ref)
		return a.Text, len(a.Raw) == 0 || err == nil && ref.fits(k)
	}
	if k == KindList {
		var g List
		err := json.Unmarshal(a.Raw, &g)
		return len(g.Entries), err == nil
	}
	if k == KindText || len(a.Raw) == 0 { // what stands beside a text is where its sound is
		return a.Text, k.zero() == ""
	}
	switch k.zero().(type) {
	case int:
		var n int
		err := json.Unmarshal(a.Raw, &n)
		return n, err == nil
	case bool:
		var yes bool
		err := json.Unmarshal(a.Raw, &yes)
		return yes, err == nil
	case []string:
		var names []string
		err := json.Unmarshal(a.Raw, &names)
		return names, err == nil
	default:
		var text string
		err := json.Unmarshal(a.Raw, &text)
		return text, err == nil
	}
}

// Typed says whether the JSON of an answer is of the kind.
func (k Kind) Typed(raw json.RawMessage) bool {
	if len(raw) == 0 {
		return false
	}
	_, ok := k.fact(Answer{Raw: raw})
	return ok
}

// Shows says whether a field belongs to a form with these answers. A condition that fails shows it: it is better asked
// in vain than left out.
func (f *Field) Shows(facts Facts) bool { return f.When.holds(facts) }

// holds says whether a condition is met. One that is empty or fails is.
func (e Expression) holds(facts Facts) bool {
	if e.Empty() {
		return true
	}
	result, err := e.run(facts)
	yes, ok := result.(bool)
	return err != nil || !ok || yes
}

// noSums are the sums of a form with nothing answered.
func (s *Service) noSums() map[string]int {
	sums := make(map[string]int, len(s.Sums))
	for _, sum := range s.Sums {
		sums[sum.Name] = 0
	}
	return sums
}

// possible are the answers that a choice or a yes_no field can have.
func (f *Field) possible() []any {
	if f.Kind == KindYesNo {
		return []any{true, false}
	}
	var names []any
	for _, c := range f.Choices {
		if c.Answers() {
			names = append(names, c.Name)
		}
	}
	if f.Optional {
		names = append(names, "")
	}
	return names
}

// with is the facts with one more.
func (f Facts) with(name string, value any) Facts {
	f = maps.Clone(f)
	f[name] = value
	return f
}

// given says in words which choices these facts are of.
func (f Facts) given(s *Service) string {
	var said []string
	for _, field := range s.Form {
		if field.Kind == KindChoice || field.Kind == KindYesNo {
			said = append(said, fmt.Sprintf("%s is %v", field.Name, f[field.Name]))
		}
	}
	if s.ByOrg() {
		said = append(said, fmt.Sprintf("%s is %q", FieldOrg, f[FieldOrg]))
	}
	return strings.Join(said, ", ")
}

// WithSums adds sums, in fen by name, to what expressions may look at.
func (f Facts) WithSums(sums map[string]int) Facts {
	f = maps.Clone(f)
	for name, fen := range sums {
		f[name] = fen
	}
	return f
}

// Shown lists the fields that belong to a form with these answers. A field whose condition looks at one that does not
// belong sees it as not answered. What is offered and not asked for, co-authors and a place, is shown where somebody has said it.
// The fields are the service's own, which nobody changes.
func (s *Service) Shown(facts Facts) []*Field {
	facts = maps.Clone(facts)
	answered, _ := facts[answeredName].(map[string]bool)
	answered = maps.Clone(answered)
	facts[answeredName] = answered
	return s.shown(func(f *Field) bool { return answered[f.Name] }, func(f *Field) bool {
		if f.Shows(facts) {
			return true
		}
		facts[f.Name] = f.Kind.zero()
		f.columns(nil, facts)
		delete(answered, f.Name)
		return false
	})
}

// ShownByAnswers is Shown of a form none of whose fields has a condition, for which next to nothing has to be worked out;
// ok is false where one has.
func (s *Service) ShownByAnswers(answer func(field string) (Answer, bool)) (fields []*Field, ok bool) {
	for i := range s.Form {
		if !s.Form[i].When.Empty() {
			return nil, false
		}
	}
	answered := func(f *Field) bool {
		a, given := answer(f.Name)
		if !given || a.Text == "" {
			return false
		}
		_, readable := f.Kind.fact(a)
		return readable
	}
	return s.shown(answered, func(*Field) bool { return true }), true
}

func (s *Service) shown(answered, belongs func(*Field) bool) []*Field {
	shown := make([]*Field, 0, len(s.Form))
	for i := range s.Form {
		f := &s.Form[i]
		if f.offered() && !answered(f) || !belongs(f) {
			continue
		}
		shown = append(shown, f)
	}
	return shown
}

// Classify finds the category of a form, of whose facts the sums are a part; ok is false where the service has none, or none fits.
func (s *Service) Classify(facts Facts) (rank Rank, ok bool) {
	if !s.Category.When.holds(facts) {
		return Rank{}, false
	}
	for _, r := range s.Category.Of {
		if r.When.Empty() {
			return r, true
		}
		if result, err := r.When.run(facts); err == nil && result == true {
			return r, true
		}
	}
	return Rank{}, false
}

// Compute works out the sums of a form, in fen by name, each of which may use those before it.
func (s *Service) Compute(facts Facts) (map[string]int, error) {
	facts = maps.Clone(facts)
	sums := make(map[string]int, len(s.Sums))
	for _, sum := range s.Sums {
		if !sum.When.holds(facts) {
			sums[sum.Name], facts[sum.Name] = 0, 0
			continue
		}
		fen, err := sum.compute(facts)
		if err != nil {
			return nil, err
		}
		sums[sum.Name], facts[sum.Name] = fen, fen
	}
	return sums, nil
}
