package flows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// sentence is a line of testdata/sentences.tsv: what a person said, and what for.
type sentence struct{ kind, topic, text string }

func sentencesOf(t testing.TB, file string) (all []sentence) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) != 3 {
			t.Fatalf("%s: three cells are expected in %q", file, line)
		}
		all = append(all, sentence{cells[0], cells[1], cells[2]})
	}
	return all
}

func allTopics(t *testing.T) []understanding.Topic {
	all := offered(t)
	blocks, _ := filepath.Glob("../understand_blocks/*.yaml")
	for _, file := range blocks {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s service.Service
		if err := yaml.Unmarshal(content, &s); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, have := range all {
			found = found || have.Name == name
		}
		if !found {
			s.Name = name
			all = append(all, &s)
		}
	}
	return Topics(all)
}

func TestProbe(t *testing.T) {
	m := understanding.Train(allTopics(t))
	var clear, right, started, wrongStart, unclear, unclearStarted int
	for _, s := range sentencesOf(t, "sentences.tsv") {
		if s.kind == "crisis" {
			continue
		}
		r := m.Read(s.text)
		first := ""
		if len(r.Likely) > 0 {
			first = r.Likely[0].Topic
		}
		if s.kind == "clear" {
			clear++
			if first == s.topic {
				right++
				if r.Sure {
					started++
				}
			} else {
				if r.Sure {
					wrongStart++
				}
				t.Logf("WRONG %s %v %v: %s %+v", s.topic, r.Sure, r.Why, s.text, r.Likely)
			}
			if first == s.topic && r.Why != "" {
				t.Logf("doubt %s %v: %s", s.topic, r.Why, s.text)
			}
		} else {
			unclear++
			if r.Sure && first != topicTalk {
				unclearStarted++
				t.Logf("STARTED %s %+v", s.text, r.Likely)
			}
		}
	}
	t.Logf("clear %d right %d started %d wrongstart %d; unclear %d started %d", clear, right, started, wrongStart, unclear, unclearStarted)
}
