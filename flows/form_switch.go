package flows

import (
	"strconv"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// elsewhere finds the service that words name which answer nothing here: what merely sounds like another matter may be a
// clumsy answer.
func (f *form) elsewhere(t *formTurn, s *service.Service) (bot.Next, bool) {
	if !t.IsText() {
		return bot.Next{}, false
	}
	text := bot.Simplified(t.Text())
	guesses := guessServices(f.services.All(), f.language, text, f.reader.read(text))
	var best bot.Guess
	for _, g := range guesses {
		if g.Score > best.Score {
			best = g
		}
	}
	other, ok := f.services.Current(best.Key)
	if !ok || best.Score < bot.BreakingScore || best.Key == s.Name {
		return bot.Next{}, false
	}
	if phrase, _ := longest(other.Understand.Phrases, text); phrase == "" {
		return bot.Next{}, false
	}
	return f.leaveFor(t, s, other), true
}

// leaveFor begins another form in the place of this one. A sealed form would be gone: whoever fills it is told how to leave.
func (f *form) leaveFor(t *formTurn, s, other *service.Service) bot.Next {
	if !s.Sealed || t.Step == "resume" { // which is lost already
		return bot.Hand(bot.Entry{Flow: "form", Key: other.Name, Text: t.Text()})
	}
	t.Lead("正在写的是密件,不留草稿。要办" + other.Title.In(f.language) + ",先回\"取消\"。\n")
	return bot.Repeat()
}

// asksForOther finds the service that words ask for and say no more, where any words would be an answer.
func (f *form) asksForOther(t *formTurn, s *service.Service) (bot.Next, bool) {
	for _, other := range f.services.All() {
		if other.Name != s.Name && asksAgain(other.Understand, t.Text()) {
			return f.leaveFor(t, s, other), true
		}
	}
	return bot.Next{}, false
}

// putAside remembers the form that this one has interrupted. It is a draft already.
func (f *form) putAside(t *formTurn) {
	left := t.Left
	if left == nil || left.Draft.Sealed || left.Draft.ID == t.Data.Draft.ID {
		return
	}
	if t.Data.Aside = left.Aside; worthKeeping(left.Draft) {
		t.Data.Aside = left.Draft.ID
	}
}

// ended ends the form. What it had interrupted is offered again.
func (f *form) ended(t *formTurn) bot.Next {
	if t.Data.Aside == 0 {
		return bot.End()
	}
	return bot.Hand(bot.Entry{Flow: "form", Key: entryBack + draftKey(t.Data.Aside)})
}

func draftKey(id cases.ID) string { return strconv.FormatInt(int64(id), 10) }
