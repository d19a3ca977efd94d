package flows

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/enrolment"
)

func (f *enrolPublish) aboutPlaces() []publishQuestion {
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
		if !read.OK() {
			return read.Problem, false, nil
		}
		n, err := strconv.Atoi(string(read.Raw))
		if err != nil {
			return "", false, fmt.Errorf("read number: %w", err)
		}
		*of(&t.Data.Activity) = n
		return "", true, nil
	}
}
