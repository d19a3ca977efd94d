package service

import (
	"regexp"
	"strings"
)

// FieldOrg is kept for the organisation of whoever files, as it was then or, of a case that goes along with its author, is since: a path
// from the root. Only the conditions of steps see it.
const FieldOrg = "author_org"

var (
	asksOrg = regexp.MustCompile(`\b` + FieldOrg + `\b`)
	// namesOrg knows under(author_org, "一分厂").
	namesOrg = regexp.MustCompile(`\bunder\(\s*` + FieldOrg + `\s*,\s*["'\x60]([^"'\x60]+)["'\x60]\s*\)`)
)

// ByOrg says whether which steps a case goes through depends on where whoever files belongs.
func (s *Service) ByOrg() bool {
	for _, step := range s.Review {
		if asksOrg.MatchString(step.When.Source) {
			return true
		}
	}
	return false
}

// orgsNamed are the organisations that conditions of steps name, and none of them.
func (s *Service) orgsNamed() []any {
	named := []any{""}
	for _, step := range s.Review {
		for _, m := range namesOrg.FindAllStringSubmatch(step.When.Source, -1) {
			named = append(named, m[1])
		}
	}
	return named
}

// under says whether the path of an organisation goes through another, which is named by its own name or by some of its path:
// under("集团公司/一分厂/锅炉班", "一分厂").
func under(params ...any) (any, error) {
	path, _ := params[0].(string) // their types were checked
	unit, _ := params[1].(string)
	return unit != "" && strings.Contains("/"+path+"/", "/"+strings.Trim(unit, "/")+"/"), nil
}
