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

// CompoundNames are the family names of two characters.
func CompoundNames() []string {
	return []string{
		"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯", "宇文", "长孙", "端木", "南宫",
	}
}

// FamilyName is the part of a name by which somebody is addressed, before a title: 张, 欧阳. A name that is no Chinese family
// name and given name is returned in full.
func FamilyName(name string) string {
	for _, family := range CompoundNames() {
		if strings.HasPrefix(name, family) {
			return family
		}
	}
	runes := []rune(name)
	if len(runes) == 0 || len(runes) > 4 || strings.ContainsRune(name, '·') {
		return name
	}
	return string(runes[0])
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
