package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// wantsAnswer takes what is lacking from what was said along with the act, or asks for it.
func (k *tasks) wantsAnswer(ctx context.Context, t *tasksTurn, need *cases.AnswerNeededError) (bot.Next, error) {
	t.Data.Hash, t.Data.Field = need.Hash, need.Field.Name
	delete(t.Data.Answers, need.Field.Name)
	form, err := k.actForm(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if took, err := k.fromLabels(ctx, t, form, t.Data.Note); err != nil || took == 0 {
		return bot.Goto("answer"), err
	}
	t.Data.Note = ""
	return k.decide(ctx, t)
}

// actForm is what the officer is asked with the act.
func (k *tasks) actForm(ctx context.Context, t *tasksTurn) ([]service.Field, error) {
	s, err := k.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return nil, fmt.Errorf("find service of case %s: %w", t.Data.Number, err)
	}
	for _, step := range s.Review {
		for _, o := range step.Acts {
			if slices.ContainsFunc(o.Form, func(f service.Field) bool { return f.Name == t.Data.Field }) {
				return o.Form, nil
			}
		}
	}
	return nil, nil
}

func (k *tasks) askAnswer(ctx context.Context, t *tasksTurn) (bot.Reply, error) {
	form, err := k.actForm(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	at := slices.IndexFunc(form, func(f service.Field) bool { return f.Name == t.Data.Field })
	if at < 0 {
		return bot.Reply{Text: "这一步刚刚改了,请回复\"待办\"重新办。"}, nil
	}
	reply := bot.Reply{Text: t.Data.Number + " " + form[at].Ask.In(k.caseWords.language), Choices: k.form.choices(form[at])}
	if len(t.Data.Answers) == 0 && len(form) > 2 {
		var labels []string
		for _, f := range form {
			labels = append(labels, f.Label.In(k.caseWords.language)+":…")
		}
		reply.Text += "(也可以一次写全:" + strings.Join(labels, ";") + ")"
	}
	return reply, nil
}

func (k *tasks) takeAnswer(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindImage && t.Message.Media != nil {
		return k.takePicture(ctx, t)
	}
	form, err := k.actForm(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	at := slices.IndexFunc(form, func(f service.Field) bool { return f.Name == t.Data.Field })
	switch {
	case at < 0:
		return bot.End(), nil
	case !t.IsText():
		t.Lead("请用文字回答。")
		return bot.Repeat(), nil
	}
	if took, err := k.fromLabels(ctx, t, form, t.Text()); err != nil || took > 0 {
		if err != nil {
			return bot.Next{}, err
		}
		return k.decide(ctx, t)
	}
	h, err := k.hear(ctx, t, form[at], t.Text())
	if err != nil {
		return bot.Next{}, err
	}
	if !h.ok() {
		if h.problem == "" {
			h.problem = "没看懂这个回答。"
		}
		t.Lead(h.problem)
		return bot.Repeat(), nil
	}
	t.Data.answer(form[at], h.value)
	return k.decide(ctx, t)
}

// hear understands an answer, and looks up the members that it names.
func (k *tasks) hear(ctx context.Context, t *tasksTurn, f service.Field, text string) (heard, error) {
	if f.Kind != service.KindMembers {
		return k.form.read(f, text, t.Now), nil
	}
	h, err := k.form.hearMembers(ctx, &formTurn{Talk: t.Talk}, f, text)
	if len(h.either) > 0 {
		h = heard{problem: "里面有几位重名,请写工号。"}
	}
	return h, err
}

func (d *tasksData) answer(f service.Field, v cases.Value) {
	if d.Answers == nil {
		d.Answers = map[string]cases.Value{}
	}
	d.Answers[f.Name] = v
}

// fromLabels takes the answers of a text that says what each is: 等级:重大;责任人:王班长. It says how many it took; of a part
// that cannot be read nothing is taken, and the question comes.
func (k *tasks) fromLabels(ctx context.Context, t *tasksTurn, form []service.Field, text string) (took int, err error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";；\n", r) })
	for _, part := range parts {
		f, rest := labelledBy(pointers(form), k.caseWords.language, part)
		if f == nil || rest == "" {
			continue
		}
		h, err := k.hear(ctx, t, *f, rest)
		if err != nil {
			return took, err
		}
		if h.ok() {
			t.Data.answer(*f, h.value)
			took++
		}
	}
	return took, nil
}
