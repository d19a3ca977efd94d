package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// backLabel stands in the list of acts where a step returns nothing to the author, but to steps before it.
const backLabel = "退回前面环节"

// backLine is one to whom a case may be returned: a step by name, or the author where it is empty.
type backLine struct {
	Step  string `json:"step,omitempty"`
	Label string `json:"label"`
}

// saysWhom knows 给 初审 数据要重核.
var saysWhom = regexp.MustCompile(`^(?:给|到|至)\s*([^\s,。;:]+)[\s,。;:]*((?s:.*))$`)

func toWhom(rest string) (whom, note string) {
	said := saysWhom.FindStringSubmatch(strings.TrimSpace(rest))
	if said == nil {
		return "", rest
	}
	return said[1], strings.TrimSpace(said[2])
}

// whom finds out to whom a case is returned: its author or an earlier step. open is true where the officer has to say. Whether
// the officer may do it at all is judged when it is done.
func (k tasks) whom(ctx context.Context, t *tasksTurn) (next bot.Next, open bool) {
	d := t.Data
	if d.Act != cases.Return || d.Turned {
		return next, false
	}
	v, err := k.taskOf(ctx, t)
	if err != nil {
		return next, false // the act itself says why not
	}
	var lines []backLine
	if _, returns := v.Review.Option(cases.Return); returns {
		lines = append(lines, backLine{Label: "提出人补充"})
	}
	for _, step := range v.Earlier {
		lines = append(lines, backLine{Step: step.Name, Label: step.Title.In(k.caseWords.language) + "重办"})
	}
	t.Data.Either = lines
	toAuthor := len(lines) > 0 && lines[0].Step == ""
	switch {
	case d.Whom != "":
		i := slices.IndexFunc(lines, func(l backLine) bool { return l.meant(d.Whom) })
		if n, number := bot.Ordinal(d.Whom); i < 0 && number && n >= 1 && n <= len(lines) {
			i = n - 1
		}
		if i < 0 {
			if len(lines) == 0 {
				return next, false
			}
			t.Lead("前面没有\"" + d.Whom + "\"这一步。")
			return bot.Goto("whom"), true
		}
		t.Data.turnTo(lines[i])
	case len(v.Earlier) == 0, toAuthor && d.Note != "":
		t.Data.Turned = true
	default:
		return bot.Goto("whom"), true
	}
	return next, false
}

// taskOf reads the task that is open before the officer, or the case that was named.
func (k tasks) taskOf(ctx context.Context, t *tasksTurn) (cases.TaskView, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	switch {
	case err != nil:
		return cases.TaskView{}, err
	case t.Data.Task != 0:
		return k.desk.TaskByID(ctx, officer, t.Data.Task)
	}
	return k.desk.TaskByNumber(ctx, officer, t.Data.Number)
}

var saysAuthor = []string{"提出人", "申请人", "本人", "作者", "职工", "他", "她"}

// meant says whether a word means the line: 初审, 初审重办, or the author.
func (l backLine) meant(word string) bool {
	if l.Step == "" {
		return slices.Contains(saysAuthor, word)
	}
	return word == l.Step || word == l.Label || word+"重办" == l.Label
}

func (d *tasksData) turnTo(l backLine) {
	d.Turned, d.Whom = true, ""
	if l.Step != "" {
		d.Act, d.To = cases.SendBack, l.Step
	}
}

func (d tasksData) backChoices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Either))
	for i, line := range d.Either {
		choices[i].Label = line.Label
	}
	return choices
}

func (k tasks) askWhom(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 退回给谁?", Choices: t.Data.backChoices()}, nil
}

func (k tasks) takeWhom(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.backChoices())
	if !ok {
		i = slices.IndexFunc(t.Data.Either, func(l backLine) bool { return l.meant(strings.TrimSpace(t.Text())) })
	}
	if i < 0 || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.turnTo(t.Data.Either[i])
	return k.decide(ctx, t)
}

// afterwards says what becomes of the case once the earlier step is decided anew.
func afterwards(step service.Step) string {
	if step.SendBack == service.SendStraight {
		return "那一步重办完,直接回到您这里。"
	}
	return "那一步以后的意见作废,按顺序再走一遍。"
}

// sentBack tells the author that an earlier step is decided anew.
func (n Notices) sentBack(a cases.Answer, step service.Step) string {
	text := fmt.Sprintf("%s:%s同志 %s 退回%s重办,原因:%s。", n.matter(a.Case, a.Service), a.Officer.Name, n.calendar.SpeechDay(a.At),
		step.Title.In(n.language), a.Note)
	return text + "由 " + memberNames(a.Next) + " 再看," + n.calendar.Speech(a.Case.DueAt) + " 前答复,不用您做什么。"
}
