package wecom

import (
	"context"
	"net/url"
	"strconv"

	"github.com/unionbot/unionbot/bot"
)

// PublishMenu replaces the menu at the bottom of the app's chat.
func (c *Client) PublishMenu(ctx context.Context, entries []bot.MenuEntry) error {
	return c.api.PublishMenu(ctx, url.Values{"agentid": {strconv.FormatInt(c.agent, 10)}}, entries)
}
