package service

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Mode says how many of those who have a step it takes to end it.
type Mode string

// The modes. An empty one is Any.
const (
	Any     Mode = "any"      // 或签: whoever decides first
	All     Mode = "all"      // 会签: every seat signs
	InOrder Mode = "in_order" // 依次: every seat signs, each after the one before it
	Share   Mode = "share"    // a share of the seats signs
)

// Modes lists every mode.
func Modes() []Mode { return []Mode{Any, All, InOrder, Share} }

// MaxSeats is the most offices that one step takes.
const MaxSeats = 9

// Several says whether the step needs more than one signature.
func (s *Step) Several() bool { return s.Mode != "" && s.Mode != Any }

// At is the step as the holders of one seat see it: of a step whose seats are offices, from 1, it is decided by that office.
// Any other step is the same for all.
func (s *Step) At(seat int) Step {
	seen := *s
	if seat >= 1 && seat <= len(s.Who.Seats) {
		seen.Who.Role, seen.Who.Seats = s.Who.Seats[seat-1], nil
	}
	return seen
}

// Signing is the step as those see it whom an officer has added: they accept or refuse, and answer and set nothing.
func (s *Step) Signing() Step {
	var acts []ActOption
	for _, o := range s.Acts {
		if o.Act == Accept || o.Act == Refuse {
			acts = append(acts, ActOption{Act: o.Act, Word: o.Word, Synonyms: o.Synonyms})
		}
	}
	signing := *s
	signing.Acts = acts
	return signing
}

// VetoBy says whether a holder of one of these roles ends the step by refusing it.
func (s *Step) VetoBy(holdings []union.Holding, lineage string) bool {
	return slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Covers(lineage) && slices.Contains(s.Veto, h.Role) })
}

// signing says how the step is signed, for people who read the service; empty where one decides.
func (s *Step) signing() string {
	switch s.Mode {
	case All:
		return "all sign"
	case InOrder:
		return "sign one after the other"
	case Share:
		text := fmt.Sprintf("%d percent sign", s.Share)
		if len(s.Veto) > 0 {
			text += ", veto of " + strings.Join(asStrings(s.Veto), ", ")
		}
		return text
	case Any:
	}
	return ""
}

// severalActs are those that one of several may do.
var severalActs = []Act{Accept, Refuse, Return}

func (p *parser) checkMode(path string, step Step) {
	share := step.Mode == Share
	switch {
	case share && (step.Share < 1 || step.Share > 100):
		p.addAt(path+".share", "percent of the seats from 1 to 100 are expected, not %d", step.Share)
	case !share && step.Share != 0:
		p.addAt(path+".share", "belongs to `mode: %s`", Share)
	case !share && len(step.Veto) > 0:
		p.addAt(path+".veto", "belongs to `mode: %s`; where all sign, one refusal ends the step anyway", Share)
	}
	p.checkSeats(path, step)
	if !step.Several() {
		return
	}
	if step.Who.Author {
		p.addAt(path+".mode", "an author is one; leave out the mode")
	}
	for i, m := range step.Silence {
		if m.Do == Pass {
			p.addAt(fmt.Sprintf("%s.silence[%d].do", path, i+1), "silence signs for nobody, and the step needs several")
		}
	}
	for i, o := range step.Acts {
		at := fmt.Sprintf("%s.acts[%d]", path, i+1)
		switch {
		case o.Act != "" && !slices.Contains(severalActs, o.Act):
			p.addAt(at+".act", "one of several does nothing else than %v", severalActs)
		case len(o.Form) > 0:
			p.addAt(at+".form", "several would answer it; ask it at a step that one decides")
		case o.Ceiling > 0:
			p.addAt(at+".ceiling", "several would set the sum; set it at a step that one decides")
		}
	}
}

// checkSeats looks at the offices that sign a step.
func (p *parser) checkSeats(path string, step Step) {
	at, seats := path+".who.seats", step.Who.Seats
	switch {
	case step.Mode == InOrder && len(seats) == 0:
		p.addAt(at, "is missing; the offices that sign one after the other are expected, in their order")
	case len(seats) == 0:
	case !step.Several():
		p.addAt(at, "belongs to `mode: %s`, `%s` or `%s`", All, InOrder, Share)
	case len(seats) < 2 || len(seats) > MaxSeats:
		p.addAt(at, "from 2 to %d offices are expected, not %d", MaxSeats, len(seats))
	}
	for i, role := range seats {
		if slices.Contains(seats[:i], role) || slices.Contains(step.Who.Otherwise, role) {
			p.addAt(fmt.Sprintf("%s[%d]", at, i+1), "%q stands here twice, or in `otherwise` as well", role)
		}
	}
	for i, role := range step.Veto {
		if slices.Contains(step.Veto[:i], role) {
			p.addAt(fmt.Sprintf("%s.veto[%d]", path, i+1), "%q stands here twice", role)
		} else if len(seats) > 0 && !slices.Contains(seats, role) {
			p.addAt(fmt.Sprintf("%s.veto[%d]", path, i+1), "one of the seats is expected: %s", oneOf(string(role), asStrings(seats)))
		}
	}
}
