package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	clear, right, offered, started, unclear, begun, crises, heard, calm, asked int
	wrong                                                                      []string
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
		if s.kind != KindCrisis {
			f.calm++
			if got.Kind == KindCrisis {
				f.asked++
				complain("asked whether all is well")
			}
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
	return fmt.Sprintf("clear: %d, first %.1f %%, first and offered %.1f %%, started %.1f %%; unclear: %d, started %d; cries: %d, heard %d; asked whether all is well %.1f %% of the others",
		f.clear, share(f.right, f.clear), share(f.offered, f.clear), share(f.started, f.clear), f.unclear, f.begun, f.crises, f.heard, share(f.asked, f.calm))
}

// TestSentencesAreUnderstood reads the sentences that others wrote to measure by, and from which is learnt since: nobody who was
// understood is to be lost.
func TestSentencesAreUnderstood(t *testing.T) {
	all := offered(t)
	u := &Understander{trained: learn(all), all: all}
	for _, file := range measured {
		f := measure(sentencesOf(t, file), u)
		t.Logf("%s: %v", file, f)
		if float64(f.offered) < 0.97*float64(f.clear) || f.begun > 0 || f.heard < f.crises || f.asked > f.calm/50 {
			t.Errorf("%s: %v\n%s", file, f, strings.Join(f.wrong, "\n"))
		}
	}
}

// measured are the files of sentences by which is measured, the oldest first: each by another hand, but for the fifth.
var measured = []string{
	"sentences.tsv", "sentences_heldout.tsv", "sentences_third.tsv", "sentences_fourth.tsv", "sentences_fifth.tsv", "sentences_sixth.tsv",
	"sentences_seventh.tsv",
}

// TestUnseenSentencesAreUnderstood reads what two further hands have written. Nothing is learnt from it and nobody mends by it, so
// it goes on telling how new sentences fare: 95 % of the clear ones are right first, and every cry is heard (a borderline may be
// missed), which are goals; that nothing unclear begins is one too, and of them all one begins: it is taken for somebody who cannot go on, whom
// nobody is called for without a yes.
func TestUnseenSentencesAreUnderstood(t *testing.T) {
	all := offered(t)
	u := &Understander{trained: learn(all), all: all}
	for _, file := range []string{"unseen_first.tsv", "unseen_second.tsv"} {
		f := measure(sentencesOf(t, file), u)
		t.Logf("%s: %v", file, f)
		if float64(f.offered) < 0.95*float64(f.clear) || f.begun > f.unclear/50 || f.heard < f.crises-1 || f.asked > f.calm/30 {
			t.Errorf("%s: %v", file, f) // and not which: that would be read
		}
	}
}

// TestWhatIsPackedIsWhatLiesBeside fails where a file was changed and not packed anew.
func TestWhatIsPackedIsWhatLiesBeside(t *testing.T) {
	sets, err := filepath.Glob("testdata/sentences*.tsv")
	if err != nil || len(sets) != len(measured) {
		t.Fatalf("%v: %v", sets, err)
	}
	var beside strings.Builder
	for _, file := range append([]string{"sayings.tsv", "cries.tsv"}, sets...) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		beside.Write(content)
	}
	if string(unpacked()) != beside.String() {
		t.Error("said.bz2 is old: go generate ./flows/sayings.go")
	}
}
