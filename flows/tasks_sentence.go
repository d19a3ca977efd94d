package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/understanding"
)

// sentenceKey is what the key of a guess begins with that decides by a word of the service's own.
const sentenceKey = "act:"

// decisionScore is above that of every sentence that asks for something: whoever says it decides.
const decisionScore = 0.98

// ownWord knows 改好了: a word and nothing else.
var ownWord = regexp.MustCompile(`^(\p{Han}+?)[。!！]?$`)

// entryNamed is the key under which a sentence is taken that names a case and what may be done with it: 初核通过 BF26-0031.
const entryNamed = "named"

// wordAndNumber is a word that the engine does not know, and a case's number before or behind it. The first or the fifth
// group is the word, the second or the fourth the number, the third or the sixth what follows.
var wordAndNumber = regexp.MustCompile(`^(?:([\p{Han}、]{1,12})\s*:?\s*([A-Za-z]{2}\d{2}-\d{4,})\s*((?s:.*))|([A-Za-z]{2}\d{2}-\d{4,})\s*([\p{Han}、]{1,12})(?:[\s,。;:]+((?s:.*)))?)$`)

// saidOf parts a sentence that names a case into the case, the word for what is to be done, and what follows.
func saidOf(text string) (number, word, rest string) {
	said := wordAndNumber.FindStringSubmatch(strings.TrimSpace(text))
	if said == nil {
		return "", "", ""
	}
	return strings.ToUpper(said[2] + said[4]), said[1] + said[5], afterNumber(said[3] + said[6])
}

// afterNumber is what is said behind a case's number, without the sign that parts them.
func afterNumber(text string) string {
	return strings.TrimSpace(strings.TrimLeft(text, ",，。;；:：、 "))
}

// actSaid finds what the step calls a word.
func (k *tasks) actSaid(v cases.TaskView, word string) (actOption, bool) {
	i := actCalled(v, word, k.caseWords.language)
	if i < 0 {
		return actOption{}, false
	}
	return v.Review.Acts[i], true
}

// actCalled finds the act that a step calls so; -1 for none.
func actCalled(v cases.TaskView, word, language string) int {
	word = bot.Simplified(word)
	return slices.IndexFunc(v.Review.Acts, func(o actOption) bool {
		return bot.Simplified(o.Word.In(language)) == word || slices.Contains(o.Synonyms, word)
	})
}

// named does what the word of a step says with the case that is named beside it.
func (k *tasks) named(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	number, word, rest := saidOf(t.Entry.Text)
	if number == "" {
		return k.list(ctx, t)
	}
	if slices.Contains(hearing, bot.Simplified(word)) {
		return bot.Hand(bot.Entry{Flow: "progress", Key: number, Text: hearing[0]}), nil
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, number)
	}
	v, err := k.desk.TaskByNumber(ctx, officer, number)
	if errors.Is(err, union.ErrForbidden) || errors.Is(err, union.ErrNotFound) {
		return bot.Hand(bot.Entry{Flow: "progress", Key: number}), nil // who cannot decide it wants to know about it
	}
	if err != nil {
		return k.refused(t, err, number)
	}
	option, known := k.actSaid(v, word)
	t.Data = tasksData{Task: v.ID, Number: number}
	if !known && v.ID == 0 {
		t.Say("\"" + word + "\"这一步用不上。")
		return bot.End(), nil
	}
	if !known {
		t.Lead("\"" + word + "\"这一步用不上。\n")
		return bot.Goto("task"), nil
	}
	t.Data.Act, t.Data.Note = option.Act, rest
	return k.decide(ctx, t)
}

// asking are the steps at which something is asked about a case, or about several.
var asking = []bot.StepName{"reason", "answer", "target", "whom", "grant", "sure", "together"}

// orNamed takes an answer, unless it decides a case that is named in it, by a word of that one's step: 已整改 YH26-0077 焊牢了. What
// would decide a case and does not, for it is settled, with others or at another step, is no answer about this one either.
func (k *tasks) orNamed(take func(context.Context, *tasksTurn) (bot.Next, error)) func(context.Context, *tasksTurn) (bot.Next, error) {
	return func(ctx context.Context, t *tasksTurn) (bot.Next, error) {
		number, word, rest := saidOf(t.Text())
		if number == "" || !t.IsText() {
			return take(ctx, t)
		}
		v, err := k.taskNamed(ctx, t, number)
		if err == nil && slices.Contains(hearing, bot.Simplified(word)) {
			return k.sendPictures(ctx, t, v, bot.Repeat())
		}
		option, known := k.actSaid(v, word)
		if !known && !k.decides(word, rest, v, err) {
			return take(ctx, t)
		}
		if next, ok, err := k.takesUp(t, number, word, known, err); !ok {
			return next, err
		}
		t.Data.Task, t.Data.Act, t.Data.Note = v.ID, option.Act, rest
		return k.decide(ctx, t)
	}
}

// taskNamed reads the open step of a case that is named, as the person who is talking may see it now.
func (k *tasks) taskNamed(ctx context.Context, t *tasksTurn, number string) (cases.TaskView, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return cases.TaskView{}, err
	}
	return k.desk.TaskByNumber(ctx, officer, number)
}

// turns takes up another case that an engine word names, by the same rule as orNamed: 受理 JY26-0138.
func (k *tasks) turns(ctx context.Context, t *tasksTurn, act cases.Act, number string) (next bot.Next, ok bool, err error) {
	if !slices.Contains(asking, t.Step) {
		k.turnTo(t, number)
		return next, true, nil
	}
	v, err := k.taskNamed(ctx, t, number)
	_, known := v.Review.Option(act)
	known = known || act == cases.Return && sendsBackOnly(v)
	return k.takesUp(t, number, t.Command.Said, known, err)
}

// takesUp turns to the case that was named while something is asked. Where it cannot be decided so, for err or because its step does
// not know the word, ok is false: that is said, and what was asked stays open.
func (k *tasks) takesUp(t *tasksTurn, number, word string, known bool, err error) (next bot.Next, ok bool, _ error) {
	words, ok := k.caseWords.refusal(err, number)
	switch {
	case err != nil && !ok:
		next, err = k.refused(t, err, number)
		return next, false, err
	case err != nil:
		t.Lead(words + t.Data.named() + " 也还没有办。\n")
		return bot.Repeat(), false, nil //nolint:nilerr // it was said
	case !known:
		t.Lead("\"" + word + "\"在 " + number + " 这一步用不上," + t.Data.named() + " 也还没有办。\n")
		return bot.Repeat(), false, nil
	}
	k.turnTo(t, number)
	return next, true, nil
}

// decides says whether a word that does nothing to the case that it names was meant to: it is one of the step that the officer has, or had,
// be it but for one sign, or a service has it for an act. 已有 JY26-0001 is none, though 并入已有 has the word in it, nor is 办结 JY26-0001 后再看:
// words of two signs are everyday speech.
func (k *tasks) decides(word, rest string, v cases.TaskView, err error) bool {
	acts := v.Review.Acts
	if settled := (*cases.Settled)(nil); errors.As(err, &settled) {
		acts = settled.Step.Acts
	}
	word = bot.Simplified(word)
	for _, o := range acts {
		if own := bot.Simplified(o.Word.In(k.caseWords.language)); word == own || mistyped(word, own) {
			return true
		}
	}
	return (rest == "" || len([]rune(word)) > shortWord) && k.actOfAny(word) != ""
}

// told are the signs by which a word tells what has become of a case, rather than deciding it: 已受理 is no slip for 不受理.
const told = "已被曾刚未没"

// shortWord is how long words are of which two may well differ in one sign only: 办理 is no slip for 受理, but 授理 is.
const shortWord = 2

// lookAlike are signs that are taken for each other.
const lookAlike = "己已巳"

// mistyped says whether somebody who wrote one word may have meant the other: it is as long, and one sign is another.
func mistyped(said, meant string) bool {
	a, b := []rune(said), []rune(meant)
	if len(a) != len(b) {
		return false
	}
	off := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		off++
		alike := understanding.SoundAlike(a[i], b[i]) || strings.ContainsRune(lookAlike, a[i]) && strings.ContainsRune(lookAlike, b[i])
		if strings.ContainsRune(told, a[i]) || len(a) <= shortWord && !alike {
			return false
		}
	}
	return off == 1
}

// actOfAny is the act that a service calls so; empty where none does.
func (k *tasks) actOfAny(word string) cases.Act {
	for _, s := range k.caseWords.services.All() {
		for _, step := range s.Steps() {
			for _, o := range step.Acts {
				if o.Word.In(k.caseWords.language) == word { // its synonyms are everyday speech: 可以
					return o.Act
				}
			}
		}
	}
	return ""
}

// turnTo takes up a case that is named, and says so of another one about which something was just asked. What was sent for it, and
// what was not found in it, stays with a case that is named once more.
func (k *tasks) turnTo(t *tasksTurn, number string) {
	next := tasksData{Number: number}
	switch asked := t.Step != "" && t.Step != "list" && t.Step != "task"; {
	case t.Data.Number == number:
		next.Pictures, next.Misnamed = t.Data.Pictures, t.Data.Misnamed
	case asked && (t.Data.Number != "" || t.Data.Together != nil):
		t.Lead(t.Data.named() + " 先没有办。\n")
	}
	t.Data = next
}

// wordAndNote is a word, and behind a sign or a blank what is said with it.
var wordAndNote = regexp.MustCompile(`^(\p{Han}{1,12})[\s,，。;；:：]+((?s:.+))$`)

// unsaid takes back, or asks about, the act that stands before it.
var unsaid = regexp.MustCompile(`^(?:但|不过|可是|就是|只是|之前|以前|还是不|是不是|了?(?:没有?|吗|么)[??。]*$)|(?:吗|么|没有|没)[??]?$|[??]$`)

// actAndNote finds the act of an open task that a sentence begins with, and what it says besides; -1 where it begins with none.
func actAndNote(v cases.TaskView, text, language string) (i int, note string) {
	text = strings.TrimSpace(text)
	m := wordAndNote.FindStringSubmatch(text)
	switch {
	case m == nil, wordAndNumber.MatchString(text): // which names another, or the same: named decides that
		return -1, ""
	case unsaid.MatchString(m[2]): // 改好了,但是又松了 is no yes
		return -1, ""
	}
	return actCalled(v, m[1], language), strings.TrimSpace(m[2])
}

// understand finds a decision that is said in the words of a service's file, which no engine word is.
func (k *tasks) understand(text string) []bot.Guess {
	text = strings.TrimSpace(text)
	if wordAndNumber.MatchString(text) {
		return []bot.Guess{{Label: "办理待办", Key: entryNamed, Score: decisionScore}}
	}
	if refs, _ := several(bot.ParseCommand(text).Lines, false); len(refs) > 1 {
		return []bot.Guess{{Label: "办理待办", Score: decisionScore}}
	}
	if _, ok := handsOver(text, ""); ok {
		return []bot.Guess{{Label: "转办、委派、加签或抄送", Score: decisionScore}}
	}
	m := ownWord.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if word := bot.ParseCommand(m[1]).Word; word != "" && word != bot.WordAnswer { // which decides where nobody has asked
		return nil
	}
	act := k.actOfAny(m[1])
	if act == "" {
		return nil
	}
	return []bot.Guess{{Label: m[1], Key: sentenceKey + string(act), Score: decisionScore}}
}

// sentence decides what was said in the service's words.
func (k *tasks) sentence(ctx context.Context, t *tasksTurn, act cases.Act) (bot.Next, error) {
	m := ownWord.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if m == nil {
		return k.list(ctx, t)
	}
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, "这一件")
	}
	const looked = 50
	open, err := k.desk.TaskPage(ctx, officer, cases.Spot{}, looked, false)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list tasks: %w", err)
	}
	fit := slices.DeleteFunc(open.Lines, func(l cases.TaskLine) bool {
		return !slices.ContainsFunc(l.Task.Review.Acts, func(o actOption) bool {
			return o.Act == act && o.Word.In(k.caseWords.language) == m[1]
		})
	})
	if len(fit) == 1 && open.Next == nil { // of what was not looked at another may be meant
		t.Data = tasksData{Task: fit[0].Task.ID, Number: fit[0].Task.Case.Number, Act: act}
		return k.decide(ctx, t)
	}
	t.Data = tasksData{Act: act}
	return k.list(ctx, t)
}

// takePicture keeps a picture of what was done, and still wants the words to it.
func (k *tasks) takePicture(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if err != nil {
		return k.refused(t, err, t.Data.Number)
	}
	said, err := keepPicture(ctx, t.Talk, k.desk, officer, 0, &t.Data.Pictures)
	if err != nil {
		return bot.Next{}, err
	}
	t.Lead(said)
	return bot.Repeat(), nil
}
