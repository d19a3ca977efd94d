package simulator

import "time"

const (
	perMinute = 30   // app messages to one member [W90236]
	perHour   = 1000 // likewise
)

// pace counts what one member got from the app within the hour.
type pace []time.Time

// take counts one more, or says that the platform drops it, and tells nobody. [W90236]
func (p *pace) take(now time.Time) bool {
	kept := (*p)[:0]
	lately := 0
	for _, at := range *p {
		if now.Sub(at) >= time.Hour {
			continue
		}
		kept = append(kept, at)
		if now.Sub(at) < time.Minute {
			lately++
		}
	}
	*p = kept
	if lately >= perMinute || len(kept) >= perHour {
		return false
	}
	*p = append(*p, now)
	return true
}

// window is what an Official Account may still send a follower by customer-service message. [O kf/intro]
type window struct {
	heardAt, tappedAt time.Time
	left, leftTap     int
}

const (
	afterMessage = 48 * time.Hour
	afterTap     = time.Minute
)

func (w *window) heard(now time.Time, a *Account) {
	if a != nil {
		w.heardAt, w.left = now, a.AfterMessage
	}
}

func (w *window) tapped(now time.Time, a *Account) {
	if a != nil {
		w.tappedAt, w.leftTap = now, a.AfterTap
	}
}

// take uses one message up, of the shorter window first.
func (w *window) take(now time.Time) *apiError {
	tapOpen := !w.tappedAt.IsZero() && now.Sub(w.tappedAt) <= afterTap
	heardOpen := !w.heardAt.IsZero() && now.Sub(w.heardAt) <= afterMessage
	switch {
	case tapOpen && w.leftTap > 0:
		w.leftTap--
	case heardOpen && w.left > 0:
		w.left--
	case tapOpen || heardOpen:
		return refuse(45047, "out of response count limit")
	default:
		return refuse(45015, "response out of time limit or subscription is canceled")
	}
	return nil
}

// day counts the persons to whom the app has written on one day of the corporation's. [W90236]
type day struct {
	date    string
	persons int
}

// china is the zone in which the platform counts days. [memory]
var china = time.FixedZone("CST", 8*60*60)

// personsPerAccount is how many persons an app reaches a day for each account that the corporation may have. [W90236]
const personsPerAccount = 200

// withinDay counts receivers in, or refuses the call.
func (s *Simulator) withinDay(persons int) *apiError {
	if today := s.now().In(china).Format(time.DateOnly); today != s.day.date {
		s.day = day{date: today}
	}
	if s.day.persons+persons > s.cfg.WeCom.Accounts*personsPerAccount {
		return refuse(45009, "api freq out of limit, app messages of today")
	}
	s.day.persons += persons
	return nil
}

// rates counts calls a minute, by platform and interface.
type rates map[string][]time.Time

// rate is how often an interface may be called within a minute, and what is answered beyond.
func (s *Simulator) rate(p Platform) (most int, tooMany *apiError) {
	if p == WeCom {
		return s.cfg.WeCom.CallsPerMinute, refuse(45009, "api freq out of limit")
	}
	return s.cfg.Account.CallsPerMinute, refuse(45011, "api minute-quota reach limit")
}

// perSecond is how often an interface may be called within a second, 0 for any number.
func (s *Simulator) perSecond(p Platform) int {
	if p == WeCom {
		return s.cfg.WeCom.CallsPerSecond
	}
	return 0
}

// withinRate refuses a call beyond the base frequency. [W90312]
func (s *Simulator) withinRate(p Platform, path string) *apiError {
	key, now := string(p)+" "+path, s.now()
	calls := s.rates[key]
	for len(calls) > 0 && now.Sub(calls[0]) >= time.Minute {
		calls = calls[1:]
	}
	most, tooMany := s.rate(p)
	if len(calls) >= most {
		s.rates[key] = calls
		return tooMany
	}
	if n := s.perSecond(p); n > 0 && len(calls) >= n && now.Sub(calls[len(calls)-n]) < time.Second {
		s.rates[key] = calls
		return refuse(45033, "api concurrent out of limit")
	}
	s.rates[key] = append(calls, now)
	return nil
}
