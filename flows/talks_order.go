package flows

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// order is what an officer's message in or about talks asks for.
type order struct {
	// Number is the talk that was named; 0 where none was. Loose says that it may as well belong to the words: 3 天内.
	Number int
	Loose  bool
	Verb   verb
	// Rest is what is to be sent, noted, or is said with the verb; Whole the message without its number taken away.
	Rest, Whole string
}

type verb string

// What is done with a talk. Without a verb the words are sent.
const (
	verbSend   verb = ""
	verbList   verb = "list"
	verbSwitch verb = "switch"
	verbEnd    verb = "end"
	verbHand   verb = "hand"
	verbNote   verb = "note"
	verbCanned verb = "canned"
	verbCase   verb = "case"
	verbRecord verb = "record"
	verbNotes  verb = "notes"
	verbTell   verb = "tell" // a note for colleagues who are named in it
)

// verbs are how officers say them, the longer first.
var verbs = []struct {
	said string
	verb verb
	// bare may stand alone; rest may be followed by words.
	bare, rest bool
}{
	{"我的对话", verbList, true, false}, {"对话列表", verbList, true, false}, {"对话", verbList, true, false},
	{"切换到", verbSwitch, false, true}, {"切换", verbSwitch, false, true}, {"切到", verbSwitch, false, true},
	{"结束对话", verbEnd, true, true}, {"结束", verbEnd, true, true},
	{"看备注", verbNotes, true, false}, {"查看备注", verbNotes, true, false},
	{"转给", verbHand, false, true}, {"备注", verbNote, false, true}, {"常用语", verbCanned, true, true}, {"常用", verbCanned, true, true},
	{"转案件", verbCase, true, true}, {"立案", verbCase, true, true}, {"记录", verbRecord, true, true},
}

// leadingNumber knows 1 您好, 1号:您好, #1 您好 and 1、您好.
var leadingNumber = regexp.MustCompile(`^\s*#?\s*(\d{1,2})(\s*号)?([\s:：,，、]+|$)`)

// mentions knows a colleague who is named, anywhere in a message: @李芳, @100237. It is for officers then, and no member reads it.
var mentions = regexp.MustCompile(`[@＠]\s*([\p{Han}·]{2,}|[A-Za-z]?\d{4,12})`)

// closeUp is a number with nothing between it and a name: 2@李芳.
var closeUp = regexp.MustCompile(`^(\s*#?\s*\d{1,2}(?:\s*号)?)([@＠])`)

// clockTime begins with numbers that name no talk: 8:30 到, 3,4 号都行.
var clockTime = regexp.MustCompile(`^\s*\d{1,2}\s*[:：,，、]\s*\d`)

// dayWord follows the number of a day: 12 号 下午.
var dayWord = regexp.MustCompile(`^(?:[上下中]午|早上|早晨|晚上|凌晨|夜里|之?[前后]|以[前后]|左右|[到至]|开始|截止)`)

// goesOn says whether a text that begins with a number has the next one: 1、身份证 2、发票.
func goesOn(rest string, number int) bool {
	for _, sign := range []string{"、", ".", "．", ")", "）"} {
		before, _, found := strings.Cut(rest, strconv.Itoa(number+1)+sign)
		if found && !strings.ContainsAny(before[max(0, len(before)-1):], "0123456789") {
			return true
		}
	}
	return false
}

// countWord follows a number that counts something, so that it may name no talk.
var countWord = regexp.MustCompile(`^(?:[号个天点人元件次年月日条岁秒楼台份米块百千万吨度名位层种倍%]|小时|分钟|星期|礼拜|周[内前后左之]|班[上次])`)

// readOrder reads an officer's message.
func readOrder(text string) order {
	whole := closeUp.ReplaceAllString(strings.TrimSpace(text), "$1 $2")
	o := order{Rest: whole, Whole: whole}
	if m := leadingNumber.FindStringSubmatch(whole); m != nil && !clockTime.MatchString(whole) {
		o.Number, _ = strconv.Atoi(m[1]) // two digits
		o.Rest = strings.TrimSpace(whole[len(m[0]):])
		o.Loose = loose(m[2] != "", strings.TrimSpace(m[3]) == "", o)
	}
	plain := bot.Simplified(o.Rest) // as long as the text
	for _, v := range verbs {
		after, ok := strings.CutPrefix(plain, v.said)
		if !ok || after == "" && !v.bare || after != "" && !v.rest {
			continue
		}
		rest := strings.TrimLeft(o.Rest[len(o.Rest)-len(after):], " \t:：,，")
		if after != "" && len(rest) == len(after) && !strings.ContainsAny(string([]rune(after)[0]), "0123456789") && v.verb != verbHand {
			continue // 结束语, 记录一下: the word is part of another
		}
		o.Verb, o.Rest = v.verb, rest
		break
	}
	if (o.Verb == verbSend || o.Verb == verbNote) && mentions.MatchString(o.Rest) {
		o.Verb = verbTell
	}
	if !slices.Contains([]verb{verbSend, verbCanned, verbNote, verbTell}, o.Verb) && o.Number == 0 {
		if m := leadingNumber.FindStringSubmatch(o.Rest); m != nil { // 切换 2, 转给 2 王芳
			o.Number, _ = strconv.Atoi(m[1])
			o.Rest = strings.TrimSpace(o.Rest[len(m[0]):])
		}
	}
	if o.Verb != verbSend {
		o.Loose = false
	}
	return o
}

// loose says whether the number that a message begins with may as well belong to its words: what it counts, a day, or the
// first of a list. named is true where it is called a number, blank where nothing but blanks sets it off.
func loose(named, blank bool, o order) bool {
	plain := bot.Simplified(o.Rest)
	switch {
	case named:
		return blank && dayWord.MatchString(plain)
	case goesOn(plain, o.Number):
		return true
	}
	return blank && (plain == "" || countWord.MatchString(plain))
}

func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}
