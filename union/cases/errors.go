package cases

import (
	"errors"
	"time"

	"github.com/unionbot/unionbot/union/service"
)

// What the desk answers besides the errors of package union.
var (
	// ErrFiled: the draft has a case already.
	ErrFiled = errors.New("draft is filed already")
	// ErrNotYours: the service is filed by those who hold certain roles.
	ErrNotYours = errors.New("the service is not for this member to file")
	// ErrNamedOnly: the draft is to be filed without a name, and the service is not.
	ErrNamedOnly = errors.New("the service is not filed without a name")
	// ErrActNotAllowed: the step does not allow the act, or the state of the case does not.
	ErrActNotAllowed = errors.New("the act is not allowed here")
	// ErrKeepReady: whoever cried has not said yet whether to be called, and the officer keeps ready.
	ErrKeepReady = errors.New("whoever cried has not said yet")
	// ErrSaidMuch: the author has added more to the case than it takes.
	ErrSaidMuch = errors.New("as much was added as a case takes")
	// ErrNumberSaid: what was said of the case unasked holds the number of a card.
	ErrNumberSaid = errors.New("a card's number is not said in passing")
	// ErrTargetUnknown: there is no case with the number to merge into, or the officer may not see it.
	ErrTargetUnknown = errors.New("no such case to merge into")
	// ErrTargetUnfit: the case to merge into is the same case, of another service, or ended without being accepted.
	ErrTargetUnfit = errors.New("that case takes no other into it")
)

// ReasonError says which act needs words of the officer, and what they are to say.
type ReasonError struct{ Option service.ActOption }

func (e *ReasonError) Error() string { return string(e.Option.Act) + " needs a reason" }

// ProofError says which act needs a picture of what was done.
type ProofError struct{ Option service.ActOption }

func (e *ProofError) Error() string { return string(e.Option.Act) + " needs a picture" }

// TooEarlyError says that a step cannot be accepted yet.
type TooEarlyError struct {
	Step  service.Step
	Until time.Time
}

func (e *TooEarlyError) Error() string { return "the step stands until " + e.Until.String() }

// IncompleteError says that a draft lacks the answer to a field, or holds one that the form does not take. It happens
// where a person is led past the questions by an older conversation.
type IncompleteError struct{ Field string }

func (e *IncompleteError) Error() string { return "field " + e.Field + " is missing or not valid" }
