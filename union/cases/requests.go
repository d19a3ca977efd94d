package cases

import (
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/service"
)

// Filed is what File did, the same however often the draft is filed.
type Filed struct {
	Case    Case
	Service *service.Service
	// Author is who filed it; of a sealed case nobody.
	Author union.Member
	// Officers are those who got the task.
	Officers []union.Member
	// Called are those who are rung because it cannot wait.
	Called []Called
	// Again is true when the draft had been filed before.
	Again bool
	// Code fetches the answer to a sealed case. It is told once: only its hash is kept.
	Code string
}

// Act is what an officer does with a task.
type Act = service.Act

// The acts. Which of them a step allows is the service's matter.
const (
	Accept = service.Accept // 受理、同意、采纳
	Refuse = service.Refuse // 不受理、驳回、不采纳: needs a reason
	Return = service.Return // 退回补充: needs what is missing
	Merge  = service.Merge  // 并入已有: needs the other case's number
	Reopen = service.Reopen // 没改好: goes back to the step before, and needs a reason
	Waive  = service.Waive  // 不奖励: goes on as accepted, without the award, and needs a reason

	SendBack = service.SendBack // 退回给 初审: an earlier step is decided anew, and needs a reason
)

// Decision is an officer's act on one step of a case.
type Decision struct {
	// Case is found by ID, or by Number where ID is 0.
	Case   ID
	Number string
	// Step is the step that the officer saw; empty means whichever is open.
	Step string
	// Task, if set, is the task whose card was tapped: it has to be open still, also where the step was asked again
	// after a return.
	Task    ID
	Officer union.MemberID
	Act     Act
	// Note is the reason, the opinion or what is missing.
	Note string
	// Into is the number of the case to merge into.
	Into string
	// To is the name of the step that is to be decided anew, of SendBack.
	To string
	// Straight has a case that is sent back come straight back afterwards, where the step's file does not say which way it goes.
	Straight bool
	// Grant is the sum in fen that is granted, where the act asks for one.
	Grant int64
	// Unasked spares the author the question how content they are.
	Unasked bool
	// Answers are what the officer answered of the act's form, by name.
	Answers map[string]Value
	// Pictures are attachments of the officer's, which show what was done.
	Pictures []ID
	// Voice is the one with the sound of Note; 0 where that was written.
	Voice ID
	// Shown is what the officer was shown, of a case that is decided together with others; nil of one that is decided by itself.
	Shown *Shown
	// Sure is what the officer has said to what had to be confirmed; nil where nothing was shown.
	Sure *Sure
}

// ComesStraight says whether what is decided between the step that sends a case back and the one to which it goes stands.
func (d Decision) ComesStraight(step service.Step) bool {
	return step.SendBack == service.SendStraight || step.SendBack == "" && d.Straight
}

// Decided is what Decide did.
type Decided struct {
	Case    Case
	Service *service.Service
	Step    service.Step // that was decided
	Author  union.Member // empty where the case is anonymous
	Into    Case         // of a merge; its number, title, state and dates
	// Fund is the fund from which money was set aside or paid; nil where none was.
	Fund *fund.Fund
	// Next are the officers of the next step, empty when the case ended or waits for its author.
	Next []union.Member
	// Ahead are the steps after that one, as the case stands now.
	Ahead []service.Step
	// Once are the steps after it that were accepted with the same signature.
	Once []service.Step
	// Signed of Seats have signed the step, where others have to still: Next. Both are 0 otherwise.
	Signed, Seats int
	// Quiet says that only officers hear of it.
	Quiet bool
}

// Settled says how a step was decided that is decided already. errors.Is(err, union.ErrSettled) holds.
type Settled struct {
	Number  string
	Step    service.Step // that was decided; of a withdrawal none
	At      time.Time
	Officer string // name; of a withdrawal the author's, empty where the case is anonymous
	Kind    string // of the timeline event
	Into    string // number, of a merge; the name of whoever has it now, of a hand-over
	// Waits says that the case waits for its author now, and comes back.
	Waits bool
}

func (s *Settled) Error() string { return "case " + s.Number + " is already settled" }

// Unwrap makes it a union.ErrSettled.
func (s *Settled) Unwrap() error { return union.ErrSettled }

// TaskView is a task as its officer's list shows it.
type TaskView struct {
	Task
	Case    Case
	Service *service.Service
	Review  service.Step // the step to decide: its title and the acts it allows
	// Earlier are the steps that may be decided anew instead.
	Earlier []service.Step
	// Straight names those of them from which the officer may have the case come straight back, or not; only of whom ReturnsTo tells.
	Straight []string
	// Mendable are the questions that its author may be asked anew; only of whom ReturnsTo tells.
	Mendable []service.Field
	// Said is the latest note of the review: what was ordered, done, or found not to be right. Empty where there is none.
	Said string
	// Hands are the entries of the timeline by which the step changed hands.
	Hands []Event
	// Helps are what colleagues were asked, and answered.
	Helps []HelpLine
	// InPlaceOf is the officer who is away, in whose place the task is the officer's; nobody's where it is their own.
	InPlaceOf union.Member
	// Signed says who has signed the step, and of how many, where several do.
	Signed Signatures
	// Objections are what members have against the case, at a step that makes it public.
	Objections []Objection
	// Sharers filed the case with its author, where it is made public.
	Sharers    []union.Member
	AuthorName string // empty where the case is anonymous
	AuthorOrg  string // 一分厂/锅炉班
}

// Signatures are those of a step that several sign; of one that one decides there are no Seats.
type Signatures struct {
	Signed, Seats int
	Names         []string
	// Added are those whom an officer has added.
	Added []AddedSigner
}

// View is a case as its owner or an officer sees it.
type View struct {
	Case
	Service    *service.Service
	AuthorName string
	AuthorOrg  string
	// Officers are the names of those who have the open task.
	Officers []string
	// Signed says who has signed the open step, and of how many, where several do.
	Signed   Signatures
	Timeline []Event
	// Clocks are the promised times of the case, at Now.
	Clocks []Clock
	Now    time.Time
	// Copies are those who were given the case to read, where the viewer handles it; ToRead says that the viewer was.
	Copies []Copy
	ToRead bool
	// PapersDue is until when the author is to send papers that may follow; zero where none are lacking.
	PapersDue time.Time
}

// Missed is the earliest time that was promised for the whole matter and has passed, also where the matter stands still; zero where
// none has.
func (v *View) Missed() (due time.Time) {
	for _, c := range v.Clocks {
		if c.Kind != ClockStep && !v.State.Ended() && c.Missed(v.Now) && (due.IsZero() || c.Due.Before(due)) {
			due = c.Due
		}
	}
	return due
}

// Summary is a case as a list of one's own shows it.
type Summary struct {
	ID      ID
	Number  string
	Service string
	// Hash is of the service's version with which the case began.
	Hash    string
	Title   string
	State   State
	FiledAt time.Time
	DueAt   time.Time
	// Officers are the names of those who have the open task.
	Officers []string
	// Own is false for what others filed and the member has a part in.
	Own bool
}
