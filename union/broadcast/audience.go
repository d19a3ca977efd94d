package broadcast

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/union"
)

// Audience says who is meant: members of these organisations for whom everything else holds.
type Audience struct {
	Orgs []Part `json:"orgs"`
	// Posts are words of which a post has one.
	Posts []string     `json:"posts,omitempty"`
	Roles []union.Role `json:"roles,omitempty"`
	// Tags are the union's words for members, of which one has one.
	Tags []string `json:"tags,omitempty"`
	// Family are facts of union.FamilyFacts, of which one holds; Children are nil where they do not matter.
	Family   []string  `json:"family,omitempty"`
	Children *Children `json:"children,omitempty"`
	// Gender is 男, 女 or "".
	Gender string `json:"gender,omitempty"`
	// MinAge and MaxAge are full years; 0 is no limit. A member whose birthday is not known is in no band.
	MinAge int `json:"min_age,omitempty"`
	MaxAge int `json:"max_age,omitempty"`
	// Staff are staff numbers; empty is anybody.
	Staff   []string `json:"staff,omitempty"`
	Retired bool     `json:"retired,omitempty"`
	// Shift is nil where it does not matter who works when.
	Shift *Shift `json:"shift,omitempty"`
}

// Part is one of the organisations.
type Part struct {
	Org     union.OrgID `json:"org"`
	Path    string      `json:"path"`
	Lineage string      `json:"lineage"`
}

// roleWords are how people call the holders of a role. The members' posts do not count.
var roleWords = map[string]union.Role{
	"班组长": union.GroupLeader, "班长": union.GroupLeader, "小组长": union.GroupLeader, "工会小组长": union.GroupLeader,
	"分会主席": union.BranchChair, "工会主席": union.Chair, "女工委员": union.WomenOfficer, "女职工委员": union.WomenOfficer,
	"安全员": union.SafetyOfficer, "职工代表": union.Representative, "组织者": union.Organiser, "值班员": union.Duty,
}

// RoleWord is how people call the holders of a role.
func RoleWord(role union.Role) string {
	best := ""
	for word, r := range roleWords {
		if r == role && (best == "" || len(word) < len(best) || len(word) == len(best) && word < best) {
			best = word
		}
	}
	if best == "" {
		return string(role)
	}
	return best
}

var (
	between = regexp.MustCompile(`^(\d{1,2})岁?(?:到|至|-|~)(\d{1,2})岁$`)
	under   = regexp.MustCompile(`^(\d{1,2})岁(?:及)?(以下|以内)$`)
	over    = regexp.MustCompile(`^(\d{1,2})岁(?:及)?以上$`)
	staffNo = regexp.MustCompile(`^[A-Za-z]{0,3}\d{3,}[A-Za-z0-9-]*$`)
	apart   = regexp.MustCompile(`[\s,，、;；。]+|的`)
	// ordinal is what stands before each of a numbered list.
	ordinal  = regexp.MustCompile(`(^|[\s,、;；。])(?:\(?\d{1,3}[.)]|\d{1,2}、)\s*`)
	everyone = []string{"全体", "所有人", "全员", "全部", "大家", "全体会员", "全体职工"}
	women    = []string{"女", "女工", "女职工", "女同志", "女会员"}
	men      = []string{"男", "男工", "男职工", "男同志", "男会员"}
	retirees = []string{"退休", "退休人员", "退休职工", "离退休"}
)

// ParseAudience reads 一分厂 女职工 焊工 35岁以下: organisations of those in scope, genders, ages, roles, families, staff numbers, the
// tags that there are, shifts and crews, and posts of what is left. Several organisations, posts or roles are either-or. either are the
// organisations that may be meant where a word fits several.
func ParseAudience(text string, scope Scope) (a Audience, either []union.Organisation) {
	tags := scope.Tags
	text = ofChildren.ReplaceAllString(strings.TrimSpace(width.Fold.String(text)), "$1$2")
	text = tagsSaid.ReplaceAllStringFunc(text, func(said string) string {
		if a.tag(strings.TrimLeft(said, "、,; \t"), tags) {
			return " "
		}
		return said
	})
	for _, word := range listed(text) {
		if word == "" || a.person(word) || a.family(word) {
			continue
		}
		found, exact := union.FindOrganisations(scope.Orgs, word)
		switch {
		case len(found) == 1 && exact:
			a.Orgs = append(a.Orgs, Part{found[0].ID, found[0].Path, found[0].Lineage})
		case len(found) > 1 && exact:
			either = append(either, found...)
		case a.turn(word, scope):
		case a.tag(word, tags):
		case staffNo.MatchString(word):
			a.Staff = append(a.Staff, union.StaffNoKey(word))
		default:
			a.Posts = append(a.Posts, word)
		}
	}
	return a, either
}

// listed are the words of a text, without the numbers before them. A name is often written with a blank in it, so that all are as wide.
func listed(text string) (words []string) {
	padded := func(word string) bool {
		return utf8.RuneCountInString(word) == 1 && !slices.Contains(women, word) && !slices.Contains(men, word)
	}
	half := false
	for _, word := range apart.Split(ordinal.ReplaceAllString(text, "$1"), -1) {
		if half = half && padded(word); half {
			words[len(words)-1] += word
			half = false
			continue
		}
		words, half = append(words, word), padded(word)
	}
	return words
}

// person takes a word that says something about each member.
func (a *Audience) person(word string) bool {
	role, isRole := roleWords[word]
	switch {
	case slices.Contains(everyone, word):
	case slices.Contains(women, word):
		a.Gender = "女"
	case slices.Contains(men, word):
		a.Gender = "男"
	case slices.Contains(retirees, word):
		a.Retired = true
	case isRole:
		a.Roles = append(a.Roles, role)
	default:
		return a.age(word)
	}
	return true
}

func (a *Audience) age(word string) bool {
	if m := between.FindStringSubmatch(word); m != nil {
		a.MinAge, a.MaxAge = number(m[1]), number(m[2])
	} else if m := under.FindStringSubmatch(word); m != nil {
		a.MaxAge = number(m[1])
	} else if m := over.FindStringSubmatch(word); m != nil {
		a.MinAge = number(m[1])
	} else {
		return false
	}
	return true
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // the pattern lets digits through only
	return n
}

// Within says whether every organisation of the audience lies in one of the lineages.
func (a *Audience) Within(lineages []string) bool {
	return len(a.Orgs) > 0 && !slices.ContainsFunc(a.Orgs, func(p Part) bool {
		return !slices.ContainsFunc(lineages, func(l string) bool { return l != "" && strings.HasPrefix(p.Lineage, l) })
	})
}

// Common is the lineage of the lowest organisation that contains the audience.
func (a *Audience) Common() string {
	if len(a.Orgs) == 0 {
		return ""
	}
	common := strings.SplitAfter(a.Orgs[0].Lineage, "/")
	for _, p := range a.Orgs[1:] {
		ids := strings.SplitAfter(p.Lineage, "/")
		n := 0
		for n < len(common) && n < len(ids) && common[n] == ids[n] {
			n++
		}
		common = common[:n]
	}
	return strings.Join(common, "")
}
