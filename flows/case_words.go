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
		b.WriteString(basis(v.Service, v.Case, w.language))
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
func basis(s *service.Service, c cases.Case, language string) string {
	if s.Basis.Rule.Empty() || len(s.Sums) == 0 && !s.Category.On() {
		return ""
	}
	return "依据:" + s.Basis.RuleAt(cmp.Or(c.Values[service.FieldFiledOrg].Text, c.Values[service.FieldOrg].Text), language) + "。"
}

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
