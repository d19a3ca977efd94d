package article

import (
	"strconv"
	"time"
)

// Place is how far a rule reaches.
type Place string

// The places. What is true of one province or enterprise is an example to all others.
const (
	Nation     Place = "nation"
	Province   Place = "province"
	Enterprise Place = "enterprise"
)

// Places lists all places.
func Places() []Place { return []Place{Nation, Province, Enterprise} }

// Day is a date: 2026-11-22. Days compare as strings do.
type Day string

func (d Day) valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Article is one file: a topic with its paragraphs.
type Article struct {
	Name  string `yaml:"-"` // the file's stem
	Title string `yaml:"title"`
	// Source is the law or rule with its article: 《职工带薪年休假条例》第三条.
	Source string `yaml:"source"`
	AsOf   Day    `yaml:"as_of"`
	// ReviewBy is the day by which somebody is to look whether the text is still true.
	ReviewBy Day   `yaml:"review_by"`
	Place    Place `yaml:"place"`
	// Example is true of figures that are not this union's own.
	Example bool `yaml:"example"`
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

// ID names a paragraph while the files stay as they are: annual_leave#0.
func (p *Paragraph) ID() string { return p.Article.Name + "#" + strconv.Itoa(p.Index) }

// Overdue says whether the text was to be looked at before that day.
func (a *Article) Overdue(today Day) bool { return a.ReviewBy < today }
