package flows

import "testing"

// TestOddAdditionsChangeNothing has plain wishes said with what people send along.
func TestOddAdditionsChangeNothing(t *testing.T) {
	all := offered(t)
	u := &Understander{trained: learn(all), all: all}
	for wish, want := range map[string]string{
		"提个建议,给更衣室装一面镜子": "suggestion", "我想给锅炉房提个建议,加个护栏": "suggestion", "报个隐患,二号炉平台护栏松了": "hazard",
		"申请大病救助": "illness_aid", "我要报名技能比武": "enrol", "我想预约心理咨询": "counsellor",
	} {
		if got := u.Understand(wish); got.Start != want {
			t.Fatalf("%s: got %+v, want %s", wish, got, want)
		}
		for _, addition := range [][2]string{
			{"", " https://mp.weixin.qq.com/s/AbC-dEf_12?x=1&y=2"}, {"", "😀👍"}, {"", "[微笑][强]"}, {"@工会小助手 ", ""}, {"", "\n一分厂锅炉班 张伟"},
			{"", "\n——张伟"}, {"", "\n发自我的iPhone"}, {"您好,", ",谢谢"}, {"在吗?", "!!!"}, {"工会您好!", "。谢谢啦🙏"}, {"", " 联系我 zhangwei@example.com"},
		} {
			if text := addition[0] + wish + addition[1]; u.Understand(text).Start != want {
				t.Errorf("%q: got %+v, want %s", text, u.Understand(text), want)
			}
		}
	}
	for _, text := range []string{"您好", "谢谢", "https://mp.weixin.qq.com/s/AbC", "😀", "@张伟 ", "[微笑]", "发自我的iPhone"} {
		if got := u.Understand(text); got.Start != "" {
			t.Errorf("%q begins %s", text, got.Start)
		}
	}
	// What only looks like an addition is part of what is said.
	for _, text := range []string{"申请大病救助,麻烦先不办了", "提个建议,谢谢不用了", "大病救助——我不申请了"} {
		if got := u.Understand(text); got.Start != "" {
			t.Errorf("%q begins %s", text, got.Start)
		}
	}
	for text, want := range map[string]string{"平台护栏松了,麻烦报个隐患": "hazard", "技能比武 拜托帮我报名": "enrol"} {
		if got := u.Understand(text); got.Start != want && (len(got.Others) == 0 || got.Others[0] != want) {
			t.Errorf("%q: got %+v, want %s", text, got, want)
		}
	}
}
