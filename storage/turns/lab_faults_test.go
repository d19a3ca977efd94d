package turns_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/turns"
)

// point is a numbered point of the turn.
type point int

const (
	afterBegin point = iota
	inStep
	beforeSQL
	beforeCommit // the row of handled is inserted, and everybody else waits for it
	afterSQL
	beforeRedis
	afterRedis
)

// fault is what happens to a replica there: it dies - the turn is abandoned, its transaction rolled back by the
// database, nobody answered - or it stalls for one and a half leases.
type fault int

const (
	none fault = iota
	crash
	stall
)

// faults decides which executions of a message meet which fault.
type faults struct {
	lease time.Duration
	// plan gives the fault at a point of the nth execution of a message, counted from 1.
	plan func(p point, execution int, draw func() float64) fault

	mu      sync.Mutex
	random  *rand.Rand
	begun   map[bot.MessageID]int
	stalled sync.Map // people in the middle of whose turn a replica stands still
	stopped atomic.Bool
	runs    atomic.Int64
	met     atomic.Int64
}

func newFaults(lease time.Duration, plan func(p point, execution int, draw func() float64) fault) *faults {
	return &faults{lease: lease, plan: plan, random: rand.New(rand.NewPCG(3, 4)), begun: map[bot.MessageID]int{}}
}

// anywhere meets about four of ten executions, at any point, and spares the fourth of a message.
func anywhere(_ point, execution int, draw func() float64) fault {
	switch d := draw(); {
	case execution > 3:
		return none
	case d < 0.05:
		return crash
	case d < 0.08:
		return stall
	}
	return none
}

// overtaken lets every second message's first execution die at once, and its copy stall just before it commits: its
// successors overtake it twice.
func overtaken(p point, execution int, draw func() float64) fault {
	switch {
	case execution == 1 && p == afterBegin && draw() < 0.5:
		return crash
	case execution == 2 && p == beforeSQL:
		return stall
	}
	return none
}

// inARow lets first executions die when SQL has them and Redis has not, and others at once, before they could settle
// those: several predecessors are left open, and not only the last matters.
func inARow(p point, execution int, draw func() float64) fault {
	if execution == 1 && (p == afterSQL && draw() < 0.5 || p == afterBegin && draw() < 0.4) {
		return crash
	}
	return none
}

// inCommit lets every second message's first execution stand still with its row of handled and the COMMIT on their way.
func inCommit(p point, execution int, draw func() float64) fault {
	if execution == 1 && p == beforeCommit && draw() < 0.5 {
		return stall
	}
	return none
}

func nowhere(point, int, func() float64) fault { return none }

func (f *faults) stop() { f.stopped.Store(true) }

func (f *faults) execution() string { return strconv.FormatInt(f.runs.Add(1), 10) }

// at is called on the turn's own goroutine.
func (f *faults) at(p point, id bot.MessageID) {
	switch f.draw(p, id) {
	case crash:
		f.met.Add(1)
		runtime.Goexit()
	case stall:
		f.stand(id)
	}
}

func (f *faults) draw(p point, id bot.MessageID) fault {
	if f.stopped.Load() {
		return none
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p == afterBegin {
		f.begun[id]++
	}
	return f.plan(p, f.begun[id], f.random.Float64)
}

func (f *faults) stand(id bot.MessageID) {
	f.met.Add(1)
	f.stalled.Store(personOf(id), true)
	<-time.After(f.lease * 3 / 2)
	f.stalled.Delete(personOf(id))
}

// recorded is how a turn writes its row of handled, new or over a void one.
var recorded = regexp.MustCompile(`INSERT INTO handled \(message, fence, state, reply.* VALUES \('([^']+)'` +
	`|UPDATE handled SET .* WHERE message = '([^']+)' AND state = 'void'`)

// onTheWire lets a turn stand still where its own goroutine has nothing to be caught by: on its way to the database. To
// die there is the same as to die before.
func (f *faults) onTheWire() func(said []byte) {
	var id bot.MessageID
	return func(said []byte) {
		if row := recorded.FindSubmatch(said); row != nil {
			id = bot.MessageID(append(row[1], row[2]...))
		}
		if id == "" || !bytes.Contains(said, []byte("COMMIT")) {
			return
		}
		if f.draw(beforeCommit, id) == stall {
			f.stand(id)
		}
		id = ""
	}
}

// personOf takes a lab message's id apart: channel/person.number.
func personOf(id bot.MessageID) string {
	person, _, _ := strings.Cut(string(id), ".")
	return person
}

// stands tells whether a replica stands still in the middle of a person's turn.
func (f *faults) stands(who bot.Address) bool {
	_, stalled := f.stalled.Load(string(who.Channel) + "/" + strings.TrimPrefix(string(who.User), "p"))
	return stalled
}

// mutation takes one rule out of the protocol, to prove that the lab would notice.
type mutation string

const (
	unchanged     mutation = ""
	noFence       mutation = "a fenced turn saves its session all the same"
	noVoid        mutation = "predecessors left open are looked up and not voided"
	noLookup      mutation = "what was handled is not looked up"
	oneOpen       mutation = "only the last predecessor left open is kept"
	voidNotRaised mutation = "an existing void row keeps its fence"
)

// labTurns meets faults around Redis, and forgets rules of it.
type labTurns struct {
	bot.Turns
	real *turns.Turns
	lab  *lab
}

// Renew is what keeps a slow machine's turns from being taken over. A replica that stands still does not call it.
func (t labTurns) Renew(ctx context.Context, who bot.Address, nonce string) (bool, error) {
	if t.lab.faults.stands(who) {
		return true, nil
	}
	return t.Turns.Renew(ctx, who, nonce)
}

func (t labTurns) Begin(ctx context.Context, who bot.Address, id bot.MessageID, nonce string) (bot.Grant, error) {
	grant, err := t.Turns.Begin(ctx, who, id, nonce)
	if t.lab.onBegin != nil {
		t.lab.onBegin(id)
	}
	if err == nil && grant.Verdict == bot.Run {
		t.lab.faults.at(afterBegin, id)
	}
	if n := len(grant.Open); t.lab.mutation == oneOpen && n > 1 {
		grant.Open = grant.Open[n-1:]
	}
	return grant, err
}

func (t labTurns) Commit(ctx context.Context, who bot.Address, id bot.MessageID, nonce string, fence bot.Fence, saved bot.Saved) (bool, error) {
	t.lab.faults.at(beforeRedis, id)
	ok, err := t.Turns.Commit(ctx, who, id, nonce, fence, saved)
	if err == nil && !ok && t.lab.mutation == noFence {
		key := "turn:{" + string(who.Channel) + ":" + string(who.User) + "}"
		ok, err = true, t.real.Client().HSet(ctx, key, "s", saved.Session, "v", int64(fence)).Err()
	}
	t.lab.faults.at(afterRedis, id)
	return ok, err
}

// labLedger does the same around SQL.
type labLedger struct {
	bot.Ledger
	lab *lab
}

func (l labLedger) Open(ctx context.Context, id bot.MessageID, fence bot.Fence) (context.Context, bot.Work) {
	asked := id
	if l.lab.mutation == noLookup {
		asked += "/nobody"
	}
	ctx, work := l.Ledger.Open(ctx, asked, fence)
	return ctx, labWork{Work: work, lab: l.lab, asked: asked}
}

func (l labLedger) Lookup(ctx context.Context, id bot.MessageID) (bot.Record, bool, error) {
	if l.lab.mutation == noLookup {
		return bot.Record{}, false, nil
	}
	return l.Ledger.Lookup(ctx, id)
}

func (l labLedger) Void(ctx context.Context, open []bot.Open, fence bot.Fence) ([]bot.Record, error) {
	if l.lab.mutation == noLookup {
		_, err := l.Ledger.Void(ctx, open, fence)
		return nil, err
	}
	if l.lab.mutation != noVoid && l.lab.mutation != voidNotRaised {
		return l.Ledger.Void(ctx, open, fence)
	}
	var records []bot.Record
	for _, o := range open {
		_, voided := l.lab.voided.LoadOrStore(o.Message, true)
		if l.lab.mutation == voidNotRaised && !voided {
			some, err := l.Ledger.Void(ctx, []bot.Open{o}, fence)
			if err != nil {
				return nil, err
			}
			records = append(records, some...)
			continue
		}
		record, found, err := l.Ledger.Lookup(ctx, o.Message)
		if err != nil {
			return nil, err
		}
		if found {
			records = append(records, record)
		}
	}
	return records, nil
}

type labWork struct {
	bot.Work
	lab *lab
	// asked is the message that was looked up.
	asked bot.MessageID
}

func (w labWork) Commit(ctx context.Context, r bot.Record) error {
	w.lab.faults.at(beforeSQL, r.Message)
	if !w.Wrote() {
		r.Message = w.asked
	}
	err := w.Work.Commit(ctx, r)
	if err == nil && w.Wrote() {
		w.lab.faults.at(afterSQL, r.Message)
	}
	return err
}
