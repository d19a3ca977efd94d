package union

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// dots are the marks with which the parts of a name are joined, as people and keyboards write them: 买买提·艾力.
const dots = "·•‧∙⋅・･．.。●"

// NameKey folds a name, so that two spellings of one compare equal: width, case, spaces and the marks between its
// parts. Different characters stay different.
func NameKey(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(dots, r):
			return '·'
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(strings.TrimSpace(name)))
}

// StaffNoKey folds a staff number: width, spaces and case do not count.
func StaffNoKey(no string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(no))
}
