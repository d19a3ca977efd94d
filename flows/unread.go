package flows

import (
	"context"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// unread answers what cannot be read while nothing is going on that it could belong to. Pictures, videos and voice messages wait for
// the sentence to which they belong.
type unread struct {
	services Services
	language string
}

type unreadTurn = bot.Turn[struct{}]

// unreadWords are said of what is of no use by itself, or could not be fetched.
var unreadWords = map[bot.Kind]string{
	bot.KindImage:   "这张照片没有收到,请再发一次。",
	bot.KindVoice:   "这段语音没能转成文字,请再说一遍或打字。",
	bot.KindVideo:   "这段视频没有收到,请再发一次。",
	bot.KindFile:    "文件这里收不到(平台不把聊天里的文件转给我们)。请用文字说说是什么事,要紧的几页拍照发来就行。",
	bot.KindLink:    "链接这里打不开,请用文字说说是什么事。",
	bot.KindUnknown: "这种消息还看不懂,请用文字说说。",
}

const (
	// likelyMost is how many services are offered for a voice message that nobody could read.
	likelyMost = 4

	saidInDanger  = "现场有危险,马上叫人"
	saidToAPerson = "找工会的人"
)

func (u *unread) flow() bot.Flow {
	var starts []bot.Trigger
	for kind := range unreadWords {
		starts = append(starts, bot.OnKind(kind))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "unread", Rev: 2, Title: "消息", Expires: bot.LooseKept, Passing: true,
		Starts: starts, Begin: u.begin, HandsTo: []string{"form", "alarm", "talk"},
		Steps: []bot.Step[struct{}]{{Name: "what", AskFunc: u.ask, Handle: u.take}},
	})
}

func (u *unread) begin(_ context.Context, t *unreadTurn) (bot.Next, error) {
	switch {
	case t.Message.Kind == bot.KindVoice && t.Message.Media != nil:
		t.Hold()
		t.Lead(saidHeld(t.Loose) + "语音没能转成文字,原声会一起带上。")
		return bot.Goto("what"), nil
	case pictured(t.Message):
		t.Hold()
		t.Say(saidHeld(t.Loose) + "是哪件事?直接说,比如\"报隐患,护栏松了\",就一起带上。")
	case t.Message.Kind == bot.KindFile && t.Message.Media != nil:
		t.Say("这个文件单独发来用不上。要按名单群发,先回复\"群发\",再发名单;别的事请用文字说,要紧的几页拍照发来。")
	default:
		t.Say(unreadWords[t.Message.Kind])
	}
	return bot.End(), nil
}

// offers are what a voice message may be about that nobody could read: a danger first, then what people come for, and a person.
func (u *unread) offers() (choices []bot.Choice, to []bot.Entry) {
	for _, s := range u.services.All() {
		if s.Alarm.On() && !s.Alarm.Life {
			choices, to = append(choices, bot.Choice{Label: saidInDanger}), append(to, bot.Entry{Flow: "alarm", Key: s.Name, Text: saidInDanger})
			break
		}
	}
	var likely []*service.Service
	for _, s := range u.services.All() {
		if field, ok := s.SentenceField(); ok && s.Menu > 0 && !s.Sealed && field.Kind == service.KindText {
			likely = append(likely, s)
		}
	}
	slices.SortStableFunc(likely, func(a, b *service.Service) int { return a.Menu - b.Menu })
	for _, s := range likely[:min(likelyMost, len(likely))] {
		choices, to = append(choices, bot.Choice{Label: s.Title.In(u.language)}), append(to, bot.Entry{Flow: "form", Key: s.Name})
	}
	return append(choices, bot.Choice{Label: saidToAPerson}), append(to, bot.Entry{Flow: "talk"})
}

func (u *unread) ask(context.Context, *unreadTurn) (bot.Reply, error) {
	choices, _ := u.offers()
	return bot.Reply{Text: "是哪件事?打一句话,或选一样:", Choices: choices}, nil
}

func (u *unread) take(_ context.Context, t *unreadTurn) (bot.Next, error) {
	if unheard := t.Message.Kind == bot.KindVoice && t.Text() == "" && t.Message.Media != nil; unheard || pictured(t.Message) {
		t.Hold()
		t.Lead(saidHeld(t.Loose))
		return bot.Repeat(), nil
	}
	choices, to := u.offers()
	i, ok := bot.Choose(t.Text(), choices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	if i == len(to)-1 {
		t.Lead("刚才发的请接通后再发一次,对方就能听到、看到。\n")
	}
	return bot.Hand(to[i]), nil
}
