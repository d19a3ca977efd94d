package flows

import (
	"context"
	"regexp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// The two ways in which a form may be handed in, as the summary shows them.
const (
	named    = "实名"
	nameless = "匿名"
)

var (
	// wantsNoName and wantsName are how people say at the summary, beside its choices, whether their name is to be seen.
	wantsNoName = regexp.MustCompile(`^(?:我?(?:还是|要|想|选)?|请?(?:帮我)?)(?:改|换|变)?(?:成|为)?\s*(?:匿名|不署名|不实名|不留名|不记名)(?:吧|的|办)?[。.!！]*$|^(?:我)?(?:不想|不要|不愿意?|别|不能)(?:让|给|被)?[^,，。]{0,6}(?:署名|留名|实名|露名|我的?名字?|知道(?:是)?(?:我|谁)|看到(?:是)?(?:我|谁|我的名字))[^,，。]{0,4}$`)
	wantsName   = regexp.MustCompile(`^(?:我?(?:还是|要|想|选)?|请?(?:帮我)?)(?:改|换|变)?(?:成|为|回)?\s*(?:实名|署名)(?:吧|的|办)?[。.!！]*$`)
)

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

// sign notes how the form is to be handed in, where words at the summary say that and nothing else.
func (f form) sign(t *formTurn, s *service.Service, text string) bool {
	text = bot.Simplified(text)
	without := wantsNoName.MatchString(text)
	switch {
	case without && !s.Summary.Anonymous && !s.Sealed:
		t.Lead("这一项要实名办,只有经办的人看得到是您。" + f.orSealed(s) + "\n")
		return true
	case !s.Summary.Anonymous, !without && !wantsName.MatchString(text):
		return false
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

// orSealed points to where no name is left, if that is offered.
func (f form) orSealed(s *service.Service) string {
	if other, ok := f.sealedFor(s); ok {
		return "不想留名,先回\"取消\",再回复\"" + other.Title.In(f.language) + "\"。"
	}
	return ""
}

// submit hands the form in as the summary shows it. What would tell who it is keeps it from being handed in without the name.
func (f form) submit(ctx context.Context, t *formTurn, s *service.Service) (bot.Next, error) {
	if !t.Data.Draft.Anonymous {
		return f.file(ctx, t, s)
	}
	if field, ok := soundOnly(s, t.Data.Draft); ok {
		t.Lead("匿名的不带语音,听声音就知道是谁了。请把这一项写成文字。\n")
		t.Data.Field = field.Name
		return bot.Goto("field"), nil
	}
	if shared(s, t.Data.Draft) {
		t.Lead("写了共同提出人,他们会知道是您提的,所以不能匿名。请实名提交,或回\"取消\"后自己匿名提。\n")
		t.Data.Draft.Anonymous = false
		return bot.Repeat(), nil
	}
	return f.file(ctx, t, s)
}
