package flows

import (
	"context"

	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/talk"
)

// howTold says how whoever filed a case hears of a decision, where nothing may be sent to them before they speak: an officer who waits
// for them would wait in vain. Of a case without a name nothing is said, for it would tell how its author is reached.
func (k *tasks) howTold(ctx context.Context, done cases.Decided) string {
	if done.Quiet || done.Seats > 0 || done.Author.ID == 0 || k.windows == nil {
		return ""
	}
	addresses, err := k.people.members.Addresses(ctx, done.Author.ID)
	if err != nil { // it was decided all the same
		return ""
	}
	var shut *talk.Window
	for _, at := range addresses {
		window, err := k.windows.Window(ctx, at)
		if err != nil || !window.Shut() {
			return ""
		}
		shut = &window
	}
	if shut == nil {
		return ""
	}
	return "对方只用公众号,超过 48 小时没说过话,现在发不过去:结果" + kept(*shut) + "。急的话请打电话。"
}
