package flows

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/reference"
)

// lifeScore is above that of everything else, an alarm too: 不想活了,我要跳下来.
const lifeScore = alarmSure + 1

// urgent says whom to call, and that nobody was told from here.
func urgent(phone string, numbers Reference) bot.Flow {
	ring := ""
	if phone != "" {
		ring = ",或拨" + phone
	}
	words := func() string {
		police, _ := numbers.Hotline(reference.Police) // these three are always there
		ambulance, _ := numbers.Hotline(reference.Ambulance)
		mind, _ := numbers.Hotline(reference.Mind)
		return "听您这么说,我很在意。有马上的危险,请打 " + police.Number + " 或 " + ambulance.Number + ",或叫醒身边的人。\n" +
			"想找人说说:" + inOneLine(mind, "") + ring + "。这些话没有转给任何人。"
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "urgent", Rev: 1, Title: "急事", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			if urgentIn(text) == urgentLife {
				return []bot.Guess{{Label: "急需帮助", Key: string(urgentLife), Score: lifeScore}}
			}
			return nil
		},
		Breaks: breaksForm,
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say(words())
			return bot.End(), nil
		},
	})
}
