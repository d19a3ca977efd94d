package simulator

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// codeLife is how long a response code can update its card. [W94945, 2025/07/24]
const codeLife = 72 * time.Hour

// sentCard is a card that was sent, on all the phones that show it.
type sentCard struct {
	taskID string
	shows  map[string]*Entry // by the member's key
}

// responseCode updates a card once.
type responseCode struct {
	card *sentCard
	at   time.Time
	used bool
}

// deck knows the cards that can call back.
type deck struct {
	byTask map[string]*sentCard
	codes  map[string]*responseCode
}

// issue makes a code for a card: one for each sending, and a fresh one for each tap. [W94945]
func (d *deck) issue(code string, card *sentCard, now time.Time) string {
	d.codes[code] = &responseCode{card: card, at: now}
	return code
}

// redeem uses a code up.
func (d *deck) redeem(code string, now time.Time) (*sentCard, *apiError) {
	c := d.codes[code]
	switch {
	case c == nil:
		return nil, refuse(40058, "invalid response_code")
	case c.used:
		return nil, refuse(40058, "response_code was used")
	case now.Sub(c.at) > codeLife:
		return nil, refuse(40058, "response_code expired")
	}
	c.used = true
	return c.card, nil
}

// settle replaces the buttons by one that is grey.
func (e *Entry) settle(text string) {
	card := *e.Card
	card.ReplaceText = text
	e.Card = &card
}

// tapCard is a press on a card's button, or on an entry of its menu. [W90376]
func (s *Simulator) tapCard(c *chat, a Act) (*callback, error) {
	e := c.entry(a.Entry)
	if e == nil || e.Card == nil {
		return nil, errors.New("there is no such card")
	}
	text, inMenu, ok := e.Card.has(a.Key)
	if !ok {
		return nil, errors.New("the card has no such button")
	}
	card := s.deck.byTask[e.Card.TaskID]
	if card == nil {
		return nil, errors.New("the card does not call back")
	}
	own := []node{
		field("EventKey", a.Key), field("TaskId", e.Card.TaskID), field("CardType", e.Card.CardType),
		field("ResponseCode", s.deck.issue(randomName("RC"), card, s.now())),
	}
	event := "template_card_menu_event"
	if !inMenu {
		event = "template_card_event"
		own = append(own, selected(a.Selected)...)
	}
	cb := s.does(c, "点了「"+text+"」", event, own...)
	cb.card = card
	return cb, nil
}

// selected lists the chosen options, questions in the order of their keys.
func selected(choices map[string][]string) []node {
	if len(choices) == 0 {
		return nil
	}
	var items []node
	for _, key := range slices.Sorted(maps.Keys(choices)) {
		options := []node{}
		for _, id := range choices[key] {
			options = append(options, field("OptionId", id))
		}
		items = append(items, node{name: "SelectedItem", inner: []node{
			field("QuestionKey", key), {name: "OptionIds", inner: options},
		}})
	}
	return []node{{name: "SelectedItems", inner: items}}
}
