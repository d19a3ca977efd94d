package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cells) != 3 {
			t.Fatalf("%s: three cells are expected in %q", file, line)
		}
		all = append(all, sentence{cells[0], cells[1], cells[2]})
	}
	return all
}

// figures is how sentences were understood.
type figures struct {
	clear, right, offered, started, unclear, begun, crises, heard int
	wrong                                                         []string
}

func measure(all []sentence, u *Understander) (f figures) {
	for _, s := range all {
		got := u.Understand(s.text)
		first := got.Start
		if first == "" && len(got.Others) > 0 {
			first = got.Others[0]
		}
		complain := func(what string) {
			f.wrong = append(f.wrong, fmt.Sprintf("%s (%s) %s: %s %v %+v", what, s.topic, s.text, got.Start, got.Others, got.Why))
		}
		switch s.kind {
		case KindCrisis:
			f.crises++
			if got.Kind == KindCrisis {
				f.heard++
			} else {
				complain("not heard")
			}
		case KindClear:
			f.clear++
			if len(got.Why) > 0 && got.Why[0].Topic == s.topic || first == s.topic {
				f.right++
			}
			if first == s.topic {
				f.offered++
			} else {
				complain("wrong")
			}
			if got.Start == s.topic {
				f.started++
			}
		case KindUnclear:
			f.unclear++
			if got.Start != "" {
				f.begun++
				complain("begun")
			}
		default:
			f.wrong = append(f.wrong, "unknown kind "+s.kind)
		}
	}
	return f
}

func (f figures) String() string {
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	return fmt.Sprintf("clear: %d, first %.1f %%, first and offered %.1f %%, started %.1f %%; unclear: %d, started %d; crises: %d, heard %d",
		f.clear, share(f.right, f.clear), share(f.offered, f.clear), share(f.started, f.clear), f.unclear, f.begun, f.crises, f.heard)
}

// TestSentencesAreUnderstood reads 300 sentences by which the examples were written, and others that whoever wrote them had not
// seen. Each file is a measure of what is new once, when it is read first; what it showed was mended in general, and since then
// it only keeps what was won. What the first readings said stands in docs/services.md: of the last file, 91.4 % right first,
// 1 of 27 unclear ones begun, 15 of 18 cries heard.
func TestSentencesAreUnderstood(t *testing.T) {
	for _, file := range []string{"sentences.tsv", "sentences_heldout.tsv", "sentences_third.tsv", "sentences_fourth.tsv", "sentences_fifth.tsv"} {
		t.Run(file, func(t *testing.T) {
			f := measure(sentencesOf(t, file), NewUnderstander(offered(t)))
			t.Logf("%s: %v", file, f)
			for _, w := range f.wrong {
				t.Log(w)
			}
			least := 0.95
			if file == "sentences_fifth.tsv" {
				least = 0.88 // what it showed is hardly mended: it is nearest to what new sentences fare
			}
			if float64(f.offered) < least*float64(f.clear) {
				t.Errorf("of %d clear sentences %d are understood and started or offered first, less than %.0f %%", f.clear, f.offered, 100*least)
			}
			if f.begun > 0 {
				t.Errorf("%d unclear sentences are begun without asking", f.begun)
			}
			if f.heard < f.crises {
				t.Errorf("of %d crises %d are heard", f.crises, f.heard)
			}
		})
	}
}

// TestWhatIsLikeTheExamplesIsUnderstood leaves every fifth example of every topic out, and asks for it: the figure for
// sentences of the same hands that the model does not know.
func TestWhatIsLikeTheExamplesIsUnderstood(t *testing.T) {
	const folds = 5
	topics := Topics(offered(t))
	asked, right := 0, 0
	for fold := range folds {
		known := make([]understanding.Topic, len(topics))
		var left []sentence
		for i, topic := range topics {
			known[i] = topic
			known[i].Examples = nil
			for j, example := range topic.Examples {
				if j%folds != fold {
					known[i].Examples = append(known[i].Examples, example)
				} else if topic.Name != topicTalk {
					left = append(left, sentence{"clear", topic.Name, example})
				}
			}
		}
		f := measure(left, &Understander{trained: &trained{model: understanding.Train(known), ear: newEar(nil)}})
		asked, right = asked+f.clear, right+f.right
	}
	t.Logf("left out: %d of %d examples understood", right, asked)
	if float64(right) < 0.85*float64(asked) { // sayings.tsv was written to be hard
		t.Errorf("of %d examples that were left out %d are understood, less than 85 %%", asked, right)
	}
}
