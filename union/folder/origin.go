package folder

import (
	"slices"
	"strings"
	"time"
)

// Day is a date: 2026-11-22. Days compare as strings do.
type Day string

// DayOf is the day of a time, in the zone that the time is in.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Valid says whether it is a date.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Place is how far what a file says reaches.
type Place string

// The places. What is true of one province or enterprise is an example to all others.
const (
	Nation     Place = "nation"
	Province   Place = "province"
	Enterprise Place = "enterprise"
)

// Origin says where the facts of a file come from and how long they are to be believed unread.
type Origin struct {
	// Source is the law or rule with its article: 《职工带薪年休假条例》第三条.
	Source string `yaml:"source"`
	AsOf   Day    `yaml:"as_of"`
	// ReviewBy is the day by which somebody is to look whether the file is still true.
	ReviewBy Day   `yaml:"review_by"`
	Place    Place `yaml:"place"`
	// Example is true of figures that are not this union's own.
	Example bool `yaml:"example"`
	// Ask is who knows what holds now: 财务科, 12351.
	Ask string `yaml:"ask"`
}

// Overdue says whether the file was to be looked at before that day.
func (o Origin) Overdue(today Day) bool { return o.ReviewBy < today }

// Check reports what lacks.
func (o Origin) Check(d *Document) {
	if strings.TrimSpace(o.Source) == "" {
		d.AddAt([]any{"source"}, "is missing: the law or rule with its article")
	}
	for key, day := range map[string]Day{"as_of": o.AsOf, "review_by": o.ReviewBy} {
		if !day.Valid() {
			d.AddAt([]any{key}, "a day is expected, such as 2027-01-31; not %q", day)
		}
	}
	if o.AsOf.Valid() && o.ReviewBy.Valid() && o.ReviewBy <= o.AsOf {
		d.AddAt([]any{"review_by"}, "is not after as_of, %s", o.AsOf)
	}
	if places := []string{string(Nation), string(Province), string(Enterprise)}; !slices.Contains(places, string(o.Place)) {
		d.AddAt([]any{"place"}, "%s", OneOf(string(o.Place), places))
	}
}
