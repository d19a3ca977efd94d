package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
)

type note struct {
	Words []string `json:"words"`
}

type noteTurn = bot.Turn[note]

func take(_ context.Context, t *noteTurn) (bot.Next, error) {
	t.Data.Words = append(t.Data.Words, t.Text())
	return bot.End(), nil
}

// sound is a flow in which nothing is wrong; spoil makes something so.
func sound(name string, spoil func(*bot.Spec[note])) bot.Flow {
	spec := bot.Spec[note]{
		Name: name, Rev: 1, Title: name, Expires: time.Minute, Starts: []bot.Trigger{bot.OnPhrase(name)},
		Steps: []bot.Step[note]{{Name: "first", Ask: bot.Reply{Text: "?"}, Handle: take}},
	}
	if spoil != nil {
		spoil(&spec)
	}
	return bot.Define(spec)
}

func TestACatalogueRefusesWhatCouldOnlyGoWrongLater(t *testing.T) {
	tests := []struct {
		name, want string
		flows      []bot.Flow
	}{
		{"two of a name", "two of this name", []bot.Flow{sound("a", nil), sound("a", nil)}},
		{"a name that is no file's stem", "lower_snake", []bot.Flow{sound("A b", nil)}},
		{"a shared trigger", "already starts a", []bot.Flow{sound("a", nil), sound("b", func(s *bot.Spec[note]) {
			s.Starts = []bot.Trigger{bot.OnPhrase("Ａ")}
		})}},
		{"a phrase that is an engine word", "engine word cancel", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Starts = []bot.Trigger{bot.OnPhrase("算了。")}
		})}},
		{"a word that does not exist", "no engine word", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Starts = []bot.Trigger{bot.OnWord("nonsense")}
		})}},
		{"no expiry", "never expires", []bot.Flow{sound("a", func(s *bot.Spec[note]) { s.Expires = 0 })}},
		{"nothing to do", "neither Begin nor a step", []bot.Flow{sound("a", func(s *bot.Spec[note]) { s.Steps = nil })}},
		{"an edge to nowhere", "unknown step second", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Steps[0].To = []bot.StepName{"second"}
		})}},
		{"a beginning that leads nowhere", "the beginning leads to the unknown step", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.To = []bot.StepName{"second", "first"}
		})}},
		{"a return to nowhere", "the return leads to the unknown step", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Return = "second"
		})}},
		{"a step nothing leads to", "nothing leads to step second", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Steps = append(s.Steps, bot.Step[note]{Name: "second", Ask: bot.Reply{Text: "?"}, Handle: take})
		})}},
		{"two steps of a name", "two steps have the same name", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Steps = append(s.Steps, s.Steps[0])
		})}},
		{"a step that does not handle", "must ask and handle", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Steps[0].Handle = nil
		})}},
		{"a step that does not ask", "must ask and handle", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.Steps[0].Ask = bot.Reply{}
		})}},
		{"an unknown successor", "hands over to b, which is unknown", []bot.Flow{sound("a", func(s *bot.Spec[note]) {
			s.HandsTo = []string{"b"}
		})}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := bot.NewCatalog(test.flows...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestACatalogueTellsAllProblemsTogether(t *testing.T) {
	_, err := bot.NewCatalog(
		sound("a", func(s *bot.Spec[note]) { s.Expires = 0 }),
		sound("b", func(s *bot.Spec[note]) { s.HandsTo = []string{"c"} }),
	)
	for _, want := range []string{"never expires", "hands over to c"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
}
