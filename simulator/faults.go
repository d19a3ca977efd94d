package simulator

import (
	"cmp"
	"math/rand/v2"
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
	// LoseNotices takes so many notices of the Official Account, shows none of them, and says so by their event.
	LoseNotices int `json:"lose_notices"`
	// LoseAnswers carries out so many API calls and then cuts the connection instead of answering.
	LoseAnswers int `json:"lose_answers"`
	// FailShare of the API calls, 0 to 1, fail as those of Fail do, and HangShare of them are never answered, every other one of
	// which is carried out all the same. Seed chooses which: the same again for the same number of calls.
	FailShare float64 `json:"fail_share"`
	HangShare float64 `json:"hang_share"`
	Seed      uint64  `json:"seed"`
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
	// hang is never answered; idle is not carried out either.
	hang, idle bool
}

// forCall takes what is due for a call to the path.
func (f *Faults) forCall(path string, luck *rand.Rand) apiFault {
	if !strings.Contains(path, f.Path) {
		return apiFault{}
	}
	due := apiFault{delay: time.Duration(f.DelayMS) * time.Millisecond}
	var drawn float64
	if f.FailShare+f.HangShare > 0 {
		drawn = luck.Float64()
	}
	switch hangs := f.FailShare + f.HangShare; {
	case use(&f.Fail) || drawn < f.FailShare:
		if due.status = f.FailStatus; due.status == 0 {
			code := cmp.Or(f.FailCode, -1)
			due.err = refuse(code, faultMessage(code))
		}
	case drawn < hangs:
		due.hang, due.idle = true, drawn < f.FailShare+f.HangShare/2
	default:
		due.lose = use(&f.LoseAnswers)
	}
	return due
}

// faultMessage is the errmsg of the refusals that say more than their code: whom the platform sees calling, here
// 203.0.113.7. [W90455, O, as users have reported them]
func faultMessage(code int) string {
	switch code {
	case 60020:
		return "not allow to access from your ip, hint: [1690000000000000000000000], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=60020"
	case 40164:
		return "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 00000000-00000000-00000000"
	case 48001:
		return "api unauthorized rid: 00000000-00000000-00000000"
	}
	return "simulated fault"
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
	s.faults, s.luck = f, rand.New(rand.NewPCG(f.Seed, 0)) //nolint:gosec // chance is to be the same again
	s.mu.Unlock()
	s.feed.publish("state", nil)
}
