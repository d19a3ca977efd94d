package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
)

// OccasionDesk is what organisers and branch chairs do about what the union says by itself.
type OccasionDesk interface {
	GreetingDesk
	CareDesk
	GiftDesk
	Week(ctx context.Context, officer union.MemberID) ([]occasion.Coming, []occasion.Silence, error)
	Outcomes(ctx context.Context, officer union.MemberID) (list []occasion.Went, not []occasion.Unreached, more int, err error)
	Samples(ctx context.Context, officer union.MemberID, called, language string) (occasion.Occasion, []occasion.Sample, error)
	Stop(ctx context.Context, officer union.MemberID, called string) (occasion.Occasion, occasion.Order, error)
	Move(ctx context.Context, officer union.MemberID, called string, to calendar.Date) (occasion.Occasion, occasion.Order, error)
	Resume(ctx context.Context, officer union.MemberID, called string) (occasion.Occasion, error)
	Silence(ctx context.Context, officer union.MemberID, called string, days int) (s occasion.Silence, held []occasion.Count, more bool, err error)
	Unsilence(ctx context.Context, officer union.MemberID, called string) ([]occasion.Silence, []occasion.Count, error)
	Release(ctx context.Context, officer union.MemberID, out bool) (n int64, more bool, err error)
	Label(name string) string
	MissedOut(ctx context.Context, officer union.MemberID) (list []occasion.Due, more int, err error)
	Ending(ctx context.Context, officer union.MemberID) (list []occasion.Ending, more int, err error)
}

// occasions shows an organiser what goes out this week, and stops, moves, holds and releases it.
type occasions struct {
	people   people
	desk     OccasionDesk
	casts    castRepeatDesk
	calendar Calendar
}

type occasionsTurn = bot.Turn[struct{}]

// orders are what an organiser says. The first group of an order is what it is about.
var orders = []struct {
	said *regexp.Regexp
	do   func(*occasions, context.Context, *occasionsTurn, union.MemberID, []string) error
}{
	{regexp.MustCompile(`^(?:静默|停发|改期|恢复发送|预览)(?:祝福|问候)?[。]?$`), (*occasions).usage},
	{regexp.MustCompile(`^(?:本周|这周|祝福|发送)?计划[。?？]?$`), (*occasions).week},
	{regexp.MustCompile(`^(?:祝福|问候)?漏发(?:名单|的|了谁|的人)?[。?？]?$`), (*occasions).missed},
	{regexp.MustCompile(`^(?:(?:祝福|问候|发送)结果|祝福(?:都)?发(?:得怎么样|到了吗|出去了吗))[。?？]?$`), (*occasions).went},
	{regexp.MustCompile(`^(?:合同|退休)?到期名单[。?？]?$|^(?:合同|退休)名单[。?？]?$`), (*occasions).ending},
	{regexp.MustCompile(`^预览\s*(\S{1,12}?)(?:祝福|问候)?\s*(英文|英语|中文|汉语)?(?:的|版)?[。]?$`), (*occasions).samples},
	{regexp.MustCompile(`^停发\s*(\S{1,12}?)(?:祝福|问候)?[。]?$`), (*occasions).stop},
	{regexp.MustCompile(`^(?:恢复发送|恢复定期|取消停发|取消改期)\s*(\S{1,12}?)(?:祝福|问候)?[。]?$`), (*occasions).resume},
	{regexp.MustCompile(`^改期\s*([A-Za-z]{2}\d{2}-\d{4,8})\s*(?:到|至|改到|改为|为)?\s*(.{2,20})$`), (*occasions).move},
	{regexp.MustCompile(`^改期\s*(\S{1,12}?)(?:祝福|问候)?\s*(?:到|至|改到|为|\s)\s*(\S{2,16})$`), (*occasions).move},
	{regexp.MustCompile(`^静默\s*(\S*?)\s*(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:天|日)$`), (*occasions).silence},
	{regexp.MustCompile(`^(?:解除|结束|取消)静默\s*(\S*?)[。]?$`), (*occasions).unsilence},
	{regexp.MustCompile(`^补发[。]?$`), (*occasions).late},
	{regexp.MustCompile(`^(?:不补|不补发|不用补)了?[。]?$`), (*occasions).never},
}

func (o *occasions) flow() bot.Flow {
	return bot.Define(bot.Spec[struct{}]{
		Name: "occasions", Rev: 1, Title: "祝福安排", Expires: time.Minute, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordSilence)},
		Understand: func(text string) []bot.Guess {
			for _, order := range orders {
				switch m := order.said.FindStringSubmatch(strings.TrimSpace(text)); {
				case len(m) > 1 && broadcast.Numbered(strings.ToUpper(m[1])): // a decision about a case has a number too
					return []bot.Guess{{Label: "定期群发", Score: decisionScore + 0.02}}
				case m != nil:
					return []bot.Guess{{Label: "安排祝福", Score: decisionScore}}
				}
			}
			return nil
		},
		Begin: o.begin,
	})
}

const saidOrganisers = "这个由组织干事、分会主席和工会主席在自己管的范围里办。您自己不想收祝福,回复\"退订\"。"

func (o *occasions) begin(ctx context.Context, t *occasionsTurn) (bot.Next, error) {
	member, next, err := o.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	said := strings.TrimSpace(t.Entry.Text)
	if t.Command.Word == bot.WordSilence {
		said = bot.WordSilence.Name()
	}
	for _, order := range orders {
		m := order.said.FindStringSubmatch(said)
		if m == nil {
			continue
		}
		if err := order.do(o, ctx, t, member, m); err != nil {
			return bot.End(), o.refuse(t, err, m)
		}
		return bot.End(), nil
	}
	return bot.End(), nil
}

// refuse says why something was not done.
func (o *occasions) refuse(t *occasionsTurn, err error, said []string) error {
	about := ""
	if len(said) > 1 {
		about = said[1]
	}
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say(saidOrganisers)
	case errors.Is(err, occasion.ErrUnknown):
		t.Say("没有找到\"" + about + "\"。单位要在您管的范围里;场合请写 生日,或节日的名字,如 国庆。")
	case errors.Is(err, occasion.ErrSeveral):
		t.Say("您管的范围不止一个这样的单位,请写清楚,如:静默 一分厂 3天。")
	case errors.Is(err, occasion.ErrOccasion):
		t.Say("一年之内没有这个场合,或者它不能改期。生日只能停发或静默,不能改期。")
	case errors.Is(err, occasion.ErrPast):
		t.Say("请写今天以后、离节日 30 天以内的日子,如:改期 国庆 9月30日。")
	case errors.Is(err, occasion.ErrSomber):
		t.Say("清明和国家公祭日这样的日子不发祝福,请换一天。")
	case errors.Is(err, occasion.ErrNothing):
		t.Say("现在没有这样的安排。回复\"计划\"看本周要发什么。")
	default:
		return err
	}
	return nil
}

// usage says how an order is given, to whoever may give any.
func (o *occasions) usage(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	if _, _, err := o.desk.Week(ctx, officer); err != nil {
		return err
	}
	t.Say("请把要调整的写在一起:\n· 静默 一分厂 3天:这几天不发祝福、问候和只有祝福的群发(如\"祝大家中秋快乐\"),别的通知不受影响;提前结束回复\"解除静默\"\n" +
		"· 停发 国庆,恢复发送 国庆\n· 改期 国庆 9月30日\n· 预览 生日\n要发什么回复\"计划\"看。")
	return nil
}

var saidStates = map[occasion.State]string{
	occasion.Planned: "待发", occasion.Approved: "待发", occasion.Given: "已交发送", occasion.Told: "已告诉负责人", occasion.Held: "静默扣住", occasion.Asked: "等负责人定", occasion.Declined: "不发",
	occasion.Off: "本人退订", occasion.Stopped: "停发", occasion.Missed: "过期没发", occasion.Gone: "已离开", occasion.Unworded: "没有合适的话,没发",
}

func (o *occasions) week(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	repeats, more, err := o.casts.Repeats(ctx, officer, listed)
	if err != nil {
		return err
	}
	casts, err := o.upcoming(ctx, t, officer)
	if err != nil {
		return err
	}
	casts = append(casts, castWords{o.calendar}.repeats(repeats, more)...)
	coming, silences, err := o.desk.Week(ctx, officer)
	if errors.Is(err, union.ErrForbidden) && len(casts) > 0 { // many write who arrange no wishes
		t.Say(strings.Join(casts, "\n"))
		return nil
	}
	if err != nil {
		return err
	}
	var lines, missed []string
	for _, c := range coming {
		line := fmt.Sprintf("· %s %s %d 人,%s", shortDay(c.Day), c.Label, c.N, saidStates[c.State])
		if c.State == occasion.Missed || c.State == occasion.Unworded {
			missed = append(missed, line)
		} else {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		lines = []string{"今天起 7 天,您管的范围没有要发的祝福。"}
	} else {
		lines = append([]string{"今天起 7 天,您管的范围:"}, lines...)
	}
	if len(missed) > 0 {
		lines = append(append(append(lines, "近 7 天没发成、不再补的:"), missed...), "是哪些人回复\"漏发名单\"。")
	}
	for _, s := range silences {
		lines = append(lines, s.Name+" 静默到 "+o.calendar.Speech(s.Until)+"。")
	}
	lines = append(lines, casts...)
	t.Say(strings.Join(append(lines, "先看样子回复\"预览 生日\",要调整回复如\"停发 国庆\"\"改期 国庆 9月30日\"\"静默 一分厂 3天\"。群发看\"我的群发\"。"), "\n"))
	return nil
}

// wentStates are those of the outbox, in the order in which they are told.
var wentStates = []struct{ state, said string }{
	{"pending", "正在发"}, {"parked", "等本人下次说话"}, {"unreachable", "联系不上"}, {"failed", "没发成"}, {"uncertain", "不确定收到没有"},
}

func (o *occasions) went(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	list, not, more, err := o.desk.Outcomes(ctx, officer)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.Say("近 7 天,您管的范围没有发过祝福。接下来发什么回复\"计划\"看。")
		return nil
	}
	lines, said := []string{"近 7 天,您管的范围:"}, map[string]string{}
	for _, w := range list {
		parts := []string{fmt.Sprintf("已发出 %d", w.Sent())}
		for _, s := range wentStates {
			said[s.state] = s.said
			if n := w.Not[s.state]; n > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", s.said, n))
			}
		}
		lines = append(lines, fmt.Sprintf("· %s %s %d 人:%s", shortDay(w.Day), w.Label, w.Given, strings.Join(parts, " · ")))
	}
	if len(not) > 0 {
		lines = append(lines, "没送到的:")
	}
	for _, u := range not {
		lines = append(lines, fmt.Sprintf("· %s %s(%s)%s,%s", u.To.StaffNo, u.To.Name, u.To.Unit(), o.desk.Label(u.Occasion), said[u.State]))
	}
	if lines = andMore(lines, more); len(not) > 0 {
		lines = append(lines, "要电话回复\"联系不上\"。祝福不重发,怕收到两遍。")
	}
	t.Say(strings.Join(lines, "\n"))
	return nil
}

func (o *occasions) samples(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	what, samples, err := o.desk.Samples(ctx, officer, said[1], greetingLanguages[said[2]])
	if err != nil {
		return err
	}
	if len(samples) == 0 {
		t.Say("您管的范围里近期没有人过" + what.Label + "。")
		return nil
	}
	who := "真实会员的"
	if said[2] != "" {
		who += "," + said[2]
	}
	lines := []string{fmt.Sprintf("下一次%s会这样发(%d 位%s):", what.Label, len(samples), who)}
	for _, s := range samples {
		if s.Picture != "" {
			s.Text += "(配图 " + s.Picture + ")"
		}
		lines = append(lines, s.Text)
	}
	if said[2] == "" {
		lines = append(lines, "要看英文的回复\"预览 "+what.Label+" 英文\";会员回复\"祝福用英文\"的收英文。")
	}
	t.Say(strings.Join(lines, "\n"))
	return nil
}

// ending lists whose contract ends and who retires within the next three months.
func (o *occasions) ending(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	list, more, err := o.desk.Ending(ctx, officer)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.Say("90 天内,您管的范围没有合同到期和退休的。")
		return nil
	}
	lines := []string{"90 天内,您管的范围:"}
	for _, e := range list {
		what := "合同到期"
		if e.Retires {
			what = "退休"
		}
		lines = append(lines, fmt.Sprintf("· %s %s %s %s(%s)", dayOf(e.Day), what, e.To.StaffNo, e.To.Name, e.To.Unit()))
	}
	t.Say(strings.Join(append(andMore(lines, more), "日期来自会员名册,不对请人事部门更正。"), "\n"))
	return nil
}

func shortDay(d calendar.Date) string { return fmt.Sprintf("%d月%d日", d.Month, d.Day) }

func (o *occasions) stop(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	if number := strings.ToUpper(said[1]); broadcast.Numbered(number) {
		return o.stopRepeat(ctx, t, officer, number)
	}
	what, order, err := o.desk.Stop(ctx, officer, said[1])
	if err != nil {
		return err
	}
	when := shortDay(what.Day)
	if order.Until != order.From {
		when = "今天起 7 天"
	}
	t.Say("好的," + when + "的" + what.Label + "祝福在您管的范围里停发。要恢复回复\"恢复发送 " + what.Label + "\"。")
	return nil
}

func (o *occasions) resume(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	if number := strings.ToUpper(said[1]); broadcast.Numbered(number) {
		return o.resumeRepeat(ctx, t, officer, number)
	}
	what, err := o.desk.Resume(ctx, officer, said[1])
	if err == nil {
		t.Say("好的," + what.Label + "祝福照原来的日子发。")
	}
	return err
}

func (o *occasions) move(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	if number := strings.ToUpper(said[1]); broadcast.Numbered(number) {
		return o.moveRepeat(ctx, t, officer, number, said[2])
	}
	to, ok := dayIn(said[2], o.calendar.Date(t.Now))
	if !ok {
		t.Say("没有听懂这个日子,请写如:改期 国庆 9月30日。")
		return nil
	}
	what, order, err := o.desk.Move(ctx, officer, said[1], to)
	if err == nil {
		t.Say("好的," + what.Label + "祝福改到 " + dayOf(order.To) + " 发。要改回来回复\"取消改期 " + what.Label + "\"。")
	}
	return err
}

// dayIn reads a day that is still to come.
func dayIn(said string, today calendar.Date) (calendar.Date, bool) {
	r := answer.Date(said, today, answer.DateLimits{Future: true})
	text, err := strconv.Unquote(string(r.Raw))
	if err != nil {
		return calendar.Date{}, false
	}
	day, err := calendar.ParseDate(text)
	return day, err == nil
}

func (o *occasions) silence(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	days, err := strconv.Atoi(said[2])
	if err != nil {
		days = chineseDays(said[2])
	}
	if days < 1 {
		t.Say("请写 1 到 90 天,如:静默 一分厂 3天。")
		return nil
	}
	s, held, more, err := o.desk.Silence(ctx, officer, said[1], days)
	if err != nil {
		return err
	}
	words := heldWords(held, o.desk.Label)
	if more {
		words = "人多,排好的正在扣,现在起一条也不会再发出去。"
	}
	t.Say("好的," + s.Name + " 静默到 " + o.calendar.SpeechDay(s.Until.Add(-time.Minute)) + " 夜里。" + words +
		"这期间祝福、问候和只有祝福的群发(如\"祝大家中秋快乐\")一律不发,别的通知照发。提前结束回复\"解除静默 " + s.Name + "\",结束时会问您补不补。")
	return nil
}

// chineseDays reads 三, 十, 十五, 二十.
func chineseDays(text string) int {
	digits := map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	n, tens := 0, 0
	for _, r := range text {
		if r == '十' {
			tens, n = max(n, 1)*10, 0
			continue
		}
		n = digits[r]
	}
	return tens + n
}

// heldWords lists what is held: 扣住今天还没发的:生日 2 人。
func heldWords(held []occasion.Count, label func(string) string) string {
	if len(held) == 0 {
		return "现在没有等着发的。"
	}
	var parts []string
	for _, c := range held {
		if broadcast.Numbered(c.Occasion) {
			parts = append(parts, heldCast(c))
			continue
		}
		day := strings.TrimPrefix(c.SayOn[5:], "0")
		parts = append(parts, fmt.Sprintf("%s %s %d 人", strings.Replace(day, "-", "月", 1)+"日", label(c.Occasion), c.N))
	}
	return "扣住 " + strings.Join(parts, "、") + "。"
}

// heldCast is what is held of a broadcast: how many there are of an audience by family facts nobody is told.
func heldCast(c occasion.Count) string {
	if c.N == 0 {
		return "群发 " + c.Occasion
	}
	return fmt.Sprintf("群发 %s %d 人", c.Occasion, c.N)
}

func (o *occasions) unsilence(ctx context.Context, t *occasionsTurn, officer union.MemberID, said []string) error {
	ended, held, err := o.desk.Unsilence(ctx, officer, said[1])
	if err != nil {
		return err
	}
	var names []string
	for _, s := range ended {
		names = append(names, s.Name)
	}
	text := "好的," + strings.Join(names, "、") + " 的静默结束了,往后的照常发。"
	if len(held) > 0 {
		text += heldWords(held, o.desk.Label) + "补不补?回复\"补发\"或\"不补\"。"
	}
	t.Say(text)
	return nil
}

func (o *occasions) late(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	n, more, err := o.desk.Release(ctx, officer, true)
	if err == nil {
		t.Say(fmt.Sprintf("好的,%s的开始补发;在免打扰名单上的照样先问。", howMany(n, more)))
	}
	return err
}

func (o *occasions) never(ctx context.Context, t *occasionsTurn, officer union.MemberID, _ []string) error {
	n, more, err := o.desk.Release(ctx, officer, false)
	if err == nil {
		t.Say(fmt.Sprintf("好的,%s的不补了,该领的慰问品照领。", howMany(n, more)))
	}
	return err
}

// howMany is a number of people, of whom the first are done and the others are being done.
func howMany(n int64, more bool) string {
	if more {
		return fmt.Sprintf("%d 多人", n)
	}
	return fmt.Sprintf("%d 人", n)
}
