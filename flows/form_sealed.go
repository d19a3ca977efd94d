package flows

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// What the person who fills a sealed form is told. It promises no more than is kept.
const (
	saidSealed = "这件事按密件办:办的人看不到您是谁,系统里也不把您和编号记在一起。写的时候别写自己的姓名、工号;不留草稿,请一次写完。\n"

	saidSealedNamed = "这件事按密件办:办的人看不到您是谁。写的时候别写自己的姓名、工号;不留草稿,请一次写完。\n"

	saidNameless = "\n姓名:系统不留,谁也打不开。"

	saidNameHalved = "\n姓名:加密留存,钥匙分在两位密钥保管人手里,要两人一起、写明原因才打得开;打开了会告诉您。"

	saidForgotten = "密件不留草稿,没写完的已经清掉了。"
)

// shut turns away whoever is not known well enough for the service.
func (f *form) shut(ctx context.Context, t *formTurn, s *service.Service) (bool, error) {
	closed, err := f.people.closed(ctx, t.Talk, needsCode(s))
	if closed {
		t.Say(f.saidClosed(s))
	}
	return closed, err
}

// saidClosed turns away a member who is not known for sure: what helps at once is said all the same.
func (f *form) saidClosed(s *service.Service) string {
	if opening := s.Opening.In(f.language); s.Sealed && opening != "" {
		return opening + "\n" + f.people.saidUnproved()
	}
	return f.people.saidUnproved()
}

// saidCodeOnly tells a stranger before the binding that the last six of the id card do not open this service.
func (f *form) saidCodeOnly(name string) string {
	s, ok := f.services.Current(name)
	if !ok || !needsCode(s) {
		return ""
	}
	said := "这一项只认企业微信的绑定码,身份证后六位不行。\n" + f.people.inPerson()
	if opening := s.Opening.In(f.language); s.Sealed && opening != "" {
		said += "\n" + opening
	}
	return said
}

// sealedHint is said before the first question.
func (f *form) sealedHint() string {
	if f.desk.KeepsNames() {
		return saidSealedNamed
	}
	return saidSealed
}

// nameKept is what the summary says of the name. The draft goes by what was said, should that change meanwhile.
func (f *form) nameKept(t *formTurn) string {
	t.Data.Draft.Named = f.desk.KeepsNames()
	if t.Data.Draft.Named {
		return saidNameHalved
	}
	return saidNameless
}

var sealedChoices = []bot.Choice{{Label: "重新写"}, {Label: "办别的"}, {Label: "不写了"}}

// filedSealed hands over the number and the code, which are said here and never again.
func (f *form) filedSealed(t *formTurn, filed cases.Filed) bot.Next {
	if filed.Again {
		t.Say("这份已经交上了,编号 " + filed.Case.Number + "。查询码只在交的时候显示一次。")
		return bot.End()
	}
	step, _ := filed.Service.Step(filed.Case.Step)
	t.Say(filed.Service.Words.Filed.Fill(f.language, map[string]string{
		service.PlaceNumber: filed.Case.Number, service.PlaceService: filed.Service.Short.In(f.language),
		service.PlaceTitle: filed.Case.Title, service.PlaceStep: step.Title.In(f.language),
		service.PlaceOfficer: officers(filed.Officers), service.PlaceDue: timeAlone(f.calendar, filed.Case.DueAt),
	}) + promising(f.calendar, filed.Service.Words.Filed, filed.Case.DueAt) + "\n查询码 " + filed.Code + "(只显示这一次,请抄下来)。用哪个账号都能查:回复\"查询 " + filed.Case.Number + " " + filed.Code + "\"。回复\"清理\"看怎样删掉这段聊天。")
	return bot.End()
}

// saidAnonymous says beside 匿名提交 what it hides, from whom it does not, and what does.
func (f *form) saidAnonymous(s *service.Service) string {
	said := "匿名提交:受理人看不到您是谁;系统里仍有记录,用来回复您。"
	other, ok := f.sealedFor(s)
	if !ok {
		return said
	}
	want := "要连系统也不留是谁"
	if f.desk.KeepsNames() {
		want = "要把姓名封存(两位保管人一起才打得开)"
	}
	return said + want + ",回复\"" + other.Title.In(f.language) + "\"。"
}

// sealedFor is the sealed service to which the file points, if that is offered.
func (f *form) sealedFor(s *service.Service) (*service.Service, bool) {
	other, ok := f.services.Current(s.Summary.Sealed)
	return other, ok && other.Sealed
}

// sealInstead begins that service with what was said already. The form that was open names who wrote it, and is forgotten.
func (f *form) sealInstead(ctx context.Context, t *formTurn, s *service.Service) (next bot.Next, done bool, err error) {
	other, ok := f.sealedFor(s)
	if !ok || !asksAgain(other.Understand, t.Text()) {
		return bot.Next{}, false, nil
	}
	if closed, err := f.people.unproved(ctx, t.Message.Address); err != nil {
		return bot.Next{}, false, err
	} else if closed {
		t.Lead(f.saidClosed(other) + "\n")
		return bot.Repeat(), true, nil
	}
	said := ""
	if field, ok := s.SentenceField(); ok {
		said = t.Data.Draft.Values[field.Name].Text
	}
	if err := f.desk.ForgetAttachments(ctx, t.Data.Draft); err != nil {
		return bot.Next{}, false, err
	}
	if _, err := f.drop(ctx, t, "好的,刚才这份没有提交,草稿已经删掉;照片和语音不带过去。"); err != nil {
		return bot.Next{}, false, err
	}
	t.Data = formData{}
	return bot.Hand(bot.Entry{Flow: "form", Key: other.Name, Text: said}), true, nil
}
