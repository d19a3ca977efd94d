package turns

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

// Allowance is how many messages may be sent within how long after a person's word.
type Allowance struct {
	Count int
	Life  time.Duration
}

// windowKept is how long it is remembered that a window is closed. Later it is unknown, and the platform decides.
const windowKept = 30 * 24 * time.Hour

// Windows counts what may still be sent to a person on a channel that allows it only after that person's word.
// What it does not know - Redis was emptied - it allows, for the platform refuses what is too much. Times are the
// machine's.
type Windows struct {
	redis          redis.UniversalClient
	message, touch Allowance
	now            func() time.Time
}

// NewWindows keeps windows in the Redis of client, with the allowances after a message and after a menu click, a follow
// or a scan; now is the machine's clock.
func NewWindows(client redis.UniversalClient, message, touch Allowance, now func() time.Time) *Windows {
	return &Windows{redis: client, message: message, touch: touch, now: now}
}

func windowKey(who bot.Address) string {
	return "window:{" + string(who.Channel) + ":" + string(who.User) + "}"
}

// A window is a hash of two allowances: mu and mn are the end and the rest of the one after a message, tu and tn of
// the one after a touch. Copies of a message come late and out of order, so an older word never replaces a newer one.
var heard = redis.NewScript(`
local u, n = ARGV[1] .. 'u', ARGV[1] .. 'n'
local old = tonumber(redis.call('HGET', KEYS[1], u) or '0')
if tonumber(ARGV[2]) > old then redis.call('HSET', KEYS[1], u, ARGV[2], n, ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`)

// Heard opens the window anew: the person said or touched something at that time.
func (w *Windows) Heard(ctx context.Context, who bot.Address, kind bot.Kind, at time.Time) error {
	field, allowance := "m", w.message
	switch kind {
	case bot.KindMenu, bot.KindFollow, bot.KindScan:
		field, allowance = "t", w.touch
	case bot.KindUnfollow, bot.KindEnter, bot.KindEvent, bot.KindTap, bot.KindUnknown:
		return nil
	}
	err := heard.Run(ctx, w.redis, []string{windowKey(who)}, field, at.Add(allowance.Life).UnixMilli(), allowance.Count,
		windowKept.Milliseconds()).Err()
	if err != nil {
		return fmt.Errorf("open window: %w", err)
	}
	return nil
}

// The short allowance is used first, for it ends first.
var take = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
for _, f in ipairs({'t', 'm'}) do
	local u = tonumber(redis.call('HGET', KEYS[1], f .. 'u') or '0')
	local n = tonumber(redis.call('HGET', KEYS[1], f .. 'n') or '0')
	if u > tonumber(ARGV[1]) and n > 0 then
		redis.call('HINCRBY', KEYS[1], f .. 'n', -1)
		return 1
	end
end
return 0`)

// Take uses up one message of the window; ok is false when it is closed.
func (w *Windows) Take(ctx context.Context, who bot.Address) (ok bool, err error) {
	n, err := take.Run(ctx, w.redis, []string{windowKey(who)}, w.now().UnixMilli()).Int()
	if err != nil {
		return false, fmt.Errorf("take from window: %w", err)
	}
	return n == 1, nil
}

// The long allowance is told where there is one: the short one is over before anybody has typed.
var left = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0, 0} end
for _, f in ipairs({'m', 't'}) do
	local u = tonumber(redis.call('HGET', KEYS[1], f .. 'u') or '0')
	local n = tonumber(redis.call('HGET', KEYS[1], f .. 'n') or '0')
	if u > tonumber(ARGV[1]) and n > 0 then return {1, n, u} end
end
return {1, 0, 0}`)

// Left tells how many messages may still be sent at least, and until when, and uses none up. known is false where only the platform
// knows.
func (w *Windows) Left(ctx context.Context, who bot.Address) (n int, until time.Time, known bool, err error) {
	got, err := left.Run(ctx, w.redis, []string{windowKey(who)}, w.now().UnixMilli()).Int64Slice()
	if err != nil || len(got) != 3 {
		return 0, time.Time{}, false, fmt.Errorf("look at window: %w", err)
	}
	return int(got[1]), time.UnixMilli(got[2]), got[0] == 1, nil
}

var shut = redis.NewScript(`
redis.call('HSET', KEYS[1], 'mn', 0, 'tn', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`)

// Shut closes the window until the next word: the platform has said so.
func (w *Windows) Shut(ctx context.Context, who bot.Address) error {
	if err := shut.Run(ctx, w.redis, []string{windowKey(who)}, windowKept.Milliseconds()).Err(); err != nil {
		return fmt.Errorf("shut window: %w", err)
	}
	return nil
}
