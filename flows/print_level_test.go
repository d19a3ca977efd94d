package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
)

// TestAPaperSaysAtWhichLevelItWasDecided, and who asked that somebody stays out of it.
func TestAPaperSaysAtWhichLevelItWasDecided(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	h.talk("张伟", "提个建议,给锅炉房加个护栏", "经过炉口没有护栏", "跳过", "提交", "回避 JY26-0001 李芳 吵过架")
	h.talk("陈静", "受理 JY26-0001")
	view, err := h.desk.Case(t.Context(), h.member("陈静"), "JY26-0001")
	if err != nil {
		t.Fatal(err)
	}
	days, err := calendar.New(time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	view.Levels = map[string]cases.Level{view.Timeline[len(view.Timeline)-1].Step: {Deep: 0, Unit: "集团公司"}}
	said := fmt.Sprint(flows.NewNotices(days, "zh-CN").Paper(cases.PaperView{View: view, At: h.Now()}).Entries)
	for _, want := range []string{"初审:受理(按 集团公司 一级)", "申请回避 李芳:吵过架", "申请回避,转请上一级定"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not on the paper: %s", want, said)
		}
	}
}
