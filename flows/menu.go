package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const listExpires = 30 * time.Minute

// menu shows what can be done here.
type menu struct {
	services Services
	language string
}

func (m menu) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "menu", Rev: 1, Title: "菜单", Expires: listExpires, Passing: true,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordMenu), bot.OnMenu("menu")},
		HandsTo: []string{"form", "mine", "enrol"},
		Steps: []bot.Step[struct{}]{{
			Name: "choose",
			AskFunc: func(context.Context, *bot.Turn[struct{}]) (bot.Reply, error) {
				choices, _ := m.choices()
				return bot.Reply{Text: "您可以直接说事,也可以选:", Choices: choices}, nil
			},
			Handle: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
				choices, doors := m.choices()
				if i, ok := bot.Choose(t.Text(), choices); ok && t.IsText() {
					return bot.Hand(doors[i]), nil
				}
				return bot.Miss(), nil
			},
		}},
	})
}

func (m menu) choices() (choices []bot.Choice, doors []bot.Entry) {
	for _, s := range m.services.All() {
		if s.Menu > 0 {
			choices = append(choices, bot.Choice{Label: s.Title.In(m.language)})
			doors = append(doors, bot.Entry{Flow: "form", Key: s.Name})
		}
	}
	choices = append(choices, bot.Choice{Label: "报名竞赛和活动"}, bot.Choice{Label: "我的事项和进度"})
	return choices, append(doors, bot.Entry{Flow: "enrol"}, bot.Entry{Flow: "mine"})
}
