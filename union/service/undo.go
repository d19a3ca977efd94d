package service

import (
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
)

// Undo says who may take back what was approved (撤销), where the service's file says anything of it.
type Undo struct {
	// Off lets nobody ask for it.
	Off bool `yaml:"off"`
	// Role and Otherwise decide it in place of those who decide the step that approved the matter.
	Role      union.Role   `yaml:"role"`
	Otherwise []union.Role `yaml:"otherwise"`
	// Days is the time to decide, in working days; 0 is that of the step that approved.
	Days int `yaml:"days"`
}

// What the names of the steps of a counter-flow begin with; behind it stands the step that is undone.
const (
	undoes   = "undo."
	reclaims = "back."
	writeOff = "loss."
)

// UndoStep names the step by which what a step has approved is undone.
func UndoStep(step string) string { return undoes + step }

// ReclaimStep names the step at which what a step has paid comes back.
func ReclaimStep(step string) string { return reclaims + step }

// WriteOffStep names the step at which what a step has paid, and nobody can recover, is written off.
func WriteOffStep(step string) string { return writeOff + step }

// Undoes says whether the step belongs to the counter-flow of a case.
func (s *Step) Undoes() bool {
	return strings.HasPrefix(s.Name, undoes) || s.Reclaims() || s.WritesOff()
}

// Reclaims says whether the step is the one of the counter-flow at which money comes back that was paid.
func (s *Step) Reclaims() bool { return strings.HasPrefix(s.Name, reclaims) }

// WritesOff says whether the step is the one of the counter-flow at which money is written off that does not come back.
func (s *Step) WritesOff() bool { return strings.HasPrefix(s.Name, writeOff) }

// Undoable says whether anybody may ask that what was approved is taken back. A sealed case knows no author to whom it would
// matter.
func (s *Service) Undoable() bool { return !s.Sealed && !s.Undo.Off }

// UndoneInOrder is the service as it was before such undoings were decided in any order: one that began then goes on so.
func (s *Service) UndoneInOrder() *Service {
	as := *s
	as.undoInOrder = true
	return &as
}

// counterStep is a step of the counter-flow. Cases that are in one keep it, whatever the file says of others.
func (s *Service) counterStep(name string) (Step, bool) {
	of, undone := strings.CutPrefix(name, undoes)
	paid, back := strings.CutPrefix(name, reclaims)
	gone, lost := strings.CutPrefix(name, writeOff)
	i := slices.IndexFunc(s.Review, func(step Step) bool {
		return undone && step.Name == of || back && step.Name == paid || lost && step.Name == gone
	})
	switch {
	case i < 0:
		return Step{}, false
	case back:
		return s.reclaimStep(s.Review[i]), true
	case lost:
		return s.writeOffStep(s.Review[i]), true
	}
	return s.undoStep(s.Review[i]), true
}

// undoStep is decided by those who decide the step that approved, or whom the file names; where they are not there, by those
// of the steps before.
func (s *Service) undoStep(of Step) Step {
	step := Step{
		Name: UndoStep(of.Name), Title: Text{ZH: "撤销审批", EN: "Undoing"}, Who: of.Who, Mode: of.Mode, Share: of.Share, Veto: of.Veto,
		Days: of.Days, Lend: of.Lend,
		Acts: []ActOption{
			{Act: Accept, Word: Text{ZH: "同意撤销", EN: "Undo"}, Synonyms: []string{"同意", "撤销"}},
			{Act: Refuse, Word: Text{ZH: "不撤销", EN: "Keep"}, Synonyms: []string{"驳回", "不同意"}},
		},
	}
	if step.Mode == InOrder && !s.undoInOrder { // whoever is to be first may have asked for it
		step.Mode = All
	}
	if s.Undo.Role != "" {
		step.Who = Who{Role: s.Undo.Role, Otherwise: s.Undo.Otherwise, Apart: of.Who.Apart, Unless: of.Who.Unless}
		step.Mode, step.Share, step.Veto = "", 0, nil
	}
	if s.Undo.Days > 0 {
		step.Days = s.Undo.Days
	}
	if !s.Lends(of) {
		step.Lend = LendNever
	}
	return step
}

// reclaimStep is with those who paid, and never with whoever has granted the undoing.
func (s *Service) reclaimStep(of Step) Step {
	return Step{
		Name: ReclaimStep(of.Name), Title: Text{ZH: "收回款项", EN: "Money back"}, Who: of.Who, Days: max(of.Days, 5), Lend: LendNever,
		NotBy: s.undoSteps(),
		Acts: []ActOption{
			{
				Act: Accept, Word: Text{ZH: "已收回", EN: "Money is back"}, Synonyms: []string{"同意", "已收款", "收回"},
				Ask: Text{ZH: "款项收回到哪里、凭证号是什么?(卡号只写后四位)", EN: "Where is it, and with which voucher? Last four digits only."},
			},
			{
				Act: Waive, Word: Text{ZH: "收不回", EN: "Not recoverable"}, Synonyms: []string{"无法收回", "申请核销"},
				Ask: Text{
					ZH: "为什么收不回、催过几次?写一句,由另外的人决定核不核销。",
					EN: "Why can it not be recovered, and what was tried? Somebody else decides whether it is written off.",
				},
			},
		},
	}
}

// writeOffStep is with those who decide whether the matter is undone, and never with whoever could not recover the money, or has
// asked for the undoing.
func (s *Service) writeOffStep(paid Step) Step {
	of := paid
	if i := slices.IndexFunc(s.Review, func(step Step) bool { return step.Reserve }); i >= 0 { // each that pays has one
		of = s.Review[i]
	}
	step := s.undoStep(of)
	step.Name, step.Title, step.Lend = WriteOffStep(paid.Name), Text{ZH: "核销审批", EN: "Writing off"}, LendNever
	step.NotBy = []string{ReclaimStep(paid.Name)}
	step.Acts = []ActOption{
		{Act: Accept, Word: Text{ZH: "同意核销", EN: "Write off"}, Synonyms: []string{"同意", "核销"}},
		{
			Act: Refuse, Word: Text{ZH: "不核销", EN: "Keep claiming"}, Synonyms: []string{"驳回", "不同意"},
			Ask: Text{ZH: "为什么不核销、接着怎么收?写一句给收款的人看。", EN: "Why not, and how is it claimed on? Whoever recovers it reads this."},
		},
	}
	return step
}

func (s *Service) undoSteps() []string {
	names := make([]string, len(s.Review))
	for i, step := range s.Review {
		names[i] = UndoStep(step.Name)
	}
	return names
}

func (p *parser) checkUndo(s *Service) {
	_, given := p.lines["undo"]
	u := s.Undo
	switch {
	case !given:
	case s.Sealed:
		p.addAt("undo", "what is sealed is not undone; leave it out")
	case u.Off && (u.Role != "" || u.Days != 0 || len(u.Otherwise) > 0):
		p.addAt("undo.off", "lets nobody ask; leave the rest out")
	case u.Role == "" && len(u.Otherwise) > 0:
		p.addAt("undo.role", "is missing; the role that decides before the others is expected")
	case u.Days < 0 || u.Days > MaxDays:
		p.addAt("undo.days", "working days from 1 to %d are expected, not %d", MaxDays, u.Days)
	}
}
