package flows

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
)

var callChoices = []bot.Choice{{Label: "要"}, {Label: "先不要"}}

// How people refuse a call, and say nothing else, and how they ask for one in words that are no yes elsewhere. A bare 不 or 没有 is
// neither: it may answer what they were not asked. 打 is a telephone call only where nobody is beaten by it, and whoever comes is no
// call at all: 别打我 and 别让他来 cry for help. Nobody else is let off for them: 别打给我妈.
var (
	noCall = regexp.MustCompile(`^` + beforeNo + `(?:` + refusesCall + `|` + refusesAll + `|` + allIsWell + `)` +
		`(?:` + afterNo + beforeNo + `(?:` + refusesCall + `|` + refusesAll + `|` + allIsWell + `))*` + afterNo + `$`)
	// notOfCalls is what noCall would take for a refusal: a plea to whoever beats them, and giving all up.
	notOfCalls = regexp.MustCompile(`(?:别|不要)打(?:了|啊|,)*(?:别|不要)(?:再)?打|(?:别|不要)再打(?:了|啊)*(?:,|$)|(?:你们?|您)(?:别|不要)打(?:了|啊)*(?:,|$)|` +
		`不要(?:了|啊|,)*不要打?(?:了|啊|,)*$|(?:别|不要)打(?:了|啊)*,(?:你们?|您|我不要)(?:了|啊|,)*$|(?:我(?:真的|就|还是|现在)*|算了[吧啊,]*)不要了`)
	doCall = regexp.MustCompile(`^(?:我|现在|很|真的|特别|一点[也都]|,|了)*(?:不安全|撑不住|撑不下去|救命|救我|救救我|帮帮?我|快来|快打|打吧|打给我|给我打|打电话给我|打电话|马上打|现在打|快点打|联系我)(?:了|吧|啊|,|电话|救命|救我|快来)*$`)
)

const (
	beforeNo    = `(?:我|那|就|还是|先|暂时|现在|真的|请|你们?|您|千万|谢谢|好的?|嗯|了|吧|啊|哈|呢|的|打?电话|,)*`
	refusesCall = `(?:别|甭|不要|不用|不必|不需要|用不着|没必要|不想要?|不愿意?|不)(?:再|现在|给我|麻烦|(?:让|叫|找)?(?:咨询员|你们|您))*(?:` +
		`(?:(?:让|叫|找|派)人)?(?:给我)?(?:打我?的?(?:电话|手机)(?:给我)?|打给我|打过?来|联系我?)|打|接听?|接?这?个?电话|来电话?|守着我?|叫人|找人|咨询员)`
	refusesAll = `(?:不要|不用|不必|不需要|用不着|没必要|算了|先不)|(?i:don['’]?t,call|no,call)(?:,me|,please)*`
	allIsWell  = `(?:都|已经|真的)*(?:没事|没什么事|好多了|好些了|好一点了|开玩笑的?|说着玩的?|说说而已)`
	afterNo    = `(?:了|吧|啊|哈|呢|的|,|谢谢|您|你们|(?:别|不用)担心我?|放心)*`
)

// wantsCall reads whether somebody who cannot go on is to be called. Where it is not sure, ok is false: who is not heard to say no is
// called in the end.
func wantsCall(text string) (yes, ok bool) {
	if i, ok := bot.Choose(text, callChoices); ok {
		return i == 0, true
	}
	simple := strings.Trim(partsOfIt.ReplaceAllString(bot.Simplified(strings.TrimSpace(text)), ","), ",")
	switch yes, ok := answer.YesNo(simple); {
	case doCall.MatchString(simple):
		return true, true
	case noCall.MatchString(simple) && !notOfCalls.MatchString(simple):
		return false, true
	case ok && yes:
		return true, true
	}
	return false, false
}
