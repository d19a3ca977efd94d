package turns_test

import (
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestForgetRemovesConversationsAndKeepsWhatWasNotHandled(t *testing.T) {
	// The whole of Redis is looked at, so it is one of its own.
	server := storagetest.StartRedis(t)
	keeper := openTurns(t, "redis://"+server.Address+"/0")
	who := bot.Address{Channel: "wecom:1", User: "zhangwei"}
	grant := mustRun(t, keeper, who, "m1", "n1")
	commit(t, keeper, who, "m1", "n1", grant.Fence, saved("会话", "回复"))
	if err := keeper.Client().RPush(t.Context(), "turn:stash:wecom:1", "{}").Err(); err != nil {
		t.Fatal(err)
	}
	keys, err := keeper.Forget(t.Context())
	if err != nil || keys != 3 { // the identity, the recorded reply and the mark
		t.Errorf("Forget = %d, %v", keys, err)
	}
	if got := begin(t, keeper, who, "m1", "n2"); got.Verdict != bot.Run || got.Session != nil || got.Fence < grant.Fence {
		t.Errorf("after it a copy got %+v, the first had fence %d", got, grant.Fence)
	}
	if n, err := keeper.Client().LLen(t.Context(), "turn:stash:wecom:1").Result(); err != nil || n != 1 {
		t.Errorf("%d messages are stashed, %v", n, err)
	}
}
