package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// AsideDesk lets officers draw others in.
type AsideDesk interface {
	Holds(ctx context.Context, officer union.MemberID, number string) error
	MayCopy(ctx context.Context, officer union.MemberID, number string) error
	Delegate(ctx context.Context, h cases.Handing) (cases.Handed, error)
	Recall(ctx context.Context, h cases.Handing) (cases.Recalled, error)
	AddSigners(ctx context.Context, a cases.Adding) (cases.Joined, error)
	CopyTo(ctx context.Context, c cases.Copying) (cases.Copied, error)
}

// aside draws others in, who do not get the task for good: 委派 JY26-0138 王芳 请核实, 抄送 JY26-0138 王芳,李芳.
type aside struct {
	people    people
	caseWords caseWords
	lookup    Lookup
	desk      interface {
		AsideDesk
		TaskPage(ctx context.Context, officer union.MemberID, after cases.Spot, most int, withHelps bool) (cases.TaskPage, error)
		ReturnsTo(ctx context.Context, officer union.MemberID, task cases.ID, number string) (cases.TaskView, error)
	}
}

type asideData struct {
	Number string   `json:"number"`
	Word   bot.Word `json:"word"`
	// Names are those that nobody was found for yet, Chosen whom the others mean, both by who is named together: A或B.
	Names  [][]string         `json:"names,omitempty"`
	Chosen [][]union.MemberID `json:"chosen,omitempty"`
	Say    string             `json:"say,omitempty"`
	Spoken aloud              `json:"spoken,omitzero"`
	Place  cases.Place        `json:"place,omitempty"`
	InTurn bool               `json:"in_turn,omitempty"`
	Either []handLine         `json:"either,omitempty"`
}

type asideTurn = bot.Turn[asideData]

const (
	// handsLabel stands on cards and in lists for all that an officer may do with others: cards have room for few buttons.
	handsLabel = "转办/委派/加签"
	actHands   = "hands"
	asksWhat   = "what"
)

// asideWords are those of the conversation, each with what it means beside the others.
var asideWords = []struct {
	word bot.Word
	hint string
}{
	{bot.WordReassign, "交给别人办,不再归您"},
	{bot.WordDelegate, "请人核实后答复,还由您定"},
	{bot.WordAddSigner, "请人也签,同意了才算"},
	{bot.WordCopy, "只给人看,不用办"},
}

// handsEntry asks which of them the officer means for a case.
func handsEntry(number string) bot.Entry {
	return bot.Entry{Flow: "aside", Key: asksWhat + ":" + number}
}

func (a *aside) flow() bot.Flow {
	return bot.Define(bot.Spec[asideData]{
		Name: "aside", Rev: 2, Title: "请人一起办", Expires: 30 * time.Minute,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordDelegate), bot.OnWord(bot.WordAddSigner), bot.OnWord(bot.WordCopy), bot.OnWord(bot.WordRecall)},
		HandsTo: []string{"hand", "tasks"},
		Begin:   a.begin,
		To:      []bot.StepName{"what", "who", "pick", "place", "say"},
		Steps: []bot.Step[asideData]{
			{Name: "what", To: []bot.StepName{"who"}, AskFunc: a.askWhat, Handle: a.takeWhat, Commands: a.calledOff()},
			{Name: "place", To: []bot.StepName{"who"}, AskFunc: a.askPlace, Handle: a.takePlace, Commands: a.calledOff()},
			{Name: "who", To: []bot.StepName{"pick", "place", "say"}, AskFunc: a.askWho, Handle: a.takeWho, Commands: a.calledOff()},
			{Name: "pick", To: []bot.StepName{"who", "place", "say"}, AskFunc: a.askPick, Handle: a.takePick, Commands: a.calledOff()},
			{Name: "say", To: []bot.StepName{"who"}, Verbatim: true, AskFunc: a.askSay, Handle: a.takeSay, Commands: a.calledOff()},
		},
	})
}

func (a *aside) calledOff() map[bot.Word]func(context.Context, *asideTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *asideTurn) (bot.Next, error){
		bot.WordCancel: func(_ context.Context, t *asideTurn) (bot.Next, error) {
			t.Say("好的,没有发出。" + t.Data.Number + " 还是原来那样。")
			return bot.End(), nil
		},
	}
}

func (a *aside) begin(ctx context.Context, t *asideTurn) (bot.Next, error) {
	officer, next, err := a.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	t.Data = asideData{Word: t.Command.Word, Number: t.Command.Number}
	said := t.Command.Rest
	if word, number, ok := strings.Cut(t.Entry.Key, ":"); ok {
		t.Data.Word, t.Data.Number, said = bot.Word(word), number, t.Entry.Text
	}
	if t.Data.Number == "" {
		if t.Data.Number, err = onlyTask(ctx, a.desk, officer); err != nil {
			return bot.Next{}, err
		}
	}
	if t.Data.Number == "" {
		t.Say("请写清是哪一件、找谁,如\"" + t.Data.Word.Name() + " JY26-0138 王芳\"。回复\"待办\"看您手上的。")
		return bot.End(), nil
	}
	if t.Command.Said == bot.WordRecall.Name() {
		if next, money := a.moneyBack(ctx, t, officer); money {
			return next, nil
		}
	}
	if err := a.allowed(ctx, t, officer); err != nil {
		return a.refused(t, err)
	}
	if t.Data.Word == asksWhat {
		return bot.Goto("what"), nil
	}
	return a.named(ctx, t, said)
}

// moneyBack takes 收回 BF26-0002 凭证 12-036 where money is to come back. What was asked of colleagues there is called off by 收回委派.
func (a *aside) moneyBack(ctx context.Context, t *asideTurn, officer union.MemberID) (bot.Next, bool) {
	v, err := a.desk.ReturnsTo(ctx, officer, 0, t.Data.Number)
	if err != nil || !v.Review.Reclaims() { // the word itself says why not
		return bot.Next{}, false
	}
	said := t.Command.Said + " " + t.Data.Number
	if strings.ContainsFunc(t.Command.Rest, unicode.IsDigit) { // and no colleague's name
		said += " " + t.Command.Rest
	}
	return bot.Hand(bot.Entry{Flow: "tasks", Key: entryNamed, Text: said}), true
}

// allowed looks whether the officer may do it at all, before anybody's name is told.
func (a *aside) allowed(ctx context.Context, t *asideTurn, officer union.MemberID) error {
	if t.Data.Word == bot.WordCopy {
		return a.desk.MayCopy(ctx, officer, t.Data.Number)
	}
	return a.desk.Holds(ctx, officer, t.Data.Number)
}

func whatChoices() []bot.Choice {
	choices := make([]bot.Choice, len(asideWords))
	for i, w := range asideWords {
		choices[i].Label = w.word.Name() + "(" + w.hint + ")"
	}
	return choices
}

func (a *aside) askWhat(_ context.Context, t *asideTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Number + " 怎么请人?", Choices: whatChoices()}, nil
}

func (a *aside) takeWhat(ctx context.Context, t *asideTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), whatChoices())
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	if t.Data.Word = asideWords[i].word; t.Data.Word == bot.WordReassign {
		return bot.Hand(handEntry(t.Data.Word, t.Data.Number)), nil
	}
	return a.named(ctx, t, "")
}

// apartNames parts 王芳、李芳 请核实 into the names, by who is named together, and what is said with them. Only words that several may be meant by take several.
func apartNames(word bot.Word, text string) (names [][]string, say string) {
	if word == bot.WordDelegate || word == bot.WordRecall {
		name, say := toSomebody(text)
		if name == "" {
			return nil, say
		}
		return [][]string{{name}}, say
	}
	for _, before := range []string{"给", "请"} {
		text = strings.TrimPrefix(strings.TrimSpace(text), before)
	}
	if word == bot.WordAddSigner { // what follows is said to them
		first, rest, _ := strings.Cut(text, " ")
		text, say = first, strings.TrimSpace(rest)
	}
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(namesApart, r) }) {
		together := []string{one}
		if word == bot.WordAddSigner {
			together = strings.FieldsFunc(one, func(r rune) bool { return r == '或' })
		}
		if len(together) > 0 {
			names = append(names, together)
		}
	}
	return names, say
}

// namesApart are the marks between names.
const namesApart = ",，、;；和。"

// orApart is the word between names of whom one is enough, however it is set off; 或许 is none.
var orApart = regexp.MustCompile(`\s*或者?\s*([^\s许])`)

// named takes the names that were said, and asks for one where none was.
func (a *aside) named(ctx context.Context, t *asideTurn, text string) (bot.Next, error) {
	if wordless(text) {
		if t.Data.Word == bot.WordRecall {
			return a.do(ctx, t)
		}
		return bot.Goto("who"), nil
	}
	if t.Data.Word == bot.WordAddSigner {
		if place, rest := turnIn(text); place != "" {
			t.Data.Place, text = place, rest
		}
		if wordless(text) {
			return bot.Goto("who"), nil
		}
		text = strings.TrimSpace(orApart.ReplaceAllString(text, "或$1"))
		if names, ordered := orderIn(text); ordered {
			text, t.Data.InTurn = names, true
		}
		if place, rest := turnIn(text); place != "" && t.Data.Place == "" {
			t.Data.Place, text = place, rest
		}
		if wordless(text) {
			return bot.Goto("who"), nil
		}
	}
	names, say := apartNames(t.Data.Word, text)
	if words := inTwoWords(t.Data, names, say); words != "" {
		t.Data.InTurn = false // which is answered
		return t.Data.anew(t, words), nil
	}
	if len(slices.Concat(names...)) > cases.MostCopies {
		return t.Data.anew(t, fmt.Sprintf("一次最多 %d 位。", cases.MostCopies)), nil
	}
	t.Data.Names, t.Data.Chosen = names, make([][]union.MemberID, len(names))
	if say != "" {
		t.Data.Say = cut(say, noteRunes)
	}
	return a.find(ctx, t)
}

// anew asks for the names once more. How they were to sign was said of those before: 依次 has to be said again.
func (d *asideData) anew(t *asideTurn, why string) bot.Next {
	if d.InTurn {
		why += "要依次签,请再写\"依次\"。"
	}
	t.Lead(why)
	d.Names, d.Chosen, d.InTurn = nil, nil, false
	return bot.Goto("who")
}

// inTwoWords says what of an addition has to be said in two, or otherwise.
func inTwoWords(d asideData, names [][]string, say string) string {
	if d.Word != bot.WordAddSigner {
		return ""
	}
	place, _ := turnIn(say)
	together := slices.ContainsFunc(names, func(seat []string) bool { return len(seat) > 1 })
	switch {
	case together && d.InTurn && len(names) == 1:
		return "\"或\"是一位签就行,不分先后。要一位接一位签,写\"" + strings.Join(names[0], "、") + " 依次\"。"
	case together && !d.InTurn && len(names) > 1:
		return "一位签就行的(或)和都要签的,请说先后,如\"先马超或吴刚,然后何平\",或分两次加。"
	case place != "":
		return "前面签的和后面签的,请分两次加。"
	}
	return ""
}

// find looks for the people that the names mean, and asks which where there are several.
func (a *aside) find(ctx context.Context, t *asideTurn) (bot.Next, error) {
	for name := t.Data.next(); name != ""; name = t.Data.next() {
		found, err := called(ctx, a.lookup, name)
		switch {
		case err != nil:
			return bot.Next{}, err
		case nobodyClear(name, found) != "":
			return t.Data.anew(t, nobodyClear(name, found)), nil
		case len(found) > 1:
			t.Data.Either = linesOf(found)
			return bot.Goto("pick"), nil
		case !t.Data.choose(found[0].ID):
			return t.Data.anew(t, namedTwice(found[0].Name)), nil
		}
	}
	switch {
	case t.Data.Word == bot.WordDelegate && t.Data.Say == "":
		return bot.Goto("say"), nil
	case t.Data.Word == bot.WordAddSigner && t.Data.Place == "":
		return bot.Goto("place"), nil
	}
	return a.do(ctx, t)
}

// next is the first name that nobody was found for yet; empty where all were.
func (d asideData) next() string {
	for _, together := range d.Names {
		if len(together) > 0 {
			return together[0]
		}
	}
	return ""
}

// choose takes somebody for the next name. It says no to a signer who was chosen before: one place or an order would be lost with it.
func (d *asideData) choose(m union.MemberID) bool {
	seat := slices.IndexFunc(d.Names, func(together []string) bool { return len(together) > 0 })
	d.Names[seat] = d.Names[seat][1:]
	if slices.Contains(slices.Concat(d.Chosen...), m) {
		return d.Word != bot.WordAddSigner
	}
	d.Chosen[seat] = append(d.Chosen[seat], m)
	return true
}

func namedTwice(name string) string { return name + " 写了两次,一位只签一次。" }

func (a *aside) askWho(_ context.Context, t *asideTurn) (bot.Reply, error) {
	ask := " 委派给谁核实?回复姓名或工号,后面写上要核实什么。"
	switch t.Data.Word {
	case bot.WordCopy:
		ask = " 抄送给谁?回复姓名或工号,几位用逗号隔开。"
	case bot.WordAddSigner:
		ask = " 加签给谁?回复姓名或工号,几位都要签用逗号隔开,一位接一位签后面写\"依次\",一位签就行用\"或\",可以先写\"前\"、\"后\"、\"并\"。"
	}
	return bot.Reply{Text: t.Data.Number + ask + "(算了回\"取消\")"}, nil
}

func (a *aside) takeWho(ctx context.Context, t *asideTurn) (bot.Next, error) {
	if !t.IsText() || wordless(t.Text()) {
		return bot.Miss(), nil
	}
	return a.named(ctx, t, t.Text())
}

func (d asideData) choices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Either))
	for i, line := range d.Either {
		choices[i].Label = line.Label
	}
	return choices
}

func (a *aside) askPick(_ context.Context, t *asideTurn) (bot.Reply, error) {
	return bot.Reply{Text: "是哪一位?回复序号。", Choices: t.Data.choices()}, nil
}

func (a *aside) takePick(ctx context.Context, t *asideTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), t.Data.choices())
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	if !t.Data.choose(t.Data.Either[i].Member) {
		return t.Data.anew(t, namedTwice(t.Data.Either[i].Label)), nil
	}
	return a.find(ctx, t)
}

func (a *aside) askSay(_ context.Context, t *asideTurn) (bot.Reply, error) {
	if reply, open := t.Data.Spoken.reply(); open {
		return reply, nil
	}
	return bot.Reply{Text: t.Data.Number + " 要核实什么?写一句。"}, nil
}

func (a *aside) takeSay(ctx context.Context, t *asideTurn) (bot.Next, error) {
	why, err := unheard(t.Talk, func() (*service.Service, error) {
		officer, err := a.people.acting(ctx, t.Talk)
		if err != nil {
			return nil, err
		}
		v, err := a.desk.ReturnsTo(ctx, officer, 0, t.Data.Number)
		return v.Service, err
	})
	if err != nil {
		return a.refused(t, err)
	}
	if t.Data.Spoken.listens(t.Talk, why) {
		return bot.Repeat(), nil
	}
	if !t.IsText() || wordless(t.Text()) {
		return bot.Miss(), nil
	}
	t.Data.Say = cut(strings.TrimSpace(t.Text()), noteRunes)
	return a.do(ctx, t)
}
