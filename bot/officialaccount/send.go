package officialaccount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	oacontext "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// textBytes is the longest text of one message; a longer one is refused with 45002. Measured, not documented. [c3]
const textBytes = 2048

// What a call is made of. It is stored before it is made, so the names are kept.
const (
	apiCustom       = "message/custom/send"
	apiTemplate     = "message/template/send"
	apiSubscription = "message/subscribe/bizsend"
)

type call struct {
	API  string          `json:"api"`
	Body json.RawMessage `json:"body"`
}

var errOneReceiver = errors.New("a call of the Official Account has one receiver")

// Compose writes the call that sends a text or an uploaded file to one follower. A card goes out in its words.
func (c *Client) Compose(l platform.Letter) ([]byte, error) {
	if len(l.To) != 1 || l.To[0] == "" {
		return nil, errOneReceiver
	}
	if l.Media != nil {
		return composeMedia(string(l.To[0]), *l.Media)
	}
	text := platform.CutBytes(words(l.Out), textBytes)
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("text is empty")
	}
	return compose(apiCustom, message.NewCustomerTextMessage(string(l.To[0]), text))
}

func composeMedia(to string, m platform.Media) ([]byte, error) {
	switch m.Kind {
	case "image":
		return compose(apiCustom, message.NewCustomerImgMessage(to, m.ID))
	case "voice":
		return compose(apiCustom, message.NewCustomerVoiceMessage(to, m.ID))
	default:
		return nil, fmt.Errorf("no message for media of kind %q", m.Kind)
	}
}

func compose(api string, request any) ([]byte, error) {
	body, err := platform.Encode(request)
	if err != nil {
		return nil, err
	}
	return platform.Encode(call{API: api, Body: body})
}

// words is what is said, for here are no cards. Only what Render wrote may have links.
func words(out bot.Outgoing) string {
	if out.Card == nil && out.Rendered {
		return platform.Clean(out.Text)
	}
	if out.Card == nil {
		return bot.Plain(platform.Clean(out.Text))
	}
	if out.Card.Fallback != "" {
		return bot.Plain(platform.Clean(out.Card.Fallback))
	}
	lines := []string{out.Card.Title, out.Card.Detail}
	for _, r := range out.Card.Rows {
		lines = append(lines, r.Name+":"+r.Value)
	}
	return bot.Plain(platform.Clean(strings.TrimSpace(strings.Join(lines, "\n"))))
}

// Send makes a call that Compose or a Templates wrote.
func (c *Client) Send(ctx context.Context, frozen []byte) platform.Result {
	var what call
	if err := json.Unmarshal(frozen, &what); err != nil {
		return platform.Result{Verdict: platform.Fault, Cause: "read frozen call: " + err.Error()}
	}
	switch what.API {
	case apiCustom:
		return c.sendCustom(ctx, what.Body)
	case apiTemplate:
		return c.sendTemplate(ctx, what.Body)
	case apiSubscription:
		return c.sendSubscribed(ctx, what.Body)
	default:
		return platform.Result{Verdict: platform.Fault, Cause: "frozen call names an unknown API"}
	}
}

func (c *Client) sendCustom(ctx context.Context, body json.RawMessage) platform.Result {
	var request message.CustomerMessage
	if err := json.Unmarshal(body, &request); err != nil {
		return platform.Result{Verdict: platform.Fault, Cause: "read frozen call: " + err.Error()}
	}
	_, err := c.api.Lend(ctx, body, func(token string) error {
		return message.NewMessageManager(lent(token)).Send(&request)
	})
	if err != nil {
		return verdicts.Failed(err)
	}
	return platform.Result{Verdict: platform.Done}
}

func (c *Client) sendTemplate(ctx context.Context, body json.RawMessage) platform.Result {
	var request message.TemplateMessage
	if err := json.Unmarshal(body, &request); err != nil {
		return platform.Result{Verdict: platform.Fault, Cause: "read frozen call: " + err.Error()}
	}
	var id int64
	_, err := c.api.Lend(ctx, body, func(token string) (err error) {
		id, err = message.NewTemplate(lent(token)).Send(&request)
		return err
	})
	if err != nil {
		return verdicts.Failed(err)
	}
	return platform.Result{Verdict: platform.Done, ID: strconv.FormatInt(id, 10)}
}

func (c *Client) sendSubscribed(ctx context.Context, body json.RawMessage) platform.Result {
	answer, err := c.api.Post(ctx, "/cgi-bin/"+apiSubscription, body)
	if err != nil {
		return verdicts.Failed(err)
	}
	var taken struct {
		ID json.Number `json:"msgid"`
	}
	if err := json.Unmarshal(answer.Body, &taken); err != nil { // it was taken all the same
		return platform.Result{Verdict: platform.Done}
	}
	return platform.Result{Verdict: platform.Done, ID: taken.ID.String()}
}

// lent makes the library's context with a stand-in for the token.
func lent(token string) *oacontext.Context {
	return &oacontext.Context{AccessTokenHandle: loan(token)}
}

type loan string

// GetAccessToken implements the library's credential.AccessTokenHandle.
func (l loan) GetAccessToken() (string, error) { return string(l), nil }
