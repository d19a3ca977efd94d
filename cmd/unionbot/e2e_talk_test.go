package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

// say lets a person say something and returns the line on the phone.
func (w *world) say(person, text string) simulator.Entry {
	w.t.Helper()
	return w.act(simulator.Act{Person: person, Do: "say", Text: text})
}

func (w *world) act(a simulator.Act) simulator.Entry {
	w.t.Helper()
	e, err := w.platforms.Act(a)
	if err != nil {
		w.t.Fatalf("%s %s: %v", a.Person, a.Do, err)
	}
	return e
}

// ask lets a person say something and waits for the answer that contains all of these words.
func (w *world) ask(person, text string, wanted ...string) simulator.Entry {
	w.t.Helper()
	return w.hears(person, w.say(person, text).ID, wanted...)
}

// hears waits for a line of the bot after another that contains all of these words.
func (w *world) hears(person string, after int64, wanted ...string) simulator.Entry {
	w.t.Helper()
	return w.hearsWithin(patience, person, after, wanted...)
}

// hearsWithin is hears of what takes long.
func (w *world) hearsWithin(limit time.Duration, person string, after int64, wanted ...string) simulator.Entry {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), limit)
	defer cancel()
	e, err := w.platforms.Await(ctx, person, after, func(e simulator.Entry) bool { return e.Side == simulator.Bot && says(e, wanted...) })
	if err != nil {
		w.t.Fatalf("%s waits for %q: %v; the phone shows:\n%s", person, wanted, err, w.phone(person))
	}
	return e
}

// says tells whether a text or card contains all of these words.
func says(e simulator.Entry, wanted ...string) bool {
	text := shown(e)
	for _, each := range wanted {
		if !strings.Contains(text, each) {
			return false
		}
	}
	return true
}

func shown(e simulator.Entry) string {
	if e.Card == nil {
		return e.Text
	}
	card, err := json.Marshal(e.Card)
	if err != nil {
		return err.Error()
	}
	return string(card)
}

// settled waits until everything that the person said has been answered or given up.
func (w *world) settled(person string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := w.platforms.Settle(ctx, person); err != nil {
		w.t.Fatalf("%s: %v; the phone shows:\n%s", person, err, w.phone(person))
	}
}

// phone is what a person's phone shows, for the message of a test that fails.
func (w *world) phone(person string) string {
	var b strings.Builder
	for _, e := range w.chat(person) {
		fmt.Fprintf(&b, "%4d %-6s %-8s %-10s %s %s\n", e.ID, e.Side, e.Kind, e.State, shown(e), e.Note)
	}
	for _, r := range w.replicas {
		fmt.Fprintf(&b, "--- log of %s\n%s", r.address, r.log)
	}
	return b.String()
}

func (w *world) chat(person string) []simulator.Entry {
	w.t.Helper()
	entries, err := w.platforms.Chat(person)
	if err != nil {
		w.t.Fatal(err)
	}
	return entries
}

// count counts the bot's lines on a phone that contain all of these words.
func (w *world) count(person string, wanted ...string) int {
	w.t.Helper()
	n := 0
	for _, e := range w.chat(person) {
		if e.Side == simulator.Bot && e.State != simulator.Dropped && says(e, wanted...) {
			n++
		}
	}
	return n
}

var caseNumber = regexp.MustCompile(`JY\d\d-\d{4,}`)

// fillIn is what a person says to file a suggestion, until only the last word is missing.
func (w *world) fillIn(person, proposal string) {
	w.t.Helper()
	w.insist(person, "提个建议,"+proposal, "现在是什么情况")
	w.insist(person, "推车容易翻", "做好了会有什么效果")
	w.insist(person, "跳过", "请核对", proposal)
}

// insist is ask of somebody who says it again as often as they are told to, which may happen where the machine is busy.
func (w *world) insist(person, text string, wanted ...string) {
	w.t.Helper()
	const busy = "系统暂时忙"
	for again := true; again; {
		ctx, cancel := context.WithTimeout(w.t.Context(), patience)
		e, err := w.platforms.Await(ctx, person, w.say(person, text).ID, func(e simulator.Entry) bool {
			return e.Side == simulator.Bot && (says(e, wanted...) || says(e, busy))
		})
		cancel()
		if err != nil {
			w.t.Fatalf("%s waits for %q: %v; the phone shows:\n%s", person, wanted, err, w.phone(person))
		}
		again = says(e, busy)
	}
}

// file files a suggestion and returns its number.
func (w *world) file(person, proposal string) string {
	w.t.Helper()
	w.fillIn(person, proposal)
	return numberIn(w.t, w.ask(person, "1", "收到,谢谢"))
}

func numberIn(t *testing.T, e simulator.Entry) string {
	t.Helper()
	number := caseNumber.FindString(shown(e))
	if number == "" {
		t.Fatalf("no number in %s", shown(e))
	}
	return number
}

// tap taps the button of a card that bears this word.
func (w *world) tap(person string, card simulator.Entry, button string) simulator.Entry {
	w.t.Helper()
	for _, b := range card.Card.ButtonList {
		if b.Text == button {
			return w.act(simulator.Act{Person: person, Do: "tap", Entry: card.ID, Key: b.Key})
		}
	}
	w.t.Fatalf("the card has no button %s: %s", button, shown(card))
	return simulator.Entry{}
}

// filedOnce checks that the author has exactly this one case and that the officer got exactly one card for it.
func (w *world) filedOnce(author, officer, number string) {
	w.t.Helper()
	// One case is told by itself, several as a list.
	w.ask(author, "进度", number+" 建议", "正在办理(初审)")
	card := w.hears(officer, 0, number, "受理")
	w.settled(officer)
	if n := w.count(officer, card.Card.TaskID); n != 1 {
		w.t.Errorf("the officer has %d cards for %s:\n%s", n, number, w.phone(officer))
	}
	w.ask(officer, "待办", "您有 1 件待办", number)
}
