package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// castRepeatDesk steers what is said again.
type castRepeatDesk interface {
	Repeats(ctx context.Context, member union.MemberID, limit int) (list []broadcast.Repeated, more int, err error)
	Upcoming(ctx context.Context, member union.MemberID, until time.Time, limit int) (list []broadcast.Broadcast, more int, err error)
	StopRepeat(ctx context.Context, member union.MemberID, number string) (broadcast.Repeat, error)
	ResumeRepeat(ctx context.Context, member union.MemberID, number string) (broadcast.Repeated, error)
	MoveRepeat(ctx context.Context, member union.MemberID, number string, to broadcast.Rule) (broadcast.Repeated, error)
}

var repeatAsked = fmt.Sprintf("以后多久再发一次?日子跟这一次一样。每次提前 %d 天给您准备好,您看过、提交,另有人放行才发。", broadcast.PreparedAhead)

var repeatChoices = []bot.Choice{{Label: "每月"}, {Label: "每年"}, {Label: "只发这一次"}}

// sures are what may be done with what was written: what is urgent is said once and to who is there, and a run is said again anyway.
func (f *cast) sures(t *castTurn) []bot.Choice {
	choices := castChoices[:len(castChoices):len(castChoices)]
	if t.Data.Urgent {
		return choices
	}
	if t.Data.Run.Series == 0 {
		choices = append(choices, bot.Choice{Label: "以后定期再发"})
	}
	return append(choices, bot.Choice{Label: "新来的也发"})
}

func (f *cast) takeRepeat(_ context.Context, t *castTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), repeatChoices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	t.Data.Repeat = []broadcast.Every{broadcast.Monthly, broadcast.Yearly, broadcast.Once}[i]
	return bot.Goto("sure"), nil
}

// again says how often something is said again that is written or on its way; "" for what is said once.
func (w castWords) again(b broadcast.Broadcast) string {
	if b.Repeat == broadcast.Once {
		return ""
	}
	if b.Series != 0 {
		return map[broadcast.Every]string{broadcast.Monthly: ",每月一次的", broadcast.Yearly: ",每年一次的"}[b.Repeat]
	}
	if !b.Chosen {
		return map[broadcast.Every]string{broadcast.Monthly: ",以后每月同一天", broadcast.Yearly: ",以后每年同一天"}[b.Repeat]
	}
	return ",以后" + w.rule(broadcast.RuleOf(b.Repeat, w.calendar.Local(b.StartsAt)), false)
}

// henceforth says by which rule something is said again that was released; "" for what is said once.
func (w castWords) henceforth(r broadcast.Repeat) string {
	if !r.On {
		return ""
	}
	return ",以后" + w.rule(r.Rule, true)
}

// rule says on which days something is said again.
func (castWords) rule(r broadcast.Rule, clock bool) string {
	text := fmt.Sprintf("每月%d日", r.Day)
	if r.Every == broadcast.Yearly {
		text = fmt.Sprintf("每年%d月%d日", r.Month, r.Day)
	}
	if clock {
		text += " " + calendar.ClockText(time.Duration(r.Minute)*time.Minute)
	}
	if r.Every == broadcast.Monthly && r.Day > 28 || r.Month == time.February && r.Day == 29 {
		text += "(没有这一天的,在月底那天)"
	}
	return text
}

// about is how the text of something that is said again begins.
func (castWords) about(b broadcast.Broadcast) string {
	return strings.TrimRight(cut(b.Text, 12), "。.!！?？")
}

// repeats lists what is said again; more are not listed.
func (w castWords) repeats(list []broadcast.Repeated, more int) (lines []string) {
	if len(list) > 0 {
		lines = append(lines, "定期群发:")
	}
	for _, r := range list {
		line := fmt.Sprintf("· %s %s,", r.Number, w.about(r.Run))
		switch {
		case r.Ended:
			line += "已停,撰写的人已不负责发给这些人"
		case !r.On:
			line += "已停。要恢复回复\"恢复定期 " + r.Number + "\""
		default:
			line += w.rule(r.Rule, true) + w.coming(r)
		}
		lines = append(lines, line)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("还有 %d 条没有列出,知道编号的一样能调整。", more))
	}
	if len(list) > 0 && list[0].On { // who go on come first
		lines = append(lines, "要调整回复如\"停发 "+list[0].Number+"\"\"改期 "+list[0].Number+" 每月10日\"。")
	}
	return lines
}

// coming says which runs come next: those that are prepared, and the day of the one that is prepared then.
func (w castWords) coming(r broadcast.Repeated) (said string) {
	next := ",下一次 "
	for _, b := range r.Open {
		said += fmt.Sprintf(",下一次 %s(%s %s)", w.runDay(b), b.Number, castStates[b.State])
		next = ",再下一次 "
	}
	return said + next + dayOf(r.Next.String())
}

// runDay is when a run is to go out; one that goes out with its release is called by its day.
func (w castWords) runDay(b broadcast.Broadcast) string {
	if b.StartsAt.IsZero() {
		return dayOf(b.Day.String())
	}
	return w.calendar.SpeechDay(b.StartsAt)
}

// RunPrepared implements broadcast.Words.
func (n *Notices) RunPrepared(b broadcast.Broadcast, r broadcast.Repeat, now time.Time) notice.Body {
	return notice.Body{
		Text: fmt.Sprintf("定期群发 %s 准备好了,%s,内容照上一次:\n%s\n发给 %s,%s。请看一下:要改或提交审批回复\"改通知 %s\",没有人放行不会发。这一次不发回复\"取消 %s\",以后都不发回复\"停发 %s\"。",
			b.Number, cmp.Or(n.cast().overdue(b, now), n.calendar.Speech(b.StartsAt)+" 发"), b.Text, n.cast().audience(b.Audience), n.cast().heads(b.Audience, b.Head), b.Number, b.Number, r.Number),
		Ask: &notice.Ask{Title: "定期群发 " + b.Number, TaskID: fmt.Sprintf("castrun-%d", b.ID), Choices: []notice.Choice{
			{Label: "看一看,提交审批", Say: "改通知 " + b.Number}, {Label: "这一次不发", Say: "取消 " + b.Number},
		}},
	}
}

// RunLapsed implements broadcast.Words.
func (n *Notices) RunLapsed(b broadcast.Broadcast, r broadcast.Repeat) notice.Body {
	return notice.Body{Text: fmt.Sprintf("定期群发 %s《%s》到 %s 过了三天还没有放行,这一次不发了。下一次 %s,提前 %d 天准备好给您看。以后都不发回复\"停发 %s\"。",
		b.Number, cut(b.Text, 20), n.cast().runDay(b), dayOf(r.Next.String()), broadcast.PreparedAhead, r.Number)}
}

// RunChanged implements broadcast.Words.
func (n *Notices) RunChanged(b broadcast.Broadcast, r broadcast.Repeat, by union.Member, now time.Time) notice.Body {
	head := "停了"
	if r.On {
		head = "改为" + n.cast().rule(r.Rule, true)
	}
	return notice.Body{Text: fmt.Sprintf("定期群发 %s 由 %s %s。%s", r.Number, by.Name, head, n.cast().changed(b, true, now))}
}

// changed says what has become of a run with the others. What its writer has made of it is not lost.
func (w castWords) changed(b broadcast.Broadcast, author bool, now time.Time) string {
	said := "准备好的 " + b.Number + " "
	if b.State == broadcast.Cancelled {
		return said + "撤了,写好的是:\n" + b.Text
	}
	to := "到 " + w.calendar.Speech(b.StartsAt)
	if w.overdue(b, now) != "" {
		to += "(时间已过,放行后马上发)"
	}
	said += "跟着改" + to + ",写好的没有动"
	if author {
		return said + "。请回复\"改通知 " + b.Number + "\"提交,另有人放行才发。"
	}
	return said + ",已请撰写的人重新提交。"
}

// Orphaned implements broadcast.Words.
func (n *Notices) Orphaned(last broadcast.Broadcast, r broadcast.Repeat) notice.Body {
	return notice.Body{Text: fmt.Sprintf("定期群发 %s《%s》停了:撰写的人已不负责发给 %s。还要发的,请现在负责的人回复\"群发\"重新写一条。", r.Number, cut(last.Text, 20), n.cast().audience(last.Audience))}
}

// saidRule reads 每月10日, 每年5月1日 9:10.
var saidRule = regexp.MustCompile(`^(?:每个?月(?:的)?|每年(?:的)?(\d{1,2})月)(\d{1,2})[日号]?\s*(.*)$`)

// ruleIn reads a rule; where no time is said its Minute is -1.
func (o *occasions) ruleIn(said string, now time.Time) (r broadcast.Rule, problem string) {
	m := saidRule.FindStringSubmatch(strings.ReplaceAll(said, " ", ""))
	if m == nil {
		return r, "没有听懂,请写如:每月10日、每年5月1日、每月10日9:10。"
	}
	r = broadcast.Rule{Every: broadcast.Monthly, Minute: -1}
	r.Day, _ = strconv.Atoi(m[2])
	most := 31
	if m[1] != "" {
		month, _ := strconv.Atoi(m[1])
		r.Every, r.Month = broadcast.Yearly, time.Month(month)
		if month < 1 || month > 12 {
			return r, "没有这个月份,请写如:每年5月1日。"
		}
		most = time.Date(2024, r.Month+1, 0, 0, 0, 0, 0, time.UTC).Day() // with a 29th of February
	}
	if r.Day < 1 || r.Day > most {
		return r, "没有这一天,请写如:每月10日、每年5月1日。"
	}
	if m[3] == "" {
		return r, ""
	}
	at, problem := momentOf("明天"+m[3], o.calendar.Local(now), 0, 0)
	if at.IsZero() {
		return r, "没有听懂时间,请写如:每月10日9:10。" + problem
	}
	hours := o.calendar.DutyHours()
	of := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	if of < hours.From || of >= hours.To {
		return r, fmt.Sprintf("这个时间大家在休息,请选 %s 到 %s 之间。", calendar.ClockText(hours.From), calendar.ClockText(hours.To))
	}
	at = broadcast.Unhurried(at, now)
	r.Minute = at.Hour()*60 + at.Minute()
	return r, ""
}

func (o *occasions) stopRepeat(ctx context.Context, t *occasionsTurn, officer union.MemberID, number string) error {
	r, err := o.casts.StopRepeat(ctx, officer, number)
	if err == nil {
		t.Say("好的,定期群发 " + r.Number + " 停了,准备好还没放行的也撤了;已放行的要撤回复\"取消\"加编号。要恢复回复\"恢复定期 " + r.Number + "\"。")
	}
	return o.repeatRefused(t, err, number)
}

func (o *occasions) resumeRepeat(ctx context.Context, t *occasionsTurn, officer union.MemberID, number string) error {
	r, err := o.casts.ResumeRepeat(ctx, officer, number)
	if err == nil {
		t.Say("好的,定期群发 " + r.Number + " 照" + castWords{o.calendar}.rule(r.Rule, true) + "发" + castWords{o.calendar}.coming(r) + "。")
	}
	return o.repeatRefused(t, err, number)
}

func (o *occasions) moveRepeat(ctx context.Context, t *occasionsTurn, officer union.MemberID, number, said string) error {
	rule, problem := o.ruleIn(bot.Simplified(said), t.Now)
	if problem != "" {
		t.Say(problem)
		return nil
	}
	r, err := o.casts.MoveRepeat(ctx, officer, number, rule)
	if err == nil {
		said := "好的,定期群发 " + r.Number + " 改为" + castWords{o.calendar}.rule(r.Rule, true) + castWords{o.calendar}.coming(r) + "。已放行的照原来的日子发。"
		for _, b := range r.Changed {
			said += "\n" + castWords{o.calendar}.changed(b, b.Author == officer, t.Now)
		}
		t.Say(said)
	}
	return o.repeatRefused(t, err, number)
}

// repeatRefused says why something was not done with what is said again.
func (o *occasions) repeatRefused(t *occasionsTurn, err error, number string) error {
	switch {
	case errors.Is(err, broadcast.ErrOnce):
		t.Say(number + " 只发一次,不是定期群发。要改时间或内容回复\"改通知 " + number + "\",要撤回复\"取消 " + number + "\"。")
	case errors.Is(err, broadcast.ErrWriter):
		t.Say(number + " 恢复不了:撰写的人已不负责发给这些人。还要发的,请现在负责的人回复\"群发\"重新写一条。")
	case errors.Is(err, broadcast.ErrNotNow):
		t.Say(number + " 已经停了,要改日子先回复\"恢复定期 " + number + "\"。")
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		t.Say("没有找到您可以管的 " + number + ",请核对编号。回复\"计划\"看定期群发。")
	default:
		return err
	}
	return nil
}
