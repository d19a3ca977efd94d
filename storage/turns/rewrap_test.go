package turns_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

func TestRewrapSealsSessionsWithTheFirstKey(t *testing.T) {
	// The whole of Redis is looked at, so it is one of its own.
	keeper, err := turns.OpenEmbedded(turns.WithKeys(storagetest.KeysNamed(t, "a")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	people := []bot.Address{{Channel: "wecom:1", User: "zhangwei"}, {Channel: "wecom:1", User: "lifang"}}
	for _, who := range people {
		grant := mustRun(t, keeper, who, "m1", "n1")
		commit(t, keeper, who, "m1", "n1", grant.Fence, saved("会话", "回复"))
	}
	mustRun(t, keeper, bot.Address{Channel: "wecom:1", User: "nobody"}, "m1", "n1") // has no session yet
	with := func(names string) { turns.WithKeys(storagetest.KeysNamed(t, names))(keeper) }
	with("ba")
	if got, err := keeper.Rewrap(t.Context(), true); err != nil || got != (turns.Rewrapped{Seen: 2, Changed: 2}) {
		t.Errorf("dry run: %+v, %v", got, err)
	}
	if got, err := keeper.Rewrap(t.Context(), false); err != nil || got != (turns.Rewrapped{Seen: 2, Changed: 2}) {
		t.Errorf("rewrap: %+v, %v", got, err)
	}
	if got, err := keeper.Rewrap(t.Context(), false); err != nil || got != (turns.Rewrapped{Seen: 2}) {
		t.Errorf("again: %+v, %v", got, err)
	}
	with("c")
	if got, err := keeper.Rewrap(t.Context(), false); err != nil || got != (turns.Rewrapped{Seen: 2, Unreadable: 2}) {
		t.Errorf("with a strange key: %+v, %v", got, err)
	}
	if got := begin(t, keeper, people[1], "m2", "n2"); got.Unreadable == nil || got.Session != nil {
		t.Errorf("a session under a strange key is %q, %v", got.Session, got.Unreadable)
	}
	with("b")
	if got := begin(t, keeper, people[0], "m2", "n2"); string(got.Session) != "会话" || got.Unreadable != nil {
		t.Errorf("session is %q, %v", got.Session, got.Unreadable)
	}
}

// The key of a message that waits for the database is needed until it is gone.
func TestRewrapCountsWhatWaitsForTheDatabase(t *testing.T) {
	keeper, err := turns.OpenEmbedded(turns.WithKeys(storagetest.KeysNamed(t, "a")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	waits, err := keeper.Stash(t.Context(), "wecom:1", []byte("确认"))
	if err != nil {
		t.Fatal(err)
	}
	turns.WithKeys(storagetest.KeysNamed(t, "ba"))(keeper)
	if _, err := keeper.Stash(t.Context(), "officialaccount", []byte("新的")); err != nil {
		t.Fatal(err)
	}
	if got, err := keeper.Rewrap(t.Context(), false); err != nil || got != (turns.Rewrapped{Stashed: 1}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := keeper.Unstash(t.Context(), "wecom:1", waits); err != nil {
		t.Fatal(err)
	}
	if got, err := keeper.Rewrap(t.Context(), false); err != nil || got != (turns.Rewrapped{}) {
		t.Errorf("once it was sent: %+v, %v", got, err)
	}
}

func TestASessionThatCannotBeReadDoesNotKeepItsPersonFromTheTurn(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		commit(t, keeper, who, "m1", "n1", first.Fence, saved("s", "r"))
		turns.WithKeys(storagetest.KeysNamed(t, "z"))(keeper)
		t.Cleanup(func() { turns.WithKeys(storagetest.Keys(t))(keeper) })
		if got := begin(t, keeper, who, "m1", "n2"); got.Verdict != bot.Done || got.Unreadable == nil {
			t.Errorf("a copy got %+v", got)
		}
		if got := begin(t, keeper, who, "m2", "n3"); got.Verdict != bot.Run || got.Unreadable == nil {
			t.Errorf("the next message got %+v", got)
		}
	})
}

func TestRewrapReachesEveryNodeOfACluster(t *testing.T) {
	keeper := openTurns(t, storagetest.RedisClusterURL(t))
	who := bot.Address{Channel: bot.ChannelID(storagetest.Unique("test:")), User: "zhangwei"}
	turns.WithKeys(storagetest.KeysNamed(t, "a"))(keeper)
	grant := mustRun(t, keeper, who, "m1", "n1")
	commit(t, keeper, who, "m1", "n1", grant.Fence, saved("会话", "回复"))
	turns.WithKeys(storagetest.KeysNamed(t, "ba"))(keeper)
	if _, err := keeper.Rewrap(t.Context(), false); err != nil { // others' sessions are there too, under other keys
		t.Fatal(err)
	}
	turns.WithKeys(storagetest.KeysNamed(t, "b"))(keeper)
	if got := begin(t, keeper, who, "m2", "n2"); string(got.Session) != "会话" || got.Unreadable != nil {
		t.Errorf("session is %q, %v", got.Session, got.Unreadable)
	}
}
