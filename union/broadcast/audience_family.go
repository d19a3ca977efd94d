package broadcast

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// fewest is the fewest that an audience by family facts may have: of fewer a number would tell who.
const fewest = 10

// Children are those who have children of an age, counted by the year of birth.
type Children struct {
	// Min and Max are full years; 0 is no limit.
	Min int `json:"min,omitempty" yaml:"min"`
	Max int `json:"max,omitempty" yaml:"max"`
}

// mostChild is the oldest age by which children are looked for.
const mostChild = 40

// ByFamily says whether the audience is told apart by what the union knows of families: then nobody of it is shown, and a small
// one is no audience.
func (a *Audience) ByFamily() bool { return len(a.Family) > 0 || a.Children != nil }

// shown is how many an audience is said to have before it is released: one by family facts in fives, lest two questions tell of
// one person.
func (a *Audience) shown(n int) (int, error) {
	switch {
	case !a.ByFamily():
		return n, nil
	case n < fewest || a.narrow():
		return 0, ErrFew
	}
	return inFives(n), nil
}

// inFives is a number of which none tells of one person.
func inFives(n int) int { return n - n%5 }

// narrow says whether anything else than organisation, gender and retirement tells who is meant: by a post, an office, a shift, a tag or a year
// of age that one person alone has, two numbers would tell of that one.
func (a *Audience) narrow() bool {
	return len(a.Staff)+len(a.Posts)+len(a.Roles)+len(a.Tags)+a.MinAge+a.MaxAge > 0 || a.Shift != nil
}

var (
	childSaid    = `(?:孩子|子女|小孩|儿童)`
	childUnder   = regexp.MustCompile(`^有?(?:` + childSaid + `(\d{1,2})岁(?:及)?(?:以下|以内)|(\d{1,2})岁(?:及)?(?:以下|以内)` + childSaid + `)$`)
	childOver    = regexp.MustCompile(`^有?(?:` + childSaid + `(\d{1,2})岁(?:及)?以上|(\d{1,2})岁(?:及)?以上` + childSaid + `)$`)
	childBetween = regexp.MustCompile(`^有?(?:` + childSaid + `(\d{1,2})岁?(?:到|至|-|~)(\d{1,2})岁|(\d{1,2})岁?(?:到|至|-|~)(\d{1,2})岁` + childSaid + `)$`)
	childAny     = regexp.MustCompile(`^有` + childSaid + `$`)
	// ofChildren is what a 的 would tear apart: 14岁以下的孩子.
	ofChildren = regexp.MustCompile(`(岁(?:及)?(?:以下|以内|以上)?)的(` + childSaid + `)`)
	tagSaid    = regexp.MustCompile(`^(?:标签[::]?\s*|#)(\S+)$`)
	// tagsSaid are those in a sentence, said to be tags: a 的 may be part of one.
	tagsSaid = regexp.MustCompile(`(?:^|[\s,、;。])(?:标签[::]?\s*|#)[^\s,、;。]+`)
)

// family takes a word about families.
func (a *Audience) family(word string) bool {
	if fact, ok := union.FamilyFact(word); ok && slices.Contains(union.FamilyFacts(), fact) {
		a.Family = append(a.Family, fact)
		return true
	}
	if m := childBetween.FindStringSubmatch(word); m != nil {
		a.Children = &Children{number(m[1] + m[3]), number(m[2] + m[4])}
	} else if m := childUnder.FindStringSubmatch(word); m != nil {
		a.Children = &Children{Max: number(m[1] + m[2])}
	} else if m := childOver.FindStringSubmatch(word); m != nil {
		a.Children = &Children{Min: number(m[1] + m[2])}
	} else if childAny.MatchString(word) {
		a.Children = &Children{}
	} else {
		return false
	}
	return true
}

// tag takes a word of the union's own: one that some member has, or that is said to be one.
func (a *Audience) tag(word string, tags []string) bool {
	if m := tagSaid.FindStringSubmatch(word); m != nil && (slices.Contains(tags, m[1]) || !strings.Contains(m[1], "的")) {
		word = m[1]
	} else if !slices.Contains(tags, word) {
		return false
	}
	a.Tags = append(a.Tags, word)
	return true
}

// FamilyWords says what of families is looked at: 双职工、有 14 岁以下的孩子.
func (a *Audience) FamilyWords() string {
	var words []string
	for _, f := range a.Family {
		words = append(words, union.FamilyWord(f))
	}
	if len(words) > 1 {
		words = []string{strings.Join(words, "或")}
	}
	if c := a.Children; c != nil {
		said := "有孩子"
		switch {
		case c.Min > 0 && c.Max > 0:
			said = fmt.Sprintf("有%d到%d岁的孩子", c.Min, c.Max)
		case c.Max > 0:
			said = fmt.Sprintf("有%d岁以下的孩子", c.Max)
		case c.Min > 0:
			said = fmt.Sprintf("有%d岁以上的孩子", c.Min)
		}
		words = append(words, said)
	}
	return strings.Join(words, " ")
}

// ChildYears are the years of birth of such children in a year; none is any.
func (c Children) ChildYears(year int) (years []int) {
	if c == (Children{}) {
		return nil
	}
	oldest := c.Max
	if oldest == 0 {
		oldest = mostChild
	}
	for age := c.Min; age <= min(oldest, mostChild); age++ {
		years = append(years, year-age)
	}
	return years
}
