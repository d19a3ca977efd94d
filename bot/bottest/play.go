package bottest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// Harness is the service on some set of stores.
type Harness interface {
	// Address says where a person of the transcript is; ok is false for somebody unknown.
	Address(who string) (at bot.Address, ok bool)
	// Deliver brings a message as the platform does, and returns the text that answers it.
	Deliver(ctx context.Context, m bot.Message) (string, error)
	// Arrived returns what has gone out unasked since it was last called, in order.
	Arrived(ctx context.Context) ([]Arrival, error)
	// Now and Advance are the clock that flows live in.
	Now() time.Time
	Advance(d time.Duration)
	// Control does what a line with an exclamation mark asks for: restart, flush, fetch, lose.
	Control(ctx context.Context, what string) error
}

// Arrival is something that reached a person unasked.
type Arrival struct {
	Who  string
	Text string
	Card *bot.Card // nil for a text
	// Choices are lines below the text that can be tapped.
	Choices []bot.Choice
	File    *bot.File // nil for a text
}

// Options say how a transcript is played.
type Options struct {
	// Double delivers every message twice. The second answer has to be the first one again.
	Double bool
	// Update writes what came back into the file. It never does so in CI.
	Update bool
}

// T is what Play needs of a *testing.T.
type T interface {
	Helper()
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Play plays the transcript in path and fails the test where it runs differently.
func Play(t T, path string, h Harness, o Options) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read transcript: %v", err)
	}
	script, err := parse(string(file))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	p := &player{t: t, path: path, h: h, double: o.Double, cards: map[string][]*bot.Card{}}
	for _, l := range script {
		p.play(l)
	}
	got := strings.Join(p.out, "\n") + "\n"
	if got == string(file) {
		return
	}
	if o.Update && os.Getenv("CI") == "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatalf("update transcript: %v", err)
		}
		t.Logf("%s: updated", path)
		return
	}
	t.Errorf("%s runs differently (-written +played; -update rewrites it):\n%s", path, difference(string(file), got))
}

type player struct {
	t      T
	path   string
	h      Harness
	double bool
	out    []string
	cards  map[string][]*bot.Card // by person
	last   bot.Message
	answer string
	count  int
}

func (p *player) play(l line) {
	p.t.Helper()
	ctx := p.t.Context()
	fail := func(err error) {
		p.t.Helper()
		if err != nil {
			p.t.Fatalf("%s:%d: %v", p.path, l.at, err)
		}
	}
	switch l.kind {
	case lineReply, lineUnasked: // what was written; what comes back stands in its place
		return
	case lineNote:
	case linePass:
		d, err := duration(l.text)
		fail(err)
		p.h.Advance(d)
	case lineControl:
		fail(p.h.Control(ctx, l.text))
	}
	p.out = append(p.out, l.format())
	switch l.kind {
	case lineSay:
		fail(p.say(ctx, l))
	case lineAgain:
		answer, err := p.h.Deliver(ctx, p.last)
		fail(err)
		p.reply(answer)
	case linePass:
		fail(p.arrived(ctx))
	}
}

func (p *player) say(ctx context.Context, l line) error {
	address, known := p.h.Address(l.who)
	if !known {
		return fmt.Errorf("nobody is called %q", l.who)
	}
	p.count++
	id := fmt.Sprintf("%s/%d", address.Channel, p.count)
	m, err := message(l.text, id, p.cards[l.who])
	if err != nil {
		return err
	}
	m.ID, m.Address, m.SentAt = bot.MessageID(id), address, p.h.Now().Truncate(time.Second)
	p.last = m
	if p.answer, err = p.h.Deliver(ctx, m); err != nil {
		return err
	}
	p.reply(p.answer)
	if p.double {
		again, err := p.h.Deliver(ctx, m)
		if err != nil {
			return err
		}
		if again != p.answer {
			p.t.Errorf("%s:%d: a second delivery is answered differently:\n%s", p.path, l.at, difference(p.answer, again))
		}
	}
	return p.arrived(ctx)
}

func (p *player) reply(text string) {
	if text != "" {
		p.out = append(p.out, line{kind: lineReply, text: text}.format())
	}
}

func (p *player) arrived(ctx context.Context) error {
	arrivals, err := p.h.Arrived(ctx)
	if err != nil {
		return err
	}
	for _, a := range arrivals {
		text := a.Text
		switch {
		case a.Card != nil:
			text = Card(a.Card)
			p.cards[a.Who] = append(p.cards[a.Who], a.Card)
		case len(a.Choices) > 0:
			lines := lines(a)
			text += "\n" + buttons(lines)
			p.cards[a.Who] = append(p.cards[a.Who], lines)
		case a.File != nil:
			text = "[文件 " + a.File.Name + " " + a.File.Type + "]"
		}
		p.out = append(p.out, line{kind: lineUnasked, who: a.Who, text: text}.format())
	}
	return nil
}

// difference shows where two texts part, with what stands around it.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	endA, endB := len(a), len(b)
	for endA > from && endB > from && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	var out []string
	for _, l := range a[max(0, from-3):from] {
		out = append(out, "  "+l)
	}
	for _, l := range a[from:endA] {
		out = append(out, "- "+l)
	}
	for _, l := range b[from:endB] {
		out = append(out, "+ "+l)
	}
	for _, l := range a[endA:min(len(a), endA+3)] {
		out = append(out, "  "+l)
	}
	return strings.Join(out, "\n")
}
