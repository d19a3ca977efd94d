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
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// cannedWish is what an officer has picked of the answers that are ready, and filled in.
type cannedWish struct {
	Names []string `json:"names"`
	// Values fill the blanks. Rest is what the officer writes behind answers that have none.
	Values map[string]string `json:"values,omitempty"`
	Rest   string            `json:"rest,omitempty"`
}

// cannedList knows 1 3, 1、3 and 1+3; cannedTogether is what means several, also where the first has a blank.
var (
	cannedList     = regexp.MustCompile(`^\s*\d{1,3}(?:[\s、,，+＋和]+\d{1,3})*\s*[。.]?\s*$`)
	cannedTogether = regexp.MustCompile(`[、,，+＋和]`)
	cannedNumber   = regexp.MustCompile(`\d{1,3}`)
)

// canned lists the answers that are ready, or sends those that are named: 常用, 常用 报销, 常用 1、3, 常用 2 明天上午.
func (k *talks) canned(ctx context.Context, t *talksTurn, officer union.MemberID, v talk.View, rest string) (bot.Next, error) {
	all, rest := k.topics.Canned(), strings.TrimSpace(rest)
	t.Data.Talk, t.Data.Number, t.Data.Named, t.Data.Canned = v.ID, v.Number, talkName(v, v.Number), nil
	t.Data.Reach = k.words.inBrackets(v.Window)
	if picked := pickedOf(all, rest); len(picked) > 1 && (cannedTogether.MatchString(rest) || len(k.blanksOf(picked[:1])) == 0) {
		return k.fill(ctx, t, officer, v, &cannedWish{Names: picked})
	}
	which, more, _ := strings.Cut(rest, " ")
	if picked := pickedOf(all, which); len(picked) > 0 {
		return k.fill(ctx, t, officer, v, k.withWords(picked, strings.TrimSpace(more)))
	}
	t.Data.Text = which // a folder, or nothing that is known
	return bot.Goto("canned"), nil
}

// pickedOf finds the answers that are named by number or name; none where any is not there.
func pickedOf(all []reference.Canned, text string) (names []string) {
	if i := slices.IndexFunc(all, func(c reference.Canned) bool { return c.Name == strings.TrimSpace(text) }); i >= 0 {
		return []string{all[i].Name}
	}
	if n, ok := bot.Ordinal(text); ok && n >= 1 && n <= len(all) {
		return []string{all[n-1].Name}
	}
	if !cannedList.MatchString(text) {
		return nil
	}
	for _, number := range cannedNumber.FindAllString(text, -1) {
		n, ok := bot.Ordinal(number)
		if !ok || n < 1 || n > len(all) {
			return nil
		}
		if !slices.Contains(names, all[n-1].Name) {
			names = append(names, all[n-1].Name)
		}
	}
	return names
}

// cannedBy finds answers by name, as they are now.
func cannedBy(all []reference.Canned, names []string) (found []reference.Canned) {
	for _, name := range names {
		if i := slices.IndexFunc(all, func(c reference.Canned) bool { return c.Name == name }); i >= 0 {
			found = append(found, all[i])
		}
	}
	return found
}

// askCanned lists the answers by folder, or those of the folder that was named.
func (k *talks) askCanned(_ context.Context, t *talksTurn) (bot.Reply, error) {
	all := k.topics.Canned()
	only := slices.ContainsFunc(all, func(c reference.Canned) bool { return c.Folder != "" && c.Folder == t.Data.Text })
	text := "发给 " + t.Data.Named + ",回复序号(几条一起发就一起写,如\"1 3\";不发了回\"不发\"):"
	if t.Data.Text != "" && !only {
		text = "没有叫“" + cut(t.Data.Text, 20) + "”的。" + text
	}
	before := ""
	for n, c := range all {
		if only && c.Folder != t.Data.Text {
			continue
		}
		if c.Folder != before {
			before = c.Folder
			text += "\n【" + c.Folder + "】"
		}
		text += fmt.Sprintf("\n%d %s:%s", n+1, c.Name, c.Text)
		if len(c.Files) > 0 {
			text += fmt.Sprintf("(附件 %d 个)", len(c.Files))
		}
	}
	return bot.Reply{Text: text + t.Data.Reach}, nil
}

// takeCanned takes a number from the list, or several. Anything else is a word of its own: what is meant for a talk is not
// taken for a number here.
func (k *talks) takeCanned(ctx context.Context, t *talksTurn) (bot.Next, error) {
	all, said := k.topics.Canned(), strings.TrimSpace(t.Text())
	officer, v, next, gone, err := k.stillHeld(ctx, t)
	if gone || err != nil {
		return next, err
	}
	picked := pickedOf(all, said)
	switch {
	case t.IsText() && slices.Contains(toNobody, narrow(said)):
		return k.say(t, "好,没有发出。"), nil
	case t.IsText() && len(picked) > 0:
		return k.fill(ctx, t, officer, v, &cannedWish{Names: picked})
	case t.IsText() && slices.ContainsFunc(all, func(c reference.Canned) bool { return c.Folder == said }):
		t.Data.Text = said
		return bot.Repeat(), nil
	case cannedList.MatchString(said):
		t.Data.Text = ""
		t.Lead("没有这个序号。")
		return bot.Repeat(), nil
	}
	t.Lead("常用语没有发。")
	return k.handle(ctx, t)
}

// noOfficer passes on what is said by somebody who holds no office any more; any other error is one.
func noOfficer(err error) (bot.Next, error) {
	if errors.Is(err, union.ErrForbidden) {
		return bot.Pass(), nil
	}
	return bot.Next{}, err
}

// stillHeld is the talk that a question is about, as long as the officer has it.
func (k *talks) stillHeld(ctx context.Context, t *talksTurn) (officer union.MemberID, v talk.View, next bot.Next, gone bool, err error) {
	officer, err = k.people.acting(ctx, t.Talk)
	if errors.Is(err, union.ErrForbidden) { // an officer no more
		return 0, v, bot.Pass(), true, nil
	}
	if err != nil {
		return 0, v, next, true, err
	}
	held, err := k.held(ctx, officer)
	if err != nil {
		return 0, v, next, true, err
	}
	if i := indexOf(held, t.Data.Talk); i >= 0 {
		return officer, held[i], next, false, nil
	}
	next, _, err = k.over(ctx, t, officer)
	return officer, v, next, true, err
}
