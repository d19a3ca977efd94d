package flows

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/union/cases"
)

// inOrder are the words by which names are signers one after the other, in the order in which they stand.
const inOrder = `(?:依次|逐个|挨个|一个接一个|按(?:先后)?(?:顺序|次序)|顺序)`

var (
	// Such words stand before or behind the names; what else they are part of, as in 请依次核对, is none, nor is 请依次 核对, which
	// is said to those who sign.
	orderBefore = regexp.MustCompile(`^` + inOrder + `(?:由|请)?\s*`)
	orderBehind = regexp.MustCompile(`^(\S+?)(?:\s*|请)` + inOrder + `(?:加签|签字|签)?(\s|$)`)
	orderAsked  = regexp.MustCompile(`^(\S+?)\s+请` + inOrder + `(?:(?:加签|签字|签)(\s|$)|$)`)
	// orderFirst begins 先马超后何平再吴刚, of which orderThen are the joints. Only after 先 is a bare 后 or 再 no part of a name.
	orderFirst = regexp.MustCompile(`^先(?:请|由|到|让)?\s*([^签前后]\S*)`)
	orderThen  = regexp.MustCompile(`[,，、;；]?(?:签(?:完|好|过|了|字)?(?:了|后|以后|之后)?[,，]?)?(?:然后|最后|再|后)(?:再|轮)?(?:请|由|到|让|给)?`)
	// orderAfter is 马超签完再何平: without 先 what is signed is said.
	orderAfter = regexp.MustCompile(`[,，]?签(?:完|好|过|了)(?:了|字)?[,，]?(?:(?:以后|之后|然后|后)[,，]?(?:就|才|再)?|就|才|再)轮?(?:请|由|到|让|给)?`)
	// orderMarked is 马超或吴刚,然后何平: behind a mark such words are part of no name.
	orderMarked = regexp.MustCompile(`[,，、;；](?:然后|最后|接着)(?:再)?轮?(?:请|由|到|让|给)?`)
	// orderBlanks are those around the joints, and before what is done.
	orderBlanks = regexp.MustCompile(`\s*((?:[,，;；]|签(?:完|好|过|了)(?:了|字|后|以后|之后)?|\s)(?:然后|最后|再|后)(?:请|由|到|让|给)?|\s签(?:完|好|过|了))\s*`)
	// orderEnds are the verbs behind a name.
	orderEnds = regexp.MustCompile(`(?:加签|签字|签)(、|$)`)
)

// orderIn reads 马超、何平 依次, 先马超后何平 and 马超签完再何平: the names apart from each other by marks alone, and what follows. ok is false
// where no order is said.
func orderIn(text string) (rest string, ok bool) {
	text = strings.TrimSpace(text)
	switch {
	case orderBefore.MatchString(text):
		return strings.TrimSpace(orderBefore.ReplaceAllString(text, "")), true
	case orderBehind.MatchString(text):
		return strings.TrimSpace(orderBehind.ReplaceAllString(text, "$1 ")), true
	case orderAsked.MatchString(text):
		return strings.TrimSpace(orderAsked.ReplaceAllString(text, "$1 ")), true
	}
	joined := orderBlanks.ReplaceAllStringFunc(strings.Replace(text, "先 ", "先", 1), func(s string) string { return strings.Join(strings.Fields(s), "") })
	first, say, _ := strings.Cut(joined, " ")
	var names string
	if said := orderFirst.FindStringSubmatch(first); said != nil {
		names = orderThen.ReplaceAllString(said[1], "、")
		ok = names != said[1]
	} else {
		names = orderMarked.ReplaceAllString(orderAfter.ReplaceAllString(first, "、"), "、")
		ok = names != first
	}
	names = orderEnds.ReplaceAllString(strings.Trim(names, "、"), "$1")
	if !ok || !strings.Contains(names, "、") {
		return text, false
	}
	return strings.TrimSpace(names + " " + say), true
}

// nextWords says whose turn it is of those who sign one after the other, and who comes then.
func nextWords(list []cases.AddedSigner) string {
	var names []string
	lead := "依次加签接着是 "
	for _, s := range list {
		if !s.InTurn || s.Signed {
			continue
		}
		if len(names) == 0 && !s.Waits {
			lead = "依次加签轮到 "
		}
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return lead + strings.Join(names, ",再 ")
}
