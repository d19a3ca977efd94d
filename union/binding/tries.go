package binding

import "time"

const (
	// FreeTries is how often one may fail before one has to wait.
	FreeTries = 3
	// firstWait doubles with every further failure, up to longestWait.
	firstWait   = 10 * time.Minute
	longestWait = 24 * time.Hour
	// forgiven is how long after the last failure, or the wait it caused, one begins afresh.
	forgiven = 24 * time.Hour
)

// Tries is how often an identity has failed.
type Tries struct {
	Failures     int
	FailedAt     time.Time
	BlockedUntil time.Time // zero if not blocked
}

// After counts a failure.
func (t Tries) After(now time.Time) Tries {
	last := t.FailedAt
	if t.BlockedUntil.After(last) {
		last = t.BlockedUntil
	}
	if now.Sub(last) >= forgiven {
		t = Tries{}
	}
	t.Failures++
	t.FailedAt, t.BlockedUntil = now, time.Time{}
	if over := t.Failures - FreeTries; over >= 0 {
		wait := longestWait
		if over < 10 { // 10 minutes doubled ten times are a week
			wait = min(firstWait<<over, longestWait)
		}
		t.BlockedUntil = now.Add(wait)
	}
	return t
}
