package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

func (a *app) articlesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "articles",
		Short:   "Look at what the union has to tell about rules and sums",
		Example: "  unionbot articles check ./articles\n  unionbot articles find 产假多少天",
	}
	c.AddCommand(a.articlesCheckCommand(), a.articlesFindCommand())
	return c
}

func (a *app) articlesCheckCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check the articles and explain every mistake",
		Long: `Check the articles that come with unionbot, and the files of a folder over them, as serve reads them: of
ARTICLES_DIR, or of the FOLDER that is named. Every mistake is named with file, line, field and what was expected.`,
		Example: "  unionbot articles check\n  unionbot articles check ./articles --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := a.checkArticles(strings.Join(args, ""))
			return a.tellArticles(all, err, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

// readArticles reads the articles with the folder that is named, or else with the configured one.
func (a *app) readArticles(named string) ([]*article.Article, error) {
	if named != "" {
		return loadArticles(config.Config{ArticlesDir: named})
	}
	c, err := a.load()
	if err != nil {
		return nil, err
	}
	return loadArticles(c)
}

// checkArticles reads the articles, and looks for the sums that they name.
func (a *app) checkArticles(named string) ([]*article.Article, error) {
	all, err := a.readArticles(named)
	if err != nil {
		return nil, err
	}
	c, err := a.load()
	if err != nil {
		return nil, err
	}
	data, err := loadReference(c)
	if err != nil {
		return nil, err
	}
	if problems := article.Unfilled(all, sumIn(data)); len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

// sumIn finds whether there is a sum that an article may name.
func sumIn(data *reference.Data) func(string) (string, bool) {
	return func(name string) (string, bool) {
		fen, ok := data.Standard(name)
		return strconv.Itoa(fen / 100), ok
	}
}

// told is what the check commands write as JSON of one file that is in order.
type told struct {
	Name     string     `json:"name"`
	Title    string     `json:"title,omitempty"`
	Source   string     `json:"source"`
	AsOf     folder.Day `json:"as_of"`
	ReviewBy folder.Day `json:"review_by"`
	Answers  int        `json:"answers,omitempty"`
}

func (a *app) tellArticles(all []*article.Article, err error, asJSON bool) error {
	var problems folder.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	result := struct {
		Articles []told    `json:"articles"`
		Mistakes []mistake `json:"mistakes"`
	}{[]told{}, []mistake{}}
	for _, p := range problems {
		result.Mistakes = append(result.Mistakes, mistake{p.File, p.Line, p.Field, p.Text})
	}
	for _, each := range all {
		result.Articles = append(result.Articles, told{each.Name, each.Title, each.Source, each.AsOf, each.ReviewBy, len(each.Paragraphs)})
	}
	if asJSON {
		if err := a.writeJSON(result); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("articles: %d wrong:\n%w", len(problems), err)
	}
	for _, t := range result.Articles {
		if !asJSON {
			fmt.Fprintf(a.stdout, "%-20s  %d answers, as of %s, to be reviewed by %s  %s\n", t.Name, t.Answers, t.AsOf, t.ReviewBy, t.Title)
		}
	}
	return nil
}

// found is what articles find writes as JSON of one paragraph.
type found struct {
	Article string     `json:"article"`
	Heading string     `json:"heading"`
	Line    int        `json:"line"`
	Score   float64    `json:"score"`
	Answers bool       `json:"answers"`
	Text    string     `json:"text"`
	Source  string     `json:"source"`
	AsOf    folder.Day `json:"as_of"`
}

func (a *app) articlesFindCommand() *cobra.Command {
	var named string
	var asJSON bool
	c := &cobra.Command{
		Use:   "find QUESTION",
		Short: "Show which paragraphs answer a question, and how well they fit",
		Long: fmt.Sprintf(`Show which paragraphs may answer a question, the likeliest first, with a score from 0 to 1. From %.2f on the first is
the answer, unless the second is within %.2f of it: then the person chooses. Where the expected one is missing, write the
question into its file.`, article.SureScore, article.CloseScore),
		Example: "  unionbot articles find 产假多少天\n  unionbot articles find 年假几天 --folder ./articles --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := a.readArticles(named)
			if err != nil {
				return err
			}
			return a.showHits(article.NewLibrary(all...).Find(bot.Simplified(args[0])), asJSON)
		},
	}
	c.Flags().StringVar(&named, "folder", "", "folder of articles, in place of ARTICLES_DIR")
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func (a *app) showHits(hits []article.Hit, asJSON bool) error {
	all := []found{}
	for _, h := range hits {
		all = append(all, found{h.Article.Name, h.Heading, h.Line, h.Score, h.Score >= article.SureScore, h.Text, h.Source, h.Article.AsOf})
	}
	if asJSON {
		return a.writeJSON(all)
	}
	for _, f := range all {
		fmt.Fprintf(a.stdout, "%.2f  %s.md:%d  %s\n      %s\n", f.Score, f.Article, f.Line, f.Heading, f.Text)
	}
	if len(all) == 0 {
		fmt.Fprintln(a.stdout, "no article answers this")
	}
	return nil
}
