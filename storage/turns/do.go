package turns

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"

	"github.com/unionbot/unionbot/bot"
)

const (
	// callTime bounds one call with its second try, so that a person reads words within a second.
	callTime = 700 * time.Millisecond
	// embeddedCallTime is the same where the server is this very process.
	embeddedCallTime = 3 * time.Second
	// breakerFailures in a row open the breaker, and then nobody waits for a server that is away.
	breakerFailures = 4
	// breakerDelay is how long it stays open before one call tries again.
	breakerDelay = time.Second
)

var errOpen = fmt.Errorf("%w: redis did not answer lately", bot.ErrUnavailable)

func newBreaker() *gobreaker.TwoStepCircuitBreaker[any] {
	return gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Timeout:     breakerDelay,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= breakerFailures },
	})
}

// yes runs a script that answers 1 or 0.
func (t *Turns) yes(ctx context.Context, script *redis.Script, keys []string, args ...any) (bool, error) {
	answer, err := t.run(ctx, script, keys, args...)
	return answer == int64(1), err
}

// run runs a script in one packet with those that others ask for meanwhile. The packet has no caller's context: it is seen
// here, and whoever's time is up leaves it, and the script may still run. So the second try goes alone, and ends with its
// caller's time: a turn that begins when its caller has left holds up the person's next message.
func (t *Turns) run(ctx context.Context, script *redis.Script, keys []string, args ...any) (any, error) {
	try := t.submit
	return t.do(ctx, func(ctx context.Context) (answer any, err error) {
		if t.watch != nil {
			end := t.watch(ctx, scriptNames[script.Hash()].name)
			defer func() { end(away(err)) }()
		}
		answer, err = try(ctx, script, keys, args)
		try = t.runAlone
		return answer, err
	})
}

func (t *Turns) runAlone(ctx context.Context, script *redis.Script, keys []string, args []any) (any, error) {
	return script.Run(ctx, t.client, keys, args...).Result()
}

func (t *Turns) submit(ctx context.Context, script *redis.Script, keys []string, args []any) (any, error) {
	call := make([]any, 0, 3+len(keys)+len(args))
	call = append(call, "evalsha", script.Hash(), len(keys))
	for _, key := range keys {
		call = append(call, key)
	}
	cmd := redis.NewCmd(ctx, append(call, args...)...)
	err := t.together.Submit(ctx, cmd).WaitContext(ctx)
	switch {
	case redis.HasErrorPrefix(err, "NOSCRIPT"):
		return t.runAlone(ctx, script, keys, args)
	case err != nil:
		return nil, err
	}
	return cmd.Result()
}

// do calls Redis and, if the answer was lost, calls once more: every call here may run twice. A caller that has given
// up does not cut a call short, for the call may be half done and the next caller would pay for its connection.
func (t *Turns) do(ctx context.Context, call func(ctx context.Context) (any, error)) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ended, err := t.breaker.Allow()
	if err != nil {
		return nil, errOpen
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.callTime)
	defer cancel()
	answer, err := call(ctx)
	if err != nil && lost(err) && ctx.Err() == nil {
		answer, err = call(ctx)
	}
	if err != nil && (lost(err) || notServing(err)) {
		ended(err)
		return nil, fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	ended(nil)
	return answer, err
}

// lost tells a failure of the way to Redis from an answer of Redis.
func lost(err error) bool {
	var answer redis.Error
	return !errors.As(err, &answer)
}

// notServing tells the answers of a server that is starting, failing over or full from a fault of ours.
func notServing(err error) bool {
	for _, prefix := range []string{"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "NOREPLICAS", "ERR max number of clients"} {
		if strings.HasPrefix(err.Error(), prefix) {
			return true
		}
	}
	return false
}
