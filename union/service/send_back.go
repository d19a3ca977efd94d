package service

// Sending says what becomes of what was decided between an earlier step and the one that sends a case back to it.
type Sending string

// The values of send_back.
const (
	SendThrough  Sending = "through"  // it is void, and all steps in between are decided anew
	SendStraight Sending = "straight" // it stands, and the case comes straight back
	SendNever    Sending = "never"    // nothing is sent back to an earlier step
)

// Sendings lists every value of send_back.
func Sendings() []Sending { return []Sending{SendThrough, SendStraight, SendNever} }

// MaxStepName is the longest name of a step: that of the step by which it is undone is longer.
const MaxStepName = 27

// SendsBack says whether who decides the step may have an earlier one decided anew. An author says that nothing was done right
// by another act, and what is undone is undone or not.
func (s *Step) SendsBack() bool { return s.SendBack != SendNever && !s.Who.Author && !s.Undoes() }

func (p *parser) checkSending(path string, first bool, step Step) {
	if step.SendBack != "" && (first || step.Who.Author) {
		p.addAt(path+".send_back", "no officer sends it back from here; leave it out")
	}
}
