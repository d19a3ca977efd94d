package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/talk"
)

// hand gives a talk to somebody who is named.
func (k talks) hand(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
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

func (k talks) handTo(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, to union.MemberID, name string) (bot.Next, error) {
	_, err := k.desk.HandOver(ctx, officer, v.ID, to, t.Data.Text)
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
	return k.done(t, err, fmt.Sprintf("%d 号已转给 %s,已告诉对方。", v.Number, name), v)
}

// over says that a question is about a talk that the officer has no more: nothing is to be answered there.
func (k talks) over(ctx context.Context, t *talksTurn, officer union.MemberID) (next bot.Next, over bool, err error) {
	held, err := k.held(ctx, officer)
	if err != nil || indexOf(held, t.Data.Talk) >= 0 {
		return bot.Next{}, false, err
	}
	t.Data.Texts, t.Data.Services, t.Data.Either, t.Data.Text = nil, nil, nil, ""
	return k.say(t, fmt.Sprintf("%d 号的对话已结束或已转走,刚才问您的不用选了,什么也没有发出。", t.Data.Number)), true, nil
}

func (k talks) askPick(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%d 号转给哪一位?回复序号,不转了回\"不转\"。", t.Data.Number), Choices: handData{Either: t.Data.Either}.choices()}, nil
}

func (k talks) takePick(ctx context.Context, t *talksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), handData{Either: t.Data.Either}.choices())
	if !ok || !t.IsText() {
		return k.say(t, fmt.Sprintf("没有转,%d 号还在您手上。", t.Data.Number)), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Pass(), nil //nolint:nilerr // an officer no more
	}
	if next, over, err := k.over(ctx, t, officer); over || err != nil {
		return next, err
	}
	to := t.Data.Either[i]
	return k.handTo(ctx, t, officer, talk.View{Talk: talk.Talk{ID: t.Data.Talk, Number: t.Data.Number}}, to.Member, to.Label)
}

// open asks the member to make a case of something that was said: 立案 建议.
func (k talks) open(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
	lines, err := k.desk.Lines(ctx, officer, v.ID)
	if err != nil {
		return k.done(t, err, "", v)
	}
	t.Data.Talk, t.Data.Number, t.Data.Texts, t.Data.Services, t.Data.Text = v.ID, v.Number, nil, nil, ""
	for _, l := range lines {
		if l.Kind == talk.Said && l.Text != "" {
			t.Data.Texts = append(t.Data.Texts, cut(l.Text, noteRunes))
		}
	}
	name, own, _ := strings.Cut(strings.TrimSpace(rest), " ")
	s, named := k.serviceCalled(name)
	if own = strings.TrimSpace(own); named && own != "" {
		return k.propose(ctx, t, officer, s.Name, own)
	}
	if len(t.Data.Texts) == 0 {
		return k.say(t, talkName(v, v.Number)+" 还没有说过什么。要立案,把内容写在后面,如\"立案 建议 给炉口加护栏\"。"), nil
	}
	if named {
		t.Data.Services = []string{s.Name}
		return k.chooseText(ctx, t, officer)
	}
	for _, likely := range k.likely(strings.Join(t.Data.Texts, "。")) {
		t.Data.Services = append(t.Data.Services, likely.Name)
	}
	return bot.Goto("service"), nil
}

// fileable are the services that a case can be proposed under: a sealed one is nobody's to propose.
func (k talks) fileable() []*service.Service {
	return slices.DeleteFunc(slices.Clone(k.services.All()), func(s *service.Service) bool { return s.Sealed || len(s.Only) > 0 })
}

// serviceCalled finds the service that is named.
func (k talks) serviceCalled(name string) (*service.Service, bool) {
	if name == "" {
		return nil, false
	}
	for _, s := range k.fileable() {
		if s.Short.In(k.language) == name || s.Title.In(k.language) == name || slices.Contains(s.Understand.Phrases, name) {
			return s, true
		}
	}
	return nil, false
}

// likelyServices is how many services are offered for what was said.
const likelyServices = 4

// likely lists the services that something may be filed under, the likeliest first, and then those that take anything.
func (k talks) likely(text string) (found []*service.Service) {
	all := k.fileable()
	add := func(s *service.Service) {
		if !slices.Contains(found, s) && len(found) < likelyServices {
			found = append(found, s)
		}
	}
	for _, l := range k.reader.read(bot.Simplified(text)).Likely {
		if i := slices.IndexFunc(all, func(s *service.Service) bool { return s.Name == l.Topic }); i >= 0 {
			add(all[i])
		}
	}
	for _, s := range all {
		if s.Understand.Anything {
			add(s)
		}
	}
	return found
}

func (k talks) serviceChoices(t *talksTurn) (choices []bot.Choice) {
	for _, name := range t.Data.Services {
		if s, ok := k.services.Current(name); ok {
			choices = append(choices, bot.Choice{Label: s.Title.In(k.language)})
		}
	}
	return append(choices, bot.Choice{Label: "先不立"})
}

func (k talks) askService(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%d 号按哪一项立案?", t.Data.Number), Choices: k.serviceChoices(t)}, nil
}

func (k talks) takeService(ctx context.Context, t *talksTurn) (bot.Next, error) {
	choices := k.serviceChoices(t)
	i, ok := bot.Choose(t.Text(), choices)
	if !ok || !t.IsText() || i == len(choices)-1 {
		return k.say(t, "没有立案。"), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Pass(), nil //nolint:nilerr // an officer no more
	}
	if next, over, err := k.over(ctx, t, officer); over || err != nil {
		return next, err
	}
	t.Data.Services = t.Data.Services[i : i+1]
	return k.chooseText(ctx, t, officer)
}

// mostTexts is how many of the member's last words are offered.
const mostTexts = 4

// chooseText takes the member's only word, or asks which.
func (k talks) chooseText(ctx context.Context, t *talksTurn, officer union.MemberID) (bot.Next, error) {
	if len(t.Data.Texts) == 1 {
		return k.propose(ctx, t, officer, t.Data.Services[0], t.Data.Texts[0])
	}
	t.Data.Texts = t.Data.Texts[max(0, len(t.Data.Texts)-mostTexts):]
	return bot.Goto("text"), nil
}

func (k talks) textChoices(t *talksTurn) (choices []bot.Choice) {
	for _, text := range t.Data.Texts {
		choices = append(choices, bot.Choice{Label: cut(text, 30)})
	}
	return append(choices, bot.Choice{Label: "这几句合起来"}, bot.Choice{Label: "先不立"})
}

func (k talks) askText(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: "用对方的哪一句?", Choices: k.textChoices(t)}, nil
}

func (k talks) takeText(ctx context.Context, t *talksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), k.textChoices(t))
	if !ok || !t.IsText() || i > len(t.Data.Texts) {
		return k.say(t, "没有立案。"), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Pass(), nil //nolint:nilerr // an officer no more
	}
	if next, over, err := k.over(ctx, t, officer); over || err != nil {
		return next, err
	}
	text := strings.Join(t.Data.Texts, ",")
	if i < len(t.Data.Texts) {
		text = t.Data.Texts[i]
	}
	return k.propose(ctx, t, officer, t.Data.Services[0], text)
}

func (k talks) propose(ctx context.Context, t *talksTurn, officer union.MemberID, name, text string) (bot.Next, error) {
	s, ok := k.services.Current(name)
	if !ok {
		return k.say(t, "这一项现在没有开放,没有立案。"), nil
	}
	v, err := k.desk.Propose(ctx, officer, t.Data.Talk, name, text)
	if err != nil {
		v = talk.View{Talk: talk.Talk{Number: t.Data.Number}}
	}
	t.Data.Texts, t.Data.Services = nil, nil
	return k.done(t, err, "正在请 "+talkName(v, v.Number)+" 确认按【"+s.Title.In(k.language)+"】提出,内容已带上。对方核对提交后按流程办,提交记录里写明由您发起。", v)
}
