package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Limits of one turn and of what a session carries along.
const (
	hopsPerTurn = 8 // questions or flows that one message may lead through; more is a circle
	framesUnder = 2 // interrupted flows; further ones push out the oldest, whose form is kept as a draft anyway
)

// route is one message on its way through the catalogue.
type route struct {
	catalog *Catalog
	in      Input
	talk    *Talk
	s       Session
	held    any    // what s.Data is to become, once encode is called; nil where it is already
	misses  int    // before this message
	guessed uint32 // as well
	hops    int
	aside   uint32 // stands for the message where it interrupts a step
}

// Turn decides what the message means - engine words, the running step, a card's own case and step, the menu, or else
// the sentence - and lets the flow answer.
func (c *Catalog) Turn(ctx context.Context, in Input) (Outcome, error) {
	r := &route{catalog: c, in: in, s: in.Session, misses: in.Session.Misses, guessed: in.Session.Guessed}
	r.s.Under, r.s.Rested = slices.Clone(in.Session.Under), slices.Clone(in.Session.Rested)
	r.talk = &Talk{Message: in.Message, Now: in.Now, Member: in.Session.Member, Loose: stillLoose(in.Session.Loose, in.Now)}
	if c.Within != nil {
		ctx = c.Within(ctx, in.Message.Address)
	}
	var err error
	if isSpoken(in.Message.Kind) {
		r.s.Misses, r.s.Guessed = 0, 0
		err = r.spoken(ctx)
	} else {
		err = r.event(ctx)
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := r.encode(); err != nil {
		return Outcome{}, err
	}
	r.s.Member, r.s.Loose = r.talk.Member, r.talk.Loose
	r.fit()
	if r.talk.lead != "" {
		r.talk.say(Reply{})
	}
	if r.talk.aside != "" {
		r.s.Aside = asideOf(r.talk.aside)
	}
	return Outcome{Session: r.s, Replies: r.talk.said, After: r.talk.after, Stir: r.talk.stir}, nil
}

// isSpoken says whether a message is something that the person says, rather than something that happens.
func isSpoken(k Kind) bool {
	switch k {
	case KindText, KindImage, KindVoice, KindVideo, KindFile, KindLocation, KindLink, KindUnknown:
		return true
	}
	return false
}

// event lets whichever flow waits for it answer. Nothing else does: most events are none of the person's business.
func (r *route) event(ctx context.Context) error {
	m := r.in.Message
	trigger := OnKind(m.Kind)
	if say, ok := m.says(); ok {
		r.talk.Message.Kind, r.talk.Message.Text, r.talk.Message.Question = KindText, say, NoticeQuestion
		return r.spoken(ctx)
	}
	switch {
	case m.Kind == KindTap && m.Tap != nil:
		trigger = OnTap(prefixed(m.Tap.Key))
	case m.Kind == KindMenu:
		trigger = OnMenu(prefixed(m.Key))
	}
	if m.Kind == KindScan {
		if done, err := r.scanned(ctx); done || err != nil {
			return err
		}
	}
	if m.Kind == KindMenu && r.keeps() && !r.expired() {
		return r.handle(ctx)
	}
	if flow, ok := r.catalog.triggers[trigger]; ok {
		key := m.Key
		if m.Tap != nil {
			key = m.Tap.Key
		}
		if err := r.restore(ctx); err != nil { // else the session that this begins would hide what was lost
			return err
		}
		for r.expired() {
			if err := r.announce(ctx); err != nil {
				return err
			}
			r.unpark()
		}
		return r.start(ctx, Entry{Flow: flow, Key: key})
	}
	switch m.Kind {
	case KindMenu: // an entry whose key is simply what it says: 菜单
		r.talk.Message.Kind, r.talk.Message.Text = KindText, m.Key
		return r.spoken(ctx)
	case KindTap:
		r.talk.Say(saidDeadTap)
	}
	return nil
}

// scanned lets the running step take a scanned code as its answer, where it asks for what such codes say.
func (r *route) scanned(ctx context.Context) (done bool, err error) {
	if err := r.restore(ctx); err != nil {
		return true, err
	}
	r.dropUnknown()
	if r.s.Flow == "" || r.expired() || !r.catalog.flows[r.s.Flow].scans {
		return false, nil
	}
	if done, err := r.refresh(ctx); done || err != nil {
		return true, err
	}
	return true, r.handle(ctx)
}

// spoken decides what the person means.
func (r *route) spoken(ctx context.Context) error {
	if err := r.restore(ctx); err != nil {
		return err
	}
	r.dropUnknown()
	cmd := Command{}
	if r.talk.IsText() {
		cmd = ParseCommand(r.talk.Text())
	}
	r.talk.Command = cmd
	if done, err := r.expire(ctx); done || err != nil {
		return err
	}
	if done, err := r.refresh(ctx); done || err != nil {
		return err
	}
	if done, err := r.oldLine(ctx); done || err != nil {
		return err
	}
	if done, err := r.noticeLine(ctx); done || err != nil {
		return err
	}
	if cmd.Word == WordMore && (len(r.s.More) > 0 || !r.goesOn()) {
		r.more()
		return nil
	}
	r.s.More, r.s.MoreOf = nil, 0
	return r.answer(ctx)
}

// answer finds out what the message means where the session stands now.
func (r *route) answer(ctx context.Context) error {
	if done, err := r.kept(ctx); done || err != nil {
		return err
	}
	if done, err := r.command(ctx, r.talk.Command); done || err != nil {
		return err
	}
	if flow, ok := r.phrase(); ok {
		return r.start(ctx, Entry{Flow: flow, Text: r.talk.Text()})
	}
	if done, err := r.breakIn(ctx); done || err != nil {
		return err
	}
	if entry, ok, err := r.claimed(ctx, false); ok || err != nil {
		return r.startIf(ctx, entry, err)
	}
	if r.s.Flow == "" {
		return r.understand(ctx)
	}
	if done, err := r.fetched(ctx); done || err != nil {
		return err
	}
	if entry, ok := r.interruption(); ok {
		return r.start(ctx, entry)
	}
	return r.handle(ctx)
}

// handle lets the running step take the message as its answer. A picture may come before the words that are said again.
func (r *route) handle(ctx context.Context) error {
	if r.talk.Text() != "" {
		r.s.Aside = 0
	}
	result, err := r.call(ctx, doHandle)
	if err != nil {
		return err
	}
	return r.follow(ctx, result.next)
}

// leads says whether the message leads out of a flow that is going on, which is then not asked what it makes of it.
func (r *route) leads() bool {
	if r.keeps() {
		_, _, breaks := r.breaking()
		return breaks
	}
	cmd := r.talk.Command
	if cmd.Word != "" {
		return !cmd.Word.within() && cmd.Word != WordContinue && (!cmd.Word.Decides() || cmd.Number != "")
	}
	if flow, ok := r.phrase(); ok {
		return !r.catalog.flows[flow].greets
	}
	_, _, breaks := r.breaking()
	return breaks
}

// meant says whether the message has a meaning of its own, where a flow has waited too long for an answer.
func (r *route) meant() bool {
	if r.talk.Command.Word != "" || r.leads() {
		return r.leads()
	}
	if _, greets := r.phrase(); greets {
		return false
	}
	guesses := r.catalog.guess(r.talk.Text())
	return len(guesses) > 0 && guesses[0].Score >= BreakingScore
}

func (r *route) phrase() (flow string, ok bool) {
	if !r.talk.IsText() {
		return "", false
	}
	flow, ok = r.catalog.triggers[OnPhrase(r.talk.Text())]
	return flow, ok
}

// start enters a flow by one of its triggers. What is going on waits underneath, unless it is only passing.
func (r *route) start(ctx context.Context, entry Entry) error {
	if err := r.encode(); err != nil {
		return err
	}
	left := r.left(entry)
	if err := r.park(ctx, entry.Flow); err != nil {
		return err
	}
	return r.begin(ctx, entry, left)
}

// left is what the flow that is entered was about, where it is running already.
func (r *route) left(entry Entry) json.RawMessage {
	if r.s.Flow != entry.Flow || !r.readable(Frame{Flow: r.s.Flow, Rev: r.s.Rev, Step: r.s.Step}) {
		return nil
	}
	return r.s.Data
}

func (r *route) begin(ctx context.Context, entry Entry, left json.RawMessage) error {
	f, known := r.catalog.flows[entry.Flow]
	if !known {
		return fmt.Errorf("begin flow %s: unknown", entry.Flow)
	}
	r.s.Under = slices.DeleteFunc(r.s.Under, func(u Frame) bool { return u.Flow == f.name })
	r.enter(f)
	r.talk.Entry, r.talk.Interrupts, r.talk.Over = entry, len(r.s.Under) > 0, Frame{}
	if r.talk.Interrupts {
		r.talk.Over = r.s.Under[len(r.s.Under)-1]
	}
	if r.talk.Before = nil; r.in.Now.Sub(r.in.Session.SaidAt) <= saidKept {
		r.talk.Before = r.in.Session.Said
	}
	if !f.passing {
		r.s.Said = nil // what follows is about something else
	}
	result, err := r.callAfter(ctx, doBegin, left)
	if err != nil {
		return err
	}
	return r.follow(ctx, result.next)
}

// call asks something of the running flow and keeps its data.
func (r *route) call(ctx context.Context, do verb) (result, error) { return r.callAfter(ctx, do, nil) }

func (r *route) callAfter(ctx context.Context, do verb, left json.RawMessage) (result, error) {
	r.talk.Title, r.talk.Step = "", StepName(r.s.Step)
	got, err := r.catalog.flows[r.s.Flow].call(ctx, r.talk, call{do: do, step: StepName(r.s.Step), data: r.s.Data, held: r.held, left: left})
	var refusal *Refusal
	if errors.As(err, &refusal) && do <= doAsk {
		r.talk.Say(refusal.Text)
		got.next, got.refused, err = End(), true, nil
	}
	if err != nil {
		return result{}, err
	}
	r.held = got.held
	r.retitle()
	return got, nil
}

// encode brings the running flow's data into the session. That is done once where one message leads through several calls.
func (r *route) encode() (err error) {
	if r.held == nil {
		return nil
	}
	if r.s.Data, err = json.Marshal(r.held); err != nil {
		return fmt.Errorf("write data of flow %s: %w", r.s.Flow, err)
	}
	r.held = nil
	return nil
}

// setData replaces the running flow's data.
func (r *route) setData(data json.RawMessage) { r.s.Data, r.held = data, nil }

func (r *route) retitle() {
	if r.talk.Title != "" {
		r.s.Title = r.talk.Title
	}
}

// follow goes where a step said.
func (r *route) follow(ctx context.Context, next Next) error {
	if r.hops++; r.hops > hopsPerTurn {
		return fmt.Errorf("flow %s, step %s: one message led through %d questions", r.s.Flow, r.s.Step, r.hops)
	}
	f := r.catalog.flows[r.s.Flow]
	if r.s.Step == "" && (next.kind == nextStay || next.kind == nextRepeat || next.kind == nextMiss) {
		return fmt.Errorf("flow %s: its beginning leads to no step", f.name)
	}
	switch next.kind {
	case nextStay:
		r.s.ExpiresAt = r.in.Now.Add(f.expires)
		return nil
	case nextRepeat:
		return r.ask(ctx)
	case nextGoto:
		if !slices.Contains(f.edges[StepName(r.s.Step)], next.step) && !slices.Contains(f.entries, next.step) {
			return fmt.Errorf("flow %s: step %s goes to %s, which it does not declare", f.name, r.s.Step, next.step)
		}
		r.s.Step = string(next.step)
		return r.ask(ctx)
	case nextMiss:
		return r.miss(ctx)
	case nextHand:
		if f.name != guessName && next.entry.Flow != f.name && !slices.Contains(f.handsTo, next.entry.Flow) {
			return fmt.Errorf("flow %s hands over to %s, which it does not declare", f.name, next.entry.Flow)
		}
		if err := r.encode(); err != nil {
			return err
		}
		left := r.left(next.entry)
		r.leave()
		return r.begin(ctx, next.entry, left)
	case nextVisit:
		if !slices.Contains(f.handsTo, next.entry.Flow) {
			return fmt.Errorf("flow %s visits %s, which it does not declare", f.name, next.entry.Flow)
		}
		return r.start(ctx, next.entry)
	case nextPass:
		return r.anew(ctx)
	case nextYield:
		return r.yield(ctx)
	case nextClose:
		if err := r.rest(ctx); err != nil {
			return err
		}
	}
	return r.resume(ctx)
}

func (r *route) ask(ctx context.Context) error {
	r.s.ExpiresAt = r.in.Now.Add(r.catalog.flows[r.s.Flow].expires)
	result, err := r.call(ctx, doAsk)
	if err != nil {
		return err
	}
	if result.refused {
		return r.follow(ctx, result.next)
	}
	reply := result.reply
	r.s.Asked = r.question(reply)
	reply.Question = r.s.Asked
	r.talk.say(reply)
	return nil
}
