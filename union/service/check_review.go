package service

import (
	"fmt"
	"slices"
)

func (p *parser) checkReview(s *Service) {
	if len(s.Steps()) == 0 {
		p.addAt("review", "at least one step is expected that is not disabled")
	}
	var names []string
	for i, step := range s.Review {
		path := fmt.Sprintf("review[%d]", i+1)
		p.name(path, step.Name, names)
		names = append(names, step.Name)
		p.text(path+".title", step.Title)
		if step.Who.Role == "" {
			p.addAt(path+".who.role", "is missing; the role that decides is expected")
		}
		for j, role := range step.Who.Otherwise {
			if role == step.Who.Role || slices.Contains(step.Who.Otherwise[:j], role) {
				p.addAt(fmt.Sprintf("%s.who.otherwise[%d]", path, j+1), "%q stands before it already", role)
			}
		}
		if step.Days < 1 || step.Days > MaxDays {
			p.addAt(path+".days", "working days from 1 to %d are expected, not %d", MaxDays, step.Days)
		}
		p.checkActs(path+".acts", step)
	}
}

func (p *parser) checkActs(path string, step Step) {
	if _, ok := step.Option(Accept); !ok {
		p.addAt(path, "%q is expected among them: a case could not go on without", Accept)
	}
	var acts []Act
	var said []string
	inMenu := 0
	for i, o := range step.Acts {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		switch {
		case o.Act == "":
			p.addAt(at+".act", "is missing; one of %v is expected", Acts())
		case slices.Contains(acts, o.Act):
			p.addAt(at+".act", "%q stands here twice", o.Act)
		}
		acts = append(acts, o.Act)
		p.text(at+".word", o.Word)
		for _, word := range append([]string{o.Word.ZH}, o.Synonyms...) {
			if slices.Contains(said, word) {
				p.addAt(at, "%q says another act already", word)
			}
			said = append(said, word)
		}
		if o.Menu {
			inMenu++
		}
	}
	buttons := len(step.Acts) - inMenu
	if len(step.Acts) > 0 && (buttons < 1 || buttons > MaxButtons || inMenu > MaxMenu) {
		p.addAt(path, "a card takes 1 to %d buttons and up to %d in its menu, not %d and %d", MaxButtons, MaxMenu, buttons, inMenu)
	}
}
