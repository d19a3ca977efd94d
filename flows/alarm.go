package flows

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// AlarmDesk rings people for somebody who is in danger.
type AlarmDesk interface {
	// RaiseAlarm makes a case of a sentence and rings the first rung. It returns union.ErrNoOfficer where nobody could be
	// rung.
	RaiseAlarm(ctx context.Context, in cases.AlarmCall) (cases.Raised, error)
	// CallNow has those called at once who keep ready for the member, with what was said since.
	CallNow(ctx context.Context, member union.MemberID, id cases.ID, text string) (cases.Raised, error)
	// AddToCall keeps what the member says since, and says who keeps ready, is called or calls.
	AddToCall(ctx context.Context, member union.MemberID, id cases.ID, text string) (cases.Raised, error)
	// StandDown takes back the alarm of a member who does not want to be called. It returns *cases.AlarmSettled where somebody calls
	// already.
	StandDown(ctx context.Context, member union.MemberID, id cases.ID) error
	// JoinAlarm lets somebody who reported the same be told what its author is told.
	JoinAlarm(ctx context.Context, member union.MemberID, id cases.ID) (cases.Raised, error)
	// AddToAlarm tells those who are rung, or who goes, what is said since.
	AddToAlarm(ctx context.Context, member union.MemberID, id cases.ID, add cases.AlarmAddition) error
	// RingingFor lists the cases for which the officer is rung and nobody has said yet that they go, the newest first.
	RingingFor(ctx context.Context, officer union.MemberID) ([]cases.Case, error)
	// TakeAlarm says that an officer goes. It returns *cases.AlarmSettled where somebody goes already.
	TakeAlarm(ctx context.Context, officer union.MemberID, id cases.ID, number string) (cases.Goes, error)
	// GoingTo lists the open cases to which an officer goes, the latest first.
	GoingTo(ctx context.Context, officer union.MemberID) ([]cases.Case, error)
	// TellFromThere tells who reported it what whoever went there says.
	TellFromThere(ctx context.Context, officer union.MemberID, id cases.ID, text string) error
}

// alarm takes a sentence that tells of danger, past every form, and lets officers say that they go.
type alarm struct {
	people    people
	services  Services
	caseWords caseWords
	desk      AlarmDesk
	attach    attacher
	table     placeTable
	reader    *reader
	drafts    FlowDraftDesk
	talks     holder
	language  string
	helplines helplines
}

// alarmExpires is how long somebody is asked what else there is to say.
const alarmExpires = 30 * time.Minute

// alarmData is what was reported.
type alarmData struct {
	Case   cases.ID `json:"case"`
	Number string   `json:"number"`
	Hash   string   `json:"hash"`
	// Text and Place, Spot and Pictures that were sent are kept while it is asked whether it is another danger.
	Text     string     `json:"text,omitempty"`
	Place    string     `json:"place,omitempty"`
	Spot     string     `json:"spot,omitempty"`
	Pictures []cases.ID `json:"pictures,omitempty"`
	// Videos is how many of the pictures are videos, as far as that is known: of a form it is not.
	Videos int `json:"videos,omitempty"`
	// Answered is the place as a form was told it, Voice the sound of what was said, there or before, and Draft that form, which is there until
	// what it says is told.
	Answered string   `json:"answered,omitempty"`
	Voice    cases.ID `json:"voice,omitempty"`
	Draft    cases.ID `json:"draft,omitempty"`
	// Untold is true where what this message says was told to nobody, for it is not known yet which danger is meant.
	Untold bool `json:"-"`
	// Unnamed is true where whoever says it wanted not to be named, and is: people have to find them.
	Unnamed bool `json:"-"`
	// Which are the places that what was said may mean, until it is said which.
	Which []string `json:"which,omitempty"`
	// Placed is true where nobody is asked for the place any more.
	Placed bool `json:"placed,omitempty"`
}

type alarmTurn = bot.Turn[alarmData]

// goKey begins the key of a guess that an officer goes; the case's number follows.
const goKey = "go:"

// unaskedKey begins the key of a service that rings for words in doubt, because nobody could be asked about them.
const unaskedKey = "unasked:"

// iGo knows 我去 YH26-0078 and 收到,我马上去处理. Without a number it is the alarm for which the officer is rung.
var iGo = regexp.MustCompile(`(?i)^(?:(?:好的?|收到)[,，。!！\s]*)?我(?:马上|这就|现在)?(?:就)?(?:去|来|过去|过来|到)(?:处理|看看|联系|现场|一趟)?\s*[,，:：]?\s*([a-z]{2}\d{2}-\d{4,})?[。!！]?$`)

func (a *alarm) flow() bot.Flow {
	return bot.Define(bot.Spec[alarmData]{
		Name: "alarm", Rev: 1, Title: "急报", Expires: alarmExpires, Scans: true,
		Starts: []bot.Trigger{bot.OnTap(alarmPrefix)},
		Begin:  a.begin, Understand: a.understand, Breaks: a.breaks, Anyway: a.anyway, Claims: a.claims,
		To: []bot.StepName{"hurt", "same", "more", "where", "which"}, HandsTo: []string{"talks"},
		Expired: a.expired,
		Commands: map[bot.Word]func(context.Context, *alarmTurn) (bot.Next, error){
			bot.WordCancel: func(_ context.Context, t *alarmTurn) (bot.Next, error) { // which calls nobody back
				t.Say("不问了。急报 " + t.Data.Number + " 没有停。" + a.waits(t))
				return bot.End(), nil
			},
		},
		Rest: func(t *alarmTurn) (string, bool) {
			return "急报 " + t.Data.Number + " 没有停;还有要补的,回复\"继续\"。", false
		},
		Steps: []bot.Step[alarmData]{
			{Name: "hurt", Verbatim: true, Ask: bot.Reply{Text: "有人受伤吗?", Choices: hurtChoices}, Handle: a.named(a.takeHurt), To: []bot.StepName{"where", "which"}},
			{Name: "same", Ask: bot.Reply{Text: "和您说的是同一件吗?", Choices: sameChoices}, Handle: a.named(a.takeSame), To: []bot.StepName{"hurt", "more", "where", "which"}},
			{Name: "more", Verbatim: true, AskFunc: a.askMore, Handle: a.named(a.takeMore)},
			{Name: "where", Verbatim: true, Ask: bot.Reply{Text: "在哪儿?说地名,或发位置,我转给他们。"}, Handle: a.named(a.takeWhere), To: []bot.StepName{"which"}, Commands: a.skipsPlace()},
			{Name: "which", AskFunc: a.askWhich, Handle: a.named(a.takeWhich), To: []bot.StepName{"where"}, Commands: a.skipsPlace()},
		},
	})
}

var (
	hurtChoices = []bot.Choice{{Label: "没有"}, {Label: "有"}}
	sameChoices = []bot.Choice{{Label: "是同一件,跟着听消息"}, {Label: "不是,另外报"}}
)

func (a *alarm) understand(text string) []bot.Guess {
	if m := iGo.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return []bot.Guess{{Label: "我去处理", Key: goKey + strings.ToUpper(m[1]), Score: alarmSure}}
	}
	s, score, doubted := a.reader.current().dangerIn(text)
	if s == nil || doubted { // which the worry asks about
		return nil
	}
	return []bot.Guess{{Label: "现场有危险,马上报警", Key: s.Name, Score: score}}
}

// breaks finds somebody who is in danger now: that cannot wait for the answer to a question. Where the worry cannot ask about what
// is doubted, it rings: nobody's danger is swallowed.
func (a *alarm) breaks(text string, asks bool) (key string, ok bool) {
	s, doubted := a.reader.current().soundIn(bot.Simplified(text))
	switch {
	case s == nil, doubted && asks:
		return "", false
	case doubted:
		return unaskedKey + s.Name, true
	}
	return s.Name, true
}

// anyway keeps people safe where nobody can be rung: whoever cries, and whoever says that somebody is hurt.
func (a *alarm) anyway(t *bot.Talk, _ json.RawMessage) string {
	text := bot.Simplified(t.Text())
	if hurt, _ := hurtIn(text); t.Step == "hurt" && hurt {
		if s := a.helplines.rings(); s != nil {
			return s.Alarm.Hurt.In(a.language)
		}
	}
	s, score, doubted := a.reader.current().dangerIn(text)
	if t.Step != "" || score != alarmSure || doubted {
		return ""
	}
	return a.helplines.safety(s, text)
}

func (a *alarm) begin(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindTap {
		return a.tapped(ctx, t)
	}
	if key, ok := strings.CutPrefix(t.Entry.Key, formKey); ok {
		return a.begun(ctx, t, key)
	}
	if key, ok := strings.CutPrefix(t.Entry.Key, thereKey); ok {
		return a.there(ctx, t, key)
	}
	if number, ok := strings.CutPrefix(t.Entry.Key, goKey); ok {
		if number == "" {
			return a.goesWhereRung(ctx, t)
		}
		return a.goes(ctx, t, 0, number)
	}
	name, unasked := strings.CutPrefix(t.Entry.Key, unaskedKey)
	s, ok := a.services.Current(name)
	if !ok {
		return bot.End(), nil
	}
	if unasked {
		member, err := a.people.find(ctx, t.Talk)
		if err != nil {
			return bot.Next{}, err
		}
		if told, err := saysToMember(ctx, a.talks, member, t.Entry.Text); err != nil || told {
			return sayIt(t.Talk), err
		}
	}
	t.Data = alarmData{Hash: s.Hash, Unnamed: wantsNoNameIn(t.Over)}
	a.hear(ctx, t, s, t.Entry.Text)
	return a.raise(ctx, t, s, false)
}

// raise rings, and says first what keeps people safe.
func (a *alarm) raise(ctx context.Context, t *alarmTurn, s *service.Service, apart bool) (bot.Next, error) {
	member, err := a.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if !apart {
		t.Lead(s.Alarm.SafetyFor(bot.Simplified(t.Data.Text)).In(a.language) + "\n" + s.Alarm.Rights.In(a.language) + "\n")
	}
	if member == 0 {
		t.Say(a.helplines.call(s.Alarm.Hotline, nil) + "有人受伤先打 120,火警 119。\n我还认不出您是谁,没有替您通知任何人。")
		return bot.End(), nil
	}
	if err := a.takeLoose(ctx, t, s, member); err != nil {
		return bot.Next{}, err
	}
	sent := t.Data.saysSent()
	call := cases.AlarmCall{
		Member: member, Hash: t.Data.Hash, Text: t.Data.Text, Pictures: t.Data.Pictures, Voice: t.Data.Voice, Apart: apart,
		Place: t.Data.where(),
	}
	if spot := cmp.Or(t.Data.Spot, t.Data.Answered); spot != "" && !strings.Contains(t.Data.Text, spot) {
		call.Sent = "(地点 " + spot + ")"
	}
	raised, err := a.desk.RaiseAlarm(ctx, call)
	if err == nil {
		t.Loose = nil
	}
	switch {
	case errors.Is(err, union.ErrNoOfficer), errors.Is(err, union.ErrForbidden):
		t.Say(a.helplines.call(s.Alarm.Hotline, nil) + "有人受伤先打 120,火警 119。\n这里没有可以接急报的人,没有通知任何人。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("raise alarm: %w", err)
	}
	t.Data.Case, t.Data.Number, t.Data.Placed = raised.Case.ID, raised.Case.Number, s.Alarm.Place == "" || raised.Case.Values[s.Alarm.Place].Text != ""
	if raised.Like {
		t.Lead(a.helplines.call(raised.Hotline, raised.Called) + "有人受伤先打 120。\n刚才有人报过:" + a.shortly(raised) + a.underWay(raised) +
			"您说的也已写进去,我正在转给他们。" + t.Data.saidNamed())
		return bot.Goto("same"), nil
	}
	t.Data.Spot, t.Data.Pictures, t.Data.Videos, t.Data.Voice = "", nil, 0, 0
	if err := a.takesPlace(ctx, t, member); err != nil {
		return bot.Next{}, err
	}
	if raised.Again {
		t.Lead(a.helplines.call(raised.Hotline, nil) + "有人受伤先打 120。您报的 " + raised.Case.Number + " " + a.underWay(raised) + "这一句我正在转给他们。")
	} else {
		t.Lead(a.helplines.call(raised.Hotline, raised.Called) + "有人受伤先打 120。我正在给" + calledNames(raised.Called) + telephoned(raised) + ",编号 " + raised.Case.Number + "。")
	}
	if sent != "" {
		t.Lead("您发的已带上:" + sent + "。")
	}
	t.Lead(t.Data.saidNamed())
	return a.whetherHurt(t), nil
}

// saidNamed tells the truth to whoever wanted not to be named.
func (d *alarmData) saidNamed() string {
	if !d.Unnamed {
		return ""
	}
	return "急报要马上找到人,所以带上了您的名字,收不回来了。"
}

const saidNoPictures = "照片等安全了再说;防爆区、涉密区不要拍。急的话请直接打电话。"

// telephoned says by what those are called who are called.
func telephoned(r cases.Raised) string {
	if r.Telephoned {
		return "发消息、打语音电话"
	}
	return "发消息"
}

// shortly names a danger that somebody else has reported.
func (a *alarm) shortly(r cases.Raised) string {
	field, _ := r.Service.SentenceField()
	return r.Case.Number + "《" + cut(r.Case.Values[field.Name].Text, 30) + "》,"
}

// underWay says who goes, or who is being rung.
func (a *alarm) underWay(r cases.Raised) string {
	if r.Taken {
		return calledNames(r.Called) + "已接单。"
	}
	return "正在呼叫" + calledNames(r.Called) + ",还没有人接单。"
}

// calledNames names who is rung: 周强(三分厂安全员)、孙丽(综合办工会干事).
func calledNames(called []cases.Called) string {
	var names []string
	for _, c := range called {
		if c.InPlaceOf != "" {
			names = append(names, c.Name+calledAs(c))
			continue
		}
		name := officer(c.Member) + calledAs(c)
		names = append(names, strings.Replace(name, ")(", ",", 1))
	}
	return strings.Join(names, "、")
}

const saidNamedAlready = "叫人的时候已经带上了您的名字,收不回来了"

// named tells the truth to whoever asks not to be named once people are rung.
func (a *alarm) named(handle func(context.Context, *alarmTurn) (bot.Next, error)) func(context.Context, *alarmTurn) (bot.Next, error) {
	return func(ctx context.Context, t *alarmTurn) (bot.Next, error) {
		switch namingIn(t.Text()) {
		case wantsNoName:
			t.Lead(saidNamedAlready + ";这一句没有转给他们。不愿多说的,下面可以不答。\n")
			return bot.Repeat(), nil
		case mayWantNoName: // beside what they have to know
			said := "。"
			if rest, wish := withoutWish(t.Text()); wish {
				t.Message.Text = rest
				said = ";不想留名那句没有转给他们。"
			}
			t.Lead(saidNamedAlready + said + "\n")
		}
		return handle(ctx, t)
	}
}

// add passes on what is said. over is true where nobody is there any more who listens, which is said.
func (a *alarm) add(ctx context.Context, t *alarmTurn, text string) (over bool, err error) {
	return a.addSent(ctx, t, cases.AlarmAddition{Text: text})
}

// addSent is add for more than words.
func (a *alarm) addSent(ctx context.Context, t *alarmTurn, add cases.AlarmAddition) (over bool, err error) {
	member, err := a.people.acting(ctx, t.Talk)
	if err != nil {
		return false, err
	}
	switch err := a.desk.AddToAlarm(ctx, member, t.Data.Case, add); {
	case t.Step == "same" && errors.Is(err, union.ErrNotFound):
		t.Data.Untold = true // asked by a release that did not write down whom it asked
	case errors.Is(err, cases.ErrActNotAllowed):
		if add.Sent {
			t.Data.Spot = add.Place
		}
		t.Say(a.ended(t))
		return true, nil
	case err != nil:
		return false, fmt.Errorf("add to alarm: %w", err)
	}
	return false, nil
}

// ended is what somebody hears who says more of a danger that was dealt with.
func (a *alarm) ended(t *alarmTurn) string {
	return t.Data.Number + " 已经了结,这一句没有转给任何人。现在还有危险、还有人受伤,先打 120,再把险情直接说一遍,我马上另报。" + t.Data.lost()
}

func (a *alarm) expired(t *alarmTurn) string { return t.Data.lost() }
