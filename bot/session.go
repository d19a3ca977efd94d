package bot

import (
	"encoding/json"
	"time"
)

// Session is where an identity is in its conversation. It is stored as JSON; a turn writes it and nothing else does.
// It may cache who the person is, never what the person may do.
type Session struct {
	// Flow is the running flow's name, empty when none runs.
	Flow string `json:"flow,omitempty"`
	// Rev is the revision of the flow that wrote Data. A session of another revision ends with a notice.
	Rev  int             `json:"rev,omitempty"`
	Step string          `json:"step,omitempty"`
	Data json.RawMessage `json:"data,omitempty"`
	// Title is how the running flow is named when it is spoken of: 建议.
	Title     string    `json:"title,omitempty"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Begun is when the running flow began, in milliseconds: it tells one from the next.
	Begun int64 `json:"begun,omitempty"`
	// Asked is the open question, as Reply.Question names it; 0 where it offers no choices.
	Asked uint32 `json:"asked,omitempty"`
	// Under holds what the running flow has interrupted, the latest last.
	Under []Frame `json:"under,omitempty"`
	// Rested are flows that were put aside, the one that was interrupted last at the end: 继续 takes them up again, and nothing else.
	Rested []Frame `json:"rested,omitempty"`
	// More holds the parts of a long reply that wait for 更多.
	More []string `json:"more,omitempty"`
	// MoreOf is the number of all parts of that reply.
	MoreOf int `json:"more_of,omitempty"`
	// Member caches the member behind the identity; 0 when not known.
	Member int64 `json:"member,omitempty"`
	// Aside is the hash of the words that are the running step's answer if they are said again, although they led away from it; 0
	// for none.
	Aside uint32 `json:"aside,omitempty"`
	// Said holds what the person said last that began nothing and was kept by nobody, until SaidAt is long past.
	Said   []string  `json:"said,omitempty"`
	SaidAt time.Time `json:"said_at,omitzero"`
	// Loose is what was sent before it was said of what, for LooseKept.
	Loose []Loose `json:"loose,omitempty"`
	// Misses counts the messages in a row that nobody understood.
	Misses int `json:"misses,omitempty"`
	// Guessed is the hash of what the last of them was taken for first; 0 where nothing was offered.
	Guessed uint32 `json:"guessed,omitempty"`
}

// Frame is a flow that waits until the one that interrupted it has ended.
type Frame struct {
	Flow      string          `json:"flow"`
	Rev       int             `json:"rev,omitempty"`
	Step      string          `json:"step,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`
	Title     string          `json:"title,omitempty"`
	ExpiresAt time.Time       `json:"expires_at,omitzero"`
	Begun     int64           `json:"begun,omitempty"`
	Asked     uint32          `json:"asked,omitempty"`
	Aside     uint32          `json:"aside,omitempty"`
}

// SessionBytes is the most that a session may hold once encoded; a larger one is a fault of the flow.
const SessionBytes = 16 << 10

// Input is one message as the Router gets it.
type Input struct {
	Message Message
	Session Session
	// Fresh is true when no session was stored for the identity: a first word, or Redis has lost it.
	Fresh bool
	// Stirred is true when what the session remembers may have been changed on another channel of the person.
	Stirred bool
	// Waits is what is known of what waited for this word.
	Waits Waits
	// Push is true on a channel where everything can be sent unasked, so that no notice asks for a word (Channel.Push).
	Push bool
	Now  time.Time
}

// Waits is what is known of what waited for a person's word.
type Waits string

// The cases of Waits.
const (
	WaitsNothing Waits = ""
	// WaitsSaid: it is said with the reply.
	WaitsSaid Waits = "said"
	// WaitsUnknown: where it is kept could not be asked.
	WaitsUnknown Waits = "unknown"
)

// Outcome is what one turn changed and said.
type Outcome struct {
	Session Session
	Replies []Reply
	// Stir are identities whose next turn is to look at what it remembers: this turn has changed it.
	Stir []Address
	// After runs once the turn is committed, and not at all if the turn lost to another. It must not block.
	After []func()
}
