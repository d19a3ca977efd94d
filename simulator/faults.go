package simulator

import (
	"cmp"
	"strings"
	"time"
)

// Faults are what goes wrong. Counts run down with every use; -1 stays until it is switched off.
type Faults struct {
	// Pause holds callbacks back; Reverse lets a person's held ones leave last first.
	Pause   bool `json:"pause"`
	Reverse bool `json:"reverse"`
	// Duplicate delivers each callback twice: "after" the first was answered, or "together" with it.
	Duplicate string `json:"duplicate"`
	// DropAnswers lets the platform miss so many answers to callbacks: to it they timed out.
	DropAnswers int `json:"drop_answers"`

	// DelayMS makes every API call slower, in milliseconds.
	DelayMS int `json:"delay_ms"`
	// Fail makes so many API calls fail: with the HTTP status FailStatus, else with the errcode FailCode (-1 when zero).
	Fail       int `json:"fail"`
	FailStatus int `json:"fail_status"`
	FailCode   int `json:"fail_code"`
	// LoseAnswers carries out so many API calls and then cuts the connection instead of answering.
	LoseAnswers int `json:"lose_answers"`
	// Path limits the API faults to calls whose path contains it, such as "message/send".
	Path string `json:"path"`
}

// use takes one off a count and says whether there was one.
func use(count *int) bool {
	if *count == 0 {
		return false
	}
	if *count > 0 {
		*count--
	}
	return true
}

// apiFault is what goes wrong with one call.
type apiFault struct {
	delay  time.Duration
	status int
	err    *apiError
	lose   bool
}

// forCall takes what is due for a call to the path.
func (f *Faults) forCall(path string) apiFault {
	if !strings.Contains(path, f.Path) {
		return apiFault{}
	}
	due := apiFault{delay: time.Duration(f.DelayMS) * time.Millisecond}
	if use(&f.Fail) {
		if due.status = f.FailStatus; due.status == 0 {
			due.err = refuse(cmp.Or(f.FailCode, -1), "simulated fault")
		}
		return due
	}
	due.lose = use(&f.LoseAnswers)
	return due
}

// Faults says what goes wrong at present.
func (s *Simulator) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// SetFaults says what goes wrong from now on; the zero value: nothing.
func (s *Simulator) SetFaults(f Faults) {
	s.mu.Lock()
	s.faults = f
	s.mu.Unlock()
	s.feed.publish("state", nil)
}
