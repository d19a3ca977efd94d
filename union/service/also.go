package service

import (
	"fmt"
	"slices"
	"strings"
)

// Also offers to file the same matter under another service as well, where what was written holds one of the keywords: a
// suggestion that tells of a danger is a hazard too. Where the other service is not offered, nothing is asked.
type Also struct {
	Service string `yaml:"service"`
	// In is the text field in which the keywords are looked for.
	In       string   `yaml:"in"`
	Keywords []string `yaml:"keywords"`
	// Ask says why it is offered: 有人滑倒过,这也是安全隐患。
	Ask    Text        `yaml:"ask"`
	Fields []AlsoField `yaml:"fields"`
}

// AlsoField fills a field of the other service: from a text of this one, or with the name of a choice.
type AlsoField struct {
	To     string `yaml:"to"`
	From   string `yaml:"from"`
	Choice string `yaml:"choice"`
}

// Tells says whether a text holds a keyword.
func (a Also) Tells(text string) bool {
	return slices.ContainsFunc(a.Keywords, func(k string) bool { return strings.Contains(text, k) })
}

func (p *parser) checkAlso(s *Service) {
	if _, given := p.lines["also"]; !given {
		return
	}
	if s.Sealed {
		p.addAt("also", "a sealed service files nothing else: the other case would tell who reported")
	}
	if s.Also.Service == "" || s.Also.Service == s.Name {
		p.addAt("also.service", "the name of another service is expected")
	}
	if len(s.Also.Keywords) == 0 {
		p.addAt("also.keywords", "at least one keyword is expected, by which it is offered")
	}
	p.distinct("also.keywords", s.Also.Keywords)
	p.text("also.ask", s.Also.Ask)
	texts := s.named(KindText)
	if !slices.Contains(texts, s.Also.In) {
		p.addAt("also.in", "a text field is expected: %s", oneOf(s.Also.In, texts))
	}
	said := slices.Concat(texts, s.named(KindPlace))
	for i, f := range s.Also.Fields {
		at := fmt.Sprintf("also.fields[%d]", i+1)
		switch {
		case f.To == "":
			p.addAt(at+".to", "is missing; a field of the other service is expected")
		case (f.From == "") == (f.Choice == ""):
			p.addAt(at, "either `from` or `choice` is expected")
		case f.From != "" && !slices.Contains(said, f.From):
			p.addAt(at+".from", "a text or place field is expected: %s", oneOf(f.From, said))
		}
	}
}
