package service

import (
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Band is a part of a sum to which a share applies: what lies above the band before it, up to To.
type Band struct {
	To      int `yaml:"to"` // yuan; 0, in the last one only, has no end
	Percent int `yaml:"percent"`
}

// Line is what one band makes of a sum. All sums are in fen.
type Line struct {
	From, To int // To is 0 where the band has no end
	Part     int // of the sum that lies in the band
	Percent  int
	Sum      int
}

// Basis says on which rule a service's figures stand, and until when they are to be believed unread.
type Basis struct {
	Rule     Text   `yaml:"rule"`   // 本单位大病救助办法(2026)
	Source   string `yaml:"source"` // where the figures come from
	AsOf     Day    `yaml:"as_of"`
	ReviewBy Day    `yaml:"review_by"`
	// Places are units that have rules of their own. The reference data fill them in: {standards:places}.
	Places []RuleAt `yaml:"places"`
}

// RuleAt is the rule of one unit and of all below it.
type RuleAt struct {
	Unit   string `yaml:"unit"`
	Rule   string `yaml:"rule"`
	Source string `yaml:"source"`
	AsOf   Day    `yaml:"as_of"`
}

// Lines applies the bands to a sum in fen; what is below nothing makes nothing.
func (s *Sum) Lines(fen int) (lines []Line) {
	from := 0
	for _, b := range s.Bands {
		to := b.To * 100
		part := min(max(0, fen-from), max(0, to-from))
		if b.To == 0 {
			part = max(0, fen-from)
		}
		lines = append(lines, Line{From: from, To: to, Part: part, Percent: b.Percent, Sum: (part*b.Percent + 50) / 100})
		from = to
	}
	return lines
}

// Working shows how the bands make the sum of the facts, line by line; nothing where there are none.
func (s *Sum) Working(facts Facts) []Line {
	if len(s.Bands) == 0 {
		return nil
	}
	result, err := s.Of.run(facts)
	fen, ok := result.(int)
	if err != nil || !ok {
		return nil
	}
	return s.Lines(fen)
}

func (s *Sum) byBands(fen int) (total int) {
	for _, l := range s.Lines(fen) {
		total += l.Sum
	}
	return total
}

// mostFen is the largest sum that bands take, in fen: a share of it is still a number.
const mostFen = math.MaxInt64 / 1_000_000

// compute works a sum out from the facts.
func (s *Sum) compute(facts Facts) (int, error) {
	rule := s.Value
	if len(s.Bands) > 0 {
		rule = s.Of
	}
	result, err := rule.run(facts)
	if err != nil {
		return 0, fmt.Errorf("sum %s: %w", s.Name, err)
	}
	fen, ok := result.(int)
	if !ok {
		return 0, fmt.Errorf("sum %s is %T", s.Name, result)
	}
	if len(s.Bands) == 0 {
		return fen, nil
	}
	if fen > mostFen {
		return 0, fmt.Errorf("sum %s: %w", s.Name, ErrTooLarge)
	}
	return s.byBands(fen), nil
}

// checkSum compiles the rule of a sum against what is known above it.
func (p *parser) checkSum(path string, sum *Sum, known Facts) {
	p.checkFormula(path, sum, known)
	if !sum.When.Empty() {
		if problem := sum.When.compile(known, reflect.Bool); problem != "" {
			p.addAt(path+".when", "%s", problem)
		}
	}
	rule, key := &sum.Value, ".value"
	switch {
	case len(sum.Bands) > 0 && !sum.Value.Empty():
		p.addAt(path+".value", "stands beside `bands`; leave one of them out")
		return
	case len(sum.Bands) > 0:
		rule, key = &sum.Of, ".of"
		p.checkBands(path+".bands", sum.Bands)
	case !sum.Of.Empty():
		p.addAt(path+".of", "is what `bands` are applied to, and there are none")
	}
	if rule.Empty() {
		p.addAt(path+key, "is missing; an expression over the fields is expected, such as percent(amount, 10)")
		return
	}
	if problem := rule.compile(known, reflect.Int); problem != "" {
		p.addAt(path+key, "%s", problem)
	} else if _, err := sum.compute(known); err != nil { // nobody could file such a form
		p.addAt(path+key, "fails where nothing is answered: %v", err)
	}
}

func (p *parser) checkBands(path string, bands []Band) {
	below := 0
	for i, b := range bands {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		last := i == len(bands)-1
		switch {
		case b.To == 0 && !last:
			p.addAt(at+".to", "is missing; only the last band has no end")
		case b.To != 0 && b.To <= below, b.To > MaxYuan:
			p.addAt(at+".to", "yuan above %d and up to %d are expected, not %d", below, MaxYuan, b.To)
		case b.Percent < 0 || b.Percent > 100:
			p.addAt(at+".percent", "a share from 0 to 100 is expected, not %d", b.Percent)
		}
		below = b.To
	}
	if len(bands) > 0 && bands[len(bands)-1].To != 0 {
		p.addAt(path, "a last band without `to` is expected: what lies above %d would count for nothing", below)
	}
}

// checkBasis wants days that are days, in their order.
func (p *parser) checkBasis(b Basis) {
	days := map[string]Day{"basis.as_of": b.AsOf, "basis.review_by": b.ReviewBy}
	for path, day := range days {
		if day == "" {
			continue
		}
		if _, err := ParseDay(string(day)); err != nil {
			p.addAt(path, "a day such as 2027-01-01 is expected, not %q", day)
		}
	}
	if b.AsOf != "" || b.ReviewBy != "" || b.Source != "" || !b.Rule.Empty() || len(b.Places) > 0 {
		p.text("basis.rule", b.Rule)
	}
	if b.ReviewBy != "" && b.ReviewBy <= b.AsOf {
		p.addAt("basis.review_by", "a day after %s is expected", b.AsOf)
	}
}

// Aged lists the services of which the figures should have been looked through by the day.
func (o *Offer) Aged(day Day) []*Service {
	return slices.DeleteFunc(o.All(), func(s *Service) bool { return s.Basis.ReviewBy == "" || day <= s.Basis.ReviewBy })
}
