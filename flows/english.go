package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const saidEnglish = "Sorry, this account speaks Chinese only so far. Write in Chinese (a translation app will do), or reply 菜单 for the menu, " +
	"绑定 to prove that you are a member, 人工 to reach a person of the union.\nBirthday and festival greetings can come in English: reply \"greetings in English\".\nIn danger ring 120 (ambulance), 119 (fire) or 110 (police).\n" +
	"目前只有中文。看不懂请回复\"人工\",有同志帮您。"

// english says to whoever asks for English that there is none yet, in both languages, and where a person is.
func english() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range []string{"english", "in english", "english please", "speak english", "do you speak english", "英文", "英语", "英文版", "说英文", "切换英文"} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "english", Rev: 1, Title: "English", Expires: time.Minute, Passing: true,
		Starts: starts,
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say(saidEnglish)
			return bot.End(), nil
		},
	})
}
