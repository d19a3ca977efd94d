package flows

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/standin"
)

// list shows whom the person has asked, and for whom the person stands in. With something to do with one of them, it lists
// those with which that can be done.
func (s *standIns) list(ctx context.Context, t *standInTurn, member union.MemberID, do string) (bot.Next, error) {
	views, err := s.desk.StandIns(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	t.Data.Do, t.Data.List = do, nil
	for _, v := range views {
		if fits(v, member, do) {
			t.Data.List = append(t.Data.List, s.line(v, member))
		}
	}
	if len(t.Data.List) > 0 {
		return bot.Goto("list"), nil
	}
	switch do {
	case standInAccept, standInRefuse:
		t.Say("现在没有等您答复的代办。")
	case standInCancel:
		t.Say("现在没有可取消的代办。")
	default:
		t.Say("现在没有代办安排。要请人代办,说一句如\"我12月1日到7日出差,请王芳代\"。")
	}
	return bot.End(), nil
}

// fits says whether something can be done with one: an answer by whoever was asked, a cancelling by whoever asked or has
// accepted.
func fits(v cases.StandInView, member union.MemberID, do string) bool {
	answers := v.State == standin.Asked && v.By == member
	switch do {
	case standInAccept, standInRefuse:
		return answers
	case standInCancel:
		return !answers
	}
	return true
}

func (s *standIns) line(v cases.StandInView, member union.MemberID) standInLine {
	line := standInLine{ID: v.ID, Answer: fits(v, member, standInAccept)}
	days := daysOf(s.calendar, v.Standin)
	switch {
	case v.Absent == member:
		line.Label = "您请 " + nameAndUnit(v.ByMember) + " 代办 " + days + "(" + standInState(v.State) + ")"
	case line.Answer:
		line.Label = officerName(v.AbsentMember) + " 请您代办 " + days + "(等您答复)"
	default:
		line.Label = "您替 " + officerName(v.AbsentMember) + " 代办 " + days
	}
	return line
}

// standInState says where one stands.
func standInState(state standin.State) string {
	return map[standin.State]string{
		standin.Asked: "等对方答复", standin.Accepted: "已接受", standin.Refused: "已拒绝", standin.Recalled: "已撤回", standin.Ended: "已取消",
		standin.Lapsed: "已过期", standin.Over: "已到期",
	}[state]
}

// oneOf does something with the only one with which that can be done, with the one whose number was said, or asks with which.
func (s *standIns) oneOf(ctx context.Context, t *standInTurn, member union.MemberID, do string) (bot.Next, error) {
	views, err := s.desk.StandIns(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	if m := cancels.FindStringSubmatch(strings.TrimSpace(t.Entry.Text)); m != nil && m[1] != "" { // as 代办 lists them
		if n, err := strconv.Atoi(m[1]); err == nil && n >= 1 && n <= len(views) && fits(views[n-1], member, do) {
			return s.act(ctx, t, views[n-1].ID, do)
		}
		return s.list(ctx, t, member, do)
	}
	var only []standin.ID
	for _, v := range views {
		if fits(v, member, do) {
			only = append(only, v.ID)
		}
	}
	if len(only) == 1 {
		return s.act(ctx, t, only[0], do)
	}
	return s.list(ctx, t, member, do)
}

func (d standInData) choices() []bot.Choice {
	choices := make([]bot.Choice, len(d.List))
	for i, line := range d.List {
		choices[i].Label = line.Label
	}
	return choices
}

func (s *standIns) askList(_ context.Context, t *standInTurn) (bot.Reply, error) {
	text := map[string]string{
		standInAccept: "接受哪一个?回复序号:", standInRefuse: "拒绝哪一个?回复序号:", standInCancel: "取消哪一个?回复序号:", "": "代办安排,回复序号答复或取消:",
	}[t.Data.Do]
	return bot.Reply{Text: text, Choices: t.Data.choices()}, nil
}

func (s *standIns) takeList(ctx context.Context, t *standInTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.choices())
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	if t.Data.Do != "" {
		return s.act(ctx, t, t.Data.List[i].ID, t.Data.Do)
	}
	t.Data.List = t.Data.List[i : i+1]
	return bot.Goto("one"), nil
}

// oneChoices is what can be done with the one that was chosen.
func (d standInData) oneChoices() []bot.Choice {
	if d.List[0].Answer {
		return []bot.Choice{{Label: "接受"}, {Label: "拒绝"}}
	}
	return []bot.Choice{{Label: "取消代办"}, {Label: "不动"}}
}

func (s *standIns) askOne(_ context.Context, t *standInTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.List[0].Label, Choices: t.Data.oneChoices()}, nil
}

func (s *standIns) takeOne(ctx context.Context, t *standInTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.oneChoices())
	switch line := t.Data.List[0]; {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case line.Answer && i == 0:
		return s.act(ctx, t, line.ID, standInAccept)
	case line.Answer:
		return s.act(ctx, t, line.ID, standInRefuse)
	case i == 0:
		return s.act(ctx, t, line.ID, standInCancel)
	}
	t.Say("好的,没有动。")
	return bot.End(), nil
}

func (s *standIns) act(ctx context.Context, t *standInTurn, id standin.ID, do string) (bot.Next, error) {
	if do != standInCancel {
		return s.answer(ctx, t, id, do)
	}
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	v, err := s.desk.CancelStandIn(ctx, member, id)
	switch {
	case errors.Is(err, union.ErrSettled):
		t.Say("不用取消:这个代办" + standInState(v.State) + "。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到这个代办。回复\"代办\"看代办安排。")
	case err != nil:
		return bot.Next{}, err
	case v.By == member:
		t.Say("好的,您不再替 " + officerName(v.AbsentMember) + " 代办,没办完的还给对方,会告诉对方。")
	case v.State == standin.Recalled:
		t.Say("好的,不请 " + nameAndUnit(v.ByMember) + " 代办了,会告诉对方。")
	default:
		t.Say("好的,取消 " + nameAndUnit(v.ByMember) + " 的代办,没办完的还给您,会告诉对方。")
	}
	return bot.End(), nil
}

// waitsForAnswer says whether somebody waits for the member's answer.
func waitsForAnswer(ctx context.Context, desk StandInDesk, member union.MemberID) (bool, error) {
	views, err := desk.StandIns(ctx, member)
	return slices.ContainsFunc(views, func(v cases.StandInView) bool { return fits(v, member, standInAccept) }), err
}
