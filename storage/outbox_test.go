package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

var lifang = bot.Address{Channel: "wecom:1000002", User: "lifang"}

const leaseLife = 30 * time.Second

// outboxClock is a clock that a test moves.
type outboxClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *outboxClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *outboxClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newOutbox(db *storage.DB) (*storage.Outbox, *outboxClock) {
	clock := &outboxClock{at: time.UnixMilli(1_795_000_000_000)}
	outbox := storage.NewOutbox(db)
	outbox.UseClock(clock.now)
	return outbox, clock
}

func aText(key string, to union.MemberID, policy notice.Policy) notice.Notice {
	return notice.Notice{Key: key, Kind: notice.KindAnswer, Policy: policy, To: to, Case: 7, Body: notice.Body{Text: "说 " + key}}
}

func putNotices(t *testing.T, outbox *storage.Outbox, notices ...notice.Notice) {
	t.Helper()
	if err := outbox.Put(t.Context(), notices...); err != nil {
		t.Fatal(err)
	}
}

func claimRows(t *testing.T, outbox *storage.Outbox, lease string, limit int) []bot.Parcel {
	t.Helper()
	items, err := outbox.Claim(t.Context(), false, lease, leaseLife, limit)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func rowKeys(items []bot.Parcel) []string {
	var list []string
	for _, i := range items {
		list = append(list, i.Key)
	}
	return list
}

func wantKeys(t *testing.T, items []bot.Parcel, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, rowKeys(items)); diff != "" {
		t.Fatalf("claimed rows (-want +got):\n%s", diff)
	}
}

func settleRow(t *testing.T, outbox *storage.Outbox, item bot.Parcel, s bot.Settlement) {
	t.Helper()
	if err := outbox.Settle(t.Context(), item, s); err != nil {
		t.Fatalf("settle %s: %v", item.Key, err)
	}
}

func beginRow(t *testing.T, outbox *storage.Outbox, item bot.Parcel) {
	t.Helper()
	if err := outbox.Begin(t.Context(), item, lifang, []byte(`{"api":"message/send"}`), leaseLife); err != nil {
		t.Fatalf("begin %s: %v", item.Key, err)
	}
}

func TestANoticeIsWrittenOnceByItsKeyAndWithItsTransaction(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, _ := newOutbox(db)
		rung := 0
		outbox.OnPut(func() { rung++ })
		card := aText("task/1/3", 3, notice.Resend)
		card.Body.Card = &notice.Card{Title: "合理化建议", TaskID: "c1-s1-m3", Rows: []notice.Row{{Name: "现状", Value: "没有护栏"}},
			Buttons: []notice.Button{{Text: "受理", Key: "accept", Style: 1}}}
		putNotices(t, outbox, card)
		second := card
		second.Body = notice.Body{Text: "别的话"}
		putNotices(t, outbox, second)

		failed := errors.New("turn lost")
		err := db.Tx(t.Context(), func(ctx context.Context) error {
			if err := outbox.Put(ctx, aText("answer/1/9", 9, notice.Resend)); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatalf("Tx returned %v", err)
		}

		items := claimRows(t, outbox, "a", 10)
		wantKeys(t, items, "task/1/3")
		want := bot.Outgoing{Card: &bot.Card{Title: "合理化建议", TaskID: "c1-s1-m3", Rows: []bot.CardRow{{Name: "现状", Value: "没有护栏"}},
			Buttons: []bot.CardButton{{Text: "受理", Key: "accept", Style: 1}}, Fallback: "说 task/1/3"}}
		if diff := cmp.Diff(want, items[0].Body); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
		if items[0].Member != 3 || items[0].Kind != notice.KindAnswer || items[0].Hold {
			t.Errorf("item is %+v", items[0])
		}
		if rung < 2 { // a notice that was passed over may ring too: whoever looks finds nothing
			t.Errorf("bell rang %d times for 2 written rows", rung)
		}
	})
}

func TestPartsOfAReplyGoToTheirAddressInOrderAndOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, _ := newOutbox(db)
		parts := []bot.Outgoing{{Text: "(2/3)"}, {Text: "(3/3)"}}
		for range 2 {
			if err := outbox.PutOutgoing(t.Context(), lifang, "wecom:1000002/m/1", parts); err != nil {
				t.Fatal(err)
			}
		}
		items := claimRows(t, outbox, "a", 10)
		wantKeys(t, items, "wecom:1000002/m/1#0", "wecom:1000002/m/1#1")
		if items[0].To != lifang || items[0].Body.Text != "(2/3)" {
			t.Errorf("first part is %+v", items[0])
		}
	})
}

func TestANoticeTooLongForOneMessageGoesOutInParts(t *testing.T) {
	outbox, _ := newOutbox(storagetest.SQLite(t))
	long := aText("answer", 1, notice.Resend)
	long.Body.Text = strings.Repeat("理由是这样的。", 200)
	putNotices(t, outbox, long)
	items := claimRows(t, outbox, "a", 10)
	wantKeys(t, items, "answer", "answer#1", "answer#2")
	var whole string
	for _, i := range items {
		if len(i.Body.Text) > 2048 {
			t.Errorf("a part has %d bytes", len(i.Body.Text))
		}
		whole += i.Body.Text
	}
	if whole != long.Body.Text {
		t.Error("the parts are not the whole")
	}
}

func TestAQuestionStandsBelowTheLastPartWithRoomForItsLinesAndOnACardBehindIt(t *testing.T) {
	outbox, _ := newOutbox(storagetest.SQLite(t))
	long := aText("answer", 1, notice.Resend)
	long.Body.Text = strings.Repeat("理由是这样的。", 120)
	long.Body.Ask = &notice.Ask{Title: "办得怎么样?", TaskID: "rate-1", Choices: []notice.Choice{{Label: "满意", Say: "满意 JY26-0138"}}}
	putNotices(t, outbox, long)
	items := claimRows(t, outbox, "a", 10)
	last := len(items) - 1
	for i, item := range items[:last] {
		if asks := len(item.Body.Choices) > 0; asks != (i == last-1) || len(item.Body.Text) > 1048 {
			t.Errorf("part %d of %d bytes asks: %v", i, len(item.Body.Text), asks)
		}
	}
	card := items[last].Body.Card
	if card == nil || card.TaskID != "rate-1" || card.Fallback != "" || len(card.Buttons) != 1 || card.Buttons[0].Key != bot.SayKey("满意 JY26-0138") {
		t.Errorf("the card is %+v", card)
	}
}

func TestAKeyThatDoesNotFitItsColumnIsKeptApartByItsHash(t *testing.T) {
	db := storagetest.MariaDB(t)
	outbox, _ := newOutbox(db)
	long := fmt.Sprintf("%0250d", 1)
	putNotices(t, outbox, aText(long+"a", 1, notice.Resend), aText(long+"b", 2, notice.Resend), aText("中文键", 3, notice.Resend), aText(long+"a", 1, notice.Resend))
	if got := len(claimRows(t, outbox, "a", 10)); got != 3 {
		t.Errorf("%d rows, want 3", got)
	}
}

func TestARowThatWaitsHoldsBackTheLaterOnesOfItsLaneOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		putNotices(t, outbox, aText("m1/first", 1, notice.Resend), aText("m2/first", 2, notice.Resend))
		clock.advance(time.Millisecond)
		putNotices(t, outbox, aText("m1/second", 1, notice.Resend))

		items := claimRows(t, outbox, "a", 2)
		wantKeys(t, items, "m1/first", "m2/first")
		wantKeys(t, claimRows(t, outbox, "b", 10)) // m1/second waits for the lease

		settleRow(t, outbox, items[0], bot.Settlement{State: bot.ParcelAgain, RetryAt: clock.now().Add(time.Minute)})
		settleRow(t, outbox, items[1], bot.Settlement{State: bot.ParcelSent})
		wantKeys(t, claimRows(t, outbox, "b", 10)) // and for the retry

		clock.advance(time.Minute)
		wantKeys(t, claimRows(t, outbox, "c", 10), "m1/first", "m1/second")
	})
}

func TestARowForLaterIsNotClaimedEarlyAndHoldsNothingBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		later := aText("greeting", 1, notice.Hold)
		later.NotBefore = clock.now().Add(time.Hour)
		putNotices(t, outbox, later, aText("answer", 1, notice.Resend))
		items := claimRows(t, outbox, "a", 10)
		wantKeys(t, items, "answer")
		settleRow(t, outbox, items[0], bot.Settlement{State: bot.ParcelSent})
		clock.advance(time.Hour)
		wantKeys(t, claimRows(t, outbox, "a", 10), "greeting")
	})
}

func TestWhatARunOutLeaseMeansDependsOnPolicyAndBeginning(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		uncertain := 0
		for _, c := range []struct {
			name   string
			policy notice.Policy
			begun  bool
			again  bool
		}{
			{"resend, not begun", notice.Resend, false, true},
			{"resend, begun", notice.Resend, true, true},
			{"hold, not begun", notice.Hold, false, true},
			{"hold, begun", notice.Hold, true, false},
		} {
			putNotices(t, outbox, aText(c.name, 1, c.policy))
			first := claimRows(t, outbox, "dies", 1)[0]
			if c.begun {
				beginRow(t, outbox, first)
			}
			clock.advance(leaseLife - time.Millisecond)
			wantKeys(t, claimRows(t, outbox, "early", 1))
			clock.advance(time.Millisecond)

			items := claimRows(t, outbox, "next", 1)
			if got := len(items) == 1; got != c.again {
				t.Fatalf("%s: claimed again: %v, want %v", c.name, got, c.again)
			}
			if c.again && c.begun && (string(items[0].Frozen) != `{"api":"message/send"}` || items[0].To != lifang || items[0].Attempts != 1) {
				t.Errorf("%s: the frozen call is lost: %+v", c.name, items[0])
			}
			if err := outbox.Settle(t.Context(), first, bot.Settlement{State: bot.ParcelSent}); !errors.Is(err, bot.ErrLeaseLost) {
				t.Errorf("%s: the first holder settled after its lease: %v", c.name, err)
			}
			if c.again {
				settleRow(t, outbox, items[0], bot.Settlement{State: bot.ParcelSent})
			} else {
				uncertain++
			}
			backlog, err := outbox.Backlog(t.Context())
			if err != nil || backlog.Uncertain != uncertain {
				t.Errorf("%s: backlog %+v, %v; want %d uncertain", c.name, backlog, err, uncertain)
			}
		}
	})
}

func TestTwoClaimersAtOnceTakeEveryRowOnceAndInTheOrderOfItsLane(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		const lanes, perLane = 10, 12
		outbox := storage.NewOutbox(db)
		for i := range perLane {
			for lane := range lanes {
				to := bot.Address{Channel: "wecom:1", User: bot.UserID(fmt.Sprint("u", lane))}
				if err := outbox.PutOutgoing(t.Context(), to, fmt.Sprintf("%d/%02d", lane, i), []bot.Outgoing{{Text: "x"}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		var mu sync.Mutex
		sent := make(map[string][]string)
		done := 0
		var workers sync.WaitGroup
		for w := range 3 {
			workers.Go(func() {
				deadline := time.Now().Add(30 * time.Second)
				for n := 0; time.Now().Before(deadline); n++ {
					items, err := outbox.Claim(t.Context(), false, fmt.Sprintf("w%d/%d", w, n), leaseLife, 7)
					if err != nil && !errors.Is(err, bot.ErrConflict) {
						t.Errorf("claim: %v", err)
						return
					}
					for _, item := range items {
						mu.Lock()
						sent[item.Lane] = append(sent[item.Lane], item.Key)
						done++
						mu.Unlock()
						for err = bot.ErrConflict; errors.Is(err, bot.ErrConflict); {
							err = outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelSent})
						}
						if err != nil {
							t.Errorf("settle: %v", err)
							return
						}
					}
					mu.Lock()
					finished := done >= lanes*perLane
					mu.Unlock()
					if finished {
						return
					}
				}
			})
		}
		workers.Wait()
		if len(sent) != lanes {
			t.Fatalf("%d lanes were served, want %d", len(sent), lanes)
		}
		for lane, got := range sent {
			var want []string
			for i := range perLane {
				want = append(want, fmt.Sprintf("%s/%02d#0", lane[len("a/wecom:1/u"):], i))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("lane %s (-want +got):\n%s", lane, diff)
			}
		}
	})
}

func TestTriesOfAnAddressAreCountedByTheMinuteAndTheHour(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		putNotices(t, outbox, aText("a", 1, notice.Resend), aText("b", 2, notice.Resend), aText("c", 3, notice.Resend))
		items := claimRows(t, outbox, "x", 10)
		beginRow(t, outbox, items[0])
		settleRow(t, outbox, items[0], bot.Settlement{State: bot.ParcelSent})
		clock.advance(2 * time.Minute)
		beginRow(t, outbox, items[1])
		beginRow(t, outbox, items[1])
		beginRow(t, outbox, items[2])
		settleRow(t, outbox, items[2], bot.Settlement{State: bot.ParcelAgain, RetryAt: clock.now(), Untried: true, Thaw: true})
		minute, hour, err := outbox.Tries(t.Context(), lifang, clock.now().Add(-time.Minute), clock.now().Add(-time.Hour))
		if minute != 2 || hour != 3 || err != nil {
			t.Errorf("Tries = %d, %d, %v; want 2, 3", minute, hour, err)
		}
		again := claimRows(t, outbox, "y", 10)
		wantKeys(t, again, "c")
		if again[0].Frozen != nil || again[0].Attempts != 0 {
			t.Errorf("the call was not made, but is kept: %+v", again[0])
		}
	})
}

func TestTheRestOfALaneIsClaimedForADigest(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		putNotices(t, outbox, aText("1", 1, notice.Resend), aText("2", 1, notice.Resend), aText("3", 1, notice.Resend), aText("other", 2, notice.Resend))
		first := claimRows(t, outbox, "a", 1)
		wantKeys(t, first, "1")
		rest, err := outbox.ClaimLane(t.Context(), first[0].Lane, "a", leaseLife)
		if err != nil {
			t.Fatal(err)
		}
		wantKeys(t, rest, "2", "3")
		for _, item := range append(first, rest...) {
			settleRow(t, outbox, item, bot.Settlement{State: bot.ParcelAgain, RetryAt: clock.now()})
		}
		again := claimRows(t, outbox, "b", 10)
		wantKeys(t, again, "1", "2", "3", "other")
	})
}

func TestACardIsUpdatedByItsNewestCodeUntilItIsSpent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		cards := storage.NewCards(db)
		at := time.UnixMilli(1_795_000_000_000)
		want := func(code string, shown bool, when time.Time) {
			t.Helper()
			gotCode, gotShown, err := cards.Code(t.Context(), "c1", lifang, when)
			if gotCode != code || gotShown != shown || err != nil {
				t.Errorf("Code = %q, %v, %v; want %q, %v", gotCode, gotShown, err, code, shown)
			}
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		want("", false, at)
		must(cards.Shown(t.Context(), "c1", lifang, "sent", at))
		want("sent", true, at)
		must(cards.Tapped(t.Context(), "c1", lifang, "tapped", at.Truncate(time.Second))) // the platform's clock has whole seconds
		must(cards.Tapped(t.Context(), "c1", lifang, "copy of an older tap", at.Add(-2*time.Second)))
		must(cards.Shown(t.Context(), "c1", lifang, "recorded late", at))
		want("tapped", true, at)
		want("", true, at.Add(73*time.Hour)) // codes live 72 hours [W94945]
		must(cards.Spent(t.Context(), "c1", lifang, "sent"))
		want("tapped", true, at)
		must(cards.Spent(t.Context(), "c1", lifang, "tapped"))
		want("", true, at)
	})
}

func TestWhatWasNotDeliveredIsListedAndWhatIsOldIsPurged(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, clock := newOutbox(db)
		putNotices(t, outbox, aText("sent", 1, notice.Resend), aText("failed", 2, notice.Resend), aText("waits", 3, notice.Resend))
		items := claimRows(t, outbox, "a", 2)
		settleRow(t, outbox, items[0], bot.Settlement{State: bot.ParcelSent})
		settleRow(t, outbox, items[1], bot.Settlement{State: bot.ParcelFailed, Cause: "unreachable"})

		list, err := outbox.Undelivered(t.Context(), bot.ParcelFailed, 10)
		if err != nil || len(list) != 1 || list[0].Key != "failed" || list[0].Cause != "unreachable" || list[0].Member != 2 || list[0].Case != 7 {
			t.Errorf("Undelivered = %+v, %v", list, err)
		}
		backlog, err := outbox.Backlog(t.Context())
		if want := (storage.Backlog{Waiting: 1, Oldest: clock.now(), Failed: 1}); err != nil || !cmp.Equal(want, backlog) {
			t.Errorf("Backlog = %+v, %v", backlog, err)
		}
		clock.advance(time.Hour)
		removed, err := outbox.Purge(t.Context(), clock.now(), 10)
		if removed != 2 || err != nil {
			t.Errorf("Purge = %d, %v; want the 2 settled rows", removed, err)
		}
		wantKeys(t, claimRows(t, outbox, "b", 10), "waits")
	})
}
