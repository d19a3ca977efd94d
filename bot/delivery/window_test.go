package delivery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

// A member who is reached on several channels is reached first where the notice says, as long as that is one of theirs.
func TestANoticeGoesFirstWhereItSays(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1] = []bot.Address{wecomUser("zhangwei"), who}
	p.start()
	if err := p.windows.Heard(t.Context(), who, bot.KindText, p.clock.now()); err != nil {
		t.Fatal(err)
	}
	for i, at := range []union.Identity{{Channel: string(who.Channel), User: string(who.User)}, {}, {Channel: string(who.Channel), User: "somebody-else"}} {
		n := say(fmt.Sprint(i), 1, fmt.Sprint("第", i))
		n.At = at
		p.put(n)
		p.settled()
	}
	p.wantSent(p.oa, customPath, string(who.User)+": 第0")
	if got := len(texts(t, p.wecom, sendPath)); got != 2 {
		t.Errorf("%d went by WeCom, want 2", got)
	}
}

func TestTheOfficialAccountsWindowIsKeptAndTheRestIsParked(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o"))
	p.members[1] = []bot.Address{who}
	heard := func(kind bot.Kind) {
		t.Helper()
		if err := p.windows.Heard(t.Context(), who, kind, p.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	name := string(who.User) + ": "
	heard(bot.KindText)
	p.start()
	for i := range 6 {
		p.put(say(fmt.Sprint(i), 1, fmt.Sprint("第", i)))
		p.settled()
	}
	p.wantSent(p.oa, customPath, name+"第0", name+"第1", name+"第2", name+"第3", name+"第4")
	p.wantParked(who, "第5")

	heard(bot.KindMenu)
	p.put(say("6", 1, "第6"))
	p.settled()
	heard(bot.KindText)
	p.clock.advance(49 * time.Hour)
	p.put(say("7", 1, "第7"))
	p.settled()
	p.wantParked(who, "第5", "第7")

	checkup := say("8", 1, "张师傅,您的职业健康检查还有三天到期,请带工作证到职工医院体检科")
	checkup.Kind = "checkup"
	p.put(checkup)
	p.settled()
	p.wantSent(p.oa, templatePath, name+"thing3=张师傅,您的职业健康检查还有三天到期,…")
	p.wantParked(who, "第5", "第7", checkup.Body.Text)
	if got := len(texts(t, p.oa, customPath)); got != 6 {
		t.Errorf("%d messages were sent, want 6", got)
	}
	p.wantState(bot.ParcelParked, "5", "7", "8")

	// What is parked stands in a reply of ours later, where links are let through.
	forged := say("9", 1, `<a href="weixin://bizmsgmenu?msgmenucontent=1">x</a>`)
	ours := bot.Outgoing{Text: `<a href="weixin://bizmsgmenu?msgmenucontent=2">y</a>`, Rendered: true}
	p.put(forged)
	p.settled()
	if err := p.outbox.PutOutgoing(t.Context(), who, "10", []bot.Outgoing{ours}); err != nil {
		t.Fatal(err)
	}
	p.settled()
	p.wantParked(who, "第5", "第7", checkup.Body.Text, `＜a href="weixin://bizmsgmenu?msgmenucontent=1">x＜/a>`, ours.Text)
}

func TestThePlatformsWordThatTheWindowIsClosedCounts(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	who := follower(storagetest.Unique("o")) // nothing is known of this one: Redis was emptied
	p.members[1] = []bot.Address{who}
	p.oa.Answer(customPath, platformtest.Errcode(45015))
	p.put(say("1", 1, "一"), say("2", 1, "二"))
	p.start()
	p.settled()
	p.wantParked(who, "一", "二")
	if n := len(p.oa.Calls()); n != 1 {
		t.Errorf("%d calls, want one to learn it", n)
	}
}
