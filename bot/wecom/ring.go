package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/platform"
)

// ringRequest rings members' telephones with the platform's own words, which ask them to look at their messages.
// (developer.work.weixin.qq.com/document/path/91627; the platform gives this app to corporations of some trades only.)
type ringRequest struct {
	Callees []string `json:"callee_userid"`
}

var errNoTelephone = errors.New("no app that rings telephones is configured")

// Rings says whether telephones can be rung at all.
func (c *Client) Rings() bool { return c.calls != nil }

// CheckRingToken asks the platform for a token of the app that rings telephones; nil where there is none.
func (c *Client) CheckRingToken(ctx context.Context) error {
	if c.calls == nil {
		return nil
	}
	return c.calls.CheckToken(ctx)
}

// ComposeRing writes the call that rings one member's telephone.
func (c *Client) ComposeRing(to bot.UserID) ([]byte, error) {
	if c.calls == nil {
		return nil, errNoTelephone
	}
	if _, err := receivers([]bot.UserID{to}); err != nil {
		return nil, err
	}
	return compose(apiRing, ringRequest{Callees: []string{string(to)}})
}

// ring makes the call. The platform answers for each member; a code other than 0 is one whom it does not ring.
func (c *Client) ring(ctx context.Context, body json.RawMessage) platform.Result {
	if c.calls == nil {
		return platform.Result{Verdict: platform.Fault, Cause: errNoTelephone.Error()}
	}
	answer, err := c.calls.Post(ctx, "/cgi-bin/"+apiRing, body)
	if err != nil {
		return verdicts.Failed(err)
	}
	var got struct {
		States []struct {
			Code   int    `json:"code"`
			CallID string `json:"callid"`
			User   string `json:"userid"`
		} `json:"states"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil || len(got.States) != 1 {
		c.log.Warn("answer half understood", "api", apiRing, "states", len(got.States))
		return platform.Result{Verdict: platform.Unknown, Cause: "answer half understood"}
	}
	if state := got.States[0]; state.Code != 0 {
		return platform.Result{Verdict: platform.Drop, Cause: "telephone not rung: code " + strconv.Itoa(state.Code)}
	}
	return platform.Result{Verdict: platform.Done, ID: got.States[0].CallID}
}
