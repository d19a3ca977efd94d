package service_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

func TestWhatIsDoubtfulAboutClocksIsSaidWithItsLine(t *testing.T) {
	two := func(days string) string { // a second step
		return strings.Replace(small, "\nwords:", `
  - name: second
    title: 再审
    who: {role: chair}
    days: `+days+`
    acts: [{act: accept, word: 同意}]
words:
  passed: x`, 1)
	}
	dated := strings.Replace(two("4"), "word: 受理}", "word: 受理, form: [{name: day, kind: date, label: 日子, ask: 哪天}]}", 1)
	for name, c := range map[string]struct{ source, clocks, want string }{
		"nothing":              {small, "", ": review: nothing is promised for the whole matter; give `clocks` a `first` and a `finish`, or say in its `none` why nothing is"},
		"a reason":             {small, "{none: nobody waits}", ""},
		"as long as it takes":  {small, "{finish: {days: 3}}", ""},
		"too short":            {small, "{finish: {days: 2}}", ": clocks.finish: the steps alone have 3 working days, more than the 2 working days of `finish`"},
		"two steps":            {two("4"), "{finish: {days: 6}}", "the steps alone have 7 working days"},
		"two that fit":         {two("4"), "{finish: {days: 7}}", ""},
		"all days":             {two("9"), "{finish: {days: 15, calendar: true}}", "12 working days, more than the 15 days"},
		"all days that fit":    {two("9"), "{finish: {days: 16, calendar: true}}", ""},
		"hours":                {small, "{finish: {hours: 20}}", "3 working days, more than the 20 working hours"},
		"a step that may not":  {strings.Replace(two("4"), "    who: {role: chair}", "    when: 'place == \"shop\"'\n    who: {role: chair}", 1), "{finish: {days: 3}}", ""},
		"a step of the author": {strings.Replace(two("4"), "{role: chair}", "{author: true, otherwise: [chair]}", 1), "{finish: {days: 3}}", ""},
		"from a day of a step": {dated, "{finish: {days: 4, from: day}}", ""},
		"after that day":       {dated, "{finish: {days: 3, from: day}}", "4 working days, more than the 3 working days from day"},
	} {
		t.Run(name, func(t *testing.T) {
			source := c.source
			if c.clocks != "" {
				source = strings.Replace(source, "\nwords:", "\nclocks: "+c.clocks+"\nwords:", 1)
			}
			s, err := service.Parse("idea", []byte(source))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(s.Doubts(), "\n")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("want %q, got %q", c.want, got)
			}
			if got != "" && !strings.HasPrefix(got, "idea.yaml:") {
				t.Errorf("no line: %q", got)
			}
		})
	}
}
