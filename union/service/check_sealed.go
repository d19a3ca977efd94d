package service

import (
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/union"
)

// checkSealed refuses in a sealed service what would tell who filed a case, or what it is about.
func (p *parser) checkSealed(s *Service) {
	if !s.Sealed {
		return
	}
	if s.Prefix != SealedPrefix {
		p.addAt("prefix", "a sealed service has the prefix %s or none, so that its numbers do not tell what they are about; not %q", SealedPrefix, s.Prefix)
	}
	if s.Summary.Similar.By != "" {
		p.addAt("summary.similar", "a sealed service looks for no like cases: what two texts share would be stored readable")
	}
	if s.Summary.Anonymous {
		p.addAt("summary.anonymous", "a sealed service is filed without a name in any case; leave this out")
	}
	if len(s.Copy) > 0 {
		p.addAt("copy", "a sealed case is read by nobody but those who decide it")
	}
	for i, step := range s.Review {
		if asksOrg.MatchString(step.When.Source) {
			p.addAt(fmt.Sprintf("review[%d].when", i+1), "a sealed case does not know %s: its steps would tell where it comes from", FieldOrg)
		}
	}
	for i, f := range s.Form {
		at := fmt.Sprintf("form[%d].kind", i+1)
		switch f.Kind {
		case KindPictures, KindFiles:
			p.addAt(at, "a sealed service takes no pictures: they tell more of who took them than they show")
		case KindList:
			p.addAt(at, "a sealed service asks for no household: its members say whose it is")
		case KindPhone, KindIDCard, KindBankCard:
			p.addAt(at, "a sealed service asks for no %s: it would say who files", f.Kind)
		}
	}
	for i, step := range s.Review {
		path := fmt.Sprintf("review[%d]", i+1)
		if step.Who.Group != "" {
			p.addAt(path+".who.group", "a sealed service is not decided by a group, whose people change without anybody looking at it; a role is expected")
		}
		roles := step.Who.Roles()
		for role, why := range map[union.Role]string{
			union.GroupLeader: "a group leader knows a small group by its words",
			union.Custodian:   "custodians open names, and do not decide",
		} {
			if slices.Contains(roles, role) {
				p.addAt(path+".who", "a sealed service is not decided by the role %q: %s", role, why)
			}
		}
		if _, ok := step.Option(Merge); ok {
			p.addAt(path+".acts", "a sealed case is merged into no other: each has its own fetch code")
		}
	}
	for _, w := range []struct {
		key   string
		words Template
	}{
		{"filed", s.Words.Filed}, {"accepted", s.Words.Accepted}, {"passed", s.Words.Passed}, {"later", s.Words.Later}, {"refused", s.Words.Refused},
		{"returned", s.Words.Returned}, {"supplemented", s.Words.Supplemented}, {"withdrawn", s.Words.Withdrawn},
	} {
		if slices.Contains(w.words.Names(), PlaceName) {
			p.addAt("words."+w.key, "a sealed case does not know {%s}", PlaceName)
		}
	}
}
