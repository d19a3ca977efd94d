package enrolment

import "time"

const (
	// DefaultAnswerHours is how long an offered place waits for an answer where the activity says nothing else.
	DefaultAnswerHours = 24
	// leastAnswer is the shortest time that an answer may have; a place freed later than that before the start is
	// offered to nobody.
	leastAnswer = time.Hour
)

// Nobody is woken by an offer: from quietFrom o'clock until quietUntil it waits.
const (
	quietFrom  = 22
	quietUntil = 7
)

// quiet says when the quiet hours around a time end; ok is false outside of them.
func quiet(t time.Time, zone *time.Location) (end time.Time, ok bool) {
	local := t.In(zone)
	if h := local.Hour(); h >= quietUntil && h < quietFrom {
		return time.Time{}, false
	}
	day := local
	if local.Hour() >= quietFrom {
		day = local.AddDate(0, 0, 1)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), quietUntil, 0, 0, 0, zone), true
}

// offerTimes says when a place that is freed now is told of, and by when it has to be answered: neither at night, and
// before the activity starts. ok is false where that leaves too little time.
func (a *Activity) offerTimes(now time.Time, zone *time.Location) (tell, answerBy time.Time, ok bool) {
	tell = now
	if end, night := quiet(now, zone); night {
		tell = end
	}
	hours := a.AnswerHours
	if hours == 0 {
		hours = DefaultAnswerHours
	}
	answerBy = tell.Add(time.Duration(hours) * time.Hour)
	if end, night := quiet(answerBy, zone); night {
		answerBy = end.Add(leastAnswer) // whoever looks in the morning has time
	}
	if answerBy.After(a.StartsAt) {
		answerBy = a.StartsAt
	}
	return tell, answerBy, answerBy.Sub(tell) >= leastAnswer
}
