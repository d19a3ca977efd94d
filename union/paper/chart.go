package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Chart is lying bars, one below the other, each of parts side by side, in words.
type Chart struct {
	Title string
	// Parts is what the parts are, in the order in which they stand.
	Parts []string
	Bars  []Bar
}

// Bar is one of them. Note says its numbers.
type Bar struct {
	Label  string
	Values []int
	Note   string
}

// Sizes in pixels: of a phone held upright.
const (
	chartWidth = 900
	edge       = 32
	titleSize  = 30
	textSize   = 24
	barHeight  = 24
	barStep    = 96
	swatch     = 22
)

// paint are the colours of parts, which those tell apart too who see red and green alike.
var paint = []color.RGBA{{0x2f, 0x6f, 0xb0, 0xff}, {0xf0, 0xa8, 0x30, 0xff}, {0xb8, 0x28, 0x28, 0xff}, {0x80, 0x80, 0x80, 0xff}}

// PNG draws a chart.
func (f *Font) PNG(c Chart) ([]byte, error) {
	const head = edge + 2*titleSize + 2*textSize
	s := &sheet{font: f, img: image.NewRGBA(image.Rect(0, 0, chartWidth, head+barStep*len(c.Bars)+edge/2)), faces: map[float64]font.Face{}}
	draw.Draw(s.img, s.img.Bounds(), image.White, image.Point{}, draw.Src)
	s.text(edge, edge+titleSize, titleSize, c.Title, chartWidth-2*edge)
	x := edge
	for i, part := range c.Parts {
		s.fill(x, edge+56, swatch, swatch, paint[i%len(paint)])
		s.text(x+swatch+8, edge+56+swatch-2, textSize, part, chartWidth)
		x += swatch + 8 + int(f.width(part, textSize)) + 40
	}
	most := 1
	for _, b := range c.Bars {
		most = max(most, total(b.Values))
	}
	for i, b := range c.Bars {
		y := head + barStep*i
		note := f.width(b.Note, textSize)
		s.text(edge, y+textSize, textSize, b.Label, chartWidth-2*edge-note-20)
		s.text(chartWidth-edge-int(note), y+textSize, textSize, b.Note, note+1)
		s.bar(y+textSize+10, b.Values, most)
	}
	if s.err != nil {
		return nil, fmt.Errorf("draw chart: %w", s.err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, s.img); err != nil {
		return nil, fmt.Errorf("make chart: %w", err)
	}
	return out.Bytes(), nil
}

func total(values []int) (sum int) {
	for _, v := range values {
		sum += max(v, 0)
	}
	return sum
}

// sheet is what is drawn on. After an error nothing is.
type sheet struct {
	font  *Font
	img   *image.RGBA
	faces map[float64]font.Face
	err   error
}

func (s *sheet) fill(x, y, w, h int, c color.Color) {
	draw.Draw(s.img, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
}

// bar draws the parts of a bar, so that they end where their sum does.
func (s *sheet) bar(y int, values []int, most int) {
	const room = chartWidth - 2*edge
	s.fill(edge, y, room, barHeight, color.RGBA{0xee, 0xee, 0xee, 0xff})
	sum := 0
	for i, v := range values {
		from := edge + room*sum/most
		sum += max(v, 0)
		s.fill(from, y, edge+room*sum/most-from, barHeight, paint[i%len(paint)])
	}
}

// text writes a line on its base line, cut to a width.
func (s *sheet) text(x, y int, size float64, text string, width float64) {
	text, _ = s.font.clean(strings.ReplaceAll(text, "\n", " "))
	if n := s.font.fit([]rune(text), size, width); n < len([]rune(text)) {
		text = string([]rune(text)[:max(0, n-1)]) + "…"
	}
	face := s.face(size)
	if s.err != nil {
		return
	}
	d := font.Drawer{Dst: s.img, Src: image.Black, Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

func (s *sheet) face(size float64) font.Face {
	if s.faces[size] == nil && s.err == nil {
		s.faces[size], s.err = opentype.NewFace(s.font.glyphs, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	}
	return s.faces[size]
}
