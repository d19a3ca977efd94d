package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

const unfilled = "(没填)"

func shown(v cases.Value) string {
	if v.Text == "" {
		return unfilled
	}
	return v.Text
}

// shownOf shows an answer where others may look along.
func shownOf(field service.Field, v cases.Value) string {
	v.Text = field.Partly(v.Text)
	return shown(v)
}

// askSummary shows the whole form. The draft is in SQL before the person can say 提交, so that it is found again whatever
// died in between.
func (f *form) askSummary(ctx context.Context, t *formTurn) (bot.Reply, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := f.keep(ctx, t); err != nil {
		return bot.Reply{}, err
	}
	reply := bot.Reply{Choices: summaryChoices(s, t.Data.Draft), Key: strconv.FormatInt(t.Data.Draft.Version, 10)} // what was shown is handed in
	if t.Data.Brief {
		t.Data.Brief = false
		return reply, nil
	}
	lines := []string{"请核对:"}
	if advice := s.Summary.Advice.In(f.language); advice != "" {
		lines = []string{advice, "请核对:"}
	}
	shownNow := t.Data.Draft.Shown(s)
	for i, field := range shownNow {
		value := shownOf(*field, t.Data.Draft.Values[field.Name])
		if field.Kind.Sent() && len(t.Data.Draft.Pictures) > 0 {
			if value, err = f.shownPapers(ctx, *field, t.Data.Draft); err != nil {
				return bot.Reply{}, err
			}
		}
		if g := listAnswer(t, *field); field.Kind == service.KindList && len(g.Entries) > 0 {
			lines = append(lines, fmt.Sprintf("%s %s %d 人", bot.Circled(i+1), field.Label.In(f.language), len(g.Entries)))
			for _, line := range f.listLines(*field, g) {
				lines = append(lines, "· "+line)
			}
			continue
		}
		lines = append(lines, bot.Circled(i+1)+" "+field.Label.In(f.language)+" "+cut(value, shownRunes))
	}
	if s.Summary.Anonymous {
		lines = append(lines, bot.Circled(len(shownNow)+1)+" 署名 "+signature(t.Data.Draft), f.saidAnonymous(s))
	}
	if t.Data.Draft.Also == alsoYes {
		lines = append(lines, f.alsoChoices(s)[0].Label)
	}
	sums, err := f.sums(ctx, t, s)
	if err != nil {
		return bot.Reply{}, err
	}
	reply.Text = strings.Join(append(lines, sums...), "\n")
	if s.Sealed {
		who, err := f.saidHolders(ctx, t)
		if err != nil {
			return bot.Reply{}, err
		}
		reply.Text += f.nameKept(t) + who
	}
	return reply, nil
}

// keep writes the draft in this turn. Where it was changed on another phone, the newer one takes its place.
func (f *form) keep(ctx context.Context, t *formTurn) error {
	err := f.drafts.SaveDraft(ctx, t.Data.Draft)
	if err == nil {
		return nil
	}
	if !errors.Is(err, union.ErrStale) {
		return fmt.Errorf("save draft: %w", err)
	}
	version := t.Data.Draft.Version
	if err := f.newest(ctx, t); err != nil {
		return err
	}
	if t.Data.Draft.Version > version {
		t.Lead("这份在另一部手机上改过,下面是最新的。")
		t.Data.Brief = false
	}
	return nil
}

func (f *form) takeSummary(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if next, took, err := f.takeSent(ctx, t, s, service.Field{}); took {
		return next, err
	}
	i, ok := bot.Choose(t.Text(), summaryChoices(s, t.Data.Draft))
	if n, number := bot.Ordinal(t.Text()); number && n == 3 && t.Data.Draft.Anonymous { // what 3 has meant before
		i, ok = 0, true
	}
	if !ok && t.IsText() {
		if next, done, err := f.sealInstead(ctx, t, s); done || err != nil {
			return next, err
		}
		if next, done, err := f.correct(ctx, t, s, ""); done || err != nil {
			return next, err
		}
		if next, ok := f.elsewhere(t, s); ok {
			return next, nil
		}
		if f.tellsMore(t, s) {
			t.Data.More = strings.TrimSpace(t.Text())
			return bot.Goto("append"), nil
		}
	}
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 1:
		return bot.Goto("change"), nil
	default:
		if s.Sealed {
			t.Data.Draft.Notify = i == 0
			return f.file(ctx, t, s)
		}
		t.Data.Draft.Anonymous = t.Data.Draft.Anonymous || i == 2
		return f.submit(ctx, t, s)
	}
}

func (f *form) confirm(ctx context.Context, t *formTurn) (bot.Next, error) {
	s, err := f.service(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if s.Sealed {
		t.Lead("有答复时要不要通知您?请回复序号。")
		t.Data.Brief = true
		return bot.Repeat(), nil
	}
	return f.submit(ctx, t, s)
}

// file hands the form in. The draft's id makes a second 提交 the same case.
func (f *form) file(ctx context.Context, t *formTurn, s *service.Service) (bot.Next, error) {
	if may, err := f.mayHandIn(ctx, t, s); err != nil || !may {
		return bot.End(), err
	}
	if f.services.Overtaken(s) {
		t.Lead("还没有提交。")
		return f.goOn(ctx, t)
	}
	filed, err := f.desk.File(ctx, t.Data.Draft)
	var incomplete *cases.IncompleteError
	var spoken *cases.SpokenError
	switch {
	case errors.As(err, &spoken):
		t.Lead("还没有提交:这段语音已经在 " + spoken.Number + " 里了。是另一件事,请把语音那一项改成文字。\n")
		return bot.Repeat(), nil
	case errors.Is(err, service.ErrTooLarge):
		t.Lead("还没有提交。")
		return bot.Repeat(), nil
	case errors.As(err, &incomplete):
		t.Data.Field = incomplete.Field
		t.Lead("还差这一项:")
		return bot.Goto("field"), nil
	case errors.Is(err, union.ErrNoOfficer) && s.Sealed:
		t.Lead("现在没有可以受理的人(不会交给您自己),没有提交。请过后再试,或找上一级工会。\n")
		return bot.Repeat(), nil
	case errors.Is(err, union.ErrNoOfficer):
		t.Lead("现在还没有人负责受理这件事,先不提交,草稿给您留着。请联系分会,过后再回\"提交\"。")
		return bot.Repeat(), nil
	case errors.Is(err, cases.ErrNamedOnly):
		t.Lead(f.nowNamed(s))
		return bot.Goto(stepNameless), nil
	case errors.Is(err, cases.ErrNotYours):
		t.Say("没有提交:" + saidOfficersOnly)
		return bot.End(), nil
	case errors.Is(err, union.ErrForbidden), errors.Is(err, union.ErrNotFound):
		t.Say("没有提交成功:" + saidMembersOnly)
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("file: %w", err)
	case s.Sealed:
		return f.filedSealed(t, filed), nil
	case filed.Again && !carries(filed.Case, t.Data.Draft.Filed(s)):
		t.Say(fmt.Sprintf("这份已经在另一部手机上提交了,编号 %s,这里写的没有带上。要换成这里的,先回复\"撤回 %[1]s\",再重新提。", filed.Case.Number))
		return bot.End(), nil
	}
	t.Stir(t.Data.Others...)
	also, err := f.fileAlso(ctx, t, s, filed)
	if err != nil {
		return bot.Next{}, err
	}
	if s.Pack.On() && t.Data.Aside == 0 { // what was said is not handed over yet
		t.Lead(f.saidFiled(filed) + also + "\n")
		return bot.Hand(bot.Entry{Flow: "pack", Key: filed.Case.Number}), nil
	}
	t.Say(f.saidFiled(filed) + also)
	return f.ended(t), nil
}

// mayHandIn says whether whoever is talking is the author, and proved enough for the service. Where not, it is said why.
func (f *form) mayHandIn(ctx context.Context, t *formTurn, s *service.Service) (bool, error) {
	member, err := f.people.find(ctx, t.Talk)
	if err != nil {
		return false, err
	}
	if member != t.Data.Draft.Owner {
		t.Say("这个账号已经不是提这份" + s.Short.In(f.language) + "的会员了,没有提交。草稿在原来的账号里。")
		return false, nil
	}
	closed, err := f.people.closed(ctx, t.Talk, needsCode(s))
	if closed {
		t.Say("没有提交。" + f.people.saidUnproved())
	}
	return !closed, err
}

// saidFiled tells the author what the service's file has for it.
func (f *form) saidFiled(filed cases.Filed) string {
	s := filed.Service
	step, _ := s.Step(filed.Case.Step)
	wish := s.WishFor((&cases.Draft{Values: filed.Case.Values}).Facts(s))
	first, called := f.saidCalled(filed)
	return first + wish.In(f.language) + s.Words.Filed.Fill(f.language, map[string]string{
		service.PlaceName:    master(filed.Author.Name),
		service.PlaceNumber:  filed.Case.Number,
		service.PlaceService: s.Short.In(f.language),
		service.PlaceTitle:   filed.Case.Title,
		service.PlaceOfficer: officers(filed.Officers),
		service.PlaceStep:    step.Title.In(f.language),
		service.PlaceDue:     timeAlone(f.calendar, filed.Case.DueAt),
	}) + called + f.unpaid(filed) + promising(f.calendar, s.Words.Filed, filed.Case.DueAt)
}

// unpaid says that who files anonymously is paid nothing for it, where others are.
func (f *form) unpaid(filed cases.Filed) string {
	if !filed.Case.Anonymous || !filed.Service.Awards() {
		return ""
	}
	return "匿名的不计" + filed.Service.Award.Label.In(f.language) + "。"
}

// carries is true of a case that says all that the draft says.
func carries(c cases.Case, d cases.Draft) bool {
	for name, v := range d.Values {
		if c.Values[name].Text != v.Text {
			return false
		}
	}
	return slices.Equal(c.Pictures, d.Pictures) && c.Anonymous == d.Anonymous
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
