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
	grouped = regexp.MustCompile(`(^|[^\d, ])\d{1,3}([, ]\d{3})+([^\d, ]|$)`)
	pointed = regexp.MustCompile(`([一二三四五六七八九零〇十两])点([一二三四五六七八九零〇])`)
)

// plain folds what a phone's keyboard makes of figures and signs: full width, capital units, blanks, commas that group
// figures. What else stands between figures stays: 3000 4000 is no number.
func plain(text string) string {
	text = strings.ToLower(width.Narrow.String(strings.TrimRight(strings.TrimSpace(text), "。.!！~ ")))
	text = grouped.ReplaceAllStringFunc(text, strings.NewReplacer(",", "", " ", "").Replace)
	text = pointed.ReplaceAllString(text, "$1.$2")
	var b strings.Builder
	last := ' '
	for i, r := range text {
		next := ' '
		if rest := []rune(text[i:]); len(rest) > 1 {
			next = rest[1]
		}
		if !unicode.IsSpace(r) || isFigure(last) && isFigure(next) {
			b.WriteRune(r)
			last = r
		}
	}
	return b.String()
}

func isFigure(r rune) bool {
	_, known := figures[r]
	return known || r >= '0' && r <= '9'
}

// quantity reads a number that people write in figures, in characters or in both - 52000, 5万2, 一千二, 2.5万, 两百零五 - in
// hundredths. ok is false for anything else; exact is false where it has more than two decimals.
func quantity(text string) (hundredths int64, exact, ok bool) {
	c := counter{rest: []rune(text), exact: true}
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
	return total / hundredth, c.exact && total%hundredth == 0, total <= mostRead
}

// counter goes through a number from left to right, in millionths.
type counter struct {
	rest    []rune
	total   int64 // what is behind a 万 or 亿
	section int64 // what is not yet
	last    int64 // the last unit
	exact   bool
}

// step reads a figure with its unit.
func (c *counter) step() bool {
	zero := false
	for len(c.rest) > 1 && c.last > 0 && (c.rest[0] == '零' || c.rest[0] == '〇') {
		zero, c.rest = true, c.rest[1:]
	}
	n, digits, characters := c.figure()
	if len(c.rest) == 0 {
		return digits > 0 && c.end(n, digits, characters, zero)
	}
	if characters > 1 {
		return false // 五二千
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
	if unit < 10_000 {
		c.section += n * unit
	} else {
		c.total += (c.section + n) * unit
		c.section = 0
	}
	c.last = unit
	return c.total <= mostRead
}

// end reads the figure behind which there is no unit: 5万2 is 52,000, and 两百零五 is 205.
func (c *counter) end(n int64, digits, characters int, zero bool) bool {
	switch {
	case c.last == 0, zero && digits == 1, zero && characters == 0, characters == 0 && digits > 1 && c.fills(digits):
		c.section += n
	case digits == 1 && c.last >= 10 && n%scale == 0:
		c.section += n * c.last / 10
	default:
		return false
	}
	return true
}

// fills says whether so many figures are all that can stand behind the last unit: 5万2000, and not 5万23, which may be either.
func (c *counter) fills(digits int) bool {
	most := int64(1)
	for range digits {
		most *= 10
	}
	return most == c.last
}

// figure reads figures, or characters for them, and says how many there were, and how many of them were characters.
func (c *counter) figure() (n int64, digits, characters int) {
	place := int64(scale) // of the next figure behind the point
	point := false
	for ; len(c.rest) > 0; c.rest = c.rest[1:] {
		r := c.rest[0]
		v := figures[r]
		if r >= '0' && r <= '9' {
			v = int64(r - '0')
		}
		switch {
		case r == '.' && !point && digits > 0:
			point = true
			continue
		case !isFigure(r) || !point && n > mostRead/10:
			return n, digits, characters
		case point:
			place /= 10
			c.exact = c.exact && (place > 0 || v == 0)
			n += v * place
		default:
			n = n*10 + v*scale
		}
		digits++
		if r > '9' && !point {
			characters++
		}
	}
	return n, digits, characters
}
