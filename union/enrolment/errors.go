package enrolment

import (
	"errors"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// What use cases answer besides the errors of package union.
var (
	// ErrOutside: the activity is not for the member's organisation.
	ErrOutside = errors.New("outside the audience")
	// ErrPost: the activity is not for the member's post.
	ErrPost = errors.New("not for this post")
	// ErrClosed: nobody signs up any more.
	ErrClosed = errors.New("sign-up is closed")
	// ErrCancelled: the activity does not take place.
	ErrCancelled = errors.New("activity is cancelled")
	// ErrOver: it has begun.
	ErrOver = errors.New("activity has begun")
	// ErrIncomplete: an answer lacks, or is none of those offered.
	ErrIncomplete = errors.New("an answer lacks")
	// ErrAgreement: the agreement is another than the one that was accepted.
	ErrAgreement = errors.New("the agreement has changed")
	// ErrNotCaptain: a team's place is its captain's matter.
	ErrNotCaptain = errors.New("only the captain may")
	// ErrNoHandout: nothing is handed out, or the entry has no place.
	ErrNoHandout = errors.New("nothing is handed out for this entry")
	// ErrNotBegun: what is handed out later is not received yet.
	ErrNotBegun = errors.New("it has not begun yet")
	// ErrReceived: what was handed out is not given back.
	ErrReceived = errors.New("received already")
)

// InTeamError says which of those who were named take part in the activity already.
type InTeamError struct{ Members []union.Member }

func (e *InTeamError) Error() string { return "somebody of the team has signed up already" }

// MateError says who of a team may not take part, and why.
type MateError struct {
	Member union.Member
	Err    error
}

func (e *MateError) Error() string { return "somebody of the team may not take part: " + e.Err.Error() }

// Unwrap is the reason.
func (e *MateError) Unwrap() error { return e.Err }

// Problem is something in an activity that cannot be.
type Problem struct {
	// Field is its name in a file: places_per_unit.
	Field string
	Text  string
}

// Problems are all that were found.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Field + ": " + p.Text
	}
	return strings.Join(lines, "\n")
}
