package delivery_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
)

// pictured waits until so many messages are out; those whose picture was being uploaded come again after a while.
func (p *post) pictured(n int) {
	p.t.Helper()
	p.eventually("the pictures are out", func() bool {
		p.clock.advance(time.Second)
		return len(texts(p.t, p.wecom, sendPath)) == n
	})
	p.settled()
}

// More pictures than are held in hand wait for an upload to which the platform does not answer.
func TestAnUploadForManyThatHangsHoldsUpNobodyElse(t *testing.T) {
	db := storagetest.SQLite(t)
	p := newPost(t, db)
	p.uploads = storage.NewUploads(db)
	arrived, hangs := make(chan struct{}), make(chan struct{})
	answer := sync.OnceFunc(func() { close(hangs) })
	p.wecom.Answer(uploadPath, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-hangs
		mediaID("M-1")(w, r)
	})
	const many = 70
	for i := range int64(many) {
		p.members[i+1] = []bot.Address{wecomUser(fmt.Sprintf("u%d", i))}
		p.put(p.shared(fmt.Sprint(i), i+1))
	}
	p.members[many+1] = []bot.Address{wecomUser("lifang")}
	p.start()
	t.Cleanup(answer)
	<-arrived
	p.put(say("words", many+1, "请马上疏散"))
	p.eventually("the words are out", func() bool { return len(texts(t, p.wecom, sendPath)) == 1 })
	p.wantSent(p.wecom, sendPath, "lifang: 请马上疏散")
	answer()
	p.pictured(many + 1)
	if n := p.uploaded(); n != 1 {
		t.Errorf("uploaded %d times", n)
	}
}

// A platform that refuses the picture itself would refuse it as often as it is put there.
func TestAPictureForManyThatIsRefusedIsNotUploadedForEach(t *testing.T) {
	db := storagetest.SQLite(t)
	p := newPost(t, db)
	p.uploads = storage.NewUploads(db)
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	keys := []string{"1", "2", "3", "4"}
	for i, key := range keys {
		p.members[int64(i+1)] = []bot.Address{wecomUser(storagetest.Unique("u"))}
		p.wecom.Answer(sendPath, platformtest.Errcode(40008)) // a kind of message that it does not take
		p.wecom.Answer(uploadPath, mediaID("M-2"))
		p.put(p.shared(key, int64(i+1)))
	}
	p.start()
	p.eventually("all are settled", func() bool {
		p.clock.advance(time.Second)
		list, err := p.outbox.Undelivered(t.Context(), bot.ParcelFailed, 100)
		return err == nil && len(list) == len(keys)
	})
	if n := p.uploaded(); n != 1 {
		t.Errorf("uploaded %d times", n)
	}
}

// What cheers behind words that did not arrive would come out of nowhere.
func TestNoPictureIsSentWhoseWordsWereNot(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		for what, fails := range map[string]http.HandlerFunc{"failed": platformtest.Errcode(40008), "uncertain": platformtest.Hangup} {
			p := newPost(t, db)
			p.members[1] = []bot.Address{wecomUser(storagetest.Unique("u"))}
			p.wecom.Answer(uploadPath, mediaID("M-1"))
			p.wecom.Answer(sendPath, fails)
			key := storagetest.Unique("greeting")
			words := say(key, 1, "生日快乐")
			words.Kind, words.Policy = notice.KindGreeting, notice.Hold
			p.put(words, p.shared(key+occasion.PictureSuffix, 1))
			stop := p.start()
			p.settled()
			stop() // or it would take what the next one has to send
			if sent := texts(t, p.wecom, sendPath); len(sent) != 1 {
				t.Errorf("%s: sent are %q", what, sent)
			}
			list, err := p.outbox.Undelivered(t.Context(), bot.ParcelFailed, 100)
			if err != nil || !slices.ContainsFunc(list, func(u storage.Undelivered) bool { return u.Key == key+occasion.PictureSuffix }) {
				t.Errorf("%s: failed are %+v, %v", what, list, err)
			}
		}
	})
}
