package union

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the tree, from what storage keeps: a lineage of ten ids and a path of ten names.
const (
	MaxDepth   = 10
	MaxOrgName = 100 // characters
)

// What ParsePath refuses.
var (
	ErrPathEmpty = errors.New("a name in the path is empty")
	ErrPathDeep  = errors.New("the path has too many levels")
	ErrPathName  = errors.New("a name in the path is too long or holds control characters")
)

// ParsePath takes a path of organisation names apart: 集团公司/一分厂/锅炉班. The slash may be full-width; spaces
// around a name do not count.
func ParsePath(path string) ([]string, error) {
	names := strings.Split(strings.ReplaceAll(path, "／", "/"), "/")
	if len(names) > MaxDepth {
		return nil, ErrPathDeep
	}
	for i, name := range names {
		name = strings.TrimSpace(name)
		switch {
		case name == "":
			return nil, ErrPathEmpty
		case utf8.RuneCountInString(name) > MaxOrgName, strings.ContainsFunc(name, unicode.IsControl):
			return nil, ErrPathName
		}
		names[i] = name
	}
	return names, nil
}

// Within says whether an organisation, named by its path from the root, is another, or lies below it.
func Within(path, above string) bool {
	return path == above || strings.HasPrefix(path, above) && path[len(above)] == '/'
}

// Branch is the part of a lineage that names the organisation below the root: /1/5/ of /1/5/9/. It is empty at the root.
func Branch(lineage string) string {
	parts := strings.SplitAfterN(lineage, "/", 4)
	if len(parts) < 4 {
		return ""
	}
	return strings.Join(parts[:3], "")
}
