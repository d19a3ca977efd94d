package main

import (
	"strings"

	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/folder"
)

// examineArticles reads the articles as serve does, and names those that were to be looked through by now.
func examineArticles(p *patient) finding {
	const name = "articles"
	all, err := loadArticles(p.config)
	if err != nil {
		return bad(name, "mend the file that is named: what runs goes on with the articles before, and does not start again; unionbot articles check says all that is wrong",
			"are refused: %v", err)
	}
	today := folder.DayOf(p.now().In(p.config.Timezone))
	var old []string
	answers := 0
	for _, a := range all {
		answers += len(a.Paragraphs)
		if a.Overdue(today) {
			old = append(old, aged(a.Name+".md", a.Origin))
		}
	}
	data, err := loadReference(p.config)
	if err != nil {
		return fine(name, "%d with %d answers; the sums in them are not looked at: the reference data are refused", len(all), answers)
	}
	if problems := article.Unfilled(all, sumIn(data)); len(problems) > 0 {
		return warning(name, "name a sum that is in standards.yaml, or write it there: people read (以本单位规定为准) in its place", "%v", problems)
	}
	if len(old) > 0 {
		return warning(name, "ask whoever keeps the rule what holds now, change the file in ARTICLES_DIR, or only its as_of and review_by; people are told so long to ask again",
			"should have been looked through by now: %s", strings.Join(old, "; "))
	}
	return fine(name, "%d with %d answers, none due to be looked through", len(all), answers)
}
