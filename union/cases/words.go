package cases

import (
	"strconv"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Words puts what the desk tells people into words and cards. It is called inside the transaction that causes the
// notice, so it reaches for nothing: all that it may mention is handed in. Its result is frozen in the notice's row.
type Words interface {
	// TaskCard asks an officer to decide an open step. Its Card.TaskID is the task's CardID.
	TaskCard(t TaskView) notice.Body
	// SettledCard is the card of TaskCard once the step needs nobody any more: the same TaskID, Card.Settled set.
	SettledCard(t TaskView, s Settled) notice.Body
	// ToFetch tells the author of a sealed case that there is something to fetch, and nothing else: it may be read over
	// a shoulder.
	ToFetch(number string) notice.Body
	// ShareWanted asks a custodian for the second share; NameOpened tells the first that it was given, ShareLapsed that
	// nobody gave it.
	ShareWanted(number, reason string) notice.Body
	NameOpened(number string) notice.Body
	ShareLapsed(number string) notice.Body
	// Answer tells the author what an officer decided, with thanks, the officer's name and the date.
	Answer(a Answer) notice.Body
	// Seconded tells an author how many second the case now; SecondersAnswer tells those who do what was decided.
	Seconded(c Case, s *service.Service, count int) notice.Body
	SecondersAnswer(a Answer) notice.Body
	// CoAuthor tells a member that somebody has filed a case with them, and which share is theirs; Disowned tells the author that
	// one of them says it is not, and CoAuthorsAnswer tells the others what was decided.
	CoAuthor(n CoAuthorNotice) notice.Body
	Disowned(n CoAuthorNotice) notice.Body
	CoAuthorsAnswer(a Answer) notice.Body
	// Awarded tells a member what was awarded, once it is approved.
	Awarded(n AwardNotice) notice.Body
	// PapersWanted asks the author for papers that may follow; PapersLate tells who granted that they did not come, and
	// PapersBrought that they have.
	PapersWanted(n PapersNotice) notice.Body
	PapersLate(n PapersNotice) notice.Body
	PapersBrought(n PapersNotice) notice.Body
	// Remarked tells an officer what the author says of an open case unasked.
	Remarked(n RemarkNotice) notice.Body
	// Public is what members may read of a case at the step that makes it public, PublicityToPost the notice ready to be
	// forwarded. Objected tells an officer that somebody objects, and not who.
	Public(t TaskView) string
	PublicityToPost(p Publicity) notice.Body
	// PublicityToTakeDown is for those who have put it up, where it falls away before its time.
	PublicityToTakeDown(p Publicity) notice.Body
	Objected(number string) notice.Body
	// NoPicture is said in place of the nth picture of a case, counted from 1, where it cannot be sent.
	NoPicture(number string, nth int) string
	// NoVoice is said where what an officer said of a case cannot be sent, and there are no words of it.
	NoVoice(number string) string
	// PictureName names the nth of the pictures that show the same of a case.
	PictureName(number string, shows Shows, nth int) string
	// PaperDoubted tells who sent the picture of a paper that it can hardly be read, and why: small, dark, blurred.
	PaperDoubted(sheet int, doubt string) notice.Body
	// DraftLeft asks after a draft of the service that was left the day before.
	DraftLeft(s *service.Service) notice.Body
	// DraftExpires tells the owner that a draft of the service is kept until then, and no longer unless it is gone on with.
	DraftExpires(s *service.Service, until time.Time) notice.Body

	AlarmWords
	UndoWords
	ToldWords
	ClockWords
	RatingWords
	HandWords
	HelpWords
	CopyWords
	StandInWords
	VacancyWords
	PrintWords
	PackWords
	TallyWords
}

// Answer is a decision as its author is told of it.
type Answer struct {
	// Case is the case after the decision: its State says what it came to, its Step and DueAt what comes next.
	Case    Case
	Service *service.Service
	// Step is the step that was decided.
	Step   service.Step
	Author union.Member
	// Officer decided it, at At.
	Officer union.Member
	At      time.Time
	Act     Act
	// Note is the reason, the opinion or what is missing.
	Note string
	// Into is the case it goes on under, of a merge: its number, title, state and dates.
	Into Case
	// Next are the officers of the next step, empty when the case ended or waits for its author.
	Next []union.Member
	// LookAgainUntil is until when the author may ask for a second look; zero where there is none.
	LookAgainUntil time.Time
	// LastLook says that it would be the last, by those one level up.
	LastLook bool
	// NobodyAbove says that there is nobody here who could take it: it is then for another organisation.
	NobodyAbove bool
	// AskHow asks the author how content they are.
	AskHow bool
}

// CardID identifies the task's card at the platform. It is unique to the officer and to the round of the step, so that
// a step asked again after a return gets a card of its own.
func (t *Task) CardID() string { return "task-" + strconv.FormatInt(int64(t.ID), 10) }
