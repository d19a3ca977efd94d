package flows

import (
	"context"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// DecidingDesk tells what waits for an officer's decision.
type DecidingDesk interface {
	TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
}

// eitherData is a bare 同意 that may agree to what the form asks, or decide what waits for the same person.
type eitherData struct {
	// Said is the word, Field the question to which it may be the Answer, Task the number of the case; All is how many wait.
	Said   string `json:"said,omitempty"`
	Field  string `json:"field,omitempty"`
	Answer string `json:"answer,omitempty"`
	Task   string `json:"task,omitempty"`
	All    int    `json:"all,omitempty"`
}

// meansEither finds out whether a bare word of decision, which is an answer here, may as well be meant for a task. Whoever has
// tapped the answer has left no doubt.
func (f *form) meansEither(ctx context.Context, t *formTurn, field service.Field) (bool, error) {
	c := t.Command
	if !c.Word.Decides() || c.Number != "" || c.Rest != "" || c.Lines != "" || t.Message.Question != 0 {
		return false, nil
	}
	answer, err := f.hear(ctx, t, field, t.Text())
	if err != nil || !answer.ok() || len(f.choices(field)) == 0 {
		return false, err
	}
	page, err := f.desk.TaskPage(ctx, union.MemberID(t.Member), cases.Spot{}, 1, false)
	if err != nil {
		return false, fmt.Errorf("look for tasks: %w", err)
	}
	if len(page.Lines) == 0 {
		return false, nil
	}
	t.Data.Doubt = eitherData{Said: c.Said, Field: field.Name, Answer: answer.value.Text, Task: page.Lines[0].Task.Case.Number, All: page.All}
	return true, nil
}

// open says whether the word is in doubt while this question is asked: 上一步 and the like lead to another. A release before wrote down no
// field, and asked of the open one.
func (e eitherData) open(field string) bool {
	return e.Said != "" && (e.Field == field || e.Field == "")
}

// choices are what the word may have meant. What it would answer is said: it may be a refusal as well.
func (e eitherData) choices() []bot.Choice {
	return []bot.Choice{{Label: "答这一项:" + e.Answer}, {Label: e.decides()}}
}

func (e eitherData) decides() string {
	if e.All > 1 {
		return "审批待办"
	}
	return "审批 " + e.Task
}

func (e eitherData) asks() bot.Reply {
	what := e.decides()
	if e.All > 1 {
		what += fmt.Sprintf("里的 %d 件", e.All)
	}
	return bot.Reply{Text: "\"" + e.Said + "\"是答刚才这一项,还是" + what + "?", Choices: e.choices(), Key: "either"}
}

// takeEither takes which of the two was meant: text is the answer to the field, "" where the task was. What is neither is taken as the
// answer that it is.
func (f *form) takeEither(t *formTurn) (text string, next bot.Next) {
	e := t.Data.Doubt
	t.Data.Doubt = eitherData{}
	i, ok := bot.Choose(t.Text(), e.choices())
	switch {
	case !ok || !t.IsText():
		return t.Text(), bot.Next{}
	case i == 0:
		return e.Said, bot.Next{}
	case e.All > 1:
		return "", bot.Visit(bot.Entry{Flow: "tasks"})
	}
	return "", bot.Visit(bot.Entry{Flow: "tasks", Key: entryNamed, Text: e.Said + " " + e.Task})
}
