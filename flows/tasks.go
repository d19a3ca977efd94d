package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/talk"
)

// TaskDesk shows officers what waits for them, and decides.
type TaskDesk interface {
	// TaskPage lists all that waits for the officer, part by part; withHelps also what other officers have asked the officer for.
	TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
	// TaskByID shows a task to its officer. It returns *cases.Settled if it is decided already.
	TaskByID(ctx context.Context, officer union.MemberID, task cases.ID) (cases.TaskView, error)
	// TaskByNumber shows the open step of a case to somebody who may decide it.
	TaskByNumber(ctx context.Context, officer union.MemberID, number string) (cases.TaskView, error)
	// ReturnsTo says to whom a case may be returned by whoever may decide its open step.
	ReturnsTo(ctx context.Context, officer union.MemberID, task cases.ID, number string) (cases.TaskView, error)
	// MergeTargets lists the cases into which one may be merged, the likest first, to whoever may decide its open step.
	MergeTargets(ctx context.Context, officer union.MemberID, task cases.ID, number string) ([]cases.Summary, error)
	// Decide judges the officer's right at the act, whatever was shown before.
	Decide(ctx context.Context, d cases.Decision) (cases.Decided, error)
	Attach(ctx context.Context, a cases.Attachment) (cases.ID, error)
	TogetherDesk
	picturesDesk
}

// tasks lets officers decide: from the list, by a card, or by a sentence with a case's number in it.
type tasks struct {
	people    people
	caseWords caseWords
	desk      TaskDesk
	form      form // reads what officers answer
	// casts are broadcasts that wait to be released.
	casts castReleaseDesk
	// windows know to whom nothing may be sent now; nil where nobody does.
	windows talk.Windows
	// standIns may wait for a bare 拒绝.
	standIns StandInDesk
}

// tasksData is where an officer is in the list, and what is known of the decision.
type tasksData struct {
	shownTasks
	// Task is the one that is open before the officer; 0 where the case was named by Number alone.
	Task   cases.ID  `json:"task,omitempty"`
	Number string    `json:"number,omitempty"`
	Act    cases.Act `json:"act,omitempty"`
	Note   string    `json:"note,omitempty"`
	Into   string    `json:"into,omitempty"`
	// Targets are the cases that are offered for that.
	Targets []targetLine `json:"targets,omitempty"`
	// To is the step to which it is returned, Straight that it comes straight back from there, Turned that it is settled to whom; Either are those who may be meant.
	To       string     `json:"to,omitempty"`
	Straight bool       `json:"straight,omitempty"`
	Turned   bool       `json:"turned,omitempty"`
	Either   []backLine `json:"either,omitempty"`
	// Ask is what the act has to be explained by, where the service says so.
	Ask string `json:"ask,omitempty"`
	// Reasons are words that the service offers for it.
	Reasons []string `json:"reasons,omitempty"`
	// Fields are the questions that a return may name, Misnamed the words in which some of them were not found.
	Fields   []string `json:"fields,omitempty"`
	Misnamed string   `json:"misnamed,omitempty"`
	// Grant is the sum in fen that the officer grants.
	Grant int64 `json:"grant,omitempty"`
	// Sure is what has to be confirmed.
	Sure *tasksSure `json:"sure,omitempty"`
	// Ceiling is the most that may be granted, in fen.
	Ceiling int64 `json:"ceiling,omitempty"`
	// Answers are those to the act's form, Field the question that is open, of the version Hash of the service.
	Answers map[string]cases.Value `json:"answers,omitempty"`
	Field   string                 `json:"field,omitempty"`
	Hash    string                 `json:"hash,omitempty"`
	// Spoken waits for a yes, at a reason or an answer.
	Spoken aloud `json:"spoken,omitzero"`
	// Voice is the sound of the words Voiced: where Note has become another, it is not that one's.
	Voice  cases.ID `json:"voice,omitempty"`
	Voiced string   `json:"voiced,omitempty"`
	// Said is the note that waits for the picture without which the act is not done.
	Said string `json:"said,omitempty"`
	// Pictures show what was done.
	Pictures []cases.ID `json:"pictures,omitempty"`
	// Together is what is to be decided by one act, where that is several.
	Together *tasksTogether `json:"together,omitempty"`
}

type tasksTurn = bot.Turn[tasksData]

// tapPrefix begins the keys of the buttons on an officer's card: case:accept:7312.
const tapPrefix = "case"

func (k *tasks) flow() bot.Flow {
	decide := map[bot.Word]func(context.Context, *tasksTurn) (bot.Next, error){}
	starts := []bot.Trigger{bot.OnWord(bot.WordTasks), bot.OnTap(tapPrefix), bot.OnMenu("tasks")}
	for word := range actOf {
		decide[word] = k.command
		starts = append(starts, bot.OnWord(word))
	}
	for _, word := range handing {
		decide[word] = k.handAway
	}
	decide[bot.WordRecuse] = k.stepAside
	return bot.Define(bot.Spec[tasksData]{
		Name: "tasks", Rev: 2, Title: "待办", Expires: listExpires, Passing: true, Stays: true,
		Starts:   starts,
		HandsTo:  []string{"progress", "hand", "aside", "help", "standin", "cast_release", "recuse"},
		Begin:    k.begin,
		To:       []bot.StepName{"list", "task", "reason", "target", "grant", "sure", "answer", "whom", "together"},
		Commands: decide, Understand: k.understand,
		Steps: []bot.Step[tasksData]{
			{
				Name: "list", AskFunc: k.askList, Handle: k.takeList,
				Commands: map[bot.Word]func(context.Context, *tasksTurn) (bot.Next, error){bot.WordMore: k.more},
			},
			{
				Name: "task", AskFunc: k.askTask, Handle: k.takeTask,
				Commands: map[bot.Word]func(context.Context, *tasksTurn) (bot.Next, error){bot.WordUndo: k.sayUndo, bot.WordMore: k.more},
			},
			{Name: "reason", Verbatim: true, AskFunc: orHeard(k.askReason), Handle: k.heardFirst(k.orNamed(k.takeReason))},
			{Name: "answer", Verbatim: true, AskFunc: orHeard(k.askAnswer), Handle: k.heardFirst(k.orNamed(k.takeAnswer))},
			{Name: "target", AskFunc: k.askTarget, Handle: k.orNamed(k.takeTarget)},
			{Name: "whom", AskFunc: k.askWhom, Handle: k.orNamed(k.takeWhom)},
			{Name: "grant", AskFunc: k.askGrant, Handle: k.orNamed(k.takeGrant)},
			{Name: "sure", AskFunc: k.askSure, Handle: k.orNamed(k.takeSure)},
			{Name: "together", AskFunc: k.askTogether, Handle: k.orNamed(k.takeTogether)},
		},
	})
}

var actOf = map[bot.Word]cases.Act{
	bot.WordAccept: cases.Accept, bot.WordRefuse: cases.Refuse, bot.WordReturn: cases.Return, bot.WordMerge: cases.Merge,
}

func (k *tasks) begin(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	officer, next, err := k.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	if t.Message.Kind == bot.KindTap {
		return k.tapped(ctx, t)
	}
	if _, decides := actOf[t.Command.Word]; decides {
		return k.command(ctx, t)
	}
	if act, ok := strings.CutPrefix(t.Entry.Key, sentenceKey); ok {
		return k.sentence(ctx, t, cases.Act(act))
	}
	if t.Entry.Key == entryNamed {
		return k.named(ctx, t)
	}
	if entry, ok := handsOver(t.Entry.Text, ""); ok {
		return bot.Hand(entry), nil
	}
	return k.list(ctx, t)
}

// handAway has somebody else deal with the task that is open before the officer, or that is named.
func (k *tasks) handAway(_ context.Context, t *tasksTurn) (bot.Next, error) {
	e := handEntry(t.Command.Word, cmp.Or(t.Command.Number, t.Data.Number))
	e.Text = t.Command.Rest
	return bot.Hand(e), nil
}

// stepAside takes the officer out of the case that is open before them, or that is named.
func (k *tasks) stepAside(_ context.Context, t *tasksTurn) (bot.Next, error) {
	number, why := t.Command.Number, t.Command.Rest
	n, ok := bot.Ordinal(why)
	switch {
	case number != "":
	case t.Step == "list" && ok && n >= 1 && n <= len(t.Data.List):
		number, why = cmp.Or(t.Data.List[n-1].Number, t.Data.List[n-1].Help), ""
	case t.Step != "list" && t.Data.Together == nil:
		number = t.Data.Number
	}
	return bot.Hand(recuseEntry(number, why)), nil
}

// tapped judges a tap by the task that the card carries, whatever is going on today.
func (k *tasks) tapped(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	act, task, ok := parseTap(t.Entry.Key)
	if !ok {
		t.Say("这个按钮已经用不上了。回复\"待办\"看现在要办的。")
		return bot.End(), nil
	}
	v, err := k.task(ctx, t, task)
	if err != nil {
		var settled *cases.Settled
		if errors.As(err, &settled) {
			t.Say(k.caseWords.settled(settled) + k.caseWords.instead(settled, ",此按钮已失效。"))
			return bot.End(), nil
		}
		return k.refused(t, err, "这一件")
	}
	if act == actHands {
		return bot.Hand(handsEntry(v.Case.Number)), nil
	}
	if word := bot.Word(act); slices.Contains(handing, word) { // on cards of earlier versions
		return bot.Hand(handEntry(word, v.Case.Number)), nil
	}
	if act == actPictures {
		return k.sendPictures(ctx, t, v, bot.End())
	}
	t.Data = tasksData{Task: task, Number: v.Case.Number, Act: act}
	if option, ok := v.Review.Option(act); ok && !v.Service.Sensitive {
		if n := t.Message.Tap.Picked(string(act)); n > 0 && n <= len(option.Reasons) {
			t.Data.Note = option.Reasons[n-1].In(k.caseWords.language)
		}
	}
	return k.decide(ctx, t)
}

// task reads a task as the person who is talking may see it now.
func (k *tasks) task(ctx context.Context, t *tasksTurn, id cases.ID) (cases.TaskView, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return cases.TaskView{}, err
	}
	return k.desk.TaskByID(ctx, officer, id)
}

func (k *tasks) takeList(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.choices())
	refs, note := several(t.Text(), false)
	switch {
	case len(refs) > 1 && togetherActs(t.Data.Act): // it counts after 确认 only
		return k.together(ctx, t, t.Data.Act, refs, cmp.Or(note, t.Data.Note))
	case len(refs) > 1 && note == "" && t.Data.Act == "":
		t.Lead("几件一起办,要说怎么办,如\"同意 1 2\"、\"驳回 1 2 原因\"。")
		return bot.Repeat(), nil
	case len(refs) > 1 && onList(refs, len(t.Data.List)):
		return k.oneByOne(t, t.Data.Act, refs, t.Data.Note), nil
	case !ok || !t.IsText():
		return bot.Miss(), nil
	}
	if number := t.Data.List[i].Help; number != "" {
		return bot.Hand(helpEntry(number)), nil
	}
	v, err := k.task(ctx, t, t.Data.List[i].Task)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	t.Data.Task, t.Data.Number, t.Data.Together = v.ID, v.Case.Number, nil
	t.Data.decideAnew()
	if t.Data.Act != "" {
		return k.decide(ctx, t)
	}
	return bot.Goto("task"), nil
}

func (k *tasks) askTask(ctx context.Context, t *tasksTurn) (bot.Reply, error) {
	v, err := k.task(ctx, t, t.Data.Task)
	if words, ok := k.caseWords.refusal(err, t.Data.Number); ok {
		return bot.Reply{Text: words}, nil
	}
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read task: %w", err)
	}
	head := fmt.Sprintf("%s %s·%s\n", v.Case.Number, v.Service.Title.In(k.caseWords.language), v.Review.Title.In(k.caseWords.language))
	return bot.Reply{Text: head + k.caseWords.own(v), Choices: k.acts(v)}, nil
}

func (k *tasks) acts(v cases.TaskView) []bot.Choice {
	var choices []bot.Choice
	for _, option := range v.Review.Acts {
		choices = append(choices, bot.Choice{Label: option.Word.In(k.caseWords.language)})
	}
	if show, _, ok := attached(v.Case); ok {
		choices = append(choices, bot.Choice{Label: show})
	}
	if mayHand(v) {
		choices = append(choices, bot.Choice{Label: handsLabel})
	}
	if sendsBackOnly(v) {
		choices = append(choices, bot.Choice{Label: backLabel})
	}
	return choices
}

// mayHand says whether the officer may draw others into a task. What waits for its author is the author's alone, and who was
// drawn in signs, and no more.
func mayHand(v cases.TaskView) bool { return v.ID != 0 && v.Added == "" && !v.Review.Who.Author }

func (k *tasks) takeTask(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	v, err := k.task(ctx, t, t.Data.Task)
	if err != nil {
		return k.refused(t, err, t.Data.Number)
	}
	choices := k.acts(v)
	i, ok := bot.Choose(t.Text(), choices)
	if n, line := bot.Ordinal(t.Command.Lines); line && n >= 1 && n <= len(choices) && choices[n-1].Label == t.Command.Said { // 2 不受理
		i, ok = n-1, true
	}
	if !ok {
		i = slices.IndexFunc(v.Review.Acts, func(o actOption) bool { return slices.Contains(o.Synonyms, bot.Simplified(t.Text())) })
	}
	note := ""
	if i < 0 { // 已安排 11月30日去职工医院
		i, note = actAndNote(v, t.Text(), k.caseWords.language)
	}
	if i < 0 && t.IsText() {
		if entry, ok := handsOver(t.Text(), v.Case.Number); ok {
			return bot.Hand(entry), nil
		}
	}
	switch {
	case i < 0, !t.IsText() && t.Message.Kind != bot.KindVoice:
		return bot.Miss(), nil
	case choices[i].Label == backLabel:
		t.Data.Act = cases.Return
		return k.decide(ctx, t)
	case choices[i].Label == handsLabel:
		return bot.Hand(handsEntry(v.Case.Number)), nil
	case i == len(v.Review.Acts): // comes after them
		return k.sendPictures(ctx, t, v, bot.Stay())
	}
	if t.Data.Act = v.Review.Acts[i].Act; note != "" {
		t.Data.Note = note
	}
	return k.decide(ctx, t)
}
