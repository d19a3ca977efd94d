package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// The errcodes by which user/get says that the app does not see a member. [W90455]
const (
	codeNoPrivilege = 60011
	codeNoSuchUser  = 60111
)

// App is the app as the platform knows it.
type App struct {
	Name string
	// Off is true where an administrator, or the platform for want of use, switched the app off.
	Off bool
	// Users, Parties and Tags are how many of each the visible range (可见范围) names.
	Users, Parties, Tags int
}

// App reads the app's settings. [agent/get]
func (c *Client) App(ctx context.Context) (App, error) {
	answer, err := c.api.Get(ctx, "/cgi-bin/agent/get", url.Values{"agentid": {strconv.FormatInt(c.agent, 10)}})
	if err != nil {
		return App{}, err
	}
	var got struct {
		Name  string `json:"name"`
		Close int    `json:"close"`
		Users struct {
			List []struct{} `json:"user"`
		} `json:"allow_userinfos"`
		Parties struct {
			List []int64 `json:"partyid"`
		} `json:"allow_partys"`
		Tags struct {
			List []int64 `json:"tagid"`
		} `json:"allow_tags"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		return App{}, fmt.Errorf("read app: %w", err)
	}
	return App{Name: got.Name, Off: got.Close != 0, Users: len(got.Users.List), Parties: len(got.Parties.List), Tags: len(got.Tags.List)}, nil
}

// Sees says whether a member is in the app's visible range: nobody else can be written to.
func (c *Client) Sees(ctx context.Context, user bot.UserID) (bool, error) {
	_, err := c.api.Get(ctx, "/cgi-bin/user/get", url.Values{"userid": {string(user)}})
	var refused *platform.Error
	if errors.As(err, &refused) && (refused.Code == codeNoPrivilege || refused.Code == codeNoSuchUser) {
		return false, nil
	}
	return err == nil, err
}

// CheckToken gets a token, and fails as sending would: for a wrong secret, or an address that is not trusted.
func (c *Client) CheckToken(ctx context.Context) error { return c.api.CheckToken(ctx) }

// Clock is the platform's time of day, to the second.
func (c *Client) Clock(ctx context.Context) (time.Time, error) { return c.api.Clock(ctx) }
