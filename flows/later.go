package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// later answers the engine words whose work nobody does here yet, and says where to go instead.
func later(phone string, r *reader) bot.Flow {
	ring := "请联系您所在的分会。"
	if phone != "" {
		ring = "请联系您所在的分会,或拨" + phone + "。"
	}
	words := map[bot.Word]string{
		bot.WordPerson:      "现在还不能在这里转人工。" + ring + "有人身危险请直接打 110、119 或 120。",
		bot.WordUnsubscribe: "现在没有可退订的通知:这里只发与您的事项有关的消息。",
		bot.WordSubscribe:   "现在没有可订阅的通知:您的事项有进展会告诉您。",
	}
	for _, w := range []bot.Word{
		bot.WordSilence, bot.WordConsole,
	} {
		words[w] = "\"" + w.Name() + "\"还在准备中。回复\"待办\"可以办手上的事。"
	}
	var starts []bot.Trigger
	for w := range words {
		starts = append(starts, bot.OnWord(w))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "later", Rev: 1, Title: "功能", Expires: time.Minute, Passing: true,
		Starts:     starts,
		Understand: r.about(topicPerson, "找工会的人", ""),
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			word := t.Command.Word
			if word == "" {
				word = bot.WordPerson // the way out that is offered after two misses
			}
			t.Say(words[word])
			return bot.End(), nil
		},
	})
}
