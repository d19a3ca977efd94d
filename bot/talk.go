package bot

import "time"

// Talk is the part of a turn that is the same in every flow.
type Talk struct {
	Message Message
	Now     time.Time
	// Command is the engine word in the message; its Word is empty when there is none.
	Command Command
	// Step is the question that is open; empty in Begin.
	Step StepName
	// Entry is the door through which the flow was entered, in Begin.
	Entry Entry
	// Member is the member behind the identity, 0 when not known. A flow that looks it up leaves it here, and the
	// session keeps it.
	Member int64
	// Interrupts is true, in Begin, when another flow waits for this one to end.
	Interrupts bool
	// Over is that flow, in Begin.
	Over Frame
	// Title names what is going on, in place of the flow's own title: 建议.
	Title string

	// Before holds, in Begin, what the person said shortly before that began nothing and was kept by nobody.
	Before []string

	// Loose is what was sent shortly before and belongs to nothing yet. Who takes something takes it out.
	Loose []Loose

	aside string
	lead  string
	said  []Reply
	after []func()
	stir  []Address
}

// Text is what the person wrote or, of a voice message, what the platform understood.
func (t *Talk) Text() string { return t.Message.Text }

// Say adds a bubble to the answer.
func (t *Talk) Say(text string, choices ...Choice) {
	t.said = append(t.said, Reply{Text: t.lead + text, Choices: choices})
	t.lead = ""
}

// Lead puts words in front of the next bubble, which is mostly the question that follows.
func (t *Talk) Lead(text string) { t.lead += text }

// After runs f once the turn is committed, and not at all if the turn lost to another. f must not block.
func (t *Talk) After(f func()) { t.after = append(t.after, f) }

// Stir lets the next turns of these identities know, once this turn is committed, that what their sessions remember may
// have changed. It is a hint that can get lost.
func (t *Talk) Stir(who ...Address) { t.stir = append(t.stir, who...) }

// Aside lets these words be the answer to what the flow has interrupted, if they are said again.
func (t *Talk) Aside(text string) { t.aside = text }

// IsText says whether the message can answer a question that wants words.
func (t *Talk) IsText() bool { return t.Message.Kind == KindText }

func (t *Talk) say(r Reply) {
	r.Text = t.lead + r.Text
	t.lead = ""
	if r.Text != "" || len(r.Choices) > 0 {
		t.said = append(t.said, r)
	}
}
