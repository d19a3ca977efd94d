package delivery_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

const uploadPath = "/cgi-bin/media/upload"

// picture keeps a picture and makes the notice that shows it.
func (p *post) picture(key string, to int64) (n notice.Notice, kept []byte) {
	p.t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		p.t.Fatal(err)
	}
	k, err := p.files.Keep(p.t.Context(), bytes.NewReader(b.Bytes()), 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	return notice.Notice{Key: key, Kind: notice.KindPicture, Policy: notice.Resend, To: union.MemberID(to), Body: notice.Body{
		Text: "照片没能发过来", File: &notice.File{Hash: k.Hash, Type: k.Type, Name: "JY26-0001-1"},
	}}, b.Bytes()
}

func mediaID(id string) http.HandlerFunc {
	return platformtest.JSON(`{"errcode":0,"errmsg":"","type":"image","media_id":%q,"created_at":"1380000000"}`, id)
}

// paths lists what was called.
func paths(api *platformtest.API) (list []string) {
	for _, c := range api.Calls() {
		list = append(list, c.Path)
	}
	return list
}

func TestAPictureIsUploadedAndSentOnEitherPlatform(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1], p.members[2] = []bot.Address{wecomUser("lifang")}, []bot.Address{who}
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	p.oa.Answer(uploadPath, mediaID("M-2"))
	onApp, kept := p.picture("1", 1)
	onAccount, _ := p.picture("2", 2)
	p.put(onApp, onAccount)
	p.start()
	p.settled()
	p.wantState(bot.ParcelSent, "1", "2")

	want := map[*platformtest.API]map[string]any{
		p.wecom: {
			"touser": "lifang", "agentid": 1000002.0, "msgtype": "image", "image": map[string]any{"media_id": "M-1"},
			"enable_duplicate_check": 1.0, "duplicate_check_interval": 1800.0,
		},
		p.oa: {"touser": string(who.User), "msgtype": "image", "image": map[string]any{"media_id": "M-2"}},
	}
	for api, want := range want {
		calls := api.Calls()
		if len(calls) != 2 || calls[0].Path != uploadPath {
			t.Fatalf("calls are %v", paths(api))
		}
		if got := calls[0].Query["type"]; !cmp.Equal(got, []string{"image"}) {
			t.Errorf("uploaded as %v", got)
		}
		if name, got := uploaded(t, calls[0]); name != "JY26-0001-1.png" || !bytes.Equal(got, kept) {
			t.Errorf("uploaded %s with %d bytes, want the %d kept ones", name, len(got), len(kept))
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(calls[1].Body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("message (-want +got):\n%s", diff)
		}
	}
}

// uploaded reads the form of an upload.
func uploaded(t *testing.T, c platformtest.Call) (name string, data []byte) {
	t.Helper()
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(strings.NewReader(c.Body), params["boundary"]).ReadForm(1 << 20)
	if err != nil || len(form.File["media"]) != 1 || c.Header.Get("Content-Length") == "" {
		t.Fatalf("form is %+v, %v, in %s bytes", form, err, c.Header.Get("Content-Length"))
	}
	head := form.File["media"][0]
	file, err := head.Open()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(file); err != nil {
		t.Fatal(err)
	}
	return head.Filename, b.Bytes()
}

func TestAPictureWhoseFateIsUnknownIsSentAgainAsItWasAndNotUploadedAgain(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	p.wecom.Answer(sendPath, platformtest.Hangup)
	n, _ := p.picture("1", 1)
	p.put(n)
	stop := p.start()
	p.eventually("the call has failed", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	stop()
	p.start() // another process knows no more than the row
	p.clock.advance(5 * time.Second)
	p.eventually("it is repeated", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	calls := p.wecom.Calls()
	if want := []string{uploadPath, sendPath, sendPath}; !cmp.Equal(want, paths(p.wecom)) || calls[1].Body != calls[2].Body {
		t.Errorf("calls are %v\n%s\n%s", paths(p.wecom), calls[1].Body, calls[2].Body)
	}
	p.wantState(bot.ParcelSent, "1")
}

func TestAnUploadThatFailsIsTriedAgainAndTheMessageGoesOutOnce(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(uploadPath, platformtest.Hangup)
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	n, _ := p.picture("1", 1)
	p.put(n)
	p.start()
	p.eventually("the upload has failed", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.clock.advance(20 * time.Second)
	p.eventually("it is sent", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	if want := []string{uploadPath, uploadPath, sendPath}; !cmp.Equal(want, paths(p.wecom)) {
		t.Errorf("calls are %v", paths(p.wecom))
	}
	p.wantState(bot.ParcelSent, "1")
}

func TestTheWordsGoOutInPlaceOfAPictureThatCannotBeSent(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1], p.members[2] = []bot.Address{wecomUser("lifang")}, []bot.Address{who}
	refused, _ := p.picture("refused", 1)
	p.wecom.Answer(uploadPath, platformtest.Errcode(40006)) // its size is not valid
	gone, _ := p.picture("gone", 1)
	gone.Body.File.Hash = strings.Repeat("0", 64)
	gone.Body.Text = "第二张没能发过来"
	unfit, _ := p.picture("unfit", 2)
	unfit.Body.File.Type = "image/webp" // no message of the Official Account takes it
	stale, _ := p.picture("stale", 1)
	stale.Body.Text = "第三张没能发过来"
	p.put(refused, gone, unfit)
	p.start()
	p.settled()
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	p.wecom.Answer(sendPath, platformtest.Errcode(40007)) // the id is not valid any more
	p.put(stale)
	p.settled()
	said := texts(t, p.wecom, sendPath)
	if want := []string{"lifang: 照片没能发过来", "lifang: 第二张没能发过来", "lifang: ", "lifang: 第三张没能发过来"}; !cmp.Equal(want, said) {
		t.Errorf("WeCom was told %q", said)
	}
	p.wantSent(p.oa, customPath, string(who.User)+": 照片没能发过来")
	p.wantState(bot.ParcelSent, "refused", "gone", "unfit", "stale")
}

func TestAPictureBehindAClosedWindowLeavesItsWords(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1] = []bot.Address{who}
	p.oa.Answer(uploadPath, mediaID("M-1"))
	p.oa.Answer(customPath, platformtest.Errcode(45015))
	n, _ := p.picture("1", 1)
	p.put(n)
	p.start()
	p.settled()
	p.wantParked(who, "照片没能发过来")
	p.wantState(bot.ParcelParked, "1")
}

func TestAStopBreaksAnUploadOffAndAnotherProcessSendsThePicture(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	arrived := make(chan struct{})
	p.wecom.Answer(uploadPath, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	n, _ := p.picture("1", 1)
	p.put(n)
	stop := p.start()
	<-arrived
	stop()
	p.start()
	p.settled()
	if want := []string{uploadPath, uploadPath, sendPath}; !cmp.Equal(want, paths(p.wecom)) {
		t.Errorf("calls are %v", paths(p.wecom))
	}
}

func TestPicturesAreInNoDigest(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	for range 32 { // the last one is uploaded again, for its call was taken back
		p.wecom.Answer(uploadPath, mediaID("M-1"))
	}
	for i := range 31 {
		n, _ := p.picture(string(rune('a'+i)), 1)
		p.put(n)
	}
	p.start()
	p.settled()
	if n := len(texts(t, p.wecom, sendPath)); n != 30 {
		t.Fatalf("%d messages within a minute, want 30", n)
	}
	p.clock.advance(time.Minute)
	p.eventually("the last one is sent", func() bool { return len(texts(t, p.wecom, sendPath)) == 31 })
	p.settled()
	p.wantParked(wecomUser("lifang"))
}

// shared is the picture of a greeting: for many, and without words of its own.
func (p *post) shared(key string, to int64) notice.Notice {
	p.t.Helper()
	n, _ := p.picture(key, to)
	n.Kind, n.Policy, n.Body.Text, n.Body.File.Shared = notice.KindGreeting, notice.Hold, "", true
	return n
}

func TestAPictureForManyIsUploadedOnceAsLongAsThePlatformKeepsIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		p.uploads = storage.NewUploads(db)
		for i := range int64(9) {
			p.members[i+1] = []bot.Address{wecomUser(storagetest.Unique("u"))}
		}
		p.wecom.Answer(uploadPath, mediaID("M-1"))
		p.wecom.Answer(uploadPath, mediaID("M-2"))
		p.put(p.shared("1", 1), p.shared("2", 2), p.shared("3", 3), p.shared("4", 4))
		stop := p.start()
		p.pictured(4)
		stop()
		p.put(p.shared("5", 5))
		stop = p.start() // another process
		p.settled()
		stop()
		p.wantState(bot.ParcelSent, "1", "2", "3", "4", "5")
		if n := p.uploaded(); n != 1 {
			t.Errorf("uploaded %d times", n)
		}
		p.clock.advance(61 * time.Hour)
		p.put(p.shared("6", 6))
		p.start()
		p.pictured(6)
		p.wantState(bot.ParcelSent, "1", "2", "3", "4", "5", "6")
		if n := p.uploaded(); n != 2 {
			t.Errorf("uploaded %d times, also after the platform's three days", n)
		}
	})
}

func TestAPictureThatThePlatformHasLostIsUploadedAnew(t *testing.T) {
	db := storagetest.SQLite(t)
	p := newPost(t, db)
	p.uploads = storage.NewUploads(db)
	p.members[1], p.members[2] = []bot.Address{wecomUser("lifang")}, []bot.Address{wecomUser("zhangwei")}
	p.wecom.Answer(uploadPath, mediaID("M-1"))
	p.wecom.Answer(uploadPath, mediaID("M-2"))
	p.put(p.shared("1", 1))
	p.start()
	p.settled()
	p.wecom.Answer(sendPath, platformtest.Errcode(40007))
	p.put(p.shared("2", 2))
	p.settled()
	p.wantState(bot.ParcelSent, "1", "2")
	calls := p.wecom.Calls()
	if last := calls[len(calls)-1]; p.uploaded() != 2 || !strings.Contains(last.Body, "M-2") {
		t.Errorf("calls are %v, the last %s", paths(p.wecom), last.Body)
	}
}

func TestAPictureWithoutWordsIsLeftOutWhereItCannotBeSent(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(uploadPath, platformtest.JSON(`{"errcode":40004,"errmsg":"invalid media type"}`))
	p.put(p.shared("1", 1))
	p.start()
	p.settled()
	p.wantState(bot.ParcelFailed, "1")
	if got := paths(p.wecom); !cmp.Equal(got, []string{uploadPath}) {
		t.Errorf("calls are %v", got)
	}
}

// uploaded counts the uploads.
func (p *post) uploaded() (n int) {
	for _, path := range paths(p.wecom) {
		if path == uploadPath {
			n++
		}
	}
	return n
}
