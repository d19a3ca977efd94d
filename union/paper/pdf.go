package paper

import (
	"bytes"
	"fmt"

	"github.com/signintech/gopdf"
	"rsc.io/qr"
)

// PDF lays a document out and makes a PDF of it, which holds what it uses of the font.
func (f *Font) PDF(d Document) ([]byte, error) {
	l := &layout{font: f}
	l.turn()
	if err := l.head(d); err != nil {
		return nil, err
	}
	l.rule()
	for _, r := range d.Rows {
		l.row(r)
	}
	if len(d.Entries) > 0 {
		l.y += gap
		l.room(leading(section) + 3*leading(body))
		l.paragraph(left, section, d.EntriesTitle)
		l.rule()
		for _, e := range d.Entries {
			l.entry(e)
		}
	}
	l.boxes(d.Boxes)
	l.y += gap
	notes := d.Notes
	if l.lacks && d.Lacking != "" {
		notes = append(notes[:len(notes):len(notes)], d.Lacking)
	}
	for _, note := range notes {
		l.paragraph(left, small, note)
	}
	l.feet(d)
	return l.draw()
}

// head is the top of the first page: who and what, with the code beside.
func (l *layout) head(d Document) error {
	beside := 0.0
	if d.Check != "" {
		beside = codeSize + gap
		if err := l.code(d); err != nil {
			return err
		}
	}
	l.centred(d.Union, heading, beside)
	l.centred(d.Title, title, beside)
	l.centred(d.Number, body, beside)
	l.y += gap
	if d.Check != "" {
		l.y = max(l.y, top+codeSize+2*leading(small))
	}
	return nil
}

// code draws the QR code at the right margin.
func (l *layout) code(d Document) error {
	code, err := qr.Encode(d.Check, qr.M)
	if err != nil {
		return fmt.Errorf("make QR code: %w", err)
	}
	dot := codeSize / float64(code.Size)
	x0 := right - codeSize
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				l.put(mark{x: x0 + dot*float64(from), y: top + dot*float64(y), toX: x0 + dot*float64(x), toY: top + dot*float64(y+1), filled: true})
			}
		}
	}
	words := l.clean(d.CheckWords)
	l.put(mark{x: x0 + (codeSize-l.font.width(words, small))/2, y: top + codeSize + leading(small), text: words, size: small})
	return nil
}

// feet writes under every page what stands there, once it is known how many there are.
func (l *layout) feet(d Document) {
	foot, number := l.clean(d.Foot), l.clean(d.Number)
	for i := range l.pages {
		pages := l.clean(fmt.Sprintf(d.Pages, i+1, len(l.pages)))
		room := right - left - l.font.width(pages, small) - gap
		for j, line := range l.font.wrap(number+"  "+foot, small, room) {
			l.pages[i] = append(l.pages[i], mark{x: left, y: footLine + float64(j)*leading(small), text: line, size: small})
		}
		l.pages[i] = append(l.pages[i],
			mark{x: right - l.font.width(pages, small), y: footLine, text: pages, size: small},
			mark{x: left, y: footLine - leading(small), toX: right, toY: footLine - leading(small)})
	}
}

const family = "paper"

// draw makes the file. The library panics at what is damaged in a font.
func (l *layout) draw() (file []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			file, err = nil, fmt.Errorf("make paper: %v", cause)
		}
	}()
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := pdf.AddTTFFontData(family, l.font.data); err != nil {
		return nil, fmt.Errorf("put font into paper: %w", err)
	}
	pdf.SetLineWidth(0.4)
	for _, page := range l.pages {
		pdf.AddPage()
		for _, m := range page {
			if err := m.draw(pdf); err != nil {
				return nil, fmt.Errorf("write on paper: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if _, err := pdf.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("make paper: %w", err)
	}
	return b.Bytes(), nil
}

func (m mark) draw(pdf *gopdf.GoPdf) error {
	switch {
	case m.filled:
		pdf.RectFromUpperLeftWithStyle(m.x, m.y, m.toX-m.x, m.toY-m.y, "F")
		return nil
	case m.text == "":
		pdf.Line(m.x, m.y, m.toX, m.toY)
		return nil
	}
	if err := pdf.SetFont(family, "", m.size); err != nil {
		return err
	}
	pdf.SetXY(m.x, m.y)
	return pdf.Text(m.text)
}
