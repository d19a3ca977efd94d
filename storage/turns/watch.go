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
func (t *Turns) Watch(w Watch) {
	t.watch = w
	t.client.AddHook(watchHook{w})
}

type watchHook struct{ watch Watch }

// DialHook leaves dialling as it is: what fails there fails the call.
func (watchHook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook sees one call. What goes in a packet has been seen by whoever asked for it, whose context it lacks.
func (h watchHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if grouped(cmd) {
			return next(ctx, cmd)
		}
		end := h.watch(ctx, callName(cmd))
		err := next(ctx, cmd)
		end(away(err))
		return err
	}
}

// ProcessPipelineHook sees several as one.
func (h watchHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if len(cmds) > 0 && grouped(cmds[0]) {
			return next(ctx, cmds)
		}
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

// grouped says whether a call is a script that goes in a packet with others.
func grouped(cmd redis.Cmder) bool {
	if name := cmd.Name(); name != "evalsha" && name != "eval" {
		return false
	}
	named, _ := cmd.Args()[1].(string)
	return scriptNames[named].grouped
}

type scriptName struct {
	name    string
	grouped bool
}

// scriptNames are the names of the scripts by hash and by text, for a script's first call on a server carries its text.
var scriptNames = func() map[string]scriptName {
	names := map[string]scriptName{}
	for text, s := range map[string]struct {
		script *redis.Script
		name   string
	}{
		beginLua: {beginScript, "begin"}, commitLua: {commitScript, "commit"}, repairLua: {repairScript, "repair"}, renewLua: {renewScript, "renew"},
		releaseLua: {releaseScript, "release"}, collectLua: {collectScript, "collect"}, owedLua: {owedScript, "owed"},
	} {
		names[text] = scriptName{name: s.name, grouped: true}
		names[s.script.Hash()] = names[text]
	}
	for name, script := range map[string]*redis.Script{
		"rewrap": rewrapScript, "set_token": setToken, "drop_token": dropToken, "unlock_token": unlockToken,
		"window_heard": heard, "window_take": take, "window_shut": shut,
	} {
		names[script.Hash()] = scriptName{name: name}
	}
	return names
}()

func callName(cmd redis.Cmder) string {
	switch name := cmd.Name(); name {
	case "eval", "evalsha":
		named, _ := cmd.Args()[1].(string)
		if known := scriptNames[named].name; known != "" {
			return known
		}
		return "script"
	default:
		return name
	}
}
