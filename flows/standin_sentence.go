package flows

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/calendar"
)

// The keys with which the conversation is begun by what was said.
const (
	standInWish   = "wish"
	standInBack   = "back"
	standInCancel = "cancel"
	standInAccept = "accept"
	standInRefuse = "refuse"
)

const (
	// awayWords are why somebody is away. One of them, or a day, tells 请王芳代 from 请王芳代领蛋糕券.
	awayWords = `出差|请假|休假|年假|病假|产假|事假|婚假|丧假|探亲|住院|手术|学习|培训|开会|外出|出门|不在|休息|离岗|疗养|出国|调休`
	byWord    = `(?:麻烦|拜托|委托|请|让|由|托|叫|找)`
	// calledBy is a name or a staff number, as people put it: 王芳(综合办)同志.
	calledBy = `([\p{Han}·]{2,12}?|[0-9A-Za-z-]{2,32})\s*(?:[(（]([^)）]{1,20})[)）])?\s*(?:同志|师傅|主席|老师)?\s*`
	forMe    = `(?:一下)?(?:代办|代理|代班|代管|代我办|代为办理|代为处理|替我办|替我|顶替|代一下|代)(?:一下)?(?:我的|我)?(?:待办|工作|事情|事|审批)?(?:几天|这几天|一阵子?|一段时间)?(?:了|吧)?`
)

var (
	// asksStandIn and standsIn have the name in the first group, and the unit that may follow it in the second.
	asksStandIn = regexp.MustCompile(byWord + `\s*(?:工号)?\s*` + calledBy + `(?:来|帮我|帮忙|给我|先)?\s*` + forMe + `\s*(?:$|[,，。.;；!！\s\d]|从|自|到)`)
	standsIn    = regexp.MustCompile(`(?:^|[,，。;；\s])` + calledBy + `(?:代我办|代办|代班|代理|替我办|替我|代)(?:一下)?(?:我的|我)?(?:待办|工作|审批)?\s*[。.!！]?$`)
	awayWord    = regexp.MustCompile(awayWords)
	// standInWord is the word with what belongs to it: 代办 王芳 12月1日到7日.
	standInWord = regexp.MustCompile(`^(?:代办|请人代办|找人代办)[\s,，:：]+(?:给|请|由)?\s*([\p{Han}·]{2,12}|[0-9A-Za-z-]{2,32})?\s*(?:[(（]([^)）]{1,20})[)）])?`)
	isBack      = regexp.MustCompile(`^(?:我)?(?:已经|提前)?(?:出差|休假|休完假|开会|学习)?(?:回来|回来上班|回到岗位|到岗|返岗|销假)了?[。.!！]?$`)
	cancels     = regexp.MustCompile(`^(?:取消|撤销|撤回|结束|停止|不用|不要|不)\s*(?:再)?\s*(?:代办|代理|请人代办|代我办|人代办)了?\s*(\d{1,2})?\s*[。.!！]?$`)
	accepts     = regexp.MustCompile(`^(?:我)?(?:接受|同意|愿意|可以|答应)\s*代办[。.!！]?$`)
	refuses     = regexp.MustCompile(`^(?:我)?(?:拒绝|不接受|不同意|不愿意|不能)\s*代办[。.!！]?$`)
)

// standInScore is a decision's, and beyond: it says nothing else, and who says 出差 need not be asked whether they are safe.
const standInScore = decisionScore + 0.02

// understand takes what is said of standing in.
func (s *standIns) understand(text string) []bot.Guess {
	text = strings.TrimSpace(bot.Simplified(text))
	var key, label string
	switch {
	case accepts.MatchString(text):
		key, label = standInAccept, "接受代办"
	case refuses.MatchString(text):
		key, label = standInRefuse, "不接受代办"
	case cancels.MatchString(text):
		key, label = standInCancel, "取消代办"
	case isBack.MatchString(text):
		key, label = standInBack, "回来了,结束代办"
	case wishesStandIn(text):
		key, label = standInWish, "请人代办"
	default:
		return nil
	}
	return []bot.Guess{{Label: label, Key: key, Score: standInScore}}
}

// wishesStandIn says whether a sentence asks for somebody to stand in: for whom, and that the speaker is away or on which days.
func wishesStandIn(text string) bool {
	if standInWord.MatchString(text) || text == "请人代办" || text == "找人代办" {
		return true
	}
	if !strings.ContainsAny(text, "代替") {
		return false
	}
	name, _, days := wishOf(text, calendar.Date{Year: 2026, Month: 1, Day: 1}) // whichever days: only that some are named
	return name != "" && (awayWord.MatchString(text) || days.Found || days.Open || days.Said != "")
}

// whoOf reads who is to stand in, and of which unit.
func whoOf(text string) (name, unit string) {
	if !strings.ContainsAny(text, "代替") {
		return "", ""
	}
	m := asksStandIn.FindStringSubmatch(text)
	if m == nil {
		m = standsIn.FindStringSubmatch(text)
	}
	if m == nil {
		return "", ""
	}
	return m[1], m[2]
}

// wishOf reads whom a sentence asks, and from when to when.
func wishOf(text string, today calendar.Date) (name, unit string, days answer.DaysReading) {
	text = strings.TrimSpace(bot.Simplified(text))
	days = answer.FindDays(text, today)
	if m := standInWord.FindStringSubmatch(text); m != nil {
		if name = m[1]; name != "" && strings.Contains(days.Said, name) {
			name = ""
		}
		return name, m[2], days
	}
	rest := text
	if days.Said != "" { // 12月1日到7日王芳代: the days are no part of the name
		rest = strings.Replace(text, days.Said, ",", 1)
	}
	name, unit = whoOf(rest)
	return name, unit, days
}
