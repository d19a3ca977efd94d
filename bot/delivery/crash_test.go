package delivery_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

// Whoever takes over a row whose process died while a digest stood in for it says what the row says.
func TestADeadProcessesDigestDoesNotReplaceWhatItStoodFor(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	for i := range 31 {
		p.put(say(fmt.Sprintf("n%02d", i), 1, fmt.Sprintf("第%02d条", i)))
	}
	ok := platformtest.JSON(`{"errcode":0,"errmsg":"ok"}`)
	for range 29 {
		p.wecom.Answer(sendPath, ok)
	}
	takenOver := make(chan []bot.Parcel, 1)
	p.wecom.Answer(sendPath, func(w http.ResponseWriter, r *http.Request) {
		p.clock.advance(5 * time.Minute) // the lease runs out
		items, err := p.outbox.Claim(r.Context(), false, "successor", time.Hour, 100)
		if err != nil {
			t.Error(err)
		}
		takenOver <- items
		ok(w, r)
	})
	p.start()
	items := <-takenOver
	if len(items) != 2 {
		t.Fatalf("the successor took %d rows, want the two that the digest stood for", len(items))
	}
	if call := string(items[0].Frozen); !strings.Contains(call, "第29条") {
		t.Errorf("the successor would send %s", call)
	}
}

func TestATemplateThatThePlatformRefusesCostsOnlyTheAnnouncement(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1] = []bot.Address{who}
	if err := p.windows.Shut(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	p.oa.Answer(templatePath, platformtest.Errcode(40037)) // no such template
	checkup := say("1", 1, "体检快到期了")
	checkup.Kind = "checkup"
	p.put(checkup)
	p.start()
	p.settled()
	p.wantParked(who, "体检快到期了")
	p.wantState(bot.ParcelParked, "1")
}

func TestWhatIsNotDeliveredIsLoggedWithoutItsWords(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	var log bytes.Buffer
	p.log = slog.New(slog.NewJSONHandler(&log, nil))
	p.put(say("1", 1, "您的建议已采纳")) // to somebody who is nowhere
	stop := p.start()
	p.settled()
	stop()
	if got := log.String(); !strings.Contains(got, `"cause":"unreachable"`) || strings.Contains(got, "采纳") {
		t.Errorf("logged: %s", got)
	}
}

// The words of an announcement that is tried again are parked already: they are announced by and by, and no second time by themselves.
func TestATemplateThatIsNotAnsweredIsNotTakenForTheWords(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{"busy": platformtest.Errcode(-1), "hung up": platformtest.Hangup} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, storagetest.SQLite(t))
			who := follower(storagetest.Unique("o"))
			p.members[1] = []bot.Address{who}
			if err := p.windows.Shut(t.Context(), who); err != nil {
				t.Fatal(err)
			}
			p.oa.Answer(templatePath, first)
			checkup := say("1", 1, "体检快到期了")
			checkup.Kind, checkup.Policy = "checkup", notice.Hold
			p.put(checkup)
			p.start()
			p.eventually("the call was made", func() bool { return len(p.oa.Calls()) == 1 })
			p.settled()
			p.clock.advance(time.Minute)
			if name == "busy" {
				p.eventually("it is announced again", func() bool { return len(p.oa.Calls()) == 2 })
			}
			p.settled()
			p.wantState(bot.ParcelParked, "1")
			p.wantParked(who, "体检快到期了")
		})
	}
}
