package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	workcontext "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/message"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

const (
	// textBytes is the longest text of one message; WeCom cuts a longer one. [W90236]
	textBytes = 2048
	// MostReceivers is how many members one call reaches. [W90236]
	MostReceivers = 1000
	// duplicateSeconds is how long WeCom drops a call with the same body: its default. [W90236]
	duplicateSeconds = 1800
	// Dedupe is how long a call that was made once is surely found to be a double: less, for clocks and slow answers.
	Dedupe = 25 * time.Minute
)

// What a call is made of. It is stored before it is made, so the names are kept.
const (
	apiSend   = "message/send"
	apiUpdate = "message/update_template_card"
	apiRing   = "pstncc/call"
)

type call struct {
	API  string          `json:"api"`
	Body json.RawMessage `json:"body"`
}

type textContent struct {
	Content string `json:"content"`
}

type mediaContent struct {
	MediaID string `json:"media_id"`
}

// sendRequest is the body of message/send. [W90236]
type sendRequest struct {
	ToUser                 string        `json:"touser"`
	AgentID                int64         `json:"agentid"`
	MsgType                string        `json:"msgtype"`
	Text                   *textContent  `json:"text,omitempty"`
	Image                  *mediaContent `json:"image,omitempty"`
	Voice                  *mediaContent `json:"voice,omitempty"`
	File                   *mediaContent `json:"file,omitempty"`
	Card                   *templateCard `json:"template_card,omitempty"`
	EnableDuplicateCheck   int           `json:"enable_duplicate_check,omitempty"`
	DuplicateCheckInterval int           `json:"duplicate_check_interval,omitempty"`
}

var errReceivers = errors.New("a call needs 1 to 1000 receivers")

// Compose writes the call that sends a text, a card or an uploaded file to at most 1000 members.
func (c *Client) Compose(l platform.Letter) ([]byte, error) {
	to, err := receivers(l.To)
	if err != nil {
		return nil, err
	}
	request := sendRequest{ToUser: to, AgentID: c.agent}
	switch {
	case l.Media != nil:
		err = request.media(*l.Media)
	case l.Out.Card != nil:
		request.MsgType = "template_card"
		request.Card, err = cardOf(*l.Out.Card)
	default:
		err = request.text(l.Out.Text)
	}
	if err != nil {
		return nil, err
	}
	if !l.Repeats {
		request.EnableDuplicateCheck, request.DuplicateCheckInterval = 1, duplicateSeconds
	}
	return compose(apiSend, request)
}

func (r *sendRequest) text(text string) error {
	// WeCom's Render makes no links, so there are none to let through.
	text = platform.CutBytes(bot.Plain(platform.Clean(text)), textBytes)
	if strings.TrimSpace(text) == "" {
		return errors.New("text is empty")
	}
	r.MsgType, r.Text = "text", &textContent{text}
	return nil
}

func (r *sendRequest) media(m platform.Media) error {
	content := &mediaContent{m.ID}
	switch r.MsgType = m.Kind; m.Kind {
	case "image":
		r.Image = content
	case "voice":
		r.Voice = content
	case "file":
		r.File = content
	default:
		return fmt.Errorf("no message for media of kind %q", m.Kind)
	}
	return nil
}

func compose(api string, request any) ([]byte, error) {
	body, err := platform.Encode(request)
	if err != nil {
		return nil, err
	}
	return platform.Encode(call{API: api, Body: body})
}

func receivers(users []bot.UserID) (string, error) {
	if len(users) == 0 || len(users) > MostReceivers {
		return "", errReceivers
	}
	names := make([]string, len(users))
	for i, u := range users {
		if u == "" || u == "@all" || strings.Contains(string(u), "|") {
			return "", fmt.Errorf("receiver %d is no userid", i)
		}
		names[i] = string(u)
	}
	return strings.Join(names, "|"), nil
}

// Send makes a call that Compose or ComposeUpdate wrote.
func (c *Client) Send(ctx context.Context, frozen []byte) platform.Result {
	var what call
	if err := json.Unmarshal(frozen, &what); err != nil {
		return platform.Result{Verdict: platform.Fault, Cause: "read frozen call: " + err.Error()}
	}
	switch what.API {
	case apiSend:
		return c.send(ctx, what.Body)
	case apiUpdate:
		return c.update(ctx, what.Body)
	case apiRing:
		return c.ring(ctx, what.Body)
	default:
		return platform.Result{Verdict: platform.Fault, Cause: "frozen call names an unknown API"}
	}
}

func (c *Client) send(ctx context.Context, body json.RawMessage) platform.Result {
	answer, err := c.api.Lend(ctx, body, func(token string) error {
		_, err := message.NewClient(&workcontext.Context{AccessTokenHandle: lent(token)}).Send(apiSend, body)
		return err
	})
	if err != nil {
		return verdicts.Failed(err)
	}
	c.warn(apiSend, answer)
	var got struct {
		Invalid      string `json:"invaliduser"`
		Unlicensed   string `json:"unlicenseduser"`
		MsgID        string `json:"msgid"`
		ResponseCode string `json:"response_code"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		// errcode was 0: it is sent.
		c.log.Warn("answer half understood", "api", apiSend, "err", err)
	}
	return platform.Result{
		Verdict:      platform.Done,
		ID:           got.MsgID,
		ResponseCode: got.ResponseCode,
		Cause:        partly(got.Invalid, got.Unlicensed),
		Refused:      refusedUsers(strings.Split(got.Invalid, "|"), strings.Split(got.Unlicensed, "|")),
	}
}

func partly(invalid, unlicensed string) string {
	switch {
	case invalid != "":
		return "invaliduser"
	case unlicensed != "":
		return "unlicenseduser"
	default:
		return ""
	}
}

// refusedUsers collects the receivers that the call did not reach. WeCom gives them in lower case. [W90236]
func refusedUsers(lists ...[]string) map[bot.UserID]platform.Verdict {
	refused := make(map[bot.UserID]platform.Verdict)
	for _, list := range lists {
		for _, user := range list {
			if user != "" {
				refused[bot.UserID(strings.ToLower(user))] = platform.Drop
			}
		}
	}
	return refused
}

// warn logs an errmsg that says that the body was understood only by half, although errcode is 0. [W90455]
func (c *Client) warn(api string, a platform.Answer) {
	if a.Warning != "" {
		c.log.Warn("WeCom warns", "api", api, "errmsg", a.Warning)
	}
}

// lent is the stand-in for a token with which the library calls.
type lent string

// GetAccessToken implements the library's credential.AccessTokenHandle.
func (l lent) GetAccessToken() (string, error) { return string(l), nil }
