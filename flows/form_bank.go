package flows

import (
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// nearestBanks is how many banks are offered for a name that is none.
const nearestBanks = 3

var (
	// ofBranch is a name that says where the account was opened: it is kept whole.
	ofBranch = regexp.MustCompile(`支行|分行|营业部|营业室|分理处|储蓄所|网点`)
	// besideBank is what stands around the name of a bank: 是工行的卡.
	besideBank = regexp.MustCompile(`^(?:我的?|是|在|用的?)*|(?:的?卡|的|吧|呀|啊)?[。.!！]?$`)
)

// otherBank is how people say that their bank is another one, and not which.
var otherBank = []string{"其他", "其它", "别的", "其他银行", "其它银行", "别的银行"}

// readBank understands the name of a bank. One that is known is kept by its full name; of any other the nearest are asked
// back, besides what was said.
func (f *form) readBank(field service.Field, text string) heard {
	if plain := readText(field, text); !plain.ok() || f.reference == nil {
		return plain
	}
	said := strings.TrimSpace(besideBank.ReplaceAllString(strings.TrimSpace(bot.Simplified(text)), ""))
	if said == "" || slices.Contains(otherBank, said) {
		return heard{problem: "是别的银行就写全称,比如\"齐鲁银行\"。"}
	}
	banks := f.reference.Banks()
	named := banks.Named(said)
	if len(named) == 1 {
		return heard{value: bankValue(named[0], said)}
	}
	if len(named) == 0 {
		named = nearest(banks.Banks, said)
	}
	var either []cases.Value
	for _, b := range named[:min(len(named), nearestBanks)] {
		either = append(either, cases.Value{Text: b.Label})
	}
	if len(banks.Named(said)) == 0 {
		either = append(either, cases.Value{Text: said})
	}
	return heard{either: either}
}

// bankValue is the bank by its full name, or as it was said where that says more: the branch, or which of many it is.
func bankValue(b reference.Bank, said string) cases.Value {
	switch {
	case b.Many && !slices.Contains(b.Called(), said):
		return cases.Value{Text: said}
	case ofBranch.MatchString(said) && strings.Contains(said, b.Label):
		return cases.Value{Text: said}
	case ofBranch.MatchString(said):
		return cases.Value{Text: b.Label + "(" + said + ")"}
	}
	return cases.Value{Text: b.Label}
}

// nearest finds the banks one of whose names sounds like what was said, or else differs from it in one character.
func nearest(banks []reference.Bank, said string) []reference.Bank {
	var near []reference.Bank
	for _, b := range banks {
		if understanding.NewSounds(b.Called()...).In(said) {
			near = append(near, b)
		}
	}
	if len(near) > 0 || len([]rune(said)) < 3 { // of two characters one is the 行 of all
		return near
	}
	for _, b := range banks {
		if slices.ContainsFunc(b.Called(), func(name string) bool { return oneOff(name, said) }) {
			near = append(near, b)
		}
	}
	return near
}

// oneOff says whether two names differ in one character that is another, lacks or is too many.
func oneOff(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 || len(x) < 2 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return i < len(x) && slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}
