package personal

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// group is a row of digits, and run are several of them as the number of a card may be written.
const group = `[0-9０-９]+[XxＸｘ]?`

var (
	run    = regexp.MustCompile(group + `(?:[\s\p{Zs}\p{Pd}.．]{1,2}` + group + `)*`)
	groups = regexp.MustCompile(group)
)

// longestCard is how many characters the number of a card has at most.
const longestCard = 19

// Covered masks the numbers of identity and bank cards in a text, and says whether there are any. Several rows of digits are one
// number only where they are parted as cards are: days, sums and telephones beside each other are none, and stay.
func Covered(text string) (masked string, covers bool) {
	masked = run.ReplaceAllStringFunc(text, func(numbers string) string {
		rows, at := groups.FindAllString(numbers, -1), groups.FindAllStringIndex(numbers, -1)
		var b strings.Builder
		done := 0
		for i := 0; i < len(rows); i++ {
			n, short := cardOf(rows[i:])
			if n == 0 {
				continue
			}
			covers = true
			b.WriteString(numbers[done:at[i][0]] + short)
			i += n - 1
			done = at[i][1]
		}
		b.WriteString(numbers[done:])
		return b.String()
	})
	return masked, covers
}

// cardOf masks the card that begins with the first row, and says how many rows it has: 0 where it is none.
func cardOf(rows []string) (n int, short string) {
	var number strings.Builder
	var sizes []int
	for i, row := range rows {
		sizes = append(sizes, utf8.RuneCountInString(row))
		number.WriteString(row)
		if utf8.RuneCountInString(number.String()) > longestCard {
			break
		}
		if !parted(sizes) {
			continue
		}
		if masked, ok := ofCard(number.String()); ok {
			n, short = i+1, masked
		}
	}
	return n, short
}

// parted says whether a card's number is written in rows of so many digits: in fours, the first perhaps of six, 6-8-4 on
// identity cards, or all together.
func parted(sizes []int) bool {
	last := len(sizes) - 1
	switch {
	case last == 0:
		return true
	case sizes[0] == 6 && last == 1:
		return sizes[1] >= 10
	case sizes[0] == 6 && last == 2 && sizes[1] == 8:
		return sizes[2] == 4
	case sizes[0] != 4 && sizes[0] != 6 || sizes[last] > 4:
		return false
	}
	for _, size := range sizes[1:last] {
		if size != 4 {
			return false
		}
	}
	return true
}

// oldIDCard is how many digits an identity card had until 1999, without one to check them by: any row of digits may be that.
const oldIDCard = 15

// ofCard masks the number of a card.
func ofCard(text string) (short string, ok bool) {
	for _, kind := range []Kind{IDCard, BankCard} {
		if number, err := Parse(kind, text); err == nil && utf8.RuneCountInString(text) > oldIDCard {
			return Mask(kind, number), true
		}
	}
	return "", false
}
