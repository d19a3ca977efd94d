package flows

import (
	"cmp"
	"context"
	"fmt"
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
	// Sound is the voice message itself, where it goes along with the words.
	Sound cases.ID `json:"sound,omitempty"`
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

// choices are the answers to whether it was heard rightly; none where nothing waits for that.
func (s aloud) choices() []bot.Choice {
	switch {
	case s.Heard == "" && s.Sound == 0:
		return nil
	case s.Heard == "":
		return unheardChoices
	case s.Sound == 0:
		return heardChoices
	}
	return append(slices.Clip(heardChoices), unheardChoices[0])
}

// reply asks whether it was heard rightly; open is false where nothing waits for that.
func (s aloud) reply() (reply bot.Reply, open bool) {
	reply = bot.Reply{Text: "听到的是:“" + s.Heard + "”,对吗?", Choices: s.choices(), Key: bot.SureKey}
	switch {
	case s.Sound == 0:
	case s.Heard == "":
		reply.Text = "语音收到了,但没能转成文字。提出人可以听原声。"
	default:
		reply.Text += "原声会一起给提出人听。"
	}
	return reply, len(reply.Choices) > 0
}

// listens takes a voice message, and the yes or no to what was heard. waits is true where the step has to ask once more; otherwise the
// message is an answer in writing, or has become one by the yes. Where there is a reason why, no voice is taken.
func (s *aloud) listens(t *bot.Talk, why string) (waits bool) {
	_, waits = s.hears(t, why, 0)
	return waits
}

// hears listens where the sound is kept as well, and returns the one of what has become the answer; 0 where that was written. Of what
// nobody could make words of, or makes the wrong ones, it may be all the answer.
func (s *aloud) hears(t *bot.Talk, why string, sound cases.ID) (kept cases.ID, waits bool) {
	was := *s
	if *s = (aloud{}); t.Message.Kind == bot.KindVoice {
		switch {
		case why != "":
			t.Lead(why)
		case t.Text() == "" && sound == 0:
			t.Lead("这段语音没能转成文字,请再说一遍或打字。")
		default:
			s.Heard, s.Sound = t.Text(), sound
		}
		return 0, true
	}
	choices := was.choices()
	if len(choices) == 0 || !t.IsText() {
		*s = was // what was sent in between says nothing of it
		return 0, false
	}
	if slices.Contains(enough, strings.TrimSpace(bot.Simplified(t.Text()))) { // of pictures that came in between
		*s = was
		t.Lead("先看听到的对不对。\n")
		return 0, true
	}
	i, ok := bot.Choose(t.Text(), choices)
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
		return 0, false
	case i == 1:
		t.Lead("好的,请再说一遍或打字。")
		return 0, true
	}
	text := was.Heard
	if choices[i].Label == unheardChoices[0].Label {
		text = spokenOnly
	}
	t.Message.Kind, t.Message.Text, t.Command = bot.KindText, text, bot.Command{}
	return was.Sound, false
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
		var sound cases.ID
		if t.Message.Kind == bot.KindVoice && why == "" && t.Step == "reason" && t.Data.Together == nil { // a sound is one case's
			var err error
			if sound, err = k.keepVoice(ctx, t); err != nil {
				return bot.Next{}, err
			}
		}
		sound, waits := t.Data.Spoken.hears(t.Talk, why, sound)
		if waits {
			return bot.Repeat(), nil
		}
		if sound != 0 {
			t.Data.Voice, t.Data.Voiced = sound, t.Text()
		}
		return take(ctx, t)
	}
}

// readBack shows what was heard along with an act, where all of it was said in one sentence. It counts after a yes.
func (k *tasks) readBack(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	v, err := k.taskOf(ctx, t)
	if err != nil {
		return k.refused(t, err, t.Data.Number)
	}
	note := t.Data.Note
	t.Data.Note = ""
	if v.Service.Sealed {
		t.Lead(saidAloudOfSealed)
		return k.wantsReason(ctx, t), nil
	}
	sound, err := k.keepVoice(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	next := k.wantsReason(ctx, t)
	t.Data.Spoken = aloud{Heard: note, Sound: sound}
	t.Lead(cmp.Or(t.Data.Number, v.Case.Number) + " " + actWord(v.Review, t.Data.Act, k.caseWords.language) + "。\n")
	return next, nil
}

// showHeard shows the case that was heard with an act and no words: one figure heard wrongly names another. It counts once it is written.
func (k *tasks) showHeard(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	v, err := k.taskOf(ctx, t)
	if err != nil {
		return k.refused(t, err, t.Data.Number)
	}
	said := actWord(v.Review, t.Data.Act, k.caseWords.language)
	if t.Data.Task == 0 { // it is with others, and not shown as one's own
		t.Say("听到的是:“" + said + " " + t.Data.Number + "”。怕听错了,请打字再来一次。")
		return bot.End(), nil
	}
	t.Data.Act = ""
	t.Lead("听到的是:“" + said + "”。是这一件的话,请打字回复\"" + said + "\"就办。\n")
	return bot.Goto("task"), nil
}

// keepVoice keeps the sound of a reason or an opinion; 0 where the platform hands none over.
func (k *tasks) keepVoice(ctx context.Context, t *tasksTurn) (cases.ID, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil || t.Message.Media == nil {
		return 0, nil //nolint:nilerr // whoever may not act is refused with the decision
	}
	id, err := k.desk.Attach(ctx, cases.Attachment{
		Owner: officer, Channel: string(t.Message.Channel), MediaID: t.Message.Media.ID, Kind: string(bot.KindVoice), CreatedAt: t.Now,
	})
	if err != nil {
		return 0, fmt.Errorf("keep voice: %w", err)
	}
	return id, nil
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
