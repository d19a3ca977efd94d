package paper

// Sizes in points. A4 has 595 × 842 of them.
const (
	pageWidth, pageHeight = 595.28, 841.89
	left, right           = 56.0, pageWidth - 56.0
	top, bottom           = 56.0, pageHeight - 70.0
	footLine              = pageHeight - 44.0

	heading, title, section, body, small = 12.0, 18.0, 12.0, 10.5, 8.5

	labelWidth = 84.0
	gap        = 6.0
	boxHeight  = 84.0
	codeSize   = 82.0
)

// leading is the height of a line in a size.
func leading(size float64) float64 { return size * 1.5 }

// mark is something on a page: a text on its base line, a line or, where it is filled, a rectangle.
type mark struct {
	x, y, toX, toY float64
	text           string
	size           float64
	filled         bool
}

// layout puts marks on pages.
type layout struct {
	font  *Font
	pages [][]mark
	y     float64 // where the page is free from
	lacks bool
}

func (l *layout) put(m mark) { l.pages[len(l.pages)-1] = append(l.pages[len(l.pages)-1], m) }

func (l *layout) turn() {
	l.pages = append(l.pages, nil)
	l.y = top
}

// room turns the page unless this height is free.
func (l *layout) room(height float64) {
	if l.y+height > bottom {
		l.turn()
	}
}

func (l *layout) clean(text string) string {
	cleaned, lacks := l.font.clean(text)
	l.lacks = l.lacks || lacks
	return cleaned
}

// line writes a line at the place that is free; the caller goes on.
func (l *layout) line(x, size float64, text string) {
	if text != "" {
		l.put(mark{x: x, y: l.y + size*1.15, text: text, size: size})
	}
}

func (l *layout) rule() { l.put(mark{x: left, y: l.y, toX: right, toY: l.y}) }

// centred writes a text in the middle, in lines between the margins and what stands beside it.
func (l *layout) centred(text string, size, beside float64) {
	for _, line := range l.font.wrap(l.clean(text), size, right-left-2*beside) {
		l.line((pageWidth-l.font.width(line, size))/2, size, line)
		l.y += leading(size)
	}
}

// paragraph writes a text from x to the right margin, over as many pages as it takes.
func (l *layout) paragraph(x, size float64, text string) {
	for _, line := range l.font.wrap(l.clean(text), size, right-x) {
		l.room(leading(size))
		l.line(x, size, line)
		l.y += leading(size)
	}
}

func (l *layout) row(r Row) {
	labels := l.font.wrap(l.clean(r.Label), body, labelWidth-gap)
	lines := l.font.wrap(l.clean(r.Text), body, right-left-labelWidth)
	l.y += gap / 2
	for i := range max(len(labels), len(lines)) {
		l.room(leading(body))
		if i < len(labels) {
			l.line(left, body, labels[i])
		}
		if i < len(lines) {
			l.line(left+labelWidth, body, lines[i])
		}
		l.y += leading(body)
	}
	l.y += gap / 2
	l.rule()
}

func (l *layout) entry(e Entry) {
	l.y += gap / 2
	l.room(2 * leading(body)) // a head is not left alone
	l.paragraph(left, body, e.Head)
	if e.Text != "" {
		l.paragraph(left+2*body, body, e.Text)
	}
	l.y += gap / 2
	l.rule()
}

// boxes leaves room side by side.
func (l *layout) boxes(words []string) {
	if len(words) == 0 {
		return
	}
	l.y += 2 * gap
	l.room(boxHeight)
	width := (right - left) / float64(len(words))
	from := l.y
	for i, text := range words {
		x := left + width*float64(i)
		l.y = from + gap/2
		for _, line := range l.font.wrap(l.clean(text), body, width-2*gap) {
			l.line(x+gap, body, line)
			l.y += leading(body)
		}
		for _, side := range [][4]float64{{x, from, x + width, from}, {x, from + boxHeight, x + width, from + boxHeight}, {x, from, x, from + boxHeight}, {x + width, from, x + width, from + boxHeight}} {
			l.put(mark{x: side[0], y: side[1], toX: side[2], toY: side[3]})
		}
	}
	l.y = from + boxHeight
}
