package flows

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/enrolment"
)

func (f *enrolPublish) aboutWho() []publishQuestion {
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
	return slices.DeleteFunc(betweenNumbers.Split(narrow(text), -1), func(s string) bool { return s == "" })
}

func (f *enrolPublish) takeAudience(ctx context.Context, t *enrolPublishTurn) (string, bool, error) {
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
		n, _ := strconv.Atoi(part) // too large a number is refused below
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
