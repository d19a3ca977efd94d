package flows

import (
	"context"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/service"
)

// hear takes a sentence that tells of danger, with the place where its words name one that is known.
func (a *alarm) hear(ctx context.Context, t *alarmTurn, s *service.Service, text string) {
	if naming := namingIn(text); naming == wantsNoName || naming == mayWantNoName {
		t.Data.Unnamed = true
		text, _ = withoutWish(text)
	}
	found := a.placesIn(ctx, t, s, text)
	t.Data.Text, t.Data.Place, t.Data.Which = strings.TrimSpace(text), placeIn(text), nil
	switch {
	case len(found) == 1:
		t.Data.Place = a.saidOf(s, t.Data.Place, found[0])
	case len(found) > 1: // nobody waits for it to be said which
		t.Data.Which = a.labels(found)
	}
}

// placesIn finds the places that words may mean, those of the own unit first where it can be read: the order is worth no alarm.
func (a *alarm) placesIn(ctx context.Context, t *alarmTurn, s *service.Service, text string) []service.Place {
	field, ok := s.Field(s.Alarm.Place)
	if !ok {
		return nil
	}
	found := a.table.in(field, text)
	if len(found) < 2 {
		return found
	}
	if m, err := a.people.member(ctx, t.Talk); err == nil {
		found = a.table.ownFirst(found, m.OrgPath)
	}
	return found[:min(len(found), offeredMost)]
}

// saidOf is a place that was found, with the words of who said it where they say more of it: 三号行车东头.
func (a *alarm) saidOf(s *service.Service, said string, place service.Place) string {
	field, _ := s.Field(s.Alarm.Place)
	label := place.Label.In(a.language)
	if len(a.table.named(field, said)) > 0 || !speaksOf(said, place) {
		return label
	}
	return said + "(" + label + ")"
}

// speaksOf says whether words are about a place: 食堂 of 食堂后面老锅炉房着火了 is not about the boiler house.
func speaksOf(said string, place service.Place) bool {
	key := placeKey(said)
	return key != "" && slices.ContainsFunc(calledPlace(place), func(word string) bool {
		k := placeKey(word)
		return k != "" && (strings.Contains(key, k) || strings.Contains(k, key))
	})
}

func (a *alarm) labels(places []service.Place) (labels []string) {
	for _, p := range places {
		labels = append(labels, p.Label.In(a.language))
	}
	return labels
}

// tellFound tells where it is in the words that were said, and by the name in full where they mean one place. Of several it is
// asked which, after that.
func (a *alarm) tellFound(ctx context.Context, t *alarmTurn, s *service.Service, said string, found []service.Place) (bot.Next, error) {
	if t.Step == "which" || len(found) == 0 { // which of them was asked already
		return a.tellPlace(ctx, t, said, false)
	}
	if len(found) == 1 {
		return a.tellPlace(ctx, t, a.saidOf(s, said, found[0]), false)
	}
	if over, err := a.add(ctx, t, "地点 "+said); over || err != nil {
		return bot.End(), err
	}
	t.Data.Which = a.labels(found)
	t.Lead("好的,这句我正在转给他们。")
	return bot.Goto("which"), nil
}

func (a *alarm) whichChoices(t *alarmTurn) (choices []bot.Choice) {
	for _, label := range t.Data.Which {
		choices = append(choices, bot.Choice{Label: label})
	}
	return append(choices, bot.Choice{Label: "都不是"})
}

func (a *alarm) askWhich(_ context.Context, t *alarmTurn) (bot.Reply, error) {
	return bot.Reply{Text: "是哪一个?", Choices: a.whichChoices(t)}, nil
}

// takeWhich tells which of the places was meant. Whatever else is said is passed on as the place is.
func (a *alarm) takeWhich(ctx context.Context, t *alarmTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), a.whichChoices(t))
	switch {
	case !ok || !t.IsText():
		return a.takeWhere(ctx, t)
	case i < len(t.Data.Which):
		return a.tellPlace(ctx, t, t.Data.Which[i], true)
	}
	t.Data.Which = nil
	t.Lead("好的。")
	if !t.Data.Placed {
		return bot.Goto("where"), nil
	}
	return a.over(t), nil
}

// skipsPlace lets 跳过 end what is asked about the place.
func (a *alarm) skipsPlace() map[bot.Word]func(context.Context, *alarmTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *alarmTurn) (bot.Next, error){
		bot.WordSkip: func(_ context.Context, t *alarmTurn) (bot.Next, error) { return a.over(t), nil },
	}
}
