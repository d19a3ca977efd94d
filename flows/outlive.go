package flows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// keptData is the part of a conversation's memory by which it is kept in drafts.
type keptData struct {
	Draft   cases.ID `json:"draft,omitempty"`
	Version int64    `json:"version,omitempty"`
	Title   string   `json:"title,omitempty"`
}

// outliving lets a conversation that fills no service's form outlive what Redis loses, in the same way as a form: what is
// known so far is written behind as a draft, the draft is closed when the conversation ends, and found again where the
// session is gone.
func outliving[D any](p people, drafts FlowDraftDesk, kept func(*D) *keptData, spec bot.Spec[D]) bot.Spec[D] {
	o := outlive[D]{people: p, drafts: drafts, kept: kept, flow: spec.Name, rev: strconv.Itoa(spec.Rev), expires: spec.Expires}
	spec.Begin = o.keeping(spec.Begin)
	spec.Commands = o.each(spec.Commands)
	for i, step := range spec.Steps {
		spec.Steps[i].Handle = o.keeping(step.Handle)
		spec.Steps[i].Commands = o.each(step.Commands)
	}
	spec.Dropped = o.drop
	spec.Restore = o.restore
	return spec
}

type outlive[D any] struct {
	people  people
	drafts  FlowDraftDesk
	kept    func(*D) *keptData
	flow    string
	rev     string
	expires time.Duration
}

type handler[D any] = func(context.Context, *bot.Turn[D]) (bot.Next, error)

func (o outlive[D]) each(commands map[bot.Word]handler[D]) map[bot.Word]handler[D] {
	commands = maps.Clone(commands)
	for word, handle := range commands {
		commands[word] = o.keeping(handle)
	}
	return commands
}

// keeping keeps what a step has come to. A step may begin the memory anew: it is still the same conversation.
func (o outlive[D]) keeping(handle handler[D]) handler[D] {
	return func(ctx context.Context, t *bot.Turn[D]) (bot.Next, error) {
		before := *o.kept(&t.Data)
		next, err := handle(ctx, t)
		if err != nil {
			return next, err
		}
		*o.kept(&t.Data) = before
		if next.Leaves() {
			return next, o.drop(ctx, t)
		}
		return next, o.save(t, next.Asks(t.Step))
	}
}

func (o outlive[D]) save(t *bot.Turn[D], step bot.StepName) error {
	k := o.kept(&t.Data)
	if t.Member == 0 {
		return nil
	}
	if k.Draft == 0 {
		k.Draft = o.drafts.NewDraftID()
	}
	if t.Title != "" {
		k.Title = t.Title
	}
	k.Version++
	memory, err := json.Marshal(t.Data)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	d := cases.Draft{
		ID: k.Draft, Owner: union.MemberID(t.Member), Service: cases.FlowDraft(o.flow), Hash: o.rev, Version: k.Version,
		Step: string(step), Memory: memory, UpdatedAt: t.Now,
	}
	t.After(func() { o.drafts.SaveBehind(d) })
	return nil
}

func (o outlive[D]) drop(ctx context.Context, t *bot.Turn[D]) error {
	k := o.kept(&t.Data)
	if k.Draft == 0 || t.Member == 0 {
		return nil
	}
	if err := o.drafts.DropDraft(ctx, union.MemberID(t.Member), k.Draft); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

func (o outlive[D]) restore(ctx context.Context, t *bot.Turn[D]) (step bot.StepName, at time.Time, ok bool, err error) {
	member := union.MemberID(t.Member) // whom another conversation that looked for its own has found
	if member == 0 {
		if member, err = o.people.find(ctx, t.Talk); err != nil || member == 0 {
			return "", time.Time{}, false, err
		}
	}
	d, err := o.drafts.FlowDraft(ctx, member, o.flow)
	if errors.Is(err, union.ErrNotFound) {
		return "", time.Time{}, false, nil
	}
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("read draft: %w", err)
	}
	if d.Hash != o.rev || !t.Now.Before(d.UpdatedAt.Add(o.expires)) {
		return "", time.Time{}, false, nil
	}
	if err := json.Unmarshal(d.Memory, &t.Data); err != nil {
		return "", time.Time{}, false, nil //nolint:nilerr // nothing to go on with, and no reason to keep the person from everything else
	}
	t.Title = o.kept(&t.Data).Title
	return bot.StepName(d.Step), d.UpdatedAt, true, nil
}
