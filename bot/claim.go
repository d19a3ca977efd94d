package bot

import (
	"context"
	"fmt"
	"time"
)

const (
	// saidKept is how long it is remembered what a person said that led nowhere, saidMost and saidRunes how much of it.
	saidKept  = 30 * time.Minute
	saidMost  = 3
	saidRunes = 300
)

// keeps says whether the running flow takes the message whatever it means besides.
func (r *route) keeps() bool {
	keeps := r.catalog.flows[r.s.Flow].keeps
	return r.s.Flow != "" && keeps != nil && keeps(r.talk)
}

// kept gives the message to a flow that takes it whatever it means besides. What breaks in goes first.
func (r *route) kept(ctx context.Context) (done bool, err error) {
	if !r.keeps() {
		return false, nil
	}
	if done, err := r.breakIn(ctx); done || err != nil {
		return done, err
	}
	cmd := r.talk.Command
	if cmd.Word != "" && cmd.Number == "" && r.catalog.flows[r.s.Flow].knows(StepName(r.s.Step), cmd.Word) {
		result, err := r.call(ctx, doCommand)
		if err != nil {
			return true, err
		}
		return true, r.follow(ctx, result.next)
	}
	return true, r.handle(ctx)
}

// claimed finds the flow whose message this is by what is stored.
func (r *route) claimed(ctx context.Context, last bool) (entry Entry, ok bool, err error) {
	if r.s.Flow != "" && r.s.Aside != 0 && r.s.Aside == asideOf(r.talk.Text()) {
		return Entry{}, false, nil
	}
	for _, name := range r.catalog.claimers {
		if name == r.s.Flow {
			continue
		}
		r.talk.Step = StepName(r.s.Step)
		r.talk.Interrupts = r.s.Flow != ""
		key, ok, err := r.catalog.flows[name].claims(ctx, r.talk, last)
		if err != nil {
			return Entry{}, false, fmt.Errorf("flow %s: %w", name, err)
		}
		if ok {
			return Entry{Flow: name, Key: key, Text: r.talk.Text()}, true, nil
		}
	}
	return Entry{}, false, nil
}

func (r *route) startIf(ctx context.Context, entry Entry, err error) error {
	if err != nil {
		return err
	}
	return r.start(ctx, entry)
}

// anew takes a message that the running flow, which had ended before, has passed on. What that flow had interrupted asks
// its question again, unless the message has a meaning of its own: it was not said in answer to that.
func (r *route) anew(ctx context.Context) error {
	r.leave()
	if !isSpoken(r.talk.Message.Kind) {
		return r.event(ctx)
	}
	if r.unpark() {
		if r.expired() {
			if err := r.announce(ctx); err != nil {
				return err
			}
		} else if entry, ok := sure(r.catalog.guess(r.talk.Text()), BreakingScore, r.talk.Text()); ok && entry.Flow != r.s.Flow {
			return r.start(ctx, entry)
		} else if !r.leads() {
			r.talk.Lead(fmt.Sprintf(saidResume, r.s.Title))
			return r.ask(ctx)
		}
	}
	return r.answer(ctx)
}

// remember keeps what was said to nobody in particular, for whoever the person asks for next.
func (r *route) remember() {
	text := r.talk.Text()
	if text == "" {
		return
	}
	if r.in.Now.Sub(r.s.SaidAt) > saidKept {
		r.s.Said = nil
	}
	if runes := []rune(text); len(runes) > saidRunes {
		text = string(runes[:saidRunes]) + "…"
	}
	said := append(r.s.Said[:len(r.s.Said):len(r.s.Said)], text)
	r.s.Said, r.s.SaidAt = said[max(0, len(said)-saidMost):], r.in.Now
}
