package turns_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// lab is a small world: people who write, a platform that delivers and asks again, two replicas of the engine with
// connections of their own, and faults at the numbered points of the turn. It counts effects, replies, steps and order.
type lab struct {
	t        *testing.T
	size     labSize
	faults   *faults
	mutation mutation
	channel  bot.ChannelID
	replicas [2]*bot.Engine
	effects  *storage.Parked

	voided sync.Map // for the mutation that does not raise a void row's fence
	// onBegin, if set, is told when a message has been to Redis.
	onBegin func(id bot.MessageID)
	refused atomic.Int64

	mu      sync.Mutex
	answers map[bot.MessageID][]string
	random  *rand.Rand
}

type labSize struct {
	people, messages int
	lease            time.Duration
	// copies is the share of messages that are delivered twice at once, and patient that of messages whose sender
	// waits for the answer before writing again.
	copies, patient float64
}

// labStores opens what one replica works with.
type labStores func(t *testing.T) (redisURL, databaseURL string)

func realStores(t *testing.T) (string, string) {
	return storagetest.RedisURL(t), storagetest.MigratedURL(t)
}

func newLab(t *testing.T, size labSize, stores labStores, faults *faults, m mutation) *lab {
	t.Helper()
	l := &lab{
		t: t, size: size, faults: faults, mutation: m,
		channel: bot.ChannelID(storagetest.Unique("lab:")),
		answers: map[bot.MessageID][]string{},
		random:  rand.New(rand.NewPCG(1, 2)),
	}
	redisURL, databaseURL := stores(t)
	var shared *turns.Turns
	for i := range l.replicas {
		link, databaseURL := storagetest.LinkTo(t, databaseURL)
		if link != nil {
			link.Watch(faults.onTheWire)
		}
		db := openDB(t, databaseURL)
		keeper := shared
		if redisURL != turns.Embedded || keeper == nil {
			keeper = openTurns(t, redisURL, turns.WithLease(size.lease))
			shared = keeper
		}
		l.replicas[i] = l.replica(db, keeper)
	}
	return l
}

func openDB(t *testing.T, databaseURL string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	db.UseKeys(storagetest.Keys(t))
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func openTurns(t *testing.T, url string, options ...turns.Option) *turns.Turns {
	t.Helper()
	keeper, err := turns.Open(t.Context(), url, append(options, turns.WithKeys(storagetest.Keys(t)))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	return keeper
}

func (l *lab) replica(db *storage.DB, keeper *turns.Turns) *bot.Engine {
	outbox := storage.NewOutbox(db)
	l.effects = storage.NewParked(db, time.Now)
	engine, err := bot.NewEngine(bot.EngineConfig{
		Turns:      labTurns{Turns: keeper, real: keeper, lab: l},
		Shelf:      keeper,
		Ledger:     labLedger{Ledger: storage.NewLedger(db, outbox, time.Now), lab: l},
		Inbox:      storage.NewInbox(db, outbox, time.Now),
		Router:     labRouter{lab: l, effects: l.effects},
		Channels:   []bot.Channel{{ID: l.channel, TextBytes: 2048, Render: func(r bot.Reply) string { return r.Text }}},
		Now:        time.Now,
		Logger:     slog.New(slog.NewTextHandler(l.t.Output(), nil)),
		AnswerIn:   8 * l.size.lease,
		TurnTime:   time.Minute,
		RenewEvery: l.size.lease / 3,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := engine.Close(ctx); err != nil {
			l.t.Error(err)
		}
	})
	return engine
}

// labRouter's steps are of three kinds: fill touches no SQL, file writes an effect, decide writes one unless it reads
// that it is there. Each lists its message in the session.
type labRouter struct {
	lab     *lab
	effects *storage.Parked
}

func (r labRouter) Turn(ctx context.Context, in bot.Input) (bot.Outcome, error) {
	var steps []string
	if in.Session.Data != nil {
		if err := json.Unmarshal(in.Session.Data, &steps); err != nil {
			return bot.Outcome{}, err
		}
	}
	if in.Message.Text == "list" {
		return bot.Outcome{Session: in.Session, Replies: []bot.Reply{{Text: strings.Join(steps, " ")}}}, nil
	}
	id := string(in.Message.ID)
	done, err := r.effect(ctx, in.Message)
	if err != nil {
		return bot.Outcome{}, err
	}
	r.lab.faults.at(inStep, in.Message.ID)
	steps = append(steps, id)
	data, err := json.Marshal(steps)
	if err != nil {
		return bot.Outcome{}, err
	}
	in.Session.Data = data
	said := fmt.Sprintf("%s %s as number %d", id, done, len(steps))
	return bot.Outcome{Session: in.Session, Replies: []bot.Reply{{Text: said}}}, nil
}

func (r labRouter) effect(ctx context.Context, m bot.Message) (string, error) {
	to := effectsOf(m.Address)
	switch m.Text {
	case "decide":
		there, err := r.effects.Waiting(ctx, to)
		if err != nil {
			return "", err
		}
		if slices.Contains(there, string(m.ID)) {
			return "already decided", nil
		}
	case "fill":
		return "filled", nil
	}
	key := string(m.ID) + "/" + r.lab.faults.execution()
	return m.Text + "d", r.effects.Put(ctx, to, key, string(m.ID))
}

// effectsOf is where the effects of a person's messages are kept: a shelf that nobody is told of.
func effectsOf(who bot.Address) bot.Address {
	return bot.Address{Channel: who.Channel + "/effects", User: who.User}
}

// run lets everybody write, waits until the platform has given up or got answers, and counts.
func (l *lab) run() report {
	var everybody sync.WaitGroup
	for p := range l.size.people {
		everybody.Go(func() { l.person(p) })
	}
	everybody.Wait()
	return l.count()
}

func (l *lab) draw() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.random.Float64()
}

func (l *lab) address(person int) bot.Address {
	return bot.Address{Channel: l.channel, User: bot.UserID("p" + strconv.Itoa(person))}
}

func (l *lab) message(person, number int) bot.Message {
	text := []string{"fill", "file", "decide"}[number%3]
	id := bot.MessageID(fmt.Sprintf("%s/%d.%d", l.channel, person, number))
	return bot.Message{ID: id, Address: l.address(person), Kind: bot.KindText, Text: text}
}

func (l *lab) person(person int) {
	var under sync.WaitGroup
	for n := range l.size.messages {
		under.Go(func() { l.deliver(l.message(person, n)) })
		if l.draw() < l.size.patient {
			under.Wait()
		} else {
			pause := time.Duration(l.draw() * float64(l.size.lease) / 2)
			<-time.After(pause)
		}
	}
	under.Wait()
}

// deliver is the platform: it delivers until somebody answers, sometimes twice at once.
func (l *lab) deliver(m bot.Message) {
	var copies sync.WaitGroup
	first := int(l.draw() * 2)
	if l.draw() < l.size.copies {
		copies.Go(func() { l.ask(m, 1-first) })
	}
	l.ask(m, first)
	copies.Wait()
}

// patience is how long the platform and the person try: much longer than in life, so that a busy machine is no breach.
const patience = 30 * time.Second

func (l *lab) ask(m bot.Message, replica int) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); replica++ {
		answer := l.replicas[replica%2].Receive(context.Background(), m)
		switch {
		case strings.HasPrefix(answer.Text, "系统"): // a store was too slow: nothing happened, and it is said again
			l.refused.Add(1)
			<-time.After(l.size.lease)
		case !answer.Hold && !answer.Refused:
			l.mu.Lock()
			l.answers[m.ID] = append(l.answers[m.ID], answer.Text)
			l.mu.Unlock()
			return
		}
	}
}

// report counts breaches.
type report struct {
	messages                                                int
	doubled, missing, differing, wrong, unanswered, session int
}

func (r report) breaches() int {
	return r.doubled + r.missing + r.differing + r.wrong + r.unanswered + r.session
}

func (l *lab) count() report {
	l.faults.stop()
	var r report
	for p := range l.size.people {
		effects, err := l.effects.Waiting(context.Background(), effectsOf(l.address(p)))
		if err != nil {
			l.t.Fatal(err)
		}
		list := l.message(p, 0)
		list.ID, list.Text = list.ID+"/list", "list"
		steps := strings.Fields(l.replicas[0].Receive(context.Background(), list).Text)
		for n := range l.size.messages {
			r.messages++
			l.judge(&r, l.message(p, n), effects, steps)
		}
	}
	return r
}

func (l *lab) judge(r *report, m bot.Message, effects, steps []string) {
	want := 1
	if m.Text == "fill" {
		want = 0
	}
	switch got := times(effects, m.ID); {
	case got > want:
		r.doubled++
	case got < want:
		r.missing++
	}
	answers := l.answers[m.ID]
	if len(answers) == 0 {
		r.unanswered++
	}
	if differ(answers) {
		l.t.Logf("differing replies to %s: %q", m.ID, answers)
		r.differing++
	}
	for _, a := range answers {
		if !strings.HasPrefix(a, string(m.ID)) || strings.Contains(a, "already") {
			l.t.Logf("wrong reply to %s: %q", m.ID, a)
			r.wrong++
		}
	}
	if times(steps, m.ID) != 1 {
		r.session++
	}
}

func differ(answers []string) bool { return len(slices.Compact(slices.Clone(answers))) > 1 }

// differing counts the messages of one kind whose copies got differing replies.
func (l *lab) differing(text string) (n int) {
	for p := range l.size.people {
		for i := range l.size.messages {
			if m := l.message(p, i); m.Text == text && differ(l.answers[m.ID]) {
				n++
			}
		}
	}
	return n
}

func times(list []string, id bot.MessageID) (n int) {
	for _, one := range list {
		if one == string(id) {
			n++
		}
	}
	return n
}
