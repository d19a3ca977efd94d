package flows

import (
	"context"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// aloud is what was heard of a voice message where words are written for somebody else. It counts only once whoever said it has read
// it: a word that was heard wrongly would stand in the record, and be told.
type aloud struct {
	Heard string `json:"heard,omitempty"`
}

// saidAloudOfSealed refuses a voice where nothing may tell who has said it.
const saidAloudOfSealed = "密件请打字:听声音就知道是谁了。刚才的语音没有留。"

// unheard says why no voice is taken about a case, of which read finds the service. Who may not say anything of it, by whatever means, is
// refused as read says.
func unheard(t *bot.Talk, read func() (*service.Service, error)) (why string, err error) {
	if t.Message.Kind != bot.KindVoice {
		return "", nil
	}
	s, err := read()
	if err == nil && s.Sealed {
		why = saidAloudOfSealed
	}
	return why, err
}

// ownService reads the service of a case for its author.
func ownService(ctx context.Context, t *bot.Talk, p people, desk interface {
	Case(ctx context.Context, viewer union.MemberID, number string) (cases.View, error)
}, number string) func() (*service.Service, error) {
	return func() (*service.Service, error) {
		member, err := p.acting(ctx, t)
		if err != nil {
			return nil, err
		}
		v, err := desk.Case(ctx, member, number)
		return v.Service, err
	}
}

// reply asks whether it was heard rightly; open is false where nothing waits for that.
func (s aloud) reply() (reply bot.Reply, open bool) {
	return bot.Reply{Text: "听到的是:“" + s.Heard + "”,对吗?", Choices: heardChoices, Key: bot.SureKey}, s.Heard != ""
}

// listens takes a voice message, and the yes or no to what was heard. waits is true where the step has to ask once more; otherwise the
// message is an answer in writing, or has become one by the yes. Where there is a reason why, no voice is taken.
func (s *aloud) listens(t *bot.Talk, why string) (waits bool) {
	heard := s.Heard
	if s.Heard = ""; t.Message.Kind == bot.KindVoice {
		switch s.Heard = t.Text(); {
		case why != "":
			s.Heard = ""
			t.Lead(why)
		case s.Heard == "":
			t.Lead("这段语音没能转成文字,请再说一遍或打字。")
		}
		return true
	}
	if heard == "" || !t.IsText() {
		s.Heard = heard // what was sent in between says nothing of it
		return false
	}
	if slices.Contains(enough, strings.TrimSpace(bot.Simplified(t.Text()))) { // of pictures that came in between
		s.Heard = heard
		t.Lead("先看听到的对不对。\n")
		return true
	}
	i, ok := bot.Choose(t.Text(), heardChoices)
	yes, said := answer.YesNo(bot.Simplified(t.Text()))
	if word := t.Command.Word; word == bot.WordConfirm || word == bot.WordSkip {
		yes, said = word == bot.WordConfirm, true
	}
	if said && !ok {
		ok = true
		if i = 0; !yes {
			i = 1
		}
	}
	switch {
	case !ok: // the words themselves, in writing
		return false
	case i == 1:
		t.Lead("好的,请再说一遍或打字。")
		return true
	}
	t.Message.Kind, t.Message.Text, t.Command = bot.KindText, heard, bot.Command{}
	return false
}

// heardFirst lets the step of an officer take what was said aloud.
func (k *tasks) heardFirst(take func(context.Context, *tasksTurn) (bot.Next, error)) func(context.Context, *tasksTurn) (bot.Next, error) {
	return func(ctx context.Context, t *tasksTurn) (bot.Next, error) {
		why := ""
		if t.Data.Together == nil { // those that are decided together are not sealed
			var err error
			if why, err = unheard(t.Talk, func() (*service.Service, error) {
				v, err := k.taskOf(ctx, t)
				return v.Service, err
			}); err != nil {
				return k.refused(t, err, t.Data.Number)
			}
		}
		if t.Data.Spoken.listens(t.Talk, why) {
			return bot.Repeat(), nil
		}
		return take(ctx, t)
	}
}

// orHeard asks about what was heard before it asks anything else.
func orHeard(ask func(context.Context, *tasksTurn) (bot.Reply, error)) func(context.Context, *tasksTurn) (bot.Reply, error) {
	return func(ctx context.Context, t *tasksTurn) (bot.Reply, error) {
		if reply, open := t.Data.Spoken.reply(); open {
			return reply, nil
		}
		return ask(ctx, t)
	}
}
