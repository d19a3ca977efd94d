package flows

import (
	"fmt"

	"github.com/unionbot/unionbot/union/cases"
)

// running says which times are promised beyond that of the open step, or that none runs while the author is waited for.
func (w *caseWords) running(v cases.View) string {
	clock := map[cases.ClockKind]cases.Clock{}
	for _, c := range v.Clocks {
		clock[c.Kind] = c
	}
	if step := clock[cases.ClockStep]; v.State == cases.Returned && !step.Paused.IsZero() {
		text := "补充以前不算期限,补充后还有 " + left(step)
		switch finish := clock[cases.ClockFinish]; {
		case finish.Paused.IsZero():
		case finish.Missed(v.Now):
			text += ",原定 " + w.calendar.SpeechDay(finish.Due) + " 前全部办结,已经超期"
		default:
			text += ",全部办结还有 " + left(finish)
		}
		return text + "。"
	}
	if v.State != cases.Open {
		return ""
	}
	step, _ := v.Service.Step(v.Step)
	text, last := "", v.DueAt
	switch finish := clock[cases.ClockFinish]; {
	case finish.Kind == "" || !finish.Ended.IsZero() || v.Standing() == cases.Undone:
	case finish.Missed(v.Now):
		text = "原定 " + w.calendar.SpeechDay(finish.Due) + " 前全部办结,已经超期。"
	case !finish.Paused.IsZero() && step.Undoes():
		text = "撤销没定以前,办结的期限停着,还有 " + left(finish) + "。"
	case !finish.Paused.IsZero():
		text = "在等提出人回话,办结的期限停着,还有 " + left(finish) + "。"
	default:
		text, last = "全部办结不晚于 "+w.calendar.SpeechDay(finish.Due)+"。", finish.Due
	}
	return text + unannounced(w.calendar, last)
}

// dueBy says by when whoever has the case decides, or that they should have.
func (w *caseWords) dueBy(v cases.View) string {
	text := timeAlone(w.calendar, v.DueAt) + " 前有结果"
	if v.DueAt.Before(v.Now) {
		text += ",已经超期"
	}
	return text
}

// left is what a clock that stands still has yet to run.
func left(c cases.Clock) string {
	n, unit := c.Amount, "个工作日"
	switch c.Unit {
	case cases.Minutes:
		n, unit = (c.Amount+59)/60, "个工作小时"
	case cases.Days:
		unit = "天"
	case cases.WorkingDays:
	}
	if n == 0 { // the rest of a day, or of an hour
		return "不到 1 " + unit
	}
	return fmt.Sprintf("%d %s", n, unit)
}
