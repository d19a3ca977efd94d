package flows

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// leastMore is how many characters of words at the summary are taken for more of the matter.
const leastMore = 6

// noMore are words that ask or refuse, rather than tell.
var noMore = regexp.MustCompile(`[??]|什么|怎么|为啥|为何|多少|哪|谁|吗$|呢$|不对|错了|不是|不要|别|提交`)

var appendChoices = []bot.Choice{{Label: "加上"}, {Label: "不加"}}

// tellsMore says whether words at the summary, which answer none of its choices, may be more of what the form is about.
func (f *form) tellsMore(t *formTurn, s *service.Service) bool {
	field, ok := s.SentenceField()
	text := strings.TrimSpace(t.Text())
	return ok && contains(t.Data.Draft.Shown(s), field.Name) && utf8.RuneCountInString(text) >= leastMore &&
		!wordless(text) && !noMore.MatchString(bot.Simplified(text))
}

func (f *form) askAppend(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	field, _ := s.SentenceField()
	return bot.Reply{Text: "要把这句加到【" + field.Label.In(f.language) + "】里吗?“" + cut(t.Data.More, shownRunes) + "”", Choices: appendChoices}, nil
}

// confirmAppend leaves out what was said besides: nothing is handed in that the summary did not show.
func (f *form) confirmAppend(_ context.Context, t *formTurn) (bot.Next, error) {
	t.Data.More = ""
	t.Lead("刚才那句没有加,要提交请再回一次。\n")
	return bot.Goto(summaryOf(t.Data.Draft)), nil
}

// takeAppend adds what was said at the summary to the matter, after a yes.
func (f *form) takeAppend(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	i, ok := yesOrNo(t.Text(), appendChoices)
	field, known := s.SentenceField()
	if !ok && t.IsText() {
		if next, ok := f.elsewhere(t, s); ok {
			return next, nil
		}
		if f.tellsMore(t, s) {
			t.Data.More += "。" + strings.TrimSpace(t.Text())
			return bot.Repeat(), nil
		}
		t.Data.More = ""
		t.Lead("刚才那句没有加。\n")
		return bot.Goto(summaryOf(t.Data.Draft)), nil
	}
	switch {
	case !ok:
		return bot.Miss(), nil
	case i == 1 || !known:
		t.Data.More = ""
		return bot.Goto(summaryOf(t.Data.Draft)), nil
	}
	before := t.Data.Draft.Values[field.Name]
	value := cases.Value{Text: t.Data.More, Voice: before.Voice}
	if before.Text != "" && before.Text != spokenOnly {
		value.Text = strings.TrimRight(before.Text, "。.;") + "。" + t.Data.More
	}
	t.Data.More = ""
	if problem := tooLong(field, value.Text); problem != "" {
		t.Lead(problem + "没有加上。\n")
		return bot.Goto(summaryOf(t.Data.Draft)), nil
	}
	if f.overflows(t, field, value) {
		t.Lead("这份表已经写得很长,没有加上。\n")
		return bot.Goto(summaryOf(t.Data.Draft)), nil
	}
	f.set(t, s, field, value)
	f.changed(t)
	return bot.Goto(summaryOf(t.Data.Draft)), nil
}
