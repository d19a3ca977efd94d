package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// HandDesk lets tasks change hands.
type HandDesk interface {
	CouldGet(ctx context.Context, officer union.MemberID, number string) ([]union.Member, error)
	HandOver(ctx context.Context, h cases.Handing) (cases.Handed, error)
}

// hand gives a task to somebody else: 转办 JY26-0138 王芳 这一块她管.
type hand struct {
	people    people
	caseWords caseWords
	lookup    Lookup
	desk      interface {
		HandDesk
		TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
	}
}

type handData struct {
	Number string `json:"number"`
	// Word is what is done with it.
	Word bot.Word `json:"word"`
	Say  string   `json:"say,omitempty"`
	// Either are those who may be meant.
	Either []handLine `json:"either,omitempty"`
	// Back is to whom it goes back, though its author has asked for somebody else: why is yet to be said.
	Back union.MemberID `json:"back,omitempty"`
}

type handLine struct {
	Member union.MemberID `json:"member"`
	Label  string         `json:"label"`
}

type handTurn = bot.Turn[handData]

// handing is the words that change hands, as they stand in the keys of cards and of other conversations.
var handing = []bot.Word{bot.WordReassign}

// handEntry begins the conversation with a case that is known already.
func handEntry(word bot.Word, number string) bot.Entry {
	return bot.Entry{Flow: "hand", Key: string(word) + ":" + number}
}

func (h *hand) flow() bot.Flow {
	var starts []bot.Trigger
	for _, word := range handing {
		starts = append(starts, bot.OnWord(word))
	}
	return bot.Define(bot.Spec[handData]{
		Name: "hand", Rev: 1, Title: "转给别人", Expires: 30 * time.Minute,
		Starts: starts,
		Begin:  h.begin,
		To:     []bot.StepName{"who", "pick", "why"},
		Steps: []bot.Step[handData]{
			{Name: "who", To: []bot.StepName{"pick", "why"}, AskFunc: h.askWho, Handle: h.takeWho, Commands: h.calledOff()},
			{Name: "pick", To: []bot.StepName{"who", "why"}, AskFunc: h.askPick, Handle: h.takePick, Commands: h.calledOff()},
			{Name: "why", To: []bot.StepName{"who"}, AskFunc: h.askWhy, Handle: h.takeWhy, Commands: h.calledOff()},
		},
	})
}

func (h *hand) calledOff() map[bot.Word]func(context.Context, *handTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *handTurn) (bot.Next, error){
		bot.WordCancel: func(_ context.Context, t *handTurn) (bot.Next, error) {
			t.Say("好的," + t.Data.Number + " 还在您手上。")
			return bot.End(), nil
		},
	}
}

func (h *hand) begin(ctx context.Context, t *handTurn) (bot.Next, error) {
	officer, next, err := h.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	t.Data = handData{Word: t.Command.Word, Number: t.Command.Number}
	said := t.Command.Rest
	if word, number, ok := strings.Cut(t.Entry.Key, ":"); ok {
		t.Data.Word, t.Data.Number, said = bot.Word(word), number, t.Entry.Text
	}
	if t.Data.Number == "" {
		if t.Data.Number, err = onlyTask(ctx, h.desk, officer); err != nil {
			return bot.Next{}, err
		}
	}
	if t.Data.Number == "" {
		t.Say("请写清是哪一件、给谁,如\"" + t.Data.Word.Name() + " JY26-0138 王芳\"。回复\"待办\"看您手上的。")
		return bot.End(), nil
	}
	if wordless(said) {
		return h.offer(ctx, t, "")
	}
	return h.meant(ctx, t, said)
}

// onlyTask is the number of the one case that an officer has to decide; empty where there are more, or none.
func onlyTask(ctx context.Context, desk interface {
	TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
}, officer union.MemberID) (string, error) {
	open, err := desk.TaskPage(ctx, officer, cases.Spot{}, 1, false)
	if err != nil {
		return "", fmt.Errorf("list tasks: %w", err)
	}
	if len(open.Lines) != 1 || open.Next != nil {
		return "", nil
	}
	return open.Lines[0].Task.Case.Number, nil
}

// offer asks who is to get it, and names those who may. lead is said before.
func (h *hand) offer(ctx context.Context, t *handTurn, lead string) (bot.Next, error) {
	officer, err := h.people.acting(ctx, t.Talk)
	var fit []union.Member
	if err == nil {
		fit, err = h.desk.CouldGet(ctx, officer, t.Data.Number)
	}
	if err != nil {
		return h.refused(t, err)
	}
	t.Data.Either = linesOf(fit)
	t.Lead(lead)
	return bot.Goto("who"), nil
}

func linesOf(people []union.Member) []handLine {
	lines := make([]handLine, len(people))
	for i, p := range people {
		lines[i] = handLine{Member: p.ID, Label: nameAndUnit(p)}
	}
	return lines
}

func (d handData) choices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Either))
	for i, line := range d.Either {
		choices[i].Label = line.Label
	}
	return choices
}

func (h *hand) askWho(_ context.Context, t *handTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 转给谁办?回复姓名或工号,后面可以写一句说明。(不转了回\"取消\")", Choices: t.Data.choices()}, nil
}

func (h *hand) takeWho(ctx context.Context, t *handTurn) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	if i, ok := bot.Choose(t.Text(), t.Data.choices()); ok {
		return h.do(ctx, t, t.Data.Either[i].Member)
	}
	return h.meant(ctx, t, t.Text())
}

func (h *hand) askPick(_ context.Context, t *handTurn) (bot.Reply, error) {
	return bot.Reply{Text: "是哪一位?回复序号。", Choices: t.Data.choices()}, nil
}

func (h *hand) takePick(ctx context.Context, t *handTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.choices())
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	return h.do(ctx, t, t.Data.Either[i].Member)
}

// toSomebody parts 给王芳,这一块她管 into the name and what is said along with it.
func toSomebody(text string) (name, say string) {
	text = strings.TrimSpace(text)
	for _, before := range []string{"给", "请", "由"} {
		text = strings.TrimPrefix(text, before)
	}
	at := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，。;；:：", r) })
	if at < 0 {
		return text, ""
	}
	return text[:at], strings.TrimLeft(text[at:], ",，。;；:： \t\n")
}

// meant finds whoever is named, and asks which where there are several.
func (h *hand) meant(ctx context.Context, t *handTurn, text string) (bot.Next, error) {
	name, say := toSomebody(text)
	t.Data.Say = cut(say, noteRunes)
	found, err := called(ctx, h.lookup, name)
	switch {
	case err != nil:
		return bot.Next{}, err
	case nobodyClear(name, found) != "":
		return h.offer(ctx, t, nobodyClear(name, found))
	case len(found) > 1:
		next, err := h.offer(ctx, t, "") // names are told to those only who have something to hand over
		if err == nil && !next.Leaves() {
			t.Data.Either, next = linesOf(found), bot.Goto("pick")
		}
		return next, err
	}
	return h.do(ctx, t, found[0].ID)
}

func (h *hand) do(ctx context.Context, t *handTurn, to union.MemberID) (bot.Next, error) {
	officer, err := h.people.acting(ctx, t.Talk)
	var done cases.Handed
	if err == nil {
		done, err = h.desk.HandOver(ctx, cases.Handing{Number: t.Data.Number, From: officer, To: to, Say: t.Data.Say})
	}
	var unfit *cases.UnfitError
	var lacks *cases.IncompleteError
	switch {
	case errors.As(err, &unfit):
		return h.offer(ctx, t, unfitWords(unfit, t.Data.Number))
	case errors.As(err, &lacks):
		t.Data.Back = to
		return bot.Goto("why"), nil
	}
	if err != nil {
		return h.refused(t, err)
	}
	t.Say(fmt.Sprintf("%s 已转给 %s 办,不在您手上了。%s:%s。", done.Case.Number, officerName(done.To), timeKept(done.Later), promised(h.caseWords.calendar, done.Case.DueAt)))
	return bot.End(), nil
}

func (h *hand) askWhy(_ context.Context, t *handTurn) (bot.Reply, error) {
	return bot.Reply{Text: "提出人请这位回避 " + t.Data.Number + "。交回去就是不同意:为什么?写一句,会告诉提出人。(不转了回\"取消\")"}, nil
}

func (h *hand) takeWhy(ctx context.Context, t *handTurn) (bot.Next, error) {
	if !t.IsText() || noReason(t.Text()) {
		return bot.Miss(), nil
	}
	t.Data.Say = cut(strings.TrimSpace(t.Text()), noteRunes)
	return h.do(ctx, t, t.Data.Back)
}

// officerName is an officer with what is known of the office; of one without a post, the unit.
func officerName(m union.Member) string {
	if m.Post == "" {
		return nameAndUnit(m)
	}
	return officers([]union.Member{m})
}

func unfitWords(e *cases.UnfitError, number string) string {
	text := nameAndUnit(e.Who) + " 接不了 " + number + ":不是这一步的经办人、已经在办,或按规定要回避。"
	if e.By.ID != 0 {
		text = nameAndUnit(e.Who) + " 接不了 " + number + ":这一步里归 " + e.Who.Name + " 的一份,现在由 " + e.By.Name + " 代签。一个人不签两份。"
	}
	if len(e.Instead) == 0 {
		text += "现在也没有别人能接。"
	}
	return text
}

func (h *hand) refused(t *handTurn, err error) (bot.Next, error) {
	words, ok := h.caseWords.refusal(err, t.Data.Number)
	if !ok {
		return bot.Next{}, fmt.Errorf("hand over: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}
