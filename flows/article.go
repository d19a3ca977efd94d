package flows

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

// Articles are what the union has to tell about rules and sums. They may change while it runs.
type Articles interface {
	// Find lists the paragraphs that may answer a question, the likeliest first.
	Find(question string) []article.Hit
	// Topic lists the paragraphs about what a text names and says no more: 产假.
	Topic(text string) []*article.Paragraph
	// Get finds a paragraph by its ID.
	Get(id string) (*article.Paragraph, bool)
}

const (
	// A question that an article answers goes before a service whose name stands in it: 法律援助要什么材料. Life goes first.
	answerScore = 0.96
	// topicScore is that of a topic's name alone, which a service may have as well.
	topicScore = 0.85
	// firmScore is what an article must reach to answer while another question is open.
	firmScore = 0.55
	// doubt is taken off where no question was asked: 我妈妈住院了.
	doubt = 0.6
)

const (
	saidWhichArticle = "您想问哪一个?"
	saidArticleGone  = "这条资料刚刚换过,请再问一次。"
	saidExample      = "金额和条件是示例,以您所在单位和当地的规定为准。"
	saidOwnSum       = "\n金额是 %s 的,依据《%s》(%s,%s)。"
	saidOverdue      = "这条资料过了复核日期(%s),办事前请向分会核实。"
)

// Sums are those that articles name.
type Sums interface {
	// StandardIn finds the sum of an occasion, in fen, where a member belongs, and the unit whose own it is.
	StandardIn(name, unit string) (fen int, own reference.StandardPlace, ok bool)
	StandardPlaces() []reference.StandardPlace
}

// sumsIn says the sums of the reference data as articles do, 2,000, as they are in a unit; whose own ones they were is asked of the second.
func (a *articles) sumsIn(unit string) (find func(name string) (said string, ok bool), own *reference.StandardPlace) {
	own = &reference.StandardPlace{}
	return func(name string) (string, bool) {
		fen, at, ok := a.sums.StandardIn(name, unit)
		if !ok {
			return "(以本单位规定为准)", false
		}
		if len(at.Unit) > len(own.Unit) {
			*own = at
		}
		return strings.TrimSuffix(figure(fen), ".00"), true
	}, own
}

// unit is where the person belongs, if sums depend on it.
func (a *articles) unit(ctx context.Context, t *articleTurn) (string, error) {
	if len(a.sums.StandardPlaces()) == 0 {
		return "", nil
	}
	member, err := a.people.member(ctx, t.Talk)
	return member.OrgPath, err
}

// articles answers questions about rules and sums, also in the middle of something else.
type articles struct {
	library  Articles
	sums     Sums
	people   people
	calendar Calendar
}

// articleData holds the paragraphs to choose from.
type articleData struct {
	IDs []string `json:"ids,omitempty"`
}

type articleTurn = bot.Turn[articleData]

func (a *articles) flow() bot.Flow {
	return bot.Define(bot.Spec[articleData]{
		Name: "article", Rev: 1, Title: "问答", Expires: listExpires, Passing: true, Tellable: true,
		Understand: a.understand, Interrupts: a.interrupts,
		Begin: a.begin,
		Steps: []bot.Step[articleData]{{Name: "which", AskFunc: a.ask, Handle: a.take}},
	})
}

// understand finds the article that a sentence asks for. Of several as near, the person chooses.
func (a *articles) understand(text string) []bot.Guess {
	if about := a.library.Topic(text); len(about) > 0 {
		return []bot.Guess{guessOf(about, topicScore)}
	}
	hits := a.library.Find(text)
	if len(hits) == 0 {
		return nil
	}
	asks, least := article.Asks(text), article.SureScore
	if strings.ContainsAny(text, ",，。;；") {
		least = firmScore // a story with a question in it: 合同到期不给补偿,怎么维权
	}
	if asks && hits[0].Score >= least {
		return []bot.Guess{guessOf(near(hits), answerScore)}
	}
	var guesses []bot.Guess
	for _, h := range hits {
		score := h.Score
		if !asks {
			score *= doubt
		}
		guesses = append(guesses, guessOf([]*article.Paragraph{h.Paragraph}, min(score, bot.SureScore*0.9)))
	}
	return guesses
}

// interrupts answers a question while another one is open, if it cannot well be an answer.
func (a *articles) interrupts(text string) []bot.Guess {
	if !article.Interrupts(text) {
		return nil
	}
	hits := a.library.Find(text)
	if len(hits) == 0 || hits[0].Score < firmScore {
		return nil
	}
	return []bot.Guess{guessOf(near(hits), answerScore)}
}

// near are the hits that may as well be meant as the first.
func near(hits []article.Hit) (paragraphs []*article.Paragraph) {
	for _, h := range hits {
		if hits[0].Score-h.Score < article.CloseScore {
			paragraphs = append(paragraphs, h.Paragraph)
		}
	}
	return paragraphs
}

func guessOf(paragraphs []*article.Paragraph, score float64) bot.Guess {
	var ids []string
	for _, p := range paragraphs {
		ids = append(ids, p.ID())
	}
	return bot.Guess{Label: "看规定:" + paragraphs[0].Heading, Key: strings.Join(ids, ","), Score: score}
}

func (a *articles) begin(ctx context.Context, t *articleTurn) (bot.Next, error) {
	t.Data.IDs = strings.Split(t.Entry.Key, ",")
	if len(t.Data.IDs) > 1 {
		return bot.Goto("which"), nil
	}
	return a.answer(ctx, t, t.Data.IDs[0])
}

func (a *articles) ask(_ context.Context, t *articleTurn) (bot.Reply, error) {
	choices, _ := a.choices(t)
	return bot.Reply{Text: saidWhichArticle, Choices: choices}, nil
}

func (a *articles) answer(ctx context.Context, t *articleTurn, id string) (bot.Next, error) {
	p, ok := a.library.Get(id)
	if !ok {
		t.Say(saidArticleGone)
		return bot.End(), nil
	}
	unit, err := a.unit(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	find, own := a.sumsIn(unit)
	text, _ := p.Fill(find)
	text += fmt.Sprintf("\n来源:%s(截至 %s)。", p.Source, p.Article.AsOf)
	if p.Article.Example {
		text += saidExample
	}
	if p.Article.Overdue(folder.Day(a.calendar.Date(t.Now).String())) {
		text += fmt.Sprintf(saidOverdue, p.Article.ReviewBy)
	}
	if own.Unit != "" {
		text += fmt.Sprintf(saidOwnSum, own.Unit, own.Rule, own.Source, own.AsOf)
	}
	t.Say(text)
	return bot.End(), nil
}

// choices are the paragraphs to choose from, without those that are gone.
func (a *articles) choices(t *articleTurn) (choices []bot.Choice, ids []string) {
	for _, id := range t.Data.IDs {
		if p, ok := a.library.Get(id); ok {
			choices, ids = append(choices, bot.Choice{Label: p.Heading}), append(ids, id)
		}
	}
	return choices, ids
}

func (a *articles) take(ctx context.Context, t *articleTurn) (bot.Next, error) {
	choices, ids := a.choices(t)
	if i, ok := bot.Choose(t.Text(), choices); ok && t.IsText() {
		return a.answer(ctx, t, ids[i])
	}
	return bot.Miss(), nil
}
