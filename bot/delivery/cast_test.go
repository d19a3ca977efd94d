package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// chunks is a queue of broadcasts in memory. What the database adds to it is shown beside the database.
type chunks struct {
	mu     sync.Mutex
	now    func() time.Time
	rows   map[int64]*chunkRow
	urgent []int64
	log    []string // broadcasts in the order of their claims
	stop   map[int64]bool
	begun  func() // what happens once calls were written down
	// settled happens once receipts were.
	settled func()
}

type chunkRow struct {
	bot.Batch
	due      time.Time
	receipts map[int64]bot.Receipt
	done     bool
}

func (q *chunks) Running(context.Context) (urgent, others []int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(q.rows)) {
		b := q.rows[id].Broadcast
		switch {
		case slices.Contains(q.urgent, b):
			urgent = append(urgent, b)
		case !slices.Contains(others, b):
			others = append(others, b)
		}
	}
	return slices.Compact(urgent), others, nil
}

func (q *chunks) Claim(_ context.Context, id int64, lease string, life time.Duration) (bot.Batch, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, chunk := range slices.Sorted(maps.Keys(q.rows)) {
		row := q.rows[chunk]
		if row.Broadcast != id || row.done || row.due.After(q.now()) {
			continue
		}
		row.due, row.Lease = q.now().Add(life), lease
		row.Attempts++
		q.log = append(q.log, row.Number)
		b := row.Batch
		b.To = slices.DeleteFunc(slices.Clone(b.To), func(to bot.Recipient) bool { return row.receipts[to.Member].State != "" })
		return b, true, nil
	}
	return bot.Batch{}, false, nil
}

func (q *chunks) Busy(context.Context, bot.ChannelID, []bot.UserID, time.Time, int) (map[bot.UserID]bool, error) {
	return nil, nil
}

func (q *chunks) Begin(_ context.Context, b bot.Batch, calls []bot.BatchCall, life time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	row := q.rows[b.ID]
	if row.Lease != b.Lease {
		return bot.ErrLeaseLost
	}
	if q.stop[b.Broadcast] {
		return bot.ErrStopped
	}
	row.Doubtful, row.due = calls, q.now().Add(life)
	if q.begun != nil {
		q.begun()
	}
	return nil
}

func (q *chunks) Going(_ context.Context, b bot.Batch) (int, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return 100, !q.stop[b.Broadcast], nil
}

func (q *chunks) Settle(_ context.Context, b bot.Batch, receipts map[int64]bot.Receipt, doubtful []bot.BatchCall, again time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	row := q.rows[b.ID]
	if row.Lease != b.Lease {
		return bot.ErrLeaseLost
	}
	row.Lease, row.Doubtful, row.due = "", doubtful, again
	maps.Copy(row.receipts, receipts)
	row.done = again.IsZero()
	if q.settled != nil {
		q.settled()
	}
	return nil
}

// states lists what became of a chunk's recipients: "1 sent, 2 unreachable: invaliduser".
func (q *chunks) states(chunk int64) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	var said []string
	for _, to := range q.rows[chunk].To {
		r := q.rows[chunk].receipts[to.Member]
		line := fmt.Sprintf("%d %s", to.Member, r.State)
		if r.Cause != "" {
			line += ": " + r.Cause
		}
		said = append(said, line)
	}
	return strings.Join(said, ", ")
}

func (q *chunks) finished() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, row := range q.rows {
		if !row.done {
			return false
		}
	}
	return true
}

// casting is a post office for broadcasts.
type casting struct {
	*post
	queue    *chunks
	throttle *turns.Throttle
	rate     float64
}

func newCasting(t *testing.T) *casting {
	t.Helper()
	c := &casting{post: newPost(t, storagetest.SQLite(t)), rate: 1000}
	c.queue = &chunks{now: c.clock.now, rows: map[int64]*chunkRow{}, stop: map[int64]bool{}}
	c.throttle = turns.NewThrottle(c.redis.Client())
	unique := bot.ChannelID(storagetest.Unique("wecom:"))
	c.channels[0].ID, c.channels[0].Together, c.channels[0].Dedupe = unique, 1000, 25*time.Minute
	return c
}

// chunk adds recipients 1, 2, … of a broadcast; the text is for all of them, or has %d for each.
func (c *casting) chunk(id, broadcast int64, channel int, text string, n int) {
	row := &chunkRow{receipts: map[int64]bot.Receipt{}, Batch: bot.Batch{
		ID: id, Broadcast: broadcast, Number: fmt.Sprintf("TZ26-%04d", broadcast), Same: !strings.Contains(text, "%d"), Speed: 100, Room: -1,
	}}
	for i := range int64(n) {
		said := text
		if !row.Same {
			said = fmt.Sprintf(text, i+1)
		}
		to := bot.Address{Channel: c.channels[channel].ID, User: bot.UserID(fmt.Sprintf("u%d", i+1))}
		row.To = append(row.To, bot.Recipient{Member: i + 1, At: to, Text: said})
	}
	c.queue.rows[id] = row
}

// cast sends until the test ends or the returned function is called.
func (c *casting) cast() (stop func()) { return c.castBy(c.throttle) }

func (c *casting) castBy(throttle delivery.Throttle) (stop func()) {
	caster := delivery.NewCaster(delivery.CastConfig{
		Queue: c.queue, Throttle: throttle, Parking: c.parked, Flag: c.redis, Channels: c.channels, PerSecond: c.rate,
		Owner: storagetest.Unique("c"), Now: c.clock.now, Jitter: func() float64 { return 0 }, Logger: c.log,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		caster.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	c.t.Cleanup(stop)
	return stop
}

func (c *casting) wantStates(chunk int64, want string) {
	c.t.Helper()
	if got := c.queue.states(chunk); got != want {
		c.t.Errorf("the receipts are %s, want %s", got, want)
	}
}

func TestTheSameTextIsOneCallAndWhoIsInvalidIsUnreachable(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","invaliduser":"u2"}`))
	c.chunk(1, 1, 0, "停水", 3)
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2|u3: 停水")
	c.wantStates(1, "1 sent, 2 unreachable: invaliduser, 3 sent")
}

func TestACallWithoutAnAnswerIsMadeAgainToTheByteWhileThePlatformFindsDoubles(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.chunk(1, 1, 0, "停水", 2)
	c.cast()
	c.eventually("the first try is over", func() bool { return len(c.wecom.Calls()) > 0 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("the second try is over", func() bool { return len(c.wecom.Calls()) > 1 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	calls := c.wecom.Calls()
	if len(calls) != 3 || calls[1].Body != calls[0].Body || calls[2].Body != calls[0].Body || !strings.Contains(calls[0].Body, `"enable_duplicate_check":1`) {
		t.Errorf("calls %v", calls)
	}
	c.wantStates(1, "1 sent, 2 sent")
}

func (c *casting) doubtful(chunk int64) int {
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	if c.queue.rows[chunk].Lease != "" {
		return -1
	}
	return len(c.queue.rows[chunk].Doubtful)
}

func TestWhatADeadProcessBeganStaysUncertainWhenThePlatformForgetsDoubles(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1}, Users: []bot.UserID{"u1"}, Call: []byte(`{}`), Begun: c.clock.now().Add(-26 * time.Minute),
	}}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 uncertain: call began and was never settled, 2 sent")
	c.wantSent(c.wecom, sendPath, "u2: 停水")
}

func TestWhoStalledBeforeACallMakesItNoMore(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.begun = func() { c.clock.advance(31 * time.Minute) } // longer than the platform finds doubles
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath)
	c.wantStates(1, "1 uncertain: call began and was never settled, 2 uncertain: call began and was never settled")
}

func TestWhatIsRefusedAtTheSecondTryMayHaveArrivedAtTheFirst(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Hangup)
	c.wecom.Answer(sendPath, platformtest.Errcode(40008))
	c.chunk(1, 1, 0, "停水", 1)
	c.cast()
	c.eventually("the first try is over", func() bool { return len(c.wecom.Calls()) == 1 && c.doubtful(1) == 1 })
	c.clock.advance(time.Minute)
	c.eventually("all is settled", c.queue.finished)
	if got := c.queue.states(1); !strings.HasPrefix(got, "1 uncertain: ") {
		t.Errorf("the receipt is %s", got)
	}
}

func TestNobodyIsLeftOutBecauseOthersAnsweredACallThatIsMadeAgain(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 3)
	c.queue.rows[1].Doubtful = []bot.BatchCall{{
		Channel: c.channels[0].ID, Members: []int64{1, 2}, Users: []bot.UserID{"u1", "u2"}, Begun: c.clock.now(),
		Call: c.body("停水", "u1", "u2"),
	}}
	c.queue.rows[1].receipts[1] = bot.Receipt{State: "answered"}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2: 停水", "u3: 停水")
}

// body is a call as the channel's composer writes it.
func (c *casting) body(text string, to ...bot.UserID) []byte {
	c.t.Helper()
	body, err := c.channels[0].Composer.Compose(delivery.Letter{Key: "k", Kind: "broadcast", To: to, Out: bot.Outgoing{Text: text}})
	if err != nil {
		c.t.Fatal(err)
	}
	return body
}

func TestOnTheOfficialAccountNothingIsSentTwiceAndAClosedWindowParks(t *testing.T) {
	c := newCasting(t)
	who := c.channels[1].ID
	c.chunk(1, 1, 1, "停水", 3)
	for i := range c.queue.rows[1].To {
		c.queue.rows[1].To[i].At.User = bot.UserID(storagetest.Unique("o"))
	}
	to := c.queue.rows[1].To
	if err := c.windows.Heard(t.Context(), bot.Address{Channel: who, User: to[0].At.User}, bot.KindText, c.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := c.windows.Shut(t.Context(), to[1].At); err != nil {
		t.Fatal(err)
	}
	// The third is not known: the platform decides, and says no. The first is asked for first.
	c.oa.Answer(customPath, platformtest.Hangup)
	c.oa.Answer(customPath, platformtest.Errcode(45015))
	c.rate = 2 // one after the other
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	if got := c.queue.states(1); !strings.HasPrefix(got, "1 uncertain: no answer") || !strings.HasSuffix(got, ", 2 parked, 3 parked") {
		t.Errorf("the receipts are %s", got)
	}
	c.wantParked(to[1].At, "停水")
	c.wantParked(to[2].At, "停水")
	if n := len(c.oa.Calls()); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

func TestTheAccountThatComplainsRestsAndGoesSlowerAlone(t *testing.T) {
	c := newCasting(t)
	c.wecom.Answer(sendPath, platformtest.Errcode(45009))
	c.chunk(1, 1, 0, "停水", 2)
	c.cast()
	c.eventually("the platform has complained", func() bool { return len(c.wecom.Calls()) == 1 && c.doubtful(1) == 0 })
	got, wait, _, err := c.throttle.Reserve(t.Context(), c.channels[0].ID, "", 1000, 1)
	if err != nil || got != 0 || wait < 50*time.Second {
		t.Errorf("it may send %d after %s, %v", got, wait, err)
	}
	if got, _, _, err := c.throttle.Reserve(t.Context(), bot.ChannelID(storagetest.Unique("other:")), "", 1000, 1); err != nil || got != 1 {
		t.Errorf("another account may send %d, %v", got, err)
	}
	c.wantStates(1, "1 , 2 ")
}

func TestReplicasShareTheRateAndNobodyGetsTwo(t *testing.T) {
	c := newCasting(t)
	c.rate = 50
	for id := range int64(3) {
		c.chunk(id+1, id+1, 0, "第%d位,停水", 10)
	}
	begun := time.Now()
	c.cast()
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	if took := time.Since(begun); took < 29*time.Second/50 {
		t.Errorf("30 calls at 50 a second took %s", took)
	}
	seen := map[string]int{}
	for _, call := range c.wecom.Calls() {
		var body struct {
			To string `json:"touser"`
		}
		if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
			t.Fatal(err)
		}
		seen[body.To]++
	}
	for user, n := range seen {
		if n != 3 {
			t.Errorf("%s got %d of 3", user, n)
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d people got something", len(seen))
	}
}

func TestUrgentOnesGoFirstAndTheOthersInTurn(t *testing.T) {
	c := newCasting(t)
	for chunk := range int64(4) {
		c.chunk(chunk+1, 1, 0, "一", 1)
		c.chunk(chunk+11, 2, 0, "二", 1)
	}
	for chunk := range int64(2) {
		c.chunk(chunk+21, 3, 0, "急", 1)
	}
	c.queue.urgent = []int64{3}
	c.cast()
	c.eventually("all is settled", c.queue.finished)
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	order := strings.Join(c.queue.log, " ")
	if !strings.HasPrefix(order, "TZ26-0003 TZ26-0003 ") || strings.Contains(order, "TZ26-0001 TZ26-0001 TZ26-0001") || strings.Contains(order, "TZ26-0002 TZ26-0002 TZ26-0002") {
		t.Errorf("claimed in the order %s", order)
	}
}

func TestAPausedBroadcastBeginsNoCall(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 2)
	c.queue.stop[1] = true
	c.cast()
	c.eventually("the chunk was looked at", func() bool {
		c.queue.mu.Lock()
		defer c.queue.mu.Unlock()
		return len(c.queue.log) > 0 && c.queue.rows[1].Lease == ""
	})
	c.wantSent(c.wecom, sendPath)
	c.queue.mu.Lock()
	c.queue.stop[1] = false
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	c.wantStates(1, "1 sent, 2 sent")
}

func TestAPauseStopsCallsThatWereWrittenDownAndNotMade(t *testing.T) {
	c := newCasting(t)
	c.rate = 5
	c.chunk(1, 1, 0, "第%d位,停水", 20)
	c.cast()
	c.eventually("it has begun", func() bool { return len(c.wecom.Calls()) > 0 })
	c.queue.mu.Lock()
	c.queue.stop[1] = true
	c.queue.mu.Unlock()
	c.eventually("the chunk was put back", func() bool { return c.doubtful(1) == 0 })
	if n := len(c.wecom.Calls()); n > 8 {
		t.Errorf("%d of 20 calls were made", n)
	}
	c.queue.mu.Lock()
	c.queue.stop[1] = false
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	if n := len(c.wecom.Calls()); n != 20 {
		t.Errorf("%d calls for 20", n)
	}
}

// reserving counts how often turns are taken.
type reserving struct {
	*turns.Throttle
	mu    sync.Mutex
	wants []int
}

func (r *reserving) Reserve(ctx context.Context, channel bot.ChannelID, lane string, perSecond float64, want int) (int, time.Duration, time.Duration, error) {
	r.mu.Lock()
	r.wants = append(r.wants, want)
	r.mu.Unlock()
	return r.Throttle.Reserve(ctx, channel, lane, perSecond, want)
}

// standing makes the process stand still within its first call.
type standing struct {
	delivery.Sender
	once  sync.Once
	still func()
}

func (s *standing) Send(ctx context.Context, call []byte) platform.Result {
	s.once.Do(s.still)
	return s.Sender.Send(ctx, call)
}

func TestTurnsThatWereMissedAreTakenAnew(t *testing.T) {
	c := newCasting(t)
	c.rate = 20
	c.chunk(1, 1, 0, "第%d位,停水", 10)
	c.channels[0].Sender = &standing{Sender: c.channels[0].Sender, still: func() { c.clock.advance(3 * time.Second) }}
	throttle := &reserving{Throttle: c.throttle}
	c.castBy(throttle)
	c.eventually("all is settled", c.queue.finished)
	throttle.mu.Lock()
	defer throttle.mu.Unlock()
	if len(throttle.wants) < 2 || throttle.wants[0] != 10 || throttle.wants[1] >= 10 {
		t.Errorf("turns were taken for %v", throttle.wants)
	}
}

// A call that waited for others to end until the lease was over is another's.
func TestACallThatWaitedTooLongForOthersIsNotMade(t *testing.T) {
	c := newCasting(t)
	const more = 20
	for id := range int64(4) {
		c.chunk(id+1, id+1, 0, "第%d位,停水", 32+more/4)
	}
	var entered atomic.Int32
	full, free := make(chan struct{}), make(chan struct{})
	c.channels[0].Sender = gate(func(ctx context.Context, call []byte) platform.Result {
		if entered.Add(1) == 128 {
			close(full)
		}
		<-free
		return platform.Result{Verdict: platform.Done}
	})
	stop := c.cast()
	<-full
	c.clock.advance(time.Minute) // all leases are over
	go stop()                    // nobody takes over
	close(free)
	stop()
	if n := entered.Load(); n != 128 {
		t.Errorf("%d calls were made, %d of them late", n, n-128)
	}
}

// gate is a Sender that is a function.
type gate func(ctx context.Context, call []byte) platform.Result

func (g gate) Send(ctx context.Context, call []byte) platform.Result { return g(ctx, call) }

func TestNoMoreAreWrittenToThanADayHasRoomFor(t *testing.T) {
	c := newCasting(t)
	c.chunk(1, 1, 0, "停水", 5)
	c.queue.rows[1].Room = 3
	c.queue.settled = func() { c.queue.rows[1].Room = 0 }
	c.cast()
	c.eventually("some are settled", func() bool { return c.queue.states(1) == "1 sent, 2 sent, 3 sent, 4 , 5 " })
	c.queue.mu.Lock()
	c.queue.rows[1].Room = -1 // tomorrow
	c.queue.settled = nil
	c.queue.mu.Unlock()
	c.eventually("all is settled", c.queue.finished)
	c.wantSent(c.wecom, sendPath, "u1|u2|u3: 停水", "u4|u5: 停水")
}
