package delivery_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/officialaccount"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

// A question is a card behind the text on WeCom, and lines below it on the Official Account, also once it was parked.
func TestWhatANoticeAsksIsACardOrLinesToTap(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newPost(t, db)
		who := follower(storagetest.Unique("o"))
		p.members[1] = []bot.Address{wecomUser("zhangwei"), who}
		p.members[2] = []bot.Address{who}
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":"m"}`))
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","msgid":"m2","response_code":"fresh"}`))
		p.wecom.Answer(updatePath, platformtest.JSON(`{"errcode":0,"errmsg":"ok"}`))
		if err := p.windows.Heard(t.Context(), who, bot.KindText, p.clock.now()); err != nil {
			t.Fatal(err)
		}
		choices := []bot.Choice{{Label: "满意", Say: "满意 JY26-0138"}}
		asks := func(key string, to int64) notice.Notice {
			n := say(key, to, "办好了")
			n.Body.Ask = &notice.Ask{Title: "办得怎么样?", TaskID: "rate-" + key, Choices: []notice.Choice{{Label: "满意", Say: "满意 JY26-0138"}}}
			return n
		}
		answered := func(key string, to int64) notice.Notice {
			n := say("answered/"+key, to, "")
			n.Kind, n.Body = notice.KindCardUpdate, notice.Answered("rate-"+key, "已评:满意")
			return n
		}
		p.put(asks("1", 1))
		p.start()
		p.settled()
		p.wantSent(p.wecom, sendPath, "zhangwei: 办好了", "zhangwei: 办得怎么样?")
		p.put(answered("1", 1))
		p.settled()
		if got := len(texts(t, p.wecom, updatePath)); got != 1 {
			t.Errorf("the card was updated %d times", got)
		}
		p.put(asks("2", 2), answered("2", 2))
		p.settled()
		lines := officialaccount.Offer("办好了", choices)
		p.wantSent(p.oa, customPath, string(who.User)+": "+lines)
		if err := p.windows.Shut(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		p.put(asks("3", 2))
		p.settled()
		p.wantParked(who, lines)
		p.wantState(bot.ParcelFailed)
	})
}
