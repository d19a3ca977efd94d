package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// welcome greets somebody who has just come. Opening the chat again says nothing: it happens many times a day. Who goes is noted, so
// that a branch rings them up.
func welcome(p people) bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "welcome", Rev: 1, Title: "欢迎", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnKind(bot.KindFollow), bot.OnKind(bot.KindUnfollow)},
		Begin: func(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			follows := t.Message.Kind != bot.KindUnfollow
			if err := p.members.Followed(ctx, string(t.Message.Channel), string(t.Message.User), t.Message.SentAt, follows); err != nil || !follows {
				return bot.End(), err
			}
			if knowsMembers(p.directory, t.Message.Channel) {
				t.Say("欢迎!这里是工会。有建议、有事直接说,也可以回复\"菜单\"看能办什么。")
			} else {
				t.Say("欢迎!这里是工会。可以直接提问;提建议等需要先认证一次,回复\"绑定\"开始。")
			}
			if _, ok := spotKey(t.Message); ok { // came through the code of a place
				return bot.Hand(bot.Entry{Flow: "place"}), nil
			}
			return bot.End(), nil
		},
		HandsTo: []string{"place"},
	})
}
