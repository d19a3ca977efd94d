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
		{"安全生产和其他", 0}, {"三十", 0}, {"1️⃣", 1}, {"不是其他", 0}, {"其他不行吗", 0},
	}
	for _, test := range tests {
		i, ok := bot.Choose(test.text, choices)
		if got := i + 1; ok != (test.want > 0) || ok && got != test.want {
			t.Errorf("%q: got %d, %t, want %d", test.text, got, ok, test.want)
		}
	}
}

func TestWhoSaysNoDoesNotChooseWhatIsDenied(t *testing.T) {
	summary := []bot.Choice{{Label: "提交"}, {Label: "修改"}, {Label: "匿名提交"}}
	withdraw := []bot.Choice{{Label: "撤回"}, {Label: "不撤了"}}
	similar := []bot.Choice{{Label: "我的不一样,继续"}, {Label: "那就不提了"}}
	heard := []bot.Choice{{Label: "对"}, {Label: "不对,我重说"}}
	tests := []struct {
		text    string
		choices []bot.Choice
		want    int // 0 for none
	}{
		{"先不提交", summary, 0}, {"不要提交", summary, 0}, {"提交了会有什么结果", summary, 0}, {"明天再提交", summary, 0},
		{"我要提交", summary, 1}, {"提交吧", summary, 1}, {"匿名提交吧", summary, 3}, {"匿名", summary, 3}, {"不想修改了", summary, 0},
		{"不撤回", withdraw, 0}, {"先别撤回", withdraw, 0}, {"不撤", withdraw, 2}, {"我要撤回", withdraw, 1},
		{"一样", similar, 0}, {"不一样", similar, 1}, {"不提了", similar, 2},
		{"对的", heard, 1}, {"不对", heard, 2}, {"不是对的", heard, 0},
	}
	for _, test := range tests {
		i, ok := bot.Choose(test.text, test.choices)
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
