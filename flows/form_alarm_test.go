package flows

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// TestWhoHasReadThatItRings is rung for at once: who answers the very question that says so, also where a release has asked it that wrote
// down nothing of it, and who was asked it before, unless they may want to be nameless since.
func TestWhoHasReadThatItRings(t *testing.T) {
	s, grade := &service.Service{Summary: service.Summary{Anonymous: true}}, service.Field{Name: "urgency"}
	for _, c := range []struct {
		step   bot.StepName
		field  string
		warned bool
		due    bool
		want   bool
	}{
		{"field", "urgency", false, false, true},
		{"pick", "urgency", false, false, true},
		{"field", "urgency", true, true, true},
		{"field", "what", false, false, false},
		{"summary", "summary", false, false, false},
		{"summary", "summary", true, false, true},
		{stepSigning, "urgency", true, true, false},
		{"summary", "summary", true, true, false},
	} {
		turn := &formTurn{Talk: &bot.Talk{}}
		turn.Step, turn.Data = c.step, formData{Field: c.field, Warned: c.warned}
		if c.due {
			turn.Data.Draft = cases.Draft{Signing: signingDue}
		}
		if got := warnedOf(turn, s, grade); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}
