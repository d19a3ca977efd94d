package bot_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/bot"
)

func TestAChoiceIsMadeByNumberOrLabel(t *testing.T) {
	choices := []bot.Choice{{Label: "安全生产"}, {Label: "设备设施"}, {Label: "生产管理", Say: "manage"}, {Label: "其他"}}
	tests := []struct {
		text string
		want int // 0 for none
	}{
		{"1", 1}, {"２", 2}, {"③", 3}, {"第一个", 1}, {"第二", 2}, {"选3", 3}, {"我选4", 4}, {"2.", 2}, {"2、", 2}, {"4号", 4}, {"两", 2},
		{" 1 ", 1}, {"1。", 1}, {"四", 4},
		{"其他", 4}, {"设备", 2}, {"安全", 1}, {"MANAGE", 3}, {"我觉得是其他吧", 4},
		{"生产", 0}, {"生", 0}, {"0", 0}, {"5", 0}, {"12", 0}, {"", 0}, {"?", 0}, {"不知道", 0}, {"1 3", 0}, {"1号炉漏水", 0},
		{"安全生产和其他", 0}, {"三十", 0},
	}
	for _, test := range tests {
		i, ok := bot.Choose(test.text, choices)
		if got := i + 1; ok != (test.want > 0) || ok && got != test.want {
			t.Errorf("%q: got %d, %t, want %d", test.text, got, ok, test.want)
		}
	}
}

func TestAnOrdinalIsReadAsItIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 99).Draw(t, "n")
		for _, text := range []string{bot.Circled(n), chinese(n), "第" + chinese(n) + "个"} {
			if got, ok := bot.Ordinal(text); !ok || got != n {
				t.Errorf("%s: got %d, %t, want %d", text, got, ok, n)
			}
		}
	})
}

// chinese writes 1 to 99 as people do: 二十三.
func chinese(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	}
	return digits[n/10] + "十" + digits[n%10]
}
