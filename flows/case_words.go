package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// caseWords puts cases into words, for the flows that show them.
type caseWords struct {
	services Services
	calendar Calendar
	language string
}

// stateName says where a case of the service stands; what was accepted in the words of its last step.
func stateName(state cases.State, s *service.Service, language string) string {
	switch state {
	case cases.Open:
		return "正在办理"
	case cases.Returned:
		return "等提出人补充"
	case cases.Accepted:
		if s == nil {
			return "已办结"
		}
		steps := slices.DeleteFunc(s.Steps(), s.ForAward) // not every case has gone through those
		return "已" + strings.TrimPrefix(actWord(steps[len(steps)-1], cases.Accept, language), "已")
	case cases.Refused:
		return "未受理"
	case cases.Merged:
		return "已并入别的事项"
	case cases.Withdrawn:
		return "已撤回"
	case cases.Undone:
		return "已撤销"
	}
	return string(state)
}

// of is the version of the service with which the case began.
func (w *caseWords) of(ctx context.Context, c cases.Case) (*service.Service, error) {
	s, err := w.services.ByHash(ctx, c.Hash)
	if err != nil {
		return nil, fmt.Errorf("find service of case %s: %w", c.Number, err)
	}
	return s, nil
}

// short is what the service is called within a sentence, by its present name.
func (w *caseWords) short(name string) string {
	if s, ok := w.services.Current(name); ok {
		return s.Short.In(w.language)
	}
	return "事项"
}

// line is a case in a list of one's own.
func (w *caseWords) line(c cases.Summary) string {
	s, offered := w.services.Current(c.Service)
	state := stateName(c.State, s, w.language)
	line := fmt.Sprintf("%s %s《%s》%s", c.Number, w.short(c.Service), cut(c.Title, 16), state)
	if offered && s.Sensitive {
		line = c.Number + " " + w.short(c.Service) + " " + state
	}
	if c.State == cases.Open && len(c.Officers) > 0 {
		line += "," + strings.Join(c.Officers, "、") + "," + promisedDay(w.calendar, c.DueAt) + "前"
	}
	return line
}

// secondedLine is a case of somebody else's that the member seconds, or with which their own goes on. Of what is its author's
// matter no word is shown.
func (w *caseWords) secondedLine(c cases.Summary) string {
	s, offered := w.services.Current(c.Service)
	if offered && s.Seconds() {
		return saidSeconded + w.line(c)
	}
	return "一起办的 " + c.Number + " " + w.short(c.Service) + " " + stateName(c.State, s, w.language)
}

// view is a case as its author or an officer reads it: where it stands, who has it, and what happened last.
func (w *caseWords) view(v cases.View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", v.Number, v.Service.Short.In(w.language))
	if !v.Service.Sensitive {
		fmt.Fprintf(&b, "《%s》", cut(v.Title, 40))
	}
	b.WriteString("\n" + stateName(v.Standing(), v.Service, w.language) + owed(v.Case))
	if v.State == cases.Open {
		if step, ok := v.Service.Step(v.Step); ok {
			fmt.Fprintf(&b, "(%s)", step.Title.In(w.language))
		}
		if len(v.Officers) > 0 {
			fmt.Fprintf(&b, ",在 %s 手上", strings.Join(v.Officers, "、"))
		}
		if words := signedBy(v.Signed); words != "" {
			b.WriteString("," + words)
		}
		if words := nextWords(v.Signed.Added); words != "" {
			b.WriteString("," + words)
		}
		if !v.Service.Alarm.Life { // there is somebody to talk with, not a result
			b.WriteString("," + w.dueBy(v))
		}
	}
	b.WriteString("。" + w.running(v))
	if v.Standing() == cases.Refused {
		b.WriteString(basis(v.Service, w.language))
	}
	if !v.PapersDue.IsZero() {
		fmt.Fprintf(&b, "后补材料请在 %s 前发来,回复\"补充 %s\"。", w.calendar.SpeechDay(v.PapersDue), v.Number)
	}
	const last = 4
	void := cases.Voided(v.Service, v.Timeline)
	for i, e := range v.Timeline {
		if i < len(v.Timeline)-last {
			continue
		}
		b.WriteString("\n· " + w.event(v.Service, e) + atLevel(v.Case, e))
		if void[i] {
			b.WriteString("(" + voided + ")")
		}
	}
	b.WriteString(w.copyLine(v) + w.copied(v))
	return b.String()
}

// basis names the rule by which a service works out what is asked for; empty where there is none. That of an award is none of those.
func basis(s *service.Service, language string) string {
	if s.Basis.Rule.Empty() || len(s.Sums) == 0 && !s.Category.On() {
		return ""
	}
	return "依据:《" + s.Basis.Rule.In(language) + "》。"
}

func (w *caseWords) event(s *service.Service, e cases.Event) string {
	step, _ := s.Step(e.Step)
	name := e.Name
	if name == "" {
		name = "提出人"
	}
	text := w.calendar.SpeechDay(e.At) + " " + name + " "
	if e.Kind == cases.EventSignedOnce { // which one says the step
		text += step.Title.In(w.language) + ":"
	}
	if e.Kind == cases.EventTaken && s.Alarm.Life {
		text += "接手联系"
	} else {
		text += kindWord(step, e.Kind, w.language)
	}
	text += besides(s, e, w.language)
	if e.Note == "" {
		return text + packKeeps(s, e)
	}
	if e.Kind == cases.EventFiled { // the note names an officer
		return text + "(由 " + e.Note + " 在对话中发起)"
	}
	if e.Names() { // the note begins with a name
		return text + " " + cut(e.Note, 60)
	}
	return text + ":" + cut(e.Note, 60)
}

// owed says what is to come back of what was paid for a case that is undone.
func owed(c cases.Case) string {
	if c.Owed() == 0 {
		return ""
	}
	return ",应收回 " + answer.Yuan(c.Owed())
}

// voided stands behind a decision that is void because an earlier step is decided anew.
const voided = "已作废"

// besides is what an entry of the timeline speaks of behind its verb: when somebody signs, another case, or a step that is decided anew.
func besides(s *service.Service, e cases.Event, language string) string {
	other := e.Other
	switch place := placeName(cases.Place(e.Other)); {
	case place != "":
		return "(" + place + ")"
	case e.SentBack():
		step, _ := s.Step(e.Other)
		other = step.Title.In(language)
	}
	if other == "" {
		return ""
	}
	return " " + other
}

// decisions are the events that say what an officer has decided, in a word of the service's file.
var decisions = []string{cases.EventPassed, cases.EventAccepted, cases.EventRefused}

// atLevel says where in the tree a step was decided above whose deciders others stand: that is kept, wherever those stand later.
func atLevel(c cases.Case, e cases.Event) string {
	level, kept := c.Levels[e.Step]
	if !kept || !slices.Contains(decisions, e.Kind) {
		return ""
	}
	return "(按 " + level.Unit + " 一级)"
}

// kindWord is a timeline event's kind as the step that was decided calls it.
func kindWord(step service.Step, kind string, language string) string {
	act := map[string]cases.Act{
		cases.EventPassed: cases.Accept, cases.EventAccepted: cases.Accept, cases.EventRefused: cases.Refuse,
		cases.EventSigned: cases.Accept, cases.EventSignedAgainst: cases.Refuse,
	}[kind]
	if option, ok := step.Option(act); ok {
		if kind == cases.EventSigned || kind == cases.EventSignedAgainst {
			return "签了" + option.Word.In(language)
		}
		return option.Word.In(language)
	}
	return kindName(kind)
}

// kindNames are the timeline's kinds of events in words.
var kindNames = map[string]string{
	cases.EventFiled:         "提交",
	cases.EventPassed:        "通过",
	cases.EventAccepted:      "受理",
	cases.EventRefused:       "不受理",
	cases.EventReturned:      "退回补充",
	cases.EventSupplemented:  "补充",
	cases.EventMerged:        "并入",
	cases.EventJoined:        "并入了",
	cases.EventCorrected:     "核减",
	cases.EventReopened:      "没有认可,退回再办",
	cases.EventTaken:         "接单,赶去现场",
	cases.EventThere:         "从现场说",
	cases.EventAdded:         "又说",
	cases.EventPackGiven:     "同意交出材料",
	cases.EventPackBack:      "收回材料",
	cases.EventPackOpened:    "打开材料",
	cases.EventReconsidered:  "请求复议",
	cases.EventWaived:        "不计奖励",
	cases.EventDisowned:      "说没有参与,从共同提出人里去掉",
	cases.EventWithdrawn:     "撤回",
	cases.EventOpened:        "打开了提出人的姓名",
	cases.EventReminded:      "提醒经办人",
	cases.EventStoodIn:       "逾期转请别人办",
	cases.EventClimbed:       "逾期转请上一级",
	cases.EventLeft:          "经办人离岗,转请别人办",
	cases.EventMoved:         "提出人调到",
	cases.EventFollowed:      "提出人调动,转请那边的人办",
	cases.EventStuck:         "没有人能接手,已请管理员处理",
	cases.EventLapsed:        "到期没有人提出意见,视为通过",
	cases.EventExtended:      "延长办理期限",
	cases.EventPostponed:     "遇放假,期限顺延",
	cases.EventHandedOver:    "转办",
	cases.EventDelegated:     "委派核实",
	cases.EventHelped:        "答复委派",
	cases.EventRecalled:      "收回",
	cases.EventCopied:        "抄送",
	cases.EventSignerAdded:   "加签",
	cases.EventUrged:         "催办",
	cases.EventContent:       "评价满意",
	cases.EventSoSo:          "评价一般",
	cases.EventDiscontent:    "评价不满意",
	cases.EventUnheld:        "没有人任职,转请别人办",
	cases.EventRecused:       "回避",
	cases.EventKeptOut:       "按规定要回避",
	cases.EventSignedOnce:    "同一人,前一步已签",
	cases.EventLent:          "不在,转请代办",
	cases.EventGivenBack:     "代办结束,还给本人",
	cases.EventChallenged:    "申请回避",
	cases.EventReferred:      "申请回避,转请上一级定",
	cases.EventUnchallenged:  "不同意回避,交回",
	cases.EventSentUp:        "不在、不转代,送上一级",
	cases.EventVacated:       "席位空出,不再等",
	cases.EventUndoAsked:     "申请撤销",
	cases.EventUndone:        "同意撤销",
	cases.EventUndoRefused:   "不撤销",
	cases.EventMoneyBack:     "款项已收回",
	cases.EventUnrecovered:   "说收不回,申请核销",
	cases.EventWrittenOff:    "同意核销",
	cases.EventNotWrittenOff: "不核销,接着收回",
	cases.EventSentBack:      "退回重办",
	cases.EventSentStraight:  "退回重办",
}

// kindName is a timeline event's kind in words.
func kindName(kind string) string { return cmp.Or(kindNames[kind], kind) }

// fundName is a fund as officers know it: 2026 帮扶专项.
func fundName(f fund.Fund) string { return fmt.Sprintf("%d %s", f.Year, f.Title) }

// ended is a text that ends as a sentence does, so that another may follow.
func ended(text string) string {
	text = strings.TrimSpace(text)
	if last, _ := utf8.DecodeLastRuneInString(text); text != "" && (unicode.IsLetter(last) || unicode.IsDigit(last)) {
		return text + "。"
	}
	return text
}

// confidential is all that lists, cards and notices say of a matter that others should not read.
const confidential = "保密事项"

// masked stands in cards and lists for what only the person who opens the task is to read.
const masked = "内容不在这里显示,回复\"待办\"查看"

// form is what was said when the case was filed, and since.
func (w *caseWords) form(t cases.TaskView) []string { return w.formShown(t, partlyCards) }

func (w *caseWords) formShown(t cases.TaskView, show func(*service.Field, string) string) (lines []string) {
	for _, r := range formRows(t.Case, t.Service, w.language, show) {
		lines = append(lines, r.Name+":"+r.Value)
	}
	if pack := w.packStanding(t.Case, t.Service); pack != "" {
		lines = append(lines, pack)
	}
	return lines
}

// detail is the form as the officer reads it.
func (w *caseWords) detail(t cases.TaskView) string { return w.details(t, w.form(t)) }

// own is detail for whoever decides the step, who reads what its author was asked for it.
func (w *caseWords) own(t cases.TaskView) string {
	return w.details(t, w.formShown(t, func(f *service.Field, text string) string {
		if slices.ContainsFunc(t.Review.Later, func(l service.Field) bool { return l.Name == f.Name }) {
			return text
		}
		return partlyCards(f, text)
	}))
}

// partlyCards shows all of an answer but of a bank card, which is for whoever pays.
func partlyCards(f *service.Field, text string) string {
	if f.Kind == service.KindBankCard {
		return f.Partly(text)
	}
	return text
}

func (w *caseWords) details(t cases.TaskView, lines []string) string {
	if t.Said != "" {
		lines = append(lines, "办理意见:"+t.Said)
	}
	for _, r := range handRows(t) {
		lines = append(lines, r.Name+":"+r.Value)
	}
	lines = append(lines, w.helpRows(t)...)
	if words := signedBy(t.Signed); words != "" {
		lines = append(lines, "会签:"+words)
	}
	if words := addedWords(t.Signed.Added); words != "" {
		lines = append(lines, "加签:"+words)
	}
	for _, o := range t.Objections {
		lines = append(lines, "异议("+o.Name+","+o.Unit+","+w.calendar.SpeechDay(o.At)+",保密):"+o.Text)
	}
	lines = append(lines, "提出人:"+author(t), "期限:"+promised(w.calendar, t.DueAt))
	if words := t.Public(w.language); words != "" {
		lines = append(lines, "公示用:"+words)
	}
	return strings.Join(lines, "\n")
}

// formRows is what a case holds, in the order of its form: what was answered, what follows from it and what was added. show is
// how much of an answer is shown.
func formRows(c cases.Case, s *service.Service, language string, show func(*service.Field, string) string) []notice.Row {
	var rows []notice.Row
	add := func(label, text string) {
		if text != "" {
			rows = append(rows, notice.Row{Name: label, Value: text})
		}
	}
	for _, field := range slices.Concat(s.Form, s.OfficerFields(), s.LaterFields()) {
		add(field.Label.In(language), show(&field, c.Values[field.Name].Text))
	}
	for _, sum := range s.Sums {
		text := c.Values[sum.Name].Text
		if words := sum.Formula.Fill(language, texts(s, c.Values)); text != "" && words != "" {
			text += "(" + words + ")"
		}
		add(sum.Label.In(language), text)
	}
	if s.Category.On() {
		add(s.Category.Label.In(language), c.Values[s.Category.Name].Text)
	}
	add("核定金额", c.Values[service.FieldGranted].Text)
	add(s.Award.Label.In(language), c.Values[service.FieldAward].Text)
	add("补充", c.Values[cases.Supplement].Text)
	if len(c.Pictures) > 0 {
		add("照片", picturesOfCase(c, s))
	}
	return rows
}

// signedBy says how many have signed a step that several sign, and who; empty for one that one decides.
func signedBy(s cases.Signatures) string {
	if s.Seats == 0 {
		return ""
	}
	text := fmt.Sprintf("%d/%d 已签", s.Signed, s.Seats)
	if len(s.Names) > 0 {
		text += "(" + strings.Join(s.Names, "、") + ")"
	}
	return text
}

// author names who filed a case, to an officer.
func author(t cases.TaskView) string {
	if t.Service.Sealed && t.AuthorOrg != "" {
		return "匿名 · " + t.AuthorOrg
	}
	if t.Case.Anonymous || t.AuthorName == "" {
		return "匿名"
	}
	return t.AuthorName + " · " + t.AuthorOrg
}

// settled says how a step was decided that is decided already.
func (w *caseWords) settled(s *cases.Settled) string {
	text := s.Number + " 已于 " + w.calendar.Speech(s.At) + " "
	if s.Officer != "" {
		text += "由 " + s.Officer + " "
	}
	if slices.Contains(decisions, s.Kind) { // whose words need not be verbs: 不是隐患
		text += "记为"
	}
	text += kindWord(s.Step, s.Kind, w.language)
	if s.Into != "" {
		text += " " + s.Into
	}
	return text
}

// instead says what to do where the step is still open, but was changed since it was seen; otherwise what is given.
func (w *caseWords) instead(s *cases.Settled, words string) string {
	if s.Kind == cases.EventCorrected {
		return ",数额变了。请回复\"待办\"看核减后的再办。"
	}
	if s.Waits {
		return ",现在等提出人补充,补完再办。"
	}
	return words
}

// refusal puts into words why a use case did not do it; ok is false for a fault that is none of the person's business.
func (w *caseWords) refusal(err error, number string) (text string, ok bool) {
	var settled *cases.Settled
	var short *fund.ShortError
	var waits *cases.WaitsError
	switch {
	case errors.As(err, &waits):
		seats := make([]string, len(waits.For))
		for i, people := range waits.For {
			seats[i] = eitherOfficer(people)
		}
		text := number + " 先等 " + strings.Join(seats, "、") + " 签,签了同意再到您。"
		if waits.Recallable {
			text += "不等了,回复\"收回 " + number + "\"。"
		}
		return text, true
	case errors.As(err, &settled):
		return w.settled(settled) + w.instead(settled, ",不用再办了。"), true
	case errors.Is(err, union.ErrNotFound):
		return "没有找到 " + number + ",请核对编号。回复\"我的\"或\"待办\"看编号。", true
	case errors.Is(err, cases.ErrKeepReady):
		return number + " 还在等对方回话,请守着电话,定了再叫您。要马上联系,回复\"我来\"。", true
	case errors.Is(err, union.ErrForbidden):
		return number + " 现在不在您手上:可能已办到下一步,或换了经办人;自己提的事由别人来定。", true
	case errors.Is(err, cases.ErrHandedOften):
		return fmt.Sprintf("%s 已经转手 %d 次,不能再转了,请直接办。", number, cases.MostHandings), true
	case errors.Is(err, cases.ErrActNotAllowed):
		return number + " 现在这一步不能这样办。", true
	case errors.Is(err, cases.ErrSaidMuch):
		return number + " 补充的已经很多了,这一句没有加。要紧的请直接找经办人,或回复\"人工\"。", true
	case errors.Is(err, cases.ErrNumberSaid):
		return number + " 这一句没有收:卡号、证件号不写在补充里。要换卡号,请找经办人,或回复\"人工\"。", true
	case errors.Is(err, cases.ErrPaid):
		return number + " 的钱已经付了,提出人不能再申请撤销。有问题请联系经办人,或回复\"人工\"。", true
	case errors.Is(err, cases.ErrNothingToUndo):
		return number + " 没有可以撤销的:还没有人批过,或没有批下来。", true
	case errors.Is(err, union.ErrSettled):
		return number + " 已经办结。", true
	case errors.As(err, &short):
		return fmt.Sprintf("资金:%s,余额 %s,不够 %s,%s 先没有办。请先落实资金。",
			fundName(short.Fund), answer.Yuan(short.Fund.Left()), answer.Yuan(short.Wanted), number), true
	case errors.Is(err, fund.ErrUnknown):
		return number + " 先没有办:今年的资金还没有设。请管理员用 unionbot funds set 设好再来。", true
	case errors.Is(err, cases.ErrNoMoney):
		return number + " 先没有办:没有可以发的钱,或提出人按职责不参加。", true
	case errors.Is(err, fund.ErrNothingReserved):
		return number + " 先没有办:没有预留这笔钱,不能付款。", true
	case errors.Is(err, union.ErrStale):
		return number + " 刚刚有变动,请回复\"进度 " + number + "\"再看一眼。", true
	}
	return "", false
}
