package turns_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

const shortLease = 120 * time.Millisecond

// forms are a real Redis, a real cluster and the embedded one.
func forms(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"redis": storagetest.RedisURL(t), "cluster": storagetest.RedisClusterURL(t), "embedded": turns.Embedded}
}

// eachRedis runs test on every form of Redis.
func eachRedis(t *testing.T, test func(t *testing.T, keeper *turns.Turns, who bot.Address)) {
	for name, url := range forms(t) {
		t.Run(name, func(t *testing.T) {
			who := bot.Address{Channel: bot.ChannelID(storagetest.Unique("test:")), User: "zhangwei"}
			test(t, openTurns(t, url, turns.WithLease(shortLease)), who)
		})
	}
}

func begin(t *testing.T, keeper *turns.Turns, who bot.Address, id bot.MessageID, nonce string) bot.Grant {
	t.Helper()
	grant, err := keeper.Begin(t.Context(), who, id, nonce)
	if err != nil {
		t.Fatal(err)
	}
	return grant
}

func mustRun(t *testing.T, keeper *turns.Turns, who bot.Address, id bot.MessageID, nonce string) bot.Grant {
	t.Helper()
	grant := begin(t, keeper, who, id, nonce)
	if grant.Verdict != bot.Run {
		t.Fatalf("begin %s: %s, want run", id, grant.Verdict)
	}
	return grant
}

func commit(t *testing.T, keeper *turns.Turns, who bot.Address, id bot.MessageID, nonce string, fence bot.Fence, saved bot.Saved) bool {
	t.Helper()
	ok, err := keeper.Commit(t.Context(), who, id, nonce, fence, saved)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func saved(session, reply string) bot.Saved {
	return bot.Saved{Session: []byte(session), Reply: []byte(reply)}
}

// afterLease waits until a lease that began before has run out by the server's own clock.
func afterLease() { <-time.After(shortLease + 30*time.Millisecond) }

func TestACommittedTurnIsRememberedForItsCopiesAndItsSuccessor(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		if first.Session != nil || first.Open != nil || first.Fence == 0 {
			t.Errorf("first turn was granted %+v", first)
		}
		if !commit(t, keeper, who, "m1", "n1", first.Fence, saved("s1", "r1")) {
			t.Fatal("commit was fenced")
		}
		if !commit(t, keeper, who, "m1", "n1", first.Fence, saved("s1", "r1")) {
			t.Error("the same commit again was fenced")
		}
		if got := begin(t, keeper, who, "m1", "n2"); got.Verdict != bot.Done || string(got.Reply) != "r1" {
			t.Errorf("copy got %s %q", got.Verdict, got.Reply)
		}
		next := mustRun(t, keeper, who, "m2", "n3")
		if string(next.Session) != "s1" || next.SessionFence != first.Fence || next.Fence <= first.Fence {
			t.Errorf("successor was granted %+v after %+v", next, first)
		}
	})
}

func TestACopyWaitsAndAnotherMessageQueues(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		if again := mustRun(t, keeper, who, "m1", "n1"); again.Fence != first.Fence {
			t.Errorf("the same nonce got fence %d, then %d", first.Fence, again.Fence)
		}
		for _, step := range []struct {
			id   bot.MessageID
			want bot.Verdict
		}{{"m1", bot.Same}, {"m2", bot.Wait}, {"m3", bot.Wait}, {"m2", bot.Wait}} {
			if got := begin(t, keeper, who, step.id, "x"+string(step.id)); got.Verdict != step.want {
				t.Errorf("%s: %s, want %s", step.id, got.Verdict, step.want)
			}
		}
		commit(t, keeper, who, "m1", "n1", first.Fence, saved("s", "r"))
		if got := begin(t, keeper, who, "m3", "xm3"); got.Verdict != bot.Wait {
			t.Errorf("m3 passed m2, which was there before: %s", got.Verdict)
		}
		mustRun(t, keeper, who, "m2", "xm2")
	})
}

func TestAWaiterThatIsNotSeenIsPassed(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		begin(t, keeper, who, "gone", "n2")
		commit(t, keeper, who, "m1", "n1", first.Fence, saved("s", "r"))
		deadline := time.Now().Add(3 * time.Second)
		for begin(t, keeper, who, "m3", "n3").Verdict != bot.Run {
			if time.Now().After(deadline) {
				t.Fatal("m3 never passed a waiter that is gone")
			}
			<-time.After(20 * time.Millisecond)
		}
	})
}

func TestASuccessorLearnsOfEveryTurnLeftOpen(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		one := mustRun(t, keeper, who, "m1", "n1")
		afterLease()
		two := mustRun(t, keeper, who, "m2", "n2")
		afterLease()
		three := mustRun(t, keeper, who, "m3", "n3")
		want := []bot.Open{{Message: "m1", Fence: one.Fence}, {Message: "m2", Fence: two.Fence}}
		if diff := cmp.Diff(want, three.Open); diff != "" {
			t.Errorf("left open (-want +got):\n%s", diff)
		}
		if commit(t, keeper, who, "m1", "n1", one.Fence, saved("stale", "stale")) {
			t.Error("a fenced turn committed")
		}
		if ok, err := keeper.Renew(t.Context(), who, "n1"); err != nil || ok {
			t.Errorf("a fenced turn renewed its lease: %v, %v", ok, err)
		}
		if !commit(t, keeper, who, "m3", "n3", three.Fence, saved("s3", "r3")) {
			t.Error("the holder was fenced")
		}
		if four := mustRun(t, keeper, who, "m4", "n4"); len(four.Open) != 0 || string(four.Session) != "s3" {
			t.Errorf("after a commit, granted %+v", four)
		}
	})
}

func TestTheCopyOfADeadTurnGoesBeforeThoseWhoWait(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		begin(t, keeper, who, "m2", "n2") // and is seen for a second from here
		afterLease()
		copied := mustRun(t, keeper, who, "m1", "n3")
		if diff := cmp.Diff([]bot.Open{{Message: "m1", Fence: first.Fence}}, copied.Open); diff != "" {
			t.Errorf("left open (-want +got):\n%s", diff)
		}
		if got := begin(t, keeper, who, "m3", "n4"); got.Verdict != bot.Wait {
			t.Errorf("m3 got %s, want wait", got.Verdict)
		}
	})
}

func TestARenewedLeaseHolds(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		for range 4 {
			<-time.After(shortLease / 2)
			if ok, err := keeper.Renew(t.Context(), who, "n1"); err != nil || !ok {
				t.Fatalf("renew: %v, %v", ok, err)
			}
		}
		if got := begin(t, keeper, who, "m2", "n2"); got.Verdict != bot.Wait {
			t.Errorf("the turn was taken over: %+v", got)
		}
		if !commit(t, keeper, who, "m1", "n1", first.Fence, saved("s", "r")) {
			t.Error("commit was fenced")
		}
	})
}

func TestAReleasedTurnLeavesItsPredecessorsOpen(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		one := mustRun(t, keeper, who, "m1", "n1")
		afterLease()
		mustRun(t, keeper, who, "m2", "n2")
		if err := keeper.Release(t.Context(), who, "n2"); err != nil {
			t.Fatal(err)
		}
		next := mustRun(t, keeper, who, "m2", "n3")
		if diff := cmp.Diff([]bot.Open{{Message: "m1", Fence: one.Fence}}, next.Open); diff != "" {
			t.Errorf("left open (-want +got):\n%s", diff)
		}
	})
}

func TestARepairNeverTurnsASessionBack(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		commit(t, keeper, who, "m1", "n1", first.Fence, saved("s1", "r1"))
		second := mustRun(t, keeper, who, "m2", "n2")
		repair := func(nonce string, fence bot.Fence, session string) {
			t.Helper()
			record := bot.Record{Message: "m0", Fence: fence, Session: []byte(session), Reply: []byte("r0")}
			if err := keeper.Repair(t.Context(), who, nonce, record, false); err != nil {
				t.Fatal(err)
			}
		}
		repair("n2", first.Fence-1, "older")
		repair("stranger", second.Fence, "stranger's")
		if err := keeper.Release(t.Context(), who, "n2"); err != nil {
			t.Fatal(err)
		}
		third := mustRun(t, keeper, who, "m3", "n3")
		if string(third.Session) != "s1" {
			t.Errorf("session is %q, want s1", third.Session)
		}
		repair("n3", first.Fence+1, "newer")
		own := bot.Record{Message: "m3", Fence: third.Fence, Session: []byte("own"), Reply: []byte("r3")}
		if err := keeper.Repair(t.Context(), who, "n3", own, true); err != nil {
			t.Fatal(err)
		}
		for _, id := range []bot.MessageID{"m0", "m3"} {
			if got := begin(t, keeper, who, id, "n4"); got.Verdict != bot.Done || len(got.Reply) == 0 {
				t.Errorf("copy of %s got %+v", id, got)
			}
		}
		if got := mustRun(t, keeper, who, "m5", "n5"); string(got.Session) != "own" || len(got.Open) != 0 {
			t.Errorf("after the repair that unlocks, granted %+v", got)
		}
	})
}

func TestWhatIsParkedIsAnnouncedUntilItIsTold(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		park := func() {
			t.Helper()
			if err := keeper.Park(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		park()
		first := mustRun(t, keeper, who, "m1", "n1")
		if first.Parked != 1 {
			t.Fatalf("parked %d, want 1", first.Parked)
		}
		park() // while the turn tells the first
		tell := saved("s", "r")
		tell.Told = first.Parked
		commit(t, keeper, who, "m1", "n1", first.Fence, tell)
		second := mustRun(t, keeper, who, "m2", "n2")
		if second.Parked != 1 {
			t.Fatalf("parked %d after one of two was told, want 1", second.Parked)
		}
		tell.Told = second.Parked
		commit(t, keeper, who, "m2", "n2", second.Fence, tell)
		if third := mustRun(t, keeper, who, "m3", "n3"); third.Parked != 0 {
			t.Errorf("parked %d after all was told", third.Parked)
		}
	})
}

func TestAReplyIsCollectedOrOwedNeverBoth(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		ask := func(call func() (bool, error), want bool, what string) {
			t.Helper()
			if got, err := call(); err != nil || got != want {
				t.Errorf("%s: %v, %v; want %v", what, got, err, want)
			}
		}
		collect := func(id bot.MessageID) func() (bool, error) {
			return func() (bool, error) { return keeper.Collect(t.Context(), who, id) }
		}
		owed := func(id bot.MessageID) func() (bool, error) {
			return func() (bool, error) { return keeper.Owed(t.Context(), who, id) }
		}
		for _, id := range []bot.MessageID{"m1", "m2", "m3"} {
			first := mustRun(t, keeper, who, id, string(id))
			s := saved("s", "r")
			s.Collected = id == "m3"
			commit(t, keeper, who, id, string(id), first.Fence, s)
		}
		ask(collect("m1"), true, "collect m1")
		ask(owed("m1"), false, "owed m1, collected")
		ask(collect("m1"), true, "collect m1 again")
		ask(owed("m2"), true, "owed m2")
		ask(owed("m2"), true, "owed m2 again")
		ask(collect("m2"), false, "collect m2, parked")
		ask(owed("m3"), false, "owed m3, collected with its commit")
		ask(collect("lost"), true, "collect what Redis has lost")
		if got := begin(t, keeper, who, "lost", "n"); got.Verdict != bot.Run {
			t.Errorf("a copy of a message that Redis has lost got %+v", got)
		}
		if err := keeper.Release(t.Context(), who, "n"); err != nil {
			t.Fatal(err)
		}
		if got := begin(t, keeper, who, "m2", "n"); got.Verdict != bot.Done || got.Reply != nil {
			t.Errorf("copy of a parked reply got %+v", got)
		}
	})
}

func TestTheStashGivesBackWhatWasPutThere(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		for _, body := range []string{"one", "two"} {
			if _, err := keeper.Stash(t.Context(), who.Channel, []byte(body)); err != nil {
				t.Fatal(err)
			}
		}
		stashed, err := keeper.Stashed(t.Context(), who.Channel, 5)
		if err != nil || len(stashed) != 2 {
			t.Fatalf("stashed %v, %v", stashed, err)
		}
		if err := keeper.Unstash(t.Context(), who.Channel, stashed[0]); err != nil {
			t.Fatal(err)
		}
		left, err := keeper.Stashed(t.Context(), who.Channel, 5)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range left {
			got = append(got, string(s.Body))
		}
		if diff := cmp.Diff([]string{"two"}, got); diff != "" {
			t.Errorf("stashed (-want +got):\n%s", diff)
		}
		if got, err := keeper.Stashed(t.Context(), "another", 5); err != nil || len(got) > 0 {
			t.Errorf("another channel's stash: %v, %v", got, err)
		}
	})
}

func TestARecordedReplyFadesToAMark(t *testing.T) {
	eachRedis(t, func(t *testing.T, keeper *turns.Turns, who bot.Address) {
		first := mustRun(t, keeper, who, "m1", "n1")
		commit(t, keeper, who, "m1", "n1", first.Fence, saved("s", "r"))
		key := "turn:{" + string(who.Channel) + ":zhangwei}:r:m1"
		age, err := keeper.Client().PTTL(t.Context(), key).Result()
		if err != nil || age <= 50*time.Second || age > time.Minute {
			t.Errorf("the reply lives for %s (%v), want a minute", age, err)
		}
		if err := keeper.Client().PExpire(t.Context(), key, time.Millisecond).Err(); err != nil {
			t.Fatal(err)
		}
		<-time.After(20 * time.Millisecond)
		if got := begin(t, keeper, who, "m1", "n2"); got.Verdict != bot.Done || got.Reply != nil {
			t.Errorf("late copy got %+v, want the mark alone", got)
		}
	})
}
