package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Spec declares a conversation whose memory is a D. D is kept as JSON between two messages, so renaming one of its
// fields needs another Rev.
type Spec[D any] struct {
	// Name is stored in sessions: lower_snake, and the stem of the file that declares the flow.
	Name string
	// Rev is counted up when D or the steps change so that a stored session can no longer be read.
	Rev int
	// Title names the flow to the person: 建议. A step may give a better one (Talk.Title).
	Title string
	// Starts are what begins the flow, besides other flows that hand over to it.
	Starts []Trigger
	// Expires is how long the flow waits for an answer.
	Expires time.Duration
	// Passing is true for a flow that is dropped without a word when something else begins, such as a menu. Any other
	// is taken up again afterwards.
	Passing bool
	// Stays is true for a passing flow whose question waits, as that of any other flow, while something breaks in that is not
	// what the person went on to: a cry, a question in between. A Verbatim step of any flow waits so. What nobody understands is answered
	// by the question once more.
	Stays bool
	// Greets is true for a flow that only says hello: one that has expired and can be taken up again goes before it.
	Greets bool

	// Scans is true for a flow whose steps take a scanned code as an answer.
	Scans bool

	// Begin runs when the flow starts. Without it the first step is asked.
	Begin func(context.Context, *Turn[D]) (Next, error)
	// To lists the steps to which Begin, Commands and Restore lead; the first step when empty.
	To []StepName
	// HandsTo lists the flows to which a step may hand over.
	HandsTo []string
	// Commands handle engine words in any step that has no handler of its own for them.
	Commands map[Word]func(context.Context, *Turn[D]) (Next, error)
	// Steps are the questions. A flow that answers at once has none.
	Steps []Step[D]

	// Expired says what becomes of a flow that waited too long; a general sentence when nil. A passing flow says it wherever it goes
	// without an answer, and otherwise nothing.
	Expired func(*Turn[D]) string
	// Dropped runs when the person calls the flow off by an engine word that it does not handle itself.
	Dropped func(context.Context, *Turn[D]) error
	// Rest says what becomes of a flow that is put aside (Close), in a sentence; a general one when empty. With stored, 继续 finds
	// what was written by itself, and no copy rests that would grow stale.
	Rest func(*Turn[D]) (says string, stored bool)
	// Return is the step to which an expired flow returns when the person's next word means nothing else.
	Return StepName
	// Understand guesses from a free sentence that this flow is meant. It must be quick and touch nothing.
	Understand func(text string) []Guess
	// Breaks finds out whether a sentence goes before the answer to the question that is open, in whatever flow. This one
	// begins then, with the key, and what it breaks goes on afterwards. asks is true where Interrupts of another flow can still ask
	// about what is doubtful; elsewhere nobody would, and what breaks in only there is the answer if it is said again. It must be
	// very quick: every message is shown to it.
	Breaks func(text string, asks bool) (key string, ok bool)
	// Anyway is what is said to a message for this flow that cannot wait, where nothing can be done about it because a store is away:
	// whom to ring, what keeps people safe. Where the flow runs, Step is its open question and data the D as it is stored; otherwise
	// both are empty. It must touch nothing, and is empty for any other message.
	Anyway func(t *Talk, data json.RawMessage) string
	// Awaits names the flows whose cries answer this flow's question: they do not break in, Handle takes what was said.
	Awaits []string
	// Interrupts guesses that a message is meant for this flow although another one waits for an answer, which may be any
	// words. It is taken from BreakingScore on; the other flow asks the same question again afterwards, and takes the same
	// words as their answer if they are said again and this flow has answered them at once, or says so (Talk.Aside). It must be
	// quick, touch nothing, and rather let an answer be one.
	Interrupts func(text string) []Guess
	// Keeps says of a message that means something by itself - an engine word, as Command has it, or a phrase that begins a
	// flow - that it is an answer here all the same: somebody else is to read it. What breaks in goes before it, and so do
	// the words that Commands handle. A menu entry is shown to the step as well. It must be quick.
	Keeps func(*Talk) bool
	// Claims finds out whether a message is for this flow although it is not running, by what somebody has stored: a word
	// with somebody who is spoken to. It is asked of every message that no word, phrase or cry explains, so that it must
	// read storage only where the message itself makes it likely; and, with last, again of one that nobody else has
	// understood. The flow begins then, with the key.
	Claims func(ctx context.Context, t *Talk, last bool) (key string, ok bool, err error)
	// Tellable is true where the sentence that led here may be told to a person whom its author asks for shortly after.
	Tellable bool
	// Restore finds the flow again when no session was stored: it fills Data and names the step and the time at which
	// the person was there. ok is false if there is nothing to restore. Of several flows the one is taken up where the
	// person was last.
	Restore func(context.Context, *Turn[D]) (step StepName, at time.Time, ok bool, err error)
	// Refresh looks, before the person's word is taken, at what was changed on another channel of the person. moved is
	// true when the word is no answer any more: the flow goes on with next instead, unless the word means something
	// else. It may lead to the steps of To.
	Refresh func(context.Context, *Turn[D]) (next Next, moved bool, err error)
}

// StepName names a question: what is being asked. It is stored in sessions.
type StepName string

// Step asks, and handles the answer.
type Step[D any] struct {
	Name StepName
	// Ask is said on arrival; AskFunc where that depends on Data or has to be looked up.
	Ask     Reply
	AskFunc func(context.Context, *Turn[D]) (Reply, error)
	// To lists the steps to which Handle and Commands may go.
	To []StepName
	// Verbatim is true where the answer is written for somebody else to read, so that a question in it is theirs:
	// nothing interrupts here.
	Verbatim bool
	// Handle takes the answer.
	Handle func(context.Context, *Turn[D]) (Next, error)
	// Commands handle engine words in this step, before the flow's own.
	Commands map[Word]func(context.Context, *Turn[D]) (Next, error)
}

// Turn is one message in a flow.
type Turn[D any] struct {
	*Talk
	Data D
	// Left is, in Begin, what the same flow was about until this message began it anew; nil where it was not running.
	Left *D
}

// Flow is a Spec whose D is out of sight, as the Catalog keeps it.
type Flow struct {
	name    string
	rev     int
	title   string
	starts  []Trigger
	expires time.Duration
	passing bool
	stays   bool
	greets  bool
	scans   bool
	returns StepName
	handsTo []string
	entries []StepName
	order   []StepName
	edges   map[StepName][]StepName
	begins  bool
	// whole says whether a step both asks and handles.
	whole      map[StepName]bool
	breaks     func(text string, asks bool) (key string, ok bool)
	anyway     func(*Talk, json.RawMessage) string
	awaits     []string
	understand func(string) []Guess
	interrupts func(string) []Guess
	verbatim   map[StepName]bool
	keeps      func(*Talk) bool
	claims     func(context.Context, *Talk, bool) (string, bool, error)
	tellable   bool
	restores   bool
	refreshes  bool
	drops      bool
	// knows says whether a step, or the flow in any step, handles an engine word.
	knows func(StepName, Word) bool
	call  func(context.Context, *Talk, call) (result, error)
}

// Name is the flow's name.
func (f Flow) Name() string { return f.name }

// call is one thing that the router asks of a flow.
type call struct {
	do   verb
	step StepName
	data json.RawMessage
	// held is what the last call in the same turn has left of the flow's data, a *D. It goes before data.
	held any
	left json.RawMessage // of the same flow, which was running
}

type verb int

const (
	doBegin verb = iota
	doHandle
	doCommand
	doAsk
	doExpired
	doRestore
	doRefresh
	doDropped
	doRest
)

// result is what a call came to; which of the fields is set depends on the verb.
type result struct {
	next  Next
	held  any // the flow's data, a *D
	reply Reply
	text  string
	step  StepName
	at    time.Time
	found bool
	// refused is set where a Refusal ended the flow.
	refused bool
}

// Define makes a Flow of a Spec. What does not need to know D is done by functions that do not: the compiler makes all of
// Define anew for each flow.
func Define[D any](spec Spec[D]) Flow {
	f := Flow{
		name: spec.Name, rev: spec.Rev, title: spec.Title, starts: spec.Starts, expires: spec.Expires,
		passing: spec.Passing, stays: spec.Stays, returns: spec.Return, handsTo: spec.HandsTo, entries: spec.To,
		edges: map[StepName][]StepName{}, whole: map[StepName]bool{}, begins: spec.Begin != nil,
		verbatim: map[StepName]bool{}, interrupts: spec.Interrupts, keeps: spec.Keeps, claims: spec.Claims, tellable: spec.Tellable,
		understand: spec.Understand, breaks: spec.Breaks, anyway: spec.Anyway, awaits: spec.Awaits, restores: spec.Restore != nil, refreshes: spec.Refresh != nil, drops: spec.Dropped != nil, greets: spec.Greets, scans: spec.Scans,
	}
	for i := range spec.Steps {
		s := &spec.Steps[i]
		f.add(s.Name, s.To, s.Verbatim, s.Handle != nil && (s.AskFunc != nil || s.Ask.Text != ""))
	}
	f.knows = func(step StepName, w Word) bool { return spec.command(f.at(step), w) != nil }
	f.call = func(ctx context.Context, talk *Talk, c call) (r result, err error) {
		t := &Turn[D]{Talk: talk}
		if held, ok := c.held.(*D); ok {
			t.Data = *held
		} else if err = f.decode(c.data, &t.Data); err != nil {
			return r, err
		}
		if len(c.left) > 0 {
			t.Left = new(D)
			if err = f.decode(c.left, t.Left); err != nil {
				return r, err
			}
		}
		r.held = &t.Data
		return r, f.failed(c.step, spec.run(ctx, t, f.at(c.step), c.do, &r))
	}
	return f
}

// add adds a step. The first one is where a flow begins that names no other.
func (f *Flow) add(step StepName, to []StepName, verbatim, whole bool) {
	if len(f.order) == 0 && len(f.entries) == 0 {
		f.entries = []StepName{step}
	}
	f.order = append(f.order, step)
	f.edges[step], f.verbatim[step], f.whole[step] = to, verbatim, whole
}

// at is the place of a step in the list of them; -1 for none.
func (f *Flow) at(step StepName) int { return slices.Index(f.order, step) }

func (f *Flow) decode(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read data of flow %s: %w", f.name, err)
	}
	return nil
}

func (f *Flow) failed(step StepName, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("flow %s, step %s: %w", f.name, step, err)
}

// command is what handles an engine word in the step at this place, or in any step; nil for none.
func (spec *Spec[D]) command(at int, w Word) func(context.Context, *Turn[D]) (Next, error) {
	if at >= 0 {
		if handle := spec.Steps[at].Commands[w]; handle != nil {
			return handle
		}
	}
	return spec.Commands[w]
}

// run calls what the verb asks for. What handles a message is called in one place, for this is compiled for each flow.
func (spec *Spec[D]) run(ctx context.Context, t *Turn[D], at int, do verb, r *result) (err error) {
	var handle func(context.Context, *Turn[D]) (Next, error)
	switch do {
	case doBegin:
		if handle = spec.Begin; handle == nil {
			r.next = Goto(spec.Steps[0].Name)
			return nil
		}
	case doHandle:
		handle = spec.Steps[at].Handle
	case doCommand:
		handle = spec.command(at, t.Command.Word)
	case doAsk:
		step := &spec.Steps[at]
		if step.AskFunc == nil {
			r.reply = step.Ask
			return nil
		}
		r.reply, err = step.AskFunc(ctx, t)
		return err
	case doExpired:
		if spec.Expired != nil {
			r.text = spec.Expired(t)
		}
		return nil
	case doRest:
		if spec.Rest != nil {
			r.text, r.found = spec.Rest(t)
		}
		return nil
	case doDropped:
		return spec.Dropped(ctx, t)
	case doRestore:
		r.step, r.at, r.found, err = spec.Restore(ctx, t)
		return err
	case doRefresh:
		r.next, r.found, err = spec.Refresh(ctx, t)
		return err
	}
	r.next, err = handle(ctx, t)
	return err
}
