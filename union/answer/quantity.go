package answer

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// units multiply the figure before them.
var units = map[rune]int64{
	'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000, 'k': 1000, '万': 10_000, '萬': 10_000, 'w': 10_000, '亿': 100_000_000, '億': 100_000_000,
}

var figures = map[rune]int64{
	'一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '两': 2, '俩': 2, '仨': 3, '〇': 0, '零': 0,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9,
}

const (
	// scale is what a number is counted in while it is read: millionths, so that 1.2345万 is exact.
	scale = 1_000_000
	// mostRead bounds what is read: a hundred thousand million.
	mostRead = 100_000_000_000 * scale
)

var (
	// grouped is a number in figures with commas between its thousands, spaced the same with blanks, pointed one with 点.
	grouped = regexp.MustCompile(`(^|[^\d.,])(\d{1,3}(?:,\d{3})+)($|[^\d,])`)
	spaced  = regexp.MustCompile(`(^|[^\d., ])(\d{1,3}(?: \d{3})+)($|[^\d, ])`)
	pointed = regexp.MustCompile(`([一二三四五六七八九零〇十两])点([一二三四五六七八九零〇])`)
)

// plain folds what a phone's keyboard makes of figures and signs: full width, capital units, blanks, commas between
// thousands. What stands between two figures otherwise parts two numbers - 5000,3000, 12月1 2号 - and stays.
func plain(text string) string {
	text = strings.ToLower(width.Narrow.String(strings.TrimRight(strings.TrimSpace(text), "。.!！~,，、 ")))
	text = grouped.ReplaceAllStringFunc(text, func(found string) string { return strings.ReplaceAll(found, ",", "") })
	text = spaced.ReplaceAllStringFunc(text, func(found string) string { return strings.ReplaceAll(found, " ", "") })
	text = pointed.ReplaceAllString(text, "$1.$2")
	var folded strings.Builder
	var before rune
	blank := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if blank && isFigure(before) && isFigure(r) {
			folded.WriteByte(' ')
		}
		folded.WriteRune(r)
		before, blank = r, false
	}
	return folded.String()
}

func isFigure(r rune) bool {
	_, character := figures[r]
	return character || r >= '0' && r <= '9'
}

// quantity reads a number that people write in figures, in characters or in both - 52000, 5万2, 一千二, 2.5万, 两百零五 - in
// hundredths. ok is false for anything else; exact is false where it has more than two decimals.
func quantity(text string) (hundredths int64, exact, ok bool) {
	c := counter{rest: []rune(text), exact: true, units: strings.ContainsFunc(text, func(r rune) bool { return units[r] > 0 })}
	if len(c.rest) == 0 {
		return 0, false, false
	}
	for len(c.rest) > 0 {
		if !c.step() {
			return 0, false, false
		}
	}
	const hundredth = scale / 100
	total := c.total + c.section
	return total / hundredth, c.exact && total%hundredth == 0, true
}

// counter goes through a number from left to right, in millionths.
type counter struct {
	rest    []rune
	total   int64 // what is behind a 万 or 亿
	section int64 // what is not yet
	last    int64 // the last unit
	big     int64 // the last 万 or 亿
	units   bool  // whether there are any
	exact   bool
}

// step reads a figure with its unit.
func (c *counter) step() bool {
	zero := false
	for len(c.rest) > 1 && c.last > 0 && (c.rest[0] == '零' || c.rest[0] == '〇') {
		zero, c.rest = true, c.rest[1:]
	}
	n, digits := c.figure()
	if len(c.rest) == 0 {
		return digits > 0 && c.end(n, digits, zero)
	}
	unit, isUnit := units[c.rest[0]]
	if !isUnit {
		return false
	}
	c.rest = c.rest[1:]
	switch {
	case digits > 0:
	case unit == 10: // 十五
		n = scale
	case unit < 10_000 || c.section == 0: // 三十万 has its figure before
		return false
	}
	if n > mostRead/unit || c.section+n > mostRead/unit {
		return false
	}
	switch {
	case unit < 10_000 && c.last > 0 && n*unit >= c.last*scale: // 三千五千 are two sums
		return false
	case unit < 10_000:
		c.section += n * unit
	case c.big > 0 && (c.section+n)*unit >= c.big*scale: // and so are 两万三万
		return false
	case c.section > 0 && n > 0 && c.last > 10 && !zero: // 三百五万 may be 305 or 350 of them
		return false
	default:
		c.total += (c.section + n) * unit
		c.section, c.big = 0, unit
	}
	c.last = unit
	return c.total <= mostRead
}

// end reads the figure behind which there is no unit: 5万2 is 52,000, and 两百零五 is 205.
func (c *counter) end(n int64, digits int, zero bool) bool {
	switch {
	case c.last > 0 && n >= c.last*scale: // 1千5000
		return false
	case c.last == 0, zero, digits > 1 && c.fills(digits), c.last == 10 && n < 10*scale:
		c.section += n
	case digits > 1: // 5万23 may be either
		return false
	case c.last >= 10 && n%scale == 0:
		c.section += n * c.last / 10
	default:
		return false
	}
	return true
}

// fills says whether so many figures are all that can stand behind the last unit: 5万2000, and not 5万23.
func (c *counter) fills(digits int) bool {
	most := int64(1)
	for range digits {
		most *= 10
	}
	return most == c.last
}

// figure reads figures, or characters for them, and says how many there were. Characters stand one behind the other only
// where there are no units: 二〇二六. 三五千 and 十七八 are spans.
func (c *counter) figure() (n int64, digits int) {
	place := int64(scale) // of the next figure behind the point
	point := false
	for ; len(c.rest) > 0; c.rest = c.rest[1:] {
		r := c.rest[0]
		v, isFigure := figures[r]
		if isFigure && digits > 0 && !point && (c.units || strings.ContainsRune("两俩仨", r)) {
			return n, digits
		}
		if r >= '0' && r <= '9' {
			v, isFigure = int64(r-'0'), true
		}
		switch {
		case r == '.' && !point && digits > 0:
			point = true
			continue
		case !isFigure || !point && n > mostRead/10:
			return n, digits
		case point:
			place /= 10
			c.exact = c.exact && (place > 0 || v == 0)
			n += v * place
		default:
			n = n*10 + v*scale
		}
		digits++
	}
	return n, digits
}
