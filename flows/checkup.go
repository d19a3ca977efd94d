package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/checkup"
	"github.com/unionbot/unionbot/union/notice"
)

// CheckupDesk knows when members are due for a health check.
type CheckupDesk interface {
	List(ctx context.Context, officer union.MemberID) (checkup.List, error)
	Own(ctx context.Context, member union.MemberID) ([]checkup.Checkup, error)
	Note(ctx context.Context, officer union.MemberID, staffNo string, to checkup.State, place string) (checkup.Noted, error)
}

// checkups shows who is due for a health check, and notes who was there: 体检 名单, 体检 已检 100231, 体检 结果 100231 医务室.
type checkups struct {
	people   people
	desk     CheckupDesk
	calendar Calendar
}

var (
	asksCheckups = regexp.MustCompile(`^体检\s*(?:名单|台账|到期名单)[。!！]?$`)
	notesCheckup = regexp.MustCompile(`^体检\s*(已检|检了|结果|结果已出)\s*([0-9A-Za-z-]{2,32})?\s*((?s:.*))$`)
	ownCheckups  = regexp.MustCompile(`^(?:我的体检|我(?:什么时候|几时|哪天)(?:该)?体检|我的体检(?:日期|时间|安排))[?？。!！]?$`)
)

func (c *checkups) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "checkup", Rev: 1, Title: "体检安排", Expires: time.Minute, Passing: true,
		Understand: func(text string) []bot.Guess {
			text = strings.TrimSpace(text)
			m := notesCheckup.FindStringSubmatch(text)
			if m != nil && m[2] == "" && m[3] != "" { // 体检结果一直没告诉我 is no officer's word
				m = nil
			}
			if m != nil || asksCheckups.MatchString(text) || ownCheckups.MatchString(text) {
				return []bot.Guess{{Label: "体检安排", Score: decisionScore}}
			}
			return nil
		},
		Begin: c.begin,
	})
}

func (c *checkups) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, next, err := c.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	text := strings.TrimSpace(t.Entry.Text)
	if m := notesCheckup.FindStringSubmatch(text); m != nil {
		return c.note(ctx, t, member, m)
	}
	if asksCheckups.MatchString(text) {
		return c.list(ctx, t, member)
	}
	return c.own(ctx, t, member)
}

const saidCheckupOfficers = "体检名单由安全员和帮扶专干看和登记。您自己的回复\"我的体检\"。"

func (c *checkups) list(ctx context.Context, t *bot.Turn[struct{}], officer union.MemberID) (bot.Next, error) {
	l, err := c.desk.List(ctx, officer)
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say(saidCheckupOfficers)
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, err
	case l.Total == 0 && len(l.Untold) == 0:
		t.Say("60 天内没有到期的职业健康检查,也没有错过的。")
		return bot.End(), nil
	}
	var late, due []string
	for _, one := range l.Lines {
		line := fmt.Sprintf("· %s %s(%s)%s,应检 %s", one.StaffNo, one.Name, one.Unit, checkupKind(one.Kind), dayOf(one.Due))
		if one.Late(l.Today) {
			late = append(late, line)
		} else {
			due = append(due, line)
		}
	}
	var lines []string
	if len(late) > 0 {
		lines = append(append(lines, "过期没检:"), late...)
	}
	if len(due) > 0 {
		lines = append(append(lines, "60 天内到期:"), due...)
	}
	if l.Total > len(l.Lines) {
		lines = append(lines, fmt.Sprintf("共 %d 人,先列最急的 %d 人。", l.Total, len(l.Lines)))
	}
	if len(l.Untold) > 0 {
		lines = append(lines, "检过了,书面结果还没告知:")
	}
	for _, one := range l.Untold {
		lines = append(lines, fmt.Sprintf("· %s %s(%s)%s", one.StaffNo, one.Name, one.Unit, checkupKind(one.Kind)))
	}
	t.Say(strings.Join(append(lines, "检完回复\"体检 已检 工号\";结果出来回复\"体检 结果 工号 领取地点\",会告诉本人来领,不要写结果。"), "\n"))
	return bot.End(), nil
}

func (c *checkups) note(ctx context.Context, t *bot.Turn[struct{}], officer union.MemberID, said []string) (bot.Next, error) {
	to, place := checkup.Checked, ""
	if strings.HasPrefix(said[1], "结果") {
		to, place = checkup.Told, strings.TrimSpace(said[3])
	}
	switch {
	case said[2] == "":
		t.Say("请带上工号,如:体检 已检 100231,或 体检 结果 100231 医务室。")
		return bot.End(), nil
	case to == checkup.Told && wordless(place):
		t.Say("请写到哪儿领书面结果,如:体检 结果 " + said[2] + " 医务室。检查结果本身不要写在这里。")
		return bot.End(), nil
	}
	done, err := c.desk.Note(ctx, officer, said[2], to, cut(place, 60))
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say(saidCheckupOfficers)
	case errors.Is(err, union.ErrNotFound):
		t.Say("您负责的范围里没有工号 " + said[2] + "。")
	case errors.Is(err, checkup.ErrNone), errors.Is(err, union.ErrStale):
		t.Say(said[2] + " 没有待登记的职业健康检查。回复\"体检 名单\"看有哪些。")
	case err != nil:
		return bot.Next{}, err
	default:
		text := fmt.Sprintf("已登记 %s %s检查:已检。", done.Member.Name, checkupKind(done.Check.Kind))
		if to == checkup.Told {
			text = fmt.Sprintf("已登记 %s %s检查:结果已出,会告诉本人到%s领书面结果。", done.Member.Name, checkupKind(done.Check.Kind), place)
		}
		if done.Next != nil {
			text += "下一次应检 " + dayOf(done.Next.Due) + "。"
		}
		t.Say(text)
	}
	return bot.End(), nil
}

func (c *checkups) own(ctx context.Context, t *bot.Turn[struct{}], member union.MemberID) (bot.Next, error) {
	list, err := c.desk.Own(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	if len(list) == 0 {
		t.Say("没有登记您的职业健康检查安排。岗位接触粉尘、噪声、毒物、高温、放射的,单位应当安排并出费用(《职业病防治法》第三十五条);没安排的,回复\"没安排体检\"报给工会。")
		return bot.End(), nil
	}
	lines := []string{"您的职业健康检查:"}
	for _, one := range list {
		line := "· " + checkupKind(one.Kind) + ",应检 " + dayOf(one.Due)
		switch {
		case one.State == checkup.Told:
			line += ",结果已出" + fetchAt(one.Place)
		case one.State == checkup.Checked:
			line += ",已检,等书面结果"
		case one.Late(c.calendar.Local(t.Now).Format(time.DateOnly)):
			line += ",已过期,请尽快去检"
		case one.Place != "":
			line += ",地点 " + one.Place
		}
		lines = append(lines, line)
	}
	t.Say(strings.Join(append(lines, "费用由单位出,结果书面告诉您(《职业病防治法》第三十五条)。"), "\n"))
	return bot.End(), nil
}

func fetchAt(place string) string {
	if place == "" {
		return ",请向安全员领取书面结果"
	}
	return ",请到" + place + "领取书面结果"
}

// dayOf says 2026-12-10 as people do, with its year: many of the days are next year's.
func dayOf(due string) string {
	t, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return due
	}
	return t.Format("2006年1月2日")
}

func checkupKind(k checkup.Kind) string {
	switch k {
	case checkup.Entering:
		return "上岗前"
	case checkup.InPost:
		return "在岗"
	case checkup.Leaving:
		return "离岗时"
	}
	return string(k)
}

var _ checkup.Words = (*Notices)(nil)

// CheckupDue reminds a member of a check, with what the law says of it.
func (n *Notices) CheckupDue(m union.Member, c checkup.Checkup, missed bool) notice.Body {
	text := fmt.Sprintf("%s,您的%s职业健康检查应在 %s 前做", master(m.Name), checkupKind(c.Kind), dayOf(c.Due))
	if missed {
		text = fmt.Sprintf("%s,您的%s职业健康检查 %s 到期,还没有登记检过", master(m.Name), checkupKind(c.Kind), dayOf(c.Due))
	}
	if c.Place != "" {
		text += ",地点:" + c.Place
	}
	text += "。费用由单位出(《职业病防治法》第三十五条)。"
	switch c.Kind {
	case checkup.Entering:
		text += "没做上岗前检查,单位不得安排您接触职业病危害。"
	case checkup.Leaving:
		text += "没做离岗前检查,单位不得解除或终止劳动合同;离开时您有权索取本人健康监护档案复印件,单位要无偿提供并盖章(第三十六条),要的话回复\"要健康档案复印件\"。"
	}
	if missed {
		return notice.Body{Text: text + "已经检过的请告诉安全员;没人安排,回复\"没安排体检\"报给工会。"}
	}
	return notice.Body{Text: text + "没人安排的,回复\"没安排体检\"。"}
}

// CheckupResult says that there is a result, and never which.
func (n *Notices) CheckupResult(m union.Member, c checkup.Checkup) notice.Body {
	text := fmt.Sprintf("%s,您的%s职业健康检查结果已出%s(《职业病防治法》第三十五条:结果应书面告知本人)。", master(m.Name), checkupKind(c.Kind), fetchAt(c.Place))
	if c.Kind == checkup.Leaving {
		text += "离开单位时,您还可以索取健康监护档案复印件,单位要无偿提供并盖章(第三十六条),要的话回复\"要健康档案复印件\"。"
	}
	return notice.Body{Text: text + "看不懂或有异议,回复\"想复查体检\"。"}
}

// CheckupUntold says that a result is due, and never which.
func (n *Notices) CheckupUntold(m union.Member, c checkup.Checkup) notice.Body {
	return notice.Body{Text: fmt.Sprintf("%s,您的%s职业健康检查已检过一个半月,还没有登记书面结果。单位应当书面告诉您(《职业病防治法》第三十五条),已转告安全员;一直没拿到,回复\"体检结果没告诉我\"报给工会。", master(m.Name), checkupKind(c.Kind))}
}

// CheckupsUntold names nobody, as CheckupsMissed does.
func (n *Notices) CheckupsUntold() notice.Body {
	return notice.Body{Text: "您负责的范围里有人体检过了一个半月,书面结果还没登记告知。回复\"体检 名单\"查看。"}
}

// CheckupsMissed names nobody: it may be read over a shoulder.
func (n *Notices) CheckupsMissed() notice.Body {
	return notice.Body{Text: "您负责的范围里有职业健康检查过期没检。回复\"体检 名单\"查看并安排。"}
}
