package cases

import (
	"slices"
	"testing"
)

func TestLikeTextsMeetInABandAndUnlikeOnesDoNot(t *testing.T) {
	for _, c := range []struct {
		a, b string
		like bool
	}{
		{"给锅炉房加个护栏", "二号炉加护栏", true},
		{"食堂晚上多开一个窗口", "建议食堂晚上多开个窗口", true},
		{"更衣室的热水不够,换个大水箱", "更衣室热水不够,请换大一点的水箱", true},
		{"给锅炉房加个护栏", "食堂晚上多开一个窗口", false},
		{"三号行车检修平台加照明", "班车晚点,请调一下时刻表", false},
	} {
		a, b := features(c.a), features(c.b)
		if like := overlap(a, b) >= similarEnough; like != c.like {
			t.Errorf("%s and %s overlap by %.2f", c.a, c.b, overlap(a, b))
		}
		others := bands(b)
		meet := slices.ContainsFunc(bands(a), func(band int64) bool { return slices.Contains(others, band) })
		if meet != c.like {
			t.Errorf("%s and %s meet in a band: %v", c.a, c.b, meet)
		}
	}
}

func TestATextOfFillersIsLikeNothing(t *testing.T) {
	if set := features("我想的是……,!"); len(set) != 0 || bands(set) != nil {
		t.Errorf("features %v", set)
	}
}
