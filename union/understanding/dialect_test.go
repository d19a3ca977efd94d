package understanding

import "testing"

func TestDialectsAreReadAsOne(t *testing.T) {
	for said, want := range map[string]string{
		"俺不参加比赛":   "我不参加比赛",
		"唔使转人工":    "不用转人工",
		"莫得隐患咯":    "没有隐患了",
		"我冇话要投诉":   "我没有话要投诉",
		"三号炉的护栏松了": "三号炉的护栏松了",
	} {
		if got := Plain(said); got != want {
			t.Errorf("%s is read as %s, want %s", said, got, want)
		}
	}
}

func TestSoundsAreKnownHoweverTheyAreWritten(t *testing.T) {
	s := NewSounds("想自杀", "活不下去")
	for said, want := range map[string]bool{
		"我想资杀": true, "wo xiang zi sha": true, "或不下去了": true, "想,自杀": false, "我想知道": false, "": false,
	} {
		if s.In(said) != want {
			t.Errorf("%s: want %v", said, want)
		}
	}
}

// TestATableKnowsWhatItWasGiven has it grow several times.
func TestATableKnowsWhatItWasGiven(t *testing.T) {
	table := newTable()
	const n = 3 * tableStart
	for i := range n {
		if number, isNew := table.number(hash(oneChar, rune(i))); number != int32(i) || !isNew {
			t.Fatalf("the feature %d has the number %d, new %v", i, number, isNew)
		}
	}
	for i := range n {
		if number, ok := table.find(hash(oneChar, rune(i))); number != int32(i) || !ok {
			t.Fatalf("the feature %d is found as %d, %v", i, number, ok)
		}
		if number, isNew := table.number(hash(oneChar, rune(i))); number != int32(i) || isNew {
			t.Fatalf("once more the feature %d has the number %d, new %v", i, number, isNew)
		}
	}
	if _, ok := table.find(hash(twoChars, 'a', 'b')); ok {
		t.Error("what was never given is known")
	}
}
