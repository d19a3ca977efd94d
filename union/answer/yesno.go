package answer

import (
	"strings"
	"unicode/utf8"
)

var yesWords = words("是 是的 是啊 对 对的 对啊 没错 嗯 嗯嗯 哦 有 有的 要 要的 好 好的 好啊 好吧 行 行的 行吧 可以 中 得 妥 能 会 同意 愿意 需要 没问题 没有问题 确定 确认 当然 必须的 ok okay yes y 1")

var noWords = words("不是 不 不是的 不对 不对的 错了 没有 没 没有的 还没 还没有 不要 不用 不用了 不行 不能 不会 不可以 不同意 不愿意 不需要 不好 别 别了 无 否 算了 算了吧 还是算了 那算了 那还是算了 还是算了吧 那算了吧 那还是算了吧 no n 2")

func words(list string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		all[word] = true
	}
	return all
}

// YesNo reads yes or no, as JSON's true or false, in the words that people have for it. ok is false for anything else.
func YesNo(text string) (yes, ok bool) {
	text = plain(text)
	for _, thanks := range []string{"谢谢", "多谢", "谢了"} {
		text = strings.TrimRight(strings.TrimSuffix(text, thanks), ",，")
	}
	if first, size := utf8.DecodeRuneInString(text); strings.Trim(text, string(first)) == "" {
		text = text[:size] // 对对对
	}
	text = strings.TrimRight(text, "啊呀呢的了哦嘛呗")
	for _, suffix := range []string{"", "的", "了", "啊"} {
		if yesWords[text+suffix] {
			return true, true
		}
		if noWords[text+suffix] {
			return false, true
		}
	}
	return false, false
}
