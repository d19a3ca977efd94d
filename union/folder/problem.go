package folder

import (
	"cmp"
	"fmt"
	"sort"
	"strings"
)

// Problem is one mistake in a file.
type Problem struct {
	File string
	Line int
	// Field is the way to it: form[2].choices[1].label, counted from 1.
	Field string
	// Text says what is wrong and what was expected.
	Text string
}

func (p Problem) String() string {
	if p.Field == "" {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Field, p.Text)
}

// Problems is every mistake that was found, in the order of file and line.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Sort puts the problems in the order of file and line.
func (ps Problems) Sort() {
	sort.SliceStable(ps, func(i, j int) bool {
		return cmp.Or(strings.Compare(ps[i].File, ps[j].File), ps[i].Line-ps[j].Line) < 0
	})
}

// OneOf says what was expected instead of word, and which of it was probably meant.
func OneOf(word string, expected []string) string {
	text := fmt.Sprintf("%q is none of %s", word, strings.Join(expected, ", "))
	if near := nearest(word, expected); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// nearest finds the expected word that takes the fewest changes to reach, if these are few for its length.
func nearest(word string, expected []string) string {
	best, least := "", len(word)/3+2
	for _, e := range expected {
		if d := distance(strings.ToLower(word), e); d < least {
			best, least = e, d
		}
	}
	return best
}

// distance is the number of bytes to insert, drop, replace or swap with their neighbour.
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 0
			if a[i-1] != b[j-1] {
				change = 1
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
