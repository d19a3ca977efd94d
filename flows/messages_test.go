package flows_test

import (
	"os"
	"strings"
	"testing"
)

// TestFewMessagesFileAMatter counts what a person has to send, from the first sentence until the matter has its number.
func TestFewMessagesFileAMatter(t *testing.T) {
	for _, c := range []struct {
		file, filed string
		most        int
	}{
		{"hazard.txt", "隐患 YH26-", 4}, {"second.txt", "建议 JY26-", 6}, {"service_illness_aid.txt", "编号 BF26-", 12},
	} {
		text, err := os.ReadFile("testdata/" + c.file)
		check(t, err)
		who, sent, filed := "", 0, false
		for line := range strings.Lines(string(text)) {
			person, _, said := strings.Cut(line, "> ")
			switch {
			case strings.HasPrefix(line, "#"):
			case said && who == "":
				who, sent = person, 1
			case said && person == who:
				sent++
			case strings.HasPrefix(line, "<  收到") && strings.Contains(line, c.filed):
				filed = true
			}
			if filed {
				break
			}
		}
		if !filed || sent > c.most {
			t.Errorf("%s: filed %v with %d messages, and %d are the most", c.file, filed, sent, c.most)
		}
	}
}
