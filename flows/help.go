package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// HelpDesk shows colleagues what officers have asked them for, and takes their answers.
type HelpDesk interface {
	WantedHelp(ctx context.Context, helper union.MemberID, number string) (cases.HelpView, error)
	// WantedHelps lists up to most of what officers have asked a colleague for.
	WantedHelps(ctx context.Context, helper union.MemberID, most int) ([]cases.HelpView, error)
	HelpAnswer(ctx context.Context, helper union.MemberID, number, text string, pictures []cases.ID) (cases.HelpView, error)
}

// help answers an officer who has asked: 答复 JY26-0138 坑深五厘米.
type help struct {
	people    people
	caseWords caseWords
	desk      interface {
		HelpDesk
		Attach(ctx context.Context, a cases.Attachment) (cases.ID, error)
		TaskByNumber(ctx context.Context, officer union.MemberID, number string) (cases.TaskView, error)
	}
	// decides finds what decision a sentence is.
	decides func(text string) []bot.Guess
}

type helpData struct {
	Number string `json:"number"`
	// Pictures go with the answer.
	Pictures []cases.ID `json:"pictures,omitempty"`
	Spoken   aloud      `json:"spoken,omitzero"`
}

type helpTurn = bot.Turn[helpData]

const (
	answersHelp = "答复"
	helpPrefix  = "help"
)

func helpEntry(number string) bot.Entry {
	return bot.Entry{Flow: "help", Key: helpPrefix + ":" + number}
}

func (h *help) flow() bot.Flow {
	return bot.Define(bot.Spec[helpData]{
		Name: "help", Rev: 1, Title: "答复委派", Expires: 30 * time.Minute,
		Starts:  []bot.Trigger{bot.OnTap(helpPrefix), bot.OnWord(bot.WordAnswer)},
		HandsTo: []string{"tasks"},
		Begin:   h.begin,
		Steps: []bot.Step[helpData]{{
			Name: "answer", Verbatim: true, AskFunc: h.ask,
			Handle: func(ctx context.Context, t *helpTurn) (bot.Next, error) {
				if pictured(t.Message) {
					return h.picture(ctx, t)
				}
				why, err := unheard(t.Talk, func() (*service.Service, error) { return h.service(ctx, t) })
				if err != nil {
					return h.refused(t, err)
				}
				if t.Data.Spoken.listens(t.Talk, why) {
					return bot.Repeat(), nil
				}
				if !t.IsText() || wordless(t.Text()) {
					return bot.Miss(), nil
				}
				return h.answer(ctx, t, t.Text())
			},
			Commands: map[bot.Word]func(context.Context, *helpTurn) (bot.Next, error){
				bot.WordAnswer: h.again,
				bot.WordCancel: func(_ context.Context, t *helpTurn) (bot.Next, error) {
					t.Say("好的,先不答复。想好了回复\"" + answersHelp + " " + t.Data.Number + "\"再写内容。")
					return bot.End(), nil
				},
			},
		}},
	})
}

func (h *help) begin(ctx context.Context, t *helpTurn) (bot.Next, error) {
	helper, next, err := h.people.known(ctx, t.Talk)
	if helper == 0 {
		return next, err
	}
	text := ""
	if t.Command.Word == bot.WordAnswer {
		if next, err := h.said(ctx, t, helper); err != nil || next.Leaves() {
			return next, err
		}
		text = t.Command.Rest
	} else {
		_, t.Data.Number, _ = strings.Cut(t.Entry.Key, ":")
	}
	if !wordless(text) {
		return h.answer(ctx, t, text)
	}
	if _, err := h.desk.WantedHelp(ctx, helper, t.Data.Number); err != nil {
		return h.refused(t, err)
	}
	return bot.Goto("answer"), nil
}

// again takes 答复 JY26-0138 坑深五厘米 where that is what is asked: the pictures that came before go with it. Another case is begun
// anew.
func (h *help) again(ctx context.Context, t *helpTurn) (bot.Next, error) {
	switch cmd := t.Command; {
	case cmd.Number != "" && cmd.Number != t.Data.Number:
		t.Data = helpData{}
		return h.begin(ctx, t)
	case wordless(cmd.Rest):
		return bot.Repeat(), nil
	default:
		return h.answer(ctx, t, cmd.Rest)
	}
}

func (h *help) ask(ctx context.Context, t *helpTurn) (bot.Reply, error) {
	helper, err := h.people.acting(ctx, t.Talk)
	var v cases.HelpView
	if err == nil {
		v, err = h.desk.WantedHelp(ctx, helper, t.Data.Number)
	}
	if words, ok := h.caseWords.refusal(err, t.Data.Number); ok {
		return bot.Reply{Text: words}, nil
	}
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read what is asked: %w", err)
	}
	if reply, open := t.Data.Spoken.reply(); open {
		return reply, nil
	}
	if len(t.Data.Pictures) > 0 {
		return bot.Reply{Text: fmt.Sprintf("还有就接着发;请写一句核实的结果,连同照片转给 %s。(现在答不了回\"取消\")", v.Officer.Name)}, nil
	}
	text := fmt.Sprintf("%s %s\n%s 委派您:%s\n%s\n请直接写核实的结果(可以先发照片),会转给 %s,由委派人来定。(现在答不了回\"取消\")",
		v.View.Case.Number, v.View.Service.Title.In(h.caseWords.language), officer(v.Officer), v.Say, h.caseWords.detail(v.View), v.Officer.Name)
	return bot.Reply{Text: text}, nil
}

// service reads the service of the case about which the answer is wanted.
func (h *help) service(ctx context.Context, t *helpTurn) (*service.Service, error) {
	helper, err := h.people.acting(ctx, t.Talk)
	if err != nil {
		return nil, err
	}
	v, err := h.desk.WantedHelp(ctx, helper, t.Data.Number)
	return v.View.Service, err
}

func (h *help) answer(ctx context.Context, t *helpTurn, text string) (bot.Next, error) {
	text = cut(strings.TrimSpace(text), noteRunes)
	helper, err := h.people.acting(ctx, t.Talk)
	var v cases.HelpView
	if err == nil {
		v, err = h.desk.HelpAnswer(ctx, helper, t.Data.Number, text, t.Data.Pictures)
	}
	if err != nil {
		return h.refused(t, err)
	}
	t.Say(fmt.Sprintf("谢谢,%s 的答复转给 %s 了,由委派人来定。", t.Data.Number, officer(v.Officer)))
	return bot.End(), nil
}

// picture keeps a picture that goes with the answer, and still wants words to it.
func (h *help) picture(ctx context.Context, t *helpTurn) (bot.Next, error) {
	helper, err := h.people.acting(ctx, t.Talk)
	if err != nil {
		return h.refused(t, err)
	}
	said, err := keepPicture(ctx, t.Talk, h.desk, helper, 0, &t.Data.Pictures)
	if err != nil {
		return bot.Next{}, err
	}
	t.Lead(said)
	return bot.Repeat(), nil
}

func (h *help) refused(t *helpTurn, err error) (bot.Next, error) {
	words, ok := h.caseWords.refusal(err, t.Data.Number)
	if !ok {
		return bot.Next{}, fmt.Errorf("answer: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}

// helpLabel is a line of what somebody is asked for, in the list of what waits.
func (w *caseWords) helpLabel(h cases.HelpView, now time.Time) string {
	what := h.View.Service.Short.In(w.language)
	if h.View.Service.Sensitive {
		what = confidential
	}
	return h.View.Case.Number + " " + what + " " + h.Officer.Name + "委派核实 · " + dueText(h.View.DueAt, now, w.calendar)
}

// helpRows are what colleagues were asked about a task, and what they say.
func (w *caseWords) helpRows(t cases.TaskView) (lines []string) {
	for _, h := range t.Helps {
		line := "委派:" + h.Name + "(还没答复):" + h.Say
		if h.State == cases.HelpAnswered {
			line = "委派:" + h.Name + " " + w.calendar.SpeechDay(h.At) + " 答复:" + h.Answer
		}
		lines = append(lines, line)
	}
	return lines
}

// copyLine says who was given the case to read, and who has.
func (w *caseWords) copyLine(v cases.View) string {
	var read, unread []string
	for _, c := range v.Copies {
		if c.ReadAt.IsZero() {
			unread = append(unread, c.Name)
		} else {
			read = append(read, c.Name+" "+w.calendar.Local(c.ReadAt).Format("01-02 15:04"))
		}
	}
	var parts []string
	if len(read) > 0 {
		parts = append(parts, "已读 "+strings.Join(read, "、"))
	}
	if len(unread) > 0 {
		parts = append(parts, "未读 "+strings.Join(unread, "、"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "\n抄送:" + strings.Join(parts, ";")
}

// copied is what somebody reads who was given the case for that: what was said, without anything to do.
func (w *caseWords) copied(v cases.View) string {
	if !v.ToRead {
		return ""
	}
	t := cases.TaskView{Case: v.Case, Service: v.Service, AuthorName: v.AuthorName, AuthorOrg: v.AuthorOrg}
	return "\n" + strings.Join(w.form(t), "\n") + "\n提出人:" + author(t) + "\n(抄送给您的,只供阅读,不用办)"
}

// asked says whether somebody is, or was, asked for an answer about a case, and does not decide it.
func (h *help) asked(ctx context.Context, helper union.MemberID, number string) (bool, error) {
	_, err := h.desk.WantedHelp(ctx, helper, number)
	var settled *cases.Settled
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden), errors.Is(err, cases.ErrActNotAllowed):
		return false, nil
	case errors.As(err, &settled):
		_, err := h.desk.TaskByNumber(ctx, helper, number)
		return err != nil, nil
	}
	return false, fmt.Errorf("read what is asked: %w", err)
}

// said takes 答复, which answers an officer who has asked, and is a decision of some services otherwise.
func (h *help) said(ctx context.Context, t *helpTurn, helper union.MemberID) (bot.Next, error) {
	t.Data.Number = t.Command.Number
	whole := answersHelp
	if t.Data.Number != "" {
		whole += " " + t.Data.Number + " " + t.Command.Rest
		asked, err := h.asked(ctx, helper, t.Data.Number)
		if err != nil || asked {
			return bot.Goto("answer"), err
		}
	} else {
		wanted, err := h.desk.WantedHelps(ctx, helper, 2)
		if err != nil {
			return bot.Next{}, fmt.Errorf("list what is asked: %w", err)
		}
		if len(wanted) == 1 {
			t.Data.Number = wanted[0].View.Case.Number
			return bot.Goto("answer"), nil
		}
	}
	entry := bot.Entry{Flow: "tasks"}
	for _, g := range h.decides(whole) {
		entry.Key, entry.Text = g.Key, whole
	}
	return bot.Hand(entry), nil
}
