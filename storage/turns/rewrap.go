package turns

import (
	"context"
	_ "embed" // the script
	"errors"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/rewrap.lua
var rewrapLua string

var rewrapScript = redis.NewScript(rewrapLua)

// Rewrapped says what became of the sessions when the keys changed.
type Rewrapped struct {
	Seen       int `json:"seen"`
	Changed    int `json:"changed"`
	Overtaken  int `json:"overtaken,omitempty"`
	Unreadable int `json:"unreadable,omitempty"`
	// Stashed are messages that wait for the database, under another key than the first. They are gone once it is back.
	Stashed int `json:"stashed,omitempty"`
}

// Rewrap seals every session with the first key that is not, beside whoever else works on Redis. Recorded replies are not
// looked at: they live for a minute. dry counts only.
func (t *Turns) Rewrap(ctx context.Context, dry bool) (done Rewrapped, err error) {
	if t.keys == nil {
		return done, errNoKeys
	}
	var mu sync.Mutex // the nodes of a cluster are asked at the same time
	err = t.eachNode(ctx, func(ctx context.Context, client redis.Cmdable) error {
		for keys := client.ScanType(ctx, 0, identityPattern, scanned, "hash").Iterator(); ; {
			if !keys.Next(ctx) {
				stashed, err := t.stashed(ctx, client)
				mu.Lock()
				done.Stashed += stashed
				mu.Unlock()
				return errors.Join(keys.Err(), err)
			}
			one, err := t.rewrap(ctx, keys.Val(), dry)
			if err != nil {
				return err
			}
			mu.Lock()
			done.add(one)
			mu.Unlock()
		}
	})
	if err != nil {
		return done, fmt.Errorf("rewrap sessions: %w", err)
	}
	return done, nil
}

// stashed counts the messages that wait for SQL under another key than the first.
func (t *Turns) stashed(ctx context.Context, client redis.Cmdable) (n int, err error) {
	for keys := client.ScanType(ctx, 0, stashKey("*"), scanned, "list").Iterator(); keys.Next(ctx); {
		list, err := client.LRange(ctx, keys.Val(), 0, -1).Result()
		if err != nil {
			return n, err
		}
		for _, stored := range list {
			if stored == "" || stored[0] != sealedMark || !t.keys.Current([]byte(stored[1:])) {
				n++
			}
		}
	}
	return n, nil
}

// scanned is how many keys a server looks at in one call.
const scanned = 200

// eachNode calls fn for the server, or for every master of a Cluster at the same time.
func (t *Turns) eachNode(ctx context.Context, fn func(context.Context, redis.Cmdable) error) error {
	if cluster, ok := t.client.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error { return fn(ctx, c) })
	}
	return fn(ctx, t.client)
}

// identityPattern is every identityKey, and no other key of an identity.
const identityPattern = "turn:{*}"

func (d *Rewrapped) add(one Rewrapped) {
	d.Seen += one.Seen
	d.Changed += one.Changed
	d.Overtaken += one.Overtaken
	d.Unreadable += one.Unreadable
}

func (t *Turns) rewrap(ctx context.Context, identity string, dry bool) (one Rewrapped, err error) {
	stored, err := t.client.HGet(ctx, identity, "s").Bytes()
	if errors.Is(err, redis.Nil) || err == nil && len(stored) == 0 {
		return one, nil
	}
	if err != nil {
		return one, err
	}
	one.Seen = 1
	if stored[0] == sealedMark && t.keys.Current(stored[1:]) {
		return one, nil
	}
	plain, err := t.open(stored, placeOfSession(identity))
	if err != nil {
		one.Unreadable = 1
		return one, nil //nolint:nilerr // counted: its person begins anew, from the drafts
	}
	if dry {
		one.Changed = 1
		return one, nil
	}
	fresh, err := t.seal(plain, placeOfSession(identity))
	if err != nil {
		return one, err
	}
	replaced, err := rewrapScript.Run(ctx, t.client, []string{identity}, stored, fresh).Bool()
	if err != nil {
		return one, err
	}
	if replaced {
		one.Changed = 1
	} else {
		one.Overtaken = 1
	}
	return one, nil
}
