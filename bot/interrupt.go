package bot

import "hash/fnv"

// interruption finds the flow that a message is meant for although a step waits for an answer. Said a second time, the
// same words are the answer.
func (r *route) interruption() (Entry, bool) {
	aside := r.s.Aside
	r.s.Aside = 0
	if !r.interruptible() {
		return Entry{}, false
	}
	entry, ok := sure(r.catalog.guessBy(Flow.interrupting, r.talk.Text()), BreakingScore, r.talk.Text())
	if !ok || entry.Flow == r.s.Flow {
		return Entry{}, false
	}
	said := asideOf(r.talk.Text())
	if said == aside {
		return Entry{}, false
	}
	r.s.Aside = said
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
