package bot

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

//go:embed traditional.txt
var traditionalPairs string

// The block that holds every character of the table.
const firstHan, lastHan = '\u4e00', '\u9fff'

// simplified holds for each Han character its simplified form, 0 where it is one or has none. It is an array, for every
// character that is said passes through it.
var simplified = func() (table [lastHan - firstHan + 1]uint16) {
	for line := range strings.Lines(traditionalPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pairs := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(pairs); i += 2 {
			table[pairs[i]-firstHan] = uint16(pairs[i+1])
		}
	}
	return table
}()

// Simplified writes a text in simplified characters, as all words and choices here are. It is for comparing: what a
// person wrote is kept as it is. Every character stays at its place, byte for byte: all of the block have three.
func Simplified(text string) string {
	var written []byte
	for i, r := range text {
		if s := simplify(r); s != r {
			if written == nil {
				written = []byte(text)
			}
			utf8.EncodeRune(written[i:], s)
		}
	}
	if written == nil {
		return text
	}
	return string(written)
}

func simplify(r rune) rune {
	if r < firstHan || r > lastHan {
		return r
	}
	if s := simplified[r-firstHan]; s != 0 {
		return rune(s)
	}
	return r
}
