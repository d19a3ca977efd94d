package delivery_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform/platformtest"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

func task(key, taskID string, to int64) notice.Notice {
	n := say(key, to, "JY26-0138 请您办理")
	n.Kind = notice.KindTask
	n.Body.Card = &notice.Card{Title: "合理化建议 JY26-0138", TaskID: taskID, Buttons: []notice.Button{{Text: "受理", Key: "accept"}}}
	return n
}

func settledCard(key, taskID string, to int64) notice.Notice {
	n := task(key, taskID, to)
	n.Kind = notice.KindCardUpdate
	n.Body.Text = "JY26-0138 已由李芳受理"
	n.Body.Card.Settled = "已受理"
	return n
}

func TestACardIsUpdatedForThoseWhoGotItAndShownAnewWhenItCannotBe(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	for id, user := range map[int64]string{1: "sent", 2: "tapped", 3: "old", 4: "never"} {
		p.members[id] = []bot.Address{wecomUser(user)}
	}
	p.members[5] = []bot.Address{follower("o5")}
	p.start()
	for id := range int64(3) {
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc-%d"}`, id+1))
		p.put(task(fmt.Sprint("task", id+1), fmt.Sprint("c-m", id+1), id+1))
		p.settled()
	}
	p.put(task("task5", "c-m5", 5))
	p.settled()
	if err := p.cards.Tapped(t.Context(), "c-m2", wecomUser("tapped"), "rc-tap", p.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := p.cards.Spent(t.Context(), "c-m3", wecomUser("old"), "rc-3"); err != nil {
		t.Fatal(err)
	}
	for id := range int64(5) {
		p.put(settledCard(fmt.Sprint("update", id+1), fmt.Sprint("c-m", id+1), id+1))
		p.settled()
	}
	var codes []string
	for _, c := range p.wecom.Calls() {
		if c.Path == updatePath {
			for _, code := range []string{"rc-1", "rc-2", "rc-3", "rc-tap"} {
				if strings.Contains(c.Body, `"`+code+`"`) {
					codes = append(codes, code)
				}
			}
		}
	}
	if fmt.Sprint(codes) != "[rc-1 rc-tap]" {
		t.Errorf("updated by %v", codes)
	}
	sent := texts(t, p.wecom, sendPath)
	if got := fmt.Sprint(sent[3:]); got != "[old: 合理化建议 JY26-0138]" {
		t.Errorf("shown anew: %s", got)
	}
	p.wantSent(p.oa, customPath, "o5: JY26-0138 请您办理", "o5: JY26-0138 已由李芳受理")

	p.put(settledCard("update1b", "c-m1", 1))
	p.settled()
	if got := texts(t, p.wecom, sendPath); got[len(got)-1] != "sent: 合理化建议 JY26-0138" {
		t.Errorf("a code was used twice: %q", got)
	}
}

// Steps take days, and a code three: the new card is grey, has a task_id of its own, and is the one that is updated from then on.
func TestACardThatIsTooOldToBeUpdatedIsShownAnew(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc-old"}`))
	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc-new"}`))
	p.put(task("task1", "task-7", 1))
	p.start()
	p.settled()
	p.clock.advance(73 * time.Hour)
	p.put(settledCard("update1", "task-7", 1))
	p.eventually("the new card broke off", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("it was tried again", func() bool { return len(p.wecom.Calls()) == 3 })
	p.settled()
	calls := p.wecom.Calls()
	if calls[1].Body != calls[2].Body || calls[1].Path != sendPath {
		t.Errorf("tried with %s %s, and again with %s", calls[1].Path, calls[1].Body, calls[2].Body)
	}
	if !regexp.MustCompile(`"task_id":"task-7-r\d+"`).MatchString(calls[2].Body) || !strings.Contains(calls[2].Body, `"button_list":[{"text":"已受理","key":"settled"}]`) {
		t.Errorf("shown anew: %s", calls[2].Body)
	}
	p.put(settledCard("update2", "task-7", 1))
	p.settled()
	if calls = p.wecom.Calls(); calls[3].Path != updatePath || !strings.Contains(calls[3].Body, `"rc-new"`) {
		t.Errorf("updated by %s %s", calls[3].Path, calls[3].Body)
	}
	p.wantState(bot.ParcelFailed)
}

// WeCom has replaced the card, and its answer was lost: that the same call is refused for its used code says so.
func TestACardThatWasReplacedIsNotShownAnewAfterALostAnswer(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc"}`))
	p.wecom.Answer(updatePath, platformtest.Hangup)
	p.wecom.Answer(updatePath, platformtest.Errcode(40058))
	p.put(task("task1", "task-9", 1))
	p.start()
	p.settled()
	p.put(settledCard("update1", "task-9", 1))
	p.eventually("the update broke off", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("it was tried again", func() bool { return len(p.wecom.Calls()) >= 3 })
	p.settled()
	p.wantSent(p.wecom, sendPath, "lifang: 合理化建议 JY26-0138")
	p.wantState(bot.ParcelSent, "task1", "update1")
}

// The first try of an update did not arrive, and the second is refused for what is in it: the card is as it was, and what it has become is
// shown below it.
func TestACardWhoseUpdateIsRefusedForItsContentIsShownAnewAfterALostAnswer(t *testing.T) {
	for _, code := range []int{42045, 45002, 40007} {
		p := newPost(t, storagetest.SQLite(t))
		p.members[1] = []bot.Address{wecomUser("lifang")}
		p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc"}`))
		p.wecom.Answer(updatePath, platformtest.Hangup)
		p.wecom.Answer(updatePath, platformtest.Errcode(code))
		p.put(task("task1", "task-9", 1))
		p.start()
		p.settled()
		p.put(settledCard("update1", "task-9", 1))
		p.eventually("the update broke off", func() bool { return len(p.wecom.Calls()) == 2 })
		p.settled()
		p.clock.advance(5 * time.Second)
		p.eventually("it was tried again", func() bool { return len(p.wecom.Calls()) >= 3 })
		p.settled()
		p.wantSent(p.wecom, sendPath, "lifang: 合理化建议 JY26-0138", "lifang: 合理化建议 JY26-0138")
		p.wantState(bot.ParcelSent, "task1", "update1")
	}
}

// Neither the update nor the new card is taken: what is left are words, once.
func TestACardThatIsRefusedInEveryFormIsSaidInWords(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1] = []bot.Address{wecomUser("lifang")}
	p.wecom.Answer(sendPath, platformtest.JSON(`{"errcode":0,"errmsg":"ok","response_code":"rc"}`))
	p.wecom.Answer(updatePath, platformtest.Errcode(42045))
	p.wecom.Answer(sendPath, platformtest.Errcode(42014))
	p.put(task("task1", "task-8", 1))
	p.start()
	p.settled()
	p.put(settledCard("update1", "task-8", 1))
	p.settled()
	p.wantSent(p.wecom, sendPath, "lifang: 合理化建议 JY26-0138", "lifang: 合理化建议 JY26-0138", "lifang: JY26-0138 已由李芳受理")
	p.wantState(bot.ParcelFailed)
}

func TestAUsedTaskIDMeansSentOnlyAfterAnEarlierTry(t *testing.T) {
	p := newPost(t, storagetest.SQLite(t))
	p.members[1], p.members[2] = []bot.Address{wecomUser("a")}, []bot.Address{wecomUser("b")}
	p.wecom.Answer(sendPath, platformtest.Hangup)
	p.wecom.Answer(sendPath, platformtest.Errcode(42014))
	p.put(task("1", "c1", 1))
	p.start()
	p.eventually("the first try broke off", func() bool { return len(p.wecom.Calls()) == 1 })
	p.settled()
	p.clock.advance(5 * time.Second)
	p.eventually("the second was refused", func() bool { return len(p.wecom.Calls()) == 2 })
	p.settled()
	p.wantSent(p.wecom, sendPath, "a: 合理化建议 JY26-0138", "a: 合理化建议 JY26-0138")

	p.wecom.Answer(sendPath, platformtest.Errcode(42014))
	p.put(task("2", "c1", 2)) // somebody else has this id: the officer must hear of it all the same
	p.settled()
	if got := texts(t, p.wecom, sendPath); got[len(got)-1] != "b: JY26-0138 请您办理" {
		t.Errorf("sent: %q", got)
	}
	p.wantState(bot.ParcelSent, "1", "2")
}
