package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
)

func TestAnEngineWordIsFoundInEveryWriting(t *testing.T) {
	tests := []struct {
		text string
		want bot.Command
	}{
		{"菜单", bot.Command{Word: bot.WordMenu, Said: "菜单"}},
		{" 菜单。", bot.Command{Word: bot.WordMenu, Said: "菜单"}},
		{"“帮助”", bot.Command{Word: bot.WordMenu, Said: "帮助"}},
		{"ＨＥＬＰ！", bot.Command{Word: bot.WordMenu, Said: "help"}},
		{"?", bot.Command{Word: bot.WordMenu, Said: "?"}},
		{"算了", bot.Command{Word: bot.WordCancel, Said: "算了"}},
		{"不投诉了", bot.Command{Word: bot.WordCancel, Said: "不投诉了"}},
		{"算了不弄了", bot.Command{Word: bot.WordCancel, Said: "算了不弄了"}},
		{"那算了吧,不想填了,谢谢", bot.Command{Word: bot.WordCancel, Said: "那算了吧,不想填了,谢谢"}},
		{"我先不写了", bot.Command{Word: bot.WordCancel, Said: "我先不写了"}},
		{"还是不申请了吧", bot.Command{Word: bot.WordCancel, Said: "还是不申请了吧"}},
		{"那就提交吧。", bot.Command{Word: bot.WordConfirm, Said: "提交"}},
		{"行，采纳，下个月装", bot.Command{Word: bot.WordAccept, Said: "采纳", Rest: "下个月装"}},
		{"好的,同意 JY26-0138 马上安排", bot.Command{Word: bot.WordAccept, Said: "同意", Number: "JY26-0138", Rest: "马上安排"}},
		{"可以 那就提交吧", bot.Command{Word: bot.WordConfirm, Said: "提交"}},
		{"怎么还没动静啊？", bot.Command{Word: bot.WordProgress, Said: "怎么还没动静"}},
		{"今天有什么要办的？", bot.Command{Word: bot.WordTasks, Said: "今天有什么要办的"}},
		{"帮我取消", bot.Command{Word: bot.WordCancel, Said: "取消"}},
		{"先跳过啊", bot.Command{Word: bot.WordSkip, Said: "跳过"}},
		{"请转人工,谢谢", bot.Command{Word: bot.WordPerson, Said: "转人工"}},
		{"怎么样了？", bot.Command{Word: bot.WordProgress, Said: "怎么样了"}},
		{"进度 jy26-0138", bot.Command{Word: bot.WordProgress, Said: "进度", Number: "JY26-0138"}},
		{"进度ＪＹ２６－０１３８", bot.Command{Word: bot.WordProgress, Said: "进度", Number: "JY26-0138"}},
		{"同意 JY26-0138 马上安排!", bot.Command{Word: bot.WordAccept, Said: "同意", Number: "JY26-0138", Rest: "马上安排!"}},
		{"不受理：JY26-0138，预算没有了。", bot.Command{Word: bot.WordRefuse, Said: "不受理", Number: "JY26-0138", Rest: "预算没有了。"}},
		{"JY26-0138 同意", bot.Command{Word: bot.WordAccept, Said: "同意", Number: "JY26-0138"}},
		{"JY26-0138,退回,缺照片", bot.Command{Word: bot.WordReturn, Said: "退回", Number: "JY26-0138", Rest: "缺照片"}},
		{"并入 JY26-0121", bot.Command{Word: bot.WordMerge, Said: "并入", Number: "JY26-0121"}},
		{"同意2", bot.Command{Word: bot.WordAccept, Said: "同意", Rest: "2"}},
		{"1 2 同意", bot.Command{Word: bot.WordAccept, Said: "同意", Lines: "1 2"}},
		{"1和3都同意,谢谢", bot.Command{Word: bot.WordAccept, Said: "同意", Lines: "1和3", Rest: "谢谢"}},
		{"第1、3个 驳回 没有预算", bot.Command{Word: bot.WordRefuse, Said: "驳回", Lines: "第1、3个", Rest: "没有预算"}},
		{"1-3同意", bot.Command{Word: bot.WordAccept, Said: "同意", Lines: "1-3"}},
		{"同意第1、3个", bot.Command{Word: bot.WordAccept, Said: "同意", Rest: "第1、3个"}},
		{"驳回 理由不充分", bot.Command{Word: bot.WordRefuse, Said: "驳回", Rest: "理由不充分"}},
		{"复议 JY26-0138", bot.Command{Word: bot.WordReconsider, Said: "复议", Number: "JY26-0138"}},
		{"附议JY26-0121", bot.Command{Word: bot.WordSecond, Said: "附议", Number: "JY26-0121"}},
		{"取消 JY26-0138", bot.Command{Word: bot.WordWithdraw, Said: "取消", Number: "JY26-0138"}},
		{"改", bot.Command{Word: bot.WordChange, Said: "改"}},
		{"改1 设备", bot.Command{Word: bot.WordChange, Said: "改", Rest: "1 设备"}},
		{"改第2项为设备", bot.Command{Word: bot.WordChange, Said: "改", Rest: "第2项为设备"}},
		{"修改 类别 设备", bot.Command{Word: bot.WordChange, Said: "修改", Rest: "类别 设备"}},
		{"改③:别的", bot.Command{Word: bot.WordChange, Said: "改", Rest: "③:别的"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, bot.ParseCommand(test.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestASentenceThatContainsAWordIsNone(t *testing.T) {
	for _, text := range []string{
		"", "。", "菜单里没有我要的", "我同意", "同意书在哪里拿", "改善照明", "改2号炉的护栏", "改善 照明", "跳过安检的人很多",
		"为什么总是停水", "JY26-0138", "进度太慢 JY26", "3个人同意", "2026同意", "1号炉通过验收", "30% 通过", "2 号行车不同意的人", "统计一下加班时间", "取消夜班", "提交 了三次都没人理", "那就同意吧", "请补充", "请领取", "请修改", "先补充", "不用填了", "不用报了", "好的,收到", "好的,领取", "好的,谢谢", "可以,同意书在哪里拿", "好,", "行 车坏了", "不办", "不提了工资就没人管了", "算了算这个月的工时", "我要改善照明", "不想再填表了,太麻烦",
	} {
		if got := bot.ParseCommand(text); got.Word != "" {
			t.Errorf("%q is taken for %s", text, got.Word)
		}
	}
}

func TestANumberIsFoundOnlyAlone(t *testing.T) {
	for text, want := range map[string]string{
		"JY26-0138": "JY26-0138", " jy26-0138 ": "JY26-0138", "ｊｙ２６－０１３８": "JY26-0138", "SX26-44170": "SX26-44170",
		"JY26-013": "", "JY26-0138吗": "", "0138": "", "J26-0138": "",
	} {
		got, ok := bot.ParseNumber(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %t, want %q", text, got, ok, want)
		}
	}
}

// What follows a word is a person's own words: it is a part of what was written, whatever was written.
func FuzzParseCommand(f *testing.F) {
	for _, seed := range []string{"同意 JY26-0138 好", "İ改1 İ", "\xff改1", "JY26-0138 同意 ẞ", "改①　Ａ", "同意１", "１　２　同意 İ", "第1,3个同意"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := bot.ParseCommand(text)
		if utf8.ValidString(text) && !strings.Contains(text, got.Rest) {
			t.Errorf("%q: rest %q was never said", text, got.Rest)
		}
		bot.Choose(text, []bot.Choice{{Label: "提交"}, {Label: "修改"}})
		bot.ParseNumber(text)
	})
}
