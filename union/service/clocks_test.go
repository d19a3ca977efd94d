package service_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

func TestClocksAndLaddersAreChecked(t *testing.T) {
	lines := strings.Count(small[:strings.Index(small, "\nwords:")], "\n") + 2
	for name, c := range map[string]struct{ clocks, silence, want string }{
		"both":               {"{first: {days: 3, hours: 4}}", "", "clocks.first: days or hours are expected, not both"},
		"nothing":            {"{next: {calendar: true}}", "", "clocks.next: from 1 to 366 days or from 1 to 400 hours are expected"},
		"too long":           {"{finish: {days: 400}}", "", "clocks.finish: from 1 to 366 days"},
		"hours of all days":  {"{finish: {hours: 4, calendar: true}}", "", "clocks.finish.calendar: belongs to days"},
		"no finish":          {"{extend: {days: 30}}", "", "clocks.extend: prolongs `finish`, which is missing"},
		"no second look":     {"{second_answer: {days: 30}}", "", "clocks.second_answer: belongs to `second_look`"},
		"unknown":            {"{last: {days: 3}}", "", "unknown key: \"last\" is none of source, none, first, next"},
		"a reason and one":   {"{none: so, first: {days: 3}}", "", "clocks.none: says why no clock runs, and one does"},
		"from what":          {"{finish: {days: 3, from: proposal}}", "", "clocks.finish.from: a date question of the form or of an act is expected"},
		"from what may lack": {"{finish: {days: 3, from: since}}", "", "clocks.finish.from: \"since\" may stay without an answer, and nothing would be promised"},
		"first from":         {"{first: {days: 3, from: proposal}}", "", "clocks.first.from: belongs to `finish`"},
		"move":               {"{}", "[{do: shout}]", "review[1].silence[1].do: \"shout\" is none of remind, stand_in, up, pass"},
		"too early":          {"{}", "[{do: remind, before: 3}]", "review[1].silence[1].before: fewer working days than the step's own 3"},
		"no days":            {"{}", "[{do: up}]", "review[1].silence[1].days: working days from 1"},
		"not the last":       {"{}", "[{do: pass}, {do: up, days: 1}]", "review[1].silence[1].do: ends the step; it comes last"},
	} {
		t.Run(name, func(t *testing.T) {
			source := strings.Replace(small, "\nwords:", "\nclocks: "+c.clocks+"\nwords:", 1)
			if c.silence != "" {
				source = strings.Replace(source, "days: 3", "days: 3\n    silence: "+c.silence, 1)
			}
			if strings.Contains(c.clocks, "since") {
				source = strings.Replace(source, "summary:\n", "  - {name: since, kind: date, label: 日期, ask: 哪天, optional: true}\nsummary:\n", 1)
			}
			_, err := service.Parse("idea", []byte(source))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("want %q, got %v", c.want, err)
			}
			if c.silence == "" && !strings.Contains(c.clocks, "since") && !strings.Contains(err.Error(), fmt.Sprintf("idea.yaml:%d:", lines)) {
				t.Errorf("want line %d, got %v", lines, err)
			}
		})
	}
}

func TestSilencePassesNoMoney(t *testing.T) {
	source := strings.Replace(small, "days: 3", "days: 3\n    reserve: true\n    silence: [{do: pass}]", 1)
	if _, err := service.Parse("idea", []byte(source)); err == nil || !strings.Contains(err.Error(), "silence passes nothing that moves money") {
		t.Errorf("got %v", err)
	}
}

func TestAStepCountsFromADayThatIsAskedBefore(t *testing.T) {
	for name, c := range map[string]struct{ step, want string }{
		"no date": {"from: place", "review[1].from: a date question of the form or of an act above is expected"},
		"its own": {"from: day", "review[1].from: a date question of the form or of an act above is expected"},
		"known":   {"from: since", ""},
		"both":    {"from: since\n    due: since", "review[1].from: counts `days` from a day on, and `due` ends with one"},
	} {
		t.Run(name, func(t *testing.T) {
			source := strings.Replace(small, "days: 3", "days: 3\n    "+c.step, 1)
			source = strings.Replace(source, "word: 受理}", "word: 受理, form: [{name: day, kind: date, label: 日子, ask: 哪天}]}", 1)
			source = strings.Replace(source, "summary:\n", "  - {name: since, kind: date, label: 日期, ask: 哪天}\nsummary:\n", 1)
			_, err := service.Parse("idea", []byte(source))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}
