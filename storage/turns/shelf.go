package turns

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

// Park implements bot.Turns.
func (t *Turns) Park(ctx context.Context, who bot.Address) error {
	_, err := t.do(ctx, func(ctx context.Context) (any, error) {
		_, err := t.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.HIncrBy(ctx, identityKey(who), "park", 1)
			p.PExpire(ctx, identityKey(who), stubAge)
			return nil
		})
		return nil, err
	})
	if err != nil {
		return fmt.Errorf("park: %w", err)
	}
	return nil
}

// Collect implements bot.Shelf.
func (t *Turns) Collect(ctx context.Context, who bot.Address, id bot.MessageID) (bool, error) {
	ok, err := t.yes(ctx, collectScript, []string{markKey(who, id)}, ms(markAge))
	if err != nil {
		return false, fmt.Errorf("collect reply: %w", err)
	}
	return ok, nil
}

// Owed implements bot.Shelf.
func (t *Turns) Owed(ctx context.Context, who bot.Address, id bot.MessageID) (bool, error) {
	ok, err := t.yes(ctx, owedScript, []string{replyKey(who, id), markKey(who, id)}, ms(markAge))
	if err != nil {
		return false, fmt.Errorf("claim reply: %w", err)
	}
	return ok, nil
}

// Stash implements bot.Shelf. A message that is stashed twice is written down once: bot.Inbox passes over the second.
func (t *Turns) Stash(ctx context.Context, channel bot.ChannelID, body []byte) (bot.Stashed, error) {
	sealed, err := t.seal(body, stashKey(channel))
	if err != nil {
		return bot.Stashed{}, fmt.Errorf("stash message: %w", err)
	}
	_, err = t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.RPush(ctx, stashKey(channel), sealed).Result()
	})
	if err != nil {
		return bot.Stashed{}, fmt.Errorf("stash message: %w", err)
	}
	return bot.Stashed{Body: body, Stored: sealed}, nil
}

// Stashed implements bot.Shelf. One that does not open is left where it is, for its key may come back, and does not keep
// back those behind it within limit.
func (t *Turns) Stashed(ctx context.Context, channel bot.ChannelID, limit int) ([]bot.Stashed, error) {
	found, err := t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.LRange(ctx, stashKey(channel), 0, int64(limit)-1).Result()
	})
	if err != nil {
		return nil, fmt.Errorf("read stash: %w", err)
	}
	list, _ := found.([]string)
	var waiting []bot.Stashed
	for _, stored := range list {
		if body, err := t.open([]byte(stored), stashKey(channel)); err == nil {
			waiting = append(waiting, bot.Stashed{Body: body, Stored: []byte(stored)})
		}
	}
	return waiting, nil
}

// Unstash implements bot.Shelf.
func (t *Turns) Unstash(ctx context.Context, channel bot.ChannelID, s bot.Stashed) error {
	_, err := t.do(ctx, func(ctx context.Context) (any, error) {
		return t.client.LRem(ctx, stashKey(channel), 1, s.Stored).Result()
	})
	if err != nil {
		return fmt.Errorf("clear stash: %w", err)
	}
	return nil
}
