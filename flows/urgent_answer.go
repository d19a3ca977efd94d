package flows

import (
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
)

var callChoices = []bot.Choice{{Label: "要"}, {Label: "先不要"}}

// How people refuse a call, and say nothing else, and how they ask for one in words that are no yes elsewhere. A bare 不 or 没有 is
// neither: it may answer what they were not asked.
var (
	noCall = regexp.MustCompile(`^(?:我|那|就|还是|先|暂时|现在|真的|都|已经|请|你们?|您|千万|谢谢|好的?|嗯|了|吧|啊|哈|呢|的|,)*(?:` +
		`(?:别|不要|不用|不必|不需要|不想|不想要|不愿意?|不|甭|算)(?:再|给我|让|叫|找|麻烦|他们?|她们?|咨询员|人|你们?|您|现在)*(?:打|打来|打过来|接|接到|联系|来|叫人|找人|守着|电话)(?:我|人|电话|了)*|` +
		`(?:先|暂时|现在)?(?:不要|不用|不必|不需要|算了)|没事|没什么事|好多了|好些了|好一点了|别担心|不用担心|开玩笑的?|说着玩的?|说说而已` +
		`)(?:我|那|了|吧|啊|哈|呢|的|谢谢|您|你们?|,|没事|不用担心|别担心|放心|好多了)*$`)
	doCall = regexp.MustCompile(`^(?:我|现在|很|真的|特别|一点[也都]|,|了)*(?:不安全|撑不住|撑不下去|救命|救我|救救我|帮帮?我|快来|快打|打吧|打给我|给我打|打电话给我|打电话|马上打|现在打|快点打|联系我)(?:了|吧|啊|,|电话|救命|救我|快来)*$`)
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
	case noCall.MatchString(simple):
		return false, true
	case ok && yes:
		return true, true
	}
	return false, false
}
