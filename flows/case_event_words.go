package flows

import (
	"cmp"
	"slices"

	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// event is an entry of the timeline in words.
func (w *caseWords) event(s *service.Service, e cases.Event) string {
	step, _ := s.Step(e.Step)
	name := e.Name
	if name == "" {
		name = "提出人"
	}
	text := w.calendar.SpeechDay(e.At) + " " + name + " "
	if e.Kind == cases.EventSignedOnce { // which one says the step
		text += step.Title.In(w.language) + ":"
	}
	if e.Kind == cases.EventTaken && s.Alarm.Life {
		text += "接手联系"
	} else {
		text += kindWord(step, e.Kind, w.language)
	}
	text += besides(s, e, w.language)
	if e.Note == "" {
		return text + packKeeps(s, e)
	}
	if e.Kind == cases.EventFiled { // the note names an officer
		return text + "(由 " + e.Note + " 在对话中发起)"
	}
	if e.Names() { // the note begins with a name
		return text + " " + cut(e.Note, 60)
	}
	return text + ":" + cut(e.Note, 60)
}

// owed says what is to come back of what was paid for a case that is undone.
func owed(c cases.Case) string {
	if c.Owed() == 0 {
		return ""
	}
	return ",应收回 " + answer.Yuan(c.Owed())
}

// voided stands behind a decision that is void because an earlier step is decided anew.
const voided = "已作废"

// besides is what an entry of the timeline speaks of behind its verb: when somebody signs, another case, or a step that is decided anew.
func besides(s *service.Service, e cases.Event, language string) string {
	other := e.Other
	switch place := placeName(cases.Place(e.Other)); {
	case place != "":
		return "(" + place + ")"
	case e.SentBack():
		step, _ := s.Step(e.Other)
		other = step.Title.In(language)
	}
	if other == "" {
		return ""
	}
	return " " + other
}

// decisions are the events that say what an officer has decided, in a word of the service's file.
var decisions = []string{cases.EventPassed, cases.EventAccepted, cases.EventRefused}

// atLevel says where in the tree a step was decided above whose deciders others stand: that is kept, wherever those stand later.
func atLevel(c cases.Case, e cases.Event) string {
	level, kept := c.Levels[e.Step]
	if !kept || !slices.Contains(decisions, e.Kind) {
		return ""
	}
	return "(按 " + level.Unit + " 一级)"
}

// kindWord is a timeline event's kind as the step that was decided calls it.
func kindWord(step service.Step, kind string, language string) string {
	act := map[string]cases.Act{
		cases.EventPassed: cases.Accept, cases.EventAccepted: cases.Accept, cases.EventRefused: cases.Refuse,
		cases.EventSigned: cases.Accept, cases.EventSignedAgainst: cases.Refuse,
	}[kind]
	if option, ok := step.Option(act); ok {
		if kind == cases.EventSigned || kind == cases.EventSignedAgainst {
			return "签了" + option.Word.In(language)
		}
		return option.Word.In(language)
	}
	return kindName(kind)
}

// kindNames are the timeline's kinds of events in words.
var kindNames = map[string]string{
	cases.EventFiled:         "提交",
	cases.EventPassed:        "通过",
	cases.EventAccepted:      "受理",
	cases.EventRefused:       "不受理",
	cases.EventReturned:      "退回补充",
	cases.EventSupplemented:  "补充",
	cases.EventMerged:        "并入",
	cases.EventJoined:        "并入了",
	cases.EventCorrected:     "核减",
	cases.EventReopened:      "没有认可,退回再办",
	cases.EventTaken:         "接单,赶去现场",
	cases.EventThere:         "从现场说",
	cases.EventAdded:         "又说",
	cases.EventPackGiven:     "同意交出材料",
	cases.EventPackBack:      "收回材料",
	cases.EventPackOpened:    "打开材料",
	cases.EventReconsidered:  "请求复议",
	cases.EventWaived:        "不计奖励",
	cases.EventDisowned:      "说没有参与,从共同提出人里去掉",
	cases.EventWithdrawn:     "撤回",
	cases.EventOpened:        "打开了提出人的姓名",
	cases.EventReminded:      "提醒经办人",
	cases.EventStoodIn:       "逾期转请别人办",
	cases.EventClimbed:       "逾期转请上一级",
	cases.EventLeft:          "经办人离岗,转请别人办",
	cases.EventMoved:         "提出人调到",
	cases.EventFollowed:      "提出人调动,转请那边的人办",
	cases.EventStuck:         "没有人能接手,已请管理员处理",
	cases.EventLapsed:        "到期没有人提出意见,视为通过",
	cases.EventExtended:      "延长办理期限",
	cases.EventPostponed:     "遇放假,期限顺延",
	cases.EventShifted:       "到期时不当班,期限顺延",
	cases.EventHandedOver:    "转办",
	cases.EventDelegated:     "委派核实",
	cases.EventHelped:        "答复委派",
	cases.EventRecalled:      "收回",
	cases.EventCopied:        "抄送",
	cases.EventSignerAdded:   "加签",
	cases.EventUrged:         "催办",
	cases.EventContent:       "评价满意",
	cases.EventSoSo:          "评价一般",
	cases.EventDiscontent:    "评价不满意",
	cases.EventUnheld:        "没有人任职,转请别人办",
	cases.EventRecused:       "回避",
	cases.EventKeptOut:       "按规定要回避",
	cases.EventSignedOnce:    "同一人,前一步已签",
	cases.EventLent:          "不在,转请代办",
	cases.EventGivenBack:     "代办结束,还给本人",
	cases.EventChallenged:    "申请回避",
	cases.EventReferred:      "申请回避,转请上一级定",
	cases.EventUnchallenged:  "不同意回避,交回",
	cases.EventSentUp:        "不在、不转代,送上一级",
	cases.EventVacated:       "席位空出,不再等",
	cases.EventUndoAsked:     "申请撤销",
	cases.EventUndone:        "同意撤销",
	cases.EventUndoRefused:   "不撤销",
	cases.EventMoneyBack:     "款项已收回",
	cases.EventUnrecovered:   "说收不回,申请核销",
	cases.EventWrittenOff:    "同意核销",
	cases.EventNotWrittenOff: "不核销,接着收回",
	cases.EventSentBack:      "退回重办",
	cases.EventSentStraight:  "退回重办",
}

// kindName is a timeline event's kind in words.
func kindName(kind string) string { return cmp.Or(kindNames[kind], kind) }
