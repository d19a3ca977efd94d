package audit

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Anchor is how long the chain was on a day, and its head. Kept where nobody can reach it through the database, it shows
// later that nothing was cut off or written anew.
type Anchor struct {
	Day       string `json:"day"` // YYYY-MM-DD
	Place     int64  `json:"place"`
	Signature string `json:"signature"`
}

// String is the anchor on one line without blanks, for a log, a message or a notebook.
func (a Anchor) String() string {
	return "audit-anchor:" + a.Day + ":" + strconv.FormatInt(a.Place, 10) + ":" + a.Signature
}

var anchorPattern = regexp.MustCompile(`audit-anchor:(\d{4}-\d{2}-\d{2}):([1-9]\d{0,17}):([0-9a-f]{72})`)

// FindAnchors finds all anchors in a text, whatever is around them: a log, a message that was kept.
func FindAnchors(text string) []Anchor {
	var found []Anchor
	for _, m := range anchorPattern.FindAllStringSubmatch(text, -1) {
		place, _ := strconv.ParseInt(m[2], 10, 64) // the expression matched at most 18 digits
		found = append(found, Anchor{Day: m[1], Place: place, Signature: m[3]})
	}
	return found
}

// No zone is further from UTC than this: a day may have come somewhere, or be over everywhere.
const farthest = 14 * time.Hour

// Days compares the days of the anchors in the database, oldest first, with the calendar. began is when the first entry of the chain was
// written, zero where nobody can tell.
func (c *Checker) Days(taken []Anchor, began, now time.Time) {
	c.list = &c.inChain
	last, next := now.Add(farthest).UTC().Format(time.DateOnly), now.Add(-farthest).UTC().Format(time.DateOnly)
	for _, a := range slices.Backward(taken) {
		if a.Day > last {
			c.damage(Planted, "anchor of "+a.Day, "the day has not come: somebody put the anchor into the database, and the day's own would find its place taken, "+
				"or a clock was ahead")
		}
		c.gap(a.Day, next)
		next = a.Day
	}
	if !began.IsZero() {
		c.gap(began.Add(farthest).UTC().Format(time.DateOnly), next)
	}
	slices.Reverse(c.report.Unanchored)
}

// gap notes that no day between two has an anchor, if there is one between.
func (c *Checker) gap(day, next string) {
	at, err := time.Parse(time.DateOnly, day)
	if err == nil && at.AddDate(0, 0, 1).Format(time.DateOnly) < next {
		c.report.Unanchored = append(c.report.Unanchored, day+" to "+next)
		c.report.UnanchoredUntil = max(c.report.UnanchoredUntil, next)
	}
}
