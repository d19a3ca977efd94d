package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
)

// takeSame takes whether it is a danger that somebody else has reported. What was sent meanwhile goes to the one that is meant.
func (a *alarm) takeSame(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	if !t.IsText() {
		return a.takeSent(ctx, t)
	}
	i, ok := yesOrNo(t.Text(), sameChoices)
	s, err := a.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Next{}, fmt.Errorf("find service: %w", err)
	}
	switch {
	case !ok && soundsOfDanger(s.Alarm, t.Text()) == alarmSure:
		a.hear(ctx, t, s, t.Text())
		return a.raise(ctx, t, s, false)
	case !ok:
		return bot.Miss(), nil
	case i == 1:
		return a.raise(ctx, t, s, true)
	}
	return a.join(ctx, t)
}

func (a *alarm) join(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	member, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	raised, err := a.desk.JoinAlarm(ctx, member, t.Data.Case)
	if errors.Is(err, cases.ErrActNotAllowed) {
		t.Say(a.ended(t))
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("join alarm: %w", err)
	}
	t.Lead("好的,您记为 " + raised.Case.Number + " 的共同报告人," + a.underWay(raised) + "有消息一起告诉您。")
	if sent := t.Data.saysSent(); sent != "" {
		if over, err := a.addSent(ctx, t, cases.AlarmAddition{Text: sent, Place: t.Data.Spot, Sent: t.Data.Spot != "", Pictures: t.Data.Pictures}); over || err != nil {
			return bot.End(), err
		}
		t.Lead("您发的已带上:" + sent + "。")
		t.Data.Placed = t.Data.Placed || t.Data.Spot != ""
		t.Data.Spot, t.Data.Pictures, t.Data.Videos = "", nil, 0
	}
	t.Data.Placed = t.Data.Placed || t.Data.Answered != "" // they were told with the words
	return a.whetherHurt(t), a.takesPlace(ctx, t, member)
}
