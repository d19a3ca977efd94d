package main

import (
	"strings"
	"testing"
)

func TestOnlyTimesMayBeBeyondTheirGoalsAtAll(t *testing.T) {
	for _, c := range []struct {
		fact
		missed bool
	}{
		{fact{"planned", 60, "s", 60}, false}, {fact{"planned", 89, "s", 60}, false}, {fact{"planned", 91, "s", 60}, true},
		{fact{"memory", 200, "MiB", 200}, false}, {fact{"memory", 201, "MiB", 200}, true}, {fact{"calls", 101, "calls", 100}, true},
		{fact{"time over that of the allowed rate", 1.2, "×", 1}, false}, {fact{"no goal", 1000, "MiB", 0}, false},
	} {
		if err := missed([]fact{c.fact}); (err != nil) != c.missed || err != nil && !strings.Contains(err.Error(), c.Name) {
			t.Errorf("%+v: %v", c.fact, err)
		}
	}
}
