package flows

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/enrolment"
)

// without are the ways to say that there is none, or no limit.
var without = []string{"不限", "没有", "无", "不用", "不需要", "跳过", "0", "没", "不要", "全部", "都可以"}

func none(text string) bool { return slices.Contains(without, strings.TrimSpace(bot.Simplified(text))) }

// questions are asked in this order.
func (f enrolPublish) questions() []publishQuestion {
	return slices.Concat(f.aboutWhat(), f.aboutWho(), f.aboutPlaces())
}

func (f enrolPublish) aboutWhat() []publishQuestion {
	kinds := []bot.Choice{{Label: "劳动竞赛"}, {Label: "技能比武"}, {Label: "职工活动(送温暖、疗休养等)"}}
	title := func(a *enrolment.Activity) *string { return &a.Title }
	place := func(a *enrolment.Activity) *string { return &a.Place }
	starts := func(a *enrolment.Activity) *time.Time { return &a.StartsAt }
	closes := func(a *enrolment.Activity) *time.Time { return &a.ClosesAt }
	return []publishQuestion{
		{
			step: "org", label: "主办", skip: func(d enrolPublishData) bool { return len(d.Orgs) < 2 },
			show: func(_ enrolWords, a enrolment.Activity) string { return a.OrgPath },
			ask:  func(d enrolPublishData) bot.Reply { return bot.Reply{Text: "哪一级主办?", Choices: orgChoices(d)} },
			take: func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
				i, ok := bot.Choose(t.Text(), orgChoices(t.Data))
				if ok {
					f.setOrg(t, i)
				}
				return "", ok && t.IsText(), nil
			},
		},
		{
			step: "kind", label: "类别", show: func(_ enrolWords, a enrolment.Activity) string { return kindOfActivity(a.Kind) },
			ask: say("发布哪一类?(不想办了回\"取消\")", kinds...),
			take: func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
				i, ok := bot.Choose(t.Text(), kinds)
				if ok {
					t.Data.Activity.Kind = enrolment.Kinds[i]
				}
				return "", ok && t.IsText(), nil
			},
		},
		{step: "title", label: "名称", show: textShown(title), ask: say("叫什么名称?如:焊工技能比武"), take: takeLine(title, 60, false)},
		{
			step: "starts", label: "时间", show: shownTime(starts), ask: say("什么时候开始?写上日期和几点,如:12月10日 9:00"),
			take: f.takeTime(starts, 0, 0),
		},
		{step: "place", label: "地点", show: textShown(place), ask: say("在什么地方?"), take: takeLine(place, 200, false)},
		{
			step: "closes", label: "报名截止", show: shownTime(closes), ask: say("报名到什么时候截止?只写日期就到当天 17:30。"),
			take: f.takeTime(closes, 17, 30),
		},
	}
}

func orgChoices(d enrolPublishData) []bot.Choice {
	labels := make([]string, len(d.Orgs))
	for i, o := range d.Orgs {
		labels[i] = o.Path
	}
	return labelled(labels)
}

func say(text string, choices ...bot.Choice) func(enrolPublishData) bot.Reply {
	return func(enrolPublishData) bot.Reply { return bot.Reply{Text: text, Choices: choices} }
}

func textShown(of func(*enrolment.Activity) *string) func(enrolWords, enrolment.Activity) string {
	return func(_ enrolWords, a enrolment.Activity) string {
		if text := *of(&a); text != "" {
			return cut(text, 60)
		}
		return "没有"
	}
}

func shownTime(of func(*enrolment.Activity) *time.Time) func(enrolWords, enrolment.Activity) string {
	return func(w enrolWords, a enrolment.Activity) string { return w.calendar.Speech(*of(&a)) }
}

// takeLine takes a text; with bare, 没有 is an answer too.
func takeLine(of func(*enrolment.Activity) *string, most int, bare bool) func(context.Context, *enrolPublishTurn) (string, bool, error) {
	return func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
		text := strings.TrimSpace(t.Text())
		switch {
		case !t.IsText() || wordless(text):
			return "", false, nil
		case bare && none(text):
			text = ""
		case utf8.RuneCountInString(text) > most:
			return fmt.Sprintf("请写在 %d 字以内。", most), false, nil
		}
		*of(&t.Data.Activity) = text
		return "", true, nil
	}
}

// takeTime takes a day with its time. Without one it is the given one, or asked for where that is midnight.
func (f enrolPublish) takeTime(of func(*enrolment.Activity) *time.Time, hour, minute int) func(context.Context, *enrolPublishTurn) (string, bool, error) {
	return func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
		if !t.IsText() {
			return "", false, nil
		}
		text, h, m, timed := clockIn(bot.Simplified(narrow(t.Text())))
		if !timed {
			h, m = hour, minute
		}
		read := answer.Date(text, f.words.calendar.Date(t.Now), answer.DateLimits{Future: true})
		day, err := calendar.ParseDate(strings.Trim(string(read.Raw), `"`))
		switch {
		case read.Problem != "":
			return read.Problem, false, nil
		case !read.OK() || err != nil:
			return "", false, nil
		case !timed && hour == 0:
			return "还差几点,请一起写上,如:12月10日 9:00。", false, nil
		}
		at := f.words.calendar.At(day, h, m)
		if !at.After(t.Now) {
			return "这个时间已经过去了。", false, nil
		}
		*of(&t.Data.Activity) = at.UTC()
		return "", true, nil
	}
}

func (f enrolPublish) aboutWho() []publishQuestion {
	return []publishQuestion{
		{
			step: "audience", label: "面向",
			show: func(_ enrolWords, a enrolment.Activity) string {
				a.Posts = nil
				return audienceOf(a)
			},
			ask: func(d enrolPublishData) bot.Reply {
				return bot.Reply{Text: "谁能报名?要限单位,发单位名称,如:一分厂、二分厂。", Choices: []bot.Choice{{Label: d.Activity.OrgPath + "全体"}}}
			},
			take: f.takeAudience,
		},
		{
			step: "posts", label: "岗位",
			show: func(_ enrolWords, a enrolment.Activity) string {
				if len(a.Posts) == 0 {
					return "不限"
				}
				return strings.Join(a.Posts, "、")
			},
			ask: say("限什么岗位?如:焊工、铆工。不限回复\"不限\"。"),
			take: func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
				if !t.IsText() || wordless(t.Text()) && t.Text() != "0" {
					return "", false, nil
				}
				t.Data.Activity.Posts = nil
				if !none(t.Text()) {
					t.Data.Activity.Posts = listOf(t.Text())
				}
				return "", true, nil
			},
		},
		{
			step: "team", label: "报名方式", show: shownTeam, ask: say("个人报名还是组队?", teamChoices...),
			take: func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
				i, ok := bot.Choose(t.Text(), teamChoices)
				t.Data.Activity.Team = nil
				if ok && i == 1 {
					t.Data.Activity.Team = &enrolment.Team{}
				}
				return "", ok && t.IsText(), nil
			},
		},
		{
			step: "size", skip: func(d enrolPublishData) bool { return d.Activity.Team == nil },
			ask: say("每队几个人(连队长)?如:3 到 5"), take: takeSize,
		},
	}
}

var teamChoices = []bot.Choice{{Label: "个人"}, {Label: "组队"}}

func shownTeam(_ enrolWords, a enrolment.Activity) string {
	switch {
	case a.Team == nil:
		return "个人"
	case a.Team.Least == a.Team.Most:
		return fmt.Sprintf("组队,每队 %d 人", a.Team.Least)
	}
	return fmt.Sprintf("组队,每队 %d 到 %d 人", a.Team.Least, a.Team.Most)
}

func listOf(text string) []string {
	return slices.DeleteFunc(betweenNumbers.Split(strings.TrimSpace(text), -1), func(s string) bool { return s == "" })
}

func (f enrolPublish) takeAudience(ctx context.Context, t *enrolPublishTurn) (string, bool, error) {
	a := &t.Data.Activity
	if !t.IsText() || wordless(t.Text()) {
		return "", false, nil
	}
	if n, ok := bot.Ordinal(t.Text()); ok && n == 1 || strings.HasSuffix(strings.TrimSpace(t.Text()), "全体") || none(t.Text()) {
		a.Audience = nil
		return "", true, nil
	}
	parts, missing, err := f.desk.Parts(ctx, a.OrgPath, listOf(t.Text()))
	switch {
	case err != nil:
		return "", false, fmt.Errorf("find audience: %w", err)
	case len(missing) > 0:
		return "没有找到 " + strings.Join(missing, "、") + "(在" + a.OrgPath + "下面)。", false, nil
	}
	a.Audience = parts
	return "", true, nil
}

func takeSize(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
	var sizes []int
	for _, part := range strings.FieldsFunc(narrow(t.Text()), func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return "", false, nil
		}
		sizes = append(sizes, n)
	}
	switch {
	case !t.IsText() || len(sizes) == 0 || len(sizes) > 2:
		return "", false, nil
	case sizes[0] < 2 || sizes[len(sizes)-1] < sizes[0] || sizes[len(sizes)-1] > 30:
		return "每队 2 到 30 人。", false, nil
	}
	t.Data.Activity.Team = &enrolment.Team{Least: sizes[0], Most: sizes[len(sizes)-1]}
	return "", true, nil
}

func (f enrolPublish) aboutPlaces() []publishQuestion {
	evidence := func(a *enrolment.Activity) *string { return &a.Evidence }
	agreement := func(a *enrolment.Activity) *string { return &a.Agreement }
	places := func(a *enrolment.Activity) *int { return &a.Places }
	each := func(a *enrolment.Activity) *int { return &a.UnitPlaces }
	return []publishQuestion{
		{
			step: "places", label: "名额", show: shownNumber(places), take: takeNumber(places),
			ask: func(d enrolPublishData) bot.Reply {
				return bot.Reply{Text: "一共多少" + map[bool]string{true: "队", false: "人"}[d.Activity.Team != nil] + "?不限回复\"不限\"。"}
			},
		},
		{
			step: "each", label: "每单位名额", show: shownNumber(each), take: takeNumber(each),
			ask: func(d enrolPublishData) bot.Reply {
				return bot.Reply{Text: d.Activity.OrgPath + "下面每个单位最多几个名额?不限回复\"不限\"。"}
			},
		},
		{
			step: "evidence", label: "证件", show: textShown(evidence), take: takeLine(evidence, 200, true),
			ask: say("报名要看什么证件?如:特种作业操作证(焊接与热切割作业)。不用回复\"没有\"。"),
		},
		{
			step: "agreement", label: "协议", show: textShown(agreement), take: takeLine(agreement, 2000, true),
			ask: say("要签协议的话,把全文发来,报名的人要回复同意。不用回复\"没有\"。"),
		},
	}
}

func shownNumber(of func(*enrolment.Activity) *int) func(enrolWords, enrolment.Activity) string {
	return func(_ enrolWords, a enrolment.Activity) string {
		if n := *of(&a); n > 0 {
			return strconv.Itoa(n)
		}
		return "不限"
	}
}

func takeNumber(of func(*enrolment.Activity) *int) func(context.Context, *enrolPublishTurn) (string, bool, error) {
	return func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
		if !t.IsText() {
			return "", false, nil
		}
		if none(t.Text()) {
			*of(&t.Data.Activity) = 0
			return "", true, nil
		}
		text := strings.TrimRight(bot.Simplified(narrow(t.Text())), "人位名队个")
		read := answer.Number(text, answer.NumberLimits{Min: 1, Max: 9999})
		n, err := strconv.Atoi(string(read.Raw))
		if read.Problem != "" || !read.OK() || err != nil {
			return read.Problem, false, nil
		}
		*of(&t.Data.Activity) = n
		return "", true, nil
	}
}
