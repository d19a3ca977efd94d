package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Also offers to file the same matter under another service as well, where what was written holds one of the keywords: a
// suggestion that tells of a danger is a hazard too. Where the other service is not offered, nothing is asked.
type Also struct {
	Service string `yaml:"service"`
	// In are the text fields in which the keywords are looked for.
	In       OneOrMore `yaml:"in"`
	Keywords []string  `yaml:"keywords"`
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

// OneOrMore are names of fields; a file may write one alone.
type OneOrMore []string

// UnmarshalYAML reads a name or a list of them.
func (n *OneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = OneOrMore{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

// Tells says whether a text holds a keyword, other than as what is to be prevented: 防滑倒.
func (a Also) Tells(text string) bool {
	return slices.ContainsFunc(a.Keywords, func(k string) bool { return Stands(text, k, prevents) })
}

// Stands says whether a word stands in a text anywhere but behind what takes it back, which ends in behind.
func Stands(text, word string, behind *regexp.Regexp) bool {
	for from := 0; word != ""; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		if !behind.MatchString(text[:from+at]) {
			return true
		}
		from += at + len(word)
	}
	return false
}

// prevents ends what stands before a danger that is to be prevented.
var prevents = regexp.MustCompile(`(?:防止?|预防|避免|以免|免得|以防|怕|不再|不会)(?:再|有人|人|大家|工人|职工)*$`)

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
	if len(s.Also.In) == 0 {
		p.addAt("also.in", "a text field is expected: %s", oneOf("", texts))
	}
	for _, name := range s.Also.In {
		if !slices.Contains(texts, name) {
			p.addAt("also.in", "a text field is expected: %s", oneOf(name, texts))
		}
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
