package cases

import (
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union/service"
)

// AnswerNeededError says that an act lacks an answer of its form, or has one that the form does not take.
type AnswerNeededError struct {
	Field service.Field
	// Hash is the version of the service that asks.
	Hash string
}

func (e *AnswerNeededError) Error() string {
	return fmt.Sprintf("the act needs an answer to %q", e.Field.Name)
}

// takeAnswers takes over what the officer answers with an act, and makes of it what is said: 等级 重大;责任人 王班长. Answers
// to what the act does not ask are left out.
func (m *matter) takeAnswers(in *Decision, option service.ActOption) error {
	if len(option.Form) == 0 {
		return nil
	}
	values, said := maps.Clone(m.Values), []string(nil)
	for _, f := range option.Form {
		v, given := in.Answers[f.Name]
		v.Text = strings.TrimSpace(v.Text)
		switch {
		case !given || v.Text == "":
			if !f.Optional {
				return &AnswerNeededError{Field: f, Hash: m.Hash}
			}
			delete(values, f.Name) // of an earlier round
			continue
		case !answers(f, v):
			return &AnswerNeededError{Field: f, Hash: m.Hash}
		}
		values[f.Name] = v
		said = append(said, f.Label.ZH+" "+v.Text)
	}
	if in.Note != "" {
		said = append(said, in.Note)
	}
	m.former, m.Values, in.Note = m.Values, values, strings.Join(said, ";")
	return nil
}

// answers says whether a value is one that the officer's field takes.
func answers(f service.Field, v Value) bool {
	switch f.Kind {
	case service.KindText:
		return utf8.RuneCountInString(v.Text) <= f.Max
	case service.KindChoice:
		return chosen(f, v)
	}
	return f.Kind.Typed(v.Raw)
}
