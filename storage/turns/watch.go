package turns

import (
	"context"
	"fmt"
	"net"

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

// Watch sees every call by its script or command, never with its keys and values, and hears an error where Redis did not
// serve it.
type Watch func(ctx context.Context, call string) (end func(error))

// Watch has every call seen, whoever makes it on this connection. It is called before the connection is used.
func (t *Turns) Watch(w Watch) { t.client.AddHook(watchHook{w}) }

type watchHook struct{ watch Watch }

// DialHook leaves dialling as it is: what fails there fails the call.
func (watchHook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook sees one call.
func (h watchHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		end := h.watch(ctx, callName(cmd))
		err := next(ctx, cmd)
		end(away(err))
		return err
	}
}

// ProcessPipelineHook sees several as one.
func (h watchHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		end := h.watch(ctx, "pipeline")
		err := next(ctx, cmds)
		end(away(err))
		return err
	}
}

func away(err error) error {
	if err != nil && (lost(err) || notServing(err)) {
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	return nil
}

// scriptNames are the names of the scripts by hash and by text, for a script's first call on a server carries its text.
var scriptNames = func() map[string]string {
	names := map[string]string{}
	for name, s := range map[string]struct {
		script *redis.Script
		text   string
	}{
		"begin": {beginScript, beginLua}, "commit": {commitScript, commitLua}, "repair": {repairScript, repairLua},
		"renew": {renewScript, renewLua}, "release": {releaseScript, releaseLua}, "collect": {collectScript, collectLua},
		"owed": {owedScript, owedLua}, "rewrap": {rewrapScript, rewrapLua}, "set_token": {script: setToken}, "drop_token": {script: dropToken},
		"unlock_token": {script: unlockToken}, "window_heard": {script: heard}, "window_take": {script: take}, "window_shut": {script: shut},
	} {
		names[s.script.Hash()] = name
		if s.text != "" {
			names[s.text] = name
		}
	}
	return names
}()

func callName(cmd redis.Cmder) string {
	switch name := cmd.Name(); name {
	case "eval", "evalsha":
		text, ok := cmd.Args()[1].(string)
		if known := scriptNames[text]; ok && known != "" {
			return known
		}
		return "script"
	default:
		return name
	}
}
