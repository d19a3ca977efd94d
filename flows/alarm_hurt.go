package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// whetherHurt asks whether somebody is hurt, unless that was said already.
func (a *alarm) whetherHurt(t *alarmTurn) bot.Next {
	switch {
	case saysHurt(t.Data.Text):
		t.Lead("\n")
		return bot.Goto("more")
	case nobodyHurt.MatchString(bot.Simplified(t.Data.Text)):
		return a.whetherPlaced(t)
	}
	return bot.Goto("hurt")
}

// What answers whether somebody is hurt, besides yes and no.
var (
	injured   = regexp.MustCompile(`受伤|流血|出血|骨折|昏迷|晕倒|没意识|没气|压住|砸到|砸伤|烫伤|烧伤|触电|摔|断了(手|腿|胳膊)`)
	uninjured = regexp.MustCompile(`(没|无|不)[^,，。]{0,3}(受伤|伤|人)`)
)

// hurtIn reads whether somebody is hurt, where that was asked.
func hurtIn(text string) (hurt, ok bool) {
	if i, ok := bot.Choose(text, hurtChoices); ok {
		return i == 1, true
	}
	if text = bot.Simplified(text); injured.MatchString(text) && !uninjured.MatchString(text) {
		return true, true
	}
	yes := readYesNo(text)
	return string(yes.value.Raw) == "true", yes.ok()
}

func (a *alarm) takeHurt(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	if !t.IsText() {
		return a.takeSent(ctx, t)
	}
	hurt, ok := hurtIn(t.Text())
	s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Next{}, fmt.Errorf("find service: %w", err)
	}
	switch {
	case !ok && soundsOfDanger(s.Alarm, t.Text()) == alarmSure: // the same once more, or another
		a.hear(ctx, t, s, t.Text())
		return a.raise(ctx, t, s, false)
	case !ok:
		if over, err := a.add(ctx, t, strings.TrimSpace(t.Text())); over || err != nil {
			return bot.End(), err
		}
		t.Say("好的,这一句我正在转给他们。有人受伤回 2。")
		return bot.Stay(), nil
	case hurt:
		said := strings.TrimSpace(t.Text())
		if !injured.MatchString(said) {
			said = "有人受伤"
		}
		if over, err := a.add(ctx, t, said); over || err != nil {
			return bot.End(), err
		}
		t.Lead(s.Alarm.Hurt.In(a.language) + "\n有人受伤这句我正在转给他们(" + t.Data.Number + ")。")
		if t.Data.Placed && len(t.Data.Which) == 0 {
			t.Say("")
			return bot.End(), nil
		}
		return a.whetherPlaced(t), nil
	}
	t.Lead("好的。")
	return a.whetherPlaced(t), nil
}

// waits is what somebody hears who has said all that is asked.
func (a *alarm) waits(t *alarmTurn) string {
	return "谁接单、谁赶来,我马上告诉您(" + t.Data.Number + ")。是虚惊一场,回复\"撤回 " + t.Data.Number + "\"。"
}

// nearly is how people speak of somebody who is not hurt yet: 差点砸到人.
var nearly = regexp.MustCompile(`差点|险些|差一点|可能|容易|怕|小心|别被|(会|要|快)(被|把|摔|砸|压|掉|碰)`)

// saysHurt says whether a sentence tells that somebody is hurt. What is not sure is asked.
func saysHurt(text string) bool {
	text = bot.Simplified(text)
	return injured.MatchString(text) && !uninjured.MatchString(text) && !nearly.MatchString(text)
}

func (a *alarm) askMore(ctx context.Context, t *alarmTurn) (bot.Reply, error) {
	s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("find service: %w", err)
	}
	where := ""
	if !t.Data.Placed {
		where = "在哪儿、"
	}
	return bot.Reply{Text: s.Alarm.Hurt.In(a.language) + "\n还有什么要他们知道的(" + where + "伤了几个人、从哪个门进),直接说,我转给他们。"}, nil
}

// enoughSaid ends what there is to say.
var enoughSaid = regexp.MustCompile(`^(没有?了?|没别的了?|好的?|知道了|收到|就这些|谢谢|不知道|不清楚)[。!！]?$`)

// takeMore passes on what is said after somebody was hurt.
func (a *alarm) takeMore(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	said := strings.TrimSpace(t.Text())
	if !t.IsText() {
		return a.takeSent(ctx, t)
	}
	if enoughSaid.MatchString(bot.Simplified(said)) {
		t.Say("好的。谁接单、谁赶来,我马上告诉您(" + t.Data.Number + ")。")
		return bot.End(), nil
	}
	s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Next{}, fmt.Errorf("find service: %w", err)
	}
	if soundsOfDanger(s.Alarm, said) == alarmSure { // the same once more, or another
		a.hear(ctx, t, s, said)
		return a.raise(ctx, t, s, false)
	}
	if over, err := a.add(ctx, t, said); over || err != nil {
		return bot.End(), err
	}
	t.Say("好的,这一句我正在转给他们。")
	return bot.Stay(), nil
}
