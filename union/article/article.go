package article

import (
	"regexp"
	"strconv"

	"github.com/unionbot/unionbot/union/folder"
)

// Article is one file: a topic with its paragraphs.
type Article struct {
	Name          string `yaml:"-"` // the file's stem
	Title         string `yaml:"title"`
	folder.Origin `yaml:",inline"`
	// Questions are answered by the first paragraph.
	Questions []string `yaml:"questions"`
	// Keywords are other names of the topic: 年假, 带薪假.
	Keywords   []string     `yaml:"keywords"`
	Paragraphs []*Paragraph `yaml:"-"`
}

// Paragraph is one answer.
type Paragraph struct {
	Article *Article
	Index   int
	Heading string
	// Questions are what workers ask, in their words.
	Questions []string
	Text      string
	// Source is the paragraph's own, or else the article's.
	Source string
	Line   int
}

var sum = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

// Fill puts sums in the places that the text has for them, such as {birthday}, by what find says. known is false if one
// was not found.
func (p *Paragraph) Fill(find func(name string) (sum string, ok bool)) (text string, known bool) {
	known = true
	text = sum.ReplaceAllStringFunc(p.Text, func(place string) string {
		found, ok := find(place[1 : len(place)-1])
		known = known && ok
		return found
	})
	return text, known
}

// ID names a paragraph while the files stay as they are: annual_leave#0.
func (p *Paragraph) ID() string { return p.Article.Name + "#" + strconv.Itoa(p.Index) }
