package turns_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestRedisBehindTLS(t *testing.T) {
	address, authority := storagetest.RedisTLS(t)
	who := bot.Address{Channel: "wecom:1", User: "zhangwei"}
	keeper := openTurns(t, address+"?ca="+url.QueryEscape(authority))
	grant := mustRun(t, keeper, who, "m1", "n1")
	if !commit(t, keeper, who, "m1", "n1", grant.Fence, saved("s", "r")) {
		t.Error("the turn was fenced")
	}
	if _, err := turns.Open(t.Context(), address); err == nil {
		t.Error("a server for which nobody vouches was trusted")
	}
}

func TestASentinelPutsAnotherServerInPlace(t *testing.T) {
	address, master := storagetest.RedisSentinel(t)
	keeper := openTurns(t, address, turns.WithLease(shortLease))
	who := bot.Address{Channel: "wecom:1", User: "zhangwei"}
	grant := mustRun(t, keeper, who, "m1", "n1")
	commit(t, keeper, who, "m1", "n1", grant.Fence, saved("before", "r"))
	for until, n := time.Now().Add(20*time.Second), 0; n == 0; {
		var err error
		// A wait shorter than what the client waits for an answer.
		if n, err = keeper.Client().Do(t.Context(), "WAIT", 1, 100).Int(); time.Now().After(until) {
			t.Fatalf("the replica has not followed: %d, %v", n, err)
		}
	}
	master.Kill()
	began := time.Now()
	var away error
	for {
		got, err := keeper.Begin(t.Context(), who, "m2", "n2")
		if err == nil {
			if got.Verdict != bot.Run || string(got.Session) != "before" || got.Fence <= grant.Fence {
				t.Errorf("after the failover: %+v", got)
			}
			break
		}
		if away = err; !errors.Is(err, bot.ErrUnavailable) {
			t.Fatalf("while nobody is in place: %v", err)
		}
		if time.Since(began) > 60*time.Second {
			t.Fatalf("it does not heal: %v", err)
		}
		<-time.After(50 * time.Millisecond) // as a person who says it again
	}
	if away == nil {
		t.Error("the master's end was not noticed")
	}
	if got := begin(t, keeper, who, "m1", "n3"); got.Verdict != bot.Done || string(got.Reply) != "r" {
		t.Errorf("a copy of what was done before got %+v", got)
	}
}
