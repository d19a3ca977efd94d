package flows_test

import (
	"os"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// TestQuestionsAreAnsweredAmongAllConversations asks what testdata/questions.tsv holds of somebody to whom everything else is
// offered as well: services whose names stand in the questions, too.
func TestQuestionsAreAnsweredAmongAllConversations(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	source, err := os.ReadFile("testdata/questions.tsv")
	check(t, err)
	asked := 0
	for line := range strings.Lines(string(source)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) > 3 { // those that may be asked back
			continue
		}
		asked++
		answer := h.says("张伟", fields[0])
		if answered := strings.Contains(answer, "\n来源:"); answered != (len(fields) == 3) {
			t.Errorf("%s: %s", fields[0], answer)
		}
		h.says("张伟", "取消")
	}
	if asked < 100 {
		t.Errorf("only %d questions were asked", asked)
	}
}
