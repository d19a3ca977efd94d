package reference_test

import (
	"errors"
	"strings"
	"testing"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

const (
	settledLine = "  - {for: settled, text: '{address},您来一个月了。'}\n"
	// shippedDays are replaced.
	shippedDays = "own_days:\n  - {name: contract, label: 合同到期, of: contract_until, before: 30, late: 29, to: [member, officer]}\n"
)

func TestMistakesOfOwnDaysAreNamed(t *testing.T) {
	for own, want := range map[string]string{
		"{name: settled, label: 入职满月, of: joined, after: 30, years: [0], late: 7}":        "",
		"{name: settled, label: 入职满月, of: joined}":                                        "",
		"{name: ends, label: 到期提醒, of: contract_until, before: 30, to: [officer]}":        "",
		"{name: settled, label: 入职满月, of: joined, to: [officer]}":                         "own_days[1].to: officers are told of retire_on and contract_until only",
		"{name: settled, label: 入职满月, of: retire_on, to: [boss]}":                         "own_days[1].to[1]: who is told is expected",
		"{name: settled, label: 退休, of: joined}":                                          "own_days[1].label: 退休 is something else already",
		"{name: settled, label: 春节, of: joined}":                                          "own_days[1].label: 春节 is something else already",
		"{name: settled, label: 国庆节, of: joined}":                                         "own_days[1].label: 国庆节 is something else already",
		"{name: settled, label: 满月, of: joined}, {name: settled2, label: 满月, of: joined}": "own_days[2].label: 满月 is something else already",
		"{name: settled, of: joined}":                                                     "own_days[1]: name and label are expected",
		"{name: birthday, label: 生日, of: birthday}":                                       "own_days[1].name: birthday stands here a second time",
		"{name: spring, label: 春节, of: birthday}":                                         "own_days[1].name: spring is a festival",
		"{name: 满月, label: 入职满月, of: joined}":                                             "own_days[1].name: small letters, digits and _",
		"{name: settled, label: 入职满月, of: hired}":                                         "own_days[1].of: a date of the member is expected",
		"{name: settled, label: 入职满月, of: joined, after: 91}":                             "own_days[1]: before or after is expected",
		"{name: settled, label: 入职满月, of: joined, before: 1, after: 1}":                   "own_days[1]: before or after is expected",
		"{name: settled, label: 入职满月, of: joined, late: -1}":                              "own_days[1].late: a number of days",
		"{name: settled, label: 入职满月, of: birthday, years: [1]}":                          "own_days[1].years: are those of service",
		"{name: other, label: 入职满月, of: joined}":                                          "own_days[1]: a line for other is missing",
	} {
		_, err := reference.Load(shipped.Files, changed(t, "greetings.yaml", shippedDays, settledLine+"own_days: ["+own+"]\n"))
		var found folder.Problems
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", own, err)
			}
			continue
		}
		if !errors.As(err, &found) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", own, err, want)
		}
	}
}
