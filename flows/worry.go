package flows

import (
	"context"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/reference"
)

// worry asks after a sentence that may be a cry although none of the usual words stands in it. Who says that all is well
// gets what they came for.
type worry struct {
	services Services
	reader   *reader
	numbers  Reference
}

// worryData is what was said.
type worryData struct {
	Kind string `json:"kind"`
	Said string `json:"said"`
	// Within is true where it came in the middle of something else, which waits.
	Within bool `json:"within,omitempty"`
}

// worryScore is above that of everything but what patterns are sure of: to be asked costs a second.
const worryScore = progressScore + 0.01

type worryTurn = bot.Turn[worryData]

var (
	safeChoices   = []bot.Choice{{Label: "我没事,就是说说"}, {Label: "心里难受,想找人说说"}, {Label: "不安全,撑不住了"}}
	dangerChoices = []bot.Choice{{Label: "有,马上叫人"}, {Label: "没有"}}
)

func (w worry) flow() bot.Flow {
	return bot.Define(bot.Spec[worryData]{
		Name: "worry", Rev: 1, Title: "问一句", Expires: listExpires, Passing: true, HandsTo: []string{"urgent", "alarm", "form"},
		Begin: w.begin, To: []bot.StepName{"safe", "danger"},
		Understand: func(text string) []bot.Guess {
			t := w.reader.current()
			return w.guess(t.cry(text, w.reader.read(text)))
		},
		Interrupts: func(text string) []bot.Guess {
			t := w.reader.current()
			if t.hear(text, cryWithin, cryWithinLetters) == cryLife {
				return w.guess(cryLife)
			}
			if _, doubted := t.soundIn(text); doubted {
				return w.guess(cryDanger)
			}
			return nil
		},
		Steps: []bot.Step[worryData]{
			{Name: "safe", Ask: bot.Reply{Text: "怕听漏了要紧的话,多问一句:您现在安全吗?", Choices: safeChoices}, Handle: w.takeSafe},
			{Name: "danger", Ask: bot.Reply{Text: "现场现在有人有危险吗?", Choices: dangerChoices}, Handle: w.takeDanger},
		},
	})
}

func (w worry) guess(kind string) []bot.Guess {
	label := "问一句是否安全"
	switch {
	case kind == "":
		return nil
	case kind == cryDanger && w.rings() == "":
		return nil
	}
	return []bot.Guess{{Label: label, Key: kind, Score: worryScore}}
}

// rings names the service that rings for danger; "" where none does.
func (w worry) rings() string {
	for _, s := range w.services.All() {
		if s.Alarm.Rings() {
			return s.Name
		}
	}
	return ""
}

func (w worry) begin(_ context.Context, t *worryTurn) (bot.Next, error) {
	t.Data = worryData{Kind: t.Entry.Key, Said: t.Entry.Text, Within: t.Interrupts}
	if t.Data.Kind == cryDanger {
		return bot.Goto("danger"), nil
	}
	return bot.Goto("safe"), nil
}

func (w worry) takeSafe(_ context.Context, t *worryTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), safeChoices)
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 0:
		mind, _ := w.numbers.Hotline(reference.Mind) // which is always there
		t.Lead("好的。想说话随时来,也可以打心理援助 " + mind.Number + "。\n")
		return w.goOn(t), nil
	}
	return bot.Hand(bot.Entry{Flow: "urgent", Key: string(urgentLife), Text: t.Data.Said}), nil
}

func (w worry) takeDanger(_ context.Context, t *worryTurn) (bot.Next, error) {
	i, ok := yesOrNo(t.Text(), dangerChoices)
	switch {
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == 0:
		return bot.Hand(bot.Entry{Flow: "alarm", Key: w.rings(), Text: t.Data.Said}), nil
	}
	t.Lead("好的。\n")
	return w.goOn(t), nil
}

// goOn does what the sentence asks for besides; where that is not sure, the person is asked to say it.
func (w worry) goOn(t *worryTurn) bot.Next {
	if t.Data.Within { // it may as well have been an answer
		t.Say("刚才那句要是回答,请再发一次。")
		return bot.End()
	}
	reading := w.reader.read(bot.Simplified(t.Data.Said))
	if reading.Sure && len(reading.Likely) > 0 {
		if s, ok := w.services.Current(reading.Likely[0].Topic); ok {
			return bot.Hand(bot.Entry{Flow: "form", Key: s.Name, Text: t.Data.Said})
		}
	}
	t.Say("要办什么事,直接说就行,或回复\"菜单\"。")
	return bot.End()
}
