package bot

import (
	"context"
	"hash/fnv"
	"slices"
)

// breakIn begins the flow that cannot wait until the running step has taken the message. What only breaks in because nobody could be
// asked about it is the step's answer if it is said again.
func (r *route) breakIn(ctx context.Context) (done bool, err error) {
	entry, doubted, ok := r.breaking()
	if !ok {
		return false, nil
	}
	if doubted {
		r.s.Aside = asideOf(r.talk.Text())
	}
	return true, r.start(ctx, entry)
}

// breaking finds that flow. doubted is true where it would not break in if somebody could be asked about it.
func (r *route) breaking() (entry Entry, doubted, ok bool) {
	text, asks, awaits := r.talk.Text(), r.interruptible(), r.catalog.flows[r.s.Flow].awaits
	for _, name := range r.catalog.breakers {
		if name == r.s.Flow || text == "" || slices.Contains(awaits, name) {
			continue
		}
		breaks := r.catalog.flows[name].breaks
		key, ok := breaks(text, asks)
		if !ok {
			continue
		}
		if !asks {
			_, sure := breaks(text, true)
			doubted = !sure
		}
		if doubted && r.s.Aside != 0 && r.s.Aside == asideOf(text) {
			doubted = false
			continue
		}
		return Entry{Flow: name, Key: key, Text: text}, doubted, true
	}
	return Entry{}, false, false
}

// yield lets the step that was interrupted take the message after all.
func (r *route) yield(ctx context.Context) error {
	r.leave()
	if !r.unpark() {
		return r.understand(ctx)
	}
	return r.handle(ctx)
}

// interruption finds the flow that a message is meant for although a step waits for an answer. Said a second time, the
// same words are the answer, where that flow has answered them.
func (r *route) interruption() (Entry, bool) {
	if !r.interruptible() {
		return Entry{}, false
	}
	entry, ok := sure(r.catalog.guessBy(Flow.interrupting, r.talk.Text()), BreakingScore, r.talk.Text())
	if !ok || entry.Flow == r.s.Flow {
		return Entry{}, false
	}
	said := asideOf(r.talk.Text())
	if said == r.s.Aside {
		return Entry{}, false
	}
	r.s.Aside, r.aside = 0, said
	return entry, true
}

// interruptible says whether a question about the message may come before its answer to the running step.
func (r *route) interruptible() bool {
	return r.talk.IsText() && r.talk.Command.Word == "" && !r.keeps() && !r.catalog.flows[r.s.Flow].verbatim[StepName(r.s.Step)]
}

// asideOf stands for the words that interrupted a step.
func asideOf(text string) uint32 {
	said := fnv.New32a()
	_, _ = said.Write([]byte(text)) // a hash takes everything
	return said.Sum32()
}

func (f Flow) interrupting() func(string) []Guess { return f.interrupts }

func (f Flow) understanding() func(string) []Guess { return f.understand }

// Anyway is what is said first to a message that cannot wait and about which nothing can be done; mostly nothing. The open question
// goes before what the words mean by themselves.
func (c *Catalog) Anyway(in Input) string {
	m := in.Message
	if say, ok := m.says(); ok {
		m.Kind, m.Text = KindText, say
	}
	if m.Text == "" {
		return ""
	}
	s := in.Session
	runs, known := c.flows[s.Flow]
	if known && runs.anyway != nil && runs.rev == s.Rev && in.Now.Before(s.ExpiresAt) {
		if said := runs.anyway(&Talk{Message: m, Now: in.Now, Step: StepName(s.Step)}, s.Data); said != "" {
			return said
		}
	}
	for _, name := range c.order {
		if anyway := c.flows[name].anyway; anyway != nil {
			if said := anyway(&Talk{Message: m, Now: in.Now}, nil); said != "" {
				return said
			}
		}
	}
	return ""
}
