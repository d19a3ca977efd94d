package flows

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
)

// thanksRunes is how long thanks are at most: what is longer has something else to say too.
const thanksRunes = 15

// pleasedFor is for how long what is only kind is an answer to a greeting.
const pleasedFor = 48 * time.Hour

// No picture of helpless pleases, and none of danger thanks.
const (
	helpless = "😭😢😥😓😔😞😟😩😫😣😖😰😨😱😡😠🤬😤🙁☹💔🤒🤕😷👎💀☠" + inDanger
	inDanger = "🆘🚨🚑🚒🔥🩸⚠"
)

// thankedWhom and thankedWhat are whom thanks are for, and for what. They are named one by one: whatever else follows 谢谢 is what
// somebody has to say, as in 谢谢工会我被打了.
const (
	surname     = `[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎]`
	thankedWhom = `(?:咱们?|我们|你们?|您|各位|全体|所有|大家|大伙|亲爱的|[小老]` + surname + `|` + surname + `工|[^不没被要找想求\s,。!]{0,3}?(?:工会|组织|公司|分会|分厂|集团|班组|领导|主席|书记|师傅|同志|老师|医生|大夫|姐|哥|工友|同事|姐妹|兄弟|家人|朋友|干部|委员)们?)`
	thankedWhat = `(?:(?:这些年|这几年|多年|一直以?来|曾经|以前|最后|一辈子|这辈子|及时|耐心|热心)*(?:对我们?的|[给为]我们?的|送的|发的|来?的)?(?:(?:生日|节日|新年|元旦|春节|端午|中秋|国庆|重阳|三八|五一)节?的?)?(?:关[心怀爱注]|帮[助忙]|照[顾应]|陪伴|祝[福愿]|慰问品?|问候|付出|支持|礼[物品]|(?:生日)?蛋糕券?|粽子|月饼|福利|[好心]意|提醒|解答|[答回]复|指导|教[导诲]|培养|栽培|理解|信任|鼓励|[惦挂]念|惦记|牵挂|厚爱|[想惦]着我们?|记得我们?|一切|不尽)|` +
		` for (?:the |your |all |everything|cake|gift|wishes|help|care)+)`
)

var (
	// thanked is what thanks consist of: what goes before, whom and what they are for, and behind a comma nothing but praise. 辛苦 begins
	// a request as often, so that it thanks only where it says nothing but that.
	thanked = regexp.MustCompile(`^(?:(?:收到|好的?|嗯+|知道|明白|领到|拿到|看到|哈+|哎呀|太|真(?:的是|的|是)?|非常|十分|万分|特别|衷心|在此|再次|我|了|啦|的|你们?|您)+[,。!、\s]*)*` +
		`(?:谢谢|多谢|感谢|谢了|谢啦|谢过|感激|thanks|thankyou|thx)(?: a lot| so much| very much)?[啦了哦呀哈]*` + thankedWhom + `*` + thankedWhat + `?[了啦啊呀哦]*(?:[,。!、\s]+([^,。!]{0,10}))?[,。!~、\s]*$`)
	// tired is 辛苦 said to others: of oneself, or of those one works with, it complains.
	tired = regexp.MustCompile(`^(?:(?:收到|好的?|嗯+|知道|明白|了|啦)[,。!、\s]*)*(?:(?:您|你们?|亲爱的|各位|全体|大家|大伙|` + surname + `?(?:工会|领导|主席|书记|师傅|同志|老师|医生|大夫|姐|哥|姐妹|兄弟|干部|委员)们?)+都?|` +
		`(?:您|你们?|` + surname + `?(?:主席|书记|医生|大夫|老师|师傅|姐|哥))太)?辛苦(?:[了啦]|您|你们?|各位|大家)*[啊呀哦]*(?:[,。!、\s]+([^,。!]{0,10}))?[,。!~、\s]*$`)
	praise = regexp.MustCompile(`^(?:(?:您|你们?|工会|组织|大家|领导)?(?:有心|费心|辛苦|破费)了?|[^不没别]{0,4}?(?:很|真|太|挺|特别|非常|好)(?:是|的)?(?:好吃|好看|好用|喜欢|开心|高兴|感动|暖心|贴心|温暖|实用|漂亮|周到|及时|香|甜|好)了?|(?:很|真|太)?(?:开心|高兴|感动|喜欢|暖心|好吃)了?|谢谢|爱你们)[啊呀呢哦]*$`)
	// farewell is what somebody may say who leaves for good: retiring, or worse.
	farewell = regexp.MustCompile(`这些年|这几年|多年|一直以来|以来|曾经|以前|照顾|陪伴|最后|保重|永远|再见|对不起|来生|来世|下辈子|这辈子|一辈子`)
	// pleased is what is only kind where something was said to somebody that day.
	pleased = regexp.MustCompile(`^(?:(?:好|真|很|太|好的)?(?:开心|高兴|感动|喜欢|暖心|温暖|幸福|贴心)[了啊呀啦]*|收到[了啦]?|有心了|哈+|嘻+|嘿+|(?:同[乐喜])+|同祝|也祝(?:您|你们?|大家|工会)\S{0,6}|(?:节日|生日|新年|中秋|国庆)快乐)$`)
)

// withoutPictures is a text without the little pictures, and how many there were.
func withoutPictures(text string) (said string, pictures int) {
	said = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x1F000 || r >= 0x2600 && r <= 0x27BF:
			pictures++
			return -1
		case r == 0xFE0F || r == 0x200D:
			return -1
		case r == '\uff0c':
			return ','
		case r == '\uff01':
			return '!'
		}
		return unicode.ToLower(r)
	}, text)
	return strings.TrimSpace(said), pictures
}

// isThanks says whether a sentence thanks and wants nothing; goes says that whoever says it may be leaving.
func isThanks(text string) (yes, goes bool) {
	said, _ := withoutPictures(bot.Simplified(text))
	if (utf8.RuneCountInString(said)+len(said))/4 > thanksRunes { // a Chinese character has three bytes, a Latin letter one: it counts half
		return false, false
	}
	m := thanked.FindStringSubmatch(strings.ReplaceAll(said, "thank you", "thankyou"))
	if m == nil {
		m = tired.FindStringSubmatch(said)
	}
	if m == nil || m[1] != "" && !praise.MatchString(m[1]) || strings.ContainsAny(text, inDanger) {
		return false, false
	}
	return true, farewell.MatchString(said)
}

// isPleased says whether a message is only kind: 开心, 🎂🙏.
func isPleased(text string) bool {
	said, pictures := withoutPictures(bot.Simplified(text))
	said = strings.TrimRight(said, "。.!~,")
	return said == "" && pictures > 0 && !strings.ContainsAny(text, helpless) || pleased.MatchString(said)
}

// claims takes what is only kind for an answer to what the member was greeted with lately, where nobody else understands it.
func (h *hello) claims(ctx context.Context, t *bot.Talk, last bool) (key string, ok bool, err error) {
	if !last || t.Interrupts || !t.IsText() || !isPleased(t.Text()) {
		return "", false, nil
	}
	member, err := h.people.find(ctx, t)
	if err != nil || member == 0 {
		return "", false, err
	}
	greeted, _, err := h.greetings.Greeted(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return "", false, nil
	}
	return thanksKey, err == nil && t.Now.Sub(greeted.SendAt) <= pleasedFor, err
}
