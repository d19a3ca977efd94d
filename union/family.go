package union

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What the union keeps of a member's family: a few facts by which it gives and invites, and no names. A child is a year of birth.
const (
	FamilyOnlyChild = "only_child"     // 独生子女父母, with the certificate
	FamilyBothHere  = "both_here"      // 双职工: husband and wife work here
	FamilySingle    = "single_parent"  // 单亲
	FamilyForces    = "soldier_family" // 军属
	// FamilyChild begins the facts of children, with the year: child2018.
	FamilyChild = "child"
)

// familyWords are what people call a fact; the first is ours.
var familyWords = []struct {
	fact  string
	words []string
}{
	{FamilyOnlyChild, []string{"独生子女父母", "独生子女家庭", "独生子女"}},
	{FamilyBothHere, []string{"双职工", "双职工家庭", "夫妻同厂"}},
	{FamilySingle, []string{"单亲", "单亲家庭", "单亲父母", "单亲职工"}},
	{FamilyForces, []string{"军属", "军人家属"}},
}

var (
	childFact  = regexp.MustCompile(`^child((?:19|20)\d{2})$`)
	childWords = regexp.MustCompile(`^(?:孩子|子女|小孩)?((?:19|20)\d{2})年?(?:生|出生)?(?:孩子|子女|小孩)?$`)
)

// FamilyFacts lists the facts that are no children.
func FamilyFacts() []string {
	facts := make([]string, len(familyWords))
	for i, f := range familyWords {
		facts[i] = f.fact
	}
	return facts
}

// FamilyFact is the fact that a word means: 双职工, both_here, 孩子2018, child2018.
func FamilyFact(word string) (fact string, ok bool) {
	for _, f := range familyWords {
		if f.fact == word || slices.Contains(f.words, word) {
			return f.fact, true
		}
	}
	if m := childFact.FindStringSubmatch(word); m != nil {
		return word, true
	}
	if m := childWords.FindStringSubmatch(word); m != nil && len(word) > len(m[1]) {
		return FamilyChild + m[1], true
	}
	return "", false
}

// FamilyWord is what people call a fact: 双职工, 孩子 2018 年生.
func FamilyWord(fact string) string {
	for _, f := range familyWords {
		if f.fact == fact {
			return f.words[0]
		}
	}
	if m := childFact.FindStringSubmatch(fact); m != nil {
		return "孩子 " + m[1] + " 年生"
	}
	return fact
}

// ChildFact is the fact of a child that was born in a year.
func ChildFact(year int) string { return FamilyChild + strconv.Itoa(year) }

// JoinWords writes words as they are kept in one column, each enclosed by ";", so that one of them is found by it.
func JoinWords(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return ";" + strings.Join(words, ";") + ";"
}

// SplitWords reads what JoinWords wrote.
func SplitWords(kept string) []string {
	if kept = strings.Trim(kept, ";"); kept == "" {
		return nil
	}
	return strings.Split(kept, ";")
}
