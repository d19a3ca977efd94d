package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// obey does what an officer's message asks for, in the talk that it names or the chosen one.
func (k *talks) obey(ctx context.Context, t *talksTurn, officer union.MemberID) (bot.Next, error) {
	o := order{}
	if t.IsText() {
		if m := asksWorker.FindStringSubmatch(strings.TrimSpace(t.Text())); m != nil { // a member's name is nothing for another
			return bot.Visit(bot.Entry{Flow: "worker", Key: m[1], Text: t.Text()}), nil
		}
		if e, ok := countsAsked(t.Text()); ok { // nor are figures
			return bot.Visit(e), nil
		}
		o = readOrder(t.Text())
	}
	switch o.Verb {
	case verbList:
		return k.list(ctx, t, officer)
	case verbNotes:
		return bot.Visit(bot.Entry{Flow: "told_notes"}), nil
	}
	held, err := k.held(ctx, officer)
	if err != nil {
		return bot.Next{}, err
	}
	if o.Verb == verbSend && (!t.IsText() || o.Number == 0 || o.Loose) {
		return k.unaddressed(ctx, t, officer, held, o)
	}
	v, refused, err := k.meant(ctx, t, officer, held, o)
	if err != nil || refused != "" {
		return k.say(t, refused), err
	}
	if v.ID == 0 {
		return k.say(t, "是哪个对话?请带上号,如\""+fmt.Sprint(held[0].Number)+" "+strings.TrimSpace(o.Whole)+"\"。没有照办。"), nil
	}
	if o.Verb == verbSend && t.Data.Once {
		return k.whom(ctx, t, officer, []talk.View{v}, o.Rest)
	}
	return k.act(ctx, t, officer, v, o)
}

// meant finds the talk that a message names, or the chosen one where it names none. The talk is nobody's where it is not
// clear which.
func (k *talks) meant(ctx context.Context, t *talksTurn, officer union.MemberID, held []talk.View, o order) (v talk.View, refused string, err error) {
	undone := map[bool]string{true: "这句没有发出", false: "没有照办"}[o.Verb == verbSend]
	if o.Number > 0 {
		if i := numbered(held, o.Number); i >= 0 {
			return held[i], "", nil
		}
		who, err := k.desk.WasHeld(ctx, officer, o.Number)
		switch {
		case errors.Is(err, union.ErrNotFound):
			return v, fmt.Sprintf("没有 %d 号对话,%s。回复\"对话\"看全部。", o.Number, undone), nil
		case err != nil:
			return v, "", fmt.Errorf("find talk: %w", err)
		}
		return v, fmt.Sprintf("%d 号(%s)的对话已结束或已转走,%s。", o.Number, who.Name, undone), nil
	}
	switch i := indexOf(held, t.Data.Default); {
	case i >= 0:
		return held[i], "", nil
	case t.Data.Default != 0:
		name := t.Data.Name
		t.Data.Default, t.Data.Name = 0, ""
		return v, name + " 的对话已结束或已转走," + undone + "。回复\"对话\"看全部。", nil
	case len(held) == 0:
		return v, "您手上现在没有对话。", nil
	case len(held) == 1 && o.Verb != verbSend:
		return held[0], "", nil // what happens names it
	}
	return v, "", nil
}

// unaddressed sends what names no talk to the chosen one. Where none is chosen, or the number that it begins with may
// name one, it is asked.
func (k *talks) unaddressed(ctx context.Context, t *talksTurn, officer union.MemberID, held []talk.View, o order) (bot.Next, error) {
	i, named := indexOf(held, t.Data.Default), -1
	if o.Loose {
		named = numbered(held, o.Number)
	}
	if i < 0 && t.Data.Default != 0 {
		name := t.Data.Name
		t.Data.Default, t.Data.Name = 0, ""
		return k.say(t, name+" 的对话已结束或已转走,这句没有发出。回复\"对话\"看全部。"), nil
	}
	switch {
	case len(held) == 0:
		return k.say(t, "您手上现在没有对话,这句没有发出。"), nil
	case i >= 0 && (named < 0 || named == i && o.Rest != ""):
		if other := addressed(held, i, o.Whole); other >= 0 {
			return k.whom(ctx, t, officer, []talk.View{held[i], held[other]}, o.Whole)
		}
		return k.send(ctx, t, officer, held[i], o.Whole)
	case i >= 0:
		return k.whom(ctx, t, officer, []talk.View{held[i], held[named]}, o.Whole)
	}
	return k.whom(ctx, t, officer, held, o.Whole)
}

// addressed finds another member whom the words speak to by name, and not the chosen one; -1 where there is none.
func addressed(held []talk.View, chosen int, text string) int {
	names := func(v talk.View) bool {
		return strings.Contains(text, v.Worker.Name) || strings.Contains(text, master(v.Worker.Name))
	}
	if names(held[chosen]) {
		return -1
	}
	return slices.IndexFunc(held, names)
}

// whom asks to whom a message goes.
func (k *talks) whom(ctx context.Context, t *talksTurn, officer union.MemberID, held []talk.View, text string) (bot.Next, error) {
	w, err := k.word(ctx, t, officer, text)
	if err != nil {
		return bot.Next{}, err
	}
	p := &pendingWord{Word: w, Said: t.Text()}
	for _, v := range held {
		if !slices.Contains(p.Talks, v.ID) {
			p.Talks, p.Numbers, p.Names = append(p.Talks, v.ID), append(p.Numbers, v.Number), append(p.Names, v.Worker.Name)
		}
	}
	t.Data.Pending = p
	return bot.Goto("whom"), nil
}

func (k *talks) word(ctx context.Context, t *talksTurn, officer union.MemberID, text string) (talk.Word, error) {
	w, err := wordOf(ctx, t.Talk, k.attach, officer)
	if t.IsText() {
		w.Text = text
	}
	return w, err
}

// whose finds which of the talks is named: by its number, as everywhere, or by the member's name; -1 where none is.
func (p *pendingWord) whose(text string) int {
	if m := justNumber.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // two digits
		return slices.Index(p.Numbers, n)
	}
	i := slices.Index(p.Names, text)
	if i >= 0 && slices.Contains(p.Names[i+1:], text) {
		return -1
	}
	return i
}

var (
	justNumber = regexp.MustCompile(`^(?:发给)?\s*#?\s*(\d{1,2})\s*号?[\s。.]*$`)
	toNobody   = []string{"不发", "不发了", "都不发", "别发", "算了", "取消", "0"}
)

func (k *talks) askWhom(_ context.Context, t *talksTurn) (bot.Reply, error) {
	p := t.Data.Pending
	if p == nil {
		return bot.Reply{Text: "没有等着发的话。"}, nil
	}
	text := "这句发给谁?“" + lineText(talk.Line{Text: cut(p.Text, 60), Form: p.Form}) + "”"
	for i := range p.Talks {
		text += fmt.Sprintf("\n回 %d 发给 %d 号 %s", p.Numbers[i], p.Numbers[i], p.Names[i])
	}
	return bot.Reply{Text: text + "\n回\"不发\"就不发"}, nil
}

func (k *talks) takeWhom(ctx context.Context, t *talksTurn) (bot.Next, error) {
	p, said := t.Data.Pending, narrow(t.Text())
	if p == nil {
		return k.handle(ctx, t)
	}
	if t.IsText() && slices.Contains(toNobody, said) {
		t.Data.Pending = nil
		if t.Data.Once && p.Said != "" {
			t.Aside(p.Said)
			return k.say(t, "好,没有发出。是刚才那个问题的回答,就原样再说一遍。"), nil
		}
		return k.say(t, "好,没有发出。"), nil
	}
	i := p.whose(said)
	if i < 0 || !t.IsText() {
		t.Lead("上一句没有发出。")
		if o := readOrder(t.Text()); t.IsText() && (o.Verb != verbSend || o.Number > 0 && !o.Loose) {
			t.Data.Pending = nil
			return k.handle(ctx, t)
		}
		t.Lead("这一条也没有收,请先回号。")
		return bot.Repeat(), nil
	}
	t.Data.Pending = nil
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return noOfficer(err)
	}
	v, err := k.desk.Answer(ctx, officer, p.Talks[i], p.Word)
	return k.sent(t, v, 0, err, fmt.Sprintf("%d 号 %s", p.Numbers[i], p.Names[i]))
}

// send sends the message of this turn.
func (k *talks) send(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, text string) (bot.Next, error) {
	w, err := k.word(ctx, t, officer, text)
	if err != nil {
		return bot.Next{}, err
	}
	after, err := k.desk.Answer(ctx, officer, v.ID, w)
	return k.sent(t, after, 0, err, talkName(v, v.Number))
}

// goesOut says how an answer fares where the member writes, with the files behind it.
func (w *talkWords) goesOut(win talk.Window, papers int) string {
	switch {
	case win.Shut():
		return "公众号窗口已关," + kept(win) + "。"
	case !win.Limited || !win.Known:
		return "正在发。"
	}
	text := fmt.Sprintf("正在发。公众号这之后还能发 %d 条,到 %s。", max(0, win.Left-1-papers), w.calendar.Speech(win.Until))
	if win.Left <= papers { // the words take the first
		text += "附件等对方再说话时发。"
	}
	return text
}

// sent tells to whom a message is on its way, with how many files, and how it fares there.
func (k *talks) sent(t *talksTurn, v talk.View, papers int, err error, name string) (bot.Next, error) {
	if isAny(err, union.ErrSettled, union.ErrForbidden, union.ErrNotFound) {
		t.Data.Default, t.Data.Name = 0, ""
		return k.say(t, name+" 的对话已结束或已转走,这句没有发出。"), nil
	}
	if errors.Is(err, talk.ErrEmpty) {
		return k.say(t, name+":号后面没有写话,没有发出。"), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("answer member: %w", err)
	}
	text := "→ " + talkName(v, v.Number) + ":" + k.words.goesOut(v.Window, papers)
	switch {
	case t.Data.Once || t.Data.Default == v.ID:
	case t.Data.Default == 0:
		t.Data.choose(v)
		text += "之后直接写也发给 " + v.Worker.Name + "。"
	default: // the officer goes from one to another: words without a number may be for either
		t.Data.Default, t.Data.Name = 0, ""
		text += "之后直接写,会先问您发给谁。"
	}
	return k.say(t, text), nil
}

// act does something with a talk.
func (k *talks) act(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, o order) (bot.Next, error) {
	switch o.Verb {
	case verbSwitch:
		t.Data.Once = false
		t.Data.choose(v)
		return k.say(t, "好,直接写就发给 "+t.Data.Name+"。"+k.words.inBrackets(v.Window)), nil
	case verbNote:
		_, err := k.desk.Note(ctx, officer, v.ID, o.Rest)
		return k.done(t, err, "记在 "+talkName(v, v.Number)+" 的备注里,只有经手的同志看得到。", v)
	case verbTell:
		return k.mention(ctx, t, officer, v, o.Rest)
	case verbEnd:
		return k.end(ctx, t, officer, v, o.Rest)
	case verbHand:
		return k.hand(ctx, t, officer, v, o.Rest)
	case verbCanned:
		return k.canned(ctx, t, officer, v, o.Rest)
	case verbCase:
		return k.open(ctx, t, officer, v, o.Rest)
	case verbRecord:
		return k.record(ctx, t, officer, v)
	}
	return k.send(ctx, t, officer, v, o.Rest)
}

// done says that something was done, or why not.
func (k *talks) done(t *talksTurn, err error, text string, v talk.View) (bot.Next, error) {
	switch {
	case isAny(err, union.ErrSettled, union.ErrForbidden, union.ErrNotFound):
		text = talkName(v, v.Number) + " 的对话已结束或已转走,没有照办。"
	case err != nil:
		return bot.Next{}, fmt.Errorf("talk: %w", err)
	}
	return k.say(t, text), nil
}

func (k *talks) end(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
	_, unasked := cutUnasked(" " + rest)
	_, err := k.desk.End(ctx, officer, v.ID, unasked)
	text := talkName(v, v.Number) + " 的对话已结束,对方再说话由机器人答。" + k.words.parked(v.Window)
	if err == nil && t.Data.Default == v.ID {
		t.Data.Default, t.Data.Name = 0, ""
	}
	if err == nil && !t.Data.Once {
		if held, err := k.held(ctx, officer); err != nil || len(held) == 0 {
			t.Say(text)
			return bot.End(), err
		}
		text += "还有别的对话,回复\"对话\"看。"
	}
	return k.done(t, err, text, v)
}

// record shows what was said in a talk, with the notes.
func (k *talks) record(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View) (bot.Next, error) {
	lines, err := k.desk.Lines(ctx, officer, v.ID)
	text := talkName(v, v.Number) + "(" + v.Worker.Unit() + "),从 " + k.words.calendar.Speech(v.OpenedAt) + " 开始:"
	for _, l := range lines {
		if words := k.words.happened(l); words != "" {
			text += "\n· " + words
		}
	}
	return k.done(t, err, text, v)
}

// happened is a line of the record.
func (w *talkWords) happened(l talk.Line) string {
	at := w.calendar.Local(l.At).Format("15:04") + " "
	switch l.Kind {
	case talk.Said, talk.Answer, talk.Note:
		return at + spokenBy(l)
	case talk.Given:
		why := map[talk.Why]string{talk.Silence: "没有按时回,", talk.Shift: "不当班,", talk.Up: "没有按时回,往上转,", talk.Gone: "原经手人不在岗,", talk.ByHolder: "转交,"}[l.Why]
		return at + why + "由 " + l.Name + " 接手"
	case talk.Told:
		return at + "备注已告诉 " + l.Name
	case talk.Queued:
		return at + map[bool]string{true: "没有按时回,放回队列", false: "排队"}[l.Why == talk.Back]
	case talk.Proposed:
		return at + l.Name + " 建议立案"
	case talk.Begun:
		return at + l.Name + " 开始填单"
	}
	return ""
}
