package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/paper"
)

// TallyDesk counts, and lists what is counted.
type TallyDesk interface {
	Tally(ctx context.Context, r cases.TallyRequest) (cases.Tally, error)
	Behind(ctx context.Context, r cases.BehindRequest) (cases.Behind, error)
}

// statistics counts the cases of an officer's subtree, in words and as a picture: 统计, 统计 一分厂, 统计 一分厂 超期.
type statistics struct {
	people    people
	caseWords caseWords
	desk      Desk
}

var (
	asksRatings = regexp.MustCompile(`^(统计\s*(满意度?|评价)|满意度(统计)?|评价统计)$`)
	// asksTally knows a unit by what names of units end with, and behind a blank by any name.
	asksTally = regexp.MustCompile(`^统计(?:\s*([\p{Han}0-9]{1,14}(?:厂|部|公司|车间|科|班|室|处|队|中心|组|机关|工会|分会|所|站|库|段|院))|\s+(\S{1,40}?))?\s*` +
		`(全部|所有|在办|正在办|按期|晚办|超期未办|超期|满意的?|一般|不满意的?|没评价|没评)?$`)
	asksOverdue = regexp.MustCompile(`^超期(统计|名单|的有哪些)$`)
)

// tallied are the words for what is counted.
var tallied = map[string]cases.Counted{
	"全部": cases.CountedAll, "所有": cases.CountedAll, "在办": cases.CountedOpen, "正在办": cases.CountedOpen, "按期": cases.CountedOnTime,
	"晚办": cases.CountedLate, "超期": cases.CountedOverdue, "超期未办": cases.CountedOverdue,
	"满意": cases.CountedContent, "满意的": cases.CountedContent, "一般": cases.CountedSoSo, "不满意": cases.CountedDiscontent, "不满意的": cases.CountedDiscontent,
	"没评价": cases.CountedUnrated, "没评": cases.CountedUnrated,
}

// tallyScore is above that of a sentence that may be a cry: both the first word and the last are known.
const tallyScore = worryScore + 0.005

type statisticsData = listedData

type statisticsTurn = bot.Turn[statisticsData]

func (s *statistics) flow() bot.Flow {
	return bot.Define(bot.Spec[statisticsData]{
		Name: "statistics", Rev: 2, Title: "统计", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordStatistics)},
		Understand: func(text string) []bot.Guess {
			label, key := tallyGuess(text)
			if key == "" {
				return nil
			}
			score := digestScore
			if _, word := tallyAsked(key); word != "" { // 正在办 sounds like a cry
				score = tallyScore
			}
			return []bot.Guess{{Label: label, Key: key, Score: score}}
		},
		Begin: s.begin,
		To:    []bot.StepName{"shown"},
		Steps: []bot.Step[statisticsData]{{
			Name: "shown",
			AskFunc: func(context.Context, *statisticsTurn) (bot.Reply, error) {
				return bot.Reply{Text: "回复\"更多\"接着看。"}, nil
			},
			Handle:   func(context.Context, *statisticsTurn) (bot.Next, error) { return bot.Pass(), nil },
			Commands: map[bot.Word]func(context.Context, *statisticsTurn) (bot.Next, error){bot.WordMore: s.more},
		}},
	})
}

// tallyGuess is which figures a sentence asks for; the key is empty where it asks for none.
func tallyGuess(text string) (label, key string) {
	text = bot.Simplified(strings.TrimSpace(text))
	switch {
	case asksRatings.MatchString(text):
		return "看评价", "ratings"
	case asksOverdue.MatchString(text):
		return "看超期的", "统计 超期"
	case asksTally.MatchString(text):
		return "看统计", text
	}
	return "", ""
}

// countsAsked is the conversation with the figures that a message asks for, where it asks for any.
func countsAsked(text string) (e bot.Entry, ok bool) {
	e = bot.Entry{Flow: "talk_figures", Key: bot.Simplified(strings.TrimSpace(text)), Text: text}
	if asksTalkFigures.MatchString(e.Key) {
		return e, true
	}
	e.Flow = "statistics"
	_, e.Key = tallyGuess(text)
	return e, e.Key != ""
}

func (s *statistics) begin(ctx context.Context, t *statisticsTurn) (bot.Next, error) {
	member, next, err := s.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	var text string
	switch unit, word := tallyAsked(t.Entry.Key); {
	case t.Entry.Key == "ratings":
		text, err = s.ratings(ctx, member)
	case word != "":
		t.Data = statisticsData{Unit: unit, Word: word}
		return s.turnOver(ctx, t, member)
	default:
		text, err = s.tally(ctx, t, member, unit)
	}
	return s.say(t, text, err)
}

// say says what was counted, or why nothing was.
func (s *statistics) say(t *statisticsTurn, text string, err error) (bot.Next, error) {
	var unit *union.UnitError
	switch {
	case errors.Is(err, union.ErrForbidden):
		text, err = "统计给分会主席、工会主席、归口部门等看自己管的范围。您自己的事项回复\"我的\"。", nil
	case errors.As(err, &unit):
		text, err = noUnit(unit, "统计"), nil
	}
	t.Say(text)
	return bot.End(), err
}

// turnOver shows the next part of a list.
func (s *statistics) turnOver(ctx context.Context, t *statisticsTurn, member union.MemberID) (bot.Next, error) {
	text, next, err := s.behind(ctx, member, t.Data, t.Now)
	if err != nil || next.After.Case == 0 {
		return s.say(t, text, err)
	}
	t.Data = next
	t.Lead(text + "\n")
	return bot.Goto("shown"), nil
}

func (s *statistics) more(ctx context.Context, t *statisticsTurn) (bot.Next, error) {
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	return s.turnOver(ctx, t, member)
}

// tallyAsked reads of which unit, and which of its cases, somebody asks; either may be empty.
func tallyAsked(text string) (unit, word string) {
	m := asksTally.FindStringSubmatch(text)
	if m == nil {
		return "", ""
	}
	unit = m[1] + m[2]
	if _, known := tallied[unit+m[3]]; known { // 全部 ends as the name of a unit may, and 不满意 as another word does
		return "", unit + m[3]
	}
	return unit, m[3]
}

func noUnit(e *union.UnitError, word string) string {
	if len(e.Same) > 0 {
		return fmt.Sprintf("叫\"%s\"的有 %d 个:%s。带上级说是哪一个,如\"%s %s\"。", e.Name, len(e.Same), strings.Join(e.Same[:min(mostUnits, len(e.Same))], "、"), word, e.Same[0])
	}
	text := "您管的范围里没有叫\"" + e.Name + "\"的单位。"
	if len(e.Units) > 0 {
		text += "直接下级有:" + strings.Join(e.Units[:min(mostUnits, len(e.Units))], "、") + "。"
	}
	return text
}

// mostUnits is how many organisations are shown.
const mostUnits = 20

func (s *statistics) tally(ctx context.Context, t *statisticsTurn, member union.MemberID, unit string) (string, error) {
	tally, err := s.desk.Tally(ctx, cases.TallyRequest{Officer: member, Unit: unit, Occasion: string(t.Message.ID)})
	if err != nil {
		return "", err
	}
	c, sum := s.caseWords.calendar, tally.Sum
	without := "保密件"
	if !tally.Unnamed {
		without += "和匿名件"
	}
	head := fmt.Sprintf("%s %d 年提的和以前没办完的(不含%s):共 %d 件", tally.Unit.Name, c.Date(tally.Since).Year, without, sum.In)
	if sum.In == 0 {
		return head + "。", nil
	}
	lines := []string{
		head + fmt.Sprintf(",办结 %d 件,在办 %d 件。", sum.In-sum.Open, sum.Open),
		fmt.Sprintf("按期限分:按期 %d 件(%s,含在办还没到期的),晚办 %d 件,超期未办 %d 件。", sum.Of(cases.CountedOnTime), share(sum.Of(cases.CountedOnTime), sum.In), sum.Of(cases.CountedLate), sum.Overdue),
	}
	for _, u := range tally.Units[:min(mostUnits, len(tally.Units))] {
		lines = append(lines, fmt.Sprintf("· %s:共 %d(在办 %d):按期 %d(%s),晚办 %d,超期未办 %d", u.Name, u.In, u.Open,
			u.Of(cases.CountedOnTime), share(u.Of(cases.CountedOnTime), u.In), u.Of(cases.CountedLate), u.Overdue))
	}
	if rest := tally.Rest(); rest > 0 && len(tally.Units) > 0 {
		lines = append(lines, fmt.Sprintf("其余 %d 件是本级的或匿名的,不分到下级单位。", rest))
	}
	if more := len(tally.Units) - mostUnits; more > 0 {
		lines = append(lines, fmt.Sprintf("还有 %d 个单位没有列出,回复\"统计\"加单位看。", more))
	}
	lines = append(lines, "看是哪几件:回复\"统计\"加\"在办\"、\"按期\"、\"晚办\"、\"超期\"或\"全部\",也可以带单位,如\"统计 "+example(tally, unit)+" 超期\"。")
	if sum.In > sum.Open {
		lines = append(lines, "回复\"统计 满意\"看提出人的评价。")
	}
	if tally.Charted {
		where := "图正在发给您。"
		if !knowsMembers(s.people.directory, t.Message.Channel) {
			where = "图正在发给您(用企业微信的,发在企业微信里)。"
		}
		lines = append(lines, where)
	}
	return strings.Join(lines, "\n"), nil
}

// example is a unit of which who asked for this one may ask next.
func example(t cases.Tally, asked string) string {
	switch {
	case len(t.Units) == 0:
		return cmp.Or(asked, t.Unit.Name)
	case asked == "":
		return t.Units[0].Name
	}
	return t.Unit.Name + "/" + t.Units[0].Name
}

// ratings says what authors said, by organisation and by service.
func (s *statistics) ratings(ctx context.Context, member union.MemberID) (string, error) {
	r, err := s.desk.Ratings(ctx, member)
	if err != nil {
		return "", err
	}
	line := func(name string, row cases.RatingRow) string {
		said := row.Content + row.SoSo + row.Discontent
		return fmt.Sprintf("%s:问了 %d,答了 %d:满意 %d(%s),一般 %d,不满意 %d", name, row.Asked, said, row.Content, share(row.Content, said), row.SoSo, row.Discontent)
	}
	lines := []string{line(fmt.Sprintf("%s %d 年办结后的评价", r.Unit, s.caseWords.calendar.Date(r.Since).Year), r.Sum)}
	for _, u := range r.Units[:min(mostUnits, len(r.Units))] {
		lines = append(lines, "· "+line(u.Lineage, u))
	}
	if len(r.Services) > 0 {
		lines = append(lines, "按事项:")
	}
	for _, row := range r.Services[:min(mostUnits, len(r.Services))] {
		lines = append(lines, "· "+line(s.caseWords.short(row.Service), row))
	}
	if r.Sum.Asked > 0 {
		lines = append(lines, "看是哪几件:回复\"统计\"加\"不满意\"、\"一般\"、\"满意的\"或\"没评价\",也可以带单位,如\"统计 "+ratedUnit(r)+" 不满意\"。")
	}
	return strings.Join(lines, "\n"), nil
}

// ratedUnit is a unit of which who reads ratings may ask.
func ratedUnit(r cases.Ratings) string {
	if len(r.Units) > 0 {
		return r.Units[0].Lineage
	}
	return r.Unit
}

func share(part, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%d%%", part*100/of)
}

// mostBehind is how many cases behind a number are listed at a time.
const mostBehind = 15

// behind lists a part of the cases behind a number, and says where the next one begins.
func (s *statistics) behind(ctx context.Context, member union.MemberID, d statisticsData, now time.Time) (string, statisticsData, error) {
	what := tallied[d.Word]
	list, err := s.desk.Behind(ctx, cases.BehindRequest{Officer: member, Unit: d.Unit, What: what, After: d.After, Most: mostBehind})
	if err != nil {
		return "", statisticsData{}, err
	}
	shown := len(list.Views) + list.Hidden
	if list.All == 0 {
		return list.Unit.Name + "现在没有" + strings.TrimSuffix(d.Word, "的") + "的事项。", statisticsData{}, nil
	}
	if shown == 0 {
		return "后面没有了。", statisticsData{}, nil
	}
	order := "最近提的在前"
	if what == cases.CountedOverdue {
		order = "最久的在前"
	}
	part := ""
	if d.Seen > 0 || list.Next != nil {
		part = fmt.Sprintf(",第 %d 到 %d 件", d.Seen+1, d.Seen+shown)
	}
	lines := []string{fmt.Sprintf("%s %s %d 件,%s%s:", list.Unit.Name, d.Word, list.All, order, part)}
	for _, v := range list.Views {
		lines = append(lines, "· "+s.line(v, now))
	}
	if list.Hidden > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 件没有列出:不归您看的,如保密事项。", list.Hidden))
	}
	next := statisticsData{Unit: d.Unit, Word: d.Word, Seen: d.Seen + shown}
	if list.Next != nil {
		next.After = *list.Next
	}
	return strings.Join(lines, "\n"), next, nil
}

// line is one of the cases behind a number.
func (s *statistics) line(v cases.View, now time.Time) string {
	line := v.Number + " " + confidential
	if v.Title != "" {
		line = v.Number + " " + v.Service.Short.In(s.caseWords.language) + "《" + cut(v.Title, 16) + "》"
	}
	due, missed := v.DueAt, v.Missed()
	if v.State != cases.Open || len(v.Officers) == 0 {
		line += " " + stateName(v.State, v.Service, s.caseWords.language)
		if !missed.IsZero() {
			line += "," + dueText(missed, now, s.caseWords.calendar)
		}
		return line
	}
	if !missed.IsZero() && missed.Before(due) { // whoever has it now may have time left; the matter has none
		due = missed
	}
	return line + " 在 " + strings.Join(v.Officers, "、") + " 手上," + dueText(due, now, s.caseWords.calendar)
}

// TallyChart draws the counts of the units, or of the one that has none.
func (n *Notices) TallyChart(t cases.Tally) paper.Chart {
	note := func(r cases.TallyRow) string {
		return fmt.Sprintf("共 %d · 按期 %d · 晚办 %d · 超期 %d", r.In, r.Of(cases.CountedOnTime), r.Of(cases.CountedLate), r.Overdue)
	}
	bar := func(name string, r cases.TallyRow) paper.Bar {
		return paper.Bar{Label: name, Values: []int{r.Of(cases.CountedOnTime), r.Of(cases.CountedLate), r.Overdue}, Note: note(r)}
	}
	c := paper.Chart{Title: fmt.Sprintf("%s %d 年:%s", t.Unit.Name, n.calendar.Date(t.Since).Year, note(t.Sum)), Parts: []string{"按期", "晚办", "超期未办"}}
	for _, u := range t.Units[:min(mostUnits, len(t.Units))] {
		c.Bars = append(c.Bars, bar(u.Name, u.TallyRow))
	}
	if len(c.Bars) == 0 {
		c.Bars = []paper.Bar{bar(t.Unit.Name, t.Sum)}
	}
	return c
}

// NoChart is said in place of a chart that could not be sent.
func (n *Notices) NoChart() string { return "统计图没能发过来,数字以文字为准。" }
