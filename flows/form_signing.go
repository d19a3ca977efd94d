package flows

import (
	"context"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// stepSigning asks once whether the name is to be left out, where what was said may have meant that.
const stepSigning bot.StepName = "signing"

// What has become of the question.
const (
	signingDue   = "due"   // it comes before the next one of the form's, until it is answered
	signingAsked = "asked" // it was answered, and is asked once
)

// asksSigning says whether it is open still: somebody has asked for that, and went before they answered.
func asksSigning(s *service.Service, d cases.Draft) bool {
	return d.Signing == signingDue && !d.Anonymous && !d.Sealed && s.Summary.Anonymous
}

var signingChoices = []bot.Choice{{Label: "匿名提交,不显示我是谁"}, {Label: "实名"}}

// signing stands in front of every step of the form: whoever says that they are not to be named is heard whatever is asked, in writing or
// aloud.
func (f *form) signing(handle func(context.Context, *formTurn) (bot.Next, error)) func(context.Context, *formTurn) (bot.Next, error) {
	return func(ctx context.Context, t *formTurn) (bot.Next, error) {
		text := strings.TrimSpace(t.Text())
		if said := namingIn(text); said != saysNothing && !t.Data.Draft.Sealed && (t.IsText() || t.Message.Kind == bot.KindVoice) {
			if next, done, err := f.hearNaming(ctx, t, text, said); done || err != nil {
				return next, err
			}
		}
		return handle(ctx, t)
	}
}

// hearNaming takes what is said of the name. Where it stands in an answer, that is taken first; what the step offers itself is chosen.
func (f *form) hearNaming(ctx context.Context, t *formTurn, text string, said naming) (next bot.Next, done bool, err error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, false, err
	}
	if other, ok := f.sealedFor(s); f.offered(t, s, text) || said == mayWantNoName && ok && asksAgain(other.Understand, text) {
		return bot.Next{}, false, nil
	}
	if t.Step == "resume" { // it may have been written on since, on another phone
		if err := f.newest(ctx, t); err != nil {
			return bot.Next{}, false, err
		}
	}
	signed := t.Data.Draft.Signing
	if signed == signingDue { // which this answers
		t.Data.Draft.Signing = signingAsked
	}
	if f.sign(t, s, text) {
		return f.backFromSigning(t, s), true, nil
	}
	t.Data.Draft.Signing = signed
	if said != mayWantNoName || signed != "" || t.Data.Draft.Anonymous || t.Step == stepSigning {
		return bot.Next{}, false, nil
	}
	if !s.Summary.Anonymous {
		t.Data.Draft.Signing = signingAsked
		t.Lead(f.mustBeNamed(s) + "\n")
		return bot.Next{}, false, nil
	}
	field, _ := s.Field(t.Data.Field)
	if t.Step == "field" && field.Kind == service.KindText {
		t.Data.Draft.Signing = signingDue
		return bot.Next{}, false, nil
	}
	t.Data.Draft.Signing, t.Data.From = signingDue, string(t.Step)
	f.changed(t)
	return bot.Goto(stepSigning), true, nil
}

// offered says whether a text chooses what the step offers.
func (f *form) offered(t *formTurn, s *service.Service, text string) bool {
	var choices []bot.Choice
	switch t.Step {
	case "summary", stepNameless:
		choices = summaryChoices(s, t.Data.Draft)
	case stepSigning:
		choices = signingChoices
	case "field":
		if field, ok := s.Field(t.Data.Field); ok {
			choices = f.choices(field)
		}
	}
	_, ok := bot.Choose(text, choices)
	return ok && len(choices) > 0
}

// signingIn notes that the sentence with which a form begins may have asked for no name.
func signingIn(t *formTurn, s *service.Service, text string) {
	if said := namingIn(text); said != saysNothing && said != wantsName && s.Summary.Anonymous && !s.Sealed {
		t.Data.Draft.Signing = signingDue
	}
}

// backFromSigning goes on where the person was.
func (f *form) backFromSigning(t *formTurn, s *service.Service) bot.Next {
	from := bot.StepName(t.Data.From)
	if t.Step != stepSigning {
		from = t.Step
	}
	t.Data.From = ""
	switch from {
	case "summary", stepNameless:
		return bot.Goto(summaryOf(t.Data.Draft))
	case "", "change":
		return f.next(t, s)
	case t.Step:
		return bot.Repeat()
	}
	return bot.Goto(from)
}

func (f *form) askSigning(context.Context, *formTurn) (bot.Reply, error) {
	return bot.Reply{Text: "要匿名提交吗?", Choices: signingChoices}, nil
}

// skipSigning goes on without an answer: the name stays, as the summary shows.
func (f *form) skipSigning(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	t.Data.Draft.Signing = signingAsked
	f.changed(t)
	return f.backFromSigning(t, s), nil
}

func (f *form) takeSigning(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	i, ok := yesOrNo(t.Text(), signingChoices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	how := named
	if i == 0 {
		how = nameless
	}
	t.Data.Draft.Signing = signingAsked
	f.sign(t, s, how)
	return f.backFromSigning(t, s), nil
}
