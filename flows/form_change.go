package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// change changes a field: 改1 设备, or asks which.
func (f *form) change(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if t.Step == "resume" {
		return f.first(t), nil
	}
	if t.Command.Rest == "" {
		return bot.Goto("change"), nil
	}
	if field, ok := s.Field(t.Data.Field); ok && field.Kind == service.KindList && t.Step == "field" {
		if next, done := f.editList(t, s, field, "改"+t.Command.Rest); done {
			return next, nil
		}
	}
	return f.changeField(ctx, t, s, t.Command.Rest)
}

func (f *form) askChange(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Reply{Text: "改哪一项?" + f.sharesHint(s, t.Data.Draft)}
	for _, field := range t.Data.Draft.Shown(s) {
		reply.Choices = append(reply.Choices, bot.Choice{Label: field.Label.In(f.language)})
	}
	return reply, nil
}

func (f *form) takeChange(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	if !t.IsText() {
		return bot.Miss(), nil
	}
	if _, _, ok := f.fieldAt(t, s, t.Text()); !ok && !f.isSignature(t, s, t.Text()) {
		if next, ok := f.elsewhere(t, s); ok {
			return next, nil
		}
	}
	return f.changeField(ctx, t, s, t.Text())
}

func (f *form) changeField(ctx context.Context, t *formTurn, s *service.Service, text string) (bot.Next, error) {
	field, rest, ok := f.fieldAt(t, s, text)
	switch {
	case !ok && f.isSignature(t, s, text):
		f.changeSignature(t, s, text)
		return f.next(t, s), nil
	case !ok:
		t.Lead("没有这一项。")
		return bot.Goto("change"), nil
	case field.Kind.Sent():
		noun, _ := sentWord(field)
		t.Lead(noun + "随时可以发来。")
		if len(t.Data.Draft.Pictures) > 0 {
			t.Lead("之前的不用了。")
		}
		t.Data.Draft.Pictures = nil
		delete(t.Data.Draft.Values, field.Name)
		return f.nextOrPictures(t, s, field)
	case rest == "":
		t.Data.Field = field.Name
		f.changed(t)
		return bot.Goto("field"), nil
	case field.Kind == service.KindMembers && field.Optional && slices.Contains(nobodyElse, bot.Simplified(rest)):
		return f.changeTo(ctx, t, s, field, cases.Value{})
	case field.Kind == service.KindList:
		if next, done := f.editList(t, s, field, "改"+rest); done {
			return next, nil
		}
	}
	t.Data.Rest = ""
	heard, err := f.hear(ctx, t, field, rest)
	if err != nil {
		return bot.Next{}, err
	}
	if len(heard.either) > 0 {
		t.Data.Field, t.Data.Either = field.Name, heard.either
		return bot.Goto("pick"), nil
	}
	if !heard.ok() {
		if heard.problem == "" {
			heard.problem = "没有\"" + cut(rest, 20) + "\"这一项可选。"
		}
		t.Lead(heard.problem)
		t.Data.Field, t.Data.Rest = field.Name, heard.rest
		return bot.Goto("field"), nil
	}
	if f.overflows(t, field, heard.value) {
		t.Lead("这份表已经写得很长,这一项请精简一些。")
		return bot.Repeat(), nil
	}
	return f.changeTo(ctx, t, s, field, heard.value)
}

// changeTo sets an answer anew, and says so.
func (f *form) changeTo(ctx context.Context, t *formTurn, s *service.Service, field service.Field, value cases.Value) (bot.Next, error) {
	number, listed := label(t.Data.Draft.Shown(s), field), contains(t.Data.Draft.Shown(s), field.Name)
	f.set(t, s, field, value)
	if !listed {
		number = label(t.Data.Draft.Shown(s), field)
	}
	if next, done, err := f.noAnswer(ctx, t, field); done || err != nil {
		return next, err
	}
	t.Lead(fmt.Sprintf("%s %s → %s。", number, field.Label.In(f.language), cut(shownOf(field, value), 40)))
	if f.tellsImminent(t, s, field) {
		t.Lead("\n")
	}
	if next, rings, err := f.imminent(ctx, t, s, field); rings || err != nil {
		return next, err
	}
	// What else follows from the change is shown with it.
	t.Data.Brief = t.Data.Field == "summary" && listed && !s.DependsOn(field.Name)
	return f.next(t, s), nil
}

// changeSignature takes 改 署名 匿名, or says how it is changed.
func (f *form) changeSignature(t *formTurn, s *service.Service, text string) {
	_, how := splitChange(text)
	switch {
	case f.sign(t, s, how):
		return
	case t.Data.Draft.Anonymous:
		t.Lead("署名现在是" + signature(t.Data.Draft) + "。")
	default:
		t.Lead("署名在提交时选:\"提交\"是实名,\"匿名提交\"不显示您是谁。")
	}
	t.Data.Brief = t.Data.Field == "summary"
}

// isSignature says whether the line after the form's fields is meant, which says whether the name is shown.
func (f *form) isSignature(t *formTurn, s *service.Service, text string) bool {
	name, _ := splitChange(text)
	n, isNumber := bot.Ordinal(name)
	return s.Summary.Anonymous && (name == "署名" || isNumber && n == len(t.Data.Draft.Shown(s))+1)
}

func (f *form) nextOrPictures(t *formTurn, s *service.Service, field service.Field) (bot.Next, error) {
	if field.Unasked {
		return f.next(t, s), nil
	}
	t.Data.Field = field.Name
	f.changed(t)
	return bot.Goto("field"), nil
}

// label is the number under which the summary shows the field.
func label(shown []*service.Field, field service.Field) string {
	for i, other := range shown {
		if other.Name == field.Name {
			return bot.Circled(i + 1)
		}
	}
	return ""
}

var changePattern = regexp.MustCompile(`^第?\s*(\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳]|[^\s::,,为成]+)(?:\s*(?:项|条|个))?` + changeTo + `?((?s:.*))$`)

// figuresRunOn is a number of more figures than one of a form's fields: a sum, and not ⑫ with 000 behind it.
var figuresRunOn = regexp.MustCompile(`^第?\s*\d{3}`)

// changeTo stands between a field and its new value. 成 belongs to 4成5, and not to 4 成都.
const changeTo = `(?:[\s::,,]*改?[为成][\s::,,]+|改?[为成]|[\s::,,]+)`

var afterField = regexp.MustCompile(`^` + changeTo + `((?s:.*))$`)

// afterLabel takes a label off the head of a text, where nothing but a sign, a blank or a word for to stands behind it.
func afterLabel(text, label string) (rest string, ok bool) {
	rest, ok = service.CutLabel(strings.TrimSpace(text), label)
	if !ok || label == "" || rest == "" {
		return "", ok && label != ""
	}
	m := afterField.FindStringSubmatch(rest)
	if m == nil {
		return "", false
	}
	return strings.TrimSpace(m[1]), true
}

// labelledBy finds the question by whose label a text begins, the longest of them, and what stands behind it.
func labelledBy(fields []*service.Field, language, text string) (found *service.Field, rest string) {
	for _, f := range fields {
		behind, ok := afterLabel(text, f.Label.In(language))
		if ok && (found == nil || len(f.Label.In(language)) > len(found.Label.In(language))) {
			found, rest = f, behind
		}
	}
	return found, rest
}

// pointers are those of a form's questions.
func pointers(form []service.Field) (fields []*service.Field) {
	for i := range form {
		fields = append(fields, &form[i])
	}
	return fields
}

// splitChange takes 第2项为设备 apart into 2 and 设备, and 类别 设备 into 类别 and 设备.
func splitChange(text string) (name, value string) {
	m := changePattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || figuresRunOn.MatchString(strings.TrimSpace(text)) {
		return text, ""
	}
	return m[1], strings.TrimSpace(m[2])
}
