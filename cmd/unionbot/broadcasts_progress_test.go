package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// castEvent is one of the stream.
type castEvent struct {
	name string
	line broadcastLine
}

// events reads a stream to its end.
func events(t *testing.T, url string) (list []castEvent) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read, or the test has failed
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%s answers %s with %s", url, res.Status, kind)
	}
	lines := bufio.NewScanner(res.Body)
	var e castEvent
	for lines.Scan() {
		switch what, said, _ := strings.Cut(lines.Text(), ": "); what {
		case "event":
			e.name = said
		case "data":
			if err := json.Unmarshal([]byte(said), &e.line); err != nil {
				t.Fatal(err)
			}
			list, e = append(list, e), castEvent{}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// Every change is told once, and the end, also after the time in which a request must have been read.
func TestProgressIsStreamed(t *testing.T) {
	at := func(state broadcast.State, waits, sent int) broadcast.Report {
		r := broadcast.Report{Counts: map[broadcast.ReceiptState]int{broadcast.Waits: waits, broadcast.Sent: sent}}
		r.Number, r.State, r.Head = "TZ26-0001", state, 3
		if state.Over() {
			r.EndedAt = time.Now()
		}
		return r
	}
	steps := []broadcast.Report{
		at(broadcast.Sending, 3, 0), at(broadcast.Sending, 3, 0), at(broadcast.Sending, 2, 1), at(broadcast.Sending, 2, 1), at(broadcast.Paused, 2, 1),
		at(broadcast.Done, 0, 3),
	}
	looks := -1 // the first sees whether there is one
	mux := http.NewServeMux()
	mux.Handle("GET /broadcasts/{number}/progress", castProgress{
		look: func(_ context.Context, number string) (broadcast.Report, error) {
			if number != "TZ26-0001" {
				return broadcast.Report{}, union.ErrNotFound
			}
			looks++
			return steps[min(max(looks-1, 0), len(steps)-1)], nil
		},
		zone: time.UTC, every: 40 * time.Millisecond, log: slog.New(slog.DiscardHandler),
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ReadTimeout = 50 * time.Millisecond
	server.Start()
	defer server.Close()

	var said []string
	for _, e := range events(t, server.URL+"/broadcasts/tz26-0001/progress") {
		sum := 0
		for _, n := range e.line.Counts {
			sum += n
		}
		if sum != e.line.Head {
			t.Errorf("the counts of %+v do not add up", e.line)
		}
		said = append(said, e.name+" "+e.line.State)
	}
	if got := strings.Join(said, ", "); got != "progress sending, progress sending, progress paused, end done" {
		t.Errorf("said was %s", got)
	}
	res, err := http.Get(server.URL + "/broadcasts/TZ26-0002/progress")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read, or the test has failed
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("one that is not there is answered with %s", res.Status)
	}
}
