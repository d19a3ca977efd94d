package understanding

import (
	"slices"
	"testing"
)

var heardKinds = []Kind{
	{Name: "life", Examples: []string{"我不想活了", "活着没意思了", "真的活不下去了", "不想活着了", "活着太累不想活"}},
	{Name: "danger", Examples: []string{"有人触电了快来", "这里着火了快来人", "触电了快来人", "机器着火了", "快来人有人触电"}},
	{Examples: []string{"食堂的饭菜太贵了", "班车晚点了", "食堂饭菜不好吃", "想报名参加比赛", "比赛什么时候报名", "食堂比赛报名"}},
}

func TestAnEarTellsKindsApart(t *testing.T) {
	e := NewEar(heardKinds)
	for sentence, want := range map[string]string{"活着真没意思": "life", "着火了来人啊": "danger"} {
		if kind, likely := e.Hear(sentence); kind != want || likely < 0.4 {
			t.Errorf("%s: %s %.2f", sentence, kind, likely)
		}
	}
	for _, calm := range []string{"食堂饭菜", "报名参加", "", "。。。", "qwrt"} {
		if kind, likely := e.Hear(calm); likely > 0.4 {
			t.Errorf("%q: %s %.2f", calm, kind, likely)
		}
	}
}

func TestTheSameKindsMakeTheSameEar(t *testing.T) {
	a, b := NewEar(heardKinds), NewEar(heardKinds)
	if !slices.Equal(a.classes.weights, b.classes.weights) || !slices.Equal(a.classes.bias, b.classes.bias) {
		t.Error("two trainings differ")
	}
}
