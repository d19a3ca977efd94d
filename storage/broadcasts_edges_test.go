package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

func TestWhoseAccountChangesWhileReceiversArePlannedIsPlannedOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(3, 0, 0)
		h.must(storage.Run(t.Context(), db, `UPDATE members SET wecom_userid = NULL WHERE id = 10001`))
		b := h.submit("停水")
		b, err := h.Release(t.Context(), h.chair.ID, b.Number, 0)
		h.must(err)
		b, err = h.store.ByNumber(t.Context(), b.Number)
		h.must(err)
		_, err = h.store.PlanNext(t.Context(), b, broadcast.Rules{Today: castNow, Now: castNow, Sends: castNow})
		h.must(err)
		for _, change := range []string{
			`UPDATE members SET wecom_userid = NULL WHERE id = 10002`,
			`INSERT INTO identities (channel, user_id, member_id, proof, bound_ms) VALUES ('officialaccount:gh_1', 'changed', 10002, 'code', 0)`,
			`UPDATE members SET wecom_userid = 'changed' WHERE id = 10001`,
		} {
			h.must(storage.Run(t.Context(), db, change))
		}
		h.advance()
		h.wantReport(b, broadcast.Sending, 3, map[broadcast.ReceiptState]int{broadcast.Waits: 2, broadcast.Unreachable: 1})
	})
}

// stuck is a store in which one broadcast cannot be planned.
type stuck struct {
	broadcast.Store
	id broadcast.ID
}

func (s stuck) PlanNext(ctx context.Context, b broadcast.Broadcast, r broadcast.Rules) (broadcast.Plan, error) {
	if b.ID == s.id {
		return b.Plan, errors.New("broken")
	}
	return s.Store.PlanNext(ctx, b, r)
}

func TestABroadcastThatIsStuckKeepsNoOtherWaiting(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(2, 0, 0)
	first, second := h.submit("一"), h.submit("二")
	h.Store = stuck{h.store, first.ID}
	for _, b := range []broadcast.Broadcast{first, second} {
		_, err := h.Release(t.Context(), h.chair.ID, b.Number, b.Version)
		h.must(err)
	}
	for range 5 {
		if _, err := h.Advance(t.Context(), 10); err == nil || !strings.Contains(err.Error(), first.Number) {
			t.Fatalf("who is stuck is not named: %v", err)
		}
	}
	if n := h.drain(second); n != 2 {
		t.Errorf("%d got the other", n)
	}
}

func TestAWordSaidBeforeTheUrgentOneIsSentDoesNotKeepItBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(1, 0, 0)
		h.must(h.members.Grant(t.Context(), h.author.ID, union.Duty, h.org.ID))
		b := h.submit("撤离", func(b *broadcast.Broadcast) { b.Urgent = true })
		h.release(b)
		batch, ok := h.claim(b, "a")
		if !ok || len(batch.To) != 1 {
			t.Fatalf("it goes to %v", batch.To)
		}
		member := union.MemberID(batch.To[0].Member)
		if _, err := h.Answered(t.Context(), member, ""); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("answered before it was sent: %v", err)
		}
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
		_, err := h.Answered(t.Context(), member, "")
		h.must(err)
		h.must(h.queue.Settle(t.Context(), batch, all(batch, isSent), nil, time.Time{}))
		h.advance()
		h.wantReport(b, broadcast.Done, 1, map[broadcast.ReceiptState]int{broadcast.Answered: 1})
	})
}

func TestWhatWasToldBeforeItsParkingWasWrittenDownIsNotSentAgain(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(0, 1, 0)
	b := h.submit("停水")
	h.release(b)
	batch, _ := h.claim(b, "dead")
	parked := storage.NewParked(h.db, h.now.Now)
	h.must(parked.Put(t.Context(), batch.To[0].At, bot.CastKey(b.Number, batch.To[0].Member), batch.To[0].Text))
	told, err := storage.TakeParked(t.Context(), h.db, parked, batch.To[0].At)
	if err != nil || len(told) != 1 {
		t.Fatalf("told %q, %v", told, err)
	}
	h.now.set(castNow.Add(2 * time.Minute))
	if heir, ok := h.claim(b, "heir"); !ok || len(heir.To) != 0 {
		t.Errorf("it is sent again to %v, %v", heir.To, ok)
	}
}

func TestWhatIsCancelledIsNotToldWithTheNextWord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(0, 60, 0)
		b := h.submit("停水")
		h.release(b)
		batch, _ := h.claim(b, "a")
		parked := storage.NewParked(db, h.now.Now)
		for _, to := range batch.To {
			h.must(parked.Put(t.Context(), to.At, bot.CastKey(b.Number, to.Member), to.Text))
		}
		h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelParked}))
		_, err := storage.TakeParked(t.Context(), db, parked, batch.To[0].At)
		h.must(err)
		_, err = h.Cancel(t.Context(), h.author.ID, b.Number)
		h.must(err)
		h.advance()
		h.wantReport(b, broadcast.Cancelled, 60, map[broadcast.ReceiptState]int{broadcast.Sent: 1, broadcast.Withdrawn: 59})
		told, err := storage.TakeParked(t.Context(), db, parked, batch.To[1].At)
		if err != nil || len(told) != 0 {
			t.Errorf("told %q, %v", told, err)
		}
	})
}

func TestABranchIsToldOfAllWhomItDidNotReach(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(1, 0, 1_100)
	b := h.submit("停水")
	h.release(b)
	h.outbox.take()
	h.drain(b)
	h.advance()
	var said []string
	for _, n := range h.outbox.take() {
		said = append(said, n.Body.Text)
	}
	if !strings.HasSuffix(strings.Join(said, "\n"), "unreached of "+h.org.Path+": 1100") {
		t.Errorf("said %q", said)
	}
}

func TestTheCountsAddUpToWhoWasPlannedAfterACancel(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(3, 0, 0)
	b := h.submit("停水")
	h.must(storage.Run(t.Context(), h.db, `UPDATE members SET status = 'left' WHERE id = 10003`))
	h.release(b)
	_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
	h.must(err)
	h.advance()
	h.wantReport(b, broadcast.Cancelled, 2, map[broadcast.ReceiptState]int{broadcast.Withdrawn: 2})
}

func TestWhatIsHeldOfAPausedBroadcastKeepsNoDigestWaiting(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(3, 0, 0)
	h.Weekly = 1
	h.release(h.submit("第一条"))
	paused := h.submit("停住的")
	h.release(paused)
	_, err := h.Pause(t.Context(), h.author.ID, paused.Number)
	h.must(err)
	h.release(h.submit("又一条", func(b *broadcast.Broadcast) { b.Audience.Posts = nil; b.Audience.Staff = []string{h.staffOf(10_003)} }))
	h.now.set(castNow.Add(25 * time.Hour))
	if n, err := h.Digest(t.Context(), 1); err != nil || n != 1 {
		t.Errorf("%d digests, %v", n, err)
	}
}

func TestWhoWroteToTwoOfTheirsMaySteerIt(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(2, 0, 0)
	root, _, _ := strings.Cut(h.org.Path, "/")
	put(t, h.members, root+"/二分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "周强", Post: "焊工"})
	other, err := h.members.OrganisationByPath(t.Context(), root+"/二分厂")
	h.must(err)
	h.must(h.members.Grant(t.Context(), h.author.ID, union.Organiser, other.ID))
	b := h.submit("停水", func(b *broadcast.Broadcast) {
		b.Audience.Orgs = append(b.Audience.Orgs, broadcast.Part{Org: other.ID, Path: other.Path, Lineage: other.Lineage})
	})
	if _, err := h.Cancel(t.Context(), h.author.ID, b.Number); err != nil || b.Head != 3 {
		t.Errorf("of %d, called off with %v", b.Head, err)
	}
}

func TestNoBranchIsToldOfWhatWasCalledOff(t *testing.T) {
	h := newHall(t, storagetest.SQLite(t))
	h.crowd(1, 0, 2)
	b := h.submit("停水")
	h.release(b)
	h.outbox.take()
	_, err := h.Cancel(t.Context(), h.author.ID, b.Number)
	h.must(err)
	h.advance()
	for _, n := range h.outbox.take() {
		if strings.Contains(n.Body.Text, "unreached") {
			t.Errorf("told %q", n.Body.Text)
		}
	}
}

// staffOf is a member's staff number.
func (h *hall) staffOf(id union.MemberID) string {
	h.t.Helper()
	m, err := h.members.Get(h.t.Context(), id)
	h.must(err)
	return m.StaffNo
}
