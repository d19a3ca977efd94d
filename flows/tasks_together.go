package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
)

// TogetherDesk decides several cases by one act.
type TogetherDesk interface {
	// Together looks at what is meant, in its order.
	Together(ctx context.Context, officer union.MemberID, act cases.Act, meant []cases.Meant) ([]cases.Candidate, error)
	// DecideTogether does the act on each of what was shown, each by itself.
	DecideTogether(ctx context.Context, in cases.Decision, shown []cases.Shown) ([]cases.Outcome, error)
}

// tasksTogether is what was shown of several cases: what is decided is this, whatever the list has become meanwhile.
type tasksTogether struct {
	Shown []cases.Shown `json:"shown"`
	// Said is the word of the officer, Lines are the cases and Left those that are left out, as they are shown.
	Said  string   `json:"said"`
	Lines []string `json:"lines"`
	Left  []string `json:"left,omitempty"`
	// Ties says that whoever confirms it says to have none to any of the authors.
	Ties bool `json:"ties,omitempty"`
}

// togetherActs are those that are done to several: what is to be added, and into what a case goes, is another thing for each.
func togetherActs(act cases.Act) bool { return act == cases.Accept || act == cases.Refuse }

func (g *tasksTogether) choices() []bot.Choice {
	if g.Ties {
		return []bot.Choice{{Label: "无,确认"}, {Label: "先不办"}}
	}
	return []bot.Choice{{Label: "确认"}, {Label: "先不办"}}
}

// together takes 同意 1 3 5, 驳回 1-3 没有预算 and 同意 JY26-0001、JY26-0002. It is not done yet: what was meant is shown first.
func (k *tasks) together(ctx context.Context, t *tasksTurn, act cases.Act, refs []string, note string) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, "这几件")
	}
	list := t.Data.shownTasks
	meant, left := t.Data.meant(refs)
	all, err := k.desk.Together(ctx, officer, act, meant)
	if err != nil {
		return bot.Next{}, fmt.Errorf("look at several: %w", err)
	}
	t.Data = tasksData{shownTasks: list, Act: act, Note: note, Together: &tasksTogether{Said: wordSaid(t.Command.Said, act)}}
	for _, c := range all {
		if c.Err != nil {
			left = append(left, k.leftOut(c.Err, c.Number))
			continue
		}
		t.Data.Together.add(c, k.caseWords.language)
	}
	t.Data.Together.Left = left
	switch {
	case len(t.Data.Together.Shown) == 0:
		return nothingTogether(t, left), nil
	case act == cases.Refuse && note == "":
		k.offerShared(t, all)
		return bot.Goto("reason"), nil
	}
	return k.echo(t)
}

// nothingTogether says why none is decided so, and goes back to the list.
func nothingTogether(t *tasksTurn, left []string) bot.Next {
	said := "没有能一起办的:\n· " + strings.Join(left, "\n· ")
	t.Data = tasksData{shownTasks: t.Data.shownTasks}
	if len(t.Data.List) == 0 {
		t.Say(said)
		return bot.End()
	}
	t.Lead(said + "\n")
	return bot.Goto("list")
}

// echo shows what is going to be decided, once the opinion is short enough.
func (k *tasks) echo(t *tasksTurn) (bot.Next, error) {
	if longNote(t, t.Data.Note) {
		t.Data.Note = ""
		return bot.Goto("reason"), nil
	}
	return bot.Goto("together"), nil
}

func wordSaid(said string, act cases.Act) string {
	if said == "" { // the numbers came as an answer to which ones
		return map[cases.Act]string{cases.Accept: "同意", cases.Refuse: "驳回"}[act]
	}
	return said
}

// meant resolves numbers of lines by the list that was shown last.
func (d *tasksData) meant(refs []string) (meant []cases.Meant, left []string) {
	var beyond []string
	for _, ref := range refs {
		n, err := strconv.Atoi(ref)
		switch {
		case err != nil:
			meant = append(meant, cases.Meant{Number: ref})
		case n < 1 || n > len(d.List):
			beyond = append(beyond, ref)
		case d.List[n-1].Help != "":
			left = append(left, d.List[n-1].Help+" 只等您答复,不用您定")
		default:
			meant = append(meant, cases.Meant{Task: d.List[n-1].Task, Number: d.List[n-1].Number})
		}
	}
	return meant, append(left, notListed(beyond)...)
}

func (g *tasksTogether) add(c cases.Candidate, language string) {
	who := c.AuthorName
	if who == "" {
		who = "匿名"
	}
	line := fmt.Sprintf("%s %s《%s》%s", c.Number, c.Service.Short.In(language), cut(c.Title, 20), who)
	if c.Fen > 0 {
		line += " " + answer.Yuan(c.Fen)
	}
	g.Ties = g.Ties || c.Ties
	g.Shown, g.Lines = append(g.Shown, c.Shown), append(g.Lines, line+" · "+c.Option.Word.In(language))
}

// offerShared offers the reasons of a service where all are of one version of it, at one step.
func (k *tasks) offerShared(t *tasksTurn, all []cases.Candidate) {
	var first *cases.Candidate
	t.Data.Reasons = nil
	for i, c := range all {
		switch {
		case c.Err != nil:
		case first == nil:
			first = &all[i]
		case c.Service.Hash != first.Service.Hash || c.Step != first.Step:
			return
		}
	}
	k.offerReasons(t, first.Option)
}

// named is what a question calls the case, or the cases.
func (d *tasksData) named() string {
	if d.Together == nil || len(d.Together.Shown) == 1 {
		return cmp.Or(d.Number, d.first())
	}
	return fmt.Sprintf("%s 等 %d 件", d.first(), len(d.Together.Shown))
}

func (d *tasksData) first() string {
	if d.Together == nil {
		return ""
	}
	return d.Together.Shown[0].Number
}

// leftOut says why a case is not decided together with the others.
func (k *tasks) leftOut(err error, number string) string {
	var apart *cases.ApartError
	var early *cases.TooEarlyError
	switch {
	case errors.As(err, &apart):
		return number + apartWords(apart)
	case errors.As(err, &early):
		return number + " 要到 " + k.caseWords.calendar.Speech(early.Until) + " 以后才能办"
	case errors.Is(err, union.ErrUnproven):
		return number + " 是密件或有银行卡号,要先用绑定码认证:在企业微信回复\"绑定码\",再到这里回复\"绑定\""
	case errors.Is(err, union.ErrNoOfficer):
		return number + " 下一步还没有人负责,先没有办,会告诉管理员"
	}
	if words, ok := k.caseWords.refusal(err, number); ok {
		return strings.TrimSuffix(words, "。")
	}
	return number + " 这次没有办成,请单独办一次"
}

func apartWords(e *cases.ApartError) string {
	switch e.Why {
	case cases.ApartSecret:
		return " 是保密事项,请打开看过再单独办"
	case cases.ApartAnswers:
		return " 要填内容、数额或发照片,请单独办"
	case cases.ApartMoney:
		return fmt.Sprintf(" 金额 %s,超过 %s 的要单独办", answer.Yuan(e.Fen), answer.Yuan(e.Limit))
	case cases.ApartChanged:
		return " 金额变了,没有办,请看过再单独办"
	case cases.ApartAgain:
		return " 刚才列出以后又有变化,没有办,请看过再单独办"
	case cases.ApartOwn:
		return " 是您自己提的,请单独回话"
	case cases.ApartTwice:
		return " 说了两遍,只算一次"
	case cases.ApartMany:
		return fmt.Sprintf(" 没有算:一次最多 %d 件", cases.MostTogether)
	}
	return " 请单独办"
}

func (k *tasks) askTogether(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	g := t.Data.Together
	var b strings.Builder
	fmt.Fprintf(&b, "要一起%s这 %d 件吗?回复\"%s\"才算数。", g.Said, len(g.Shown), g.choices()[0].Label)
	var fen int64
	for i, line := range g.Lines {
		b.WriteString("\n· " + line)
		fen += g.Shown[i].Fen
	}
	if fen > 0 {
		b.WriteString("\n合计 " + answer.Yuan(fen) + "。")
	}
	if t.Data.Note != "" {
		b.WriteString("\n对每一位提出人说:" + t.Data.Note)
	}
	if len(g.Left) > 0 {
		b.WriteString("\n没有算进来:\n· " + strings.Join(g.Left, "\n· "))
	}
	if g.Ties {
		b.WriteString("\n您与其中哪位有亲属、师徒等利害关系吗?有的先不办,单独回避那一件。")
	}
	return bot.Reply{Text: b.String(), Choices: g.choices()}, nil
}

// takeTogether decides what was shown, once that is confirmed.
func (k *tasks) takeTogether(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	sure := tasksSure{Words: []string{"确认"}, Ties: t.Data.Together.Ties}
	i, ok := sure.choose(t.Text(), t.Data.Together.choices())
	switch {
	case !ok && t.IsText() && sure.evades(t.Text()):
		t.Lead(saidTiesFirst)
		return bot.Repeat(), nil
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		t.Say("好的,一件也没有办。回复\"待办\"再看。")
		return bot.End(), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, t.Data.named())
	}
	decision := decisionOf(t.Data, officer)
	decision.Sure = &cases.Sure{NoTies: t.Data.Together.Ties}
	done, err := k.desk.DecideTogether(ctx, decision, t.Data.Together.Shown)
	if err != nil {
		return bot.Next{}, fmt.Errorf("decide several: %w", err)
	}
	var lines []string
	count := 0
	for _, out := range done {
		if out.Err != nil {
			lines = append(lines, k.leftOut(out.Err, out.Number)+"。")
			continue
		}
		count++
		lines = append(lines, k.decided(out.Decided, decision))
	}
	head := fmt.Sprintf("%d 件都办了:", count)
	if count < len(done) {
		head = fmt.Sprintf("办了 %d 件,%d 件没有办:", count, len(done)-count)
	}
	t.Say(head + "\n· " + strings.Join(lines, "\n· "))
	return bot.End(), nil
}
