package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Fingerprint tells calendars apart by the days that are worked on them and by the hours of work. That of a later notice is another.
func (c *Calendar) Fingerprint() string {
	lines := make([]string, 0, len(c.worked)+1)
	for day, worked := range c.worked {
		lines = append(lines, fmt.Sprint(day, worked))
	}
	slices.Sort(lines)
	sum := sha256.Sum256(fmt.Appendln(nil, append(lines, fmt.Sprint(c.zone, c.hours.Office))))
	return hex.EncodeToString(sum[:])
}
