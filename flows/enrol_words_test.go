package flows

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/understanding"
)

func TestATimeIsTakenByDayAndADayWithItsHour(t *testing.T) {
	now := time.Date(2026, 11, 22, 20, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	for _, each := range []struct {
		text string
		hour int
		want string
	}{
		{"12月10日 9:00", 0, "2026-12-10 09:00"}, {"12月10日9点", 0, "2026-12-10 09:00"}, {"12月19日上午九点半", 0, "2026-12-19 09:30"},
		{"明天下午2点", 0, "2026-11-23 14:00"}, {"12月10日 14:05", 0, "2026-12-10 14:05"}, {"12月10日2点", 0, "2026-12-10 14:00"},
		{"12月10日晚上8点", 0, "2026-12-10 20:00"}, {"12月10日", 17, "2026-12-10 17:30"}, {"12月10日中午12点", 17, "2026-12-10 12:00"},
		{"12月10日", 0, ""}, {"昨天", 17, ""}, {"以后再说", 17, ""}, {"11月22日 9:00", 0, "2026-11-22 21:00"}, {"11月22日 14:00", 0, ""},
	} {
		at, problem := momentOf(each.text, now, each.hour, 30)
		if got := at.Format("2006-01-02 15:04"); at.IsZero() != (each.want == "") || !at.IsZero() && got != each.want {
			t.Errorf("%s: %s, %s; want %q", each.text, got, problem, each.want)
		}
	}
}

func TestASentenceThatWantsToSignUpIsKnown(t *testing.T) {
	model := understanding.Train(Topics(offered(t)))
	means := func(text string) bool { r := model.Read(text); return r.Sure && r.Likely[0].Topic == topicEnrol }
	for _, text := range []string{
		"我要报技能比武", "报名", "我想报名参加电工比武", "我要参加劳动竞赛", "怎么报名疗休养", "我们班组要报百日安全竞赛", "有什么比赛可以报", "竞赛怎么报名", "报名焊工",
	} {
		if !means(text) {
			t.Errorf("%s wants to sign up", text)
		}
	}
	if r := model.Read("疗休养还有名额吗"); len(r.Likely) == 0 || r.Likely[0].Topic != topicEnrol { // it is offered first: who asks may want no more
		t.Errorf("got %+v", r)
	}
	for _, text := range []string{
		"我想给技能比武提个建议", "比武场地太小了", "活动室天天锁着", "我要报隐患", "建议多办些比赛", "去年的竞赛奖金没发",
	} {
		if means(text) {
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
