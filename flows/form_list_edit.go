package flows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

var (
	changeEntry = regexp.MustCompile(`^(?:修改|更改|改一下|改)\s*(.+)$`)
	dropEntry   = regexp.MustCompile(`^(?:删除|删掉|删|去掉|划掉|不算)\s*(.+)$`)
	// nthEntry is which one is meant: 第2个, 2个.
	nthEntry = regexp.MustCompile(`^(?:第\s*([一二两三四五六七八九十\d]{1,2})\s*(?:个|位|人|口|项)?|(\d{1,2})\s*(?:个|位))(?:[\s::,,]*改?[为成]?[\s::,,]*)(.*)$`)
)

// entryAt finds which of a list is meant by 第2个 or 儿子, and what is said of it.
func (f *form) entryAt(field service.Field, g service.List, text string) (at int, rest string, ok bool) {
	if m := nthEntry.FindStringSubmatch(text); m != nil {
		n, isNumber := bot.Ordinal(strings.Replace(m[1]+m[2], "两", "二", 1))
		return n - 1, strings.TrimSpace(m[3]), isNumber && n >= 1 && n <= len(g.Entries)
	}
	heads := headsIn(field.Head(), text)
	if len(heads) != 1 || heads[0].from != 0 {
		return 0, "", false
	}
	var found []int
	for i, e := range g.Entries {
		if c := heads[0].choices; slices.ContainsFunc(c, func(c service.Choice) bool { return c.Label.In(f.language) == e[field.Head().Name].Text }) {
			found = append(found, i)
		}
	}
	if len(found) != 1 {
		return 0, "", false
	}
	return found[0], strings.TrimLeft(text[heads[0].to:], " :：,，的改为成"), true
}

// editList changes one of a list, or takes one out of it: 改第2个 收入 2000, 删第3个.
func (f *form) editList(t *formTurn, s *service.Service, field service.Field, text string) (bot.Next, bool) {
	g := listAnswer(t, field)
	if m := dropEntry.FindStringSubmatch(text); m != nil {
		at, _, ok := f.entryAt(field, g, m[1])
		if !ok {
			return f.noEntry(t, field, g), true
		}
		t.Lead(fmt.Sprintf("去掉了%s。\n", f.entryText(field, g.Entries[at])))
		g.Entries = slices.Delete(g.Entries, at, at+1)
		return f.keepList(t, s, field, g), true
	}
	m := changeEntry.FindStringSubmatch(text)
	if m == nil {
		return bot.Next{}, false
	}
	at, rest, ok := f.entryAt(field, g, m[1])
	switch {
	case !ok && nthEntry.MatchString(m[1]):
		return f.noEntry(t, field, g), true
	case !ok:
		return bot.Next{}, false
	case rest == "":
		t.Data.Redo, t.Data.Field = at+1, field.Name
		f.changed(t)
		return f.askAgain(t), true
	}
	t.Data.Redo = at + 1
	next, _, _ := f.redo(t, s, field, g, rest)
	return next, true
}

func (f *form) noEntry(t *formTurn, field service.Field, g service.List) bot.Next {
	t.Lead(fmt.Sprintf("没找到是哪一个,请说第几个(现在记了 %d 个)。\n", len(g.Entries)))
	t.Data.Field = field.Name
	return f.askAgain(t)
}

// redo takes what is said of the one that is to be changed: whoever it is instead, or what of it is otherwise.
func (f *form) redo(t *formTurn, s *service.Service, field service.Field, g service.List, text string) (bot.Next, bool, error) {
	e := g.Entries[t.Data.Redo-1]
	said := f.entriesOf(field, text, t.Now)
	took, problem := false, ""
	if len(said) == 0 {
		took, problem = f.takeInto(field, e, text, t.Now)
	}
	switch {
	case len(said) > 1:
		t.Lead("一次改一个。")
		return f.askAgain(t), true, nil
	case len(said) == 1:
		head := field.Head().Name
		if said[0][head].Text == e[head].Text {
			for name, a := range said[0] {
				e[name] = a
			}
			break
		}
		g.Entries[t.Data.Redo-1] = said[0]
	case problem != "":
		t.Lead(problem + "\n")
		t.Data.Field, t.Data.Redo = field.Name, 0
		return f.askAgain(t), true, nil
	case len(said) == 0 && !took:
		t.Lead(fmt.Sprintf("没听懂要改什么。比如\"改第%d个 %s\"。\n", t.Data.Redo, field.Fields[len(field.Fields)-1].Label.In(f.language)+" 0"))
		t.Data.Field, t.Data.Redo = field.Name, 0
		return f.askAgain(t), true, nil
	}
	t.Lead(fmt.Sprintf("第 %d 个 → %s。\n", t.Data.Redo, f.entryText(field, g.Entries[t.Data.Redo-1])))
	return f.keepList(t, s, field, g), true, nil
}

// takeInto takes over what a text says of one of a list, be it with the question's label: 月收入 2000. It says whether there was anything, or what is wrong with it.
func (f *form) takeInto(field service.Field, e service.Entry, text string, now time.Time) (took bool, problem string) {
	for _, q := range field.Fields[1:] {
		for _, word := range append([]string{q.Label.In(f.language)}, q.Keywords...) {
			rest, ok := afterLabel(text, word)
			switch h := f.readOf(q, rest, now); {
			case !ok || rest == "":
			case h.ok():
				e[q.Name] = answerOf(h.value)
				return true, ""
			case h.problem != "":
				return false, h.problem
			}
		}
	}
	for name, v := range f.saidOf(field, text, now) {
		e[name] = answerOf(v)
		took = true
	}
	return took, ""
}
