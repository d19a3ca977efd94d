package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// Limits of a button_interaction card, in characters unless they say bytes. [W90372]
const (
	sourceRunes   = 20
	titleRunes    = 36
	detailRunes   = 160 // sub_title_text
	rowNameRunes  = 5
	rowValueRunes = 30
	maxRows       = 6
	buttonRunes   = 10
	keyBytes      = 1024
	maxButtons    = 6
	maxMenu       = 3
	optionRunes   = 16
	maxOptions    = 10
)

// settledKey is the key of the grey button, which nobody can press.
const settledKey = "settled"

var taskIDForm = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// templateCard is a button_interaction card. [W90372, W94888]
type templateCard struct {
	CardType    string         `json:"card_type"`
	Source      *cardSource    `json:"source,omitempty"`
	Title       cardTitle      `json:"main_title"`
	Detail      string         `json:"sub_title_text,omitempty"`
	Rows        []cardRow      `json:"horizontal_content_list,omitempty"`
	Menu        *cardMenu      `json:"action_menu,omitempty"`
	TaskID      string         `json:"task_id,omitempty"`
	Selection   *cardSelection `json:"button_selection,omitempty"`
	Buttons     []cardButton   `json:"button_list"`
	ReplaceText string         `json:"replace_text,omitempty"`
}

type (
	cardSource struct {
		Desc string `json:"desc"`
	}
	cardTitle struct {
		Title string `json:"title"`
	}
	cardRow struct {
		Name  string `json:"keyname"`
		Value string `json:"value"`
	}
	cardMenu struct {
		Desc    string       `json:"desc"`
		Actions []cardAction `json:"action_list"`
	}
	cardAction struct {
		Text string `json:"text"`
		Key  string `json:"key"`
	}
	cardSelection struct {
		Key      string       `json:"question_key"`
		Title    string       `json:"title"`
		Options  []cardOption `json:"option_list"`
		Selected string       `json:"selected_id"`
	}
	cardOption struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	cardButton struct {
		Text  string `json:"text"`
		Style int    `json:"style,omitempty"`
		Key   string `json:"key"`
	}
)

// cardOf fits a card into what WeCom shows: texts are cut, while a key or task_id that does not fit is an error,
// for it would come back as another.
func cardOf(c bot.Card) (*templateCard, error) {
	if !taskIDForm.MatchString(c.TaskID) {
		return nil, errors.New("task_id must be 1 to 128 of 0-9 A-Z a-z _ - @")
	}
	card := &templateCard{
		CardType: "button_interaction",
		Title:    cardTitle{fit(c.Title, titleRunes)},
		Detail:   fit(c.Detail, detailRunes),
		TaskID:   c.TaskID,
	}
	if card.Title.Title == "" {
		return nil, errors.New("card has no title")
	}
	if c.Source != "" {
		card.Source = &cardSource{fit(c.Source, sourceRunes)}
	}
	for _, r := range c.Rows[:min(len(c.Rows), maxRows)] {
		card.Rows = append(card.Rows, cardRow{fit(r.Name, rowNameRunes), fit(r.Value, rowValueRunes)})
	}
	if c.Settled != "" {
		text := fit(c.Settled, buttonRunes)
		card.Buttons, card.ReplaceText = []cardButton{{Text: text, Key: settledKey}}, text
		return card, nil
	}
	card.Selection = selectionOf(c.Pick)
	return card, addButtons(card, c.Buttons, c.Menu)
}

// selectionOf is the question on a card. What does not fit is left out, as it can be written still.
func selectionOf(p *bot.CardPick) *cardSelection {
	if p == nil || len(p.Options) == 0 {
		return nil
	}
	s := &cardSelection{Key: p.Key, Title: fit(p.Title, rowValueRunes), Selected: "0"}
	for i, option := range p.Options[:min(len(p.Options), maxOptions)] {
		s.Options = append(s.Options, cardOption{ID: strconv.Itoa(i), Text: fit(option, optionRunes)})
	}
	return s
}

func addButtons(card *templateCard, buttons, menu []bot.CardButton) error {
	if len(buttons) == 0 || len(buttons) > maxButtons || len(menu) > maxMenu {
		return fmt.Errorf("card must have 1 to %d buttons and at most %d menu entries", maxButtons, maxMenu)
	}
	keys := make(map[string]bool)
	for _, k := range append(append([]bot.CardButton{}, buttons...), menu...) {
		if k.Key == "" || len(k.Key) > keyBytes || keys[k.Key] || platform.Clean(k.Key) != k.Key {
			return fmt.Errorf("card's key %q is empty, too long, not clean or there twice", k.Key)
		}
		keys[k.Key] = true
	}
	for _, k := range buttons {
		card.Buttons = append(card.Buttons, cardButton{Text: fit(k.Text, buttonRunes), Style: k.Style, Key: k.Key})
	}
	if len(menu) > 0 {
		card.Menu = &cardMenu{Desc: "更多操作"}
		for _, k := range menu {
			card.Menu.Actions = append(card.Menu.Actions, cardAction{fit(k.Text, buttonRunes), k.Key})
		}
	}
	return nil
}

// fit cleans a text of a card and cuts it to a number of characters, on one line and without links.
func fit(text string, runes int) string {
	return platform.CutRunes(strings.Join(strings.Fields(bot.Plain(platform.Clean(text))), " "), runes)
}

// updateRequest is the body of message/update_template_card. [W94945]
type updateRequest struct {
	UserIDs      []bot.UserID  `json:"userids"`
	AgentID      int64         `json:"agentid"`
	ResponseCode string        `json:"response_code"`
	Button       *cardReplace  `json:"button,omitempty"`
	Card         *templateCard `json:"template_card,omitempty"`
}

type cardReplace struct {
	ReplaceName string `json:"replace_name"`
}

// ComposeUpdate writes the call that replaces a card for all of to. A card without a title changes only the button,
// to its Settled text.
func (c *Client) ComposeUpdate(to []bot.UserID, card bot.Card, code string) ([]byte, error) {
	if _, err := receivers(to); err != nil {
		return nil, err
	}
	request := updateRequest{UserIDs: to, AgentID: c.agent, ResponseCode: code}
	if card.Title == "" {
		if card.Settled == "" {
			return nil, errors.New("card update says nothing")
		}
		request.Button = &cardReplace{fit(card.Settled, buttonRunes)}
		return compose(apiUpdate, request)
	}
	whole, err := cardOf(card)
	if err != nil {
		return nil, err
	}
	// The response code names the card; its task_id has been used.
	whole.TaskID = ""
	request.Card = whole
	return compose(apiUpdate, request)
}

// update calls an API that the library lacks.
func (c *Client) update(ctx context.Context, body []byte) platform.Result {
	answer, err := c.api.Post(ctx, "/cgi-bin/"+apiUpdate, body)
	if err != nil {
		return verdicts.Failed(err)
	}
	c.warn(apiUpdate, answer)
	var got struct {
		Invalid []string `json:"invaliduser"` // a list here, a joined text in message/send
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		c.log.Warn("answer half understood", "api", apiUpdate, "err", err)
	}
	return platform.Result{Verdict: platform.Done, Refused: refusedUsers(got.Invalid)}
}
