package flows

import (
	"context"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

var (
	greetsIn = regexp.MustCompile(`^(?:(?:给我的?|我的|以后的?|往后的?)?(?:祝福|问候|生日祝福|节日问候|生日和节日(?:的)?(?:祝福|问候))(?:请|都|以后|改)?(?:用|换成|改成|改为|要|发))\s*(英文|英语|中文|汉语|汉字)(?:祝福|问候|发|吧|的)*[。!]?$`)
	// greetingsIn is the same as whoever needs it would say it.
	greetingsIn = regexp.MustCompile(`^(?:please )?(?:send |wish )?(?:my |me )?(?:greetings|wishes|birthday wishes)(?: to me)? in (english|chinese)(?:,? please)?[.!]?$`)
)

// greetingLanguages are the languages by what people call them.
var greetingLanguages = map[string]string{
	"英文": occasion.English, "英语": occasion.English, "english": occasion.English,
	"中文": occasion.Chinese, "汉语": occasion.Chinese, "汉字": occasion.Chinese, "chinese": occasion.Chinese,
}

// languageSaid is the language in which somebody wants to be greeted; "" where they say no such thing.
func languageSaid(text string) string {
	if m := greetsIn.FindStringSubmatch(text); m != nil {
		return greetingLanguages[m[1]]
	}
	if m := greetingsIn.FindStringSubmatch(strings.ToLower(text)); m != nil {
		return greetingLanguages[m[1]]
	}
	return ""
}

func (g *greeting) speak(ctx context.Context, t *greetingTurn, member union.MemberID, language string) (bot.Next, error) {
	if err := g.desk.Speak(ctx, member, language); err != nil {
		return bot.Next{}, err
	}
	if language == occasion.English {
		t.Say("好的,以后的祝福和问候用英文。想改回来回复\"祝福用中文\"。\nGreetings come in English from now on. To change back, reply \"greetings in Chinese\".")
	} else {
		t.Say("好的,以后的祝福和问候用中文。要英文的回复\"祝福用英文\"。")
	}
	return bot.End(), nil
}
