package personal

import (
	"regexp"
	"strings"
)

// group is a row of digits, and run are several of them as the number of a card is written.
const group = `[0-9０-９]+[XxＸｘ]?`

var (
	run    = regexp.MustCompile(group + `(?:[ \-－]` + group + `)*`)
	groups = regexp.MustCompile(group)
)

// Covered masks the numbers of identity and bank cards in a text, and says whether there are any. Two days or two telephones
// beside each other are none, and a telephone beside a card stays.
func Covered(text string) (masked string, covers bool) {
	masked = run.ReplaceAllStringFunc(text, func(numbers string) string {
		at := groups.FindAllStringIndex(numbers, -1)
		for size := len(at); size > 0; size-- {
			for first := 0; first+size <= len(at); first++ {
				from, to := at[first][0], at[first+size-1][1]
				if short, ok := ofCard(numbers[from:to]); ok {
					covers = true
					before, _ := Covered(numbers[:from])
					after, _ := Covered(numbers[to:])
					return before + short + after
				}
			}
		}
		return numbers
	})
	return masked, covers
}

// ofCard masks the number of a card.
func ofCard(text string) (short string, ok bool) {
	for _, kind := range []Kind{IDCard, BankCard} {
		if number, err := Parse(kind, text); err == nil {
			return Mask(kind, number), true
		}
	}
	return strings.TrimSpace(text), false
}
