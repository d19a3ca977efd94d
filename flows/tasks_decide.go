package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

type actOption = service.ActOption

// noteRunes is the most that an officer may say to an author: it has to fit into one message together with the
// sentence that the service's file has around it, for a longer message is cut.
const noteRunes = 500

// explained are the acts that are never done without words.
var explained = []cases.Act{cases.Refuse, cases.Return, cases.Reopen, cases.Waive, cases.SendBack}

// decide asks for what the act still needs, and then does it.
func (k *tasks) decide(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	if next, open := k.whom(ctx, t); open {
		return next, nil
	}
	d := t.Data
	switch {
	case d.Together != nil:
		return k.echo(t)
	case t.Message.Kind == bot.KindVoice && d.Note != "":
		return k.readBack(ctx, t)
	case longNote(t, d.Note):
		t.Data.Note = ""
		return bot.Goto("reason"), nil
	case d.Act == cases.Return && t.Data.misnames(t.Talk):
		return k.wantsReason(ctx, t), nil
	case d.Act == cases.Merge && d.Into == "":
		return k.wantsTarget(ctx, t)
	case slices.Contains(explained, d.Act) && d.Note == "":
		return k.wantsReason(ctx, t), nil
	case t.Message.Kind == bot.KindVoice:
		return k.showHeard(ctx, t)
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, d.Number)
	}
	decision := decisionOf(d, officer)
	done, err := k.desk.Decide(ctx, decision)
	if err != nil {
		return k.undecided(ctx, t, err)
	}
	t.Say(k.decided(done, decision) + k.howTold(ctx, done))
	return bot.End(), nil
}

// undecided asks for what an act lacks, or says why it was not done.
func (k *tasks) undecided(ctx context.Context, t *tasksTurn, err error) (bot.Next, error) {
	d := t.Data
	var reason *cases.ReasonError
	var proof *cases.ProofError
	var early *cases.TooEarlyError
	var grant *cases.GrantNeededError
	var answer *cases.AnswerNeededError
	var upgraded *cases.UpgradedError
	var sure *cases.SureNeededError
	switch {
	case errors.As(err, &sure):
		return k.wantsSure(t, sure), nil
	case errors.As(err, &reason):
		t.Data.Ask = reason.Option.Ask.In(k.caseWords.language)
		k.offerReasons(t, reason.Option)
		return bot.Goto("reason"), nil
	case errors.As(err, &answer):
		return k.wantsAnswer(ctx, t, answer)
	case errors.As(err, &proof):
		t.Data.Said, t.Data.Note = t.Data.Note, ""
		t.Data.Ask = "要有照片为证:请发照片,发完回\"好了\"就用刚才写的,或重新写一句。"
		return bot.Goto("reason"), nil
	case errors.As(err, &grant):
		return k.wantsGrant(ctx, t, grant)
	case errors.As(err, &early):
		t.Say(fmt.Sprintf("%s 要到 %s 以后才能%s,先没有办。到时候再来一次。", d.Number, k.caseWords.calendar.Speech(early.Until), actWord(early.Step, d.Act, k.caseWords.language)))
		return bot.End(), nil
	case errors.Is(err, cases.ErrTargetUnknown):
		t.Data.Into = ""
		t.Lead("没有找到 " + d.Into + "。")
		return k.wantsTarget(ctx, t)
	case errors.Is(err, cases.ErrEarlierTarget):
		t.Data.Into = ""
		t.Lead(d.Into + " 报得比这一件晚。奖励归先报的人,请到那一件上并入 " + d.Number + ",或另选一件。")
		return k.wantsTarget(ctx, t)
	case errors.Is(err, cases.ErrTargetUnfit):
		t.Data.Into = ""
		t.Lead(d.Into + " 不能并入:要是另一件还在办或已受理的同类事项。")
		return k.wantsTarget(ctx, t)
	case errors.Is(err, cases.ErrNoEarlierAward):
		t.Say(d.Number + " 先没有办:写的那一件不是更早的、已核准过奖励的同类事项,算不出差额。请核对编号再来一次。")
		return bot.End(), nil
	case errors.As(err, &upgraded):
		t.Say(fmt.Sprintf("%s 先没有办:%s 的差额已经由 %s 领着,同一件不补两次。它要是 %s 的升级,\"升级自\"就写 %s。", d.Number, upgraded.Earlier, upgraded.By, upgraded.By, upgraded.By))
		return bot.End(), nil
	case errors.Is(err, union.ErrNoOfficer):
		t.Say("下一步还没有人负责,先没有办。会告诉管理员补上经办人,补好了请再办一次。")
		return bot.End(), nil
	}
	return k.refused(t, err, d.Number)
}

func decisionOf(d tasksData, officer union.MemberID) cases.Decision {
	note, unasked := cutUnasked(d.Note)
	if d.Note != strings.TrimSpace(d.Voiced) {
		d.Voice = 0
	}
	var sure *cases.Sure
	if d.Sure != nil && d.Sure.Yes {
		sure = &cases.Sure{Fen: d.Sure.Fen, Year: d.Sure.Year, NoTies: d.Sure.Ties}
	}
	return cases.Decision{
		Sure: sure, Task: d.Task, Number: d.Number, Officer: officer, Act: d.Act, Note: note, Unasked: unasked, Into: d.Into, To: d.To, Straight: d.Straight, Pictures: d.Pictures, Voice: d.Voice, Grant: d.Grant, Answers: d.Answers,
	}
}

// longNote says whether a note is too long to be kept, and tells the officer so.
func longNote(t *tasksTurn, note string) bool {
	n := utf8.RuneCountInString(note)
	if n > noteRunes {
		t.Lead(fmt.Sprintf("写了 %d 字,要原样发给提出人,最多 %d 字,请精简一些。\n", n, noteRunes))
	}
	return n > noteRunes
}

// decided says what the decision came to. That the author was told is not said: the notice has yet to go out.
func (k *tasks) decided(done cases.Decided, d cases.Decision) string {
	language := k.caseWords.language
	act := actWord(done.Step, d.Act, language)
	who := "提出人"
	if done.Author.Name != "" {
		who = done.Author.Name
	}
	var b strings.Builder
	switch {
	case done.Step.Who.Author && d.Officer == done.Case.Author && d.Act == cases.Accept && len(done.Next) == 0:
		return fmt.Sprintf("好的,%s 办结。谢谢您把它盯到底!", done.Case.Number)
	case done.Step.Who.Author && d.Officer == done.Case.Author && d.Act == cases.Accept:
		step, _ := done.Service.Step(done.Case.Step)
		return fmt.Sprintf("好的,%s 记下了。谢谢您把它盯到底!接下来是%s,%s,有结果告诉您。", done.Case.Number, step.Title.In(language), officers(done.Next))
	case done.Step.Who.Author && d.Officer == done.Case.Author && d.Act == cases.Reopen:
		return fmt.Sprintf("好的,%s 退回给 %s 再办,%s 前给您看结果。", done.Case.Number, officers(done.Next), promised(k.caseWords.calendar, done.Case.DueAt))
	case done.Seats > 0:
		return fmt.Sprintf("%s 您签了%s,%d/%d 已签。接着等 %s。", done.Case.Number, act, done.Signed, done.Seats, officers(done.Next))
	case d.Act == cases.Merge:
		fmt.Fprintf(&b, "%s 并入 %s《%s》。", done.Case.Number, done.Into.Number, cut(done.Into.Title, 20))
	default:
		fmt.Fprintf(&b, "%s 已记为%s。", done.Case.Number, act)
	}
	if fields := fieldsOf(done.Service, done.Case.Asked); len(fields) > 0 && d.Act != cases.Return {
		step, _ := done.Service.Step(done.Case.Step)
		fmt.Fprintf(&b, "先请提出人补:%s,期限停着;补完到下一步:%s。", labelsOf(fields, language), step.Title.In(language))
	} else if len(fields) > 0 {
		b.WriteString("提出人只补:" + labelsOf(fields, language) + ",补完直接回到您这里。")
	}
	if d.Act == cases.SendBack {
		b.WriteString(afterwards(d.ComesStraight(done.Step)))
	}
	for _, step := range done.Once {
		fmt.Fprintf(&b, "%s也由您办,同一人,前一步已签。", step.Title.In(language))
	}
	b.WriteString(awardLine(done, d.Act))
	if len(done.Next) > 0 {
		step, _ := done.Service.Step(done.Case.Step)
		fmt.Fprintf(&b, "下一步:%s,%s,%s 前。", step.Title.In(language), officers(done.Next), promised(k.caseWords.calendar, done.Case.DueAt))
		b.WriteString(k.caseWords.wayAhead(done.Ahead))
	}
	if done.Fund != nil {
		fmt.Fprintf(&b, "资金:%s,余额 %s。", fundName(*done.Fund), answer.Yuan(done.Fund.Left()))
	}
	if !done.Quiet {
		fmt.Fprintf(&b, "结果会发给%s。", who)
	}
	return b.String()
}

// wayAhead names what is yet to come: 再往后:工会委员会研究 → 公示 5 个工作日 → 付款。
func (w *caseWords) wayAhead(steps []service.Step) string {
	if len(steps) == 0 {
		return ""
	}
	titles := make([]string, len(steps))
	for i, step := range steps {
		if titles[i] = step.Title.In(w.language); step.Wait > 0 {
			titles[i] += fmt.Sprintf(" %d 个工作日", step.Wait)
		}
	}
	return "再往后:" + strings.Join(titles, " → ") + "。"
}

// actWord is what the step calls an act.
func actWord(step service.Step, act cases.Act, language string) string {
	if option, ok := step.Option(act); ok {
		return option.Word.In(language)
	}
	return string(act)
}

func (k *tasks) refused(t *tasksTurn, err error, number string) (bot.Next, error) {
	words, ok := k.caseWords.refusal(err, number)
	if !ok {
		return bot.Next{}, fmt.Errorf("decide: %w", err)
	}
	t.Say(besideThisOne.Replace(words)) // blanks stand beside numbers only
	return bot.End(), nil
}

var besideThisOne = strings.NewReplacer(" 这一件", "这一件", "这一件 ", "这一件")

// tapKey is the key of a card's button.
func tapKey(act cases.Act, task cases.ID) string {
	return tapPrefix + ":" + string(act) + ":" + strconv.FormatInt(int64(task), 10)
}

func parseTap(key string) (act cases.Act, task cases.ID, ok bool) {
	parts := strings.Split(key, ":")
	if len(parts) != 3 || parts[0] != tapPrefix {
		return "", 0, false
	}
	n, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || n <= 0 {
		return "", 0, false
	}
	return cases.Act(parts[1]), cases.ID(n), true
}
