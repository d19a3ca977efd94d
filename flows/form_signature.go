package flows

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// The two ways in which a form may be handed in, as the summary shows them.
const (
	named    = "实名"
	nameless = "匿名"
)

// stepNameless is the summary of a form that is to be handed in without the name. It is a step of its own so that a release which does
// not know of it hands in nothing.
const stepNameless bot.StepName = "nameless"

// summaryOf is the step that shows a draft.
func summaryOf(d cases.Draft) bot.StepName {
	if d.Anonymous {
		return stepNameless
	}
	return "summary"
}

// signature is how the draft would be handed in.
func signature(d cases.Draft) string {
	if d.Anonymous {
		return nameless + "(要署名,回复\"实名\")"
	}
	return named
}

// summaryChoices begin with what the summary shows. Who has said that nobody is to know is offered no number with which the name would
// be seen: a habit may be quicker than an eye.
func summaryChoices(s *service.Service, d cases.Draft) []bot.Choice {
	switch {
	case s.Sealed:
		return []bot.Choice{{Label: "提交,有答复时通知我"}, {Label: "修改"}, {Label: "提交,不用通知,我自己查"}}
	case !s.Summary.Anonymous:
		return []bot.Choice{{Label: "提交"}, {Label: "修改"}}
	case d.Anonymous:
		return []bot.Choice{{Label: "匿名提交"}, {Label: "修改"}}
	}
	return []bot.Choice{{Label: "提交"}, {Label: "修改"}, {Label: "匿名提交"}}
}

// sign notes how the form is to be handed in, where words say that and nothing else. What was to be without a name may be named wherever
// that is not offered any more.
func (f *form) sign(t *formTurn, s *service.Service, text string) bool {
	said := namingIn(text)
	without := said == wantsNoName
	switch {
	case said != wantsNoName && said != wantsName, s.Sealed, !without && !s.Summary.Anonymous && !t.Data.Draft.Anonymous:
		return false
	case without && !s.Summary.Anonymous:
		t.Lead(f.mustBeNamed(s) + "\n")
		return true
	case without && shared(s, t.Data.Draft):
		t.Lead(saidShared + "\n")
		return true
	}
	t.Data.Draft.Anonymous = without
	f.changed(t)
	word := named
	if without {
		word = nameless
	}
	t.Lead("署名改为" + word + ",还没有提交。\n")
	return true
}

// mustBeNamed says who sees the name of whoever files a service that is not done without it, and what is made public of it.
func (f *form) mustBeNamed(s *service.Service) string {
	said := "这一项要实名办,只有经办的人看得到是您。"
	for i := range s.Review {
		if !s.Review[i].Publish.Empty() {
			said = "这一项要实名办,经办的人看得到是您;按规定要公示,公示时姓名遮住一部分。"
		}
	}
	return said + f.orSealed(s)
}

// nowNamed stops what was to be handed in without the name where the service is not done so any more: nobody is named who was promised
// not to be.
func (f *form) nowNamed(s *service.Service) string {
	return "您选的是匿名,但这一项现在要实名办,所以没有提交。" + f.orSealed(s) + "要署名提交,先回\"实名\";不提了,回\"取消\"。\n"
}

const saidShared = "写了共同提出人,他们会知道是您提的,所以不能匿名。要匿名,先回\"改 共同提出人 没有\";要署名,回复\"实名\"。"

// orSealed points to where no name is left, if that is offered.
func (f *form) orSealed(s *service.Service) string {
	if other, ok := f.sealedFor(s); ok {
		return "不想留名,先回\"取消\",再回复\"" + other.Title.In(f.language) + "\"。"
	}
	return ""
}

// submit hands the form in as the summary shows it. What would tell who it is keeps it from being handed in without the name.
func (f *form) submit(ctx context.Context, t *formTurn, s *service.Service) (bot.Next, error) {
	if !t.Data.Draft.Anonymous {
		return f.file(ctx, t, s)
	}
	if !s.Summary.Anonymous {
		t.Lead(f.nowNamed(s))
		return bot.Goto(stepNameless), nil
	}
	if field, ok := soundOnly(s, t.Data.Draft); ok {
		t.Lead("匿名的不带语音,听声音就知道是谁了。请把这一项写成文字。\n")
		t.Data.Field = field.Name
		return bot.Goto("field"), nil
	}
	if shared(s, t.Data.Draft) { // and it stays so: what is handed in next is not named by a habit
		t.Lead(saidShared + "\n")
		return bot.Goto(stepNameless), nil
	}
	return f.file(ctx, t, s)
}
