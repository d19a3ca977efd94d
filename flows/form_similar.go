package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// likeData is a case that looks like what is being written.
type likeData struct {
	Number string `json:"number"`
	Words  string `json:"words"` // JY26-0121《二号炉加护栏》,正在办理
}

// findsSimilar looks for cases that look alike, once all is said by which they are found.
func (f *form) findsSimilar(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (next bot.Next, asks bool, err error) {
	by := append([]string{s.Summary.Similar.By}, s.Summary.Similar.Same...)
	unsaid := func(name string) bool { return t.Data.Draft.Values[name].Text == "" }
	if !slices.Contains(by, field.Name) || slices.ContainsFunc(by, unsaid) {
		return bot.Next{}, false, nil
	}
	alike, err := f.desk.Similar(ctx, t.Data.Draft.Owner, s, t.Data.Draft.Values)
	if err != nil {
		return bot.Next{}, false, fmt.Errorf("find similar cases: %w", err)
	}
	if len(alike) == 0 {
		return bot.Next{}, false, nil
	}
	t.Data.Alike = nil
	for _, c := range alike {
		t.Data.Alike = append(t.Data.Alike, likeData{
			Number: c.Number, Words: fmt.Sprintf("%s《%s》,%s", c.Number, cut(c.Title, 30), stateName(c.State, s, f.language)),
		})
	}
	f.changed(t)
	return bot.Goto("similar"), true, nil
}

// similarChoices are to second one of the cases that look alike, or to follow it, to go on, or to let it be.
func (d *formData) similarChoices(s *service.Service) []bot.Choice {
	var choices []bot.Choice
	word := "附议 "
	if s.Summary.Similar.Follow {
		word = "关注 "
	}
	for _, like := range d.Alike {
		choices = append(choices, bot.Choice{Label: word + like.Words})
	}
	return append(choices, bot.Choice{Label: "我的不一样,继续"}, bot.Choice{Label: "那就不提了"})
}

func (f *form) askSimilar(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	text := "已有很像的。附议它就不用重写,有结果一样告诉您:"
	if s.Summary.Similar.Follow {
		text = "已有人报过。关注它,您写的和照片会加进去,有结果一样告诉您:"
	}
	return bot.Reply{Text: text, Choices: t.Data.similarChoices(s)}, nil
}

func (f *form) takeSimilar(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	alike := t.Data.Alike
	switch i, ok := bot.Choose(t.Text(), t.Data.similarChoices(s)); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i < len(alike):
		return f.second(ctx, t, s, alike[i].Number)
	case i > len(alike):
		return f.drop(ctx, t, "好的,这次就不提了,谢谢您想着这件事。")
	}
	t.Data.Alike = nil
	return f.next(t, s), nil
}

// second seconds a case in place of what was being written, which is kept no longer: where the file says so, it is added there.
func (f *form) second(ctx context.Context, t *formTurn, s *service.Service, number string) (bot.Next, error) {
	var done cases.Seconded
	var err error
	owner, d := t.Data.Draft.Owner, t.Data.Draft
	if s.Summary.Similar.Follow {
		done, err = f.desk.Follow(ctx, owner, number, d.Values[s.Summary.Similar.By].Text, d.Pictures)
	} else {
		done, err = f.desk.Second(ctx, owner, number)
	}
	words, ok := f.followed(s, done, err, number)
	switch {
	case !ok:
		return bot.Next{}, fmt.Errorf("second case: %w", err)
	case errors.Is(err, cases.ErrOwn):
		t.Lead(words)
		return bot.Repeat(), nil
	case err != nil:
		t.Lead(words)
		t.Data.Alike = nil
		return f.next(t, s), nil //nolint:nilerr // the words say what it came to
	}
	return f.drop(ctx, t, words)
}

// followed says what following a case came to, or seconding it.
func (f *form) followed(s *service.Service, done cases.Seconded, err error, number string) (words string, ok bool) {
	if errors.Is(err, cases.ErrActNotAllowed) || errors.Is(err, cases.ErrSaidMuch) || errors.Is(err, cases.ErrNumberSaid) {
		return number + " 现在加不进去了,您的照着报。\n", true
	}
	if err != nil || !s.Summary.Similar.Follow {
		return (&caseWords{}).seconded(done, err, number)
	}
	return fmt.Sprintf("记下了,您关注 %s《%s》,写的和照片已经加进去,正在告诉经办人。有结果会告诉您。", done.Case.Number, cut(done.Case.Title, 30)), true
}
