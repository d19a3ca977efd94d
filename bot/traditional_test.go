package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/unionbot/unionbot/bot"
)

func TestEngineWordsAreUnderstoodInTraditionalCharacters(t *testing.T) {
	for text, want := range map[string]bot.Command{
		"選單":                {},
		"菜單":                {Word: bot.WordMenu, Said: "菜单"},
		"幫助":                {Word: bot.WordMenu, Said: "帮助"},
		"能辦什麼":              {Word: bot.WordMenu, Said: "能办什么"},
		"取消":                {Word: bot.WordCancel, Said: "取消"},
		"跳過":                {Word: bot.WordSkip, Said: "跳过"},
		"說明":                {Word: bot.WordExplain, Said: "说明"},
		"為什麼":               {Word: bot.WordExplain, Said: "为什么"},
		"確認":                {Word: bot.WordConfirm, Said: "确认"},
		"確認提交":              {Word: bot.WordConfirm, Said: "确认提交"},
		"繼續":                {Word: bot.WordContinue, Said: "继续"},
		"進度":                {Word: bot.WordProgress, Said: "进度"},
		"怎麼樣了？":             {Word: bot.WordProgress, Said: "怎么样了"},
		"進度 JY26-0138":      {Word: bot.WordProgress, Said: "进度", Number: "JY26-0138"},
		"綁定":                {Word: bot.WordBind, Said: "绑定"},
		"退訂":                {Word: bot.WordUnsubscribe, Said: "退订"},
		"訂閱":                {Word: bot.WordSubscribe, Said: "订阅"},
		"我的數據":              {Word: bot.WordMyData, Said: "我的数据"},
		"個人信息":              {Word: bot.WordMyData, Said: "个人信息"},
		"復議 JY26-0138":      {Word: bot.WordReconsider, Said: "复议", Number: "JY26-0138"},
		"附議":                {Word: bot.WordSecond, Said: "附议"},
		"待辦":                {Word: bot.WordTasks, Said: "待办"},
		"採納 JY26-0138 準備經費": {Word: bot.WordAccept, Said: "采纳", Number: "JY26-0138", Rest: "準備經費"},
		"通過":                {Word: bot.WordAccept, Said: "通过"},
		"JY26-0138 駁回，缺資料":  {Word: bot.WordRefuse, Said: "驳回", Number: "JY26-0138", Rest: "缺資料"},
		"駁回 理由不充分":          {Word: bot.WordRefuse, Said: "驳回", Rest: "理由不充分"},
		"退回補充":              {Word: bot.WordReturn, Said: "退回补充"},
		"併入 JY26-0121":      {Word: bot.WordMerge, Said: "并入", Number: "JY26-0121"},
		"轉辦":                {Word: bot.WordReassign, Said: "转办"},
		"加簽":                {Word: bot.WordAddSigner, Said: "加签"},
		"核減":                {Word: bot.WordReduce, Said: "核减"},
		"催辦":                {Word: bot.WordUrge, Said: "催办"},
		"撤銷":                {Word: bot.WordUndo, Said: "撤销"},
		"補充":                {Word: bot.WordSupplement, Said: "补充"},
		"靜默":                {Word: bot.WordSilence, Said: "静默"},
		"統計":                {Word: bot.WordStatistics, Said: "统计"},
		"後台":                {Word: bot.WordConsole, Said: "后台"},
		"改第2項為設備":           {Word: bot.WordChange, Said: "改", Rest: "第2項為設備"},
	} {
		if want.Word == "" {
			want = bot.Command{Word: bot.WordMenu, Said: "选单"} // said so in Taiwan and Hong Kong
		}
		if got := bot.ParseCommand(text); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestAChoiceIsUnderstoodInTraditionalCharacters(t *testing.T) {
	choices := []bot.Choice{{Label: "设备设施"}, {Label: "劳动保护"}, {Label: "确认提交"}}
	for text, want := range map[string]int{"設備": 0, "勞動保護": 1, "我選確認提交吧": 2, "第二個": 1, "兩": 1, "選3": 2} {
		if got, ok := bot.Choose(text, choices); !ok || got != want {
			t.Errorf("%s: got %d, %t", text, got, ok)
		}
	}
}

// Whoever writes simplified characters is not rewritten. B0A1 to F7FE are the characters of GB 2312.
func TestNothingThatIsSimplifiedChanges(t *testing.T) {
	decode := simplifiedchinese.GBK.NewDecoder()
	seen := 0
	for high := byte(0xB0); high <= 0xF7; high++ {
		for low := byte(0xA1); low <= 0xFE; low++ {
			text, err := decode.String(string([]byte{high, low}))
			if err != nil || strings.ContainsRune(text, utf8.RuneError) || text >= "\ue000" && text < "\uf900" {
				continue
			}
			seen++
			if got := bot.Simplified(text); got != text && !strings.Contains("後於", text) {
				t.Errorf("%s becomes %s", text, got)
			}
		}
	}
	if seen < 6700 {
		t.Errorf("only %d characters were tried", seen)
	}
}

func TestSimplifiedLeavesEveryCharacterAtItsPlace(t *testing.T) {
	if got, want := bot.Simplified("\xe5建議：鍋爐房欄杆 2026 ok 😀 \xff"), "\xe5建议：锅炉房栏杆 2026 ok 😀 \xff"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
