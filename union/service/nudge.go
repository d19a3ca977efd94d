package service

import "time"

// Nudge is the time of day at which somebody who has left the form half filled is asked after it, on the next day: 09:00
// where a file says nothing, and `never` where nobody is.
type Nudge string

// never keeps a form from being asked after.
const never Nudge = "never"

// Between nudgeFrom and nudgeUntil nobody is woken or kept from going home.
const (
	nudgeDefault = 9 * time.Hour
	nudgeFrom    = 7 * time.Hour
	nudgeUntil   = 18 * time.Hour
)

// At is the time after midnight. ever is false where nobody is asked.
func (n Nudge) At() (at time.Duration, ever bool) {
	switch n {
	case "":
		return nudgeDefault, true
	case never:
		return 0, false
	}
	clock, err := time.Parse("15:04", string(n))
	if err != nil {
		return 0, false // refused by check
	}
	return time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute, true
}

func (p *parser) checkNudge(n Nudge) {
	at, ever := n.At()
	if n != never && (!ever || at < nudgeFrom || at > nudgeUntil) {
		p.addAt("nudge", "a time of day from 07:00 to 18:00 is expected, such as 09:00, or never; not %q", n)
	}
}
