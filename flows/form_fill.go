package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// treeFor reads the tree of organisations where a field asks for one.
func (f *form) treeFor(ctx context.Context, s *service.Service) ([]union.Organisation, error) {
	if !slices.ContainsFunc(s.Form, func(field service.Field) bool { return field.Kind == service.KindOrganisation }) {
		return nil, nil
	}
	tree, err := f.lookup.Organisations(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for organisation: %w", err)
	}
	return tree, nil
}

// extract is Extract for the form that is being filled.
func (f *form) extract(ctx context.Context, t *formTurn, s *service.Service, text string) (map[string]cases.Value, error) {
	tree, err := f.treeFor(ctx, s)
	if err != nil {
		return nil, err
	}
	return Extract(s, text, t.Now, f.calendar, tree, f.reference, f.language), nil
}

// fill takes over what a sentence says of questions that are still open, and returns how it is shown back: 日期 11月18日(周三),自付
// 52,000.00 元. It is empty where there was nothing.
func (f *form) fill(ctx context.Context, t *formTurn, s *service.Service, text string) (string, error) {
	values, err := f.extract(ctx, t, s, text)
	if err != nil {
		return "", err
	}
	var told []string
	for _, field := range s.Form {
		v, found := values[field.Name]
		_, answered := t.Data.Draft.Values[field.Name]
		if !answered && consents(field) {
			t.Data.Said = text
			break
		}
		_, guessed := t.Data.Draft.Values[field.Guess] // from what was kept of the same sentence
		if !found || answered || guessed || !contains(t.Data.Draft.Shown(s), field.Name) || f.overflows(t, field, v) {
			continue
		}
		f.set(t, s, field, v)
		told = append(told, field.Label.In(f.language)+" "+field.Partly(v.Text))
	}
	return strings.Join(told, ","), nil
}

// consents says whether a choice may end the form: what a sentence says of the questions behind it is not taken before it is answered.
func consents(field service.Field) bool {
	return slices.ContainsFunc(field.Choices, func(c service.Choice) bool { return !c.Ends.Empty() })
}

// fillSaid takes over what waited for a consent.
func (f *form) fillSaid(ctx context.Context, t *formTurn, s *service.Service, field service.Field) error {
	text := t.Data.Said
	if text == "" || !consents(field) {
		return nil
	}
	t.Data.Said = ""
	told, err := f.fill(ctx, t, s, text)
	leadFilled(t, "记下了:", told)
	return err
}

// leadFilled shows back what a sentence said besides.
func leadFilled(t *formTurn, head, told string) {
	if told != "" {
		t.Lead(head + told + "。不对的随时回\"改\"加那一项,比如\"改 " + strings.SplitN(told, " ", 2)[0] + "\"。\n")
	}
}

// takeMore takes an answer that is a whole sentence: of the open question, and of others with it. taken is false where it says
// nothing of the open one.
func (f *form) takeMore(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (next bot.Next, taken bool, err error) {
	tree, err := f.treeFor(ctx, s)
	if err != nil {
		return bot.Next{}, false, err
	}
	e := extracting(s, t.Text(), t.Now, f.calendar, tree, f.reference, f.language)
	h := e.hear(field)
	if field.Kind == service.KindChoices {
		h = e.several(field)
	}
	switch v := h.value; {
	case len(h.either) > 0:
		t.Data.Either = h.either
		return bot.Goto("pick"), true, nil
	case h.problem != "":
		t.Lead(h.problem)
		return f.askAgain(t), true, nil
	case !h.ok() || f.overflows(t, field, v):
		return bot.Next{}, false, nil
	}
	if rings(s, field, h.value) {
		t.Data.Either = []cases.Value{h.value}
		return bot.Goto("pick"), true, nil
	}
	v := h.value
	t.Data.Rest = ""
	f.set(t, s, field, v)
	told, err := f.fill(ctx, t, s, t.Text())
	if err != nil {
		return bot.Next{}, false, err
	}
	first := field.Label.In(f.language) + " " + field.Partly(v.Text)
	leadFilled(t, "记下了:", strings.TrimSuffix(first+","+told, ","))
	next, err = f.afterText(ctx, t, s, field)
	return next, true, err
}

var (
	// saidWrong begins a sentence that corrects what was said before: 不对,是三号炉.
	saidWrong = regexp.MustCompile(`^(?:不对|不是|错了|说错了|写错了|搞错了|更正)[,，。.:：;；!！\s]+(应该是|应该|是|改成|改为)?\s*(.+)$`)
	// saidChange is 改 without the blank by which it is an engine word: 改时间 下周三.
	saidChange = regexp.MustCompile(`^(?:修改|更改|改一下|改)(.+)$`)
)

// correct changes an answer that was given before, where the words say that they do. The open question is asked again.
func (f *form) correct(ctx context.Context, t *formTurn, s *service.Service, open string) (next bot.Next, done bool, err error) {
	text := strings.TrimSpace(bot.Simplified(t.Text()))
	if m := saidChange.FindStringSubmatch(text); m != nil {
		if field, _ := labelledBy(t.Data.Draft.Shown(s), f.language, m[1]); field != nil {
			next, err = f.changeField(ctx, t, s, m[1])
			return next, true, err
		}
	}
	m := saidWrong.FindStringSubmatch(text)
	if m == nil {
		return bot.Next{}, false, nil
	}
	field, h, err := f.corrected(ctx, t, s, open, m[2], m[1] != "")
	v := h.value
	switch {
	case err != nil:
		return bot.Next{}, false, err
	case len(h.either) > 0:
		t.Data.Field, t.Data.Either = field.Name, h.either
		return bot.Goto("pick"), true, nil
	case !h.ok() || f.overflows(t, field, v):
		return bot.Next{}, false, nil
	case rings(s, field, v) && !f.read(field, m[2], t.Now).ok():
		t.Data.Field, t.Data.Either = field.Name, []cases.Value{v}
		return bot.Goto("pick"), true, nil
	}
	next, err = f.changeTo(ctx, t, s, field, v)
	return next, true, err
}

// corrected finds which answer the words take the place of: the only one of which they say another value, or else the last one.
// A text is taken over only where it is said what it is: 不对,是三号炉.
func (f *form) corrected(ctx context.Context, t *formTurn, s *service.Service, open, text string, explicit bool) (service.Field, heard, error) {
	values, err := f.extract(ctx, t, s, text)
	if err != nil {
		return service.Field{}, heard{}, err
	}
	var last service.Field
	var other []service.Field
	shown := t.Data.Draft.Shown(s)
	for _, field := range s.Questions() {
		before, answered := t.Data.Draft.Values[field.Name]
		if field.Name == open || !answered || before.Text == "" || !contains(shown, field.Name) {
			continue
		}
		last = *field
		if v, ok := values[field.Name]; ok && v.Text != before.Text {
			other = append(other, *field)
		}
	}
	if len(other) == 1 {
		return other[0], heard{value: values[other[0].Name]}, nil
	}
	if len(other) > 1 || last.Name == "" || last.Kind.Sent() || last.Kind == service.KindText && !explicit {
		return service.Field{}, heard{}, nil
	}
	h, err := f.hear(ctx, t, last, text)
	if last.Kind == service.KindPlace && !explicit && len(h.value.Raw) == 0 { // words that are no known place
		return service.Field{}, heard{}, err
	}
	return last, h, err
}
