package flows

import (
	"fmt"
	"testing"

	"github.com/unionbot/unionbot/union/enrolment"
)

func TestTheTimeOfAMomentIsReadAsPeopleSayIt(t *testing.T) {
	for text, want := range map[string]string{
		"12月10日 9:00": "12月10日 09:00", "12月10日9点": "12月10日 09:00", "12月10日上午九点半": "12月10日 09:30", "明天下午2点": "明天 14:00",
		"明天晚上8点30分": "明天 20:30", "后天 中午12点": "后天 12:00", "12月10日 14:05": "12月10日 14:05", "下周三早上7点": "下周三 07:00",
		"12月10日 00:30": "12月10日 00:30", "12月10日8点整": "12月10日 08:00",
		"12月10日": "", "12月10日 25:00": "", "12月10日 9:75": "", "": "",
	} {
		day, hour, minute, ok := clockIn(text)
		if got := fmt.Sprintf("%s %02d:%02d", day, hour, minute); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s, %v; want %q", text, got, ok, want)
		}
	}
}

func TestASentenceThatWantsToSignUpIsKnown(t *testing.T) {
	for _, text := range []string{
		"我要报技能比武", "报名", "我想报名参加电工比武", "我要参加劳动竞赛", "疗休养还有名额吗", "怎么报名疗休养", "我们班组要报百日安全竞赛", "有什么比赛可以报", "竞赛怎么报名", "报名焊工",
	} {
		if !asksToEnrol.MatchString(text) || !namesActivity.MatchString(text) {
			t.Errorf("%s wants to sign up", text)
		}
	}
	for _, text := range []string{
		"我想给技能比武提个建议", "比武场地太小了", "活动室天天锁着", "我要报隐患", "建议多办些比赛", "去年的竞赛奖金没发",
	} {
		if asksToEnrol.MatchString(text) && namesActivity.MatchString(text) {
			t.Errorf("%s does not want to sign up", text)
		}
	}
}

func TestASentenceNamesAnActivityByAPartOfItsTitle(t *testing.T) {
	for text, want := range map[string]string{
		"我要报焊工技能比武": "焊工技能比武", "我想报名参加电工比武": "电工比武", "报名": "", "疗休养还有名额吗？": "疗休养", "我们班组要报安全竞赛，": "安全竞赛",
	} {
		if got := subject(text); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]bool{"电工比武": true, "电工": true, "电": false, "焊工比武": false, "比武电工": false, "电工技能比武": true} {
		if got := shortFor("电工技能比武", text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	open := []enrolment.View{{Activity: enrolment.Activity{Kind: enrolment.Contest}}, {Activity: enrolment.Activity{Kind: enrolment.Campaign}}}
	if got := meantBy(open, "技能比武"); len(got) != 1 || got[0].Kind != enrolment.Contest {
		t.Errorf("contests are %v", got)
	}
	if got := meantBy(open, "劳动竞赛"); len(got) != 2 {
		t.Errorf("of a kind that there is none of: %v", got)
	}
}
