package flows

import (
	"context"
	"regexp"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// saysAhead says whether words that are no answer to a choice tell already of a list behind it, which is asked only after one of
// its answers: 老婆48岁下岗, where it was asked whether the family agrees. They wait for that answer, so that nobody says them
// twice, and nothing of kin is noted before they agree.
func (f *form) saysAhead(t *formTurn, s *service.Service, open service.Field) bool {
	if open.Kind != service.KindChoice {
		return false
	}
	behind := false
	shown := t.Data.Draft.Shown(s)
	for i := range s.Form {
		field := s.Form[i]
		if behind && field.Kind == service.KindList && !contains(shown, field.Name) && len(f.entriesOf(field, bot.Simplified(t.Text()), t.Now)) > 0 {
			return true
		}
		behind = behind || field.Name == open.Name
	}
	return false
}

// tellsAhead says whether words that are no answer to a choice tell already what the form is about, which is asked behind it: who is
// asked for consent begins to tell. They wait for the answer too.
func (f *form) tellsAhead(t *formTurn, s *service.Service, open service.Field) bool {
	sentence, ok := s.SentenceField()
	text := bot.Simplified(t.Text())
	switch {
	case open.Kind != service.KindChoice, !ok, s.Sealed, letters(text) < leastTold, isQuestion.MatchString(text):
		return false
	case tooLong(sentence, t.Data.Told+"\n"+t.Text()) != "", f.saysAhead(t, s, open): // of kin nothing is noted before they agree
		return false
	}
	if _, told := t.Data.Draft.Values[sentence.Name]; told || !contains(t.Data.Draft.Shown(s), sentence.Name) {
		return false
	}
	behind := false
	for i := range s.Form {
		if behind = behind || s.Form[i].Name == open.Name; s.Form[i].Name == sentence.Name {
			return behind
		}
	}
	return false
}

const (
	saidAhead = "您说的先放着,现在答了这一题就记上;隔久了再答,要请您重说一遍。"
	saidOfKin = "家里人的情况先放着,问到家里人时再记。"
)

// waitAhead adds to what was told the words that wait until the open question is answered.
func (f *form) waitAhead(t *formTurn, told *string, said string) bot.Next {
	*told = strings.TrimSpace(*told + "\n" + t.Text())
	t.Lead(said)
	return f.askAgain(t)
}

// aheadOfKin is what is said where only the list of kin was told of: what the form is about is asked still.
func aheadOfKin(t *formTurn, s *service.Service) string {
	if field, ok := s.SentenceField(); ok && t.Data.Draft.Values[field.Name].Text == "" {
		return saidOfKin
	}
	return saidAhead
}

// isQuestion is a question by how it begins or ends, and tells nothing: 不知道怎么办了,老婆住院欠了三万 is none.
var isQuestion = regexp.MustCompile(`[??]|(?:吗|呢|么|什么意思|怎么[办弄填写算说选]|多少钱?|谁|哪[里儿]|啥)[了啊呀。.!！~]*$|` +
	`^(?:请问|问一下|那|你们|您们?)*(?:为什么|为啥|凭什么|凭啥|怎么|什么(?:叫|是)|啥叫|谁[来能会看]|多少|要是不|不同意)`)

// leastTold is the fewest characters that tell what happened rather than answer clumsily.
const leastTold = 8

// takeSentence takes what was told while a choice before it was open as the answer that the form begins with, and what else it says.
func (f *form) takeSentence(ctx context.Context, t *formTurn, s *service.Service) error {
	sentence, ok := s.SentenceField()
	if t.Data.Told == "" || !ok || !contains(t.Data.Draft.Shown(s), sentence.Name) {
		return nil
	}
	if _, told := t.Data.Draft.Values[sentence.Name]; told {
		return nil
	}
	said := t.Data.Told
	h := readText(sentence, said)
	if t.Data.Told = ""; !h.ok() {
		return nil
	}
	f.set(t, s, sentence, h.value)
	t.Lead("记下了:" + sentence.Label.In(f.language) + " " + cut(h.value.Text, shownRunes) + "。\n")
	told, err := f.fill(ctx, t, s, said)
	leadFilled(t, "另外记下了:", told)
	return err
}

// takeAhead takes what waited for an answer into the list that is asked for now. While a choice before the list is open it goes on
// waiting; once there is none, it is forgotten.
func (f *form) takeAhead(t *formTurn, s *service.Service) {
	if t.Data.Ahead == "" {
		return
	}
	shown := t.Data.Draft.Shown(s)
	open := false
	for _, field := range shown {
		_, answered := t.Data.Draft.Values[field.Name]
		if !answered && field.Kind == service.KindChoice {
			open = true
		}
		if field.Kind != service.KindList || answered {
			continue
		}
		if said := f.entriesOf(*field, bot.Simplified(t.Data.Ahead), t.Now); len(said) > 0 {
			t.Data.Ahead = ""
			g := listAnswer(t, *field)
			f.addEntries(t, *field, &g, said, false)
			f.keepList(t, s, *field, g)
			return
		}
	}
	if !open {
		t.Data.Ahead = ""
	}
}
