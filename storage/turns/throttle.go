package turns

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

// Throttle shares among all replicas how many calls an account makes in a second. Emptied, it begins anew at the full rate:
// the platform says if that is too much.
type Throttle struct{ redis redis.UniversalClient }

// NewThrottle keeps the pace in the Redis of client.
func NewThrottle(client redis.UniversalClient) *Throttle { return &Throttle{redis: client} }

// throttleKept is longer than the slowest pace leaves between two calls, and than a lowered rate lasts.
const throttleKept = time.Hour

func throttleKey(channel bot.ChannelID, lane string) string {
	return "throttle:{" + string(channel) + "}:" + lane
}

// A pace is a hash: next is when the next call may be made, until how long none may, share the part of the rate that is
// used, and at since when. Every minute in which the platform has not complained the share doubles. Nothing is saved up: N
// in a second are N in any second. No more than half a second's calls are given out in advance, so that who comes later,
// or is urgent, waits no longer.
var reserve = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local h = redis.call('HMGET', KEYS[1], 'next', 'until', 'share', 'at')
local rest = tonumber(h[2] or '0') - now
if rest > 0 then return {0, math.ceil(rest), '0'} end
local share = tonumber(h[3] or '1')
if share < 1 then share = math.min(1, share * 2 ^ math.floor((now - tonumber(h[4])) / 60000)) end
local rate = tonumber(ARGV[1]) * share
local gap = 1000 / rate
local first = math.max(tonumber(h[1] or '0'), now)
if first - now > 500 then return {0, math.ceil(first - now - 250), '0'} end
local got = math.max(1, math.min(tonumber(ARGV[2]), math.floor(rate / 2)))
redis.call('HSET', KEYS[1], 'next', string.format('%.3f', first + got * gap))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {got, math.ceil(first - now), string.format('%.3f', gap)}`)

// Reserve takes up to want of the next calls: the first may be made after wait, and each other one after gap more. With
// none, something may be reserved after wait.
func (p *Throttle) Reserve(ctx context.Context, channel bot.ChannelID, lane string, perSecond float64, want int) (got int, wait, gap time.Duration, err error) {
	answer, err := reserve.Run(ctx, p.redis, []string{throttleKey(channel, lane)}, perSecond, want, throttleKept.Milliseconds()).Slice()
	if err != nil {
		return 0, 0, 0, fmt.Errorf("reserve calls: %w", err)
	}
	var ms float64
	if len(answer) == 3 {
		n, _ := answer[0].(int64)
		first, _ := answer[1].(int64)
		text, _ := answer[2].(string)
		if _, err = fmt.Sscanf(text, "%f", &ms); err == nil {
			return int(n), time.Duration(first) * time.Millisecond, time.Duration(ms * float64(time.Millisecond)), nil
		}
	}
	return 0, 0, 0, fmt.Errorf("reserve calls: answer %v is not understood", answer)
}

var slow = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local h = redis.call('HMGET', KEYS[1], 'until', 'share', 'at')
local resting = tonumber(h[1] or '0') - now
if now - tonumber(h[3] or '0') < 1000 and (resting > 0 or ARGV[1] == '0') then
	if tonumber(ARGV[1]) - resting < 1000 then return 1 end
	return 0
end
local share = tonumber(h[2] or '1')
if share < 1 then share = math.min(1, share * 2 ^ math.floor((now - tonumber(h[3])) / 60000)) end
local rest = math.max(tonumber(h[1] or '0'), now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', rest), 'share', math.max(share / 2, 0.01), 'at', string.format('%.0f', now + tonumber(ARGV[1])))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`)

// Slow lets a lane of the account rest, and go on at half of its rate; a rest of 0 only slows it. Complaints of the same second
// count as one. began is false where it rested already, so that what complains is not what goes by this lane.
func (p *Throttle) Slow(ctx context.Context, channel bot.ChannelID, lane string, rest time.Duration) (began bool, err error) {
	n, err := slow.Run(ctx, p.redis, []string{throttleKey(channel, lane)}, rest.Milliseconds(), throttleKept.Milliseconds()).Int()
	if err != nil {
		return false, fmt.Errorf("slow account: %w", err)
	}
	return n == 1, nil
}
