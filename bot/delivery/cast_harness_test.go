package delivery_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/bot/platform"
	"github.com/unionbot/unionbot/storage"
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
	// unmade is what each settlement counted out of the day.
	unmade []int
	busy   map[int64]bot.Tries
	most   bot.Tries // as was asked last
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

func (q *chunks) Busy(_ context.Context, _ bot.Batch, _ []bot.Recipient, most bot.Tries) (map[int64]bot.Tries, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.most = most
	return q.busy, nil
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
	q.unmade = append(q.unmade, b.Unmade)
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
	db       *storage.DB
	queue    *chunks
	throttle *turns.Throttle
	rate     float64
	jitter   func() float64
}

func newCasting(t *testing.T) *casting {
	t.Helper()
	db := storagetest.SQLite(t)
	c := &casting{post: newPost(t, db), db: db, rate: 1000, jitter: func() float64 { return 0 }}
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
		row.To = append(row.To, bot.Recipient{Member: i + 1, At: to, Text: said, Line: said})
	}
	c.queue.rows[id] = row
}

// cast sends until the test ends or the returned function is called.
func (c *casting) cast() (stop func()) { return c.castBy(c.throttle) }

func (c *casting) castBy(throttle delivery.Throttle) (stop func()) {
	caster := delivery.NewCaster(delivery.CastConfig{
		Queue: c.queue, Throttle: throttle, Parking: c.parked, Flag: c.redis, Channels: c.channels, PerSecond: c.rate, Files: c.files, Uploads: c.uploads,
		Owner: storagetest.Unique("c"), Now: c.clock.now, Jitter: c.jitter, Logger: c.log,
	})
	stop, _ = running(c.t, caster.Run)
	return stop
}

func (c *casting) wantStates(chunk int64, want string) {
	c.t.Helper()
	if got := c.queue.states(chunk); got != want {
		c.t.Errorf("the receipts are %s, want %s", got, want)
	}
}

func (c *casting) doubtful(chunk int64) int {
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	if c.queue.rows[chunk].Lease != "" {
		return -1
	}
	return len(c.queue.rows[chunk].Doubtful)
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

// gate is a Sender that is a function.
type gate func(ctx context.Context, call []byte) platform.Result

func (g gate) Send(ctx context.Context, call []byte) platform.Result { return g(ctx, call) }
