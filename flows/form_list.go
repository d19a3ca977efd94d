package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// noMoreOf ends a list of whom somebody was named, nobodyElse one of whom nobody was.
var (
	noMoreOf   = []bot.Choice{{Label: "没有了"}}
	nobodyElse = []string{"没有", "没", "无", "没有人", "没人", "没别人", "没有别人", "没有其他人", "就我", "就我自己", "就我一个", "就我一个人", "我一个人", "一个人", "单身", "独居"}
)

// listText is how a list is shown in a line, and kept.
func (f *form) listText(field service.Field, g service.List) string {
	if len(g.Entries) == 0 {
		return "没有"
	}
	return strings.Join(f.listLines(field, g), ";")
}

// listLines shows each of a list: 1 配偶,48 岁,下岗失业,0.00 元.
func (f *form) listLines(field service.Field, g service.List) []string {
	var lines []string
	for i, e := range g.Entries {
		lines = append(lines, strconv.Itoa(i+1)+" "+f.entryText(field, e))
	}
	return lines
}

func (f *form) entryText(field service.Field, e service.Entry) string {
	var parts []string
	for _, q := range field.ShownOf(e) {
		switch text := e[q.Name].Text; {
		case text == "":
		case q.Kind == service.KindMoney || q.Kind == service.KindYesNo:
			parts = append(parts, q.Label.In(f.language)+" "+text)
		default:
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ",")
}

func listAnswer(t *formTurn, field service.Field) service.List {
	return service.ListOf(t.Data.Draft.Values[field.Name].Raw)
}

// lacking finds the first question that somebody of the list has still to be asked. What is optional is taken where it is said.
func lacking(field service.Field, g service.List) (at int, q service.Field, lacks bool) {
	for i, e := range g.Entries {
		for _, q := range field.ShownOf(e) {
			if e[q.Name].Text == "" && !q.Optional {
				return i, *q, true
			}
		}
	}
	return 0, service.Field{}, false
}

// openList says whether an answer is a list to which more may come.
func openList(field service.Field, v cases.Value) bool {
	return field.Kind == service.KindList && service.ListOf(v.Raw).Open
}

// askList asks for the first of a list, in its own words, for what lacks of one, or whether there are more.
func (f *form) askList(t *formTurn, field service.Field, asks string) (string, []bot.Choice) {
	g := listAnswer(t, field)
	at, q, lacks := lacking(field, g)
	switch redo := t.Data.Redo; {
	case redo > 0 && redo <= len(g.Entries):
		return fmt.Sprintf("第 %d 个(%s)要改成什么?一句话重新说。", redo, f.entryText(field, g.Entries[redo-1])), nil
	case len(g.Entries) == 0:
		return asks, nil
	case lacks:
		return fmt.Sprintf("第 %d 个 %s:%s", at+1, g.Entries[at][field.Head().Name].Text, q.Ask.In(f.language)), f.choices(q)
	}
	lines := append(f.listLines(field, g), "还有吗?有就接着说;说错了回\"改第1个\",不算的回\"删第1个\"。")
	return strings.Join(lines, "\n"), noMoreOf
}

// takeList takes words about a list; done is false where they say nothing of one.
func (f *form) takeList(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (next bot.Next, done bool, err error) {
	text := strings.TrimRight(strings.TrimSpace(bot.Simplified(t.Text())), "。.!！")
	g := listAnswer(t, field)
	at, q, lacks := lacking(field, g)
	if next, done := f.editList(t, s, field, text); done {
		return next, true, nil
	}
	if redo := t.Data.Redo; redo > 0 && redo <= len(g.Entries) {
		return f.redo(t, s, field, g, text)
	}
	if lacks {
		if h := f.readOf(q, text, t.Now); h.ok() {
			g.Entries[at][q.Name] = answerOf(h.value)
			return f.keepList(t, s, field, g), true, nil
		} else if h.problem != "" {
			t.Lead(h.problem)
			return f.askAgain(t), true, nil
		}
	}
	ends := slices.Contains(enough, text) || slices.Contains([]string{"没有", "没", "没有了"}, text)
	if _, chosen := bot.Choose(text, noMoreOf); (ends || chosen) && !lacks && len(g.Entries) > 0 || len(g.Entries) == 0 && field.Min == 0 && (slices.Contains(nobodyElse, text) || ends) {
		g.Open = false
		f.setList(t, s, field, g)
		next, err := f.afterText(ctx, t, s, field)
		return next, true, err
	}
	said := f.entriesOf(field, text, t.Now)
	switch {
	case len(said) == 0 && lacks:
		if took, _ := f.takeInto(field, g.Entries[at], text, t.Now); !took {
			return bot.Next{}, false, nil
		}
	case len(said) == 0:
		return bot.Next{}, false, nil
	default:
		f.addEntries(t, field, &g, said, lacks)
	}
	return f.keepList(t, s, field, g), true, nil
}

// addEntries puts those of whom a sentence speaks into the list. While somebody's answer is open, who is in it already is meant
// rather than another of the kind.
func (f *form) addEntries(t *formTurn, field service.Field, g *service.List, said []service.Entry, asked bool) {
	head := field.Head().Name
	for _, e := range said {
		i := slices.IndexFunc(g.Entries, func(other service.Entry) bool { return other[head].Text == e[head].Text })
		switch {
		case asked && i >= 0:
			for name, a := range e {
				g.Entries[i][name] = a
			}
		case len(g.Entries) >= field.Max:
			t.Lead(fmt.Sprintf("最多记 %d 位,后面的没有记。\n", field.Max))
			g.Open = true
			return
		default:
			g.Entries = append(g.Entries, e)
		}
	}
	if _, _, lacks := lacking(field, *g); lacks { // all of it is shown where nothing lacks
		t.Lead("记下了:" + f.listText(field, *g) + "。\n")
	}
	g.Open = true
}

// keepList writes the list down as far as it is known, and goes on with what is open of it.
func (f *form) keepList(t *formTurn, s *service.Service, field service.Field, g service.List) bot.Next {
	if _, _, lacks := lacking(field, g); lacks {
		g.Open = true
	}
	if !f.setList(t, s, field, g) {
		t.Lead("这份表已经写得很长,这一项请精简一些。")
		return f.askAgain(t)
	}
	if !g.Open { // it was whole before, and is
		return f.next(t, s)
	}
	t.Data.Field = field.Name
	f.changed(t)
	return f.askAgain(t)
}

// setList keeps the list as the field's answer; false where it is too long.
func (f *form) setList(t *formTurn, s *service.Service, field service.Field, g service.List) bool {
	t.Data.Redo = 0
	for _, e := range g.Entries { // what belonged to another answer is kept no longer
		shown := field.ShownOf(e)
		for _, q := range field.Fields {
			if !contains(shown, q.Name) {
				delete(e, q.Name)
			}
		}
	}
	v := f.listValue(field, g)
	if f.overflows(t, field, v) {
		return false
	}
	f.set(t, s, field, v)
	return true
}

func (f *form) listValue(field service.Field, g service.List) cases.Value {
	raw, err := json.Marshal(g)
	if err != nil { // it is made of texts
		return cases.Value{}
	}
	return cases.Value{Text: f.listText(field, g), Raw: raw}
}

func answerOf(v cases.Value) service.Answer { return service.Answer{Text: v.Text, Raw: v.Raw} }

// readList reads a list that is said whole, in one go.
func (f *form) readList(field service.Field, g service.List) heard {
	if at, q, lacks := lacking(field, g); lacks {
		return heard{problem: fmt.Sprintf("还差%s的%s,请连着一起说。", g.Entries[at][field.Head().Name].Text, q.Label.In(f.language))}
	}
	return heard{value: f.listValue(field, g)}
}

// takeSpoken takes what was heard of a list.
func (f *form) takeSpoken(ctx context.Context, t *formTurn, field service.Field) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	next, done, err := f.takeList(ctx, t, s, field)
	if err != nil || done {
		return next, err
	}
	t.Lead(f.read(field, t.Text(), t.Now).problem)
	return f.askAgain(t), nil
}
