package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const saidClear = "删掉的是手机上的聊天:长按一条消息,选\"删除\";整段都不要,在消息列表里长按(苹果手机向左滑)这个会话,选\"删除\"。登录过电脑的,电脑上也删一遍。\n" +
	"查询码请先另外记好。删了聊天,提交过的事项还在,照样办、照样能查;密件的对话,我这里一小时后自动清掉。"

// clearing tells how a chat is taken off a telephone that others look into: 清理.
func clearing() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range []string{"清理", "清理聊天", "清理聊天记录", "删除聊天", "删除聊天记录", "怎么删聊天记录", "怎么删掉这段聊天"} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "clear", Rev: 1, Title: "清理聊天", Expires: time.Minute, Passing: true,
		Starts: starts,
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say(saidClear)
			return bot.End(), nil
		},
	})
}
