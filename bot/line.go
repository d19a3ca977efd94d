package bot

import (
	"context"
	"fmt"
	"hash/fnv"
)

// question names what the choices of a reply answer: a step of a flow that began at some moment, not the words. The same
// question asked again has the same name, so that a tap on either counts.
func (r *route) question(reply Reply) uint32 {
	if len(reply.Choices) == 0 {
		return 0
	}
	h := fnv.New32a()
	_, _ = fmt.Fprintf(h, "%s\n%s\n%d\n%s\n", r.s.Flow, r.s.Step, r.s.Begun, reply.Key) // a hash takes everything
	for _, c := range reply.Choices {
		if reply.Key != SureKey { // of which a step has one
			_, _ = fmt.Fprintf(h, "%s\n", c.Label)
		}
	}
	return h.Sum32()%MaxQuestion + 1
}

// sure says whether a word answers an open question with SureKey.
func (r *route) sure(cmd Command) bool {
	said := cmd.Number == "" && (cmd.Word == WordConfirm || cmd.Word == WordSkip)
	return said && r.s.Asked != 0 && r.s.Asked == r.question(Reply{Key: SureKey, Choices: []Choice{{}}})
}

// oldLine keeps a tap on a line of an earlier question from answering the open one. What such a line says in words is still
// understood where nothing is open.
func (r *route) oldLine(ctx context.Context) (done bool, err error) {
	tapped := r.talk.Message.Question
	if tapped == 0 || tapped == r.s.Asked || tapped == NoticeQuestion {
		return false, nil
	}
	if r.s.Flow != "" && r.catalog.flows[r.s.Flow].passing {
		if len(r.s.Under) > 0 && r.s.Under[len(r.s.Under)-1].Asked == tapped {
			r.unpark()
			return false, nil
		}
		r.leave()
		r.unpark()
	}
	_, number := Ordinal(r.talk.Text())
	switch {
	case r.s.Flow != "":
		r.talk.Lead(saidOldLine)
		return true, r.ask(ctx)
	case number:
		r.talk.Say(saidOldLine + saidOldLineNext)
		return true, nil
	}
	return false, nil
}

// noticeLine begins the flow that is meant by a line of a notice, or by a button that says the same, whatever is going on.
func (r *route) noticeLine(ctx context.Context) (done bool, err error) {
	if r.talk.Message.Question != NoticeQuestion {
		return false, nil
	}
	entry, ok := sure(r.catalog.guessBy(Flow.understanding, r.talk.Text()), BreakingScore, r.talk.Text())
	switch {
	case ok:
		return true, r.start(ctx, entry)
	case r.s.Flow == "":
		return false, nil
	}
	r.talk.Lead(saidOldLine)
	return true, r.ask(ctx)
}
