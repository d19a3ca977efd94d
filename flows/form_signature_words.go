package flows

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/unionbot/unionbot/bot"
)

// naming is what somebody says of whether their name is to be seen.
type naming int

const (
	saysNothing naming = iota
	wantsNoName        // and says nothing else
	wantsName
	// mayWantNoName stands among other words, or is put in a way that is not known: it is asked.
	mayWantNoName
)

// whoever is who is not to know of it: 领导, 我们班长, 张主任, 你们书记.
const whoever = `(?:(?:我们?|你们|他们|咱们?|那个)?\p{Han}{0,2}?(?:领导|班长|组长|队长|厂长|主任|书记|主席|经理|主管|科长|部长|处长|工长|段长|老板|师傅|工会)们?|(?:其他|别的?)?(?:人|同事)们?|` +
	`人家|大家|他们|她们|你们|单位|公司|厂里|车间|班组|班里|(?:任何|所有)人)?`

// refusesTo is how people say that something is not to be done, or that they do not dare to.
const refusesTo = `(?:别|甭|不|不要|不想|不用|不能|不敢|不方便|不好|不愿意?)`

// How people say, and say nothing else, whether their name is to be seen; a part of it, between two commas.
var (
	partNoName = regexp.MustCompile(`^(?:千万|一定|麻烦|拜托|请|求求?|你们?|您|我们?|可|还是|就|最好|能不能|可不可以|可以|能|要|想|希望|要求|选|只想|帮我?|给我?|替我)*(?:` +
		`(?:改|换|变)?(?:成|为)?\s*(?:匿名|不署名|不实名|不留名|不记名|不具名)(?:提交|上报|报|提|办理?|发|处理|受理|反映)?|` +
		`(?:不想|不要|不能|不愿意?|别|不用)(?:让|给|被)` + whoever + `(?:们)?(?:知道|看到|看见|看出来?|晓得|发现|认出)(?:是)?(?:我们?|我是谁|是谁|我的?(?:名字|姓名|身份))?(?:提|报|写|说|讲|反映|举报|干|发)?|` +
		refusesTo + `(?:(?:写|留|署|露|带|透露|泄露|泄漏|公开|暴露|显示|出现|说出?)(?:上|出去?)?(?:我们?的?|真实的?|真|本人)*(?:名字?|姓名|身份|是谁)|` +
		`(?:提|报|说出?)(?:上|出去?)?(?:我们?的?|真实的?|真|本人)*(?:名字|姓名|身份|是谁)|` +
		`(?:暴露|出卖|泄露|泄漏|透露|供出|说出|认出)(?:出?我们?|我是谁)|` +
		`(?:说|讲|提)(?:出去?|出来)?(?:是我们?|我们?(?:说|提|报|写|讲|反映|举报|捅出去)的)(?:说|提|报|写|讲|反映|举报|捅出去)?|` +
		`(?:告诉|告知|说给|讲给)` + whoever + `(?:们)?(?:听|知道)?(?:是我们?(?:说|提|报|写|讲|反映|举报)?)?|` +
		`(?:实名|署名|记名|具名|留名))|` +
		`(?:我的?)?(?:名字|姓名|大名)(?:就|也|都|还是|可以|能不能)*(?:别|不要|不用|不)(?:写|留|署|露|带|填|公开|显示|出现)(?:上|出去?|出来)?|保密` +
		`)(?:的|了)?(?:吧|啊|呀|哦|噢|哈|呗|嘛|么|吗|行吗|可以吗|可以么|好吗|行不行|成吗)?$`)
	partName = regexp.MustCompile(`^(?:我|我们|那|就|还是|要|想|请|选)*(?:帮我)?(?:改|换|变)?(?:成|为|回)?\s*(?:实名|(?:不|不要|不用|不想|不需要|不必|用不着|没必要|别)匿名|署名提交)(?:提交|提|报|办)?(?:了)?(?:吧|的)?$`)
	// partAround is what stands beside it and changes nothing: why, and thanks.
	partAround = regexp.MustCompile(`^(?:我们?|我?怕|担心|会?被|给|打击|报复|穿小鞋|找麻烦|秋后算账|针对|领导|班长|人家|他们|谢谢|拜托|麻烦|您|你们?|了|好|的|吗|啊|那)+$`)
	// nearNoName are the words in which such a wish may be hidden.
	nearNoName = regexp.MustCompile(`匿名|不署名|不实名|不具名|(?:别|不想|不要|不能|不愿意?)[^,，。;；!！?？]{0,10}(?:知道|名字|姓名|说是我)|怕[^,，。;；不]{0,8}(?:报复|知道是我|(?:领导|班长|主任|单位|厂里|人家|别人)们?(?:知道|晓得|发现|认出))`)
	// misspelt asks for care with the name.
	misspelt  = regexp.MustCompile(`[^,]*(?:写|打|叫|弄|填|登|印)(?:错|漏)[^,]*`)
	partsOfIt = regexp.MustCompile(`[,，。.;；!！?？~、\s]+`)
)

// signsOfNaming are the words without which a text says nothing of that.
var signsOfNaming = sync.OnceValue(func() *patterns { return signsOf(partNoName, partName, nearNoName) })

// namingIn finds what a text says of that.
func namingIn(text string) naming {
	text = bot.Simplified(text)
	if !signsOfNaming().suspects(text) { // as nearly every text
		return saysNothing
	}
	parts := slices.DeleteFunc(partsOfIt.Split(text, -1), func(part string) bool { return part == "" })
	wishes := 0
	for _, part := range parts {
		switch {
		case len(parts) == 1 && partName.MatchString(part):
			return wantsName
		case partNoName.MatchString(part):
			wishes++
		case !partAround.MatchString(part):
			wishes -= len(parts)
		}
	}
	switch {
	case wishes > 0:
		return wantsNoName
	case nearNoName.MatchString(misspelt.ReplaceAllString(strings.Join(parts, ","), "")):
		return mayWantNoName
	}
	return saysNothing
}

// withoutWish leaves out of a text what asks that the name is not seen, and the sign behind it; all else stays as it was said. wish is
// true where anything was left out.
func withoutWish(text string) (rest string, wish bool) {
	var kept strings.Builder
	left := false
	for at := 0; at < len(text); {
		end, next := len(text), len(text)
		if sign := partsOfIt.FindStringIndex(text[at:]); sign != nil {
			end, next = at+sign[0], at+sign[1]
		}
		if part := text[at:end]; part != "" && partNoName.MatchString(bot.Simplified(part)) {
			wish = true
		} else {
			kept.WriteString(text[at:next])
			left = left || part != ""
		}
		at = next
	}
	if !wish || !left {
		return text, wish
	}
	return strings.TrimRight(kept.String(), ",，、;；~ \n"), true
}
