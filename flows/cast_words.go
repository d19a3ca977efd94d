package flows

import (
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// castWords puts broadcasts into words.
type castWords struct{ calendar Calendar }

// unfoundMost is how many numbers and names are said back.
const unfoundMost = 30

// unfound says what of a list is nobody's, and what several are called; "" where that is nothing.
func (castWords) unfound(n broadcast.Listing) string {
	say := func(begin string, list []string) string {
		if len(list) == 0 {
			return ""
		}
		end := "。"
		if len(list) > unfoundMost {
			end, list = fmt.Sprintf("……等 %d 个。", len(list)), list[:unfoundMost]
		}
		return begin + strings.Join(list, "、") + end
	}
	either := make([]string, len(n.Either))
	for i, m := range n.Either {
		either[i] = fmt.Sprintf("%s %s(%s)", m.Name, m.StaffNo, m.Unit())
	}
	return strings.TrimPrefix(say("\n没有认出来(查无此人,或不归您负责):", n.Unknown)+say("\n同名的,请发工号:", either), "\n")
}

// audience says who is meant: 一分厂 女 焊工 35岁以下.
func (w castWords) audience(a broadcast.Audience) string {
	var orgs []string
	for _, p := range a.Orgs {
		orgs = append(orgs, union.Organisation{Path: p.Path}.Unit())
	}
	parts := []string{strings.Join(orgs, "、")}
	if a.Gender != "" {
		parts = append(parts, a.Gender)
	}
	if len(a.Posts) > 0 {
		parts = append(parts, strings.Join(a.Posts, "、"))
	}
	var roles []string
	for _, r := range a.Roles {
		roles = append(roles, broadcast.RoleWord(r))
	}
	if len(roles) > 0 {
		parts = append(parts, strings.Join(roles, "、"))
	}
	if len(a.Tags) > 0 {
		parts = append(parts, "标签 "+strings.Join(a.Tags, "、"))
	}
	if a.ByFamily() {
		parts = append(parts, a.FamilyWords())
	}
	switch {
	case a.MinAge > 0 && a.MaxAge > 0:
		parts = append(parts, fmt.Sprintf("%d到%d岁", a.MinAge, a.MaxAge))
	case a.MinAge > 0:
		parts = append(parts, fmt.Sprintf("%d岁以上", a.MinAge))
	case a.MaxAge > 0:
		parts = append(parts, fmt.Sprintf("%d岁以下", a.MaxAge))
	}
	if a.Retired {
		parts = append(parts, "退休")
	}
	if a.Shift != nil {
		parts = append(parts, w.shift(a.Shift))
	}
	if named := len(a.Named()); named > 0 {
		parts = append(parts, fmt.Sprintf("指定的 %d 个工号", named))
	}
	return strings.Join(parts, " ")
}

// shift says who works when: 12月3日 夜班, 甲班, 发出时当班.
func (castWords) shift(s *broadcast.Shift) string {
	var parts []string
	if s.Now {
		parts = append(parts, "发出时当班")
	} else if on, err := time.Parse(time.DateOnly, string(s.On)); err == nil {
		parts = append(parts, fmt.Sprintf("%d月%d日", on.Month(), on.Day()))
		if len(s.Names) == 0 {
			parts = append(parts, "当班")
		}
	}
	for _, names := range [][]string{s.Names, s.Crews} {
		if len(names) > 0 {
			parts = append(parts, shiftNames(names))
		}
	}
	return strings.Join(parts, " ")
}

func shiftNames(names []string) string {
	named := make([]string, len(names))
	for i, name := range names {
		named[i] = strings.TrimSuffix(name, "班") + "班"
	}
	return strings.Join(named, "、")
}

// noShift says that there is no shift of that name, and which there are.
func (castWords) noShift(unknown []string, scope broadcast.Scope) string {
	all := append(scope.Shifts, scope.Crews...)
	if len(all) == 0 {
		return "没有排班表,不知道谁上" + shiftNames(unknown) + ",请换个说法,或者贴名单。"
	}
	return "排班表里没有" + shiftNames(unknown) + ",有:" + shiftNames(all) + "。"
}

// heads says how many there are; by family facts about how many.
func (w castWords) heads(a broadcast.Audience, n int) string {
	if a.ByFamily() {
		return fmt.Sprintf("约 %d 人", n)
	}
	return fmt.Sprintf("%d 人", n)
}

// total says how many there are altogether.
func (w castWords) total(a broadcast.Audience, n int) string {
	if a.ByFamily() {
		return w.heads(a, n)
	}
	return "共 " + w.heads(a, n)
}

// overdue says of a run that was prepared, or is looked at, after its time when it goes out all the same; "" of any other.
func (w castWords) overdue(b broadcast.Broadcast, now time.Time) string {
	if b.Series == 0 || !b.Chosen || !b.StartsAt.Before(now) {
		return ""
	}
	return "原定 " + w.calendar.Speech(b.StartsAt) + ",放行后马上发,最迟 " + w.calendar.Speech(b.StartsAt.Add(broadcast.LateFor)) + " 放行"
}

// when says when it goes out, once somebody has released it. A card, which is looked at whenever that may be, has no now.
func (w castWords) when(b broadcast.Broadcast, now time.Time) string {
	switch late := w.overdue(b, now); {
	case late != "":
		return late + w.again(b)
	case b.Urgent:
		return "紧急,放行后马上发(夜里也发,要求回复\"收到\")"
	case b.Chosen:
		return w.calendar.Speech(b.StartsAt) + w.again(b)
	}
	return "放行后马上发(工作日白天)" + w.again(b)
}

func (w castWords) starts(b broadcast.Broadcast) string {
	if b.Chosen || b.StartsAt.After(b.ReleasedAt) && !b.ReleasedAt.IsZero() {
		return w.calendar.Speech(b.StartsAt) + " 开始发"
	}
	return "马上发"
}

// castStates are how a broadcast stands.
var castStates = map[broadcast.State]string{
	broadcast.Draft: "待修改", broadcast.Submitted: "待放行", broadcast.Released: "已放行,准备中", broadcast.Sending: "正在发",
	broadcast.Paused: "已暂停", broadcast.Done: "已发完", broadcast.Cancelled: "已取消",
}

// receiptNames are what became of it for a receiver.
var receiptNames = map[broadcast.ReceiptState]string{
	broadcast.Waits: "待发", broadcast.Sent: "已发出", broadcast.Answered: "已回复收到", broadcast.Announced: "已发提醒,等本人回话看全文", broadcast.Parked: "等本人下次说话时送达", broadcast.Held: "本周已满,并入汇总", broadcast.InDigest: "汇总正在发", broadcast.Lapsed: "过期未送达",
	broadcast.Failed: "失败", broadcast.Unreachable: "联系不上", broadcast.Uncertain: "不确定", broadcast.ByPerson: "改由人告知", broadcast.Withdrawn: "已撤下未发",
	broadcast.Silenced: "静默扣住", broadcast.Freed: "静默后待补发", broadcast.Spared: "已发出(免打扰的除外)",
}

func (w castWords) state(b broadcast.Broadcast) string {
	if b.State == broadcast.Released && b.StartsAt.After(b.ReleasedAt) {
		return "已放行,等到 " + w.calendar.Speech(b.StartsAt)
	}
	return castStates[b.State]
}

// underWay says of what has begun to go out that it stays as it is, and what can be done instead.
func (w castWords) underWay(r broadcast.Report) string {
	const another = "回复\"群发\"另写一条"
	head := fmt.Sprintf("%s 现在是\"%s\",改不了了", r.Number, w.state(r.Broadcast))
	if r.Reached() > 0 || r.Audience.ByFamily() {
		head += ",发出的收不回来"
	}
	callOff := "回复\"取消 " + r.Number + "\"撤下"
	switch {
	case r.State == broadcast.Cancelled:
		return head + "。还要发请" + another + "。"
	case r.State == broadcast.Done && r.Awaited() > 0:
		return head + "。要更正请" + another + ";还没读到的,先" + callOff + "。"
	case r.State == broadcast.Done:
		return head + "。要更正请" + another + "。"
	}
	on := "想先停下,回复\"暂停 " + r.Number + "\"。"
	if r.State == broadcast.Paused {
		on = "照原文接着发,回复\"继续 " + r.Number + "\"。"
	}
	return head + "。要更正请" + callOff + "还没发的,再" + another + "。" + on
}

// line names a broadcast in a list.
func (w castWords) line(b broadcast.Broadcast) string {
	return b.Number + " " + cut(b.Text, 16) + "(" + w.state(b) + ")"
}

// report shows the counts, which add up to the audience.
func (w castWords) report(r broadcast.Report) string {
	lines := []string{
		r.Number + " " + cut(r.Text, 40),
		fmt.Sprintf("%s。发给 %s,%s。撰写 %s。", w.state(r.Broadcast), w.audience(r.Audience), w.total(r.Audience, r.Head), r.Author.Name),
	}
	if r.State == broadcast.Draft || r.State == broadcast.Submitted {
		return strings.Join(lines, "\n")
	}
	for _, line := range []string{w.counts(r.Counts), w.joined(r)} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if r.Full > 0 {
		lines = append(lines, fmt.Sprintf("企业微信规定本应用每天最多发 %d 人次,今天已经用完,剩下的人明天接着发,不会漏。", r.Full))
	}
	if why := w.causes(r); why != "" {
		lines = append(lines, why)
	}
	if r.Bare > 0 {
		lines = append(lines, fmt.Sprintf("其中 %d 人有正文,图片或文件没有送到。", r.Bare))
	}
	if r.Speed < 100 && !r.State.Over() {
		lines = append(lines, fmt.Sprintf("现在按 %d%% 的速度发。", r.Speed))
	}
	if r.Audience.ByFamily() { // there is no list of them, and whether there is one of a kind is not said
		return strings.Join(lines, "\n")
	}
	if waiting := r.Silent(); r.Urgent && waiting > 0 && r.State != broadcast.Cancelled {
		lines = append(lines, fmt.Sprintf("还有 %d 人没有回复,回复\"未回 %s\"看名单。", waiting, r.Number))
	}
	switch waiting := r.Counts[broadcast.Parked] + r.Counts[broadcast.Announced]; {
	case waiting == 0 || r.State != broadcast.Done:
	case w.joiners(r.Broadcast) != "": // each has a time of their own
		lines = append(lines, fmt.Sprintf("等本人说话的,过七天不再送达;回复\"取消 %s\"现在就撤下。", r.Number))
	default:
		lines = append(lines, fmt.Sprintf("等本人说话的,过了 %s 不再送达;回复\"取消 %s\"现在就撤下。", w.calendar.Speech(r.EndedAt.Add(broadcast.ParkedFor)), r.Number))
	}
	missed := r.Counts[broadcast.Failed] + r.Counts[broadcast.Unreachable]
	if n := r.Unheard(); n > 0 {
		line := fmt.Sprintf("%d 人没有送到,回复\"未送达 %s\"看电话", n, r.Number)
		if missed > 0 {
			line += fmt.Sprintf(",\"补发失败 %s\"只给没送到的再发", r.Number)
		}
		lines = append(lines, line+"。")
	}
	if n := r.Counts[broadcast.Uncertain]; n > 0 && r.State.Over() {
		lines = append(lines, fmt.Sprintf("其中 %d 人不确定收到没有,回复\"查不确定 %s\"看名单,决定补发还是改由人告知。", n, r.Number))
	}
	return strings.Join(lines, "\n")
}
