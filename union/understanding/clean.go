package understanding

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// additions are what people send along that is no part of what they say: links, the names of little pictures, whom they
// call, what a telephone or a habit puts behind everything. Learnt of them was nothing, and they would hide the wish.
var additions = regexp.MustCompile(`(?i)(?:https?://|www\.)[\x21-\x7e]+|[\w.+-]+@[\w-]+\.[\w.]+|\[\p{Han}{1,4}\]|` +
	`@[^\s,，。:：]{1,12}(?:[\s,，:：]|$)|[(（]?(?:发自|来自)我的[^\n,，。]{1,16}[)）]?\s*$|\n\s*[-—―]{1,2}\s*\p{Han}{2,4}\s*$`)

var (
	// greeted is said before what is wanted, thanked behind it. Nothing else follows a thank: 麻烦转人工 and 谢谢不用了 say something.
	greeted = regexp.MustCompile(`^(?:(?:各位|工会|小工会|主席|领导|师傅|老师|同志)*(?:你好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|在吗|在不在|哈喽|hello|hi)[呀啊哈吗]*|打扰一下|打扰了|麻烦问一下)[,，。.!！~～?？\s]+`)
	thanked = regexp.MustCompile(`[,，。.!！~～\s]+(?:谢谢|多谢|谢了|感谢|辛苦了?|麻烦了|拜托了?)(?:您|你们?|大家|各位|工会|领导|师傅|老师|啦|了|哈|呀|啊)*[^\p{L}\p{N}]*$`)
	// signed is a last line with unit and name, perhaps a telephone.
	signed = regexp.MustCompile(`\n[^\n]{0,12}(?:班|厂|车间|科|部|室|队|组|站)[\s·,，:：]+\p{Han}{2,4}(?:[\s,，]*1\d{10})?\s*$`)
)

// Clean leaves out what is no part of what a sentence says, unless hardly anything else is there. It is for comparing: what a
// person wrote is kept.
func Clean(sentence string) string {
	trimmed := strings.TrimSpace(sentence)
	left := additions.ReplaceAllString(trimmed, " ")
	for _, odd := range []*regexp.Regexp{signed, thanked, greeted} {
		left = strings.TrimSpace(odd.ReplaceAllString(strings.TrimSpace(left), ""))
	}
	if utf8.RuneCountInString(left) < leastTokens {
		return sentence
	}
	return left
}
