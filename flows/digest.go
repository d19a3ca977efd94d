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
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
)

// digest lets an officer choose when to be reminded: 提醒 9:00 15:00, 提醒 关.
type digest struct {
	people   people
	calendar Calendar
	desk     ClockDesk
}

// asksDigest knows nothing but the word and what belongs to it.
var asksDigest = regexp.MustCompile(`^(?:待办)?提醒(?:时间)?[\s:]*(关闭?|开启?|[\d:：,，、和\s]*)$`)

const digestScore = 0.98 // it says nothing else

func (d digest) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "digest", Rev: 1, Title: "待办提醒", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordRemind)},
		Understand: func(text string) []bot.Guess {
			if m := asksDigest.FindStringSubmatch(strings.TrimSpace(text)); m != nil && m[1] != "" {
				return []bot.Guess{{Label: "设提醒时间", Key: strings.TrimSpace(m[1]), Score: digestScore}}
			}
			return nil
		},
		Begin: d.begin,
	})
}

func (d digest) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, err := d.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		return d.people.stranger(t.Talk), nil
	}
	const how = "每个工作日按时把待办汇总给您一次。要改时间请回复如\"提醒 9:00 15:00\",不要了回复\"提醒 关\"。"
	said := t.Entry.Key
	var clocks []time.Duration
	switch {
	case said == "":
		t.Say(how)
		return bot.End(), nil
	case strings.HasPrefix(said, "关"):
		if _, err := d.set(ctx, t, nil); err != nil {
			return bot.Next{}, err
		}
		t.Say("好的,不再按时提醒。别人转到您手上的和紧急的照样会告诉您,回复\"待办\"随时能看。想恢复回复\"提醒 开\"。")
		return bot.End(), nil
	case strings.HasPrefix(said, "开"):
		clocks = d.calendar.Digests()
	default:
		var ok bool
		duty := d.calendar.DutyHours()
		if clocks, ok = timesWithin(said, duty); !ok {
			t.Say(fmt.Sprintf("没有听懂这个时间。请写 1 到 4 个钟点,在 %s 到 %s 之间,如\"提醒 9:00 15:00\"。",
				calendar.ClockText(duty.From), calendar.ClockText(duty.To)))
			return bot.End(), nil
		}
	}
	next, err := d.set(ctx, t, clocks)
	if err != nil {
		return bot.Next{}, err
	}
	all := make([]string, len(clocks))
	for i, c := range clocks {
		all[i] = calendar.ClockText(c)
	}
	t.Say("好的,工作日 " + strings.Join(all, "、") + " 提醒您,下一次是 " + d.calendar.Speech(next) + "。没有待办就不打扰。")
	return bot.End(), nil
}

// timesWithin reads up to four times of day that lie within a span.
func timesWithin(said string, duty calendar.Span) (clocks []time.Duration, ok bool) {
	const most = 4
	clocks, err := calendar.ParseClocks(said)
	return clocks, err == nil && len(clocks) <= most && clocks[0] >= duty.From && clocks[len(clocks)-1] < duty.To
}

func (d digest) set(ctx context.Context, t *bot.Turn[struct{}], clocks []time.Duration) (time.Time, error) {
	member, err := d.people.acting(ctx, t.Talk)
	if err != nil {
		return time.Time{}, err
	}
	return d.desk.SetDigest(ctx, member, clocks)
}

// statistics counts the cases of an officer's subtree: 统计, 统计 超期.
type statistics struct {
	people    people
	caseWords caseWords
	desk      Desk
}

var asksRatings = regexp.MustCompile(`^(统计\s*(满意度?|评价)|满意度(统计)?|评价统计)$`)

var asksOverdue = regexp.MustCompile(`^(统计\s*超期|超期(统计|名单|的有哪些))$`)

func (s statistics) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "statistics", Rev: 1, Title: "统计", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordStatistics)},
		Understand: func(text string) []bot.Guess {
			if asksOverdue.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "看超期的", Key: "overdue", Score: digestScore}}
			}
			if asksRatings.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "看评价", Key: "ratings", Score: digestScore}}
			}
			return nil
		},
		Begin: s.begin,
	})
}

func (s statistics) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	member, err := s.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		return s.people.stranger(t.Talk), nil
	}
	var text string
	switch t.Entry.Key {
	case "overdue":
		text, err = s.overdue(ctx, member, t.Now)
	case "ratings":
		text, err = s.ratings(ctx, member)
	default:
		text, err = s.tally(ctx, member)
	}
	if errors.Is(err, union.ErrForbidden) {
		text, err = "统计给分会主席、工会主席、归口部门等看自己管的范围。您自己的事项回复\"我的\"。", nil
	}
	t.Say(text)
	return bot.End(), err
}

func (s statistics) tally(ctx context.Context, member union.MemberID) (string, error) {
	tally, err := s.desk.Tally(ctx, member)
	if err != nil {
		return "", err
	}
	c := s.caseWords.calendar
	lines := []string{fmt.Sprintf("%s %d 年(1月1日起,不含保密件):共 %d 件,在办 %d 件,其中超期 %d 件;按期 %s。",
		tally.Unit.Name, c.Date(tally.Since).Year, tally.Sum.In, tally.Sum.Open, tally.Sum.Overdue, share(tally.Sum.In-tally.Sum.Late, tally.Sum.In))}
	const most = 20
	for _, u := range tally.Units[:min(most, len(tally.Units))] {
		lines = append(lines, fmt.Sprintf("· %s:共 %d,在办 %d,超期 %d,按期 %s", u.Name, u.In, u.Open, u.Overdue, share(u.In-u.Late, u.In)))
	}
	if tally.Sum.Overdue > 0 {
		lines = append(lines, "回复\"统计 超期\"看是哪几件。")
	}
	if tally.Sum.In > tally.Sum.Open {
		lines = append(lines, "回复\"统计 满意\"看提出人的评价。")
	}
	return strings.Join(lines, "\n"), nil
}

// ratings says what authors said, by organisation and by service.
func (s statistics) ratings(ctx context.Context, member union.MemberID) (string, error) {
	r, err := s.desk.Ratings(ctx, member)
	if err != nil {
		return "", err
	}
	line := func(name string, row cases.RatingRow) string {
		said := row.Content + row.SoSo + row.Discontent
		return fmt.Sprintf("%s:问了 %d,答了 %d:满意 %d(%s),一般 %d,不满意 %d", name, row.Asked, said, row.Content, share(row.Content, said), row.SoSo, row.Discontent)
	}
	lines := []string{line(fmt.Sprintf("%s %d 年办结后的评价", r.Unit, s.caseWords.calendar.Date(r.Since).Year), r.Sum)}
	const most = 20
	for _, u := range r.Units[:min(most, len(r.Units))] {
		lines = append(lines, "· "+line(u.Lineage, u))
	}
	if len(r.Services) > 0 {
		lines = append(lines, "按事项:")
	}
	for _, row := range r.Services[:min(most, len(r.Services))] {
		lines = append(lines, "· "+line(s.caseWords.short(row.Service), row))
	}
	return strings.Join(lines, "\n"), nil
}

func share(part, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%d%%", part*100/of)
}

func (s statistics) overdue(ctx context.Context, member union.MemberID, now time.Time) (string, error) {
	list, err := s.desk.OverdueCases(ctx, member)
	if err != nil || list.All == 0 {
		return "现在没有超期的事项。", err
	}
	lines := []string{fmt.Sprintf("超期 %d 件,最久的在前:", list.All)}
	const most = 15
	shown := list.Views[:min(most, len(list.Views))]
	for _, v := range shown {
		line := "· " + v.Number
		if v.Title != "" {
			line += " " + v.Service.Short.In(s.caseWords.language) + "《" + cut(v.Title, 16) + "》"
		} else {
			line += " 保密事项"
		}
		lines = append(lines, line+" 在 "+strings.Join(v.Officers, "、")+" 手上,"+dueText(v.DueAt, now, s.caseWords.calendar))
	}
	if list.Hidden > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 件没有列出:不归您看,如保密事项只有经办人能看。", list.Hidden))
	}
	if rest := list.All - list.Hidden - len(shown); rest > 0 {
		lines = append(lines, fmt.Sprintf("还有 %d 件没有列出:一次只列最久的 %d 件。", rest, most))
	}
	return strings.Join(lines, "\n"), nil
}
