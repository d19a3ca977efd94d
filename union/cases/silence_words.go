package cases

import (
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/service"
)

// Moved is a move in silence as people are told of it.
type Moved struct {
	Case    Case
	Service *service.Service
	Step    service.Step // that nobody decided
	Author  union.Member
	Do      service.MoveKind
	From    []union.Member
	To      []union.Member
	// Left says that those who had it are in the office no more: nobody was late.
	Left bool
	// Follows says that they are in another part of the union than its author is now.
	Follows bool
	// Overdue says that the time promised has passed, and that no other one is.
	Overdue bool
	// StepsBack says that whoever had it stays out of the case.
	StepsBack bool
	// Challenged says that its author has asked so of whom it goes back to, and Say why that is not done.
	Challenged bool
	Say        string
	// Asked is of whom that was asked: whoever stands in for them may have it.
	Asked union.Member
	// Later says that the time ends with a shift of those who have it now.
	Later bool
}

func (m *matter) moved(from, to []union.Member, do service.MoveKind, step service.Step) Moved {
	return Moved{Case: m.Case, Service: m.service, Step: step, Author: m.author, Do: do, From: from, To: to, Left: m.left, Follows: m.follows, StepsBack: m.stepsBack, Challenged: m.challenged, Later: m.shifted}
}

// ClockWords puts what silence leads to into words.
type ClockWords interface {
	// MovedOn tells the author that a step went to others, or passed by silence.
	MovedOn(m Moved) notice.Body
	// YourTurn reminds the author that the matter waits for the author.
	YourTurn(m Moved) notice.Body
	// Reminded tells the author that those who have the step, From, are reminded before its time is up.
	Reminded(m Moved) notice.Body
	// Stuck tells who looks after the union's data that a step has nobody to go to.
	Stuck(number string) notice.Body
	// Extended tells the author that the time was prolonged, and why.
	Extended(c Case, s *service.Service, officer, why string) notice.Body
	// Postponed tells the author of the day that is promised now, by a calendar that came later.
	Postponed(c Case, s *service.Service) notice.Body
	// Shifted tells the author that it ends with the next shift of whoever has it.
	Shifted(m Moved) notice.Body
	// Digest tells an officer what waits.
	Digest(v DigestView) notice.Body
}
