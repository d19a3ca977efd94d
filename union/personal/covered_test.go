package personal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/personal"
)

func TestCardsInATextAreCovered(t *testing.T) {
	for text, want := range map[string]string{
		"卡号6222021234567890128,工行":               "卡号6222****0128,工行",
		"我的身份证 11010519491231002x，麻烦您":           "我的身份证 1101****002X，麻烦您",
		"6222 0212 3456 7890 128":                "6222****0128",
		"６２２２０２１２３４５６７８９０１２８":                    "6222****0128",
		"6222021234567890128 13900010001":        "6222****0128 13900010001",
		"13900010001 6222021234567890128":        "13900010001 6222****0128",
		"110105194912310021是错的":                  "110105194912310021是错的",
		"6222  0212 3456 7890 128":               "6222****0128",
		"6222.0212.3456.7890.128":                "6222****0128",
		"6222　0212\t3456—7890 128":               "6222****0128",
		"110105 19491231 002X":                   "1101****002X",
		"打我电话 13747144854 2026-11-29 在家":         "打我电话 13747144854 2026-11-29 在家",
		"137 4714 4854 138 0013 8000":            "137 4714 4854 138 0013 8000",
		"工时 8 8 8 7 8 8 8 8 8 7 8 8 8 8 8 8 8 8": "工时 8 8 8 7 8 8 8 8 8 7 8 8 8 8 8 8 8 8",
		"2026-11-03 2026-11-05 两天":               "2026-11-03 2026-11-05 两天",
		"13900010001 13900010002":                "13900010001 13900010002",
		"JY26-0138 花了 52000 元":                   "JY26-0138 花了 52000 元",
		"11010519491231002X 6222021234567890128": "1101****002X 6222****0128",
	} {
		got, covers := personal.Covered(text)
		if got != want || covers != (want != text) {
			t.Errorf("%s: got %s, %v, want %s", text, got, covers, want)
		}
	}
}

// Two days beside each other are no card, whichever they are, nor is a telephone with a day.
func TestDaysAreNotCovered(t *testing.T) {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 365 {
		for _, text := range []string{
			day.Format("2006-01-02 ") + day.AddDate(0, 0, 3).Format("2006-01-02"), "13747144854 " + day.Format("2006-01-02"), day.Format("2006.01.02 20060102"),
		} {
			if got, covers := personal.Covered(text); covers {
				t.Fatalf("%s was covered: %s", text, got)
			}
		}
		day = day.AddDate(0, 0, 1)
	}
}

// A message of a thousand small figures is looked through once.
func TestManyFiguresTakeNoTime(t *testing.T) {
	long := strings.Repeat("1 ", 1000)
	few := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			personal.Covered(long)
		}
	})
	if each := time.Duration(few.NsPerOp()); each > 100*time.Millisecond {
		t.Errorf("a thousand figures take %s", each)
	}
}
