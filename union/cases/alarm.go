package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Alarm is the ringing for one case: who is rung, since when, and who goes.
type Alarm struct {
	Case ID
	// Unit is the second organisation on the author's way from the root: the plant. One danger is reported by several there.
	Unit  union.OrgID
	Grade string // the choice's name
	State AlarmState
	// Rung is the one that is rung, from 0; Rings how often anybody was rung.
	Rung, Rings int
	RaisedAt    time.Time
	DueAt       time.Time // of the next ring; zero where nobody is rung any more
	Taker       union.MemberID
	EndedAt     time.Time // when it was taken, or called off
}

// AlarmState says whether people are rung.
type AlarmState string

// The states of an alarm.
const (
	AlarmRinging AlarmState = "ringing"
	AlarmStandby AlarmState = "standby" // those who are rung keep ready: whoever cried has not said yet whether to be called
	AlarmTaken   AlarmState = "taken"   // somebody goes
	AlarmCalled  AlarmState = "called"  // called off: the case was decided or withdrawn
)

// Parts that people have in an alarm.
const (
	PartRung   = "rung"   // was rung
	PartJoined = "joined" // reported the same, and is told what the author is told
	PartHeard  = "heard"  // said what sounds the same: it is asked whether it is
)

// AlarmStore keeps alarms.
type AlarmStore interface {
	Insert(ctx context.Context, a Alarm) error
	// ByCase returns union.ErrNotFound where the case rang nobody.
	ByCase(ctx context.Context, id ID) (Alarm, error)
	// Ring moves an alarm on, and rings where those who were rung have kept ready. It says no if it does not ring any more, or was rung again since a was read.
	Ring(ctx context.Context, a Alarm, rung int, due time.Time) (bool, error)
	// End ends the ringing: by somebody who goes, or by nobody. It says no if it does not ring any more.
	End(ctx context.Context, id ID, as AlarmState, taker union.MemberID, at time.Time) (bool, error)
	// Due lists alarms whose next ring is due, the longest overdue first.
	Due(ctx context.Context, now time.Time, limit int) ([]Alarm, error)
	// Recent lists the alarms of a plant since a time, newest first.
	Recent(ctx context.Context, unit union.OrgID, since time.Time, limit int) ([]Alarm, error)
	// Ringing lists the cases for which a member was rung and nobody goes yet, the newest first.
	Ringing(ctx context.Context, member union.MemberID, limit int) ([]ID, error)
	// TakenBy lists the cases to which a member has said since a time that they go, the latest first.
	TakenBy(ctx context.Context, member union.MemberID, since time.Time, limit int) ([]ID, error)
	// Add gives members a part, each once: who has it already keeps it.
	Add(ctx context.Context, id ID, part string, ring int, at time.Time, members ...union.MemberID) error
	// People lists who has a part, in the order in which they got it.
	People(ctx context.Context, id ID, part string) ([]union.MemberID, error)
}

// AlarmCall is a sentence that tells of danger.
type AlarmCall struct {
	Member union.MemberID
	// Hash is the version of the service that rings.
	Hash string
	Text string
	// Place is where, as far as the sentence says; it may be empty.
	Place string
	// Pictures were sent before the sentence.
	Pictures []ID
	// Voice is the sound of the sentence; 0 for none.
	Voice ID
	// Sent says in words which place was sent besides the sentence, for whoever is rung for the same already.
	Sent string
	// Standby asks those who would be called for somebody who cannot go on to keep ready, until the member has said.
	Standby bool
	// Apart says that it is another danger than those that were reported just before.
	Apart bool
}

// AlarmAddition is what is said of a danger once it rings.
type AlarmAddition struct {
	Text string
	// Place is the case's from then on, where it had none or where it was Sent; Pictures are the case's as well.
	Place    string
	Sent     bool
	Pictures []ID
}

// Raised is what a sentence that tells of danger came to.
type Raised struct {
	Case    Case
	Service *service.Service
	// Hotline is the dispatcher's number as the service's file has it; "" where it has none.
	Hotline string
	// Called are those who are rung now or, where somebody goes already, who goes.
	Called []Called
	// Telephoned is true where the telephones of those who are rung now ring as well.
	Telephoned bool
	// Taken is true where somebody goes already.
	Taken bool
	// Standby is true where those who are rung keep ready only. DueAt is when the next ones are rung.
	Standby bool
	DueAt   time.Time
	// Again is true where the member has reported it before; Like where somebody else has, and the member may join.
	Again, Like bool
}

// Called is somebody who is rung.
type Called struct {
	union.Member
	Role union.Role
	// Phone is for whoever is in danger; empty where it is not known.
	Phone string
	// Away says that somebody stands in for them today; By names whoever is rung for them besides, if anybody may be.
	Away bool
	By   string
	// InPlaceOf names the one who is away, of whoever is rung for them.
	InPlaceOf string
}

// AlarmSettled says that somebody goes already, or that nobody has to. errors.Is(err, union.ErrSettled) holds.
type AlarmSettled struct {
	Number string
	At     time.Time
	Name   string // empty where nobody has to
}

func (s *AlarmSettled) Error() string { return "alarm " + s.Number + " does not ring any more" }

// Unwrap makes it a union.ErrSettled.
func (s *AlarmSettled) Unwrap() error { return union.ErrSettled }

// AlarmWords puts what an alarm says into words. As with Words, its result is frozen in the notice's row.
type AlarmWords interface {
	// AlarmCard asks somebody to go. Its Card.TaskID is AlarmNotice.CardID.
	AlarmCard(a AlarmNotice) notice.Body
	// AlarmAgain asks somebody once more who has the card.
	AlarmAgain(a AlarmNotice) notice.Body
	// AlarmSettled is the card once somebody goes, or nobody has to.
	AlarmSettled(a AlarmNotice) notice.Body
	// AlarmMoved tells who reported it that nobody has answered, and who is rung now.
	AlarmMoved(a AlarmNotice) notice.Body
	// AlarmTaken tells who reported it who goes.
	AlarmTaken(a AlarmNotice) notice.Body
	// AlarmThere tells who reported it, and who decides afterwards, what whoever went there says.
	AlarmThere(a AlarmNotice) notice.Body
	// AlarmMore tells those who were rung, or who goes, what was said since.
	AlarmMore(a AlarmNotice) notice.Body
}

// AlarmNotice is an alarm as somebody is told of it.
type AlarmNotice struct {
	Case    Case
	Service *service.Service
	Alarm   Alarm
	To      union.MemberID
	// Callee is how To is rung, on the card.
	Callee Called
	// AuthorName and AuthorUnit are empty where the case is anonymous.
	AuthorName, AuthorUnit string
	// Place is the answer to the service's place field.
	Place string
	// Hotline is as in Raised.
	Hotline string
	// Called are those who are rung now; Waited how long nobody has answered.
	Called []Called
	Waited time.Duration
	// Taker is who goes, at At; in AlarmThere who has gone, and says More then.
	Taker union.Member
	At    time.Time
	// Asked is true where whoever cried has just said yes to being called, Silent where they have said nothing.
	Asked, Silent bool
	// More is what was said since, and MoreBy who said it.
	More, MoreBy string
}

// CardID identifies the card at the platform.
func (a AlarmNotice) CardID() string { return fmt.Sprintf("alarm-%d-%d", a.Case.ID, a.To) }

// alarmGrade is the grade that a case was filed with; "" where the service rings nobody.
func (m *matter) alarmGrade() string {
	a := m.service.Alarm
	if !a.On() {
		return ""
	}
	v := m.Values[a.Grade]
	var name string
	if json.Unmarshal(v.Raw, &name) == nil {
		return name
	}
	field, _ := m.service.Field(a.Grade)
	for _, c := range field.Choices {
		if c.Label.ZH == v.Text || c.Label.EN == v.Text {
			return c.Name
		}
	}
	return ""
}

func (m *matter) ladder() []service.Rung {
	return m.service.Alarm.Ladder(m.alarmGrade(), m.author.OrgPath)
}

// unitOf takes the second id of a lineage, or the first where there is no second: the plant, or the root itself.
func unitOf(lineage string) union.OrgID {
	ids := strings.Split(strings.Trim(lineage, "/"), "/")
	return rootOf("/" + ids[min(1, len(ids)-1)] + "/")
}

// alarmDraft is a form that was skipped: the sentence, the grade and the place, if that was said.
func (d *Desk) alarmDraft(s *service.Service, in AlarmCall) Draft {
	values := map[string]Value{}
	if field, ok := s.SentenceField(); ok {
		values[field.Name] = Value{Text: BothEnds(in.Text, field.Max), Voice: in.Voice}
	}
	if field, ok := s.Field(s.Alarm.Grade); ok {
		choice, _ := field.Choice(s.Alarm.Danger)
		raw, _ := json.Marshal(choice.Name) // a string
		values[field.Name] = Value{Text: choice.Label.ZH, Raw: raw}
	}
	if field, ok := s.Field(s.Alarm.Place); ok && in.Place != "" {
		values[field.Name] = Value{Text: firstRunes(in.Place, field.Max)}
	}
	return Draft{
		ID: ID(d.newID()), Owner: in.Member, Service: s.Name, Hash: s.Hash, Version: 1, Values: values, Pictures: in.Pictures, UpdatedAt: d.now(),
	}
}

func firstRunes(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n])
	}
	return text
}
