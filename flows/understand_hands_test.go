package flows

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
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
	if sum.begun > 0 || sum.started < sum.clear*2/5 {
		t.Errorf("of all %v\n%s", sum, strings.Join(sum.wrong, "\n"))
	}
}

// TestWordsOfDangerAreDoubtedOnlyWhereNobodyCries is how it was found from when words of danger are asked about.
func TestWordsOfDangerAreDoubtedOnlyWhereNobodyCries(t *testing.T) {
	all := offered(t)
	for _, file := range measured {
		u := withoutHand(t, all, file)
		for _, s := range sentencesOf(t, file) {
			if _, _, doubted := u.dangerIn(bot.Simplified(s.text)); doubted && s.kind == KindCrisis {
				t.Errorf("%s: is asked about: %s", file, s.text)
			}
		}
	}
	u := &Understander{trained: learn(all), all: all}
	for text, asked := range map[string]bool{
		"三号行车钢丝绳快断了 正吊着东西": false, "二号炉煤气泄漏了快来人": false, "配电室着火了": false, "jiuming a": false, "有人被困了,合同要塌了": false, "小王触电了快来": false, "脚手架要塌了": false, "塌了": false,
		"这个月绩效快要炸了,谁给算算": true, "合同要塌了,对方不肯签": true,
	} {
		_, score, doubted := u.dangerIn(text)
		if score != alarmSure || doubted != asked {
			t.Errorf("%s: score %v, doubted %v", text, score, doubted)
		}
	}
}

// TestAServiceThatRingsForSureGoesFirst has the same words in doubt by one service's file, and in the other's.
func TestAServiceThatRingsForSureGoesFirst(t *testing.T) {
	all := offered(t)
	u := &Understander{trained: learn(all), all: all}
	s, _, _ := u.dangerIn("配电室着火了")
	own := *s
	own.Name, own.Alarm.Phrases = "own", []string{"合同要塌"}
	u.services = []*service.Service{s, &own}
	const text = "合同要塌了,对方不肯签"
	if got, score, doubted := u.dangerIn(text); got != &own || score != alarmSure || doubted {
		t.Errorf("%s rings %s, %v, doubted %v", text, got.Name, score, doubted)
	}
	if got, doubted := u.soundIn(text); got != &own || doubted {
		t.Errorf("within: %s rings %s, doubted %v", text, got.Name, doubted)
	}
}
