package understanding

import (
	_ "embed"
	"strings"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../../tools && go run ./syllables | bzip2 -9 > ../union/understanding/syllables.bz2"
//go:embed syllables.bz2
var syllableLines []byte

// sound is a syllable without its tone, in which sounds that people confuse are one. 0 is none.
type sound uint16

const firstHan, lastHan = '\u4e00', '\u9fff'

// sounds holds how each Han character is read, and bySyllable how each syllable of pinyin is.
var sounds, bySyllable = func() (table [lastHan - firstHan + 1]sound, syllables map[string]sound) {
	syllables = map[string]sound{}
	heard := map[string]sound{}
	for line := range strings.Lines(string(packed.Text(syllableLines))) {
		syllable, characters, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || syllable == "#" {
			continue
		}
		folded := confused(syllable)
		if heard[folded] == 0 {
			heard[folded] = sound(len(heard) + 1)
		}
		syllables[syllable] = heard[folded]
		for _, r := range characters {
			if r >= firstHan && r <= lastHan {
				table[r-firstHan] = heard[folded]
			}
		}
	}
	return table, syllables
}()

// confused writes a syllable as those do who do not tell zh from z, n from l, f from h, or ing from in.
func confused(syllable string) string {
	s := strings.TrimSuffix(syllable, "g")
	switch {
	case strings.HasPrefix(s, "zh"), strings.HasPrefix(s, "ch"), strings.HasPrefix(s, "sh"):
		s = s[:1] + s[2:]
	case len(s) > 1 && s[0] == 'n':
		s = "l" + s[1:]
	case s[0] == 'f':
		s = "h" + s[1:]
	case strings.HasPrefix(s, "hu") && len(s) > 2:
		s = "h" + s[2:]
	}
	return strings.ReplaceAll(s, "v", "u")
}

func soundOf(r rune) sound {
	if r < firstHan || r > lastHan {
		return 0
	}
	return sounds[r-firstHan]
}

// SoundAlike says whether two characters are read alike, be it by those who do not tell zh from z.
func SoundAlike(a, b rune) bool { return soundOf(a) != 0 && soundOf(a) == soundOf(b) }

// longestSyllable is zhuang.
const longestSyllable = 6

// spelled reads a word of Latin letters as pinyin: jianyi. ok is false if it is none.
func spelled(word string) (read []sound, ok bool) {
	// from[i] is the last syllable's length of the way to word[:i] with the fewest syllables.
	steps, from := make([]int, len(word)+1), make([]int, len(word)+1)
	for end := 1; end <= len(word); end++ {
		for n := 1; n <= min(longestSyllable, end); n++ {
			if start := end - n; (start == 0 || from[start] > 0) && bySyllable[word[start:end]] != 0 &&
				(from[end] == 0 || steps[start]+1 < steps[end]) {
				steps[end], from[end] = steps[start]+1, n
			}
		}
	}
	if len(word) == 0 || from[len(word)] == 0 {
		return nil, false
	}
	read = make([]sound, steps[len(word)])
	for end, i := len(word), len(read)-1; end > 0; i-- {
		read[i] = bySyllable[word[end-from[end]:end]]
		end -= from[end]
	}
	return read, true
}
