package flows

import (
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/talk"
)

// listedData is which list is shown, and how far. The conversations that only go on with a list by 更多 share it: each type of its own
// would have the compiler write all of a turn once more.
type listedData struct {
	// Members are of whom one is to be picked, by their Labels; Shown is the one whose cases are shown, and Behind how many of them were
	// passed.
	Members []union.MemberID `json:"members,omitempty"`
	Labels  []string         `json:"labels,omitempty"`
	Shown   union.MemberID   `json:"shown,omitempty"`
	Behind  int              `json:"behind,omitempty"`
	// Unit and Word are of which organisation what is counted; After is the last case shown of so many Seen, Before the last talk.
	Unit   string            `json:"unit,omitempty"`
	Word   string            `json:"word,omitempty"`
	After  cases.CountedSpot `json:"after,omitzero"`
	Seen   int               `json:"seen,omitempty"`
	Before talk.ID           `json:"before,omitempty"`
}
