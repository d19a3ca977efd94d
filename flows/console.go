package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// console answers 后台: there are no pages for officers yet, and everything they would do there is done here.
func console() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "console", Rev: 1, Title: "后台", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordConsole)},
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say("网页后台还没有。手上的事都可以在这里办:回复\"待办\"看要办的,\"统计\"看数,\"经办帮助\"看能说什么。")
			return bot.End(), nil
		},
	})
}
