package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
)

var (
	castFields  = []bot.Choice{{Label: "正文"}, {Label: "发给谁"}, {Label: "时间"}}
	castChoices = []bot.Choice{{Label: "提交审批"}, {Label: "看几条实例"}, {Label: "先发给自己试试"}, {Label: "修改"}}
)

func (f *cast) whens(t *castTurn) []bot.Choice {
	choices := []bot.Choice{{Label: "审批后马上发"}}
	if t.Data.MayUrge {
		choices = append(choices, bot.Choice{Label: "紧急:审批后马上发,夜里也发,要求回复\"收到\""})
	}
	return choices
}

// saysNow is the first of the choices in other words; what is urgent is chosen as that.
var saysNow = regexp.MustCompile(`^(?:现在|马上|立刻|立即|尽快|越快越好)就?(?:发送|发出|发)?吧?[。!！]?$`)

func (f *cast) askWhen(_ context.Context, t *castTurn) (bot.Reply, error) {
	hours := f.words.calendar.DutyHours()
	return bot.Reply{
		Text:    fmt.Sprintf("什么时候发?可以写时间,如:明天 9:10。平时只在工作日 %s 到 %s 之间发,发不完第二个工作日接着发。", calendar.ClockText(hours.From), calendar.ClockText(hours.To)),
		Choices: f.whens(t),
	}, nil
}

func (f *cast) takeWhen(_ context.Context, t *castTurn) (bot.Next, error) {
	if !t.IsText() {
		return bot.Miss(), nil
	}
	if i, ok := bot.Choose(t.Text(), f.whens(t)); ok || saysNow.MatchString(bot.Simplified(t.Text())) {
		t.Data.Starts, t.Data.Urgent = time.Time{}, i == 1
		if t.Data.Urgent && t.Data.Run.Series == 0 {
			t.Data.Repeat = broadcast.Once
		}
		if t.Data.Urgent {
			t.Data.Joiners = calendar.Date{}
		}
		return f.timed(t), nil
	}
	at, problem := momentOf(bot.Simplified(t.Text()), f.words.calendar.Local(t.Now), 0, 0)
	if at.IsZero() {
		if problem == "" {
			return bot.Miss(), nil
		}
		t.Lead(problem)
		return bot.Repeat(), nil
	}
	hours := f.words.calendar.DutyHours()
	if of := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute; of < hours.From || of >= hours.To {
		t.Lead(fmt.Sprintf("这个时间大家在休息,请选 %s 到 %s 之间。", calendar.ClockText(hours.From), calendar.ClockText(hours.To)))
		return bot.Repeat(), nil
	}
	if quiet := broadcast.Unhurried(at, t.Now); quiet != at {
		at = quiet
		t.Lead("整点、半点发的人多,改到 " + f.words.calendar.Speech(at) + "。\n")
	}
	t.Data.Starts, t.Data.Urgent = at.UTC(), false
	return f.timed(t), nil
}

// timed leads on from the time.
func (f *cast) timed(t *castTurn) bot.Next {
	if !t.Data.Complete && f.asksBusiness(t) {
		t.Data.Complete = true
		return bot.Goto("business")
	}
	t.Data.Complete = true
	return bot.Goto("sure")
}

func (f *cast) askSure(ctx context.Context, t *castTurn) (bot.Reply, error) {
	if member, err := f.people.acting(ctx, t.Talk); err == nil && t.Data.Picture != 0 && t.Data.Attached == nil {
		if file, err := f.desk.Illustration(ctx, member, t.Data.Picture); err == nil { // else it is said once it matters
			t.Data.Attached = &file
		}
	}
	b := t.Data.broadcast()
	lines := []string{
		"请核对:", bot.Circled(1) + " 正文 " + b.Text, fmt.Sprintf("%s 发给 %s,%s", bot.Circled(2), f.words.audience(b.Audience), andAlso(f.words.heads(b.Audience, t.Data.Head), f.words.joiners(b))),
		bot.Circled(3) + " 时间 " + f.words.when(b, t.Now),
	}
	if t.Data.Official > 0 {
		lines = append(lines, fmt.Sprintf("%s 公众号 %d 人,发不过去的%s", bot.Circled(4), t.Data.Official, f.words.business(b.Notice)))
	}
	switch attached := f.words.attachment(b); {
	case attached != "" && b.Alone:
		lines = append(lines, attached+"。(要连正文回\"正文和图片一起发\",不要就回\"不要图片\")")
	case attached != "":
		lines = append(lines, attached+"。(只发它回\"只发图片\",不要就回\"不要图片\")")
	case t.Data.Picture != 0:
		lines = append(lines, "图片或文件正在取。")
	}
	if kept := keptFrom(b); kept != "" {
		lines = append(lines, "正文是祝福,"+kept+"。要人人收到的事请另发。")
	}
	return bot.Reply{Text: strings.Join(lines, "\n"), Choices: f.sures(t)}, nil
}

func (f *cast) takeSure(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindImage || t.Message.Kind == bot.KindFile {
		return f.illustrate(ctx, t)
	}
	if t.IsText() && f.saidPicture(t) {
		return bot.Repeat(), nil
	}
	if next, ok := f.saidJoiners(t); ok && t.IsText() {
		return next, nil
	}
	i, ok := bot.Choose(t.Text(), f.sures(t))
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	switch i {
	case 1:
		return f.preview(ctx, t)
	case 2:
		return f.try(ctx, t)
	case 3:
		return bot.Goto("field"), nil
	case 4:
		if t.Data.Run.Series == 0 {
			return bot.Goto("repeat"), nil
		}
		return bot.Goto("joiners"), nil
	case 5:
		return bot.Goto("joiners"), nil
	}
	return f.submit(ctx, t)
}

func (f *cast) change(_ context.Context, t *castTurn) (bot.Next, error) {
	if i, ok := bot.Choose(t.Command.Rest, f.fields(t)); ok {
		return bot.Goto(castSteps[i]), nil
	}
	return bot.Goto("field"), nil
}

var castSteps = []bot.StepName{"text", "who", "when", "business"}

func (f *cast) askField(_ context.Context, t *castTurn) (bot.Reply, error) {
	return bot.Reply{Text: "改哪一项?", Choices: f.fields(t)}, nil
}

func (f *cast) takeField(_ context.Context, t *castTurn) (bot.Next, error) {
	if i, ok := bot.Choose(t.Text(), f.fields(t)); ok && t.IsText() {
		return bot.Goto(castSteps[i]), nil
	}
	return bot.Miss(), nil
}

// andAlso puts a remark behind something, where there is one.
func andAlso(said, remark string) string {
	if remark == "" {
		return said
	}
	return said + "," + remark
}

// preview shows the text as real receivers read it.
func (f *cast) preview(ctx context.Context, t *castTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	var samples []broadcast.Sample
	if err == nil {
		samples, err = f.desk.Preview(ctx, member, t.Data.broadcast())
	}
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	lines := []string{fmt.Sprintf("随手抽 %d 位,他们会看到:", len(samples))}
	if t.Data.Who.ByFamily() {
		lines[0] = "按家庭情况发的不显示是谁,拿您自己的资料示意:"
	}
	for _, s := range samples {
		lines = append(lines, "【"+nameAndUnit(s.Member)+"】"+cut(s.Text, 120))
	}
	t.Lead(strings.Join(lines, "\n") + "\n")
	return bot.Repeat(), nil
}

func (f *cast) try(ctx context.Context, t *castTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	if err == nil {
		if ready, err := f.attached(ctx, t, member); err != nil || !ready {
			return bot.Repeat(), err
		}
		err = f.desk.Try(ctx, member, t.Data.broadcast(), string(t.Message.ID))
	}
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	t.Lead("马上发一条给您自己。\n")
	return bot.Repeat(), nil
}

func (f *cast) submit(ctx context.Context, t *castTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	var b broadcast.Broadcast
	var asked []union.Member
	if err == nil {
		if ready, err := f.attached(ctx, t, member); err != nil || !ready {
			return bot.Repeat(), err
		}
		b, asked, err = f.desk.Submit(ctx, member, t.Data.broadcast())
	}
	switch {
	case errors.Is(err, union.ErrStale): // what it is a run of goes to another time
		t.Lead(b.Number + " 的时间刚才改了,已换成新的,别的照您写的。请再核对一遍。\n")
		t.Data.Seen, t.Data.Starts = b.Version, b.StartsAt
		return bot.Goto("sure"), nil
	case errors.Is(err, broadcast.ErrFew):
		t.Lead(saidFew + "\n")
		return bot.Goto("who"), nil
	case errors.Is(err, broadcast.ErrNobody):
		t.Lead("现在一个人也没有了,请改一下发给谁。\n")
		return bot.Goto("who"), nil
	case errors.Is(err, broadcast.ErrCheer):
		t.Lead(saidCheer(broadcast.Cheer(t.Data.Text)) + "\n")
		t.Data.Notice = broadcast.Wait
		return bot.Goto("sure"), nil
	case errors.Is(err, broadcast.ErrJoiners):
		t.Lead("新来的发到的那一天过了,请重新定。\n")
		t.Data.Joiners = calendar.Date{}
		return bot.Goto("sure"), nil
	case errors.Is(err, broadcast.ErrNoNotice): // it was taken out of the configuration meanwhile
		t.Lead("公众号的\"" + castBusinesses[t.Data.Notice] + "\"提醒现在发不了。\n")
		t.Data.Notice = broadcast.Wait
		return bot.Goto("sure"), nil
	case errors.Is(err, union.ErrNoOfficer):
		t.Say("找不到可以放行的人:群发要由分会主席或工会主席放行,不能是您自己。请联系管理员。草稿没有提交。")
		return bot.End(), nil
	case err != nil:
		return castRefused(t.Talk, err, "")
	case b.State != broadcast.Submitted: // somebody else has called it off meanwhile
		t.Say(b.Number + " 现在是\"" + f.words.state(b) + "\",没有再提交。回复\"群发\"可以重新写。")
		return bot.End(), nil
	}
	b.Chosen = b.Chosen && f.words.overdue(b, t.Now) == ""
	t.Say(fmt.Sprintf("已提交 %s,%s,请 %s 放行,放行后%s。放行前可以回复\"改通知 %s\"修改,\"取消 %s\"作废。",
		b.Number, f.words.heads(b.Audience, b.Head), officers(asked), f.words.starts(b), b.Number, b.Number))
	return bot.End(), nil
}

// castRefused puts into words why something was not done with a broadcast.
func castRefused(t *bot.Talk, err error, number string) (bot.Next, error) {
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("这件事您现在不能办。需要的话请联系分会。")
	case errors.Is(err, union.ErrNotFound):
		t.Say("没有找到您可以管的 " + number + ",请核对编号。回复\"我的群发\"看编号。")
	case errors.Is(err, union.ErrStale):
		t.Say(number + " 刚刚有变动,请重新看一下再办。")
	case errors.Is(err, broadcast.ErrOutside):
		t.Say("里面有不归您负责的单位,没有提交。")
	case errors.Is(err, broadcast.ErrUrgent):
		t.Say("紧急通知由值班员或工会主席来写,没有提交。")
	case errors.Is(err, broadcast.ErrFew):
		t.Say(saidFew)
	case errors.Is(err, broadcast.ErrFamily):
		t.Say(number + " 是按家庭情况发的,只给人数,不列名单。")
	case errors.Is(err, broadcast.ErrCrowd):
		t.Say(saidCrowd)
	case errors.Is(err, broadcast.ErrNobody):
		t.Say("现在一个人也没有了,没有放行。请撰写的人改一下发给谁。")
	case errors.Is(err, broadcast.ErrOwn):
		t.Say("自己写的要请别人放行。")
	default:
		return bot.Next{}, fmt.Errorf("broadcast: %w", err)
	}
	return bot.End(), nil
}
