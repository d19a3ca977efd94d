package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/talk"
)

// mentionWish is a note that names colleagues, while it is asked who is meant.
type mentionWish struct {
	Text string `json:"text"`
	// Names are those for whom nobody was chosen yet, To whom the others mean.
	Names []string         `json:"names,omitempty"`
	To    []union.MemberID `json:"to,omitempty"`
}

// mention keeps a note, and tells the colleagues whom it names: @李芳 他家上次也申请过.
func (k *talks) mention(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, text string) (bot.Next, error) {
	w := &mentionWish{Text: strings.TrimSpace(text)}
	for _, m := range mentions.FindAllStringSubmatch(w.Text, -1) {
		if !slices.Contains(w.Names, m[1]) {
			w.Names = append(w.Names, m[1])
		}
	}
	if wordless(mentions.ReplaceAllString(w.Text, "")) && !k.runsOn(ctx, w.Names) {
		return k.say(t, "要告诉什么?写在名字后面,如\"@李芳 这家上次也申请过\"。没有记,也没有发出。"), nil
	}
	t.Data.Talk, t.Data.Number, t.Data.Named, t.Data.Mention = v.ID, v.Number, talkName(v, v.Number), w
	return k.meantBy(ctx, t, officer, v)
}

// runsOn says whether a name has words right behind it: @李芳请看一下.
func (k *talks) runsOn(ctx context.Context, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, found, err := k.colleagues(ctx, name)
		return err == nil && len(found) < len(name)
	})
}

// nameRunes is how long a name of Chinese characters is at most, where words follow it without a blank.
const nameRunes = 4

// colleagues finds whom a mention means, and the name by which they were found: words may follow it without a blank, but no
// figures follow a staff number.
func (k *talks) colleagues(ctx context.Context, said string) ([]union.Member, string, error) {
	found, err := called(ctx, k.lookup, said)
	if err != nil || len(found) > 0 || !unicode.Is(unicode.Han, []rune(said)[0]) {
		return found, said, err
	}
	runes := []rune(said)
	for n := min(len(runes)-1, nameRunes); n >= 2; n-- {
		name := string(runes[:n])
		if found, err = called(ctx, k.lookup, name); err != nil || len(found) > 0 {
			return found, name, err
		}
	}
	return nil, said, nil
}

// meantBy finds the next colleague who is named, and asks which where there are several.
func (k *talks) meantBy(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View) (bot.Next, error) {
	w := t.Data.Mention
	for len(w.Names) > 0 {
		found, name, err := k.colleagues(ctx, w.Names[0])
		switch {
		case err != nil:
			return bot.Next{}, err
		case nobodyClear(name, found) != "":
			return k.say(t, nobodyClear(name, found)+"没有记,也没有发出。"), nil
		case len(found) > 1:
			t.Data.Either = linesOf(found)
			return bot.Goto("colleague"), nil
		}
		w.Names = w.Names[1:]
		w.To = append(w.To, found[0].ID)
	}
	t.Data.Mention = nil
	if slices.Contains(w.To, v.Worker.ID) {
		return k.say(t, v.Worker.Name+" 就是对方,备注不给对方看:没有记,也没有发出。要发给对方,不写 @ 就行。"), nil
	}
	done, err := k.desk.Mention(ctx, officer, v.ID, w.To, w.Text)
	return k.done(t, err, mentioned(done), v)
}

// mentioned says who was told, and who was not.
func mentioned(m talk.Mentioned) string {
	text := "记在 " + talkName(m.View, m.Number) + " 的备注里,对方看不到。"
	if len(m.Told) > 0 {
		text += "正在告诉 " + namesAndUnits(m.Told) + "。"
	}
	if len(m.Apart) > 0 {
		text += namesAndUnits(m.Apart) + " 不能知道这个对话,没有告诉。"
	}
	return text
}

func namesAndUnits(people []union.Member) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = nameAndUnit(p)
	}
	return strings.Join(names, "、")
}

func (k *talks) askColleague(_ context.Context, t *talksTurn) (bot.Reply, error) {
	return bot.Reply{Text: "备注告诉哪一位?回复序号,不记了回\"不记\"。", Choices: handData{Either: t.Data.Either}.choices()}, nil
}

func (k *talks) takeColleague(ctx context.Context, t *talksTurn) (bot.Next, error) {
	officer, v, next, gone, err := k.stillHeld(ctx, t)
	if gone || err != nil {
		return next, err
	}
	i, ok := bot.Choose(t.Text(), handData{Either: t.Data.Either}.choices())
	if !ok || !t.IsText() || t.Data.Mention == nil {
		t.Data.Mention = nil
		return k.say(t, "没有记,也没有发出。"), nil
	}
	w := t.Data.Mention
	w.Names, w.To = w.Names[1:], append(w.To, t.Data.Either[i].Member)
	return k.meantBy(ctx, t, officer, v)
}

// toldNotes shows a colleague the notes that named them: 看备注.
type toldNotes struct {
	people people
	words  talkWords
	desk   interface {
		Told(ctx context.Context, colleague union.MemberID) ([]talk.ToldNote, error)
	}
}

func (n *toldNotes) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "told_notes", Rev: 1, Title: "看备注", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnPhrase("看备注"), bot.OnPhrase("查看备注")}, Begin: n.begin,
	})
}

func (n *toldNotes) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	colleague, next, err := n.people.known(ctx, t.Talk)
	if colleague == 0 {
		return next, err
	}
	notes, err := n.desk.Told(ctx, colleague)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read notes: %w", err)
	}
	if len(notes) == 0 {
		t.Say("近两周没有您能看的备注。")
		return bot.End(), nil
	}
	lines := []string{"同事备注里提到您的(只有同事能看):"}
	for _, note := range notes {
		lines = append(lines, fmt.Sprintf("· %s 与 %s(%s)的对话,%s", n.words.calendar.Speech(note.Note.At), note.Worker.Name, note.Worker.Unit(), note.Note.Text))
	}
	t.Say(strings.Join(lines, "\n"))
	return bot.End(), nil
}

// linesMentioned is how many of the last words go along with a note to a colleague.
const linesMentioned = 4

// TalkMentioned implements talk.Words.
func (n *Notices) TalkMentioned(v talk.View, note talk.Line, before []talk.Line) notice.Body {
	if v.Personal {
		return notice.Body{Text: note.Name + " 在一个对话(保密)的备注里提到您。内容不在这里显示,回复\"看备注\"看;要商量直接找 " + note.Name + "。"}
	}
	text := note.Name + " 与 " + v.Worker.Name + "(" + v.Worker.Unit() + ")对话的备注里提到您,对方看不到:\n" + cut(note.Text, 300)
	if before = before[max(0, len(before)-linesMentioned):]; len(before) > 0 {
		text += "\n刚才说的:"
	}
	for _, l := range before {
		text += "\n· " + cut(spokenBy(l), 100)
	}
	return notice.Body{Text: text + "\n要商量直接找 " + note.Name + "。"}
}
