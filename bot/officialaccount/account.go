package officialaccount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/unionbot/unionbot/bot/platform"
)

const (
	codeBadOpenID    = 40003
	codeNoMenu       = 46003
	codeUnauthorised = 48001
	// nobody is no follower: what is sent to it is refused, and the refusal says whether it might have been sent.
	nobody = "unionbot-doctor"
)

// Account is what the platform lets the account do, which depends on its kind (服务号, 公众号) and verification (认证).
type Account struct {
	// Writes is true where it may write to followers: customer-service messages (客服消息).
	Writes bool
	// Menu is true where it may have one by API, Shown where it has.
	Menu, Shown bool
	// Notifies is true where it may send template messages (模板消息); Templates are the ids of those it has.
	Notifies  bool
	Templates []string
}

// Account finds out by calls that change nothing.
func (c *Client) Account(ctx context.Context) (a Account, err error) {
	if a.Writes, err = c.mayWrite(ctx); err != nil {
		return Account{}, err
	}
	_, err = c.api.Get(ctx, "/cgi-bin/menu/get", nil)
	a.Shown, a.Menu = err == nil, err == nil || refusedWith(err, codeNoMenu)
	if err != nil && !a.Menu && !refusedWith(err, codeUnauthorised) {
		return Account{}, err
	}
	answer, err := c.api.Get(ctx, "/cgi-bin/template/get_all_private_template", nil)
	if refusedWith(err, codeUnauthorised) {
		return a, nil
	}
	if err != nil {
		return Account{}, err
	}
	var got struct {
		List []struct {
			ID string `json:"template_id"`
		} `json:"template_list"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		return Account{}, fmt.Errorf("read templates: %w", err)
	}
	a.Notifies = true
	for _, t := range got.List {
		a.Templates = append(a.Templates, t.ID)
	}
	return a, nil
}

func (c *Client) mayWrite(ctx context.Context) (bool, error) {
	body, err := platform.Encode(map[string]any{"touser": nobody, "msgtype": "text", "text": map[string]string{"content": "-"}})
	if err != nil {
		return false, err
	}
	switch _, err := c.api.Post(ctx, "/cgi-bin/message/custom/send", body); {
	case refusedWith(err, codeBadOpenID):
		return true, nil
	case refusedWith(err, codeUnauthorised):
		return false, nil
	default:
		return err == nil, err
	}
}

func refusedWith(err error, code int) bool {
	var refused *platform.Error
	return errors.As(err, &refused) && refused.Code == code
}

// CheckToken gets a token, and fails as sending would: for a wrong secret, or an address that is not on the list.
func (c *Client) CheckToken(ctx context.Context) error { return c.api.CheckToken(ctx) }

// Clock is the platform's time of day, to the second.
func (c *Client) Clock(ctx context.Context) (time.Time, error) { return c.api.Clock(ctx) }
