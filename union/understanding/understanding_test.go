package understanding

import (
	"slices"
	"testing"
)

var known = []Topic{
	{
		Name: "suggestion", Phrases: []string{"提个建议", "我要提建议"}, Except: []string{"建议书"}, Anything: true,
		Examples: []string{"我想给锅炉房提个建议,加个护栏", "能不能给更衣室装几面镜子", "希望把路灯换成声控的"},
	},
	{
		Name: "aid", Phrases: []string{"申请帮扶", "大病救助"}, Signs: []string{"医药费", "化疗"},
		Examples: []string{"老婆住院花了不少钱,工会能帮吗", "我妈住院了想问救助", "孩子化疗的钱不够"},
	},
	{
		Name: "enrol", Phrases: []string{"我要报名", "报名参加"}, Signs: []string{"比武", "报名"},
		Examples: []string{"我要报技能比武", "给我报个电工的名", "我想参加叉车比赛"},
	},
	{Name: "talk", Nothing: true, Examples: []string{"你好", "今天几号", "谢谢", "我想问一下", "怎么办", "办公室网断了"}},
}

func first(r Reading) string {
	if len(r.Likely) == 0 {
		return ""
	}
	return r.Likely[0].Topic
}

func TestSentencesAreReadByCharactersAndBySounds(t *testing.T) {
	m := Train(known)
	for text, want := range map[string]string{
		"我要提建议": "suggestion", "提个健议,食堂多开个窗口": "suggestion", "wo yao ti jianyi": "suggestion", "ti'ge'jianyi": "suggestion",
		"大病旧助怎么办": "aid", "dabingjiuzhu": "aid", "化疗要花好多钱": "aid", "我要报名": "enrol", "baoming canjia bisai": "enrol", "叉车比赛我参加": "enrol",
		"今天是几号": "talk",
	} {
		if r := m.Read(text); first(r) != want {
			t.Errorf("%s: got %+v, want %s", text, r, want)
		}
	}
}

func TestWhoeverAsksForNothingStartsNothing(t *testing.T) {
	m := Train(known)
	for text, why := range map[string]Doubt{
		"我不是要申请帮扶": Negated, "别给我报名": Negated, "不用报名了": Negated, "听说老王要报名参加": Hearsay, "他要报名参加比武": Hearsay,
		"“我要报名”是他写的": Hearsay, "俺不参加比赛": Negated, "听别个讲要报名": Hearsay, "我想提个建议 另外我妈住院了想问救助": TwoWishes, "提建议书": "", "嗯": "", "": "", "你好": "", "qwrt": "",
	} {
		if r := m.Read(text); r.Sure && first(r) != "talk" || r.Why != why {
			t.Errorf("%s: got %+v, want %q", text, r, why)
		}
	}
	for text, want := range map[string]string{
		"能不能申请帮扶": "aid", "听说有大病救助,我想申请帮扶": "aid", "我不要提意见,我要报名": "enrol", "特别想报名参加": "enrol",
	} {
		if r := m.Read(text); !r.Sure || first(r) != want {
			t.Errorf("%s: got %+v, want %s at once", text, r, want)
		}
	}
}

// TestTheBarIsLowForAWishAndHighForWhatIsTold has the same word said as a wish, by the way, and of somebody else.
func TestTheBarIsLowForAWishAndHighForWhatIsTold(t *testing.T) {
	m := Train(known)
	for text, want := range map[string]bar{
		"我要报名,焊工那个": led, "护栏松了 我想请工会帮我提个建议": asked, "工会采纳了他提个建议的想法": named, "大病救助是谁定的": named,
		"我想参加比武": wanted, "孩子化疗花光了": told,
	} {
		l := m.likely(text)
		if len(l) == 0 || l[0].bar() != want {
			t.Errorf("%s: got %+v, want %+v", text, l, want)
		}
	}
}

func TestBothWishesAreOffered(t *testing.T) {
	r := Train(known).Read("我想提个建议 另外我妈住院了想问救助")
	if len(r.Likely) != 2 || r.Likely[0].Topic != "suggestion" || r.Likely[1].Topic != "aid" {
		t.Errorf("got %+v", r)
	}
}

func TestAPhraseAndNothingElseIsSure(t *testing.T) {
	topics := append([]Topic{{Name: "small", Phrases: []string{"心事倾诉"}}, {Name: "twin", Phrases: []string{"我要报名"}}}, known...)
	m := Train(topics)
	if r := m.Read("心事倾诉。"); !r.Sure || first(r) != "small" {
		t.Errorf("got %+v", r)
	}
	for _, text := range []string{"我也想心事倾诉", "最近睡不好,我要心事倾诉。"} {
		if r := m.Read(text); !r.Sure || first(r) != "small" {
			t.Errorf("%s: got %+v", text, r)
		}
	}
	if r := m.Read("他也想心事倾诉"); r.Sure {
		t.Errorf("what is told of another is taken for a wish: %+v", r)
	}
	if i := m.asked["我要报名"]; i != -1 {
		t.Errorf("a phrase of two topics is taken for topic %d", i)
	}
}

func TestATopicThatTakesAnythingIsNotSureWithoutAPhrase(t *testing.T) {
	if r := Train(known).Read("希望把路灯换成声控的"); r.Sure || first(r) != "suggestion" || !r.Likely[0].Open {
		t.Errorf("got %+v", r)
	}
}

func TestPinyinIsTakenApart(t *testing.T) {
	for word, want := range map[string]string{"jianyi": "建议", "xianxing": "先行", "zhuangshang": "装上", "fangan": "方案"} {
		var sounds []sound
		for _, r := range want {
			sounds = append(sounds, soundOf(r))
		}
		if read, ok := spelled(word); !ok || !slices.Equal(read, sounds) {
			t.Errorf("%s: got %v, want %v", word, read, sounds)
		}
	}
	for _, word := range []string{"", "ok", "wifi", "xyz"} {
		if read, ok := spelled(word); ok {
			t.Errorf("%q is read as %v", word, read)
		}
	}
}

func TestSoundsThatPeopleConfuseAreOne(t *testing.T) {
	for _, pair := range []string{"知资", "出粗", "是四", "你里", "因英", "门蒙", "发哈", "安昂"} {
		runes := []rune(pair)
		if soundOf(runes[0]) != soundOf(runes[1]) {
			t.Errorf("%s sound different", pair)
		}
	}
	if soundOf('建') == soundOf('议') || soundOf('a') != 0 {
		t.Error("all sounds are one")
	}
}

func FuzzRead(f *testing.F) {
	m := Train(known)
	f.Add("我想提个建议")
	f.Add("wo'yao\xff ti，，jianyi１２３")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range m.Read(text).Likely {
			if l.Confidence < 0 || l.Confidence > 1 {
				t.Errorf("%q: %+v", text, l)
			}
		}
	})
}
