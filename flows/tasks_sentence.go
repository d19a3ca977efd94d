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

// named does what the word of a step says with the case that is named beside it.
func (k tasks) named(ctx context.Context, t *tasksTurn) (bot.Next, error) {
	said := wordAndNumber.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if said == nil {
		return k.list(ctx, t)
	}
	word, number, rest := said[1]+said[5], strings.ToUpper(said[2]+said[4]), strings.TrimSpace(said[3]+said[6])
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
	i := slices.IndexFunc(v.Review.Acts, func(o actOption) bool {
		return o.Word.In(k.caseWords.language) == word || slices.Contains(o.Synonyms, bot.Simplified(word))
	})
	t.Data = tasksData{Task: v.ID, Number: number}
	if i < 0 && v.ID == 0 {
		t.Say("\"" + word + "\"这一步用不上。")
		return bot.End(), nil
	}
	if i < 0 {
		t.Lead("\"" + word + "\"这一步用不上。\n")
		return bot.Goto("task"), nil
	}
	t.Data.Act, t.Data.Note = v.Review.Acts[i].Act, rest
	return k.decide(ctx, t)
}

// wordAndNote is a word, and behind a sign or a blank what is said with it.
var wordAndNote = regexp.MustCompile(`^(\p{Han}{1,12})[\s,，。;；:：]+((?s:.+))$`)

// actAndNote finds the act of an open task that a sentence begins with, and what it says besides; -1 where it begins with none.
func actAndNote(v cases.TaskView, text, language string) (i int, note string) {
	text = strings.TrimSpace(text)
	m := wordAndNote.FindStringSubmatch(text)
	if m == nil || wordAndNumber.MatchString(text) { // which names another, or the same: named decides that
		return -1, ""
	}
	word := bot.Simplified(m[1])
	i = slices.IndexFunc(v.Review.Acts, func(o actOption) bool {
		return bot.Simplified(o.Word.In(language)) == word || slices.Contains(o.Synonyms, word)
	})
	return i, strings.TrimSpace(m[2])
}

// understand finds a decision that is said in the words of a service's file, which no engine word is.
func (k tasks) understand(text string) []bot.Guess {
	text = strings.TrimSpace(text)
	if wordAndNumber.MatchString(text) {
		return []bot.Guess{{Label: "办理待办", Key: entryNamed, Score: decisionScore}}
	}
	if refs, _ := several(bot.ParseCommand(text).Lines, false); len(refs) > 1 {
		return []bot.Guess{{Label: "办理待办", Score: decisionScore}}
	}
	m := ownWord.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	if word := bot.ParseCommand(m[1]).Word; word != "" && word != bot.WordAnswer { // which decides where nobody has asked
		return nil
	}
	for _, s := range k.caseWords.services.All() {
		for _, step := range s.Steps() {
			for _, o := range step.Acts {
				if o.Word.In(k.caseWords.language) == m[1] { // its synonyms are everyday speech: 可以
					return []bot.Guess{{Label: m[1], Key: sentenceKey + string(o.Act), Score: decisionScore}}
				}
			}
		}
	}
	return nil
}

// sentence decides what was said in the service's words.
func (k tasks) sentence(ctx context.Context, t *tasksTurn, act cases.Act) (bot.Next, error) {
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
func (k tasks) takePicture(ctx context.Context, t *tasksTurn) (bot.Next, error) {
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
