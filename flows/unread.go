package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// unread answers what cannot be read while nothing is going on that it could belong to.
func unread() bot.Flow {
	words := map[bot.Kind]string{
		bot.KindImage:   "这张照片没有收到,请再发一次。",
		bot.KindVoice:   "这段语音没能转成文字,请再说一遍或打字。",
		bot.KindVideo:   "视频这里还用不上,请用文字说说,照片也行。",
		bot.KindFile:    "文件这里收不到(平台不把聊天里的文件转给我们)。请用文字说说是什么事,要紧的几页拍照发来就行。",
		bot.KindLink:    "链接这里打不开,请用文字说说是什么事。",
		bot.KindUnknown: "这种消息还看不懂,请用文字说说。",
	}
	var starts []bot.Trigger
	for kind := range words {
		starts = append(starts, bot.OnKind(kind))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "unread", Rev: 1, Title: "消息", Expires: time.Minute, Passing: true,
		Starts: starts,
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			if t.Message.Kind == bot.KindImage && t.Message.Media != nil {
				t.Hold()
				t.Say(saidHeld(t.Loose) + "是哪件事?直接说,比如\"报隐患,护栏松了\",就一起带上。")
				return bot.End(), nil
			}
			if t.Message.Kind == bot.KindFile && t.Message.Media != nil {
				t.Say("这个文件单独发来用不上。要按名单群发,先回复\"群发\",再发名单;别的事请用文字说,要紧的几页拍照发来。")
				return bot.End(), nil
			}
			t.Say(words[t.Message.Kind])
			return bot.End(), nil
		},
	})
}
