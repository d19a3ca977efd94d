package flows

import (
	"regexp"

	"github.com/unionbot/unionbot/union/understanding"
)

// The kinds of sentences by which the ear is trained.
const (
	cryLife   = "life"
	cryDanger = "danger"
	cryNone   = "calm"
)

// From which likelihood a sentence is asked about that patterns do not know: one that begins nothing at once, one that
// would begin something, and one that answers a question. From the first on it hears nearly every cry of a hand that it
// does not know, and asks after two of a hundred of its other sentences.
const (
	cryUnsure = 0.14
	crySure   = 0.3
	cryWithin = 0.6
)

// cryLetters is the least that a cry has which no pattern knows: what is shorter is an answer, such as 马上 or 没有了.
const (
	cryLetters       = 5
	cryWithinLetters = 7 // in the middle of a form, where more is an answer
)

// newEar trains the ear. The topics' own examples are calm.
func newEar(topics []understanding.Topic, by spoken) *understanding.Ear {
	kinds := []understanding.Kind{{Name: cryLife, Examples: by[cryLife]}, {Name: cryDanger, Examples: by[cryDanger]}, {Examples: by[cryNone]}}
	for i, k := range kinds {
		kinds[i].Examples = make([]string, len(k.Examples))
		for j, sentence := range k.Examples {
			kinds[i].Examples[j] = withoutLookAlikes(sentence)
		}
	}
	kinds[2].Examples = append(kinds[2].Examples, everyday(topics)...)
	for _, t := range topics { // 我想借工具
		kinds[2].Examples = append(kinds[2].Examples, t.Phrases...)
	}
	return understanding.NewEar(kinds)
}

// mostEveryday is how many of the topics' examples the ear learns: with many more it would take cries for them.
const mostEveryday = 8000

// everyday takes examples from all topics alike.
func everyday(topics []understanding.Topic) []string {
	all := 0
	for _, t := range topics {
		all += len(t.Examples)
	}
	every := max(1, (all+mostEveryday-1)/mostEveryday)
	var some []string
	at := 0
	for _, t := range topics {
		for _, example := range t.Examples {
			if at%every == 0 {
				some = append(some, example)
			}
			at++
		}
	}
	return some
}

// cry says whether a sentence that no pattern knows, or that only has the words of one, may be a cry, and of which kind; "" where
// it is none.
func (t *trained) cry(text string, reading understanding.Reading) string {
	least := cryUnsure
	if reading.Sure && len(reading.Likely) > 0 && reading.Likely[0].Topic != topicTalk {
		least = crySure
	}
	if kind := t.hear(text, least, cryLetters); kind != "" {
		return kind
	}
	if _, _, doubted := t.dangerIn(text); doubted {
		return cryDanger
	}
	return ""
}

// hear says of which kind a sentence of enough characters is at least so likely. Everyday words that hold those of danger
// are left out, and what is past or feared is no danger.
func (t *trained) hear(text string, least float64, characters int) string {
	if urgentIn(text) == urgentReported || unmistakable.In(withoutLookAlikes(text)) {
		return cryLife
	}
	if ofCase.MatchString(text) {
		least = max(least, cryWithin)
	}
	if letters(text) < characters {
		return ""
	}
	kind, likely := t.ear.Hear(withoutLookAlikes(text))
	if likely < least || kind == cryDanger && noDanger.MatchString(text) {
		return ""
	}
	return kind
}

// ofCase is a case's number: 下达整改 YH26-0001 is an order, and an order is hardly a cry.
var ofCase = regexp.MustCompile(`(?i)[a-z]{2}\d{2}-\d{2,}`)

// unmistakable are words of those who cannot go on, by which they are heard whatever characters a thumb or the voice
// recognition chose. Who writes one by chance is only asked.
var unmistakable = understanding.NewSounds("想自杀", "要自杀", "去自杀", "自杀算", "不想活", "不活了", "活不下去", "活着没意思", "活够了", "活腻了", "想跳楼", "要跳楼", "去跳楼", "想跳河",
	"想轻生", "喝农药", "吃安眠药", "安眠药", "写遗书", "割手腕", "想割腕", "一了百了", "结束生命", "生不如死", "死了算了", "不如死了", "想上吊", "不想醒", "自己了断")

func withoutLookAlikes(text string) string { return lookAlikes.cut(text) }
