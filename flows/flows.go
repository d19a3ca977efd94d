// Package flows is what is said: one file a conversation. A flow puts the use cases of package union into questions and
// answers, and holds every sentence a person reads. It names no service - what a form asks and a review allows is data -
// and it talks to no platform, no SQL and no Redis: what it needs it declares as an interface and is handed by Deps.
package flows

import (
	"slices"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/talk"
)

// Deps is what the flows need of the rest of the service.
type Deps struct {
	Members  Members
	Services Services
	Desk     Desk
	Binder   Binder
	Calendar Calendar
	Lookup   Lookup
	Privacy  Privacy
	Ledgers  LedgerOffice
	Awards   AwardOffice
	Enrol    EnrolDesk
	Checkups CheckupDesk
	Casts    CastDesk
	// Occasions greets members.
	Occasions OccasionDesk
	Talks     TalkDesk
	// Windows know to whom nothing may be sent before they speak; nil where nobody is kept so.
	Windows talk.Windows
	// Topics is what people want to talk about, and what officers answer often.
	Topics TalkTopics
	// Contacts follows the platform's address book; nil where there is none.
	Contacts ContactDesk
	Articles Articles
	// Reference is hotlines and standard sums.
	Reference Reference
	// Directory lists the channels that know by themselves who a member is: the WeCom app. Nobody binds there, and
	// codes for other channels are fetched there.
	Directory []bot.ChannelID
	// Phone is what a person rings who cannot go on here: 内线 6100. It may be empty.
	Phone string
	// Dispatch is what a person in danger rings: 内线 6110. It may be empty.
	Dispatch string
	// Language is that of the services' words: zh-CN.
	Language string
}

// Desk is every use case of union/cases that a conversation reaches.
type Desk interface {
	DraftDesk
	FilingDesk
	CaseDesk
	TaskDesk
	RecuseDesk
	MoneyDesk
	UndoDesk
	SecondDesk
	CoAuthorDesk
	AwardDesk
	RankingDesk
	PublicityDesk
	ReconsiderDesk
	RatingDesk
	WorkerDesk
	FetchDesk
	UnsealDesk
	AlarmDesk
	ClockDesk
	HandDesk
	AsideDesk
	HelpDesk
	StandInDesk
	PrintDesk
	PackDesk
	TallyDesk
}

// Calendar tells times in the union's zone.
type Calendar interface {
	// Speech says a time: 11月25日(周三)17:30. SpeechDay leaves out the hour.
	Speech(t time.Time) string
	SpeechDay(t time.Time) string
	// Date is the day on which people live at a time.
	Date(t time.Time) calendar.Date
	// Local is the time in the zone in which people live.
	Local(t time.Time) time.Time
	// Known says whether the holidays of a year are published.
	Known(year int) bool
	// Digests are the times of day at which officers are reminded, DutyHours the time in which anybody is.
	Digests() []time.Duration
	DutyHours() calendar.Span
}

// New makes the catalogue of all conversations.
func New(d Deps) (*bot.Catalog, error) {
	p := people{members: d.Members, directory: d.Directory, phone: d.Phone}
	h := helplines{services: d.Services, numbers: d.Reference, phone: d.Phone, dispatch: d.Dispatch, language: d.Language}
	r := &reader{services: d.Services}
	f := form{people: p, helplines: h, services: d.Services, drafts: d.Desk, desk: d.Desk, calendar: d.Calendar, lookup: d.Lookup, language: d.Language, reader: r, reference: d.Reference}
	c := caseWords{services: d.Services, calendar: d.Calendar, language: d.Language}
	e := enrolWords{calendar: d.Calendar}
	catalog, err := bot.NewCatalog(slices.Concat([]bot.Flow{
		f.flow(),
		(&menu{services: d.Services, language: d.Language}).flow(),
		(&mine{people: p, caseWords: c, desk: d.Desk, form: f, entries: entryLines{d.Enrol, e}}).flow(),
		(&lacks{people: p, caseWords: c, desk: d.Desk, form: f}).flow(),
		(&progress{people: p, caseWords: c, desk: d.Desk, entries: entryLines{d.Enrol, e}, reader: r}).flow(),
		(&supplement{people: p, caseWords: c, desk: d.Desk, attach: d.Desk, form: f}).flow(),
		(&withdraw{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&undo{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&tasks{people: p, caseWords: c, desk: d.Desk, casts: d.Casts, form: f, standIns: d.Desk, windows: d.Windows}).flow(),
		(&second{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&coauthor{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&reconsider{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&worker{people: p, caseWords: c, desk: d.Desk, entries: entryLines{d.Enrol, e}, talks: d.Talks}).flow(),
		(&rating{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&urge{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&hand{people: p, caseWords: c, lookup: d.Lookup, desk: d.Desk}).flow(),
		(&recuse{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&aside{people: p, caseWords: c, lookup: d.Lookup, desk: d.Desk}).flow(),
		(&help{people: p, caseWords: c, desk: d.Desk, decides: (&tasks{caseWords: c}).understand}).flow(),
		(&standIns{people: p, calendar: d.Calendar, lookup: d.Lookup, desk: d.Desk}).flow(),
		(&extend{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&digest{people: p, calendar: d.Calendar, desk: d.Desk}).flow(),
		(&statistics{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&printing{people: p, calendar: d.Calendar, desk: d.Desk}).flow(),
		(&pack{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&reduce{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&bind{people: p, binder: d.Binder, calendar: d.Calendar, phone: d.Phone}).flow(),
		(&account{people: p, binder: d.Binder, calendar: d.Calendar}).flow(),
		(&fetch{caseWords: c, desk: d.Desk}).flow(),
		(&unseal{people: p, calendar: d.Calendar, desk: d.Desk}).flow(),
		(&hello{people: p, drafts: d.Desk, form: f, greetings: d.Occasions}).flow(),
		(&mydata{people: p, privacy: d.Privacy, calendar: d.Calendar, phone: d.Phone}).flow(),
		welcome(p),
		contacts(d.Contacts),
		(&atPlace{services: d.Services, table: placeTable{d.Reference, d.Language}}).flow(),
		(&unread{services: d.Services, language: d.Language}).flow(),
		console(),
		clearing(),
		english(),
		(&articles{library: d.Articles, sums: d.Reference, calendar: d.Calendar}).flow(),
		(&duty{people: p, lookup: d.Lookup, rosters: d.Reference, calendar: d.Calendar}).flow(),
		(&hotline{people: p, reference: d.Reference, phone: d.Phone, dispatch: d.Dispatch}).flow(),
		(&urgent{people: p, services: d.Services, desk: d.Desk, helplines: h, numbers: d.Reference, talks: d.Talks, reader: r}).flow(),
		(&worry{services: d.Services, reader: r, numbers: d.Reference, helplines: h}).flow(),
		(&alarm{people: p, drafts: d.Desk, services: d.Services, caseWords: c, table: placeTable{d.Reference, d.Language}, desk: d.Desk, attach: d.Desk, reader: r, talks: d.Talks, language: d.Language, helplines: h}).flow(),
	}, moneyFlows(d, p, c), enrolFlows(d, p, e, r), castFlows(d, p), greetingFlows(d, p), talkFlows(d, p, r))...)
	if err != nil {
		return nil, err
	}
	catalog.Within = p.proving
	return catalog, nil
}

// moneyFlows are the conversations about what is paid, published and counted.
func moneyFlows(d Deps, p people, c caseWords) []bot.Flow {
	return []bot.Flow{
		(&awards{people: p, caseWords: c, office: d.Awards, calendar: d.Calendar}).flow(),
		(&awardsPaid{people: p, caseWords: c, desk: d.Desk, calendar: d.Calendar}).flow(),
		(&ranking{people: p, caseWords: c, desk: d.Desk}).flow(),
		(&checkups{people: p, desk: d.Checkups, calendar: d.Calendar}).flow(),
		(&selfcheck{reference: d.Reference}).flow(),
		(&publicity{people: p, caseWords: c, desk: d.Desk, calendar: d.Calendar}).flow(),
		(&ledger{people: p, office: d.Ledgers, calendar: d.Calendar}).flow(),
	}
}

func enrolFlows(d Deps, p people, e enrolWords, r *reader) []bot.Flow {
	return []bot.Flow{
		(&enrol{people: p, drafts: d.Desk, words: e, desk: d.Enrol, attach: d.Desk, reader: r}).flow(),
		(&enrolEntry{people: p, words: e, desk: d.Enrol, standIns: d.Desk}).flow(),
		(&enrolRoll{people: p, words: e, desk: d.Enrol}).flow(),
		(&enrolPublish{people: p, drafts: d.Desk, words: e, desk: d.Enrol}).flow(),
	}
}

// greetingFlows are the conversations about what the union says by itself.
func greetingFlows(d Deps, p people) []bot.Flow {
	return []bot.Flow{
		(&greeting{people: p, desk: d.Occasions, calendar: d.Calendar}).flow(),
		(&occasions{people: p, desk: d.Occasions, casts: d.Casts, calendar: d.Calendar}).flow(),
		(&care{people: p, desk: d.Occasions, calendar: d.Calendar}).flow(),
		(&unreached{people: p, desk: d.Occasions}).flow(),
		(&gifts{people: p, desk: d.Occasions}).flow(),
	}
}

// talkFlows are the conversations with a person.
func talkFlows(d Deps, p people, r *reader) []bot.Flow {
	w := talkWords{calendar: d.Calendar, phone: d.Phone, dispatch: d.Dispatch, lines: d.Reference}
	return []bot.Flow{
		(&talking{people: p, desk: d.Talks, attach: d.Desk, topics: d.Topics, words: w, reader: r, casts: d.Casts}).flow(),
		(&talks{people: p, desk: d.Talks, attach: d.Desk, topics: d.Topics, words: w, lookup: d.Lookup, services: d.Services, reader: r, language: d.Language}).flow(),
		(&talkFigures{people: p, calendar: d.Calendar, desk: d.Talks}).flow(),
		(&toldNotes{people: p, words: w, desk: d.Talks}).flow(),
	}
}

func castFlows(d Deps, p people) []bot.Flow {
	w := castWords{calendar: d.Calendar}
	return []bot.Flow{
		(&cast{people: p, drafts: d.Desk, words: w, desk: d.Casts}).flow(),
		(&castRelease{people: p, words: w, desk: d.Casts}).flow(),
		(&castSteer{people: p, words: w, desk: d.Casts}).flow(),
		castAnswer(p, d.Casts),
	}
}

func knowsMembers(directory []bot.ChannelID, c bot.ChannelID) bool {
	return slices.Contains(directory, c)
}
