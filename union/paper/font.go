// Package paper makes what is printed and drawn out of words: a document of A4 pages as PDF, a chart as PNG. It knows
// neither cases nor files; what stands on the paper, and the font, are handed in.
package paper

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// ErrNoFont says that there is no font with which to print.
var ErrNoFont = errors.New("no font has Chinese characters")

// Why a font is not taken.
var (
	errOutlines   = errors.New("its outlines are of the kind CFF, which cannot be put into a paper")
	errIncomplete = errors.New("it lacks Chinese characters, letters or figures")
)

// Font is a TrueType font that has Chinese characters as well as letters and figures. It is safe for use by many
// goroutines.
type Font struct {
	data   []byte // of this one font, also where it came out of a collection
	glyphs *opentype.Font
}

// missing stands for a character that the font does not have, as printers have long done.
const missing = '〓'

// needed are characters without which no paper can be read.
const needed = "0123456789AZaz-/.,:()中文工会意见办理盖章。、《》〓\uff0c\uff1a"

// ParseFont reads a TrueType font, or of a collection the first font that will do.
func ParseFont(data []byte) (*Font, error) {
	heads, err := facesOf(data)
	if err != nil {
		return nil, err
	}
	for _, at := range heads {
		var f *Font
		if f, err = parseAt(data, at); err == nil {
			return f, nil
		}
	}
	return nil, err
}

func parseAt(data []byte, at int) (*Font, error) {
	if at == 0 { // a file of one font
		return parseFace(data)
	}
	face, err := faceAt(data, at)
	if err != nil {
		return nil, err
	}
	return parseFace(face)
}

func parseFace(face []byte) (*Font, error) {
	if string(face[:4]) == "OTTO" {
		return nil, errOutlines
	}
	glyphs, err := opentype.Parse(face)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	f := &Font{data: face, glyphs: glyphs}
	for _, r := range needed {
		if !f.has(r) {
			return nil, errIncomplete
		}
	}
	if _, err := f.PDF(Document{Title: needed}); err != nil { // what writes wants more of a font than what reads
		return nil, err
	}
	return f, nil
}

// What a font file begins with: a head, and a record for each table.
const (
	headBytes   = 12
	recordBytes = 16
)

var errDamaged = errors.New("it is damaged or no font")

// facesOf finds the heads of the fonts in a file: that of the one there is, at its beginning, or those of a collection.
func facesOf(data []byte) ([]int, error) {
	if len(data) < headBytes {
		return nil, errDamaged
	}
	if string(data[:4]) != "ttcf" {
		return []int{0}, nil
	}
	count := int(binary.BigEndian.Uint32(data[8:]))
	if count < 1 || count > 64 || len(data) < headBytes+4*count {
		return nil, errDamaged
	}
	heads := make([]int, count)
	for i := range heads {
		heads[i] = int(binary.BigEndian.Uint32(data[headBytes+4*i:]))
	}
	return heads, nil
}

// faceAt copies the font whose head is at this place of a collection into a file of its own, which is how libraries want one.
func faceAt(data []byte, at int) ([]byte, error) {
	if at > len(data)-headBytes {
		return nil, errDamaged
	}
	tables := int(binary.BigEndian.Uint16(data[at+4:]))
	if len(data)-at < headBytes+recordBytes*tables {
		return nil, errDamaged
	}
	if string(data[at:at+4]) == "OTTO" { // is not taken, and its tables are of many megabytes
		return data[at : at+headBytes], nil
	}
	head := data[at : at+headBytes+recordBytes*tables]
	face := append(make([]byte, 0, min(len(data), faceBytes(head))), head...)
	for i := range tables {
		record := face[headBytes+recordBytes*i:][:recordBytes]
		from, length := int(binary.BigEndian.Uint32(record[8:])), int(binary.BigEndian.Uint32(record[12:]))
		if from > len(data) || length > len(data)-from {
			return nil, errDamaged
		}
		binary.BigEndian.PutUint32(record[8:], uint32(len(face)))
		face = append(face, data[from:from+length]...)
		face = append(face, make([]byte, -length&3)...)
	}
	return face, nil
}

// faceBytes is how long the face with this head becomes: megabytes, which are not to be copied while they grow.
func faceBytes(head []byte) int {
	bytes := len(head)
	for record := range slices.Chunk(head[headBytes:], recordBytes) {
		length := int(binary.BigEndian.Uint32(record[12:]))
		bytes += length + -length&3
	}
	return bytes
}

// buffers are what a font is read with: kilobytes each, and a paper looks at every character several times.
var buffers = sync.Pool{New: func() any { return new(sfnt.Buffer) }}

func (f *Font) has(r rune) bool {
	b, _ := buffers.Get().(*sfnt.Buffer)
	defer buffers.Put(b)
	i, err := f.glyphs.GlyphIndex(b, r)
	return err == nil && i != 0
}

// width is how wide a text is in a size.
func (f *Font) width(text string, size float64) float64 {
	b, _ := buffers.Get().(*sfnt.Buffer)
	defer buffers.Put(b)
	units := fixed.Int26_6(f.glyphs.UnitsPerEm())
	var sum fixed.Int26_6
	for _, r := range text {
		i, err := f.glyphs.GlyphIndex(b, r)
		if err != nil {
			continue
		}
		advance, err := f.glyphs.GlyphAdvance(b, i, units, 0)
		if err == nil {
			sum += advance
		}
	}
	return float64(sum) / float64(units) * size
}

// backwards are scripts that are read from the right, whose letters would stand in the wrong order and shape.
var backwards = []*unicode.RangeTable{unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko}

// clean leaves of a text what can be printed: without control characters, among them those that turn the order of
// letters round, and with 〓 for what the font does not have. It says whether there was any of the latter.
func (f *Font) clean(text string) (cleaned string, lacks bool) {
	cleaned = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Zl, unicode.Zp):
			return -1
		case unicode.In(r, backwards...) || !f.has(r):
			lacks = true
			return missing
		}
		return r
	}, text)
	return cleaned, lacks
}
