package flows

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// withoutHand learns from all hands but one, as if its sentences were new.
func withoutHand(t *testing.T, all []*service.Service, left string) *Understander {
	t.Helper()
	var said strings.Builder
	for _, file := range slices.Concat([]string{"sayings.tsv", "cries.tsv"}, measured) {
		if file == left {
			continue
		}
		if slices.Contains(measured, file) {
			file = filepath.Join("testdata", file)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(content)
	}
	by := packedLines(said.String()).by()
	topics := topicsBy(all, by)
	return &Understander{trained: &trained{all, understanding.Train(topics), newEar(topics, by)}, all: all}
}

// TestALeftOutHandIsAskedWhereItIsUnclear is how the bars were found from which something begins without asking.
func TestALeftOutHandIsAskedWhereItIsUnclear(t *testing.T) {
	all := offered(t)
	var sum figures
	for _, file := range measured {
		f := measure(sentencesOf(t, file), withoutHand(t, all, file))
		t.Logf("%s: %v", file, f)
		if float64(f.offered) < 0.94*float64(f.clear) || f.heard < f.crises-2 {
			t.Errorf("%s: %v\n%s", file, f, strings.Join(f.wrong, "\n"))
		}
		sum.begun, sum.unclear, sum.started, sum.clear = sum.begun+f.begun, sum.unclear+f.unclear, sum.started+f.started, sum.clear+f.clear
		sum.wrong = append(sum.wrong, f.wrong...)
	}
	if sum.begun > sum.unclear/100 || sum.started < sum.clear*2/5 {
		t.Errorf("of all %v\n%s", sum, strings.Join(sum.wrong, "\n"))
	}
}
