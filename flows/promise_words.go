package flows

import (
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union/service"
)

// Whatever is promised goes by the working calendar. Of a year whose holidays are not announced yet only the weekdays are known, and a
// promise may come later, never earlier: each that is spoken says so, here and nowhere else.

// A time at which no office ends is that of whoever is asked and works in shifts: each that is spoken says so too.

// promised says by when something is promised. It fits the row of a card.
func promised(c Calendar, due time.Time) string { return c.Speech(due) + mayCome(c, due) }

// promisedInTalk is promised of a talk, whose times run in the shifts of whoever is there, hour by hour, and who that is stands beside them.
func promisedInTalk(c Calendar, due time.Time) string { return c.Speech(due) + afterHolidays(c, due) }

// promisedDay is promised without the hour.
func promisedDay(c Calendar, due time.Time) string { return c.SpeechDay(due) + mayCome(c, due) }

// timeAlone is promised where promising, or unannounced, says the rest behind it.
func timeAlone(c Calendar, due time.Time) string { return c.Speech(due) }

// mayCome says in short that a time may come later.
func mayCome(c Calendar, due time.Time) string {
	if !due.IsZero() && c.ByShift(due) {
		return "(按班次)" + afterHolidays(c, due)
	}
	return afterHolidays(c, due)
}

func afterHolidays(c Calendar, due time.Time) string {
	if due.IsZero() || c.Known(c.Date(due).Year) {
		return ""
	}
	return "(遇放假顺延)"
}

// unannounced says of a promised time why it is that of no office, and of one in a year whose holidays are not known that it may come later.
func unannounced(c Calendar, due time.Time) (words string) {
	if due.IsZero() {
		return ""
	}
	if c.ByShift(due) {
		words = "经办人倒班,期限排到他们当班的时候。"
	}
	if year := c.Date(due).Year; !c.Known(year) {
		words += fmt.Sprintf("%d 年放假安排还没公布,遇放假会顺延,不会提前。", year)
	}
	return words
}

// promising adds that to what is said in a sentence of a service's file, where the sentence names the time.
func promising(c Calendar, sentence service.Template, due time.Time) string {
	if words := unannounced(c, due); words != "" && slices.Contains(sentence.Names(), service.PlaceDue) {
		return "\n" + words
	}
	return ""
}
