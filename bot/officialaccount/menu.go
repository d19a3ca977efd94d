package officialaccount

import (
	"context"

	"github.com/unionbot/unionbot/bot"
)

// PublishMenu replaces the menu at the bottom of the account's chat. Followers see it within minutes.
func (c *Client) PublishMenu(ctx context.Context, entries []bot.MenuEntry) error {
	return c.api.PublishMenu(ctx, nil, entries)
}
