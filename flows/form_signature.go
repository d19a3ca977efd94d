package flows

import (
	"context"
	"regexp"
	"strings"

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

// How people say, and say nothing else, whether their name is to be seen.
var (
	wantsNoName = regexp.MustCompile(`^(?:我|我们)?(?:能不能|可不可以|可以|能|还是|要|想|要求|希望|请|选)*(?:帮我)?(?:改|换|变)?(?:成|为)?\s*(?:匿名|不署名|不实名|不留名|不记名)(?:提交|上报|报|提|办|发)?(?:吧|的|吗|么|行吗|可以吗|好吗|行不行)?[??。.!！]*$|` +
		`^(?:我)?(?:不想|不要|不愿意?|别)(?:让|给|被)(?:领导|班长|主任|别人|人家|他们|人|大家|同事|单位|厂里|车间|工会|你们)*(?:们)?(?:知道|看到|晓得|看出)(?:是)?(?:我|我是谁|是谁)(?:提的|报的|写的|说的|反映的)?[。.!！]*$|` +
		`^(?:请)?(?:别|不要|不想)(?:写|留|署|露)(?:上)?(?:我的)?(?:名字|姓名|名)[。.!！]*$`)
	wantsName = regexp.MustCompile(`^(?:我|我们)?(?:还是|要|想|请|选)*(?:帮我)?(?:改|换|变)?(?:成|为|回)?\s*(?:实名|不匿名|不要匿名|不用匿名|署名提交)(?:提交|提|报|办)?(?:了)?(?:吧|的)?[。.!！]*$`)
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

// sign notes how the form is to be handed in, where words say that and nothing else.
func (f form) sign(t *formTurn, s *service.Service, text string) bool {
	text = bot.Simplified(strings.TrimSpace(text))
	without := wantsNoName.MatchString(text)
	switch {
	case without && !s.Summary.Anonymous && !s.Sealed:
		t.Lead("这一项要实名办,只有经办的人看得到是您。" + f.orSealed(s) + "\n")
		return true
	case !s.Summary.Anonymous, !without && !wantsName.MatchString(text):
		return false
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

const saidShared = "写了共同提出人,他们会知道是您提的,所以不能匿名。要匿名,先回\"改 共同提出人 没有\";要署名,回复\"实名\"。"

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
	if shared(s, t.Data.Draft) { // and it stays so: what is handed in next is not named by a habit
		t.Lead(saidShared + "\n")
		return bot.Goto(stepNameless), nil
	}
	return f.file(ctx, t, s)
}
