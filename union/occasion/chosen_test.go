package occasion

import (
	"testing"

	"github.com/unionbot/unionbot/union/reference"
)

// Where consent comes first nobody is wished a happy birthday who has not asked for it; goods wait all the same, for what is off is planned.
func TestABirthdayIsForThoseWhoAskedWhereThatIsWanted(t *testing.T) {
	data := loaded(t)
	data.Greetings.BirthdayChosen = true
	d := &Desk{Data: reference.NewBook(data)}
	birthday := Occasion{}
	for _, o := range occasions(data) {
		if o.Name == Birthday {
			birthday = o
		}
		if o.Name == Anniversary && (Choice{}).off(o) {
			t.Error("years of service are off as well")
		}
	}
	c := Choice{}
	for _, step := range []struct {
		kind       string
		wants, off bool
	}{{FestivalKind, true, true}, {Birthday, true, false}, {Birthday, false, true}, {"", true, false}, {"", false, true}, {Birthday, true, false}} {
		if c = d.chosen(c, step.kind, step.wants); c.off(birthday) != step.off {
			t.Errorf("after %q %v: %+v", step.kind, step.wants, c)
		}
	}
	data.Greetings.BirthdayChosen = false
	if (Choice{}).off(occasions(data)[0]) {
		t.Error("off where nobody has to ask")
	}
}
