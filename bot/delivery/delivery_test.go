package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/bot/wecom"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

const (
	sendPath     = "/cgi-bin/message/send"
	updatePath   = "/cgi-bin/message/update_template_card"
	customPath   = "/cgi-bin/message/custom/send"
	templatePath = "/cgi-bin/message/template/send"
	// subscribedPath is that of subscription notices.
	subscribedPath = "/cgi-bin/message/subscribe/bizsend"
)

// clock is the machine's clock of a test, moved by hand on top of the real one.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// members is a directory in which everybody is reached under the name of the test's choice.
type members map[int64][]bot.Address

func (m members) Reach(_ context.Context, member int64) ([]bot.Address, error) { return m[member], nil }

// post is a post office: real stores, two platforms, one deliverer.
type post struct {
	t         *testing.T
	clock     *clock
	redis     *turns.Turns
	outbox    *storage.Outbox
	cards     *storage.Cards
	parked    *storage.Parked
	windows   *turns.Windows
	files     *media.Store
	uploads   delivery.Uploads // nil: each is uploaded
	wecom     *platformtest.API
	oa        *platformtest.API
	members   members
	channels  []delivery.Channel
	throttle  delivery.Throttle // nil: no pace
	queue     delivery.Queue    // nil: the outbox
	rate      float64
	log       *slog.Logger
	deliverer *delivery.Deliverer
	halt      func() // tells the deliverer to stop, and does not wait until it has
}

const (
	onWeCom = bot.ChannelID("wecom:1000002")
	onOA    = bot.ChannelID("officialaccount:gh_1")
)

func wecomUser(u string) bot.Address { return bot.Address{Channel: onWeCom, User: bot.UserID(u)} }
func follower(u string) bot.Address  { return bot.Address{Channel: onOA, User: bot.UserID(u)} }

// newPost prepares everything; start begins to deliver.
func newPost(t *testing.T, db *storage.DB) *post {
	t.Helper()
	redis, err := turns.Open(t.Context(), storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := redis.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	p := &post{t: t, clock: &clock{}, redis: redis, members: members{}, wecom: platformtest.New(t), oa: platformtest.New(t)}
	p.outbox, p.cards, p.parked = storage.NewOutbox(db), storage.NewCards(db), storage.NewParked(db, p.clock.now)
	p.outbox.UseClock(p.clock.now)
	p.windows = turns.NewWindows(redis.Client(), turns.Allowance{Count: 5, Life: 48 * time.Hour}, turns.Allowance{Count: 3, Life: time.Minute}, p.clock.now)
	if p.files, err = media.Open("file:" + t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.files.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	tokens := turns.NewTokens(redis.Client())
	app, err := wecom.NewClient(wecom.ClientConfig{CorpID: storagetest.Unique("ww"), AgentID: "1000002",
		Secret: platformtest.Secret, CallSecret: platformtest.Secret, APIURL: p.wecom.URL, Tokens: tokens, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	account, err := officialaccount.NewClient(officialaccount.ClientConfig{AppID: storagetest.Unique("wx"),
		Secret: platformtest.Secret, APIURL: p.oa.URL, Tokens: tokens, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	templates, err := officialaccount.NewTemplates(map[string]string{"checkup": "tpl-1:thing3", "meeting": "tpl-2", "activity": "subscribe:tpl-3"})
	if err != nil {
		t.Fatal(err)
	}
	p.channels = []delivery.Channel{
		{ID: onWeCom, Composer: app, Sender: app, Updater: app, Uploader: app, Pace: delivery.WeComPace, Telephone: app},
		{ID: onOA, Composer: account, Sender: account, Uploader: account, Offer: officialaccount.Offer, Window: p.windows, Template: templates},
	}
	return p
}

// start delivers until the test ends or the returned function is called.
func (p *post) start() (stop func()) {
	var queue delivery.Queue = p.outbox
	if p.queue != nil {
		queue = p.queue
	}
	d := delivery.New(delivery.Config{
		Queue: queue, Directory: p.members, Cards: p.cards, Parking: p.parked, Flag: p.redis, Files: p.files, Uploads: p.uploads, Channels: p.channels,
		Owner: storagetest.Unique("d"), Now: p.clock.now, Jitter: func() float64 { return 0 }, Logger: p.log,
		Throttle: p.throttle, PerSecond: p.rate,
	})
	p.deliverer = d
	stop, p.halt = running(p.t, d.Run)
	return stop
}

// running runs something until the test ends or stop is called, which waits for it; halt does not wait.
func running(t testing.TB, run func(context.Context)) (stop func(), halt context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop, cancel
}

func (p *post) put(notices ...notice.Notice) {
	p.t.Helper()
	if err := p.outbox.Put(p.t.Context(), notices...); err != nil {
		p.t.Fatal(err)
	}
	if p.deliverer != nil {
		p.deliverer.Wake()
	}
}

func say(key string, to int64, text string) notice.Notice {
	return notice.Notice{Key: key, Kind: notice.KindAnswer, Policy: notice.Resend, To: union.MemberID(to), Body: notice.Body{Text: text}}
}

// eventually waits until the condition holds.
func (p *post) eventually(what string, holds func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("in vain waited until %s", what)
		}
	}
}

// settled waits until nothing is due and nothing in hand.
func (p *post) settled() {
	p.t.Helper()
	p.waiting(0)
}

// waiting waits until so many rows are due, for they are behind others that wait, and nothing is in hand.
func (p *post) waiting(n int) {
	p.t.Helper()
	p.eventually(fmt.Sprintf("%d rows are due", n), func() bool {
		backlog, err := p.outbox.Backlog(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		return backlog.Waiting == n && backlog.Claimed == 0
	})
}

// texts returns what was sent by an API's path: to whom, and what.
func texts(t *testing.T, api *platformtest.API, path string) []string {
	t.Helper()
	var said []string
	for _, c := range api.Calls() {
		if c.Path != path {
			continue
		}
		var body struct {
			To   string                   `json:"touser"`
			Text struct{ Content string } `json:"text"`
			Card struct {
				Title struct{ Title string } `json:"main_title"`
			} `json:"template_card"`
			Data map[string]struct{ Value string } `json:"data"`
		}
		if err := json.Unmarshal([]byte(c.Body), &body); err != nil {
			t.Fatalf("body %s: %v", c.Body, err)
		}
		line := body.To + ": " + body.Text.Content + body.Card.Title.Title
		for field, value := range body.Data {
			line += field + "=" + value.Value
		}
		said = append(said, line)
	}
	return said
}

func (p *post) wantSent(api *platformtest.API, path string, want ...string) {
	p.t.Helper()
	if got := texts(p.t, api, path); fmt.Sprint(got) != fmt.Sprint(want) {
		p.t.Errorf("sent by %s:\n got %s\nwant %s", path, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func (p *post) wantState(state bot.ParcelState, keys ...string) []storage.Undelivered {
	p.t.Helper()
	list, err := p.outbox.Undelivered(p.t.Context(), state, 100)
	if err != nil {
		p.t.Fatal(err)
	}
	got := make(map[string]bool)
	for _, u := range list {
		got[u.Key] = true
	}
	for _, key := range keys {
		if !got[key] {
			p.t.Errorf("%q is not %s: %+v", key, state, list)
		}
	}
	if len(got) != len(keys) {
		p.t.Errorf("%s are %+v, want %v", state, list, keys)
	}
	return list
}

func (p *post) wantParked(to bot.Address, want ...string) {
	p.t.Helper()
	got, err := p.parked.Waiting(p.t.Context(), to)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		p.t.Errorf("parked for %s: %q, %v; want %q", to.User, got, err, want)
	}
}
