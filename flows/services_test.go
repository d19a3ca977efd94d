package flows

import (
	"cmp"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

func offered(t testing.TB) []*service.Service {
	t.Helper()
	return servicestest.Set(t).On("").All()
}

func likeliestFirst(guesses []bot.Guess) []bot.Guess {
	slices.SortStableFunc(guesses, func(a, b bot.Guess) int { return cmp.Compare(b.Score, a.Score) })
	return guesses
}

// guesser guesses among services as a running instance does: what it learns from them, it learns once.
func guesser(all []*service.Service) func(text string) []bot.Guess {
	learned := understanding.Train(Topics(all))
	return func(text string) []bot.Guess { return guessServices(all, "zh-CN", text, learned.Read(text)) }
}

func TestEveryServiceIsUnderstoodByItsExamples(t *testing.T) {
	all := offered(t)
	guessesOf := guesser(all)
	for _, s := range all {
		for _, example := range s.Understand.Examples {
			guesses := likeliestFirst(guessesOf(example))
			if len(guesses) == 0 || guesses[0].Key != s.Name || guesses[0].Score < bot.LeastScore {
				t.Errorf("%s is not understood by %q: %+v", s.Name, example, guesses)
			}
		}
	}
}

func TestASentenceThatOnlyMentionsAServiceIsAskedAbout(t *testing.T) {
	guessesOf := guesser(offered(t))
	for _, text := range []string{"他的建议不错", "领导说的建议我没听清", "建议书在哪里交"} {
		for _, g := range guessesOf(text) {
			if g.Score >= bot.SureScore {
				t.Errorf("%q is taken for %s without asking", text, g.Key)
			}
		}
	}
	for _, text := range []string{"你好", "今天几号", "工资条在哪里看", ""} {
		for _, g := range guessesOf(text) {
			if g.Score >= bot.LeastScore {
				t.Errorf("%q is guessed to be %s", text, g.Key)
			}
		}
	}
}

func TestASentenceThatNamesNoServiceCanStillBeFiledAsOne(t *testing.T) {
	guessesOf := guesser(offered(t))
	for _, text := range []string{"更衣室加个挂钩", "能不能给宿舍装个空调", "食堂的菜太咸了"} {
		guesses := guessesOf(text)
		if len(guesses) != 2 || guesses[0].Score >= bot.SureScore || guesses[1].Score >= bot.SureScore || guesses[0].Label != "当作建议提出" || guesses[1].Label != "当作诉求提出" {
			t.Errorf("%s: %+v", text, guesses)
		}
	}
	for _, text := range []string{"", "。。。", "😀😀😀😀", "100237", "不知道"} {
		if guesses := guessesOf(text); len(guesses) > 0 {
			t.Errorf("%q is guessed to be %+v", text, guesses)
		}
	}
}

func TestAskingForAServiceAgainIsNoAnswer(t *testing.T) {
	u := service.Understand{Phrases: []string{"提建议", "建议"}}
	for text, want := range map[string]bool{"提建议": true, " 提建议。": true, "建议装灯": false, "": false} {
		if got := asksAgain(u, text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func TestProgressIsAskedForAndNotMerelyMentioned(t *testing.T) {
	for _, text := range []string{
		"我的建议怎么样了", "上次提的有结果吗", "我提的建议批了没有", "那条建议办到哪了?", "我的建议受理了吗", "之前报的那件事有结果了没", "我的建议进度",
		"我们提的建议什么时候有结果", "我昨天提的建议有回复了吗",
	} {
		if !asksProgress.MatchString(text) {
			t.Errorf("%s asks for progress", text)
		}
	}
	for _, text := range []string{
		"我建议公布考试结果", "我想给锅炉房提个建议,把检修进度公示出来", "我建议把食堂改成自助怎么样", "提个建议,考核结果要公开", "我觉得排班的进度太慢了",
		"我想提个建议,上次检修的结果要贴出来",
	} {
		if asksProgress.MatchString(text) {
			t.Errorf("%s asks for no progress", text)
		}
	}
}

func TestTheMatterIsWhatIsLeftWithoutThePhrase(t *testing.T) {
	u := service.Understand{Phrases: []string{"提个建议", "我建议", "建议", "我想提个建议"}}
	for text, want := range map[string]string{
		"我想给锅炉房提个建议,加个护栏":    "给锅炉房加个护栏",
		"我想给锅炉房提个建议，加个护栏。":   "给锅炉房加个护栏",
		"建议食堂晚上多开一个窗口":       "食堂晚上多开一个窗口",
		"我想提个建议:班车早十分钟":      "班车早十分钟",
		"提个建议":               "",
		"我提个建议吧":             "",
		"我们工作室想提个建议":         "",
		"我们班组准备提个建议":         "",
		"班车老是晚点,我们班组想提个建议":   "班车老是晚点,我们班组想",
		"他们的建议都没人理":          "他们的建议都没人理",
		"请给更衣室装镜子 我建议":       "给更衣室装镜子",
		"锅炉房太黑了,我想跟工会提个建议":   "锅炉房太黑了",
		"这件事很重要,提个建议":        "这件事很重要",
		"我妈说食堂太咸,提个建议":       "我妈说食堂太咸",
		"我觉得食堂太咸,提个建议":       "觉得食堂太咸",
		"登记一次提个建议":           "",
		"登记一次提个建议,班车老晚点":     "登记一次班车老晚点",
		"一句没有那个词的话,由人自己选了事项": "一句没有那个词的话,由人自己选了事项",
	} {
		if got := matter(u, text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestAChangeIsTakenApart(t *testing.T) {
	for text, want := range map[string][2]string{
		"1 设备": {"1", "设备"}, "1:设备": {"1", "设备"}, "第2项为设备": {"2", "设备"}, "③": {"③", ""}, "类别 设备": {"类别", "设备"},
		"类别为设备": {"类别", "设备"}, "10 一句 两句": {"10", "一句 两句"}, "2 第一行\n第二行": {"2", "第一行\n第二行"},
	} {
		if name, value := splitChange(text); name != want[0] || value != want[1] {
			t.Errorf("%q: got %q and %q, want %q", text, name, value, want)
		}
	}
}

func TestAMemberIsAddressedByFamilyName(t *testing.T) {
	for name, want := range map[string]string{
		"张伟": "张师傅", "欧阳娜": "欧阳师傅", "买买提·艾力": "买买提·艾力师傅", "": "师傅", "吾买尔江古丽": "吾买尔江古丽师傅",
	} {
		if got := master(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
