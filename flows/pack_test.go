package flows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// TestAPackIsReadByNobodyBeforeItIsHandedOver tries every way by which an officer reads a case, and looks at what is printed.
func TestAPackIsReadByNobodyBeforeItIsHandedOver(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "申请法律援助", "车间主任口头说过。11月18日停了我的工资卡,11月3日人事说要解除合同", "2", "11月3日", "合同", "跳过", "请律师", "13900010001", "晚上", "提交", "先不交")
	secret := []string{"工资卡", "人事说要解除", "知道的日子", "手上材料"}
	withheld := func(how, said string) {
		t.Helper()
		if !strings.Contains(said, "FL26-0001") {
			t.Errorf("%s shows another case: %s", how, said)
		}
		for _, word := range secret {
			if strings.Contains(said, word) {
				t.Errorf("%s tells of %q: %s", how, word, said)
			}
		}
	}
	for _, text := range []string{"待办 FL26-0001", "进度 FL26-0001", "事实材料 FL26-0001", "接案 FL26-0001 周三打您电话", "进度 FL26-0001"} {
		withheld(text, h.says("何平", text))
	}
	h.says("何平", "打印 FL26-0001")
	withheld("the paper", fmt.Sprint(h.press.last))
	h.talk("张伟", "事实材料", "同意")
	h.says("何平", "打印 FL26-0001")
	withheld("the paper of what may be opened", fmt.Sprint(h.press.last))
	withheld("the task of what may be opened", h.says("何平", "待办"))

	h.says("何平", "事实材料 FL26-0001")
	d := h.press.last
	if len(d.Entries) != 5 {
		t.Fatalf("%d entries: %v", len(d.Entries), d.Entries)
	}
	var told []string
	for _, e := range d.Entries {
		told = append(told, e.Head+" "+e.Text)
	}
	want := "没有说日子 车间主任口头说过|2026年11月3日(周二) 知道的日子|2026年11月3日(周二) 人事说要解除合同|2026年11月18日(周三) 停了我的工资卡|2026年11月22日(周日) 向工会提出(FL26-0001)"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("the timeline is\n%s, want\n%s", got, want)
	}
	for _, word := range []string{"车间主任口头说过。11月18日停了", "张伟 · 一分厂/锅炉班", "手上材料 劳动合同", "没有核实", "看过后说了同意", "何平"} {
		if !strings.Contains(fmt.Sprint(d), word) {
			t.Errorf("%q is not on the paper: %v", word, d)
		}
	}
	if said := h.says("何平", "进度 FL26-0001"); !strings.Contains(said, "打开材料") {
		t.Errorf("that it was opened stands nowhere: %s", said)
	}
	if said := h.says("陈静", "事实材料 FL26-0001"); !strings.Contains(said, "没有找到") {
		t.Errorf("who has not the case opens it: %s", said)
	}
}

// TestWhatIsAddedIsWithheldWithThePack adds a marker word in every way, which tells of the same as the pack.
func TestWhatIsAddedIsWithheldWithThePack(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "申请法律援助", "11月18日停了我的工资卡,11月3日人事说要解除合同", "2", "11月3日", "合同", "跳过", "请律师", "13900010001", "晚上", "提交", "先不交")
	h.says("何平", "接案 FL26-0001 周三打您电话")
	withheld := func(after string) {
		t.Helper()
		h.says("何平", "取消")
		h.says("何平", "打印 FL26-0001")
		said := fmt.Sprint(h.says("何平", "待办"), h.says("何平", "1"), h.says("何平", "取消"), h.says("何平", "进度 FL26-0001"), h.says("何平", "事实材料 FL26-0001"), h.press.last)
		if !strings.Contains(said, "请律师代理") || strings.Contains(said, "暗号") {
			t.Errorf("after %s the officer reads: %s", after, said)
		}
	}
	h.talk("张伟", "补充 FL26-0001 暗号甲,班长也在场")
	withheld("what is said unasked")
	h.says("何平", "要补材料 FL26-0001 还有呢")
	h.talk("张伟", "补充 FL26-0001 暗号乙,工资卡也停了")
	withheld("a return")
	h.says("何平", "要补材料 FL26-0001 经过 请补")
	h.talk("张伟", "补充 FL26-0001", "暗号丙,停了我的工资卡")
	withheld("a question named")
	if said := h.says("张伟", "进度 FL26-0001"); strings.Count(said, "暗号") != 2 { // the last entries
		t.Errorf("the author reads of what was added: %s", said)
	}
	h.talk("张伟", "事实材料 FL26-0001", "同意")
	if said := h.says("何平", "进度 FL26-0001"); strings.Contains(said, "暗号") {
		t.Errorf("before it is opened: %s", said)
	}
	if said := h.says("何平", "事实材料 FL26-0001"); strings.Count(said, "暗号") < 3 {
		t.Errorf("opened, it lacks what was added: %s", said)
	}
}
