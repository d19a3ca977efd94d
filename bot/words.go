package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Word is an engine word: something that means the same in every step, when it is the whole message.
type Word string

// The engine words. Which flow answers one is the catalogue's matter; one that nobody answers says so.
const (
	WordMenu        Word = "menu"
	WordCancel      Word = "cancel"
	WordBack        Word = "back"
	WordSkip        Word = "skip"
	WordExplain     Word = "explain"
	WordConfirm     Word = "confirm"
	WordChange      Word = "change"
	WordContinue    Word = "continue"
	WordProgress    Word = "progress"
	WordMine        Word = "mine"
	WordLacks       Word = "lacks"
	WordPerson      Word = "person"
	WordBind        Word = "bind"
	WordMore        Word = "more"
	WordUnsubscribe Word = "unsubscribe"
	WordSubscribe   Word = "subscribe"
	WordMyData      Word = "my_data"
	WordReconsider  Word = "reconsider"
	WordSecond      Word = "second"
	WordTakeUp      Word = "take_up"
	WordGiveUp      Word = "give_up"
	WordReceived    Word = "received"
	WordGotIt       Word = "got_it"

	// Officers' words.
	WordTasks      Word = "tasks"
	WordAccept     Word = "accept"
	WordRefuse     Word = "refuse"
	WordReturn     Word = "return"
	WordMerge      Word = "merge"
	WordReassign   Word = "reassign"
	WordRecuse     Word = "recuse"
	WordDelegate   Word = "delegate"
	WordAddSigner  Word = "add_signer"
	WordCopy       Word = "copy"
	WordRecall     Word = "recall"
	WordAnswer     Word = "answer"
	WordReduce     Word = "reduce"
	WordUrge       Word = "urge"
	WordExtend     Word = "extend"
	WordRemind     Word = "remind"
	WordWithdraw   Word = "withdraw"
	WordSupplement Word = "supplement"
	WordSubstitute Word = "substitute"
	WordSilence    Word = "silence"
	WordStatistics Word = "statistics"
	WordConsole    Word = "console"
	WordUndo       Word = "undo"
	WordUnseal     Word = "unseal"
	WordRoll       Word = "roll"
	WordCloseEntry Word = "close_entry"
	WordCallOff    Word = "call_off"
	WordPause      Word = "pause"
	WordResume     Word = "resume"
	WordSlower     Word = "slower"
	WordFaster     Word = "faster"
	WordResend     Word = "resend"
	WordRewrite    Word = "rewrite"
	WordSilent     Word = "silent"
	WordMissed     Word = "missed"
	// WordUnsure lists of whom nobody knows whether they got it; WordResendUnsure and WordLeave decide what becomes of them.
	WordUnsure       Word = "unsure"
	WordResendUnsure Word = "resend_unsure"
	WordLeave        Word = "leave"
	WordExport       Word = "export"
)

// Command is an engine word with what was said along with it.
type Command struct {
	Word Word
	// Said is the word as the person wrote it: 采纳.
	Said string
	// Number is the case number that followed, in capitals: JY26-0138.
	Number string
	// Rest is what came after that: an opinion, a reason, a field and its value.
	Rest string
	// Lines are the numbers of lines that stood before the word: 1 2 同意. A choice may be repeated so.
	Lines string
}

// variants lists how people say each word. The first is how the service itself calls it.
var variants = map[Word][]string{
	WordMenu:         {"菜单", "帮助", "主菜单", "选单", "功能", "目录", "能办什么", "你能做什么", "怎么用", "有什么功能", "help", "menu", "?"},
	WordCancel:       {"取消", "算了", "不报了", "不办了", "不写了", "不弄了", "不提了", "先不提了", "不提交", "先不提交", "退出", "停", "cancel", "quit", "exit"},
	WordBack:         {"上一步", "返回", "返回上一步", "上一题", "上一个", "回上一步", "后退", "back"},
	WordSkip:         {"跳过", "略过", "不填", "下一步", "下一题", "skip"},
	WordExplain:      {"说明", "为什么", "为什么问这个", "为啥问这个", "什么意思", "怎么填", "举个例子", "why"},
	WordConfirm:      {"提交", "确认", "确认提交", "确定", "submit", "ok"},
	WordChange:       {"改", "修改", "更改", "改一下", "改改", "edit"},
	WordContinue:     {"继续", "接着写", "接着", "接着办", "到哪了", "continue"},
	WordProgress:     {"进度", "查进度", "查询进度", "办到哪了", "怎么样了", "有结果吗", "有结果了吗", "有消息吗", "有消息了吗", "有动静吗", "还没动静", "怎么还没动静", "怎么没动静了", "怎么还没消息", "怎么还没信", "progress", "status"},
	WordMine:         {"我的", "我的事项", "我的建议", "我提的", "草稿", "我的草稿", "mine"},
	WordLacks:        {"还缺什么", "还缺啥", "缺什么", "缺啥", "还差什么", "还差啥", "还缺哪些", "还差哪些", "还缺什么材料", "还差什么材料", "还要什么材料", "材料齐了吗", "材料够吗", "missing"},
	WordPerson:       {"人工", "转人工", "人工服务", "找人", "找真人", "真人", "human"},
	WordBind:         {"绑定", "认证", "我要绑定", "我要认证", "bind"},
	WordMore:         {"更多", "下一段", "more"},
	WordUnsubscribe:  {"退订", "别发了", "以后别发了", "unsubscribe"},
	WordSubscribe:    {"订阅", "恢复订阅", "subscribe"},
	WordMyData:       {"我的数据", "我的信息", "个人信息", "my data"},
	WordReconsider:   {"复议", "申请复议", "我要复议"},
	WordSecond:       {"附议"},
	WordTasks:        {"待办", "我的待办", "待办事项", "有什么待办", "有待办吗", "有什么要办的", "今天有什么要办的", "我有什么要办的", "todo", "tasks"},
	WordAccept:       {"同意", "受理", "采纳", "通过", "批准", "accept", "approve"},
	WordRefuse:       {"不受理", "驳回", "不采纳", "不同意", "不通过", "拒绝", "refuse", "reject"},
	WordReturn:       {"退回", "退回补充", "退回修改", "return"},
	WordMerge:        {"并入", "并入已有", "合并", "merge"},
	WordReassign:     {"转办", "转交"},
	WordRecuse:       {"回避", "我要回避", "申请回避", "我回避"},
	WordDelegate:     {"委派"},
	WordAddSigner:    {"加签"},
	WordCopy:         {"抄送"},
	WordAnswer:       {"答复"},
	WordRecall:       {"收回", "收回委派", "收回加签"},
	WordReduce:       {"核减"},
	WordUrge:         {"催办", "催一下", "我要催办"},
	WordExtend:       {"延期", "申请延期", "延长期限"},
	WordRemind:       {"提醒", "待办提醒", "提醒时间"},
	WordWithdraw:     {"撤回"},
	WordUndo:         {"撤销", "申请撤销"},
	WordSupplement:   {"补充"},
	WordSubstitute:   {"代办", "我的代办", "代办安排", "代办情况", "看代办"},
	WordSilence:      {"静默"},
	WordStatistics:   {"统计"},
	WordConsole:      {"后台"},
	WordUnseal:       {"启封", "打开姓名"},
	WordTakeUp:       {"接受", "我接受", "接受名额"},
	WordGiveUp:       {"放弃", "我放弃", "放弃名额"},
	WordReceived:     {"签收", "领取", "已领取", "我已领取"},
	WordRoll:         {"名单", "报名名单"},
	WordCloseEntry:   {"关闭报名", "停止报名"},
	WordCallOff:      {"取消活动", "取消竞赛", "取消比武"},
	WordGotIt:        {"收到", "收到了", "已收到", "已阅"},
	WordPause:        {"暂停", "暂停发送"},
	WordResume:       {"恢复", "恢复发送", "继续发送"},
	WordSlower:       {"慢一点", "慢点", "发慢一点"},
	WordFaster:       {"快一点", "快点", "发快一点"},
	WordResend:       {"补发失败", "补发失败的", "只补发失败的"},
	WordRewrite:      {"改通知", "修改通知", "改群发"},
	WordSilent:       {"未回", "未回复", "谁没回", "没回的"},
	WordMissed:       {"未送达", "没送到", "谁没收到"},
	WordUnsure:       {"查不确定", "不确定名单", "谁不确定"},
	WordResendUnsure: {"补发不确定", "补发不确定的"},
	WordLeave:        {"改由人告知", "改由人通知", "不再补发"},
	WordExport:       {"导出"},
}

// numbered are the words that a case number may follow or precede.
var numbered = map[Word]bool{
	WordProgress: true, WordAccept: true, WordRefuse: true, WordReturn: true, WordMerge: true, WordReassign: true, WordRecuse: true,
	WordDelegate: true, WordAddSigner: true, WordCopy: true, WordRecall: true, WordAnswer: true, WordReduce: true, WordUrge: true, WordExtend: true, WordWithdraw: true, WordUndo: true, WordSupplement: true,
	WordSubstitute: true, WordReconsider: true, WordSecond: true, WordUnseal: true,
	WordTakeUp: true, WordGiveUp: true, WordReceived: true, WordRoll: true, WordCloseEntry: true, WordCallOff: true,
	WordGotIt: true, WordPause: true, WordResume: true, WordSlower: true, WordFaster: true, WordResend: true, WordRewrite: true,
	WordSilent: true, WordMissed: true, WordUnsure: true, WordResendUnsure: true, WordLeave: true, WordExport: true,
}

var spoken = func() map[string]Word {
	words := map[string]Word{}
	for word, all := range variants {
		for _, v := range all {
			words[fold(v)] = word
		}
	}
	return words
}()

// Name is how the service calls the word: 菜单.
func (w Word) Name() string {
	if all := variants[w]; len(all) > 0 {
		return all[0]
	}
	return string(w)
}

// Decides says whether the word is an officer's decision. Without a case number it is everyday speech as well, and
// answers the running step first.
func (w Word) Decides() bool {
	return w == WordAccept || w == WordRefuse || w == WordReturn || w == WordMerge
}

// within says whether the word belongs to whatever conversation is going on.
func (w Word) within() bool {
	switch w {
	case WordCancel, WordBack, WordSkip, WordExplain, WordConfirm, WordChange:
		return true
	}
	return false
}

// The patterns read folded text. Their first group, or the second of numberFirst, is the word.
var (
	numberAfter = regexp.MustCompile(`(?i)^(\p{Han}+|[a-z]+)\s*:?\s*([a-z]{2}\d{2}-\d{4,})(\s*[,。;:、]?\s*)`)
	numberFirst = regexp.MustCompile(`(?i)^([a-z]{2}\d{2}-\d{4,})\s*[,:、]?\s*(\p{Han}+|[a-z]+)(\s*[,。;:、]\s*|\s+|$)`)
	opinion     = regexp.MustCompile(`(?i)^(\p{Han}+|[a-z]+)(?:\s*[,。;:、]\s*|\s+|\d)`)
	// field knows 改2 设备, 改第2项为设备 and 改 类别 设备, and leaves 改2号炉的护栏 and 改善照明 alone.
	field  = regexp.MustCompile(`^(修改|更改|改)(\s+|\s*第?\s*(\d{1,2}|[一二三四五六七八九十]|[①-⑳])\s*(项|条|个)?\s*($|[\s:,、为成]))`)
	number = regexp.MustCompile(`(?i)^[a-z]{2}\d{2}-\d{4,}$`)
	// yesFirst is what people say before what they decide: 行,采纳,下个月装.
	yesFirst = regexp.MustCompile(`(?i)^(?:行|好的?|可以|嗯+|没问题|ok)[,。;、!\s]\s*`)
	// linesFirst knows 1 2 同意, 1和3都同意 and 第1、3个通过, and leaves 3个人同意 and 2026同意 alone. linesAfter knows 同意第1、3个.
	linesFirst = regexp.MustCompile(`^(` + lines + `)\s*(?:都|全|全都|一起)?\s*(\p{Han}+)(?:$|[\s,。;:、!]+)`)
	linesAfter = regexp.MustCompile(`^(\p{Han}+?)(第\s*` + lines + `)`)
)

// lines are the numbers of lines in a list; 第 may stand before them, and 个 behind where it does.
const (
	line  = `(?:\d{1,2}|[①-⑳])`
	lines = `(?:` + line + `(?:[\s,、;和及~到至-]+` + line + `)*|第` + line + `[个件条项]?(?:[\s,、;和及~到至-]+第?` + line + `[个件条项]?)*)`
)

// ParseCommand finds the engine word that the whole message is, in any case or width, in simplified or traditional
// characters, with the number, the field or the opinion that may belong to it. Command.Word is empty when there is none.
func ParseCommand(text string) Command {
	if cmd, ok := inPassing(fold(text)); ok {
		return cmd
	}
	text = strings.TrimSpace(text)
	folded := Simplified(width.Fold.String(text))
	if m := yesFirst.FindString(folded); m != "" && m != folded {
		if cmd := ParseCommand(after(text, m)); cmd.Word.Decides() || passing[cmd.Word] {
			return cmd
		}
		return Command{}
	}
	if cmd, ok := besideNumber(text, folded); ok {
		return cmd
	}
	if m := field.FindStringSubmatch(folded); m != nil {
		return Command{Word: WordChange, Said: m[1], Rest: after(text, m[1])}
	}
	if m := linesFirst.FindStringSubmatch(folded); m != nil {
		if word := spoken[m[2]]; word.Decides() {
			return Command{Word: word, Said: m[2], Lines: m[1], Rest: after(text, m[0])}
		}
	}
	for _, pattern := range []*regexp.Regexp{opinion, linesAfter} {
		if m := pattern.FindStringSubmatch(folded); m != nil {
			if word, ok := spoken[strings.ToLower(m[1])]; ok && word.Decides() {
				return Command{Word: word, Said: m[1], Rest: strings.TrimLeft(after(text, m[1]), ",，。;；:：、 \t")}
			}
		}
	}
	return Command{}
}

// longestSaid is how many characters a word has at most with what is said around it: 那就先不想弄了吧,算了,谢谢.
const longestSaid = 14

// before are words that stand before another in passing, the longer first.
var before = []string{"那就", "那", "就", "请", "帮我", "我要", "直接", "先"}

// passing are the words that may be said so: those of one's own conversation. 请补充, 请修改 and the like are said to others.
var passing = map[Word]bool{
	WordCancel: true, WordBack: true, WordSkip: true, WordConfirm: true, WordContinue: true, WordMenu: true, WordPerson: true,
	WordProgress: true, WordMine: true, WordLacks: true, WordTasks: true, WordMore: true,
}

// gaveUp knows the many ways in which people leave something: 那算了不弄了, 我先不想填了.
var gaveUp = regexp.MustCompile(`^` + givesUp + `(?:[,、\s]*` + givesUp + `)?(?:,?谢谢)?$`)

const givesUp = `(?:那|就|还是|要不|我|先|暂时|今天|现在){0,4}(?:算了吧?|不(?:想|打算)?再?(?:报|办|写|弄|提|填|搞|申请|继续|投诉|反映|举报|报名)(?:下去)?了吧?)`

// inPassing finds the word that a folded text is, or is but for what people say around it: 提交吧, 那就转人工,谢谢. A decision is
// said plainly: 那就同意吧 answers what is asked. 不用填了 is said to somebody else.
func inPassing(folded string) (Command, bool) {
	if word, ok := spoken[folded]; ok {
		return Command{Word: word, Said: folded}, true
	}
	if utf8.RuneCountInString(folded) > longestSaid {
		return Command{}, false
	}
	core := strings.TrimRight(strings.TrimSuffix(folded, "谢谢"), "吧呗啊呀哈哦啦,")
	if word, ok := spoken[core]; ok && passing[word] {
		return Command{Word: word, Said: core}, true
	}
	for _, each := range before {
		if rest, cut := strings.CutPrefix(core, each); cut {
			if word, ok := spoken[rest]; ok && passing[word] {
				return Command{Word: word, Said: rest}, true
			}
		}
	}
	if strings.Contains(folded, "了") && gaveUp.MatchString(folded) {
		return Command{Word: WordCancel, Said: folded}, true
	}
	return Command{}, false
}

// besideNumber finds the word that stands before or after a number.
func besideNumber(text, folded string) (Command, bool) {
	if !strings.Contains(folded, "-") { // which every number has, and few messages
		return Command{}, false
	}
	if m := numberAfter.FindStringSubmatch(folded); m != nil {
		if word, ok := withNumber(m[1]); ok {
			return Command{Word: word, Said: m[1], Number: strings.ToUpper(m[2]), Rest: after(text, m[0])}, true
		}
	}
	if m := numberFirst.FindStringSubmatch(folded); m != nil {
		if word, ok := withNumber(m[2]); ok {
			return Command{Word: word, Said: m[2], Number: strings.ToUpper(m[1]), Rest: after(text, m[0])}, true
		}
	}
	return Command{}, false
}

// withNumber is the word that is meant beside a number: 取消 JY26-0138 takes the case back, 继续 TZ26-0003 lets it go on.
func withNumber(said string) (word Word, ok bool) {
	word = spoken[strings.ToLower(said)]
	switch word {
	case WordCancel:
		word = WordWithdraw
	case WordContinue:
		word = WordResume
	}
	return word, numbered[word]
}

// ParseNumber finds the case number that the whole text is.
func ParseNumber(text string) (found string, ok bool) {
	text = strings.TrimSpace(width.Fold.String(text))
	if !number.MatchString(text) {
		return "", false
	}
	return strings.ToUpper(text), true
}

// after cuts from text what a pattern matched in its folded form. Folding keeps the number of characters and not that
// of bytes, and what is left is a person's own words, which stay as they were written.
func after(text, matched string) string {
	runes := []rune(text)
	return strings.TrimSpace(string(runes[min(utf8.RuneCountInString(matched), len(runes)):]))
}

// keycaps turn 1️⃣ into 1.
var keycaps = strings.NewReplacer("\ufe0f", "", "\u20e3", "")

// fold is how messages are compared with words: narrow, lower case, in simplified characters, without surrounding blanks, quotes and final signs.
func fold(text string) string {
	text = strings.Trim(strings.ToLower(Simplified(width.Fold.String(keycaps.Replace(text)))), " \t\r\n\"'“”「」『』")
	if cut := strings.TrimRight(text, "。!.~、,; "); cut != "" {
		text = cut
	}
	if cut := strings.TrimRight(text, "?"); cut != "" {
		text = cut
	}
	return text
}
