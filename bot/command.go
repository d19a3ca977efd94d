package bot

import (
	"context"
	"fmt"
	"strings"
)

// command answers an engine word. done is false when the message is to be taken as an answer instead.
func (r *route) command(ctx context.Context, cmd Command) (done bool, err error) {
	if cmd.Word == "" {
		return false, nil
	}
	owner, owned := r.catalog.triggers[OnWord(cmd.Word)]
	if r.s.Flow != "" {
		if r.sure(cmd) {
			return false, nil
		}
		f := r.catalog.flows[r.s.Flow]
		if f.knows(StepName(r.s.Step), cmd.Word) && (cmd.Number == "" || owner == f.name) {
			result, err := r.call(ctx, doCommand)
			if err != nil {
				return true, err
			}
			return true, r.follow(ctx, result.next)
		}
		if cmd.Word.Decides() && cmd.Number == "" && !f.passing || cmd.Word == WordConfirm && f.passing {
			return false, nil
		}
		switch {
		case cmd.Word == WordContinue && f.passing && len(r.s.Under) > 0:
			return true, r.resume(ctx)
		case cmd.Word == WordContinue && f.passing && (owned || len(r.s.Rested) > 0):
		case cmd.Word == WordContinue, cmd.Word.within():
			return true, r.withinFlow(ctx, cmd)
		}
	}
	if cmd.Word == WordContinue && len(r.s.Rested) > 0 {
		if done, err := r.takeUp(ctx, owner); done || err != nil {
			return true, err
		}
	}
	if cmd.Lines != "" { // 1 同意 is said of a list, and else to whomever the number means
		return false, nil
	}
	if owned {
		return true, r.start(ctx, Entry{Flow: owner, Text: r.talk.Text()})
	}
	if cmd.Word.within() || cmd.Word == WordContinue {
		r.talk.Say(saidNothingOpen)
	} else {
		r.talk.Say(fmt.Sprintf(saidUnknownWord, cmd.Word.Name()))
	}
	return true, nil
}

// goesOn says whether 更多 is for the running step, which has a longer list than it has shown.
func (r *route) goesOn() bool {
	return r.s.Flow != "" && r.catalog.flows[r.s.Flow].knows(StepName(r.s.Step), WordMore)
}

// withinFlow answers a word that belongs to the running flow where the flow itself does not.
func (r *route) withinFlow(ctx context.Context, cmd Command) error {
	switch cmd.Word {
	case WordCancel:
		if r.catalog.flows[r.s.Flow].passing {
			if err := r.part(ctx); err != nil {
				return err
			}
			r.talk.Say(saidCancelled)
		} else {
			r.talk.Say(fmt.Sprintf(saidCancelledTitle, r.s.Title))
		}
		if r.catalog.flows[r.s.Flow].drops {
			if _, err := r.call(ctx, doDropped); err != nil {
				return err
			}
		}
		return r.resume(ctx)
	case WordContinue:
		r.talk.Lead(fmt.Sprintf(saidResume, r.s.Title))
	default:
		r.talk.Lead(fmt.Sprintf(saidUseless, cmd.Word.Name()))
	}
	return r.ask(ctx)
}

// more says the next part of a long answer.
func (r *route) more() {
	if len(r.s.More) == 0 {
		r.talk.Say(saidNoMore)
		return
	}
	part := r.s.More[0]
	r.s.More = r.s.More[1:]
	if left := len(r.s.More); left > 0 {
		part = strings.TrimRight(part, "\n") + "\n" + fmt.Sprintf(saidMore, r.s.MoreOf-left, r.s.MoreOf)
	} else {
		r.s.More, r.s.MoreOf = nil, 0
	}
	r.talk.Say(part)
}
