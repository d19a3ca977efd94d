package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// says one thing after the other.
func (h *harness) talk(who string, texts ...string) {
	for _, text := range texts {
		h.says(who, text)
	}
}

// TestAPaperHoldsTheFormAndEveryOpinion looks at what the press was given.
func TestAPaperHoldsTheFormAndEveryOpinion(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "提个建议,给锅炉房加个护栏", "经过炉口没有护栏", "跳过", "提交")
	h.talk("李芳", "退回 JY26-0001 请写清楚是几号炉")
	long := strings.Repeat("二号炉旁边的过道很窄,", 40)
	h.talk("张伟", "补充 JY26-0001 "+long)
	h.talk("李芳", "加签 JY26-0001 前 马超", "收回 JY26-0001", "转办 JY26-0001 陈静 此人常写,您费心")
	h.talk("陈静", "打印 JY26-0001")
	d := h.press.last
	said := fmt.Sprint(d)
	for _, want := range []string{
		"集团公司工会", "合理化建议办理单", "编号 JY26-0001", "{提出人 张伟 · 一分厂/锅炉班}", "{建议 给锅炉房加个护栏}", "{现状 经过炉口没有护栏}", "{补充 " + long,
		"李芳(一分厂分会主席)  初审:退回补充", "请写清楚是几号炉", "张伟(锅炉班司炉工)  补充", "2026-11-22 20:00", "李芳(一分厂分会主席)  加签(前) 马超", "李芳(一分厂分会主席)  初审:转办 陈静 }", "陈静(集团公司工会主席) 打印", "职务也是打印时的", "https://union.example.com/check/",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not on the paper: %s", want, said)
		}
	}
	if strings.Contains(said, "此人常写") {
		t.Errorf("what officers say among themselves is on the paper: %s", said)
	}
	if len(d.Entries) != 6 || len(d.Boxes) != 3 {
		t.Errorf("%d entries, %d boxes", len(d.Entries), len(d.Boxes))
	}
}

// TestAPaperSaysWhatPassedInSilence: nobody signs for it.
func TestAPaperSaysWhatPassedInSilence(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "征求意见", "夜班食堂改到零点开饭", "1")
	for _, hours := range []time.Duration{14 * time.Hour, 32 * time.Hour} { // the reminder, and the end
		h.Advance(hours)
		if err := h.Control(t.Context(), "clocks"); err != nil {
			t.Fatal(err)
		}
	}
	h.talk("张伟", "打印 ZQ26-0001")
	said := fmt.Sprint(h.press.last)
	for _, want := range []string{"系统  部门意见:到期没有人提出意见,视为通过", "系统  提醒经办人 吴刚"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not on the paper: %s", want, said)
		}
	}
	if strings.Contains(said, "吴刚(") {
		t.Errorf("somebody signs it: %s", said)
	}
}

// TestAPaperNamesNobodyWhoFiledUnnamed, whoever prints it.
func TestAPaperNamesNobodyWhoFiledUnnamed(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "提个建议,给锅炉房加个护栏", "经过炉口没有护栏", "跳过", "匿名提交")
	h.talk("李芳", "受理 JY26-0001")
	for _, who := range []string{"张伟", "李芳"} {
		h.press.last.Number = ""
		h.says(who, "打印 JY26-0001")
		said := fmt.Sprint(h.press.last)
		if !strings.Contains(said, "JY26-0001") || !strings.Contains(said, "匿名") || strings.Contains(said, "张伟") || strings.Contains(said, "司炉工") {
			t.Errorf("%s prints %s", who, said)
		}
	}
}
