package flows

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// shownTasks is the part of the list that was shown last: what numbers of lines mean.
type shownTasks struct {
	List []taskLine `json:"list,omitempty"`
	// Before is how many lines stand before it, All how many there are where there is more than this part, and After where the next one
	// begins.
	Before int         `json:"before,omitempty"`
	All    int         `json:"all,omitempty"`
	After  *cases.Spot `json:"after,omitempty"`
}

type taskLine struct {
	Task   cases.ID `json:"task"`
	Number string   `json:"number,omitempty"`
	Label  string   `json:"label"`
	// Help is the number of a case of which only an answer is asked.
	Help string `json:"help,omitempty"`
}

// toRelease says which broadcasts wait for the officer's release, a line each.
func (k *tasks) toRelease(ctx context.Context, officer union.MemberID) (string, error) {
	casts, err := k.casts.ToRelease(ctx, officer, listed)
	if err != nil {
		return "", fmt.Errorf("list broadcasts to release: %w", err)
	}
	var lines strings.Builder
	for _, b := range casts {
		lines.WriteString("群发 " + b.Number + " 等您放行,回复\"同意 " + b.Number + "\"看内容。\n")
	}
	return lines.String(), nil
}

// list shows what is the most urgent.
func (k *tasks) list(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	also, err := k.toRelease(ctx, officer)
	if err != nil {
		return bot.Next{}, err
	}
	t.Data.shownTasks = shownTasks{}
	found, err := k.turnOver(ctx, t, officer, cases.Spot{})
	if err != nil {
		return bot.Next{}, err
	}
	if !found {
		t.Say(cmp.Or(strings.TrimSuffix(also, "\n"), "您现在没有待办。"))
		return bot.End(), nil
	}
	t.Lead(also)
	return bot.Goto("list"), nil
}

// more goes on with the list (更多).
func (k *tasks) more(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	found := false
	if t.Data.After != nil {
		if found, err = k.turnOver(ctx, t, officer, *t.Data.After); err != nil {
			return bot.Next{}, err
		}
	}
	if !found {
		t.Data.After = nil
		t.Lead("后面没有了。")
	}
	return bot.Goto("list"), nil
}

// turnOver takes the part of the list behind a place into hand, if anything is there.
func (k *tasks) turnOver(ctx context.Context, t *tasksTurn, officer union.MemberID, after cases.Spot) (found bool, err error) {
	page, err := k.desk.TaskPage(ctx, officer, after, listed, t.Data.Act == "") // only a task of one's own is decided
	if err != nil {
		return false, fmt.Errorf("list tasks: %w", err)
	}
	if len(page.Lines) == 0 {
		return false, nil
	}
	shown := shownTasks{Before: t.Data.Before + len(t.Data.List), All: page.All, After: page.Next}
	for _, l := range page.Lines {
		line := taskLine{Task: l.Task.ID, Number: l.Task.Case.Number}
		if l.Help != nil {
			line.Help, line.Label = l.Help.View.Case.Number, k.caseWords.helpLabel(*l.Help, t.Now)
		} else {
			line.Label = taskLabel(l.Task, t.Now, k.caseWords.calendar, k.caseWords.language)
		}
		shown.List = append(shown.List, line)
	}
	t.Data.shownTasks, t.Data.Task, t.Data.Number = shown, 0, ""
	return true, nil
}

func (k *tasks) askList(_ context.Context, t *tasksTurn) (bot.Reply, error) {
	d := t.Data.shownTasks
	how := "回复序号办理"
	switch {
	case togetherActs(t.Data.Act) && len(d.List) > 1:
		how = "是哪一件?回复序号(几件一起办就一起写,如\"1 3\")"
	case t.Data.Act != "":
		how = "是哪一件?回复序号"
	}
	if d.After != nil {
		how += ",\"更多\"接着看"
	}
	return bot.Reply{Text: d.counted(t.Data.Act != "") + how + ":", Choices: t.Data.choices()}, nil
}

// counted says how many there are, and which of them these are.
func (d shownTasks) counted(asked bool) string {
	all := fmt.Sprintf("%d 件", max(d.All, d.Before+len(d.List)))
	if d.All == cases.MostCounted {
		all += "以上"
	}
	switch {
	case d.Before > 0:
		return fmt.Sprintf("第 %d 到 %d 件,共 %s。", d.Before+1, d.Before+len(d.List), all)
	case d.After != nil:
		return fmt.Sprintf("您有 %s待办,先列最急的 %d 件。", all, len(d.List))
	case asked:
		return ""
	}
	return "您有 " + all + "待办,"
}

func (d shownTasks) choices() []bot.Choice {
	choices := make([]bot.Choice, len(d.List))
	for i, line := range d.List {
		choices[i].Label = line.Label
	}
	return choices
}
