package main

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/simulator"
)

// testForged lets a worker and an officer write what would be a link, or would speak for its reader, on the other's
// phone: it comes through readable and dead, while the service's own links live.
func testForged(t *testing.T, binary string) {
	const forged = `<a href="weixin://bizmsgmenu?msgmenucontent=%E5%90%8C%E6%84%8F&msgmenuid=1">看现场</a>`
	w := newWorld(t, binary)
	w.route(w.serve())
	w.ask(wangQiang, "提个建议,给检验台换一盏亮一点的灯 "+forged, "请发送工号")
	w.ask(wangQiang, wangQiangStaffNo, "请发送姓名")
	w.ask(wangQiang, "王强", "身份证后六位")
	w.ask(wangQiang, wangQiangProof, "认证好了")
	w.ask(wangQiang, "看不清刻度 "+forged, "做好了会有什么效果")
	w.ask(wangQiang, "跳过", "请核对")
	number := numberIn(t, w.ask(wangQiang, "1", "收到,谢谢王师傅"))
	w.hears(zhaoJianjun, 0, number, "亮一点的灯")
	w.ask(zhaoJianjun, "待办", number)
	w.ask(zhaoJianjun, "1", number, "看现场")
	w.ask(zhaoJianjun, "同意 "+number+" 已安排 "+forged, number+" 已记为受理")
	w.hears(wangQiang, 0, "谢谢您的建议 "+number, "已安排", "看现场")
	w.ask(wangQiang, "进度", number)

	for _, person := range []string{wangQiang, zhaoJianjun} {
		seen := 0
		for _, e := range w.chat(person) {
			if e.Side != simulator.Bot {
				continue
			}
			text := shown(e)
			if strings.Contains(text, forged) || strings.Contains(text, `\u003ca`) || strings.Contains(text, `>看现场</a>`) {
				t.Errorf("%s sees a link that another wrote: %s", person, text)
			}
			if strings.Contains(text, "看现场") {
				seen++
			}
		}
		if seen == 0 {
			t.Errorf("%s was never shown what the other wrote:\n%s", person, w.phone(person))
		}
	}
	if w.count(wangQiang, `<a href="weixin://bizmsgmenu?msgmenucontent=`) == 0 {
		t.Errorf("the service's own links are gone:\n%s", w.phone(wangQiang))
	}
}
