package enrolment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Prefix begins the numbers of activities and entries: JS26-0210.
const Prefix = service.EntryPrefix

// ID identifies an activity or an entry. It is ours: 63-bit, opaque.
type ID int64

// Kind says what is held.
type Kind string

// The kinds.
const (
	Competition Kind = "competition" // 劳动竞赛
	Contest     Kind = "contest"     // 技能比武
	Campaign    Kind = "campaign"    // 送温暖, 送清凉, 金秋助学, 疗休养
)

// Kinds are all of them.
var Kinds = []Kind{Competition, Contest, Campaign}

// State says whether an activity takes place.
type State string

// The states of an activity.
const (
	Open      State = "open"
	Closed    State = "closed" // it takes place, and nobody signs up any more
	Cancelled State = "cancelled"
)

// Activity is something to sign up for.
type Activity struct {
	ID     ID
	Number string
	// Ref is its name for whoever wrote it down: the id of a file's entry, or that of the conversation in which it was
	// published. It is unique.
	Ref   string
	Kind  Kind
	State State
	// Org is whose it is: an organiser over it may change the activity. Its path and lineage come along.
	Org              union.OrgID
	OrgPath, Lineage string
	StartsAt         time.Time
	// ClosesAt is when sign-up ends.
	ClosesAt time.Time
	// Places is how many persons or teams may take part; 0 for any number. Taken of them are taken or offered.
	Places, Taken int
	Details
	// Moves counts the changes to its entries; each has the order of its change.
	Moves   int64
	Version int64
}

// Details are what is said of an activity.
type Details struct {
	Title string `json:"title"`
	Place string `json:"place"`
	// Audience are the subtrees whose members may sign up; empty for all below the activity's own organisation.
	Audience []Part `json:"audience,omitempty"`
	// Posts are the trades that may: a member's post contains one of them. Empty for any.
	Posts []string `json:"posts,omitempty"`
	// Team is nil where persons sign up.
	Team *Team `json:"team,omitempty"`
	// UnitPlaces is how many places each unit has at most, 0 for any number; Units are those that differ. A unit is an
	// organisation right below the activity's own.
	UnitPlaces int    `json:"unit_places,omitempty"`
	Units      []Part `json:"units,omitempty"`
	// Evidence is what has to be shown, as a photo or on the spot: 特种作业操作证. Empty for nothing.
	Evidence string `json:"evidence,omitempty"`
	// Agreement is a text that has to be accepted; empty for none.
	Agreement string `json:"agreement,omitempty"`
	// Ask is a question with Options, such as a size; empty for none.
	Ask     string   `json:"ask,omitempty"`
	Options []string `json:"options,omitempty"`
	// AnswerHours is how long an offered place waits for an answer; 0 for DefaultAnswerHours.
	AnswerHours int `json:"answer_hours,omitempty"`
	// Author published it, 0 for an operator.
	Author union.MemberID `json:"author,omitempty"`
	// Ends are how signing up was ended, and by whom.
	Ends []End `json:"ends,omitempty"`
}

// End is an organiser's closing or calling off.
type End struct {
	At     time.Time      `json:"at"`
	By     union.MemberID `json:"by"`
	State  State          `json:"state"`
	Reason string         `json:"reason,omitempty"`
}

// Team says how many persons a team has, its captain among them.
type Team struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// Part is an organisation with what holds for it.
type Part struct {
	Org     union.OrgID `json:"org"`
	Path    string      `json:"path"`
	Lineage string      `json:"lineage"`
	Places  int         `json:"places,omitempty"`
}

// SignsUp says whether somebody may still sign up at a time.
func (a *Activity) SignsUp(now time.Time) bool { return a.State == Open && now.Before(a.ClosesAt) }

// Unit is the organisation whose places a member with this lineage takes: the one right below the activity's own, or
// that itself.
func (a *Activity) Unit(lineage string) union.OrgID {
	below, ok := strings.CutPrefix(lineage, a.Lineage)
	first, _, _ := strings.Cut(below, "/")
	id, err := strconv.ParseInt(first, 10, 64)
	if !ok || err != nil {
		return a.Org
	}
	return union.OrgID(id)
}

// PlacesOf is how many places a unit has at most; 0 for any number.
func (a *Activity) PlacesOf(unit union.OrgID) int {
	if i := slices.IndexFunc(a.Units, func(p Part) bool { return p.Org == unit }); i >= 0 {
		return a.Units[i].Places
	}
	return a.UnitPlaces
}

// Entitled returns nil for a member for whom the activity is, and else union.ErrForbidden, ErrOutside or ErrPost. Who
// has retired may take part in campaigns only.
func (a *Activity) Entitled(m union.Member) error {
	served := m.Status == union.Active || m.Status == union.Retired && a.Kind == Campaign
	if !served {
		return union.ErrForbidden
	}
	if !strings.HasPrefix(m.Lineage, a.Lineage) || len(a.Audience) > 0 &&
		!slices.ContainsFunc(a.Audience, func(p Part) bool { return strings.HasPrefix(m.Lineage, p.Lineage) }) {
		return ErrOutside
	}
	if len(a.Posts) > 0 && !slices.ContainsFunc(a.Posts, func(post string) bool { return strings.Contains(m.Post, post) }) {
		return ErrPost
	}
	return nil
}

// AgreementHash names the agreement's text, by the first 128 bits of its SHA-256 in hex; empty where there is none.
func (d Details) AgreementHash() string {
	if d.Agreement == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(d.Agreement))
	return hex.EncodeToString(sum[:16])
}
