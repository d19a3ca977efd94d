package article

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/union/folder"
)

// Load reads the articles of some folders; a file of a later one stands in the place of one of the same name. The error
// is folder.Problems, all that were found.
func Load(folders ...fs.FS) ([]*Article, error) {
	files, err := folder.Read(ending, folders...)
	if err != nil {
		return nil, err
	}
	return load(files)
}

func load(files folder.Files) ([]*Article, error) {
	problems := slices.Clone(files.Problems)
	var all []*Article
	asked := map[string]*Paragraph{}
	for _, stem := range files.Stems() {
		a, err := Parse(stem, files.Sources[stem])
		var found folder.Problems
		if errors.As(err, &found) {
			problems = append(problems, found...)
			continue
		}
		all = append(all, a)
		for _, p := range a.Paragraphs {
			for _, q := range p.Questions {
				if other, taken := asked[normal(q)]; taken && other != p {
					problems = append(problems, folder.Problem{File: files.Name(stem), Line: p.Line, Field: p.Heading, Text: "the question " +
						q + " leads to " + other.Article.Name + ending + " already, paragraph " + other.Heading})
				}
				asked[normal(q)] = p
			}
		}
	}
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return all, nil
}

// Unfilled finds the paragraphs that have a place for a sum which find does not know.
func Unfilled(all []*Article, find func(name string) (sum string, ok bool)) (problems folder.Problems) {
	for _, a := range all {
		for _, p := range a.Paragraphs {
			if _, known := p.Fill(find); !known {
				problems = append(problems, folder.Problem{
					File: a.Name + ending, Line: p.Line, Field: p.Heading, Text: "names a sum in braces that standards.yaml does not have",
				})
			}
		}
	}
	return problems
}

// Library answers from the articles that are offered now. Many goroutines may use it while it is offered others.
type Library struct {
	index atomic.Pointer[index]
}

// NewLibrary holds some articles.
func NewLibrary(articles ...*Article) *Library {
	l := &Library{}
	l.Offer(articles)
	return l
}

// Offer puts other articles in the place of those that were offered.
func (l *Library) Offer(articles []*Article) { l.index.Store(newIndex(articles)) }

// All lists the articles by name.
func (l *Library) All() []*Article { return l.index.Load().articles }

// Get finds a paragraph by its ID.
func (l *Library) Get(id string) (*Paragraph, bool) {
	p, ok := l.index.Load().byID[id]
	return p, ok
}

// Find lists the paragraphs that may answer a question in simplified characters, the likeliest first.
func (l *Library) Find(question string) []Hit { return l.index.Load().find(question) }

// NewFolder keeps a library at what stands in folders.
func NewFolder(l *Library, now func() time.Time, log *slog.Logger, layers ...fs.FS) *folder.Watch {
	return folder.NewWatch(func() (folder.Reading, error) {
		files, err := folder.Read(ending, layers...)
		return reading{files, l}, err
	}, now, log)
}

type reading struct {
	folder.Files
	library *Library
}

// Take offers the articles.
func (r reading) Take(context.Context) error {
	articles, err := load(r.Files)
	if err == nil {
		r.library.Offer(articles)
	}
	return err
}
