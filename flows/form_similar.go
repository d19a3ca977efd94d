package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// likeData is a case that looks like what is being written.
type likeData struct {
	Number string `json:"number"`
	Words  string `json:"words"` // JY26-0121《二号炉加护栏》,正在办理
}

// similarChoices are to second one of the cases that look alike, to go on, or to let it be.
func (d formData) similarChoices() []bot.Choice {
	var choices []bot.Choice
	for _, like := range d.Alike {
		choices = append(choices, bot.Choice{Label: "附议 " + like.Words})
	}
	return append(choices, bot.Choice{Label: "我的不一样,继续"}, bot.Choice{Label: "那就不提了"})
}

func (f form) askSimilar(_ context.Context, t *formTurn) (bot.Reply, error) {
	return bot.Reply{Text: "已有很像的。附议它就不用重写,有结果一样告诉您:", Choices: t.Data.similarChoices()}, nil
}

func (f form) takeSimilar(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	alike := t.Data.Alike
	switch i, ok := bot.Choose(t.Text(), t.Data.similarChoices()); {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i < len(alike):
		return f.second(ctx, t, alike[i].Number)
	case i > len(alike):
		return f.drop(ctx, t, "好的,这次就不提了,谢谢您想着这件事。")
	}
	t.Data.Alike = nil
	return f.next(t, s), nil
}

// second seconds a case in place of what was being written, which is kept no longer.
func (f form) second(ctx context.Context, t *formTurn, number string) (bot.Next, error) {
	done, err := f.desk.Second(ctx, t.Data.Draft.Owner, number)
	words, ok := caseWords{}.seconded(done, err, number)
	switch {
	case !ok:
		return bot.Next{}, fmt.Errorf("second case: %w", err)
	case errors.Is(err, cases.ErrOwn):
		t.Lead(words)
		return bot.Repeat(), nil
	case err != nil:
		t.Lead(words)
		t.Data.Alike = nil
		s, err := f.service(ctx, t)
		if err != nil {
			return bot.Next{}, err
		}
		return f.next(t, s), nil
	}
	return f.drop(ctx, t, words)
}
