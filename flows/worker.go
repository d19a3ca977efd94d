package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/talk"
)

// WorkerDesk shows officers what a member has filed.
type WorkerDesk interface {
	Under(ctx context.Context, officer union.MemberID, called string, limit int) ([]union.Member, error)
	// Worker shows cases of a member behind the latest so many.
	Worker(ctx context.Context, officer, member union.MemberID, behind int) (cases.Worker, error)
}

// worker lists all that a member has filed, as far as the officer who asks may see it: 查 张伟.
type worker struct {
	people    people
	caseWords caseWords
	desk      WorkerDesk
	entries   entryLines
	talks     TalkDesk
	occasions OccasionDesk
	awards    AwardOffice
}

type workerData = listedData

type workerTurn = bot.Turn[workerData]

// asksWorker wants a space or what is looked for, because 查社保 asks for something else.
var asksWorker = regexp.MustCompile(`^(?:查询?\s+|查(?:人|会员|工友)\s*)([\p{Han}·]{2,12}|\d{4,12})$`)

// mostNamesakes is how many of one name are offered.
const mostNamesakes = 20

func (w *worker) flow() bot.Flow {
	return bot.Define(bot.Spec[workerData]{
		Name: "worker", Rev: 1, Title: "查会员", Expires: listExpires, Passing: true,
		Understand: func(text string) []bot.Guess {
			if m := asksWorker.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
				return []bot.Guess{{Label: "查会员的事项", Key: m[1], Score: digestScore}}
			}
			return nil
		},
		Begin: w.begin,
		To:    []bot.StepName{"which", "shown"},
		Steps: []bot.Step[workerData]{{
			Name: "shown", AskFunc: w.askMore,
			Handle:   func(context.Context, *workerTurn) (bot.Next, error) { return bot.Pass(), nil },
			Commands: map[bot.Word]func(context.Context, *workerTurn) (bot.Next, error){bot.WordMore: w.more},
		}, {
			Name: "which",
			AskFunc: func(_ context.Context, t *workerTurn) (bot.Reply, error) {
				return bot.Reply{Text: "查的是哪一位?", Choices: t.Data.choices()}, nil
			},
			Handle: func(ctx context.Context, t *workerTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return w.show(ctx, t, t.Data.Members[i])
			},
		}},
	})
}

func (d listedData) choices() []bot.Choice { return labelled(d.Labels) }

func (w *worker) begin(ctx context.Context, t *workerTurn) (bot.Next, error) {
	officer, next, err := w.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	name := t.Entry.Key
	found, err := w.desk.Under(ctx, officer, name, mostNamesakes+1)
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("按姓名查,只给工会干部查自己管的范围。您自己的事项回复\"我的\"。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("find worker: %w", err)
	case len(found) == 0:
		t.Say("您管的范围里没有叫 " + name + " 的会员,请核对姓名或工号。")
		return bot.End(), nil
	case len(found) > mostNamesakes:
		t.Say(fmt.Sprintf("您管的范围里叫 %s 的超过 %d 位,请用工号查,如\"查 100237\"。", name, mostNamesakes))
		return bot.End(), nil
	case len(found) == 1:
		return w.show(ctx, t, found[0].ID)
	}
	t.Data = workerData{}
	for _, m := range found {
		t.Data.Members, t.Data.Labels = append(t.Data.Members, m.ID), append(t.Data.Labels, nameAndUnit(m))
	}
	return bot.Goto("which"), nil
}

func (w *worker) show(ctx context.Context, t *workerTurn, member union.MemberID) (bot.Next, error) {
	officer, err := w.people.acting(ctx, t.Talk)
	var page cases.Worker
	if err == nil {
		page, err = w.desk.Worker(ctx, officer, member, t.Data.Behind)
	}
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("这位会员不在您管的范围里。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("show worker: %w", err)
	}
	text := w.page(page)
	if t.Data.Behind == 0 {
		beside, err := w.beside(ctx, officer, page, w.caseWords.calendar.Date(t.Now))
		if err != nil {
			return bot.Next{}, err
		}
		if beside != "" && len(page.Lines) == 0 && !page.More {
			text = nameAndUnit(page.Member) + ":留有查看记录,本人在\"我的数据\"里看得到。"
		}
		text += beside
	}
	if !page.More {
		t.Say(text)
		return bot.End(), nil
	}
	t.Data = workerData{Shown: member, Behind: page.Until}
	t.Lead(text + "\n")
	return bot.Goto("shown"), nil
}

// beside is what else there is of the member that the officer may know of: awards, goods, what they signed up for, and talks.
func (w *worker) beside(ctx context.Context, officer union.MemberID, page cases.Worker, today calendar.Date) (text string, err error) {
	if text, err = w.given(ctx, officer, page, today); err != nil {
		return "", err
	}
	member := page.Member.ID
	entries, err := w.entries.desk.EntriesOf(ctx, officer, member)
	if err != nil {
		return "", fmt.Errorf("list entries of a member: %w", err)
	}
	for i, e := range entries {
		if i == 0 {
			text += "\n报名:"
		}
		text += "\n· " + w.entries.words.short(e)
	}
	talks, err := w.talks.About(ctx, officer, member)
	for i, v := range talks {
		if i == 0 {
			text += "\n人工对话:"
		}
		text += "\n· " + w.caseWords.calendar.SpeechDay(v.OpenedAt) + " "
		switch v.State {
		case talk.Waiting:
			text += "在排队"
		case talk.Held:
			text += "正在和 " + v.Holder.Name + " 谈"
		case talk.Ended:
			if v.Holder.ID == 0 {
				text += "没等到人"
			} else {
				text += "和 " + v.Holder.Name + " 谈过"
			}
		}
	}
	return text, err
}

// given is what the member was awarded, to who may read the ledgers, and else of cases that are shown; and the goods of the last year, to who
// hands them out.
func (w *worker) given(ctx context.Context, officer union.MemberID, page cases.Worker, today calendar.Date) (text string, err error) {
	all, err := w.awards.MayReadAll(ctx, officer)
	if err != nil {
		return "", fmt.Errorf("look who may read awards: %w", err)
	}
	awarded, err := w.awards.OwnAwards(ctx, page.Member.ID)
	if err != nil {
		return "", fmt.Errorf("list awards of a member: %w", err)
	}
	for _, a := range awarded {
		shown := slices.ContainsFunc(page.Lines, func(l cases.WorkerLine) bool { return l.Number == a.Number })
		if all || shown {
			text += "\n" + w.caseWords.awardOf(a)
		}
	}
	if text != "" {
		text = "\n奖励:" + text
	}
	goods, err := w.occasions.GiftsOf(ctx, officer, page.Member.ID)
	if err != nil {
		return "", fmt.Errorf("list goods of a member: %w", err)
	}
	for i, g := range goods {
		if i == 0 {
			text += "\n慰问品:"
		}
		text += "\n· " + g.Gift + "(" + w.occasions.Label(g.Occasion) + "," + dayOf(g.Day) + ")," + goodsState(g, today)
	}
	return text, nil
}

// goodsState says what has become of goods by a day.
func goodsState(g occasion.Waiting, today calendar.Date) string {
	switch {
	case g.Out:
		return "已领"
	case g.GiftUntil < today.String():
		return "过期没领"
	}
	return "待领,到 " + dayOf(g.GiftUntil)
}

func (w *worker) askMore(context.Context, *workerTurn) (bot.Reply, error) {
	return bot.Reply{Text: "还有更早的,回复\"更多\"接着看。"}, nil
}

func (w *worker) more(ctx context.Context, t *workerTurn) (bot.Next, error) {
	return w.show(ctx, t, t.Data.Shown)
}

func (w *worker) page(page cases.Worker) string {
	who := nameAndUnit(page.Member)
	if len(page.Lines) == 0 && !page.More {
		return who + ":没有您能看的事项。"
	}
	var lines, elsewhere []string
	for _, l := range page.Lines {
		lines = append(lines, "· "+w.line(l))
		if l.Elsewhere {
			elsewhere = append(elsewhere, l.Number)
		}
	}
	all := ""
	if page.From > 1 || page.More {
		all = fmt.Sprintf("第 %d 到 %d 件里", page.From, page.Until)
	}
	head := fmt.Sprintf("%s:%s您能看的 %d 件(最近的在前,不含匿名和密件)。都留有查看记录,提出的人在\"我的数据\"里看得到。", who, all, len(page.Lines))
	if len(elsewhere) > 0 {
		head += "\n⚠ " + strings.Join(elsewhere, "、") + " 正在别人手上办,动手前先问一声。"
	}
	return head + "\n" + strings.Join(lines, "\n")
}

func (w *worker) line(l cases.WorkerLine) string {
	c := w.caseWords.calendar
	text := l.Number + " " + confidential
	if !l.Sensitive {
		text = l.Number + " " + w.caseWords.short(l.Service) + "《" + cut(l.Title, 16) + "》"
	}
	s, _ := w.caseWords.services.Current(l.Service)
	text += " " + c.SpeechDay(l.FiledAt)
	if l.By != "" {
		text += "由 " + l.By + " 为其"
	}
	text += "提," + stateName(l.State, s, w.caseWords.language)
	if !l.Since.IsZero() {
		text += "," + c.SpeechDay(l.Since) + "起在 " + strings.Join(l.Officers, "、") + " 手上"
	}
	return text
}
