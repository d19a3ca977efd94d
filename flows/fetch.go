package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// FetchDesk opens sealed cases to whoever has their code.
type FetchDesk interface {
	// Fetched returns union.ErrNotFound for a wrong number or code, and *cases.TryLaterError after too many of them.
	Fetched(ctx context.Context, f cases.Fetch) (cases.View, error)
	AddFetched(ctx context.Context, f cases.Fetch, text string) (cases.Case, error)
}

// fetch shows a sealed case to the person who filed it, by number and code, on any account, bound or not.
type fetch struct {
	caseWords caseWords
	desk      FetchDesk
}

// fetchData is kept in the session, which is encrypted, while the person adds to the case.
type fetchData struct {
	Number string `json:"number,omitempty"`
	Code   string `json:"code,omitempty"`
}

type fetchTurn = bot.Turn[fetchData]

// asksToFetch takes 查询 SX26-48213907 K7MP-3XQD-9WRT apart; number and code may lack.
var asksToFetch = regexp.MustCompile(`(?i)^查询\s*([a-z]{2}\d{2}-\d{4,})?[\s,、:]*(?:查询码)?[\s:]*([0-9a-z][0-9a-z -]*)?$`)

const fetchScore = 0.99

func (q *fetch) flow() bot.Flow {
	return bot.Define(bot.Spec[fetchData]{
		Name: "fetch", Rev: 1, Title: "查询", Expires: listExpires, Passing: true,
		Begin: q.begin,
		To:    []bot.StepName{"code", "add"},
		Understand: func(text string) []bot.Guess {
			if asksToFetch.MatchString(narrow(text)) {
				return []bot.Guess{{Label: "凭查询码查询", Score: fetchScore}}
			}
			return nil
		},
		Steps: []bot.Step[fetchData]{
			{Name: "code", AskFunc: q.askCode, Handle: q.takeCode},
			{Name: "add", Ask: bot.Reply{Text: "要补充请直接写(别写姓名、工号),不补充回\"取消\"。"}, Handle: q.takeAdded, To: []bot.StepName{"code", "add"}},
		},
	})
}

func narrow(text string) string { return strings.TrimSpace(width.Fold.String(text)) }

func (q *fetch) begin(ctx context.Context, t *fetchTurn) (bot.Next, error) {
	m := asksToFetch.FindStringSubmatch(narrow(t.Text()))
	if m == nil {
		return bot.Goto("code"), nil
	}
	t.Data.Number, t.Data.Code = strings.ToUpper(m[1]), m[2]
	if t.Data.Number == "" || t.Data.Code == "" {
		return bot.Goto("code"), nil
	}
	return q.show(ctx, t)
}

func (q *fetch) askCode(_ context.Context, t *fetchTurn) (bot.Reply, error) {
	if t.Data.Number == "" {
		return bot.Reply{Text: "请发编号和查询码,如:SX26-48213907 K7MP-3XQD-9WRT。"}, nil
	}
	return bot.Reply{Text: "请发 " + t.Data.Number + " 的查询码。"}, nil
}

func (q *fetch) takeCode(ctx context.Context, t *fetchTurn) (bot.Next, error) {
	text := narrow(t.Text())
	if number, rest, ok := strings.Cut(text, " "); ok {
		if found, is := bot.ParseNumber(number); is {
			t.Data.Number, text = found, rest
		}
	}
	if !t.IsText() || text == "" || t.Data.Number == "" {
		return bot.Miss(), nil
	}
	t.Data.Code = text
	return q.show(ctx, t)
}

func (q *fetch) of(t *fetchTurn) cases.Fetch {
	return cases.Fetch{
		Asker: string(t.Message.Channel) + "/" + string(t.Message.User), Number: t.Data.Number, Code: t.Data.Code,
	}
}

func (q *fetch) show(ctx context.Context, t *fetchTurn) (bot.Next, error) {
	v, err := q.desk.Fetched(ctx, q.of(t))
	if err != nil {
		return q.refused(t, err)
	}
	text := q.caseWords.fetched(v)
	if v.State != cases.Returned {
		t.Data = fetchData{}
		t.Say(text)
		return bot.End(), nil
	}
	t.Lead(text + "\n")
	return bot.Goto("add"), nil
}

func (q *fetch) refused(t *fetchTurn, err error) (bot.Next, error) {
	number := t.Data.Number
	t.Data = fetchData{}
	var later *cases.TryLaterError
	var settled *cases.Settled
	switch {
	case errors.As(err, &later):
		t.Say("查错的次数多了,请 " + q.caseWords.calendar.Speech(later.Until) + " 以后再试。")
	case errors.As(err, &settled), errors.Is(err, cases.ErrActNotAllowed):
		t.Say(number + " 现在不用补充。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("编号或查询码不对,请核对后再发一遍。")
	default:
		return bot.Next{}, fmt.Errorf("fetch: %w", err)
	}
	return bot.End(), nil
}

// takeAdded keeps the code out of what officers read: with it they could ask as whoever filed it.
func (q *fetch) takeAdded(ctx context.Context, t *fetchTurn) (bot.Next, error) {
	if m := asksToFetch.FindStringSubmatch(narrow(t.Text())); m != nil && m[1] != "" {
		t.Data = fetchData{}
		return q.begin(ctx, t)
	}
	if strings.Contains(signs(t.Text()), signs(t.Data.Code)) {
		t.Lead("查询码不要写进去,谁有它谁就能查。")
		return bot.Repeat(), nil
	}
	if !t.IsText() || wordless(t.Text()) {
		t.Lead("密件请打字。")
		return bot.Repeat(), nil
	}
	c, err := q.desk.AddFetched(ctx, q.of(t), t.Text())
	if err != nil {
		return q.refused(t, err)
	}
	t.Data = fetchData{}
	t.Say("已补充到 " + c.Number + "," + promised(q.caseWords.calendar, c.DueAt) + " 前有结果。")
	return bot.End(), nil
}

// signs are the letters and figures of a text, as a code has them however it is written.
func signs(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(narrow(text)))
}

// fetched is a sealed case as the person with its code reads it: what was decided, in full.
func (w *caseWords) fetched(v cases.View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n%s", v.Number, v.Service.Short.In(w.language), stateName(v.State, v.Service, w.language))
	if v.State == cases.Open {
		b.WriteString("," + w.dueBy(v))
	}
	b.WriteString("。" + w.running(v))
	for _, e := range v.Timeline {
		name := e.Name
		if e.Actor == 0 {
			name = "您"
		}
		step, _ := v.Service.Step(e.Step)
		at := w.calendar.SpeechDay(e.At)
		if e.Kind == cases.EventOpened { // whose name it is wants to know it to the hour
			at = w.calendar.Speech(e.At)
		}
		b.WriteString("\n· " + at + " " + name + " " + kindWord(step, e.Kind, w.language))
		if e.Note != "" {
			b.WriteString(":" + e.Note)
		}
	}
	return b.String()
}
