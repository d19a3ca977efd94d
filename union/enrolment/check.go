package enrolment

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of an activity.
const (
	maxTitle     = 60    // characters
	maxLine      = 200   // characters of place, evidence, question, option
	maxAgreement = 4000  // characters
	maxPlaces    = 99999 // of an activity or a unit
	maxTeam      = 30
	maxOptions   = 9 // more do not fit into one message
	maxHours     = 7 * 24
)

// Check says what in an activity cannot be, by the names of a file's fields.
func (a *Activity) Check() (problems Problems) {
	add := func(field, format string, args ...any) {
		problems = append(problems, Problem{field, fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(Kinds, a.Kind) {
		add("kind", "competition, contest or campaign is expected, not %q", string(a.Kind))
	}
	for field, text := range map[string]string{"title": a.Title, "place": a.Place} {
		if strings.TrimSpace(text) == "" {
			add(field, "is missing")
		}
	}
	for _, t := range []struct {
		field, text string
		most        int
	}{
		{"title", a.Title, maxTitle}, {"place", a.Place, maxLine}, {"evidence", a.Evidence, maxLine},
		{"agreement", a.Agreement, maxAgreement}, {"question.ask", a.Ask, maxLine},
	} {
		if n := utf8.RuneCountInString(t.text); n > t.most {
			add(t.field, "has %d characters; the most is %d", n, t.most)
		}
	}
	a.checkTimes(add)
	a.checkPlaces(add)
	a.checkQuestion(add)
	if t := a.Team; t != nil && (t.Least < 2 || t.Most < t.Least || t.Most > maxTeam) {
		add("team", "a least of 2 or more and a most of up to %d are expected, captain included; not %d to %d", maxTeam, t.Least, t.Most)
	}
	for i, part := range a.Audience {
		if !strings.HasPrefix(part.Lineage, a.Lineage) {
			add("audience", "%s (%d) is not below %s", part.Path, i+1, a.OrgPath)
		}
	}
	return problems
}

type adder func(field, format string, args ...any)

func (a *Activity) checkTimes(add adder) {
	switch {
	case a.StartsAt.IsZero():
		add("starts", "is missing")
	case a.ClosesAt.IsZero():
		add("closes", "is missing")
	case a.ClosesAt.After(a.StartsAt):
		add("closes", "sign-up ends after the start, %s", a.StartsAt.Format(time.DateTime))
	}
	if a.AnswerHours < 0 || a.AnswerHours > maxHours {
		add("answer_hours", "1 to %d hours are expected, not %d", maxHours, a.AnswerHours)
	}
}

func (a *Activity) checkPlaces(add adder) {
	for field, n := range map[string]int{"places": a.Places, "places_per_unit": a.UnitPlaces} {
		if n < 0 || n > maxPlaces {
			add(field, "a number from 1, or 0 for any number, is expected; not %d", n)
		}
	}
	for _, u := range a.Units {
		if a.Unit(u.Lineage) != u.Org {
			add("units", "%s is not right below %s", u.Path, a.OrgPath)
		}
		if u.Places < 1 || u.Places > maxPlaces {
			add("units", "%s: a number from 1 is expected, not %d", u.Path, u.Places)
		}
	}
}

func (a *Activity) checkQuestion(add adder) {
	switch {
	case a.Ask == "" && len(a.Options) > 0:
		add("question.ask", "is missing")
	case a.Ask != "" && (len(a.Options) < 2 || len(a.Options) > maxOptions):
		add("question.options", "2 to %d are expected, not %d", maxOptions, len(a.Options))
	}
	for i, option := range a.Options {
		if strings.TrimSpace(option) == "" || utf8.RuneCountInString(option) > maxLine || slices.Index(a.Options, option) < i {
			add("question.options", "option %d is empty, too long or there twice", i+1)
		}
	}
}
