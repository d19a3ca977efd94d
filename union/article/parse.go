package article

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union/folder"
)

const (
	ending    = ".md"
	delimiter = "---"
	// mostRunes is how long an answer may be: it is read on a telephone.
	mostRunes = 320
)

// Parse reads one article. The error is folder.Problems, all that were found.
func Parse(name string, source []byte) (*Article, error) {
	a := &Article{Name: name}
	lines := strings.Split(string(folder.Canonical(source)), "\n")
	end := -1
	if strings.TrimRight(lines[0], " ") == delimiter {
		end = slices.IndexFunc(lines[1:], func(l string) bool { return strings.TrimRight(l, " ") == delimiter })
	}
	if end < 0 {
		return nil, folder.Problems{{File: name + ending, Line: 1, Text: "a first line --- is expected, then title, source, as_of and the rest, and a line --- after them"}}
	}
	d := folder.Strict(name+ending, 1, []byte(strings.Join(lines[1:end+1], "\n")), a)
	if len(d.Problems) == 0 {
		a.checkFront(d)
	}
	a.readBody(d, lines[end+2:], end+2)
	if len(d.Problems) > 0 {
		d.Problems.Sort()
		return nil, d.Problems
	}
	return a, nil
}

func (a *Article) checkFront(d *folder.Document) {
	a.Check(d)
	if strings.TrimSpace(a.Title) == "" {
		d.AddAt([]any{"title"}, "is missing")
	}
	for i, q := range a.Questions {
		if len(features(q)) == 0 {
			d.AddAt([]any{"questions", i}, "is no question")
		}
	}
	for i, k := range a.Keywords {
		if utf8.RuneCountInString(k) < 2 {
			d.AddAt([]any{"keywords", i}, "two characters are the least")
		}
	}
}

// readBody reads the paragraphs. Its first line is the line before + 1 of the file.
func (a *Article) readBody(d *folder.Document, lines []string, before int) {
	for i, line := range lines {
		number := before + i + 1
		text := strings.TrimSpace(line)
		heading, isHeading := strings.CutPrefix(text, "## ")
		switch {
		case isHeading:
			a.Paragraphs = append(a.Paragraphs, &Paragraph{
				Article: a, Index: len(a.Paragraphs), Heading: strings.TrimSpace(heading), Source: a.Source, Line: number,
			})
		case strings.HasPrefix(text, "#"):
			d.Add(number, "", "a heading of a paragraph begins with ## and a blank")
		case text == "":
		case len(a.Paragraphs) == 0:
			d.Add(number, "", "a heading is expected before the text: ## 标准是多少")
		default:
			a.Paragraphs[len(a.Paragraphs)-1].add(d, number, text)
		}
	}
	if len(a.Paragraphs) == 0 {
		d.Add(before, "", "there is no paragraph: ## and a heading, then the text")
		return
	}
	first := a.Paragraphs[0]
	first.Questions = append(first.Questions, a.Questions...)
	for _, p := range a.Paragraphs {
		p.check(d)
	}
}

// add takes a line: a question, the source, or text. Lines of text stay lines.
func (p *Paragraph) add(d *folder.Document, line int, text string) {
	if question, ok := labelled(text, "问"); ok {
		if p.Text != "" {
			d.Add(line, p.Heading, "questions stand before the text")
		}
		p.Questions = append(p.Questions, question)
		return
	}
	if source, ok := labelled(text, "来源"); ok {
		p.Source = source
		return
	}
	if p.Text != "" {
		p.Text += "\n"
	}
	p.Text += text
}

func labelled(text, label string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, label+":"); !ok {
		rest, ok = strings.CutPrefix(text, label+"：")
	}
	return strings.TrimSpace(rest), ok
}

func (p *Paragraph) check(d *folder.Document) {
	switch n := utf8.RuneCountInString(p.Text); {
	case p.Heading == "":
		d.Add(p.Line, "", "the heading is empty")
	case n == 0:
		d.Add(p.Line, p.Heading, "the paragraph has no text")
	case n > mostRunes:
		d.Add(p.Line, p.Heading, "the paragraph has %d characters; the most is %d: it is read on a telephone", n, mostRunes)
	case len(p.Questions) == 0:
		d.Add(p.Line, p.Heading, "no question leads here: write one as 问: below the heading")
	}
}
