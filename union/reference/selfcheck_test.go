package reference_test

import (
	"errors"
	"strings"
	"testing"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

func TestASelfCheckAddsUpToAHundred(t *testing.T) {
	s := shippedData(t).SelfCheck()
	for _, c := range []struct {
		points []int
		sum    int
		low    bool
	}{
		{[]int{5, 5, 5, 5, 5}, 100, false}, {[]int{0, 0, 0, 0, 0}, 0, true}, {[]int{3, 3, 3, 2, 2}, 52, false}, {[]int{3, 3, 2, 2, 2}, 48, true},
		{[]int{2, 2, 1, 1, 1}, 28, true},
	} {
		if sum, r := s.Score(c.points); sum != c.sum || r.Low != c.low {
			t.Errorf("%v makes %d, low %v", c.points, sum, r.Low)
		}
	}
	if worst, _ := s.Score([]int{2, 2, 1, 1, 1}); worst != 28 {
		t.Error("the limit is not the sum")
	}
	for text, want := range map[string]bool{"测测心理": true, "我是不是抑郁了?": true, "心理热线是多少": false, "我们车间的老张说他上个月做了一个心理自测结果吓一跳后来住院": false} {
		if s.Asked(text) != want {
			t.Errorf("%s asks for it: %v", text, !want)
		}
	}
}

func TestASelfCheckWithoutItsLimitsIsRefused(t *testing.T) {
	for _, c := range []struct{ old, by, want string }{
		{"limits: '", "# limits: '", "limits: is missing"},
		{"factor: 4", "factor: 5", "the highest sum is expected to be 100, and is 125"},
		{"to: 50", "to: 20", "results[2]"},
	} {
		_, err := reference.Load(shipped.Files, changed(t, "selfcheck.yaml", c.old, c.by))
		var problems folder.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.by, err)
		}
	}
}
