package bot

// Next is where a conversation goes after a step. Make one with Stay, Repeat, Goto, Miss, End, Close, Hand, Visit, Yield or Pass.
type Next struct {
	kind  nextKind
	step  StepName
	entry Entry
}

type nextKind int

const (
	nextStay nextKind = iota
	nextRepeat
	nextGoto
	nextMiss
	nextEnd
	nextClose
	nextHand
	nextVisit
	nextPass
	nextYield
)

// Stay waits for another answer to the question, and says nothing more.
func Stay() Next { return Next{kind: nextStay} }

// Repeat asks the same question again.
func Repeat() Next { return Next{kind: nextRepeat} }

// Goto asks another question.
func Goto(step StepName) Next { return Next{kind: nextGoto, step: step} }

// Miss says that the message is no answer to the question. It may mean something else; if it does not, the question is
// asked again.
func Miss() Next { return Next{kind: nextMiss} }

// End leaves the flow. What it had interrupted goes on.
func End() Next { return Next{kind: nextEnd} }

// Close leaves the flow, and what it had interrupted rests until the person says 继续, and is told so. What somebody reads along
// (Keeps) goes on.
func Close() Next { return Next{kind: nextClose} }

// Hand leaves the flow for another one.
func Hand(to Entry) Next { return Next{kind: nextHand, entry: to} }

// Visit begins another flow; this one goes on when that has ended.
func Visit(to Entry) Next { return Next{kind: nextVisit, entry: to} }

// Yield says, in Begin, that the message is an answer to what this flow has interrupted: that takes it.
func Yield() Next { return Next{kind: nextYield} }

// Pass says that the flow had ended before the message came, which was not meant for it: it is taken anew.
func Pass() Next { return Next{kind: nextPass} }

// Leaves says whether the flow is over.
func (n Next) Leaves() bool {
	return n.kind == nextEnd || n.kind == nextClose || n.kind == nextHand || n.kind == nextPass || n.kind == nextYield
}

// Asks is the question that waits for an answer now, of a flow that is at a step: the step itself where it is asked again.
func (n Next) Asks(step StepName) StepName {
	if n.kind == nextGoto {
		return n.step
	}
	return step
}

// Entry is the door through which a flow is entered.
type Entry struct {
	Flow string `json:"flow"`
	// Key is what the flow itself put into a Guess, or whoever hands over to it.
	Key string `json:"key,omitempty"`
	// Text is the sentence with which the person began, if any.
	Text string `json:"text,omitempty"`
}

// Guess is what a sentence may mean.
type Guess struct {
	// Label names it where the person has to choose: 提一条合理化建议.
	Label string
	// Key is handed to the flow if the guess was right.
	Key string
	// Score is how sure the guess is: from 0.
	Score float64
}

// A guess at or above SureScore is taken without asking. One below LeastScore is offered only where nobody has a likelier
// one, and one of 0 never. In the middle of another flow, whose question was not answered, it takes BreakingScore.
const (
	BreakingScore = 0.9
	SureScore     = 0.8
	LeastScore    = 0.3
)

// Refusal is the error of a use case that is not done whatever the conversation. It says so itself, and ends the flow: no flow has
// to know of it.
type Refusal struct{ Text string }

func (r *Refusal) Error() string { return "refused: " + r.Text }
