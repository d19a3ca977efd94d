package articles_test

import (
	"os"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/flows/articles"
	"github.com/unionbot/unionbot/union/article"
)

type asked struct {
	question, name, heading string
	unsure                  bool
}

func questions(t *testing.T) (all []asked) {
	t.Helper()
	source, err := os.ReadFile("../testdata/questions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		switch {
		case strings.HasPrefix(line, "#"):
		case len(fields) == 2:
			all = append(all, asked{question: fields[0]})
		default:
			all = append(all, asked{fields[0], fields[1], fields[2], len(fields) > 3})
		}
	}
	return all
}

func library(t *testing.T) *article.Library {
	t.Helper()
	all, err := article.Load(articles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return article.NewLibrary(all...)
}

func (q asked) answers(h article.Hit) bool {
	return h.Article.Name == q.name && strings.HasPrefix(h.Heading, q.heading)
}

func TestQuestionsAreAnsweredByTheirParagraph(t *testing.T) {
	l := library(t)
	for _, q := range questions(t) {
		hits := l.Find(q.question)
		sure := len(hits) > 0 && hits[0].Score >= article.SureScore
		switch {
		case q.name == "" && sure:
			t.Errorf("%s: answered by %s, %s (%.2f)", q.question, hits[0].Article.Name, hits[0].Heading, hits[0].Score)
		case q.name == "":
		case len(hits) == 0:
			t.Errorf("%s: nothing", q.question)
		case !q.answers(hits[0]) && (sure || !q.unsure):
			t.Errorf("%s: answered by %s, %s (%.2f)", q.question, hits[0].Article.Name, hits[0].Heading, hits[0].Score)
		case !sure && !q.unsure:
			t.Errorf("%s: only %.2f for %s", q.question, hits[0].Score, hits[0].Heading)
		}
	}
}
