package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// talkFigures counts the talks of an officer's subtree, and lists them: 统计 对话, 统计 对话 一分厂 没回.
type talkFigures struct {
	people   people
	calendar Calendar
	desk     interface {
		Figures(ctx context.Context, officer union.MemberID, unit string) (talk.Figures, error)
		Counted(ctx context.Context, r talk.ListRequest) (talk.Listed, error)
	}
}

// talkFiguresScore goes before that of figures of a unit: 对话 is none.
const talkFiguresScore = tallyScore + 0.001

var asksTalkFigures = regexp.MustCompile(`^(?:统计\s*(?:对话|人工)|(?:人工)?对话统计|人工统计)(?:\s+(\S{1,40}?))?\s*(全部|正在谈|排队|没回|晚回|满意|一般|不满意)?$`)

// talksCounted are the words for what is counted.
var talksCounted = map[string]talk.Counted{
	"全部": talk.CountedAll, "正在谈": talk.CountedHeld, "排队": talk.CountedWaiting, "没回": talk.CountedUnanswered, "晚回": talk.CountedLate,
	"满意": talk.CountedContent, "一般": talk.CountedSoSo, "不满意": talk.CountedDiscontent,
}

type talkFiguresData = listedData

type talkFiguresTurn = bot.Turn[talkFiguresData]

func (k *talkFigures) flow() bot.Flow {
	return bot.Define(bot.Spec[talkFiguresData]{
		Name: "talk_figures", Rev: 2, Title: "对话统计", Expires: listExpires, Passing: true,
		Understand: func(text string) []bot.Guess {
			text = bot.Simplified(strings.TrimSpace(text))
			if asksTalkFigures.MatchString(text) {
				return []bot.Guess{{Label: "看对话统计", Key: text, Score: talkFiguresScore}}
			}
			return nil
		},
		Begin: k.begin,
		To:    []bot.StepName{"shown"},
		Steps: []bot.Step[talkFiguresData]{{
			Name: "shown",
			AskFunc: func(context.Context, *talkFiguresTurn) (bot.Reply, error) {
				return bot.Reply{Text: "回复\"更多\"接着看。"}, nil
			},
			Handle:   func(context.Context, *talkFiguresTurn) (bot.Next, error) { return bot.Pass(), nil },
			Commands: map[bot.Word]func(context.Context, *talkFiguresTurn) (bot.Next, error){bot.WordMore: k.more},
		}},
	})
}

func (k *talkFigures) begin(ctx context.Context, t *talkFiguresTurn) (bot.Next, error) {
	member, next, err := k.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	t.Data = talkFiguresData{}
	if m := asksTalkFigures.FindStringSubmatch(t.Entry.Key); m != nil {
		t.Data.Unit, t.Data.Word = m[1], m[2]
		if _, known := talksCounted[m[1]+m[2]]; known { // 不满意 ends as another word does
			t.Data.Unit, t.Data.Word = "", m[1]+m[2]
		}
	}
	if t.Data.Word != "" {
		return k.turnOver(ctx, t, member)
	}
	f, err := k.desk.Figures(ctx, member, t.Data.Unit)
	return k.say(t, figuresText(f), err)
}

// say says what was counted, or why nothing was.
func (k *talkFigures) say(t *talkFiguresTurn, text string, err error) (bot.Next, error) {
	var unit *union.UnitError
	switch {
	case errors.Is(err, union.ErrForbidden):
		text, err = "统计给分会主席、工会主席、归口部门等看自己管的范围。", nil
	case errors.As(err, &unit):
		text, err = noUnit(unit, "统计 对话"), nil
	}
	t.Say(text)
	return bot.End(), err
}

// mostTalksListed is how many talks are listed at a time.
const mostTalksListed = 15

// turnOver shows the next part of a list.
func (k *talkFigures) turnOver(ctx context.Context, t *talkFiguresTurn, member union.MemberID) (bot.Next, error) {
	d := t.Data
	list, err := k.desk.Counted(ctx, talk.ListRequest{Officer: member, Unit: d.Unit, What: talksCounted[d.Word], Before: d.Before, Most: mostTalksListed})
	if err != nil {
		return k.say(t, "", err)
	}
	if list.All == 0 {
		return k.say(t, fmt.Sprintf("%s今年没有%s的对话。", list.Unit, d.Word), nil)
	}
	lines := []string{fmt.Sprintf("%s 对话 %s %d 次,最近的在前(不含内容):", list.Unit, d.Word, list.All)}
	for _, v := range list.Views {
		lines = append(lines, "· "+k.line(v))
	}
	if list.Hidden > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 次没有列出:不归您看的,如保密的。", list.Hidden))
	}
	text := strings.Join(lines, "\n")
	if list.Next == 0 {
		return k.say(t, text, nil)
	}
	t.Data.Before = list.Next
	t.Lead(text + "\n")
	return bot.Goto("shown"), nil
}

func (k *talkFigures) more(ctx context.Context, t *talkFiguresTurn) (bot.Next, error) {
	member, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	return k.turnOver(ctx, t, member)
}

// line says when a talk was, whose, and how it stands.
func (k *talkFigures) line(v talk.View) string {
	text := k.calendar.Speech(v.OpenedAt) + " " + nameAndUnit(v.Worker) + ","
	switch {
	case v.State == talk.Waiting:
		text += "在排队"
	case v.State == talk.Held && v.FirstAt.IsZero():
		text += "在等 " + v.Holder.Name + " 回"
	case v.State == talk.Held:
		text += "正在和 " + v.Holder.Name + " 谈"
	case v.FirstAt.IsZero() && v.Holder.ID != 0:
		text += v.Holder.Name + " 没回就结束了"
	case v.FirstAt.IsZero():
		text += "没等到人就结束了"
	default:
		text += "和 " + v.Holder.Name + " 谈过"
	}
	if said := map[talk.Rating]string{talk.Content: ",满意", talk.SoSo: ",一般", talk.Discontent: ",不满意"}[v.Rating]; said != "" {
		text += said
	}
	return text
}

func figuresText(f talk.Figures) string {
	lines := []string{fmt.Sprintf("%s %d 年人工对话 %d 次:正在谈 %d,排队 %d,没等到回话就结束的 %d。", f.Unit, f.Since.Year(), f.Begun, f.Held, f.Waiting, f.Left)}
	if f.Answered > 0 {
		lines = append(lines, fmt.Sprintf("首次回话(从提出算,只算上班和当班时间):按时 %d/%d(%s),一半在 %d 分钟内。",
			f.InTime, f.Answered, share(f.InTime, f.Answered), max(1, (f.Median+time.Minute-1)/time.Minute)))
	}
	if f.Nexts > 0 {
		lines = append(lines, fmt.Sprintf("之后的回话:按时 %d/%d(%s)。", f.NextsInTime, f.Nexts, share(f.NextsInTime, f.Nexts)))
	}
	if f.Asked > 0 {
		lines = append(lines, fmt.Sprintf("问了 %d 人:满意 %d,一般 %d,不满意 %d。", f.Asked, f.Content, f.SoSo, f.Discontent))
	}
	for _, u := range f.Units[:min(mostUnits, len(f.Units))] {
		line := fmt.Sprintf("· %s:%d 次", u.Unit, u.Begun)
		if u.Answered > 0 {
			line += fmt.Sprintf(",首次按时 %d/%d", u.InTime, u.Answered)
		}
		lines = append(lines, line+fmt.Sprintf(",没等到回话 %d,不满意 %d", u.Left, u.Discontent))
	}
	if f.Begun > 0 {
		unit := f.Unit
		if len(f.Units) > 0 {
			unit = f.Units[0].Unit
		}
		lines = append(lines, "看是哪几次:回复\"统计 对话\"加\"没回\"、\"晚回\"、\"正在谈\"、\"排队\"、\"不满意\"或\"全部\",也可以带单位,如\"统计 对话 "+unit+" 没回\"。")
	}
	return strings.Join(lines, "\n")
}
