package flows

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/reference"
)

// Reference is what the union has to look up. It may change while it runs.
type Reference interface {
	// Hotline finds a line by name; Lines lists all of them.
	Hotline(name string) (reference.Line, bool)
	Lines() []reference.Line
	Sums
	// SelfCheck is a questionnaire by which people look at themselves.
	SelfCheck() reference.SelfCheck
	// Banks lists banks by what people call them.
	Banks() reference.Banks
	// Places lists places by what people call them.
	Places() reference.Places
	Rosters
}

// hotline says what to ring: 心理援助电话是多少.
type hotline struct {
	people    people
	reference Reference
	// phone and dispatch are the union's own, from the configuration. They may be empty.
	phone, dispatch string
}

// Lines that the configuration has as well.
const (
	lineDispatch = "dispatch"
	lineUnion    = "union"
	lineMind     = "mind"
)

func (h *hotline) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "hotline", Rev: 1, Title: "热线", Expires: time.Minute, Passing: true,
		Starts:     []bot.Trigger{bot.OnPhrase("热线"), bot.OnPhrase("热线电话"), bot.OnPhrase("求助电话"), bot.OnPhrase("常用电话")},
		Understand: h.understand,
		Interrupts: func(text string) []bot.Guess {
			if !article.Interrupts(text) {
				return nil
			}
			return h.understand(text)
		},
		Begin: h.begin,
	})
}

// lines are those of the data, after those of the configuration that the data have none of their own for.
func (h *hotline) lines() []reference.Line {
	lines := h.reference.Lines()
	has := func(name string) bool {
		return slices.ContainsFunc(lines, func(l reference.Line) bool { return l.Name == name })
	}
	if h.phone != "" && !has(lineUnion) {
		lines = slices.Insert(lines, 0, reference.Line{Name: lineUnion, Label: "本单位工会", Number: h.phone, Words: []string{"分会", "工会"}})
	}
	if h.dispatch != "" && !has(lineDispatch) {
		lines = slices.Insert(lines, 0, reference.Line{Name: lineDispatch, Label: "调度", Number: h.dispatch, Words: []string{"调度室", "值班"}})
	}
	return lines
}

// understand finds the lines that a text asks for: 法律援助打什么电话, 心理热线. 打热线没人接 asks for none.
func (h *hotline) understand(text string) []bot.Guess {
	text = strings.TrimRight(text, "?？。!！呢啊 ")
	about := strings.Contains(text, "电话") || strings.Contains(text, "热线") || strings.Contains(text, "号码")
	ends := strings.HasSuffix(text, "电话") || strings.HasSuffix(text, "热线") || strings.HasSuffix(text, "号码")
	if !about || !ends && !article.Asks(text) || len([]rune(text)) > mostAskedOfLines {
		return nil
	}
	var names []string
	for _, l := range h.lines() {
		if slices.ContainsFunc(append([]string{l.Label}, l.Words...), func(w string) bool { return strings.Contains(text, w) }) {
			names = append(names, l.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []bot.Guess{{Label: "查电话", Key: strings.Join(names, ","), Score: lineScore}}
}

const (
	// mostAskedOfLines is how long such a question may be; a longer text tells a story.
	mostAskedOfLines = 20
	// lineScore goes before a service whose name stands in the question: 法律援助电话.
	lineScore = answerScore + 0.01
)

func (h *hotline) begin(ctx context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
	wanted := strings.Split(t.Entry.Key, ",")
	unit, err := h.unit(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	var said []string
	for _, l := range h.lines() {
		if t.Entry.Key == "" || slices.Contains(wanted, l.Name) {
			said = append(said, inOneLine(l, unit))
		}
	}
	t.Say(strings.Join(said, "\n"))
	return bot.End(), nil
}

// unit is where the person belongs, if that matters for any of the lines.
func (h *hotline) unit(ctx context.Context, t *bot.Talk) (string, error) {
	if !slices.ContainsFunc(h.lines(), func(l reference.Line) bool { return len(l.At) > 0 }) {
		return "", nil // who is in need is not to wait for the database
	}
	member, err := h.people.member(ctx, t)
	return member.OrgPath, err
}

// inOneLine is a line as it is told: 心理援助 12356(打不通请打 110).
func inOneLine(l reference.Line, unit string) string {
	line := l.Label + " " + l.In(unit)
	if l.Note != "" {
		line += "(" + l.Note + ")"
	}
	return line
}
