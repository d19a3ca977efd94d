package service_test

import (
	"strings"
	"testing"
	"time"

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
		"hours":                {small, "{finish: {hours: 22}}", "3 working days, more than the 22 working hours"},
		"a step that may not":  {strings.Replace(two("4"), "    who: {role: chair}", "    when: 'place == \"shop\"'\n    who: {role: chair}", 1), "{finish: {days: 7}}", ""},
		"a step of the author": {strings.Replace(two("4"), "{role: chair}", "{author: true, otherwise: [chair]}", 1), "{finish: {days: 3}}", ""},
		"an hour less a day":   {small, "{finish: {hours: 23}}", ""}, // of seven and a half
		"alternatives":         {strings.Replace(two("4"), "    who: {role: chair}", "    when: 'place == \"shop\"'\n    who: {role: chair}", 1), "{finish: {days: 6}}", "7 working days, more than the 6"},
		"one after the other":  {strings.Replace(two("4"), "{role: chair}", "{seats: [chair, finance]}\n    mode: in_order", 1), "{finish: {days: 10}}", "11 working days, more than the 10"},
		"a late first answer":  {small, "{first: {days: 2}}", ": clocks.first: the first step alone has 3 working days, more than the 2 working days of `first`"},
		"a late next answer":   {two("4"), "{next: {days: 3}}", ": clocks.next: step \"second\" alone has 4 working days, more than the 3 working days of `next`"},
		"an end without a day": {strings.Replace(dated, "title: 再审", "title: 再审\n    from: day", 1), "{finish: {days: 9}}", ": clocks.finish: step \"second\" counts from day, however far ahead that lies, and `finish` does not"},
		"a next without a day": {strings.Replace(dated, "title: 再审", "title: 再审\n    from: day", 1), "{next: {days: 9}}", ": clocks.next: step \"second\" counts from day"},
		"from a day of a form": {strings.Replace(two("4"), "summary:\n", "  - {name: since, kind: date, label: 日期, ask: 哪天}\nsummary:\n", 1), "{finish: {days: 3, from: since}}", ""},
		"one day of a form and another": {
			strings.NewReplacer("summary:\n", "  - {name: since, kind: date, label: 日期, ask: 哪天}\nsummary:\n", "title: 再审", "title: 再审\n    from: day").Replace(dated), "{finish: {days: 3, from: since}}",
			": clocks.finish: step \"second\" counts from day, however far ahead that lies, and `finish` does not",
		},
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
			got := strings.Join(s.Doubts(7*time.Hour+30*time.Minute), "\n")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("want %q, got %q", c.want, got)
			}
			if got != "" && !strings.HasPrefix(got, "idea.yaml:") {
				t.Errorf("no line: %q", got)
			}
		})
	}
}
