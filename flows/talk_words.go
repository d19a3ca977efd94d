package flows

import (
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// talkWords is what conversations and notices say about talks alike.
type talkWords struct {
	calendar Calendar
	// phone is the union's number, dispatch what is rung in danger. Both may be empty; then those of the reference data are
	// told, if it has any.
	phone, dispatch string
	lines           lines
}

// lines are the numbers of the reference data; nil where there are none.
type lines interface {
	Hotline(name string) (reference.Line, bool)
}

// number is one from the configuration, or that of the reference data, or empty.
func (w *talkWords) number(own, name string) string {
	if own != "" || w.lines == nil {
		return own
	}
	line, _ := w.lines.Hotline(name)
	return line.Number
}

func (w *talkWords) union() string { return w.number(w.phone, lineUnion) }

// ring is whom to ring instead.
func (w *talkWords) ring() string {
	text := "请联系您所在的分会"
	if phone := w.union(); phone != "" {
		text += ",或拨" + phone
	}
	return text + "。" + w.emergency()
}

// emergency is what to do where life is in danger.
func (w *talkWords) emergency() string {
	if dispatch := w.number(w.dispatch, lineDispatch); dispatch != "" {
		return "急事(人身安全)请打 " + dispatch + ",或 110、119、120。"
	}
	return "急事(人身安全)请打 110、119 或 120。"
}

// opened tells the member who has it and by when.
func (w *talkWords) opened(o talk.Opened, said []string) string {
	var text string
	switch {
	case o.Again && o.State == talk.Held:
		return "您和 " + o.Holder.Name + " 的对话还开着,接着说就行。说完了回\"结束\"。"
	case o.Again:
		return "您还在排队," + w.place(o.View) + "。先把事说在这里,接的人都看得到。不等了回\"结束\"。"
	case o.State == talk.Held:
		text = "已转给 " + officer(o.Holder) + ","
		if !o.Outside { // what is usual is counted in the hours in which somebody is there
			text += usually(o.Usual)
		}
	default:
		text = "这边的同志手上都有人," + w.place(o.View) + ",一有空位马上转。"
	}
	if o.Outside {
		text += "现在不是上班时间,"
	}
	text += "最迟 " + promisedInTalk(w.calendar, o.DueAt) + map[bool]string{true: " 回您", false: " 给您换人"}[o.State == talk.Held] + "。"
	if o.Outside {
		text += w.emergency()
	}
	if len(said) > 0 {
		text += "您刚才说的(" + cut(strings.Join(said, ";"), 40) + ")一并转过去了。还有什么接着说,我都会转;"
	} else {
		text += "您先把事说一说,我会转过去;"
	}
	return text + "对方看得到您的姓名和单位。说完了回\"结束\"。"
}

// usually says within what time somebody mostly answers, in steps of five minutes; nothing of what is no good news.
func usually(d time.Duration) string {
	minutes := int((d + 5*time.Minute - 1) / (5 * time.Minute) * 5)
	if minutes == 0 || minutes > 120 {
		return ""
	}
	return fmt.Sprintf("一般 %d 分钟内回;", minutes)
}

func (w *talkWords) place(v talk.View) string {
	if v.Ahead == 0 {
		return "您排在最前面"
	}
	return fmt.Sprintf("您前面还有 %d 位", v.Ahead)
}

// name is how a talk is named to its holder: 3 号 张伟.
func talkName(v talk.View, number int) string { return fmt.Sprintf("%d 号 %s", number, v.Worker.Name) }

// inNotice is how a talk is named where somebody else may look: 3 号 where it is personal.
func inNotice(v talk.View, number int) string {
	if v.Personal {
		return fmt.Sprintf("【%d 号】", number)
	}
	return "【" + talkName(v, number) + "】"
}

// window says how much the member may still be sent; empty where that is not limited.
func (w *talkWords) window(win talk.Window) string {
	switch {
	case !win.Limited:
		return ""
	case !win.Known:
		return "公众号:能不能直接送到还不知道,送不到会先存着"
	case win.Shut():
		return "公众号窗口已关:发了" + kept(win)
	}
	return fmt.Sprintf("公众号:可直接送达,还能发 %d 条,到 %s", win.Left, w.calendar.Speech(win.Until))
}

// kept says what becomes of a word that may not be sent now.
func kept(win talk.Window) string {
	if win.Announced {
		return "先存着,会先发提醒,对方回复“查看”或说一句话就送到"
	}
	return "先存着,发不了提醒,对方下次说话时送到"
}

// parked says, of what the member is told besides answers, that it may not be sent now; nothing where it may.
func (w *talkWords) parked(win talk.Window) string {
	if !win.Shut() {
		return ""
	}
	return "(公众号窗口已关:告诉对方的话" + kept(win) + "。)"
}

// toldOf says, behind what was done, that the member is told, or will be.
func (w *talkWords) toldOf(win talk.Window) string {
	if text := w.parked(win); text != "" {
		return "。" + text
	}
	return ",已告诉对方。"
}

func (w *talkWords) inBrackets(win talk.Window) string {
	if text := w.window(win); text != "" {
		return "\n(" + text + ")"
	}
	return ""
}

// formName is what somebody sent besides words.
func formName(f talk.Form) string {
	name, ok := map[talk.Form]string{talk.Picture: "照片", talk.Voice: "语音", talk.Video: "视频", talk.File: "文件"}[f]
	if !ok {
		return "一条消息"
	}
	return name
}

// said is what a line says, to somebody else.
func lineText(l talk.Line) string {
	if l.Form == "" || l.Form == talk.Other && l.Text != "" {
		return l.Text
	}
	text := "[" + formName(l.Form) + "]"
	if l.Text != "" {
		text += " " + l.Text
	}
	return text
}

// spokenBy is a line with who said it, for officers.
func spokenBy(l talk.Line) string {
	if l.Kind == talk.Note {
		return "备注(" + l.Name + "):" + l.Text
	}
	return l.Name + ":" + lineText(l)
}

func (n *Notices) talks() *talkWords {
	return &talkWords{calendar: n.calendar, dispatch: n.dispatch, lines: n.lines}
}

var _ talk.Words = (*Notices)(nil)

// given is how many of the last lines go along with a talk.
const linesGiven = 8

// TalkGiven implements talk.Words.
func (n *Notices) TalkGiven(v talk.View, before []talk.Line, why talk.Why) notice.Body {
	text := inNotice(v, v.Number) + "有一位职工想找人谈(保密)"
	if !v.Personal {
		text = inNotice(v, v.Number) + "(" + v.Worker.Unit() + ")想找人谈"
	}
	switch why {
	case talk.Silence, talk.Shift, talk.Up, talk.Gone:
		text += ",前面的同志没能回,转到您这里"
	case talk.ByHolder:
		text += ",转到您这里"
	}
	text += ",请在 " + promisedInTalk(n.calendar, v.DueAt) + " 前回。"
	if v.Earlier.ID != 0 && !v.Personal {
		with := "和 " + v.With.Name + " "
		if v.With.ID == v.Holder.ID {
			with = "和您"
		}
		text += "上次 " + n.calendar.SpeechDay(v.Earlier.OpenedAt) + " " + with + "谈过。"
	}
	if v.Personal {
		text += fmt.Sprintf("\n姓名和内容不在这里显示,回复\"记录 %d\"看。", v.Number)
		before = nil
	}
	if len(before) > linesGiven {
		text += fmt.Sprintf("\n(前面还有 %d 条,回复\"记录 %d\"看)", len(before)-linesGiven, v.Number)
		before = before[len(before)-linesGiven:]
	}
	for _, l := range before {
		text += "\n· " + cut(spokenBy(l), 200)
	}
	text += fmt.Sprintf("\n带号写就发给对方,如\"%d 您好\";回复\"对话\"看全部。", v.Number)
	return notice.Body{Text: text + n.talks().inBrackets(v.Window)}
}

// TalkHeard implements talk.Words.
func (n *Notices) TalkHeard(v talk.View, l talk.Line) notice.Body {
	text := inNotice(v, v.Number) + lineText(l)
	if v.Personal && !v.Answered {
		return notice.Body{Text: fmt.Sprintf("%s有新的话(保密),回复\"记录 %d\"看。", inNotice(v, v.Number), v.Number)}
	}
	if l.Attachment != 0 {
		text += "(随后送到)"
	}
	return notice.Body{Text: text + n.talks().inBrackets(v.Window)}
}

// TalkAnswered implements talk.Words.
func (n *Notices) TalkAnswered(v talk.View, l talk.Line) notice.Body {
	text := v.Holder.Name + "(真人):" + lineText(l)
	if l.Attachment != 0 {
		text += "(随后送到)"
	}
	return notice.Body{Text: text, Line: lineAnswered}
}

// What a locked screen shows to a member whose words wait for the next word of the member's own: neither who nor what.
const (
	lineAnswered = "工会的同志回您了,回复“查看”"
	lineMoved    = "您的对话换人接了,回复“查看”"
	lineWaits    = "您的对话还没人回,回复“查看”"
	lineEnded    = "您和工会的对话结束了,回复“查看”"
)

// TalkFile implements talk.Words.
func (n *Notices) TalkFile(v talk.View, l talk.Line, toWorker bool) notice.Body {
	if toWorker {
		return notice.Body{Text: v.Holder.Name + " 发的" + formName(l.Form) + "没能送到。", Line: lineAnswered}
	}
	return notice.Body{Text: inNotice(v, v.Number) + "发的" + formName(l.Form) + "没能送到,可请对方再发一次。"}
}

// TalkCaption implements talk.Words.
func (n *Notices) TalkCaption(v talk.View, l talk.Line) notice.Body {
	return notice.Body{Text: inNotice(v, v.Number) + "的" + formName(l.Form) + ":"}
}

// TalkMoved implements talk.Words.
func (n *Notices) TalkMoved(v talk.View, from string, why talk.Why) notice.Body {
	text := ""
	switch late := why == talk.Silence || why == talk.Up || why == talk.Back; {
	case late && from != "":
		text = from + " 没能按时回您,"
	case late:
		text = "等得久了,"
	case why == talk.Shift:
		text = from + " 现在不当班,"
	case why == talk.Gone:
		text = from + " 现在不经手了,"
	case why == talk.ByHolder:
		text = from + " 请别的同志接着谈,"
	case from == "":
		text = "有空位了,"
	}
	if v.State == talk.Waiting {
		where := "已往上找人,手上都有人,"
		switch {
		case why == talk.Back && from == "": // it waited before
			where = "还在队列里等下一位同志,"
		case why == talk.Back:
			where = "已放回队列等下一位同志,"
		}
		return notice.Body{Text: text + where + n.talks().place(v) + ",最迟 " + promisedInTalk(n.calendar, v.DueAt) + " 再换。您说过的都会转过去。", Line: lineMoved}
	}
	where := "已转给 "
	if why == talk.Up {
		where = "已往上转给 "
	}
	return notice.Body{Text: text + where + officer(v.Holder) + ",最迟 " + promisedInTalk(n.calendar, v.DueAt) + " 回您。您说过的都转过去了。", Line: lineMoved}
}

// TalkUnanswered implements talk.Words.
func (n *Notices) TalkUnanswered(v talk.View) notice.Body {
	who := "还没有同志能接"
	if v.State == talk.Held {
		who = v.Holder.Name + " 还没回您,也没有别的同志能换,已再催一次"
	}
	return notice.Body{Text: "对不住,让您久等了:" + who + "。等不及," + strings.TrimPrefix(n.talks().ring(), "请"), Line: lineWaits}
}

// TalkOverdue implements talk.Words.
func (n *Notices) TalkOverdue(v talk.View) notice.Body {
	return notice.Body{Text: inNotice(v, v.Number) + fmt.Sprintf("还在等您回话,没有别的同志能换。带号写就发给对方,如\"%d 您好\"。", v.Number) + n.talks().inBrackets(v.Window)}
}

// TalkDelayed implements talk.Words.
func (n *Notices) TalkDelayed(v talk.View, toWorker bool) notice.Body {
	by := promisedInTalk(n.calendar, v.DueAt)
	switch {
	case toWorker && v.State == talk.Held:
		return notice.Body{Text: "对不住,系统停过一阵,您的话 " + v.Holder.Name + " 当时没法回。最迟 " + by + " 回您。" + n.talks().emergency(), Line: lineWaits}
	case toWorker:
		return notice.Body{Text: "对不住,系统停过一阵,您还在排队。最迟 " + by + " 给您换人。" + n.talks().emergency(), Line: lineWaits}
	}
	return notice.Body{Text: inNotice(v, v.Number) + "系统停过一阵,对方还在等您回话,请在 " + by + " 前回。" + n.talks().inBrackets(v.Window)}
}

// TalkGone implements talk.Words.
func (n *Notices) TalkGone(v talk.View, number int, why talk.Why) notice.Body {
	to := "已转给 " + v.Holder.Name
	if v.State == talk.Waiting {
		to = map[bool]string{true: "已放回队列", false: "已往上排队"}[why == talk.Back]
	}
	because := "没有按时回,"
	switch why {
	case talk.Shift:
		because = "您不当班,对方等不及,"
	case talk.Gone:
		because = "现在不归您管,"
	}
	return notice.Body{Text: inNotice(v, number) + because + to + ",不在您手上了。"}
}

// TalkEnded implements talk.Words.
func (n *Notices) TalkEnded(v talk.View, how talk.Kind) notice.Body {
	text := "对话已结束"
	switch how {
	case talk.Orphaned:
		return notice.Body{Text: "对不住,接您对话的同志不在岗了,现在没有别的同志能接,对话先结束了。" + n.talks().ring(), Line: lineEnded}
	case talk.Closed:
		text = v.Holder.Name + " 已结束对话"
	case talk.Lapsed:
		text = "您有一阵没说话,对话先结束了"
	}
	text += ",下面由机器人答您。想再找人随时回\"人工\"。" + fallenProposal(v)
	if !v.Asks {
		return notice.Body{Text: text, Line: lineEnded}
	}
	ask := n.askTalkRating(v)
	return notice.Body{Text: text + "\n满意吗?1 满意  2 一般  3 不满意", Ask: &ask, Line: lineEnded}
}

// TalkLeft implements talk.Words.
func (n *Notices) TalkLeft(v talk.View, number int, how talk.Kind) notice.Body {
	switch {
	case v.Worker.Status == union.Left:
		return notice.Body{Text: inNotice(v, number) + "对方已不在册,对话已结束。"}
	case how == talk.Lapsed:
		return notice.Body{Text: inNotice(v, number) + "对方一直没再说话,对话已自动结束。"}
	}
	text := inNotice(v, number) + "对方已结束对话。"
	if v.Proposed.ID != 0 {
		text += "您建议正式记的那件,对方没有填,不再等了。"
	}
	return notice.Body{Text: text}
}

// fallenProposal says to a member that what was proposed and not answered waits for nothing any more.
func fallenProposal(v talk.View) string {
	if v.Proposed.ID == 0 {
		return ""
	}
	return "刚才建议正式记的那件不用回了,想提随时直接说。"
}

// TalkProposed implements talk.Words.
func (n *Notices) TalkProposed(v talk.View, l talk.Line) notice.Body {
	return notice.Body{Text: v.Holder.Name + "(真人)建议把您说的这件事正式记一条,好跟踪、有答复:\n" + cut(l.Text, 200) +
		"\n要办回 1,内容已经带上,您核对后提交;不用回 2,接着聊。", Line: "工会的同志请您确认一件事,回复“查看”"}
}

// TalkBegun implements talk.Words.
func (n *Notices) TalkBegun(v talk.View, _ talk.Line) notice.Body {
	return notice.Body{Text: inNotice(v, v.Number) + "已开始填您建议的那份单子,提交后按流程办。"}
}
