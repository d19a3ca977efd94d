package service

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// FieldOrg is kept for the organisation of whoever files, as it was then or, of a case that goes along with its author, is since: a path
// from the root. The conditions of steps and the sums see it, and a sum always as it was when the case was filed: FieldFiledOrg is kept
// for that where the case went along.
const (
	FieldOrg      = "author_org"
	FieldFiledOrg = "filed_org"
)

var (
	asksOrg = regexp.MustCompile(`\b` + FieldOrg + `\b`)
	// namesOrg knows under(author_org, "一分厂").
	namesOrg = regexp.MustCompile(`\bunder\(\s*` + FieldOrg + `\s*,\s*["'\x60]([^"'\x60]+)["'\x60]\s*\)`)
)

// ByOrg says whether which steps a case goes through, or what it comes to, depends on where whoever files belongs.
func (s *Service) ByOrg() bool {
	for _, step := range s.Review {
		if asksOrg.MatchString(step.When.Source) {
			return true
		}
	}
	return s.SumsByOrg()
}

// SumsByOrg says whether sums, or the rule that they follow, depend on it.
func (s *Service) SumsByOrg() bool {
	for _, sum := range s.Sums {
		if asksOrg.MatchString(sum.Value.Source+sum.Of.Source) || asksOrg.MatchString(sum.When.Source) {
			return true
		}
	}
	return len(s.Basis.Places) > 0
}

// RuleAt names the rule that holds for whoever belongs to an organisation, named by its path: that of the nearest unit above which has its
// own, or else everybody's, and of its own what the rest goes by.
func (b Basis) RuleAt(path, language string) string {
	rule, best := b.Rule.In(language), -1
	if rule == "" {
		return ""
	}
	for _, at := range b.Places {
		if union.Within(path, at.Unit) && len(at.Unit) > best {
			best, rule = len(at.Unit), fmt.Sprintf("%s》(%s,%s;没有写到的按《%s》)", at.Rule, at.Source, at.AsOf, b.Rule.In(language))
		}
	}
	if best < 0 {
		rule += "》"
	}
	return "《" + rule
}

// orgsNamed are the organisations that conditions of steps name, and none of them.
func (s *Service) orgsNamed() []any {
	named := []any{""}
	for _, step := range s.Review {
		for _, m := range namesOrg.FindAllStringSubmatch(step.When.Source, -1) {
			named = append(named, strings.Trim(m[1], "/"))
		}
	}
	return named
}

// under says whether the path of an organisation goes through another, which is named by its own name, by some of its path, or with a slash
// before it by its path from the root: under("集团公司/一分厂/锅炉班", "一分厂").
func under(params ...any) (any, error) {
	path, _ := params[0].(string) // their types were checked
	unit, _ := params[1].(string)
	if strings.HasPrefix(unit, "/") {
		return union.Within(path, strings.Trim(unit, "/")), nil
	}
	return unit != "" && strings.Contains("/"+path+"/", "/"+strings.Trim(unit, "/")+"/"), nil
}
