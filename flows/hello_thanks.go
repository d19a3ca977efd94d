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

// thankedFor is for how long what is only kind is an answer to a greeting.
const thankedFor = 48 * time.Hour

var (
	// thanked is what thanks consist of: what goes before, whom they are for, and behind a comma nothing but praise.
	thanked = regexp.MustCompile(`^(?:(?:收到|好的?|嗯+|知道|明白|领到|拿到|看到|哈+|哎呀|太|真(?:的是|的|是)?|非常|十分|万分|特别|衷心|在此|再次|我|了|啦|的|你们?|您)+[,。!、\s]*)*` +
		`(?:谢谢|多谢|感谢|谢了|谢啦|谢过|感激|辛苦|thanks|thankyou|thx)(?: a lot| so much| very much)?(?:[啦了哦呀哈您你]*)([^,。!、;\s]{0,12})(?:[,。!、\s]+([^,。!]{0,10}))?[,。!~、\s]*$`)
	praise = regexp.MustCompile(`^(?:(?:您|你们?|工会|组织|大家|领导)?(?:有心|费心|辛苦|破费)了?|\S{0,4}?(?:很|真|太|挺|特别|非常|好)(?:是|的)?(?:好吃|好看|好用|喜欢|开心|高兴|感动|暖心|贴心|温暖|实用|漂亮|周到|及时|香|甜|好)了?|(?:很|真|太)?(?:开心|高兴|感动|喜欢|暖心|好吃)了?|谢谢|爱你们)[啊呀呢哦]*$`)
	// wanting is what no thanks alone say.
	wanting = regexp.MustCompile(`[?？吗]|怎|什么|哪|几|何时|多少|能|可以|可否|请|帮我|麻烦|想|要|申请|报|办|查|问|给我|还没|没有|没[收领拿]|但|不过|可是|希望|建议|投诉|坏|漏|裂|火|伤|疼|痛|病|死|不|退订|别|再|继续|\d`)
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
	if m == nil || wanting.MatchString(strings.ReplaceAll(m[1], "想着", "")+m[2]) || m[2] != "" && !praise.MatchString(m[2]) {
		return false, false
	}
	return true, farewell.MatchString(said)
}

// isPleased says whether a message is only kind: 开心, 🎂🙏.
func isPleased(text string) bool {
	said, pictures := withoutPictures(bot.Simplified(text))
	said = strings.TrimRight(said, "。.!~,")
	return said == "" && pictures > 0 || pleased.MatchString(said)
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
	return thanksKey, err == nil && t.Now.Sub(greeted.SendAt) <= thankedFor, err
}
