package delivery

import (
	"testing"
	"time"
)

// What one call is told about an interface does not undo what another was told a moment before.
func TestARestOfNoticesIsNeitherCutShortNorLosesItsCause(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	in := func(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }
	type rest struct {
		minutes int
		cause   string
	}
	for name, each := range map[string]struct {
		first, then, want rest
	}{
		"a shorter one":                 {rest{5, ""}, rest{1, ""}, rest{5, ""}},
		"a longer one":                  {rest{1, ""}, rest{5, ""}, rest{5, ""}},
		"taken away, then too frequent": {rest{1, "48001"}, rest{5, ""}, rest{1, "48001"}},
		"too frequent, then taken away": {rest{5, ""}, rest{1, "48001"}, rest{5, "48001"}},
		"over":                          {rest{-1, "48001"}, rest{1, ""}, rest{1, ""}},
	} {
		var q quiet
		q.keep("oa", now.Add(-time.Hour), in(each.first.minutes), each.first.cause)
		q.keep("oa", now, in(each.then.minutes), each.then.cause)
		if until, cause := q.about("oa"); !until.Equal(in(each.want.minutes)) || cause != each.want.cause {
			t.Errorf("%s: it rests until %s because of %q, want %d minutes because of %q", name, until, cause, each.want.minutes, each.want.cause)
		}
	}
}
