package delivery_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/storage"
)

// What became of the words is in memory alone until the pass is settled, and so are the notices.
func TestWhoeverDiesBehindTheWordsWritesToNobodyTwice(t *testing.T) {
	c := newCasting(t)
	c.uploads = storage.NewUploads(c.db)
	c.meeting(3, "meeting")
	row := c.queue.rows[1]
	told, _ := c.picture("1", 1)
	row.File = &bot.File{Hash: told.Body.File.Hash, Type: "image/png", Name: "图"}
	for _, to := range row.To[:2] {
		if err := c.windows.Heard(t.Context(), to.At, bot.KindText, c.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	c.oa.Answer(uploadPath, mediaID("M-9"))
	var mu sync.Mutex
	var sent []string
	c.channels[1].Sender = gate(func(_ context.Context, call []byte) platform.Result {
		what, user := "words", "u1"
		for _, other := range []string{"u2", "u3"} {
			if strings.Contains(string(call), `"`+other+`"`) {
				user = other
			}
		}
		switch {
		case strings.Contains(string(call), "M-9"):
			what = "picture"
		case user == "u3":
			what = "notice"
		}
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, what+" "+user)
		if what == "words" && user == "u2" {
			return platform.Result{Verdict: platform.Unknown, Cause: "no answer"}
		}
		return platform.Result{Verdict: platform.Done}
	})
	begins := 0
	c.queue.begun = func() {
		if begins++; begins == 2 { // the process dies with the calls of the picture
			row.Lease = "nobody's"
		}
	}
	c.cast()
	c.eventually("the first pass is over", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(sent) == 4
	})
	c.clock.advance(time.Hour) // the platform has forgotten the notice
	c.eventually("all is settled", c.queue.finished)
	mu.Lock()
	defer mu.Unlock()
	if len(sent) != 4 {
		t.Errorf("sent %v", sent)
	}
	c.wantStates(1, "1 sent: file: nobody knows whether it arrived, 2 uncertain: call began and was never settled, 3 parked: nobody knows of the notice")
}
