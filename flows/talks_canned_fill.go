package flows

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// blankRunes is how long what fills a blank may be.
const blankRunes = 300

// known are the blanks of which nobody is asked.
func (k *talks) known(me, worker string) map[string]string {
	values := map[string]string{"称呼": master(worker), "姓名": worker, "我": me}
	if phone := k.words.union(); phone != "" {
		values["热线"] = phone
	}
	return values
}

// blanksOf lists the blanks of answers that the officer fills, each once.
func (k *talks) blanksOf(names []string) (blanks []string) {
	for _, c := range cannedBy(k.topics.Canned(), names) {
		_, missing := c.Fill(k.known("", ""))
		for _, b := range missing {
			if !slices.Contains(blanks, b) {
				blanks = append(blanks, b)
			}
		}
	}
	return blanks
}

// withWords fills blanks by what is written behind: the last takes what is left, and behind an answer without any it is said
// as well.
func (k *talks) withWords(names []string, words string) *cannedWish {
	w := &cannedWish{Names: names, Values: map[string]string{}}
	blanks := k.blanksOf(names)
	if len(blanks) == 0 {
		w.Rest = words
		return w
	}
	for i, b := range blanks {
		own := words
		if i < len(blanks)-1 {
			own, words, _ = strings.Cut(words, " ")
			words = strings.TrimSpace(words)
		}
		if own != "" {
			w.Values[b] = own
		}
	}
	return w
}

// fill asks for the next blank, or sends.
func (k *talks) fill(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, w *cannedWish) (bot.Next, error) {
	t.Data.Canned = w
	if k.nextBlank(w) != "" {
		return bot.Goto("blank"), nil
	}
	return k.sendCanned(ctx, t, officer, v, w)
}

// nextBlank is the first that is not filled; empty where all are.
func (k *talks) nextBlank(w *cannedWish) string {
	for _, b := range k.blanksOf(w.Names) {
		if w.Values[b] == "" {
			return b
		}
	}
	return ""
}

func (k *talks) askBlank(_ context.Context, t *talksTurn) (bot.Reply, error) {
	if t.Data.Canned == nil {
		return bot.Reply{Text: "没有等着填的常用语。"}, nil
	}
	return bot.Reply{Text: fmt.Sprintf("“%s”里的“%s”写什么?写完就发给 %s。(不发了回\"不发\")",
		strings.Join(t.Data.Canned.Names, "、"), k.nextBlank(t.Data.Canned), t.Data.Named) + t.Data.Reach}, nil
}

func (k *talks) takeBlank(ctx context.Context, t *talksTurn) (bot.Next, error) {
	officer, v, next, gone, err := k.stillHeld(ctx, t)
	if gone || err != nil {
		return next, err
	}
	w, said := t.Data.Canned, strings.TrimSpace(t.Text())
	o := order{}
	if t.IsText() {
		o = readOrder(said)
	}
	addressed, err := k.speaksTo(ctx, officer, o)
	switch {
	case err != nil:
		return bot.Next{}, err
	case w == nil:
		return k.handle(ctx, t)
	case o.Verb != verbSend, addressed && o.Number != v.Number: // an order, or a word to somebody else
		t.Data.Canned = nil
		t.Lead("常用语没有发。")
		return k.handle(ctx, t)
	case t.IsText() && slices.Contains(toNobody[:len(toNobody)-1], narrow(said)): // 0 may be what is filled in
		return k.say(t, "好,没有发出。"), nil
	case !t.IsText() || said == "":
		t.Lead("请用文字写。")
		return bot.Repeat(), nil
	case addressed: // the talk that it goes to anyhow
		said = o.Rest
	}
	if len([]rune(said)) > blankRunes {
		t.Lead(fmt.Sprintf("写长了,最多 %d 字。", blankRunes))
		return bot.Repeat(), nil
	}
	if b := k.nextBlank(w); b != "" {
		if w.Values == nil {
			w.Values = map[string]string{}
		}
		w.Values[b] = said
	}
	return k.fill(ctx, t, officer, v, w)
}

// plainNumber is how a talk is named where a blank is asked, and a day, a room or a sum may be meant as well: 12 您好, and neither
// 12号 nor 12、.
var plainNumber = regexp.MustCompile(`^\d{1,2}\s+\S`)

// speaksTo says whether what is written for a blank names a talk that the officer has or had, so that it is for that one only.
func (k *talks) speaksTo(ctx context.Context, officer union.MemberID, o order) (bool, error) {
	if o.Number == 0 || o.Loose || !plainNumber.MatchString(o.Whole) {
		return false, nil
	}
	_, err := k.desk.WasHeld(ctx, officer, o.Number)
	if errors.Is(err, union.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// sendCanned sends what was picked as one message, and the files behind it.
func (k *talks) sendCanned(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, w *cannedWish) (bot.Next, error) {
	me, err := k.people.members.Get(ctx, officer)
	if err != nil {
		return bot.Next{}, fmt.Errorf("read officer: %w", err)
	}
	values := k.known(me.Name, v.Worker.Name)
	maps.Copy(values, w.Values)
	found := cannedBy(k.topics.Canned(), w.Names)
	if len(found) < len(w.Names) { // the file was changed meanwhile
		return k.say(t, "选的常用语刚刚改过,没有发出。回复\"常用\"再看一遍。"), nil
	}
	var texts []string
	word := talk.Word{}
	for _, c := range found {
		text, _ := c.Fill(values)
		texts = append(texts, text)
		for _, name := range c.Files {
			if image, ok := k.topics.File(name); ok {
				word.Papers = append(word.Papers, talk.Paper{Name: name, Read: image.Read})
			}
		}
	}
	if w.Rest != "" {
		texts = append(texts, w.Rest)
	}
	word.Text = strings.Join(texts, "\n")
	t.Data.Canned = nil
	after, err := k.desk.Answer(ctx, officer, v.ID, word)
	if errors.Is(err, talk.ErrUnreadable) {
		return k.say(t, "附件现在读不了,没有发出。请告诉管理员看一下常用语的文件。"), nil
	}
	t.Lead("“" + word.Text + "”\n" + map[bool]string{true: fmt.Sprintf("另有附件 %d 个。", len(word.Papers))}[len(word.Papers) > 0])
	return k.sent(t, after, len(word.Papers), err, talkName(v, v.Number))
}
