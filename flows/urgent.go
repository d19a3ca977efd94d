package flows

import (
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
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// lifeScore is above that of everything else, an alarm too: 不想活了,我要跳下来.
const lifeScore = alarmSure + 1

// urgent is there for somebody who cannot go on: it says whom to ring, and has the counsellor call at a wish.
type urgent struct {
	people   people
	services Services
	desk     AlarmDesk
	numbers  Reference
	// helplines are whom to ring.
	helplines helplines
	reader    *reader
	talks     holder
}

// holder knows who has members to talk to.
type holder interface {
	Holds(ctx context.Context, officer union.MemberID) (bool, error)
}

// urgentData is what was said, which goes to whoever calls, and to nobody else.
type urgentData struct {
	Said string `json:"said"`
	// Case is that for which others keep ready until it is said whether to call; 0 where nobody does.
	Case cases.ID `json:"case,omitempty"`
	// More is what was said since, and stands with no case yet.
	More string `json:"more,omitempty"`
	// Called is true where people are called already.
	Called bool `json:"called,omitempty"`
}

// mostMore is how many characters are kept of what stands with no case yet.
const mostMore = 700

// urgentTalk is the key of a wish for somebody to talk to, which is no cry: nobody is told of it before a yes.
const urgentTalk = "talk"

// stepReady is the question while others keep ready. It has a name of its own so that a release that does not know of them asks nothing
// over their heads.
const stepReady bot.StepName = "ready"

func (u *urgent) flow() bot.Flow {
	return bot.Define(bot.Spec[urgentData]{
		Name: "urgent", Rev: 2, Title: "急事", Expires: listExpires,
		Understand: func(text string) []bot.Guess {
			if urgentIn(text) == urgentLife {
				return []bot.Guess{{Label: "急需帮助", Key: string(urgentLife), Score: lifeScore}}
			}
			return nil
		},
		Breaks:  breaksForm,
		Anyway:  u.anyway,
		Begin:   u.begin,
		To:      []bot.StepName{"call", stepReady},
		HandsTo: []string{"talks", "alarm"}, Awaits: []string{"alarm"},
		Expired: func(*bot.Turn[urgentData]) string { return "" },
		Steps: []bot.Step[urgentData]{
			{Name: "call", AskFunc: u.ask, Handle: u.answer},
			{Name: stepReady, AskFunc: u.ask, Handle: u.answer},
		},
		Commands: map[bot.Word]func(context.Context, *bot.Turn[urgentData]) (bot.Next, error){
			bot.WordCancel: u.notNow,
		},
	})
}

func (u *urgent) ask(_ context.Context, t *bot.Turn[urgentData]) (bot.Reply, error) {
	if t.Data.Called {
		return bot.Reply{Text: "想接这个电话吗?", Choices: callChoices}, nil
	}
	return bot.Reply{Text: "要咨询员现在给您打电话吗?", Choices: callChoices}, nil
}

// speaksTo knows words that speak to somebody else: they are no cry of whoever says them.
var speaksTo = regexp.MustCompile(`您|师傅|^(?:千万)?别`)

// saysToMember says whether an officer who has talks says something to a member: by the talk's number, or by whom it speaks to.
func saysToMember(ctx context.Context, talks holder, officer union.MemberID, text string) (bool, error) {
	o := readOrder(text)
	if officer == 0 || (o.Number == 0 || o.Loose) && !speaksTo.MatchString(bot.Simplified(strings.TrimSpace(text))) {
		return false, nil
	}
	return talks.Holds(ctx, officer)
}

// sayIt says to the member what an officer says to one.
func sayIt(t *bot.Talk) bot.Next {
	if t.Over.Flow == "talks" {
		return bot.Yield()
	}
	return bot.Hand(bot.Entry{Flow: "talks", Key: entryOrder, Text: t.Entry.Text})
}

// service is the one that calls for people who cannot go on, if the union offers it.
func (u *urgent) service() (*service.Service, bool) {
	for _, s := range u.services.All() {
		if s.Alarm.On() && s.Alarm.Life {
			return s, true
		}
	}
	return nil, false
}

// words say whom to ring.
func (u *urgent) words() string { return u.helplines.life() + "这些话没有转给任何人。" }

// anyway says whom to ring where nobody can be called for whoever cries, or has said anything but no.
func (u *urgent) anyway(t *bot.Talk, raw json.RawMessage) string {
	if t.Step == "" {
		if _, cries := breaksForm(t.Text(), true); cries {
			return u.words()
		}
		return ""
	}
	var d urgentData
	if yes, ok := wantsCall(t.Text()); ok && !yes || json.Unmarshal(raw, &d) != nil {
		return ""
	}
	if d.Case != 0 { // somebody keeps ready, or is called
		return u.helplines.life()
	}
	return u.words()
}

func (u *urgent) begin(ctx context.Context, t *bot.Turn[urgentData]) (bot.Next, error) {
	words := u.words()
	member, err := u.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if told, err := saysToMember(ctx, u.talks, member, t.Entry.Text); err != nil || told {
		return sayIt(t.Talk), err
	}
	s, offered := u.service()
	if member == 0 || !offered {
		t.Say(words)
		return bot.End(), nil
	}
	t.Data.Said = strings.TrimSpace(t.Entry.Text)
	if t.Entry.Key == urgentTalk {
		t.Lead(words + "\n")
		return bot.Goto("call"), nil
	}
	raised, err := u.desk.RaiseAlarm(ctx, cases.AlarmCall{Member: member, Hash: s.Hash, Text: t.Data.Said, Standby: true})
	switch {
	case errors.Is(err, union.ErrNoOfficer), errors.Is(err, union.ErrForbidden):
		t.Say(words + "现在没有咨询员能接。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("have counsellor ready: %w", err)
	case raised.Taken:
		t.Say(u.helplines.life() + "\n" + namesOf(raised.Called) + " 已经接到,正在给您打电话,请留意接听。")
		return bot.End(), nil
	}
	t.Data.Case, t.Data.Called = raised.Case.ID, !raised.Standby
	switch {
	case t.Data.Called:
		t.Lead(u.helplines.life() + "\n" + "已经在请 " + namesOf(raised.Called) + " 给您打电话,请留意接听。您说的这句也记下了,打电话的人看得到。\n")
	default:
		t.Lead(u.helplines.life() + "\n" + fmt.Sprintf("我正在联系%s,请对方守着;现在还看不到您是谁、说过什么。您要是没回\"先不要\",%d 分钟后我请人直接给您打电话。\n",
			readyNames(raised.Called), waitOf(raised, t.Now)))
	}
	return bot.Goto(stepReady), nil
}

// waitOf is how many minutes those have who are rung now.
func waitOf(raised cases.Raised, now time.Time) int {
	return max(1, int(raised.DueAt.Sub(now).Round(time.Minute)/time.Minute)) // the turn began a moment before
}

// readyNames names who keeps ready, with their number: 工会咨询员 陈晓(手机 139…).
func readyNames(called []cases.Called) string {
	var names []string
	for _, c := range called {
		name := strings.TrimSpace(c.Post+" "+c.Name) + calledAs(c)
		if c.InPlaceOf != "" { // the post is not that of whoever is away
			name = c.Name + calledAs(c)
		}
		if c.Phone != "" {
			name += "(手机 " + c.Phone + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

func (u *urgent) answer(ctx context.Context, t *bot.Turn[urgentData]) (bot.Next, error) {
	yes, ok := wantsCall(t.Text())
	if !ok || !yes {
		if s := u.reader.current().dangerAround(bot.Simplified(t.Text())); s != nil {
			return bot.Visit(bot.Entry{Flow: "alarm", Key: s.Name, Text: t.Text()}), nil
		}
	}
	switch {
	case !ok: // whoever goes on talking is listened to
		return bot.Repeat(), u.listen(ctx, t)
	case !yes:
		return u.notNow(ctx, t)
	}
	return u.call(ctx, t)
}

// listen keeps what is said instead of an answer. Where others keep ready it stands with the case at once: whoever calls reads it, also
// if nothing more is said.
func (u *urgent) listen(ctx context.Context, t *bot.Turn[urgentData]) error {
	said := strings.TrimSpace(t.Text())
	t.Lead("我在。")
	if said == "" {
		return nil
	}
	if t.Data.Case != 0 {
		member, err := u.people.acting(ctx, t.Talk)
		if err != nil {
			return err
		}
		raised, err := u.desk.AddToCall(ctx, member, t.Data.Case, said)
		t.Data.Called = t.Data.Called || err == nil && !raised.Standby
		switch {
		case err == nil && raised.Taken:
			t.Lead(namesOf(raised.Called) + " 已经接到,正在给您打电话,请留意接听。您说的记下了,对方看得到。")
			return nil
		case err == nil:
			t.Lead("您说的记下了,打电话的人看得到。")
			return nil
		case !errors.Is(err, cases.ErrActNotAllowed) && !errors.Is(err, union.ErrNotFound):
			return fmt.Errorf("keep what was said: %w", err)
		}
	}
	t.Data.More = cases.BothEnds(strings.TrimSpace(t.Data.More+"\n"+said), mostMore) // it goes along with a yes
	return nil
}

// notNow lets those off who keep ready, and forgets what was said.
func (u *urgent) notNow(ctx context.Context, t *bot.Turn[urgentData]) (bot.Next, error) {
	mind, _ := u.numbers.Hotline(reference.Mind)
	again := "想说话随时来,也可以打 " + mind.Number + "。"
	if t.Data.Case == 0 {
		t.Say("好的,先不打。您说的话没有转给任何人。" + again)
		return bot.End(), nil
	}
	member, err := u.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	err = u.desk.StandDown(ctx, member, t.Data.Case)
	var settled *cases.AlarmSettled
	switch {
	case errors.As(err, &settled) && settled.Name != "":
		t.Say("好的。" + settled.Name + " 已经接到了,知道您是谁;不想接电话,跟对方说一声就行。" + again)
	case err != nil && settled == nil:
		return bot.Next{}, fmt.Errorf("let counsellor off: %w", err)
	default:
		t.Say("好的,先不打,我正在告诉对方不用守着了。您说的话已经删掉,不进任何报表。" + again)
	}
	return bot.End(), nil
}

// call rings the counsellor for the person. What was said goes along, sealed, for whoever calls. A form that was open is asked
// nothing of now: it is a draft.
func (u *urgent) call(ctx context.Context, t *bot.Turn[urgentData]) (bot.Next, error) {
	member, err := u.people.acting(ctx, t.Talk)
	s, offered := u.service()
	var raised cases.Raised
	if err == nil && offered {
		raised, err = u.ring(ctx, t, member, s)
	}
	switch {
	case errors.Is(err, union.ErrNoOfficer), errors.Is(err, union.ErrForbidden), err == nil && !offered:
		mind, _ := u.numbers.Hotline(reference.Mind)
		t.Say("现在没有咨询员能接。请打 " + mind.Number + ";有危险打 110 或 120,或叫醒身边的人。")
		return bot.Close(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("call counsellor: %w", err)
	case raised.Taken:
		t.Say(namesOf(raised.Called) + " 已经接到,正在给您打电话,请留意接听。")
		return bot.Close(), nil
	}
	t.Say(fmt.Sprintf("正在联系 %s,%d 分钟内没接上我会换人并告诉您。", namesOf(raised.Called), waitOf(raised, t.Now)) + "\n这些话不进任何报表,不告诉您的领导;只有在您有生命危险时,会联系能马上到您身边的人。")
	return bot.Close(), nil
}

// ring calls those who keep ready or, where nobody does any more, rings anew.
func (u *urgent) ring(ctx context.Context, t *bot.Turn[urgentData], member union.MemberID, s *service.Service) (cases.Raised, error) {
	if t.Data.Case != 0 {
		raised, err := u.desk.CallNow(ctx, member, t.Data.Case, t.Data.More)
		if !errors.Is(err, cases.ErrActNotAllowed) && !errors.Is(err, union.ErrNotFound) {
			return raised, err
		}
	}
	return u.desk.RaiseAlarm(ctx, cases.AlarmCall{Member: member, Hash: s.Hash, Text: strings.TrimSpace(t.Data.Said + "\n" + t.Data.More)})
}

func namesOf(called []cases.Called) string {
	var names []string
	for _, c := range called {
		names = append(names, c.Name+calledAs(c))
	}
	return strings.Join(names, "、")
}
