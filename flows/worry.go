package flows

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/reference"
)

// worry asks after a sentence that may be a cry although none of the usual words stands in it. Who says that all is well
// gets what they came for.
type worry struct {
	services Services
	reader   *reader
	numbers  Reference
	// helplines are whom to ring.
	helplines helplines
}

// worryData is what was said.
type worryData struct {
	Kind string `json:"kind"`
	Said string `json:"said"`
	// Within is true where it came in the middle of something else, which waits.
	Within bool `json:"within,omitempty"`
	// More is what was said instead of an answer. It may tell where it is.
	More []string `json:"more,omitempty"`
	// Again is true once it was asked again.
	Again bool `json:"again,omitempty"`
	// Sent is how many pictures and places were sent meanwhile.
	Sent int `json:"sent,omitempty"`
}

// worryScore is above that of everything but what patterns are sure of: to be asked costs a second.
const worryScore = progressScore + 0.01

type worryTurn = bot.Turn[worryData]

var (
	safeChoices   = []bot.Choice{{Label: "我没事,就是说说"}, {Label: "心里难受,想找人说说"}, {Label: "不安全,撑不住了"}}
	dangerChoices = []bot.Choice{{Label: "有,马上叫人"}, {Label: "没有"}}
)

func (w *worry) flow() bot.Flow {
	return bot.Define(bot.Spec[worryData]{
		Name: "worry", Rev: 1, Title: "问一句", Expires: listExpires, Passing: true, HandsTo: []string{"urgent", "alarm", "form"},
		Expired: w.left, Anyway: w.anyway,
		Awaits: []string{"alarm"}, Keeps: func(t *bot.Talk) bool { return w.danger(t) != "" },
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
			simple := bot.Simplified(text)
			if s, doubted := t.soundIn(simple); doubted || s == nil && criesForOther(simple) {
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

// anyway says whom to ring where nobody can be called for whoever has just said that they are in danger, or cannot go on.
func (w *worry) anyway(t *bot.Talk, data json.RawMessage) string {
	var d worryData
	switch t.Step {
	case "safe":
		if i, ok := bot.Choose(t.Text(), safeChoices); ok && i > 0 {
			return w.helplines.life()
		}
	case "danger":
		if i, ok := yesOrNo(t.Text(), dangerChoices); ok && i == 0 && w.helplines.rings() != nil && json.Unmarshal(data, &d) == nil {
			return w.helplines.safety(w.helplines.rings(), bot.Simplified(d.Said))
		}
	}
	return ""
}

func (w *worry) guess(kind string) []bot.Guess {
	label := "问一句是否安全"
	switch {
	case kind == "":
		return nil
	case kind == cryDanger && w.rings() == "":
		return nil
	}
	return []bot.Guess{{Label: label, Key: kind, Score: worryScore}}
}

// criesForOther says whether a sentence in the middle of a form tells plainly of somebody in danger now: 小张从平台上摔下来了. Written in
// Latin letters it may be anything.
func criesForOther(text string) bool {
	han := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	return han && acuteIn(text) && !noDanger.MatchString(text)
}

// rings names the service that rings for danger; "" where none does.
func (w *worry) rings() string {
	if s := w.helplines.rings(); s != nil {
		return s.Name
	}
	return ""
}

func (w *worry) begin(_ context.Context, t *worryTurn) (bot.Next, error) {
	t.Data = worryData{Kind: t.Entry.Key, Said: t.Entry.Text, Within: t.Interrupts}
	if t.Data.Kind == cryDanger {
		return bot.Goto("danger"), nil
	}
	return bot.Goto("safe"), nil
}

// takeSafe takes words of danger for those of somebody who cannot go on, unless they can mean nothing but what is around.
func (w *worry) takeSafe(_ context.Context, t *worryTurn) (bot.Next, error) {
	said := t.Data.Said
	i, ok := bot.Choose(t.Text(), safeChoices)
	ok = ok && t.IsText()
	switch {
	case ok && i == 0:
		mind, _ := w.numbers.Hotline(reference.Mind) // which is always there
		t.Lead("好的。想说话随时来,也可以打心理援助 " + mind.Number + "。\n")
		return w.goOn(t), nil
	case ok && i == 1: // which is no cry
		return bot.Hand(bot.Entry{Flow: "urgent", Key: urgentTalk, Text: said}), nil
	case ok:
	case t.IsText() && isGoodbye(t.Text()): // here it may be one
		said += "\n" + t.Text()
	case w.danger(t.Talk) == "":
		return bot.Miss(), nil
	default:
		if s := w.reader.current().dangerAround(bot.Simplified(t.Text())); s != nil {
			return bot.Hand(bot.Entry{Flow: "alarm", Key: s.Name, Text: t.Text()}), nil // and nothing of what was said before
		}
		said += "\n" + t.Text()
	}
	return bot.Hand(bot.Entry{Flow: "urgent", Key: string(urgentLife), Text: said}), nil
}

// takeDanger rings for a yes, and for any further words of danger. Only a no goes on; what is neither may well be a cry.
func (w *worry) takeDanger(_ context.Context, t *worryTurn) (bot.Next, error) {
	service := w.danger(t.Talk)
	i, ok := yesOrNo(t.Text(), dangerChoices)
	switch {
	case service != "":
		return w.ring(t, service, t.Text()), nil
	case t.IsText() && allClear.MatchString(bot.Simplified(t.Text())):
		t.Lead("好的。\n")
		return w.goOn(t), nil
	case t.IsText() && ok && i == 0:
		return w.ring(t, w.rings(), ""), nil
	case t.Data.Again:
		return bot.Miss(), nil
	}
	t.Data.Again = true
	switch t.Message.Kind {
	case bot.KindText:
		t.Data.More = append(t.Data.More, t.Text())
	case bot.KindImage, bot.KindLocation: // which goes with what is reported
		t.Hold()
		t.Data.Sent++
	}
	t.Lead("先问清楚这一件:")
	return bot.Repeat(), nil
}

// allClear is a no and nothing else: 没有办法了 is none.
var allClear = regexp.MustCompile(`(?i)^\s*(?:(?:2|二|第二个|都?没有?(?:人|什么)?有?(?:危险|事|受伤)?|不是|不|否|无|no|n)[的啊呀吧了呢,,。.!！\s]*)+$`)

// danger names the service for which a message rings that was said in answer; "" where it tells of no danger.
func (w *worry) danger(t *bot.Talk) string {
	if s, score, _ := w.reader.current().dangerIn(bot.Simplified(t.Text())); score == alarmSure {
		return s.Name
	}
	return ""
}

// ring reports what was said first, and all that was said since.
func (w *worry) ring(t *worryTurn, service, answer string) bot.Next {
	said := []string{t.Data.Said}
	for _, more := range append(t.Data.More, answer) {
		if more != "" && !slices.Contains(said, more) {
			said = append(said, more)
		}
	}
	return bot.Hand(bot.Entry{Flow: "alarm", Key: service, Text: strings.Join(said, ";")})
}

// left says, wherever the question was not answered, that it has called nobody.
func (w *worry) left(t *worryTurn) string {
	if t.Data.Kind != cryDanger {
		return ""
	}
	said := "刚才那句没有替您叫人;现场有危险,马上回\"救命\"。"
	if also := w.alsoSent(t); also != "" {
		said += also + "要是回答,请再发一次。"
	}
	return said
}

// goOn does what the sentence asks for besides; where that is not sure, the person is asked to say it.
func (w *worry) goOn(t *worryTurn) bot.Next {
	if t.Data.Within { // it may as well have been an answer
		t.Aside(t.Data.Said)
		said := "刚才那句"
		if also := w.alsoSent(t); also != "" {
			said += "和" + also
		}
		t.Say(said + "要是回答,请再发一次。")
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

// alsoSent names what was sent meanwhile in the middle of something else. It was no answer to that, and belongs to nothing that begins
// later either.
func (w *worry) alsoSent(t *worryTurn) string {
	if !t.Data.Within || t.Data.Sent == 0 {
		return ""
	}
	t.Loose = t.Loose[:max(0, len(t.Loose)-t.Data.Sent)]
	return "后来发的照片、位置"
}
