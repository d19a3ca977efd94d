package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// later answers the engine words whose work nobody does here yet, and says where to go instead.
func later() bot.Flow {
	words := map[bot.Word]string{}
	for _, w := range []bot.Word{
		bot.WordConsole,
	} {
		words[w] = "\"" + w.Name() + "\"还在准备中。回复\"待办\"可以办手上的事。"
	}
	var starts []bot.Trigger
	for w := range words {
		starts = append(starts, bot.OnWord(w))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "later", Rev: 1, Title: "功能", Expires: time.Minute, Passing: true,
		Starts: starts,
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say(words[t.Command.Word])
			return bot.End(), nil
		},
	})
}
