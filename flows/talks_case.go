package flows

import (
	"cmp"
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

// open asks the member to make a case of something that was said: 立案 建议.
func (k *talks) open(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
	all, err := k.saidIn(ctx, officer, v.ID)
	if err != nil {
		return k.done(t, err, "", v)
	}
	t.Data.Talk, t.Data.Number, t.Data.Said, t.Data.Services, t.Data.Text = v.ID, v.Number, nil, nil, ""
	name, own, _ := strings.Cut(strings.TrimSpace(rest), " ")
	s, named := k.serviceCalled(name)
	if own = strings.TrimSpace(own); named && own != "" {
		return k.propose(ctx, t, officer, s.Name, talkText{Text: own})
	}
	if len(all) == 0 {
		return k.say(t, talkName(v, v.Number)+" 还没有说过什么。要立案,把内容写在后面,如\"立案 建议 给炉口加护栏\"。"), nil
	}
	if named {
		t.Data.Services = []string{s.Name}
		return k.chooseText(ctx, t, officer)
	}
	for _, likely := range k.likely(wordsOf(all, "。")) {
		t.Data.Services = append(t.Data.Services, likely.Name)
	}
	return bot.Goto("service"), nil
}

// fileable are the services that a case can be proposed under: a sealed one is nobody's to propose.
func (k *talks) fileable() []*service.Service {
	return slices.DeleteFunc(slices.Clone(k.services.All()), func(s *service.Service) bool { return s.Sealed || len(s.Only) > 0 })
}

// serviceCalled finds the service that is named.
func (k *talks) serviceCalled(name string) (*service.Service, bool) {
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
func (k *talks) likely(text string) (found []*service.Service) {
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

func (k *talks) serviceChoices(t *talksTurn) (choices []bot.Choice) {
	for _, name := range t.Data.Services {
		if s, ok := k.services.Current(name); ok {
			choices = append(choices, bot.Choice{Label: s.Title.In(k.language)})
		}
	}
	return append(choices, bot.Choice{Label: "先不立"})
}

func (k *talks) askService(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("%d 号按哪一项立案?", t.Data.Number), Choices: k.serviceChoices(t)}, nil
}

// chosen is which of some choices an officer takes; over says that there is no case to be made, and next what follows.
func (k *talks) chosen(ctx context.Context, t *talksTurn, choices []bot.Choice) (i int, officer union.MemberID, next bot.Next, over bool, err error) {
	i, ok := bot.Choose(t.Text(), choices)
	if !ok || !t.IsText() || i == len(choices)-1 {
		return 0, 0, k.say(t, "没有立案。"), true, nil
	}
	if officer, err = k.people.acting(ctx, t.Talk); err != nil {
		next, err = noOfficer(err)
		return 0, 0, next, err == nil, err
	}
	next, over, err = k.over(ctx, t, officer)
	return i, officer, next, over, err
}

func (k *talks) takeService(ctx context.Context, t *talksTurn) (bot.Next, error) {
	choices := k.serviceChoices(t)
	i, officer, next, over, err := k.chosen(ctx, t, choices)
	if over || err != nil {
		return next, err
	}
	t.Data.Services = t.Data.Services[i : i+1]
	return k.chooseText(ctx, t, officer)
}

// talkText is something that the member has said: words, a voice message, or both.
type talkText struct {
	Text  string `json:"text,omitempty"`
	Sound int64  `json:"sound,omitempty"`
	// Day is when it was said, of what has no words.
	Day string `json:"day,omitempty"`
}

func (s talkText) label() string {
	if s.Text == "" {
		return spokenOnly + " " + s.Day
	}
	return cut(s.Text, 30)
}

// saidIn lists what the member has said in a talk that a case can be made of.
func (k *talks) saidIn(ctx context.Context, officer union.MemberID, id talk.ID) (all []talkText, err error) {
	lines, err := k.desk.Lines(ctx, officer, id)
	for _, l := range lines {
		said := talkText{Text: cut(l.Text, noteRunes)}
		if l.Form == talk.Voice {
			said.Sound, said.Day = l.Attachment, k.words.calendar.Speech(l.At)
		}
		if l.Kind == talk.Said && (said.Text != "" || said.Sound != 0) {
			all = append(all, said)
		}
	}
	return all, err
}

func wordsOf(said []talkText, between string) string {
	var texts []string
	for _, s := range said {
		if s.Text != "" {
			texts = append(texts, s.Text)
		}
	}
	return strings.Join(texts, between)
}

// mostTexts is how many of the member's words are offered at a time: the last, and with 更多 those before.
const mostTexts = 4

// chooseText takes the member's only word, or asks which.
func (k *talks) chooseText(ctx context.Context, t *talksTurn, officer union.MemberID) (bot.Next, error) {
	all, err := k.saidIn(ctx, officer, t.Data.Talk)
	if err != nil {
		return k.done(t, err, "", talk.View{Talk: talk.Talk{Number: t.Data.Number}})
	}
	if len(all) == 1 {
		return k.propose(ctx, t, officer, t.Data.Services[0], all[0])
	}
	t.Data.window(all, len(all))
	return bot.Goto("text"), nil
}

// window offers what was said last before the nth word.
func (d *talksData) window(all []talkText, end int) {
	d.Before = max(0, end-mostTexts)
	d.Said = all[d.Before:end]
}

// older offers what was said before (更多).
func (k *talks) older(ctx context.Context, t *talksTurn) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return noOfficer(err)
	}
	if next, over, err := k.over(ctx, t, officer); over || err != nil {
		return next, err
	}
	all, err := k.saidIn(ctx, officer, t.Data.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Data.Before == 0 || t.Data.Before > len(all) {
		t.Lead("再前面没有了。")
		return bot.Repeat(), nil
	}
	t.Data.window(all, t.Data.Before)
	return bot.Goto("text"), nil
}

func (k *talks) textChoices(t *talksTurn) (choices []bot.Choice) {
	for _, said := range t.Data.Said {
		choices = append(choices, bot.Choice{Label: said.label()})
	}
	worded := slices.DeleteFunc(slices.Clone(t.Data.Said), func(s talkText) bool { return s.Text == "" })
	if len(worded) > 1 {
		choices = append(choices, bot.Choice{Label: "这几句合起来"})
	}
	return append(choices, bot.Choice{Label: "先不立"})
}

func (k *talks) textCommands() map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error) {
	commands := k.declines(k.takeText)
	commands[bot.WordMore] = k.older
	return commands
}

func (k *talks) askText(_ context.Context, t *talksTurn) (bot.Reply, error) {
	ask := "用对方的哪一句?"
	if t.Data.Before > 0 {
		ask += "更早的回复\"更多\"。"
	}
	return bot.Reply{Text: ask, Choices: k.textChoices(t)}, nil
}

func (k *talks) takeText(ctx context.Context, t *talksTurn) (bot.Next, error) {
	choices := k.textChoices(t)
	i, officer, next, over, err := k.chosen(ctx, t, choices)
	if over || err != nil {
		return next, err
	}
	said := talkText{Text: wordsOf(t.Data.Said, ",")}
	if i < len(t.Data.Said) {
		said = t.Data.Said[i]
	}
	return k.propose(ctx, t, officer, t.Data.Services[0], said)
}

func (k *talks) propose(ctx context.Context, t *talksTurn, officer union.MemberID, name string, said talkText) (bot.Next, error) {
	s, ok := k.services.Current(name)
	if !ok {
		return k.say(t, "这一项现在没有开放,没有立案。"), nil
	}
	v, err := k.desk.Propose(ctx, officer, t.Data.Talk, name, cmp.Or(said.Text, spokenOnly), said.Sound)
	var filed *talk.FiledError
	if errors.As(err, &filed) {
		return k.say(t, "这段语音已经在 "+filed.Number+" 里了,没有再立一件。是另一件事,请把内容写在后面,如\"立案 建议 给炉口加护栏\"。"), nil
	}
	if err != nil {
		v = talk.View{Talk: talk.Talk{Number: t.Data.Number}}
	}
	t.Data.Said, t.Data.Services = nil, nil
	return k.done(t, err, "正在请 "+talkName(v, v.Number)+" 确认按【"+s.Title.In(k.language)+"】提出,内容已带上。对方核对提交后按流程办,提交记录里写明由您发起。"+k.words.parked(v.Window), v)
}
