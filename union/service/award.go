package service

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// FieldAward is kept for the sum that is awarded; no field of a form bears it. Conditions see it in fen, 0 where nothing is.
const FieldAward = "award"

// FieldUpgraded is kept for the number of the later case that was awarded as more of this one.
const FieldUpgraded = "upgraded"

// Award is what whoever filed a case gets once officers have found it worth something. The sum follows from a table and what
// an officer answers: nobody types it, and nobody is told of it before it is approved.
type Award struct {
	Label Text `yaml:"label"` // 隐患奖励
	// By is the question of an act by whose answer the tier is found: a choice, or a sum that finance has checked.
	By    string `yaml:"by"`
	Tiers []Tier `yaml:"tiers"`
	// Earlier is a question of the same act for the number of an earlier case that was awarded for the same: only the difference to
	// that is awarded then.
	Earlier string `yaml:"earlier"`
	// Disabled leaves the award out of new cases, and with it the steps that are for nothing else.
	Disabled bool `yaml:"disabled"`
	// NotFor are roles whose holders find such things by duty, and are awarded nothing for it.
	NotFor []union.Role `yaml:"not_for"`
}

// Tier is what is awarded for one answer: for a choice, or for a sum up to To.
type Tier struct {
	Choice string `yaml:"choice"`
	To     int    `yaml:"to"` // yuan; 0, in the last one only, has no end
	Yuan   int    `yaml:"yuan"`
}

// On says whether the service awards anything.
func (a Award) On() bool { return a.By != "" }

// Worth is what an answer to By is awarded, in fen; 0 for an answer that no tier is for.
func (a Award) Worth(kind Kind, raw []byte) int64 {
	if kind == KindMoney {
		var fen int64
		if json.Unmarshal(raw, &fen) != nil || fen <= 0 {
			return 0
		}
		for _, tier := range a.Tiers {
			if tier.To == 0 || fen < int64(tier.To)*100 {
				return int64(tier.Yuan) * 100
			}
		}
		return 0
	}
	var name string
	if json.Unmarshal(raw, &name) != nil {
		return 0
	}
	for _, tier := range a.Tiers {
		if tier.Choice == name {
			return int64(tier.Yuan) * 100
		}
	}
	return 0
}

// Awards says whether the service awards anything now: a step that sets it aside is not switched off.
func (s *Service) Awards() bool {
	return s.Award.On() && slices.ContainsFunc(s.Steps(), func(step Step) bool { return step.Reserve })
}

// ForAward says whether only cases that are awarded something go through the step: it approves or pays the
// award, or makes it public.
func (s *Service) ForAward(step Step) bool {
	return s.Award.On() && (step.Reserve || step.Pay || !step.Publish.Empty())
}

// leaveOutAward switches off, with the award, the steps that are for nothing else: those that ask for what it goes by alone, and
// those that approve and pay it.
func (s *Service) leaveOutAward() {
	if !s.Award.Disabled {
		return
	}
	for i, step := range s.Review {
		accept, _ := step.Option(Accept)
		asks := len(accept.Form) > 0 && !slices.ContainsFunc(accept.Form, func(f Field) bool { return f.Name != s.Award.By && f.Name != s.Award.Earlier })
		if asks || s.ForAward(step) {
			s.Review[i].Disabled = true
		}
	}
}

// checkAward looks at the table, and at whether officers answer what it goes by before anything is set aside.
func (p *parser) checkAward(s *Service) {
	a := s.Award
	if reflect.ValueOf(a).IsZero() {
		for i, step := range s.Review {
			if _, ok := step.Option(Waive); ok {
				p.addAt(fmt.Sprintf("review[%d].acts", i+1), "%q gives up an award, and the service has none", Waive)
			}
		}
		return
	}
	p.text("award.label", a.Label)
	field, at := s.awardField()
	if at < 0 {
		p.addAt("award.by", "a question of an act, of kind choice or money, is expected, not %q", a.By)
		return
	}
	if e, ok := s.OfficerField(a.Earlier); a.Earlier != "" && (!ok || e.Kind != KindText || !e.Optional || !slices.ContainsFunc(s.Review[at].Acts, func(o ActOption) bool {
		return o.Act == Accept && slices.ContainsFunc(o.Form, func(f Field) bool { return f.Name == a.Earlier })
	})) {
		p.addAt("award.earlier", "an optional text question beside %q is expected, not %q", a.By, a.Earlier)
	}
	switch {
	case s.Sealed:
		p.addAt("award", "a sealed service awards nothing: the payment would tell to whom")
	case s.Grant != "":
		p.addAt("award", "stands beside `grant`; a service pays by one rule")
	case len(a.Tiers) == 0:
		p.addAt("award.tiers", "at least one is expected")
	case field.Kind == KindChoice:
		p.checkChoiceTiers(field, a)
	default:
		p.checkMoneyTiers(a)
	}
	for i, step := range s.Review {
		if !step.Disabled && (step.Reserve || step.Pay) && (i <= at || s.Review[at].Disabled) {
			p.addAt(fmt.Sprintf("review[%d]", i+1), "moves the award before %q is answered; a step after %q that is not disabled is expected", a.By, s.Review[at].Name)
		}
		if _, ok := step.Option(Waive); ok && !step.Reserve {
			p.addAt(fmt.Sprintf("review[%d].acts", i+1), "%q is for the step that says `reserve`", Waive)
		}
	}
}

// awardField finds the question by which the tier is found, and the place of its step in the review; -1 where there is none.
func (s *Service) awardField() (field Field, at int) {
	for i, step := range s.Review {
		for _, o := range step.Acts {
			for _, f := range o.Form {
				if f.Name == s.Award.By && (f.Kind == KindChoice || f.Kind == KindMoney) && o.Act == Accept {
					return f, i
				}
			}
		}
	}
	return Field{}, -1
}

func (p *parser) checkChoiceTiers(field Field, a Award) {
	var choices, seen []string
	for _, c := range field.Choices {
		choices = append(choices, c.Name)
	}
	for i, tier := range a.Tiers {
		at := fmt.Sprintf("award.tiers[%d]", i+1)
		switch {
		case !slices.Contains(choices, tier.Choice):
			p.addAt(at+".choice", "a choice of %q is expected: %s", field.Name, oneOf(tier.Choice, choices))
		case slices.Contains(seen, tier.Choice):
			p.addAt(at+".choice", "%q stands here twice", tier.Choice)
		case tier.To != 0:
			p.addAt(at+".to", "is for tiers of a sum")
		}
		seen = append(seen, tier.Choice)
		p.checkTierSum(at, tier)
	}
}

func (p *parser) checkMoneyTiers(a Award) {
	below := 0
	for i, tier := range a.Tiers {
		at := fmt.Sprintf("award.tiers[%d]", i+1)
		last := i == len(a.Tiers)-1
		switch {
		case tier.Choice != "":
			p.addAt(at+".choice", "is for tiers of a choice")
		case tier.To == 0 && !last:
			p.addAt(at+".to", "is missing; only the last tier has no end")
		case tier.To != 0 && (tier.To <= below || tier.To > MaxYuan):
			p.addAt(at+".to", "yuan above %d and up to %d are expected, not %d", below, MaxYuan, tier.To)
		case tier.To != 0 && last:
			p.addAt(at+".to", "a last tier without `to` is expected: what lies above %d would be awarded nothing", tier.To)
		}
		below = tier.To
		p.checkTierSum(at, tier)
	}
}

func (p *parser) checkTierSum(at string, tier Tier) {
	if tier.Yuan < 0 || tier.Yuan > MaxYuan {
		p.addAt(at+".yuan", "yuan from 0 to %d are expected, not %d", MaxYuan, tier.Yuan)
	}
}
