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

// sendsBackOnly says whether whoever has a task may return it to steps before it, and not to its author.
func sendsBackOnly(v cases.TaskView) bool {
	_, returns := v.Review.Option(cases.Return)
	return !returns && len(v.Earlier) > 0
}

// backLine is one to whom a case may be returned: a step by name, or the author where it is empty.
type backLine struct {
	Step  string `json:"step,omitempty"`
	Label string `json:"label"`
	// Straight comes straight back, Open has a line like it that does not.
	Straight bool `json:"straight,omitempty"`
	Open     bool `json:"open,omitempty"`
}

// through and straight stand behind the title of a step that is to be decided anew, where its file does not say which way the case
// goes afterwards: what was decided since is decided anew, too, or stands.
const (
	goesThrough  = ",后面重走"
	goesStraight = ",改完直接回我"
)

// saysWay knows how whoever names the step says which way. 重走程序没签字 says none: there it begins what is to be told.
var saysWay = regexp.MustCompile(`^(?:(?:改|办|弄)(?:完|好)了?)?(?:就)?(直接回(?:到)?(?:我|来)(?:这里|这儿|手上)?|重走|后面重走|重新走)(?:就行|就好|即可|吧)?(?:[\s,，。;；:：!！、]+((?s:.*)))?$`)

// again stands behind the title of a step that is to be decided anew.
const again = "重办"

// saysWhom knows 给 初审 数据要重核.
var saysWhom = regexp.MustCompile(`^(?:给|給|到|至)(\s*)([^\s,。;:]+)[\s,。;:]*((?s:.*))$`)

// toWhom parts whom from why. alone is true where the word for whom stands by itself, as a reason like 给我照片 does not.
func toWhom(rest string) (whom, why string, alone bool) {
	said := saysWhom.FindStringSubmatch(strings.TrimSpace(rest))
	if said == nil {
		return "", rest, false
	}
	return bot.Simplified(said[2]), strings.TrimSpace(said[3]), said[1] != ""
}

// whom finds out to whom a case is returned: its author or an earlier step. open is true where the officer has to say. Whether
// the officer may do it at all is judged when it is done.
func (k *tasks) whom(ctx context.Context, t *tasksTurn) (next bot.Next, open bool) {
	d := t.Data
	if d.Act != cases.Return || d.Turned {
		return next, false
	}
	v, err := k.taskOf(ctx, t)
	if err != nil {
		return next, false // the act itself says why not
	}
	lines := k.backLines(v)
	t.Data.Either, t.Data.Fields = lines, fieldLabels(v.Mendable, k.caseWords.language)
	toAuthor := len(lines) > 0 && lines[0].Step == ""
	whom, why, alone := toWhom(d.Note)
	at := lineMeant(lines, whom)
	switch {
	case len(lines) == 0:
		return next, false
	case at >= 0:
		return k.goesTo(t, v, lines[at], why)
	case alone && (len(v.Earlier) > 0 || isStep(v.Service, whom, k.caseWords.language)):
		t.Lead("前面没有\"" + whom + "\"这一步。")
		t.Data.Note = why
		return bot.Goto("whom"), true
	case len(v.Earlier) == 0, toAuthor && d.Note != "" && !beginsLine(lines, whom):
		t.Data.Turned = true
	default:
		return bot.Goto("whom"), true
	}
	return next, false
}

// goesTo turns to a line, in the way that is said with it where it leads to a step. It asks where nothing was said and either way
// may be gone, and where the way that was said is none from here.
func (k *tasks) goesTo(t *tasksTurn, v cases.TaskView, line backLine, why string) (next bot.Next, open bool) {
	said := saysWay.FindStringSubmatch(why)
	t.Data.Note = why
	if said == nil || line.Step == "" {
		if line.Open {
			t.Data.narrow(line.Step)
			return bot.Goto("whom"), true
		}
		t.Data.turnTo(line)
		return next, false
	}
	t.Data.Note = strings.TrimSpace(said[2])
	straight := strings.HasPrefix(said[1], "直接")
	both := slices.Contains(v.Straight, line.Step)
	switch beside := line.Step == v.Earlier[len(v.Earlier)-1].Name; {
	case both:
		t.Data.narrow(line.Step)
		line = t.Data.Either[slices.IndexFunc(t.Data.Either, func(l backLine) bool { return l.Straight == straight })]
	case beside || straight == (v.Review.SendBack == service.SendStraight): // of neighbours either way is the same
	case straight:
		t.Lead("从这一步退回,后面要按顺序重走,不能直接回到您这里,还没有退回。\n")
		return bot.Goto("whom"), true
	default:
		t.Lead("从这一步退回,那一步重办完就直接回到您这里,不重走,还没有退回。\n")
		return bot.Goto("whom"), true
	}
	t.Data.turnTo(line)
	return next, false
}

// narrow leaves the ways to one step.
func (d *tasksData) narrow(step string) {
	d.Either = slices.DeleteFunc(d.Either, func(l backLine) bool { return l.Step != step })
}

// backLines are those to whom the case may be returned, its author first.
func (k *tasks) backLines(v cases.TaskView) (lines []backLine) {
	if _, returns := v.Review.Option(cases.Return); returns {
		lines = append(lines, backLine{Label: "提出人补充"})
	}
	for _, step := range v.Earlier {
		line := backLine{Step: step.Name, Label: step.Title.In(k.caseWords.language) + again}
		if !slices.Contains(v.Straight, step.Name) {
			lines = append(lines, line)
			continue
		}
		through, straight := line, line
		through.Label, through.Open = line.Label+goesThrough, true
		straight.Label, straight.Straight = line.Label+goesStraight, true
		lines = append(lines, through, straight)
	}
	return lines
}

// lineMeant is the line that a word or a number means, or -1.
func lineMeant(lines []backLine, word string) int {
	if i := slices.IndexFunc(lines, func(l backLine) bool { return l.meant(word) }); i >= 0 {
		return i
	}
	if n, number := bot.Ordinal(word); number && n >= 1 && n <= len(lines) {
		return n - 1
	}
	return -1
}

// beginsLine says whether words may begin with one of the steps, as 初审数据要重核 does.
func beginsLine(lines []backLine, words string) bool {
	return slices.ContainsFunc(lines, func(l backLine) bool {
		title, _, _ := strings.Cut(l.Label, again)
		return l.Step != "" && strings.HasPrefix(words, title)
	})
}

func isStep(s *service.Service, title, language string) bool {
	return slices.ContainsFunc(s.Review, func(step service.Step) bool { return step.Title.In(language) == title })
}

// taskOf reads to whom the task that is open before the officer may be returned, or the case that was named.
func (k *tasks) taskOf(ctx context.Context, t *tasksTurn) (cases.TaskView, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return cases.TaskView{}, err
	}
	return k.desk.ReturnsTo(ctx, officer, t.Data.Task, t.Data.Number)
}

var saysAuthor = []string{"提出人", "申请人", "本人", "作者", "职工", "他", "她"}

// meant says whether a word means the line: 初审, 初审重办, or the author.
func (l backLine) meant(word string) bool {
	if l.Step == "" {
		return slices.Contains(saysAuthor, word)
	}
	title, _, _ := strings.Cut(l.Label, again)
	return word == l.Step || word == l.Label || word == title || word == title+again
}

func (d *tasksData) turnTo(l backLine) {
	d.Turned = true
	if l.Step != "" {
		d.Act, d.To, d.Straight = cases.SendBack, l.Step, l.Straight
	}
}

func (d *tasksData) backChoices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Either))
	for i, line := range d.Either {
		choices[i].Label = line.Label
	}
	return choices
}

func (k *tasks) askWhom(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 退回给谁?", Choices: t.Data.backChoices()}, nil
}

func (k *tasks) takeWhom(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.backChoices())
	if !ok {
		i = slices.IndexFunc(t.Data.Either, func(l backLine) bool { return l.meant(bot.Simplified(strings.TrimSpace(t.Text()))) })
	}
	switch {
	case i < 0 || !t.IsText():
		return bot.Miss(), nil
	case !ok && t.Data.Either[i].Open: // which of its ways has not been said
		t.Data.narrow(t.Data.Either[i].Step)
		return bot.Repeat(), nil
	}
	t.Data.turnTo(t.Data.Either[i])
	return k.decide(ctx, t)
}

// afterwards says what becomes of the case once the earlier step is decided anew.
func afterwards(straight bool) string {
	if straight {
		return "那一步重办完,直接回到您这里。"
	}
	return "那一步以后的意见作废,按顺序再走一遍。"
}

// sayUndo takes 撤销 for the answer that it is where somebody asks to undo the case. Anywhere else it is a wish of its own.
func (k *tasks) sayUndo(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	v, err := k.task(ctx, t, t.Data.Task)
	i := slices.IndexFunc(v.Review.Acts, func(o actOption) bool { return slices.Contains(o.Synonyms, t.Command.Said) })
	if err != nil || i < 0 || t.Command.Number != "" || t.Command.Rest != "" {
		return bot.Pass(), nil //nolint:nilerr // the task is no more
	}
	t.Data.Act = v.Review.Acts[i].Act
	return k.decide(ctx, t)
}

// sentBack tells the author that an earlier step is decided anew.
func (n *Notices) sentBack(a cases.Answer, step service.Step) string {
	text := fmt.Sprintf("%s:%s同志 %s 退回%s重办,原因:%s。", n.matter(a.Case, a.Service), a.Officer.Name, n.calendar.SpeechDay(a.At),
		step.Title.In(n.language), a.Note)
	return text + "由 " + memberNames(a.Next) + " 再看," + promised(n.calendar, a.Case.DueAt) + " 前答复,不用您做什么。"
}
