package enrolment

import (
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// EntryState says how an entry stands.
type EntryState string

// The states of an entry.
const (
	SignedUp EntryState = "signed_up"
	Waiting  EntryState = "waiting"
	// Offered: a place is kept until AnswerBy for whoever waited.
	Offered EntryState = "offered"
	// Received: what a campaign hands out was received, by name.
	Received  EntryState = "received"
	Withdrawn EntryState = "withdrawn"
	Lapsed    EntryState = "lapsed"    // an offer was not answered, or the activity began with somebody waiting
	CalledOff EntryState = "cancelled" // the activity does not take place
)

// Active are the states of an entry that has not ended.
var Active = []EntryState{SignedUp, Waiting, Offered, Received}

// Holds says whether an entry in this state takes a place.
func (s EntryState) Holds() bool { return s == SignedUp || s == Offered || s == Received }

// Ended says whether an entry in this state is over.
func (s EntryState) Ended() bool { return s == Withdrawn || s == Lapsed || s == CalledOff }

// Entry is one member's, or one team's, place in an activity or on its waiting list.
type Entry struct {
	ID       ID
	Number   string
	Activity ID
	// Member signed up; Mates are the others of the team.
	Member union.MemberID
	Mates  []union.MemberID
	// Unit is the organisation whose places it counts for.
	Unit  union.OrgID
	State EntryState
	// Order is that in which entries came; who waits has the place of it.
	Order int64
	// AnswerBy is when an offer lapses. TellAt is when whoever waits is told of it, zero once that was done: offers of
	// the night are told in the morning.
	AnswerBy, TellAt time.Time
	// WaitsUntil is when waiting comes to an end by itself: with the start of the activity.
	WaitsUntil time.Time
	CreatedAt  time.Time
	EndedAt    time.Time
	Said
	Version int64
}

// Said is what an entry keeps of what was answered, and of what happened since.
type Said struct {
	Team string `json:"team,omitempty"`
	// OnSite is true where the evidence is shown on the spot; else Pictures are photos of it.
	OnSite   bool       `json:"on_site,omitempty"`
	Pictures []cases.ID `json:"pictures,omitempty"`
	Choice   string     `json:"choice,omitempty"`
	// Agreed is the hash of the agreement that was accepted, at AgreedAt.
	Agreed   string    `json:"agreed,omitempty"`
	AgreedAt time.Time `json:"agreed_at,omitzero"`
	History  []Step    `json:"history,omitempty"`
}

// Step is something that happened to an entry.
type Step struct {
	At    time.Time      `json:"at"`
	By    union.MemberID `json:"by,omitempty"` // 0: the service itself
	State EntryState     `json:"state"`
}

// become changes the state and remembers who did it.
func (e *Entry) become(s EntryState, by union.MemberID, at time.Time) {
	e.State, e.AnswerBy, e.TellAt, e.WaitsUntil = s, time.Time{}, time.Time{}, time.Time{}
	if s.Ended() {
		e.EndedAt = at
	}
	e.History = append(e.History, Step{At: at, By: by, State: s})
}

// Due is when something happens to the entry by itself; zero for never.
func (e *Entry) Due() time.Time {
	for _, due := range []time.Time{e.TellAt, e.AnswerBy} {
		if !due.IsZero() {
			return due
		}
	}
	return e.WaitsUntil
}

// People are all who take part by the entry.
func (e *Entry) People() []union.MemberID { return append([]union.MemberID{e.Member}, e.Mates...) }
