package flows

import (
	"os"
	"strings"
	"testing"
)

func TestEveryCrisisIsHeardAndNothingElse(t *testing.T) {
	for _, s := range sentencesOf(t, "sentences.tsv") {
		want := notUrgent
		switch s.topic {
		case "crisis":
			want = urgentLife
		case "danger":
			want = urgentDanger
		}
		if got := urgentIn(s.text); got != want {
			t.Errorf("%s: got %q, want %q", s.text, got, want)
		}
	}
}

func TestUrgentWordsAndTheirLookAlikes(t *testing.T) {
	content, err := os.ReadFile("testdata/urgent_words.tsv")
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]urgency{"life": urgentLife, "danger": urgentDanger, "calm": notUrgent}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		want, known := wanted[kind]
		if got := urgentIn(text); !known || got != want {
			t.Errorf("%s: got %q, want %q", text, got, kind)
		}
	}
}

func TestWhatOthersSaidBreaksNoForm(t *testing.T) {
	for text, want := range map[string]bool{
		"我不想活了": true, "救命": false, "他说他不想活了": false, "钢丝绳快断了": false, "我們不想活動室天天鎖著": false, "我不想活瞭": true, "累死了": false,
	} {
		if _, got := breaksForm(text, true); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}
