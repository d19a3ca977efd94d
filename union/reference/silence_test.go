package reference_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

func silenceFile(silence string) fstest.MapFS {
	return fstest.MapFS{"talks.yaml": {Data: []byte("source: 本单位\nas_of: 2026-01-01\nreview_by: 2027-01-01\nplace: enterprise\ntopics:\n" +
		"  - {name: all, label: 综合, roles: [chair], first_minutes: 30, next_minutes: 60, idle_hours: 16, silence: " + silence + "}\n")}}
}

func TestTheLastMoveInSilenceIsMadeAgainAndAgain(t *testing.T) {
	d, err := reference.Load(shipped.Files, silenceFile("[{do: queue, minutes: 10}, {do: up}]"))
	if err != nil {
		t.Fatal(err)
	}
	topic := d.Talks.Topic("")
	for before, want := range []string{"queue", "up", "up"} {
		do, left := topic.Move(before)
		if minutes := map[bool]time.Duration{true: 10 * time.Minute}[before == 0]; do != want || left != minutes {
			t.Errorf("after %d moves it is %s in %s", before, do, left)
		}
	}
	if do, left := (reference.Topic{}).Move(3); do != reference.ToNext || left != 0 {
		t.Errorf("a topic that says nothing has %s in %s", do, left)
	}
}

func TestMovesInSilenceAreReadStrictly(t *testing.T) {
	for silence, want := range map[string]string{
		"[{do: sideways}]":                          "queue, next or up is expected",
		"[{minutes: 5}]":                            "queue, next or up is expected",
		"[{do: up, minutes: -1}]":                   "minutes of working time are expected",
		"[{do: up, hours: 1}]":                      "hours",
		"[" + strings.Repeat("{do: up}, ", 9) + "]": "at most 8 moves",
	} {
		if _, err := reference.Load(shipped.Files, silenceFile(silence)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is read with %v, want %q", silence, err, want)
		}
	}
}
