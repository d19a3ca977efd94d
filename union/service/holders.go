package service

import (
	"fmt"
	"regexp"
)

// asksHolders stands in a question for the people who have a step: {holders:committee}.
var asksHolders = regexp.MustCompile(`\{holders:([a-z][a-z0-9_]*)\}`)

// WithHolders writes a question with the people of each step that it names, as people says.
func WithHolders(ask string, people func(step string) string) string {
	return asksHolders.ReplaceAllStringFunc(ask, func(found string) string { return people(asksHolders.FindStringSubmatch(found)[1]) })
}

// checkHolders looks at the steps whose people the questions name.
func (p *parser) checkHolders(s *Service) {
	for i, f := range s.Form {
		for _, found := range asksHolders.FindAllStringSubmatch(f.Ask.ZH+f.Ask.EN, -1) {
			if _, ok := s.Step(found[1]); !ok {
				p.addAt(fmt.Sprintf("form[%d].ask", i+1), "{holders:%s}: the name of a step is expected", found[1])
			}
		}
	}
}
