package flows

import "testing"

// TestWhetherToCallIsHeard has people answer in their own words whether they are to be called.
func TestWhetherToCallIsHeard(t *testing.T) {
	for want, said := range map[string][]string{
		"yes": {"1", "要", "要的", "好", "好的", "嗯", "可以", "是", "打吧", "不安全", "我不安全", "不安全,救命", "救命", "撑不住了", "快来", "打电话给我吧", "帮帮我"},
		"no": {"2", "先不要", "不要", "不用", "不用打", "不用打了", "先不打", "不用打电话", "别打电话", "不想接电话", "先不用,谢谢", "不要给我打电话", "不要联系我", "没事了",
			"我没事了,不用担心", "没事", "算了", "好多了", "不需要", "别打了", "我没事"},
		"": {"不", "没有", "不是", "没", "安全", "我很安全", "没人懂", "我在三号楼楼顶", "没事了,反正快结束了", "不想活了", "别管我", "不要告诉我妈", "不用找我了", "打电话有什么用", "算了,都结束了",
			"不想打扰别人了,我先走了", "不知道", "放心,我走了你们就轻松了", "已经吃了药"},
	} {
		for _, text := range said {
			got := ""
			if yes, ok := wantsCall(text); ok {
				got = map[bool]string{true: "yes", false: "no"}[yes]
			}
			if got != want {
				t.Errorf("%s is heard as %q, want %q", text, got, want)
			}
		}
	}
}
