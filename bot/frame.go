package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// restore finds the flow again whose session is lost: of several the one where the person was last.
func (r *route) restore(ctx context.Context) error {
	if !r.in.Fresh || r.s.Flow != "" {
		return nil
	}
	var last Flow
	var newest result
	var title string
	for _, name := range r.catalog.restorers {
		f := r.catalog.flows[name]
		r.talk.Title = ""
		result, err := f.call(ctx, r.talk, call{do: doRestore})
		if err != nil {
			return err
		}
		if _, known := f.edges[result.step]; result.found && known && (!newest.found || result.at.After(newest.at)) {
			last, newest, title = f, result, r.talk.Title
		}
	}
	if !newest.found {
		return nil
	}
	r.enter(last)
	r.held = newest.held
	r.s.Step, r.s.ExpiresAt = string(newest.step), newest.at.Add(last.expires)
	r.talk.Title = title
	r.retitle()
	return nil
}

// refresh lets the running flow see what was changed elsewhere. done is true when the message answers nothing any more.
func (r *route) refresh(ctx context.Context) (done bool, err error) {
	if !r.in.Stirred || !r.catalog.flows[r.s.Flow].refreshes {
		return false, nil
	}
	result, err := r.call(ctx, doRefresh)
	if err != nil || !result.found || r.leads() {
		return false, err
	}
	return true, r.follow(ctx, result.next)
}

// dropUnknown ends a session that this version of the service cannot continue.
func (r *route) dropUnknown() {
	if r.s.Flow == "" {
		return
	}
	if !r.readable(Frame{Flow: r.s.Flow, Rev: r.s.Rev, Step: r.s.Step}) {
		r.talk.Say(fmt.Sprintf(saidUpdated, r.s.Title))
		r.leave()
	}
}

func (r *route) readable(frame Frame) bool {
	f, known := r.catalog.flows[frame.Flow]
	_, step := f.edges[StepName(frame.Step)]
	return known && step && f.rev == frame.Rev
}

// expire announces a flow that has waited too long, or leads back to it if the message means nothing else. What it had
// interrupted is in its place.
func (r *route) expire(ctx context.Context) (done bool, err error) {
	for r.expired() {
		f := r.catalog.flows[r.s.Flow]
		switch {
		case f.returns != "" && !r.meant():
			if _, greeted := r.phrase(); !greeted && r.talk.Command.Word == "" {
				r.talk.Lead(saidNotTaken)
			}
			r.s.Step = string(f.returns)
			return true, r.ask(ctx)
		default:
			if err := r.announce(ctx); err != nil {
				return false, err
			}
			r.unpark()
		}
	}
	return false, nil
}

func (r *route) expired() bool { return r.s.Flow != "" && !r.in.Now.Before(r.s.ExpiresAt) }

// part says what a passing flow that goes without an answer has to say, mostly nothing.
func (r *route) part(ctx context.Context) error {
	if !r.catalog.flows[r.s.Flow].passing {
		return nil
	}
	result, err := r.call(ctx, doExpired)
	if result.text != "" {
		r.talk.Lead(result.text + "\n")
	}
	return err
}

// announce ends an expired flow, and says so unless it was only passing.
func (r *route) announce(ctx context.Context) error {
	result, err := r.call(ctx, doExpired)
	if err != nil {
		return err
	}
	switch {
	case result.text != "":
		r.talk.Say(result.text)
	case !r.catalog.flows[r.s.Flow].passing:
		r.talk.Say(fmt.Sprintf(saidExpired, r.s.Title))
	}
	r.leave()
	return nil
}

// park puts the running flow aside for another, or lets it go.
func (r *route) park(ctx context.Context, next string) error {
	if r.s.Flow == "" {
		return nil
	}
	f := r.catalog.flows[r.s.Flow]
	stays := f.stays || f.verbatim[StepName(r.s.Step)] // what is written for somebody else is not lost
	waits := !f.passing || stays && r.catalog.flows[next].breaksIn()
	if f.name != next && !waits {
		if err := r.part(ctx); err != nil {
			return err
		}
	}
	if err := r.encode(); err != nil {
		return err
	}
	if f.name != next && waits {
		r.s.Under = append(r.s.Under, Frame{
			Flow: r.s.Flow, Rev: r.s.Rev, Step: r.s.Step, Data: r.s.Data, Title: r.s.Title, ExpiresAt: r.s.ExpiresAt,
			Begun: r.s.Begun, Asked: r.s.Asked, Aside: r.s.Aside,
		})
	}
	if extra := len(r.s.Under) - framesUnder; extra > 0 {
		r.s.Under = slices.Delete(r.s.Under, 0, extra)
	}
	r.leave()
	return nil
}

// rest puts aside what the running flow had interrupted, and says so: nothing of it is asked until the person says 继续. What
// somebody reads along goes on.
func (r *route) rest(ctx context.Context) error {
	all := r.s.Under
	r.s.Under = nil
	for _, u := range all {
		f := r.catalog.flows[u.Flow]
		if f.keeps != nil {
			r.s.Under = append(r.s.Under, u)
			continue
		}
		if !r.readable(u) || !r.in.Now.Before(u.ExpiresAt) {
			continue
		}
		result, err := f.call(ctx, r.talk, call{do: doRest, step: StepName(u.Step), data: u.Data})
		if err != nil {
			return err
		}
		if !result.found {
			r.s.Rested = append(r.s.Rested, u)
		}
		r.talk.Say(cmp.Or(result.text, fmt.Sprintf(saidRests, u.Title)))
	}
	return nil
}

// takeUp goes on with what was put aside last and has not expired. done is false where 继续 means something else: what the flow of
// that word keeps and was written since, or where nothing is left.
func (r *route) takeUp(ctx context.Context, owner string) (done bool, err error) {
	var draft result
	if f := r.catalog.flows[owner]; f.restores {
		if draft, err = f.call(ctx, r.talk, call{do: doRestore}); err != nil {
			return false, err
		}
		r.talk.Title = ""
	}
	last := r.s.Rested[len(r.s.Rested)-1]
	if draft.found && draft.at.After(last.ExpiresAt.Add(-r.catalog.flows[last.Flow].expires)) {
		return false, nil
	}
	r.leave()
	said := len(r.talk.said)
	for len(r.s.Rested) > 0 {
		last, r.s.Rested = r.s.Rested[len(r.s.Rested)-1], r.s.Rested[:len(r.s.Rested)-1]
		if !r.readable(last) {
			continue
		}
		r.load(last)
		if !r.expired() {
			r.talk.Lead(fmt.Sprintf(saidResume, r.s.Title))
			return true, r.ask(ctx)
		}
		if err := r.announce(ctx); err != nil {
			return false, err
		}
	}
	return !draft.found && len(r.talk.said) > said, nil
}

// fit drops what was put aside first where a session grows too large for it, and says so.
func (r *route) fit() {
	for len(r.s.Rested) > 0 {
		size, err := r.s.encode()
		if err != nil || len(r.s.Rested)+len(r.s.Under) <= framesUnder && len(size) <= SessionBytes {
			return
		}
		r.talk.Say(fmt.Sprintf(saidRestsNot, r.s.Rested[0].Title))
		r.s.Rested = r.s.Rested[1:]
	}
}

// breaksIn says whether the flow begins in the middle of others, which go on afterwards.
func (f Flow) breaksIn() bool { return f.breaks != nil || f.interrupts != nil }

func (r *route) enter(f Flow) {
	r.setData(nil)
	r.s.Flow, r.s.Rev, r.s.Step, r.s.Title = f.name, f.rev, "", f.title
	r.s.Begun, r.s.Asked, r.s.Aside = r.in.Now.UnixMilli(), 0, 0
	r.s.ExpiresAt = r.in.Now.Add(f.expires)
}

func (r *route) leave() {
	r.setData(nil)
	r.s.Flow, r.s.Rev, r.s.Step, r.s.Title = "", 0, "", ""
	r.s.Begun, r.s.Asked, r.s.Aside = 0, 0, 0
	r.s.ExpiresAt = time.Time{}
}

// resume ends the running flow and takes up what it had interrupted, with the same question.
func (r *route) resume(ctx context.Context) error {
	r.leave()
	for r.unpark() {
		if !r.expired() {
			switch {
			case r.aside != 0:
				r.s.Aside = r.aside
			case r.s.Aside != 0:
				r.talk.Lead(saidAside)
			}
			r.talk.Lead(fmt.Sprintf(saidResume, r.s.Title))
			return r.ask(ctx)
		}
		passing := r.catalog.flows[r.s.Flow].passing // goes without a word, and what it had interrupted is next
		if err := r.announce(ctx); err != nil || !passing {
			return err
		}
	}
	return nil
}

// unpark puts the flow that was interrupted last in the place of the running one.
func (r *route) unpark() bool {
	for len(r.s.Under) > 0 {
		last := r.s.Under[len(r.s.Under)-1]
		r.s.Under = r.s.Under[:len(r.s.Under)-1]
		if r.readable(last) {
			r.load(last)
			return true
		}
	}
	return false
}

func (r *route) load(frame Frame) {
	r.setData(frame.Data)
	r.s.Flow, r.s.Rev, r.s.Step = frame.Flow, frame.Rev, frame.Step
	r.s.Title, r.s.ExpiresAt, r.s.Begun = frame.Title, frame.ExpiresAt, frame.Begun
	r.s.Asked, r.s.Aside = frame.Asked, frame.Aside
}
