package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// hand gives a talk to somebody who is named.
func (k *talks) hand(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
	name, say := toSomebody(rest)
	if wordless(name) {
		return k.say(t, "转给谁?如\"转给 王芳\"。没有照办。"), nil
	}
	found, err := called(ctx, k.lookup, name)
	switch {
	case err != nil:
		return bot.Next{}, err
	case nobodyClear(name, found) != "":
		return k.say(t, nobodyClear(name, found)+talkName(v, v.Number)+" 还在您手上。"), nil
	}
	t.Data.Text = say
	if len(found) > 1 {
		t.Data.Talk, t.Data.Number, t.Data.Either = v.ID, v.Number, linesOf(found)
		return bot.Goto("pick"), nil
	}
	return k.handTo(ctx, t, officer, v, found[0].ID, nameAndUnit(found[0]))
}

func (k *talks) handTo(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, to union.MemberID, name string) (bot.Next, error) {
	after, err := k.desk.HandOver(ctx, officer, v.ID, to, t.Data.Text)
	still := "," + fmt.Sprintf("%d 号", v.Number) + " 还在您手上。"
	switch {
	case errors.Is(err, talk.ErrFull):
		return k.say(t, name+" 手上的对话已满"+still), nil
	case errors.Is(err, union.ErrForbidden):
		return k.say(t, name+" 接不了:不管这一块、不在岗、就是本人,或者自己正在找人谈"+still), nil
	}
	if err == nil && t.Data.Default == v.ID {
		t.Data.Default, t.Data.Name = 0, ""
	}
	return k.done(t, err, fmt.Sprintf("%d 号已转给 %s%s", v.Number, name, k.words.toldOf(after.Window)), v)
}

// over says that a question is about a talk that the officer has no more: nothing is to be answered there.
func (k *talks) over(ctx context.Context, t *talksTurn, officer union.MemberID) (next bot.Next, over bool, err error) {
	held, err := k.held(ctx, officer)
	if err != nil || indexOf(held, t.Data.Talk) >= 0 {
		return bot.Next{}, false, err
	}
	t.Data.Said, t.Data.Services, t.Data.Either, t.Data.Text = nil, nil, nil, ""
	return k.say(t, fmt.Sprintf("%d 号的对话已结束或已转走,刚才问您的不用选了,什么也没有发出。", t.Data.Number)), true, nil
}

func (k *talks) askPick(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%d 号转给哪一位?回复序号,不转了回\"不转\"。", t.Data.Number), Choices: handData{Either: t.Data.Either}.choices()}, nil
}

func (k *talks) takePick(ctx context.Context, t *talksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), handData{Either: t.Data.Either}.choices())
	if !ok || !t.IsText() {
		return k.say(t, fmt.Sprintf("没有转,%d 号还在您手上。", t.Data.Number)), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return noOfficer(err)
	}
	if next, over, err := k.over(ctx, t, officer); over || err != nil {
		return next, err
	}
	to := t.Data.Either[i]
	return k.handTo(ctx, t, officer, talk.View{Talk: talk.Talk{ID: t.Data.Talk, Number: t.Data.Number}}, to.Member, to.Label)
}
