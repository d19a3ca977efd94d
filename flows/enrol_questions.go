package flows

import (
	"context"
	"fmt"
	"slices"
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
func (f *enrolPublish) questions() []publishQuestion {
	return slices.Concat(f.aboutWhat(), f.aboutWho(), f.aboutPlaces())
}

func (f *enrolPublish) aboutWhat() []publishQuestion {
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

// takeTime takes a day with its time; with an hour, the day alone is enough.
func (f *enrolPublish) takeTime(of func(*enrolment.Activity) *time.Time, hour, minute int) func(context.Context, *enrolPublishTurn) (string, bool, error) {
	return func(_ context.Context, t *enrolPublishTurn) (string, bool, error) {
		if !t.IsText() {
			return "", false, nil
		}
		at, problem := momentOf(bot.Simplified(t.Text()), f.words.calendar.Local(t.Now), hour, minute)
		if at.IsZero() {
			return problem, false, nil
		}
		*of(&t.Data.Activity) = at.UTC()
		return "", true, nil
	}
}

// The hours between which something is held, where it is not said of which half of the day an hour is.
const dayFrom, dayUntil = 6, 18

// momentOf reads a time to come. Of a day alone it is the given hour, unless that is 0. Of an hour that may be of either
// half of the day it is the one by day: the summary shows it.
func momentOf(text string, now time.Time, hour, minute int) (at time.Time, problem string) {
	limits := answer.DateLimits{Future: true}
	if hour > 0 {
		today := calendar.Date{Year: now.Year(), Month: now.Month(), Day: now.Day()}
		if day, err := calendar.ParseDate(unquoted(answer.Date(text, today, limits))); err == nil {
			at = time.Date(day.Year, day.Month, day.Day, hour, minute, 0, 0, now.Location())
			if !at.After(now) {
				return time.Time{}, "这个时间已经过去了。"
			}
			return at, ""
		}
	}
	read := answer.Time(text, now, answer.TimeLimits{DateLimits: limits})
	readings := read.Either
	if read.OK() {
		readings = []answer.Reading{read}
	}
	var byDay []time.Time
	for _, r := range readings {
		at, err := time.ParseInLocation("2006-01-02T15:04", unquoted(r), now.Location())
		if err == nil && (len(readings) == 1 || at.Hour() >= dayFrom && at.Hour() < dayUntil) {
			byDay = append(byDay, at)
		}
	}
	if len(byDay) == 1 {
		return byDay[0], ""
	}
	if len(readings) > 0 {
		return time.Time{}, "是上午还是下午?请写清楚,如:12月10日下午2点。"
	}
	return time.Time{}, read.Problem
}

func unquoted(r answer.Reading) string { return strings.Trim(string(r.Raw), `"`) }
