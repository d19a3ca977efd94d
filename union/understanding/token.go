package understanding

import (
	"strings"
	"unicode"
)

// token is a character and how it is read. A sign between two parts of a sentence is the zero token.
type token struct {
	char  rune // 0 for a syllable that was typed as pinyin
	sound sound
}

// tokens takes a sentence in simplified characters apart. All numbers are one number, and blanks within pinyin are none.
func tokens(sentence string) []token {
	runes := make([]rune, 0, len(sentence)/2)
	for _, r := range sentence {
		runes = append(runes, folded(r))
	}
	read := make([]token, 0, len(runes))
	gap := func() {
		if len(read) > 0 && read[len(read)-1] != (token{}) {
			read = append(read, token{})
		}
	}
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r >= firstHan && r <= lastHan: // as nearly all
			read = append(read, token{char: r, sound: soundOf(r)})
		case r >= 'a' && r <= 'z':
			end := i
			for end < len(runes) && (runes[end] >= 'a' && runes[end] <= 'z' || runes[end] == '\'') {
				end++
			}
			read = appendWord(read, runes[i:end])
			i = end - 1
		case unicode.IsDigit(r):
			if i == 0 || !unicode.IsDigit(runes[i-1]) {
				read = append(read, token{char: '0'})
			}
		case unicode.IsLetter(r):
			read = append(read, token{char: r})
		case unicode.IsSpace(r) && len(read) > 0 && read[len(read)-1].char == 0:
			// between two words of pinyin
		default:
			gap()
		}
	}
	return read
}

// folded writes letters small, and those of full width (Ａ, １) as others are written.
func folded(r rune) rune {
	switch {
	case r >= firstHan && r <= lastHan:
		return r
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case r == '\u3000':
		return ' '
	}
	if r < unicode.MaxASCII {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

func appendWord(read []token, word []rune) []token {
	var typed []token
	for part := range strings.SplitSeq(string(word), "'") {
		if part == "" {
			continue
		}
		syllables, ok := spelled(part)
		if !ok {
			for _, r := range part {
				read = append(read, token{char: r})
			}
			return read
		}
		for _, s := range syllables {
			typed = append(typed, token{sound: s})
		}
	}
	return append(read, typed...)
}

// Kinds of features.
const (
	oneChar = iota + 1
	twoChars
	twoSounds
	lastChar // before a sign or the end: 没, 吗, 了
	kinds
)

// feature is the hash of a kind and what it consists of.
type feature uint64

func hash(kind int, parts ...rune) feature {
	h := uint64(kind)
	for _, p := range parts {
		h = (h ^ uint64(p)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return feature(h)
}

// eachFeature yields the features of a row of tokens, one after the other and the same one as often as it occurs.
func eachFeature(row []token, yield func(f feature)) {
	for i, a := range row {
		if a == (token{}) {
			continue
		}
		if a.char != 0 {
			yield(hash(oneChar, a.char))
		}
		if i+1 == len(row) || row[i+1] == (token{}) {
			if a.char != 0 {
				yield(hash(lastChar, a.char))
			}
			continue
		}
		b := row[i+1]
		if a.char != 0 && b.char != 0 {
			yield(hash(twoChars, a.char, b.char))
		}
		if a.sound != 0 && b.sound != 0 {
			yield(hash(twoSounds, rune(a.sound), rune(b.sound)))
		}
	}
}
