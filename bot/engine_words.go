package bot

import (
	"fmt"
)

// What the engine itself says. Everything else is said by flows.
const (
	// wordsBusy: nothing was taken and nothing was kept.
	wordsBusy = "系统暂时忙,刚才这条没有收到。请过一会儿再发一次。"
	// wordsStay: a store was away in the middle of a step; the step and what was filled in are still there.
	wordsStay = "系统暂时忙,这一步还没有办成,您填的内容都在。请过一会儿再发一次。"
	// wordsKept: a confirmation came while Redis was away and is kept.
	wordsKept = "系统暂时忙,您的确认已经收下,恢复后马上办理,结果会告诉您,不用再发。"
	// wordsMaybe: the session may or may not have been saved.
	wordsMaybe = `系统刚才断了一下,这一条可能没有记下。回复"继续"看看现在到哪一步了。`
	// wordsUnknown: the database did not say whether it has taken the matter.
	wordsUnknown = `系统刚才断了一下,不能确定是否已经收到。请回复"进度"看看,没有的话再提交一次,不会重复。`
	// wordsFault: a fault of ours; the session is as before.
	wordsFault = `对不起,刚才出了点问题,这一条没有办成。请再试一次,或回复"人工"找人帮忙。`
	// wordsParked introduces an answer that could not be given in time.
	wordsParked = "您之前那条消息的答复:\n"
)

// moreHint closes a part of a long reply where further parts cannot be pushed.
func moreHint(part, of int) string { return "\n" + fmt.Sprintf(saidMore, part, of) }

// partMark closes a part of a long reply where all parts are sent one after the other.
func partMark(part, of int) string { return fmt.Sprintf("\n(%d/%d)", part, of) }

// sorry ends a message about which nothing could be done. What cannot wait is said first: by itself, or as the answer to what session,
// as it is stored, has open.
func (e *Engine) sorry(m Message, session []byte, words string) ending {
	in := Input{Message: m, Now: e.now()}
	if len(session) > 0 {
		if kept, err := decodeSession(session); err == nil {
			in.Session = kept
		}
	}
	if first := e.anyway(in); first != "" {
		words = first + "\n" + words
	}
	return ending{kind: endWords, said: said{Text: words}}
}
