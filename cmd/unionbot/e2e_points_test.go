package main

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// point is a place in a turn at which a replica dies or stands still. What it waits for there passes on its link to a
// store, so the program itself knows nothing of it.
type point struct {
	name string
	// redis says which store's link the words pass on.
	redis    bool
	answered bool
	words    []string
	// files is true of the turn that files a suggestion; the other one answers a question of the form and touches no SQL.
	files bool
}

// turnPoints are the points of a turn in their order.
func turnPoints(t *testing.T) []point {
	t.Helper()
	begin, commit := scriptOf(t, "begin"), scriptOf(t, "commit")
	return []point{
		{name: "a form's turn after its begin", redis: true, answered: true, words: []string{begin}},
		{name: "a form's turn before its commit", redis: true, words: []string{commit}},
		{name: "a form's turn before its answer", redis: true, answered: true, words: []string{commit}},
		{name: "after the begin", redis: true, answered: true, words: []string{begin}, files: true},
		{name: "before the first touch of SQL", words: []string{lookingUp}, files: true},
		{name: "after the first touch of SQL", answered: true, words: []string{lookingUp}, files: true},
		{name: "before a number is taken", words: []string{counting}, files: true},
		{name: "after a number was taken", answered: true, words: []string{counting}, files: true},
		{name: "before all that is written is committed", words: []string{filing, recording, "COMMIT"}, files: true},
		{name: "after the commit in SQL", answered: true, words: []string{filing, recording, "COMMIT"}, files: true},
		{name: "before the commit in Redis", redis: true, words: []string{commit}, files: true},
		{name: "before the answer", redis: true, answered: true, words: []string{commit}, files: true},
	}
}

// lookingUp is the first statement of a turn that touches SQL.
const lookingUp = "JOIN handled h ON h.message"

// scriptOf names a script of the turn as the replicas call it: by the SHA-1 of its text.
func scriptOf(t *testing.T, name string) string {
	t.Helper()
	source, err := os.ReadFile("../../storage/turns/scripts/" + name + ".lua")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(source)
	return hex.EncodeToString(sum[:])
}

func (p point) hold(r *replica) *storagetest.Hold {
	link := r.database
	if p.redis {
		link = r.redis
	}
	return link.HoldUp(p.answered, p.words...)
}

// callbacksOnly keeps those who are struck from claiming what goes out: who stands still in the middle of that keeps the
// rows locked, and the one that survives waits for them.
var callbacksOnly = []string{"--role", "web"}

// victim is somebody in the middle of whose turn a replica was struck.
type victim struct {
	point   point
	person  string
	said    simulator.Entry
	replica *replica
	hold    *storagetest.Hold
}

// strike lets each point of the turn meet a replica of its own, each with another person's turn, while one replica stays
// alive and takes over.
func strike(t *testing.T, w *world, points []point, blow func(v *victim)) {
	t.Helper()
	survivor := w.serve()
	w.route(survivor)
	victims := make([]*victim, 0, len(points))
	for i, p := range points {
		v := &victim{point: p, person: crowd[i]}
		victims = append(victims, v)
		w.ask(v.person, "提个建议,给更衣室装一面镜子", "现在是什么情况")
		if p.files {
			w.ask(v.person, "推车容易翻", "做好了会有什么效果")
			w.ask(v.person, "跳过", "请核对")
		}
	}
	for _, v := range victims {
		v.replica = w.serve(callbacksOnly...)
		v.hold = v.point.hold(v.replica)
		w.routeOf(v.person, v.replica)
		if v.point.files {
			v.said = w.say(v.person, "1")
		} else {
			v.said = w.say(v.person, "推车容易翻")
		}
		w.await(v.hold.Reached())
		w.routeOf(v.person, survivor)
		blow(v)
	}
	w.reckon(victims)
}

// reckon lets the people finish, wakes the replicas that only stood still, and counts.
func (w *world) reckon(victims []*victim) {
	w.t.Helper()
	for _, v := range victims {
		v.outlived(w)
	}
	for _, v := range victims {
		if !v.replica.expected { // it was not killed
			v.hold.Release()
			v.replica.signal(syscall.SIGCONT)
			v.replica.stop()
		}
	}
	for _, v := range victims {
		v.counted(w)
	}
	w.settled(liFang)
	w.ask(liFang, "待办", fmt.Sprintf("%d 件", len(victims)))
}

// outlived waits for what the person must hear in the end. A form goes on, so that a replica which only stood still
// would put it back.
func (v *victim) outlived(w *world) {
	w.t.Helper()
	if v.point.files {
		w.hears(v.person, v.said.ID, "收到,谢谢")
		return
	}
	w.hears(v.person, v.said.ID, "做好了会有什么效果")
	w.ask(v.person, "跳过", "请核对", "推车容易翻")
}

// counted counts: one answer to each word, one case, one card.
func (v *victim) counted(w *world) {
	w.t.Helper()
	w.settled(v.person)
	words, answers := 0, 0
	for _, e := range w.chat(v.person) {
		switch {
		case e.Side == simulator.Mine:
			words++
		case e.Side == simulator.Bot && e.State != simulator.Dropped:
			answers++
		}
	}
	if answers != words {
		w.t.Errorf("%s: %s said %d things and was answered %d times:\n%s", v.point.name, v.person, words, answers, w.phone(v.person))
	}
	if !v.point.files {
		w.ask(v.person, "1", "收到,谢谢")
	}
	w.toldOnce(v.person)
	number := numberIn(w.t, w.hears(v.person, 0, "收到,谢谢"))
	w.ask(v.person, "进度", number+" 建议", "正在办理(初审)") // one case is told by itself, several as a list
	card := w.hears(liFang, 0, number, "受理")
	if n := w.count(liFang, card.Card.TaskID); n != 1 {
		w.t.Errorf("%s: the officer has %d cards for %s:\n%s", v.point.name, n, number, w.phone(liFang))
	}
}

func testKilledAnywhere(t *testing.T, binary string) {
	strike(t, newWorld(t, binary), turnPoints(t), func(v *victim) { v.replica.kill() })
}

// A stop lasts until the platform has asked again, long after the lease.
func testStalledAnywhere(t *testing.T, binary string) {
	strike(t, newWorld(t, binary), turnPoints(t), func(v *victim) { v.replica.signal(syscall.SIGSTOP) })
}

// testStruckLate does the same where a turn has taken too long and its reply is owed: its number is held up until the
// callback is due.
func testStruckLate(t *testing.T, binary string) {
	const deferring, settling = "INSERT INTO inbox", "DELETE FROM inbox"
	w := newWorld(t, binary)
	survivor := w.serve()
	w.route(survivor)
	kill, stop := func(r *replica) { r.kill() }, func(r *replica) { r.signal(syscall.SIGSTOP) }
	var victims []*victim
	begin := func(name string) *victim {
		v := &victim{point: point{name: name, files: true}, person: crowd[len(victims)], replica: w.serve(callbacksOnly...)}
		victims = append(victims, v)
		w.fillIn(v.person, "给更衣室装一面镜子")
		v.hold = v.replica.database.HoldUp(false, counting)
		w.routeOf(v.person, v.replica)
		v.said = w.say(v.person, "1")
		w.await(v.hold.Reached())
		w.routeOf(v.person, survivor)
		return v
	}
	var blows []func()
	for _, strike := range []func(*replica){kill, stop} {
		v := begin("when the message is written down and the callback waits")
		written := v.replica.database.HoldUp(true, deferring)
		blows = append(blows, func() {
			w.await(written.Reached())
			strike(v.replica)
			if !v.replica.expected {
				written.Release()
			}
		})
	}
	for _, strike := range []func(*replica){kill, stop} {
		v := begin("when the callback has been let go")
		blows = append(blows, func() {
			w.letGo(v)
			strike(v.replica)
		})
	}
	for _, strike := range []func(*replica){kill, stop} {
		v := begin("when the turn is over and its reply has no way out yet")
		settled := v.replica.database.HoldUp(false, settling)
		blows = append(blows, func() {
			w.letGo(v)
			v.hold.Release()
			v.hold = settled
			w.await(settled.Reached())
			strike(v.replica)
		})
	}
	for _, blow := range blows {
		blow()
	}
	w.reckon(victims)
}

// letGo waits until the platform has got an answer to what the person said, which here says nothing.
func (w *world) letGo(v *victim) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	_, err := w.platforms.Await(ctx, v.person, v.said.ID-1, func(e simulator.Entry) bool {
		return e.ID == v.said.ID && e.State == simulator.Delivered
	})
	if err != nil {
		w.t.Fatalf("%s: %v; the phone shows:\n%s", v.point.name, err, w.phone(v.person))
	}
}
