package delivery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// illustrated is a chunk as chunk adds it, with a picture.
func (c *casting) illustrated(id int64, channel, n int, alone bool) {
	c.t.Helper()
	c.uploads = storage.NewUploads(c.db)
	c.chunk(id, id, channel, "停水", n)
	told, _ := c.picture(fmt.Sprint(id), 1)
	c.queue.rows[id].File = &bot.File{Hash: told.Body.File.Hash, Type: "image/png", Name: "图"}
	c.queue.rows[id].Alone = alone
}

// said lists what WeCom was sent: words, and pictures by their ids at the platform.
func (c *casting) said() string {
	var list []string
	for _, call := range c.wecom.Calls() {
		switch {
		case call.Path == uploadPath:
			list = append(list, "upload")
		case strings.Contains(call.Body, `"image"`):
			_, rest, _ := strings.Cut(call.Body, `"media_id":"`)
			id, _, _ := strings.Cut(rest, `"`)
			list = append(list, id)
		default:
			list = append(list, "words")
		}
	}
	return strings.Join(list, " ")
}

func (c *casting) wantSaid(want string) {
	c.t.Helper()
	if got := c.said(); got != want {
		c.t.Errorf("WeCom had %s, want %s", got, want)
	}
}

func TestAPictureGoesBehindTheWordsToThoseWhoHaveThem(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"u2"}`))
	c.illustrated(1, 0, 3, false)
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload words M-1")
	if got := c.wecom.Calls()[2].Body; !strings.Contains(got, `"touser":"u1|u3"`) || !strings.Contains(got, `"enable_duplicate_check":1`) {
		t.Errorf("the picture went out as %s", got)
	}
	c.wantStates(1, "1 sent, 2 unreachable: invaliduser, 3 sent")
}

func TestAPictureInPlaceOfTheWordsIsOneCall(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.wecom.Answer(uploadPath, mediaID("M-2"))
	c.wecom.Answer(uploadPath, mediaID("M-3"))
	c.illustrated(1, 0, 2, true)
	stop := c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload M-1")
	c.illustrated(2, 0, 2, true) // another broadcast with the same picture is no double of it
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload M-1 upload M-2")
	stop()
	c.clock.advance(61 * time.Hour) // the platform does not keep it
	c.illustrated(1, 0, 1, true)
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload M-1 upload M-2 upload M-3")
	c.wantStates(1, "1 sent")
}

func TestAPictureThatThePlatformHasLostIsPutThereAgain(t *testing.T) {
	for _, alone := range []bool{false, true} {
		c := newCasting(t)
		c.wecom.Answer(uploadPath, mediaID("M-1"))
		c.wecom.Answer(uploadPath, mediaID("M-2"))
		want := "upload M-1 upload M-2"
		if !alone {
			c.wecom.Answer(sendPath, platformtest.Errcode(0))
			want = "upload words M-1 upload M-2"
		}
		c.wecom.Answer(sendPath, platformtest.Errcode(40007))
		c.illustrated(1, 0, 2, alone)
		c.cast()
		c.eventually("all is settled", func() bool {
			c.clock.advance(time.Second)
			return c.queue.finished()
		})
		c.wantSaid(want)
		c.wantStates(1, "1 sent, 2 sent")
	}
}

func TestAPictureThatNobodyTakesLeavesTheWords(t *testing.T) {
	for _, alone := range []bool{false, true} {
		c := newCasting(t)
		c.illustrated(1, 0, 1, alone)
		c.queue.rows[1].File.Hash = strings.Repeat("0", 64) // it is not kept any more
		c.cast()
		c.eventually("all is settled", c.queue.finished)
		c.wantSaid("words")
		want := "1 sent: file: "
		if alone {
			want = "1 sent"
		}
		if got := c.queue.states(1); !strings.HasPrefix(got, want) {
			t.Errorf("alone %v: %s", alone, got)
		}
	}
}

// Words are not said again for a picture whose call was begun: where doubles are found it is made again to the byte.
func TestAPictureWithoutAnAnswerIsMadeAgainAndTheWordsAreNot(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.wecom.Answer(sendPath, platformtest.Errcode(0))
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.illustrated(1, 0, 2, false)
	c.cast()
	c.eventually("the first try is over", func() bool { return len(c.wecom.Calls()) == 3 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload words M-1 M-1")
	c.wantStates(1, "1 sent, 2 sent")
}

func TestAPictureThatADeadProcessBeganIsLeftOutWhenThePlatformForgetsDoubles(t *testing.T) {
	c := newCasting(t)
	c.illustrated(1, 0, 2, false)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1, 2}, Users: []bot.UserID{"u1", "u2"}, Call: []byte(`{}`), Behind: true, Begun: c.clock.now().Add(-26 * time.Minute),
	}}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("")
	c.wantStates(1, "1 sent: file: nobody knows whether it arrived, 2 sent: file: nobody knows whether it arrived")
}

func TestAPausedBroadcastSendsNoPictureBehindItsWords(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.illustrated(1, 0, 1, false)
	c.queue.begun = func() { c.queue.stop[1] = true } // once the words were begun
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSaid("upload words")
	c.wantStates(1, "1 sent: file: "+bot.ErrStopped.Error())
}

// slowly is an uploader that takes its time.
type slowly struct {
	delivery.Uploader
	done chan struct{}
}

func (s slowly) UploadMedia(ctx context.Context, f bot.File, open platform.OpenFile) (platform.Media, error) {
	<-s.done
	return s.Uploader.UploadMedia(ctx, f, open)
}

func TestAllChunksWaitForThePictureThatOneOfThemPutsThere(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.illustrated(1, 0, 2, false)
	c.chunk(2, 1, 0, "停水", 3)
	c.queue.rows[2].File = c.queue.rows[1].File
	uploads := slowly{c.channels[0].Uploader, make(chan struct{})}
	c.channels[0].Uploader = uploads
	c.cast()
	c.eventually("one of them is put back", func() bool { return c.doubtful(1) == 0 && c.tried(1) || c.doubtful(2) == 0 && c.tried(2) })
	close(uploads.done)
	c.eventually("all is settled", c.untilFinished)
	c.wantStates(1, "1 sent, 2 sent")
	c.wantStates(2, "1 sent, 2 sent, 3 sent")
	if got := c.said(); strings.Count(got, "upload") != 1 {
		t.Errorf("WeCom had %s", got)
	}
}

// untilFinished lets time pass while no chunk is in hand.
func (c *casting) untilFinished() bool {
	c.queue.mu.Lock()
	for _, row := range c.queue.rows {
		if row.Lease != "" {
			c.queue.mu.Unlock()
			return false
		}
	}
	c.clock.advance(time.Second)
	c.queue.mu.Unlock()
	return c.queue.finished()
}

// tried is true once a chunk was claimed.
func (c *casting) tried(chunk int64) bool {
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	return c.queue.rows[chunk].Attempts > 0
}

func TestAPictureThatCannotBePutThereNowIsTriedAgainBeforeTheWordsGoOut(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, platformtest.Errcode(45009))
	c.wecom.Answer(uploadPath, mediaID("M-1"))
	c.illustrated(1, 0, 2, false)
	c.queue.rows[1].Attempts = 40 // as many as the passes of a chunk that goes a few at a time
	c.cast()
	c.eventually("all is settled", c.untilFinished)
	c.wantSaid("upload upload words M-1")
	c.wantStates(1, "1 sent, 2 sent")
}

func TestAPictureThatCannotBePutThereForLongLeavesTheWords(t *testing.T) {
	c := newCasting(t)
	for range 20 {
		c.wecom.Answer(uploadPath, platformtest.Errcode(45009))
	}
	c.illustrated(1, 0, 2, false)
	c.cast()
	c.eventually("all is settled", c.untilFinished)
	if got := c.said(); !strings.HasPrefix(got, "upload upload") || !strings.HasSuffix(got, " words") {
		t.Errorf("WeCom had %s", got)
	}
	c.wantStates(1, "1 sent: file: not put at the platform, 2 sent: file: not put at the platform")
}

func TestUrgentWordsWaitForOneUploadOfTheirPictureOnly(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(uploadPath, platformtest.Errcode(45009))
	c.illustrated(1, 0, 2, false)
	c.queue.rows[1].Urgent = true
	c.cast()
	c.eventually("all is settled", c.untilFinished)
	c.wantSaid("upload words")
	c.wantStates(1, "1 sent: file: not put at the platform, 2 sent: file: not put at the platform")
}

func TestOnTheOfficialAccountAPictureNeedsAnOpenWindow(t *testing.T) {
	c := newCasting(t)
	c.oa.Answer(uploadPath, mediaID("M-9"))
	c.illustrated(1, 1, 2, false)
	for i := range c.queue.rows[1].To {
		c.queue.rows[1].To[i].At.User = bot.UserID(storagetest.Unique("o"))
	}
	to := c.queue.rows[1].To
	if err := c.windows.Heard(t.Context(), to[0].At, bot.KindText, c.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := c.windows.Shut(t.Context(), to[1].At); err != nil {
		t.Fatal(err)
	}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	var bodies []string
	for _, call := range c.oa.Calls() {
		if call.Path == customPath {
			bodies = append(bodies, call.Body)
		}
	}
	if len(bodies) != 2 || !strings.Contains(bodies[0], "停水") || !strings.Contains(bodies[1], "M-9") {
		t.Errorf("sent %v", bodies)
	}
	c.wantStates(1, "1 sent, 2 parked")
	c.wantParked(to[1].At, "停水")
}
