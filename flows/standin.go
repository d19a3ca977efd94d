package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/standin"
)

// StandInDesk lets officers have others act in their place.
type StandInDesk interface {
	// MayAskStandIn says whether the member holds an office in which somebody could act.
	MayAskStandIn(ctx context.Context, member union.MemberID) (bool, error)
	AskStandIn(ctx context.Context, w cases.StandInWish) (cases.StandInView, error)
	AnswerStandIn(ctx context.Context, member union.MemberID, id standin.ID, accept bool) (cases.StandInView, error)
	CancelStandIn(ctx context.Context, member union.MemberID, id standin.ID) (cases.StandInView, error)
	EndAbsence(ctx context.Context, member union.MemberID) ([]cases.StandInView, error)
	StandIns(ctx context.Context, member union.MemberID) ([]cases.StandInView, error)
}

// standIns has somebody else act in an officer's place: 我12月1日到7日出差,请王芳代.
type standIns struct {
	people   people
	calendar Calendar
	lookup   Lookup
	desk     StandInDesk
}

type standInData struct {
	Name string `json:"name,omitempty"`
	Unit string `json:"unit,omitempty"`
	// By is who is asked, once that is known.
	By union.MemberID `json:"by,omitempty"`
	// From and To are the days, YYYY-MM-DD.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Either are those who may be meant.
	Either []handLine `json:"either,omitempty"`
	// List is what the person is shown, Do what is to be done with one of them.
	List []standInLine `json:"list,omitempty"`
	Do   string        `json:"do,omitempty"`
}

type standInLine struct {
	ID    standin.ID `json:"id"`
	Label string     `json:"label"`
	// Answer says that it waits for the person's answer.
	Answer bool `json:"answer,omitempty"`
}

type standInTurn = bot.Turn[standInData]

// standInTap begins the keys of the buttons on the card: standin:accept:7312.
const standInTap = "standin"

func (s *standIns) flow() bot.Flow {
	return bot.Define(bot.Spec[standInData]{
		Name: "standin", Rev: 1, Title: "代办", Expires: listExpires, Passing: true,
		Starts:     []bot.Trigger{bot.OnWord(bot.WordSubstitute), bot.OnTap(standInTap)},
		Begin:      s.begin,
		To:         []bot.StepName{"days", "who", "pick", "list", "one"},
		Understand: s.understand,
		Steps: []bot.Step[standInData]{
			{Name: "list", To: []bot.StepName{"one"}, AskFunc: s.askList, Handle: s.takeList},
			{Name: "one", AskFunc: s.askOne, Handle: s.takeOne},
			{Name: "days", To: []bot.StepName{"who", "pick"}, Ask: bot.Reply{Text: "从哪天到哪天?如\"12月1日到7日\"、\"明天到周五\"。"}, Handle: s.takeDays},
			{Name: "who", To: []bot.StepName{"pick", "days"}, Ask: bot.Reply{Text: "请谁代办?回复姓名或工号。"}, Handle: s.takeWho},
			{Name: "pick", To: []bot.StepName{"who", "days"}, AskFunc: s.askPick, Handle: s.takePick},
		},
	})
}

func (s *standIns) begin(ctx context.Context, t *standInTurn) (bot.Next, error) {
	member, next, err := s.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	t.Data = standInData{}
	if t.Message.Kind == bot.KindTap {
		return s.tapped(ctx, t)
	}
	switch key := t.Entry.Key; key {
	case standInWish:
		return s.wish(ctx, t, t.Entry.Text)
	case standInBack:
		return s.back(ctx, t, member)
	case standInCancel, standInAccept, standInRefuse:
		return s.oneOf(ctx, t, member, key)
	}
	return s.list(ctx, t, member, "")
}

func (s *standIns) today(t *standInTurn) calendar.Date { return s.calendar.Date(t.Now) }

// saidNoOffice is for those who decide nothing.
const saidNoOffice = "请人代办是给经办人用的,您现在没有要审批的职务,不用请人代。请假、出差的手续请找班组或人事。"

// wish takes what a sentence says, and asks for what it lacks.
func (s *standIns) wish(ctx context.Context, t *standInTurn, text string) (bot.Next, error) {
	if may, err := s.desk.MayAskStandIn(ctx, union.MemberID(t.Member)); err != nil || !may {
		t.Say(saidNoOffice)
		return bot.End(), err
	}
	var days answer.DaysReading
	t.Data.Name, t.Data.Unit, days = wishOf(text, s.today(t))
	return s.withDays(ctx, t, days)
}

func (s *standIns) withDays(ctx context.Context, t *standInTurn, days answer.DaysReading) (bot.Next, error) {
	switch {
	case days.Open:
		t.Lead("代办要有结束的日子:请估一个,早回来说\"我回来了\"就提前结束,晚回来可以再请。")
		return bot.Goto("days"), nil
	case days.Problem != "":
		t.Lead(days.Problem)
		return bot.Goto("days"), nil
	case !days.Found:
		return bot.Goto("days"), nil
	}
	t.Data.From, t.Data.To = days.From.String(), days.To.String()
	if t.Data.By != 0 {
		return s.do(ctx, t)
	}
	if t.Data.Name == "" {
		return bot.Goto("who"), nil
	}
	return s.meant(ctx, t)
}

func (s *standIns) takeDays(ctx context.Context, t *standInTurn) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	if len(s.understand(t.Text())) > 0 { // something else is said of it
		return bot.Miss(), nil
	}
	days := answer.FindDays(t.Text(), s.today(t))
	if !days.Found && !days.Open && days.Problem == "" {
		return bot.Miss(), nil
	}
	return s.withDays(ctx, t, days)
}

func (s *standIns) takeWho(ctx context.Context, t *standInTurn) (bot.Next, error) {
	if !t.IsText() || wordless(t.Text()) || len(s.understand(t.Text())) > 0 {
		return bot.Miss(), nil
	}
	if t.Data.Name, t.Data.Unit = whoOf(t.Text()); t.Data.Name == "" {
		t.Data.Name, _ = toSomebody(t.Text())
	}
	return s.meant(ctx, t)
}

// meant finds whoever is named, and asks which where there are several.
func (s *standIns) meant(ctx context.Context, t *standInTurn) (bot.Next, error) {
	name := t.Data.Name
	found, err := called(ctx, s.lookup, name)
	if t.Data.Unit != "" {
		found = slices.DeleteFunc(found, func(m union.Member) bool { return !strings.Contains(m.OrgPath+m.Post, t.Data.Unit) })
	}
	switch {
	case err != nil:
		return bot.Next{}, err
	case nobodyClear(name, found) != "":
		t.Lead(nobodyClear(name, found))
		return bot.Goto("who"), nil
	case len(found) > 1:
		t.Data.Either = linesOf(found)
		return bot.Goto("pick"), nil
	}
	t.Data.By = found[0].ID
	return s.do(ctx, t)
}

func (s *standIns) askPick(_ context.Context, t *standInTurn) (bot.Reply, error) {
	return bot.Reply{Text: fmt.Sprintf("有 %d 位%s,是哪一位?回复序号。", len(t.Data.Either), cut(t.Data.Name, 20)), Choices: handData{Either: t.Data.Either}.choices()}, nil
}

func (s *standIns) takePick(ctx context.Context, t *standInTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), handData{Either: t.Data.Either}.choices())
	switch {
	case !t.IsText():
		return bot.Miss(), nil
	case ok:
		t.Data.By = t.Data.Either[i].Member
		return s.do(ctx, t)
	case staffNumber.MatchString(t.Text()):
		t.Data.Name, t.Data.Unit = t.Text(), ""
		return s.meant(ctx, t)
	}
	return bot.Miss(), nil
}

func (s *standIns) do(ctx context.Context, t *standInTurn) (bot.Next, error) {
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	w := cases.StandInWish{Absent: member, By: t.Data.By}
	if w.From, err = calendar.ParseDate(t.Data.From); err != nil {
		return bot.Next{}, err
	}
	if w.To, err = calendar.ParseDate(t.Data.To); err != nil {
		return bot.Next{}, err
	}
	v, err := s.desk.AskStandIn(ctx, w)
	var overlap *standin.OverlapError
	again := func(lead string, step bot.StepName) (bot.Next, error) {
		t.Data.By = 0
		t.Lead(lead)
		return bot.Goto(step), nil
	}
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say(saidNoOffice)
		return bot.End(), nil
	case errors.Is(err, standin.ErrSelf):
		return again("自己不能代自己。", "who")
	case errors.Is(err, union.ErrNotFound):
		return again("这一位现在不在册。", "who")
	case errors.Is(err, standin.ErrPast), errors.Is(err, standin.ErrBackwards):
		return again("这几天已经过了,或前后写反了。", "days")
	case errors.Is(err, standin.ErrLong):
		return again(fmt.Sprintf("一次最多代 %d 天,结束在一年以内;更久请管理员调整职务。", standin.MostDays), "days")
	case errors.As(err, &overlap):
		t.Say(s.overlapping(ctx, overlap.With, member))
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, err
	}
	t.Say(s.asked(v))
	return bot.End(), nil
}

func (s *standIns) overlapping(ctx context.Context, with standin.Standin, member union.MemberID) string {
	who := "别人"
	if m, err := s.people.members.Get(ctx, with.By); err == nil && with.Absent == member {
		who = nameAndUnit(m)
	}
	return "没有办:" + daysOf(s.calendar, with) + " 已请 " + who + " 代办,对方也接受了。要换人或改日子,先回复\"取消代办\"。"
}

func (s *standIns) asked(v cases.StandInView) string {
	head := nameAndUnit(v.ByMember) + " 代办 " + daysOf(s.calendar, v.Standin) + " 的待办(含已在手上的)"
	switch {
	case v.Again && v.State == standin.Accepted:
		return "已经请了 " + head + ",对方已接受。"
	case v.Again:
		return "已经请了 " + head + ",还在等对方回复。"
	}
	text := "已请 " + head + ",对方回复\"接受\"后生效。金额审批和保密件不转代,期间直接送上一级;决定上写\"" + standin.Shown(v.ByMember, v.AbsentMember).Name + "\"。"
	if len(v.Replaces) > 0 {
		text += "原来请的 " + memberNames(v.Replaces) + " 不用再答复。"
	}
	return text + circleWords(s.calendar, v)
}

// circleWords says that two who are away stand in for each other.
func circleWords(c Calendar, v cases.StandInView) string {
	if v.Circle == (calendar.Date{}) {
		return ""
	}
	return "注意:" + sayDay(c, v.Circle) + "起有几天互相代办,谁也不在,那几天的待办直接送上一级。"
}

// sayDay says a day as people do: 12月1日(周二).
func sayDay(c Calendar, d calendar.Date) string {
	return c.SpeechDay(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, c.Local(time.Time{}).Location()))
}

// daysOf says from which day to which.
func daysOf(c Calendar, s standin.Standin) string {
	if s.From == s.To {
		return sayDay(c, s.From)
	}
	return sayDay(c, s.From) + "至" + sayDay(c, s.To)
}

// tapped answers by the card's button, whatever is going on today.
func (s *standIns) tapped(ctx context.Context, t *standInTurn) (bot.Next, error) {
	parts := strings.Split(t.Entry.Key, ":")
	if len(parts) == 3 {
		if id, err := strconv.ParseInt(parts[2], 10, 64); err == nil && (parts[1] == standInAccept || parts[1] == standInRefuse) {
			return s.answer(ctx, t, standin.ID(id), parts[1])
		}
	}
	t.Say("这个按钮已经用不上了。回复\"代办\"看代办安排。")
	return bot.End(), nil
}

// back ends what counts today: 我回来了.
func (s *standIns) back(ctx context.Context, t *standInTurn, member union.MemberID) (bot.Next, error) {
	ended, err := s.desk.EndAbsence(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	if len(ended) == 0 {
		t.Say("欢迎回来!您现在没有请人代办。回复\"待办\"看手上的事。")
		return bot.End(), nil
	}
	var who []union.Member
	for _, v := range ended {
		who = append(who, v.ByMember)
	}
	t.Say("欢迎回来!" + memberNames(who) + " 的代办到此为止,没办完的还给您,会告诉对方。回复\"待办\"看手上的事。")
	return bot.End(), nil
}

// answer takes the answer of whoever was asked.
func (s *standIns) answer(ctx context.Context, t *standInTurn, id standin.ID, key string) (bot.Next, error) {
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	v, err := s.desk.AnswerStandIn(ctx, member, id, key == standInAccept)
	var overlap *standin.OverlapError
	absent := officerName(v.AbsentMember)
	switch {
	case errors.As(err, &overlap):
		t.Say("没有办:这几天已经有别人接受代办了,不用您再代。")
	case errors.Is(err, standin.ErrPast):
		t.Say("没有办:" + daysOf(s.calendar, v.Standin) + " 已经过了。")
	case errors.Is(err, union.ErrSettled):
		t.Say("没有办:替 " + absent + " 代办" + standInState(v.State) + ",此按钮已失效。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到这个代办请求。回复\"代办\"看代办安排。")
	case err != nil:
		return bot.Next{}, err
	case key == standInRefuse:
		t.Say("好的,您不替 " + absent + " 代办,会告诉对方。")
	default:
		text := "好的,您 " + daysOf(s.calendar, v.Standin) + " 替 " + absent + " 代办,会告诉对方。期间的待办(含已在对方手上的)转给您,金额审批和保密件除外;到期自动还给对方。" +
			"中途不能代了,回复\"取消代办\"。"
		t.Say(text + circleWords(s.calendar, v))
	}
	return bot.End(), nil
}
