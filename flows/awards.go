package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// AwardOffice shows what was awarded: the month's list to those who answer for the money, and to everybody their own.
type AwardOffice interface {
	SendAwards(ctx context.Context, reader union.MemberID, month time.Time, occasion string, title func(service string) string) (fund.AwardList, error)
	OwnAwards(ctx context.Context, member union.MemberID) ([]fund.Awarded, error)
	MayReadAll(ctx context.Context, reader union.MemberID) (bool, error)
}

// awards sends a month's list of awards as a workbook, and to everybody else their own: 奖励 11月.
type awards struct {
	people    people
	caseWords caseWords
	office    AwardOffice
	calendar  Calendar
}

var asksAwards = regexp.MustCompile(`^(?:看|要|发|导出|我的)?(?:奖励|奖金)(?:名单|发放表|清单)?\s*(?:(\d{1,2})月(?:份)?)?[。!！]?$`)

func (a *awards) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "awards", Rev: 1, Title: "奖励", Expires: listExpires, Passing: true,
		Understand: func(text string) []bot.Guess {
			if text = strings.TrimSpace(text); asksAwards.MatchString(text) {
				return []bot.Guess{{Label: "奖励发放", Score: progressScore}}
			}
			return nil
		},
		Begin: a.begin,
	})
}

func (a *awards) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := a.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	text := strings.TrimSpace(t.Entry.Text)
	month := ""
	if m := asksAwards.FindStringSubmatch(text); m != nil {
		month = m[1]
	}
	n, _ := strconv.Atoi(month) // figures only, or none
	list, err := a.office.SendAwards(ctx, member, monthBefore(a.calendar.Local(t.Now), n), strconv.FormatInt(t.Now.UnixMilli(), 36), a.caseWords.short)
	switch {
	case errors.Is(err, union.ErrForbidden):
		return a.own(ctx, t, member)
	case err != nil:
		return bot.Next{}, fmt.Errorf("send awards: %w", err)
	case len(list.Lines) == 0:
		t.Say(list.Month.Format("2006年1月") + " 没有核准的奖励。")
		return bot.End(), nil
	}
	all, unpaid := list.Sums()
	text = fmt.Sprintf("%s 核准奖励 %d 笔,%s,未付 %s。表格正在发给您。", list.Month.Format("2006年1月"), len(list.Lines), answer.Yuan(all), answer.Yuan(unpaid))
	if unpaid > 0 {
		text += fmt.Sprintf("财务付完,回复\"奖励已付 %d月 凭证号\"登记。", list.Month.Month())
	}
	t.Say(text)
	return bot.End(), nil
}

// own tells a member what they were awarded.
func (a *awards) own(ctx context.Context, t *bot.Turn[struct{}], member union.MemberID) (bot.Next, error) {
	list, err := a.office.OwnAwards(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list own awards: %w", err)
	}
	if len(list) == 0 {
		t.Say("您还没有核准的奖励。提建议、报隐患、报成果,采纳或查实后按办法奖励,核准后会告诉您。")
		return bot.End(), nil
	}
	lines := []string{"您的奖励:"}
	for _, one := range list {
		lines = append(lines, a.caseWords.awardOf(one))
	}
	t.Say(strings.Join(lines, "\n"))
	return bot.End(), nil
}

// awardOf is one award in a list.
func (w *caseWords) awardOf(one fund.Awarded) string {
	state := "待发"
	if one.Paid {
		state = "已付"
	}
	return fmt.Sprintf("· %s %s %s,%s核准,%s", w.short(one.Service), one.Number, answer.Yuan(one.Fen), w.calendar.SpeechDay(one.At), state)
}

// Awarded tells a member what was awarded. Whoever shares it learns how it was split.
func (n *Notices) Awarded(a cases.AwardNotice) notice.Body {
	text := fmt.Sprintf("%s,%s已核准%s", master(a.Member.Name), n.named(a.Case, a.Service.Short.In(n.language), a.Service.Sensitive), a.Service.Award.Label.In(n.language))
	if a.Award.Fen != a.Total {
		text += fmt.Sprintf(" %s,您占 %d%%", answer.Yuan(a.Total), a.Award.Share)
		if a.Shared < 100 {
			text += fmt.Sprintf("(有人按职责不参与分奖,其余 %d%% 按各自份额折算)", a.Shared)
		}
		text += fmt.Sprintf(",应得 %s(分到分,除不尽的一分归余数最大的)", answer.Yuan(a.Award.Fen))
	} else {
		text += " " + answer.Yuan(a.Total)
	}
	if rule := a.Service.Basis.Rule; !rule.Empty() {
		text += ",依据《" + rule.In(n.language) + "》"
	}
	if !a.Notice.Publish.Empty() {
		return notice.Body{Text: text + fmt.Sprintf("。还要公示 %d 个工作日,公示无异议后由财务按月发放,谢谢您!", a.Notice.Wait)}
	}
	return notice.Body{Text: text + "。由财务按月发放,谢谢您!"}
}

// awardLine is what officers are told of the award when they have graded a case.
func awardLine(done cases.Decided, act cases.Act) string {
	a := done.Service.Award
	option, _ := done.Step.Option(act)
	graded := false
	for _, f := range option.Form {
		graded = graded || done.Service.Awards() && f.Name == a.By && act == cases.Accept
	}
	switch v := done.Case.Values[service.FieldAward]; {
	case !graded:
		return ""
	case v.Text == "":
		return "不计" + a.Label.ZH + "(匿名、按职责查出或这一级没有)。"
	case done.Case.Values[a.Earlier].Text != "":
		return a.Label.ZH + "按表减去 " + done.Case.Values[a.Earlier].Text + " 已奖的,补差 " + v.Text + ",核准后才告诉提出人。"
	default:
		return a.Label.ZH + "按表 " + v.Text + ",核准后才告诉提出人。"
	}
}
