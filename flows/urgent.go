package flows

import (
	"context"
	"regexp"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// What cannot wait for a form. Words that are as common in a suggestion, such as 防触电, are none of these.
var (
	asksForLife   = regexp.MustCompile(`不想活(了|着|下去|[\s,，。!！]|$)|活着(真|太|好)?没(有)?意思|活不下去|自杀|轻生`)
	reportsDanger = regexp.MustCompile(`(着火|起火|爆炸|触电|漏气|泄漏|塌|中毒|压住|晕倒)了.{0,12}$|(快|要)(断|塌|倒|掉下来|炸)|有人受伤|被困|有人(晕倒|触电)`)
)

// Of a sentence that names a service as well, life goes first, and danger after it: 提个建议,上月有人受伤.
const (
	lifeScore   = 0.99
	dangerScore = 0.85
)

// urgent says whom to call, and that nobody was told from here.
func urgent(phone string) bot.Flow {
	ring := ""
	if phone != "" {
		ring = ",或拨" + phone
	}
	words := map[string]string{
		"life": "听您这么说,我很在意。有马上的危险,请打 110 或 120,或叫醒身边的人。\n" +
			"想找人说说:心理援助 12356(打不通请打 110)" + ring + "。这些话没有转给任何人。",
		"danger": "先保人:停下来,离开危险的地方,叫周围的人撤开,马上报告现场负责人和调度。有人受伤打 120,火警 119。\n" +
			"这里收不了急报,没有转给任何人。",
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "urgent", Rev: 1, Title: "急事", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			switch {
			case asksForLife.MatchString(text):
				return []bot.Guess{{Label: "急需帮助", Key: "life", Score: lifeScore}}
			case reportsDanger.MatchString(text):
				return []bot.Guess{{Label: "现场有危险", Key: "danger", Score: dangerScore}}
			}
			return nil
		},
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			t.Say(words[t.Entry.Key])
			return bot.End(), nil
		},
	})
}
