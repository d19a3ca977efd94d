package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

// testTwoPhones lets one member write one form on both platforms, each of which another replica serves.
func testTwoPhones(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve())
	second := w.serve()
	if err := w.platforms.SetCallbacks(simulator.OfficialAccount, "http://"+second.address+"/callback/officialaccount"); err != nil {
		t.Fatal(err)
	}
	const other = wangQiang // 张伟 holds this phone here
	code := regexp.MustCompile(`\d{6}`).FindString(w.ask(zhangWei, "绑定码", "只能用一次").Text)
	w.ask(other, "绑定", "请发送工号")
	w.ask(other, staffNoOf(t, "zhangwei"), "请发送姓名")
	w.ask(other, "张伟", "6 位数字")
	w.ask(other, code, "认证好了,张师傅")

	w.ask(zhangWei, "提个建议,给更衣室装一面镜子", "现在是什么情况")
	for answer := ""; !strings.Contains(answer, "没写完的建议"); { // the draft is written behind
		answer = w.hears(other, w.say(other, "你好").ID).Text
	}
	w.ask(other, "1", "现在是什么情况")
	w.ask(other, "没有镜子", "做好了会有什么效果")
	w.ask(zhangWei, "看不见自己", "在另一部手机上接着写过", "做好了会有什么效果")
	w.ask(zhangWei, "跳过", "请核对", "没有镜子")
	w.ask(other, "更整洁", "在另一部手机上接着写过", "请核对", "没有镜子")
	number := numberIn(t, w.ask(other, "1", "收到,谢谢"))
	w.ask(zhangWei, "1", "收到,谢谢", number)
	w.hears(liFang, 0, number, "受理")
	w.ask(liFang, "待办", "您有 1 件待办", number)
}
