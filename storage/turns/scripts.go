package turns

import (
	_ "embed" // the scripts

	"github.com/redis/go-redis/v9"

	"github.com/unionbot/unionbot/bot"
)

//go:embed scripts/begin.lua
var beginLua string

//go:embed scripts/commit.lua
var commitLua string

//go:embed scripts/repair.lua
var repairLua string

//go:embed scripts/renew.lua
var renewLua string

//go:embed scripts/release.lua
var releaseLua string

//go:embed scripts/collect.lua
var collectLua string

//go:embed scripts/owed.lua
var owedLua string

var (
	beginScript   = redis.NewScript(beginLua)
	commitScript  = redis.NewScript(commitLua)
	repairScript  = redis.NewScript(repairLua)
	renewScript   = redis.NewScript(renewLua)
	releaseScript = redis.NewScript(releaseLua)
	collectScript = redis.NewScript(collectLua)
	owedScript    = redis.NewScript(owedLua)
)

// identityKey carries the hash tag; every other key of the identity begins with it.
func identityKey(who bot.Address) string {
	return "turn:{" + string(who.Channel) + ":" + string(who.User) + "}"
}

func replyKey(who bot.Address, id bot.MessageID) string { return identityKey(who) + ":r:" + string(id) }
func markKey(who bot.Address, id bot.MessageID) string  { return identityKey(who) + ":d:" + string(id) }
func queueKey(who bot.Address) string                   { return identityKey(who) + ":q" }
func seenKey(who bot.Address) string                    { return identityKey(who) + ":w" }

// stashKey is a list of the channel's messages that wait for SQL.
func stashKey(channel bot.ChannelID) string { return "turn:stash:" + string(channel) }
