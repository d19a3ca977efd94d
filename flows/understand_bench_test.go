package flows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/union/understanding"
)

// manyServices are as many topics as the largest union may have: those there are, over and over in other characters.
func manyServices(t testing.TB, n int) []understanding.Topic {
	all := offered(t)
	there := ownTopics(all)
	many := make([]understanding.Topic, 0, n+len(there))
	many = append(many, Topics(all)...)
	for i := len(many); i < n; i++ {
		shift := func(sentences []string) []string {
			var shifted []string
			for _, s := range sentences {
				runes := []rune(s)
				for j, r := range runes {
					if r >= '\u4e00' && r < '\u9000' && (j+i)%3 > 0 {
						runes[j] = r + rune(i)
					}
				}
				shifted = append(shifted, string(runes))
			}
			return shifted
		}
		like := there[i%len(there)]
		many = append(many, understanding.Topic{
			Name: fmt.Sprint(like.Name, i), Phrases: shift(like.Phrases), Signs: shift(like.Signs), Except: shift(like.Except), Examples: shift(like.Examples),
		})
	}
	return many
}

// ofAllLengths are sentences as people write them, and a long complaint.
var ofAllLengths = []string{
	"提个建议", "我老婆住院花了不少钱,工会能帮吗", "wo yao ti jianyi", "三号行车钢丝绳断了好几股",
	"我们车间从上个月开始天天加班到晚上十点,班长说不加就扣奖金,大家意见都很大,找了车间主任两次都没有人管,希望工会给个说法",
}

func BenchmarkUnderstand(b *testing.B) {
	m := understanding.Train(manyServices(b, 200))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Read(ofAllLengths[i%len(ofAllLengths)])
	}
}

func BenchmarkTrain(b *testing.B) {
	topics := manyServices(b, 200)
	for b.Loop() {
		understanding.Train(topics)
	}
}

func BenchmarkUrgent(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		urgentIn(ofAllLengths[i%len(ofAllLengths)])
	}
}

// manyOffered are as many services as the largest union may have, over which a sentence is guessed.
func manyOffered(t testing.TB, n int) []*service.Service {
	there := offered(t)
	many := slices.Clone(there)
	for i := len(many); i < n; i++ {
		own := *there[i%len(there)]
		own.Name = fmt.Sprint(own.Name, i)
		many = append(many, &own)
	}
	return many
}

// TestUnderstandingIsQuick times all that a sentence costs - reading it, and guessing among the services - and compares with looking up 2000 words, compiled alike, on the same machine at the same moment.
func TestUnderstandingIsQuick(t *testing.T) {
	topics, all := manyServices(t, 200), manyOffered(t, 200)
	began := onCore(t)
	m := understanding.Train(topics)
	trained := onCore(t) - began
	words, found := map[string]int{}, 0
	for i := range 2000 {
		words[fmt.Sprint("word ", i)] = i
	}
	const rounds = 50
	quickest := func(do func()) time.Duration {
		least := time.Hour
		for range rounds {
			began := time.Now()
			do()
			least = min(least, time.Since(began))
		}
		return least
	}
	floor := quickest(func() {
		for word := range words {
			found += words[word]
		}
	})
	var read time.Duration
	for _, s := range ofAllLengths { // each by itself: what runs for long is interrupted on a busy machine
		read += quickest(func() { guessServices(all, "zh-CN", s, m.Read(s)) }) / time.Duration(len(ofAllLengths))
	}
	t.Logf("a sentence %v, learning 200 services %v, the floor %v", read, trained, floor)
	const most = 10 * raced
	if found == 0 || read > most*floor {
		t.Errorf("a sentence takes %v, more than %d floors of %v", read, most, floor)
	}
}
