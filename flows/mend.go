package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// fieldsOf finds the questions that an officer has named, of the version of the service with which the case began.
func fieldsOf(s *service.Service, names []string) []service.Field {
	var fields []service.Field
	for _, name := range names {
		if f, ok := s.Question(name); ok {
			fields = append(fields, f)
		}
	}
	return fields
}

func labelsOf(fields []service.Field, language string) string {
	labels := make([]string, len(fields))
	for i, f := range fields {
		labels[i] = f.Label.In(language)
	}
	return strings.Join(labels, "、")
}

// mends begins to ask for what an officer has named. What was said along with the word answers the only one, or what it names.
func (s *supplement) mends(ctx context.Context, t *supplementTurn, v cases.View) (bot.Next, error) {
	t.Data.Asked, t.Data.Hash, t.Data.Values = v.Asked, v.Hash, nil
	fields := fieldsOf(v.Service, v.Asked)
	rest := strings.TrimSpace(t.Command.Rest)
	said := slices.DeleteFunc(fields, func(f service.Field) bool { return f.Kind.Sent() })
	switch {
	case wordless(rest), s.fromLabels(t, said, rest) > 0:
	case len(said) == 1:
		return s.takeMended(ctx, t, said[0], rest)
	default:
		t.Lead("要一项一项补,刚才写的还没有算数。")
	}
	return s.mended(ctx, t)
}

// fromLabels takes what a text says of each: 现状:天天翻车;人数:5.
func (s *supplement) fromLabels(t *supplementTurn, fields []service.Field, text string) (took int) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";；\n", r) }) {
		for _, f := range fields {
			rest, ok := afterLabel(strings.TrimSpace(part), f.Label.In(s.caseWords.language))
			if !ok || rest == "" || f.Kind.Sent() {
				continue
			}
			if h := s.form.read(f, rest, t.Now); h.ok() {
				t.Data.set(f.Name, h.value)
				took++
			}
			break
		}
	}
	return took
}

func (d *supplementData) set(name string, v cases.Value) {
	if d.Values == nil {
		d.Values = map[string]cases.Value{}
	}
	d.Values[name] = v
}

// open is the question that is asked now; false when all are answered.
func (s *supplement) open(ctx context.Context, t *supplementTurn) (service.Field, bool, error) {
	svc, err := s.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return service.Field{}, false, fmt.Errorf("find service of case %s: %w", t.Data.Number, err)
	}
	for _, f := range fieldsOf(svc, t.Data.Asked) {
		_, answered := t.Data.Values[f.Name]
		if f.Kind.Sent() && !t.Data.Done || !f.Kind.Sent() && !answered {
			return f, true, nil
		}
	}
	return service.Field{}, false, nil
}

// mended asks the next question or, after the last, gives the case back.
func (s *supplement) mended(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	_, more, err := s.open(ctx, t)
	switch {
	case err != nil:
		return bot.Next{}, err
	case more && t.Step == "field":
		return bot.Repeat(), nil
	case more:
		return bot.Goto("field"), nil
	}
	member, err := s.people.acting(ctx, t.Talk)
	if err != nil {
		return s.refused(t, err)
	}
	c, err := s.desk.Mend(ctx, cases.Mending{Member: member, Number: t.Data.Number, Values: t.Data.Values, Pictures: t.Data.Pictures})
	if field, lacks := cases.Unfinished(err); lacks {
		before := slices.Contains(t.Data.Asked, field)
		if delete(t.Data.Values, field); !before {
			t.Data.Asked = append(t.Data.Asked, field)
		}
		t.Data.Done = t.Data.Done && len(t.Data.Pictures) > 0
		return s.mendAgain(t, before)
	}
	if err != nil {
		return s.refused(t, err)
	}
	return s.thank(ctx, t, c)
}

// mendAgain asks what the form wants now, because of another answer or of one that it does not take.
func (s *supplement) mendAgain(t *supplementTurn, refused bool) (bot.Next, error) {
	if t.Data.Rounds++; t.Data.Rounds > maxRounds {
		t.Say("还是没对上,请联系分会帮您补。" + t.Data.Number + " 还等您补充,回复\"补充 " + t.Data.Number + "\"可以再来一次。")
		return bot.End(), nil
	}
	if refused {
		t.Lead("还差一项。")
	}
	if t.Step == "field" {
		return bot.Repeat(), nil
	}
	return bot.Goto("field"), nil
}

// maxRounds is how often a form that does not take the answers is asked for more.
const maxRounds = 10

func (s *supplement) askMended(ctx context.Context, t *supplementTurn) (bot.Reply, error) {
	f, more, err := s.open(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	if !more {
		return bot.Reply{Text: "请回复\"补充 " + t.Data.Number + "\"。"}, nil
	}
	if reply, open := t.Data.Spoken.reply(); open {
		return reply, nil
	}
	if len(t.Data.Either) > 0 {
		return bot.Reply{Text: t.Data.Either.asks(f), Choices: t.Data.Either.choices()}, nil
	}
	at := slices.Index(t.Data.Asked, f.Name)
	asks, err := s.form.words(ctx, cases.Draft{Owner: union.MemberID(t.Member), Hash: t.Data.Hash, Values: t.Data.Values}, f)
	if err != nil {
		return bot.Reply{}, err
	}
	text := fmt.Sprintf("%s 只补这一项。%s", t.Data.Number, asks)
	if n := len(t.Data.Asked); n > 1 {
		text = fmt.Sprintf("%s 补 %d 项,第 %d 项 %s:%s", t.Data.Number, n, at+1, f.Label.In(s.caseWords.language), asks)
	}
	if f.Kind.Sent() {
		text += "(发完回\"好了\")"
	}
	return bot.Reply{Text: text, Choices: s.form.choices(f)}, nil
}

func (s *supplement) handleMended(ctx context.Context, t *supplementTurn) (bot.Next, error) {
	f, more, err := s.open(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if over, err := s.over(ctx, t); over || err != nil {
		return bot.End(), err
	}
	switch {
	case pictured(t.Message):
		return s.picture(ctx, t, f.Kind.Sent(), f.Legible)
	case more && f.Kind == service.KindPlace && (t.Message.Kind == bot.KindScan || t.Message.Kind == bot.KindLocation):
		return s.takeSpot(ctx, t, f)
	case t.Message.Kind == bot.KindScan:
		return unscanned(t), nil
	case more && t.Data.Spoken.listens(t.Talk, unheard(t.Talk, ownService(ctx, t.Talk, s.people, s.desk, t.Data.Number))):
		return bot.Repeat(), nil
	case !more || !t.IsText():
		return bot.Miss(), nil
	case f.Kind.Sent() && len(t.Data.Pictures) > 0 && slices.Contains(enough, strings.TrimSpace(bot.Simplified(t.Text()))):
		t.Data.Done = true
		return s.mended(ctx, t)
	case f.Kind.Sent():
		t.Lead("这里要照片。")
		return bot.Repeat(), nil
	}
	return s.takeMended(ctx, t, f, t.Text())
}

// unscanned leaves a code that was scanned where no place is asked for.
func unscanned(t *supplementTurn) bot.Next {
	t.Lead("现在问的不是地点,这个码没有用上。\n")
	return bot.Repeat()
}

// takeSpot takes the code that hangs at a place, or where a phone was.
func (s *supplement) takeSpot(ctx context.Context, t *supplementTurn, f service.Field) (bot.Next, error) {
	key, ok := spotKey(t.Message)
	sp, read := readSpot(key)
	if !ok || !read {
		return bot.Stay(), nil // a code of something else
	}
	svc, err := s.caseWords.services.ByHash(ctx, t.Data.Hash)
	if err != nil {
		return bot.Next{}, fmt.Errorf("find service of case %s: %w", t.Data.Number, err)
	}
	value, fits := s.form.spotValue(svc, f, sp)
	if !fits {
		t.Lead("这个码不是这里用的地点。")
		return bot.Repeat(), nil
	}
	t.Data.Either, t.Data.Spoken = pickData{}, aloud{}
	t.Lead(f.Label.In(s.caseWords.language) + "记下了:" + value.Text + "。\n")
	t.Data.set(f.Name, value)
	return s.mended(ctx, t)
}

// takeMended takes the answer to one question.
func (s *supplement) takeMended(ctx context.Context, t *supplementTurn, f service.Field, text string) (bot.Next, error) {
	h := s.form.read(f, text, t.Now)
	if v, none, picked := t.Data.Either.pick(text); picked {
		h = heard{value: v}
		if none {
			h.problem = "好,请重新写。"
		}
	}
	t.Data.Either = h.either
	if !h.ok() {
		if h.problem == "" && len(h.either) == 0 {
			h.problem = "没看懂这个回答。"
		}
		t.Lead(h.problem)
		if t.Step == "field" {
			return bot.Repeat(), nil
		}
		return bot.Goto("field"), nil
	}
	t.Data.set(f.Name, h.value)
	return s.mended(ctx, t)
}

// toMend says how a case that was returned is mended.
func (n *Notices) toMend(a cases.Answer) string {
	fields := fieldsOf(a.Service, a.Case.Asked)
	if a.Act != cases.Return {
		return "方便的时候回复\"补充 " + a.Case.Number + "\",只问:" + labelsOf(fields, n.language) + "。期限等您,不急。"
	}
	if len(fields) > 0 {
		return "请回复\"补充 " + a.Case.Number + "\",只问这几项:" + labelsOf(fields, n.language) + "。补完直接回到" + a.Officer.Name + "同志那里。"
	}
	return "补充请回复\"补充 " + a.Case.Number + "\"再写内容,照片也可以发。"
}
