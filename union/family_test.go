package union_test

import (
	"testing"

	"github.com/unionbot/unionbot/union"
)

func TestAChildIsAYearInWhichItMayHaveBeenBorn(t *testing.T) {
	for word, want := range map[string]string{
		"child2018": "child2018", "孩子2018": "child2018", "2018年生": "child2018", "child0000": "", "child9999": "", "孩子1018": "", "child201": "", "child20180": "",
	} {
		if fact, ok := union.FamilyFact(word); fact != want || ok != (want != "") {
			t.Errorf("%s is %q, %v", word, fact, ok)
		}
	}
}
