package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

const wishes = "祝大家元旦快乐"

// carers silence the plant of a hall.
func (h *hall) carers() *occasion.Desk {
	h.t.Helper()
	data, err := reference.Load(shipped.Files)
	h.must(err)
	return &occasion.Desk{
		Store: storage.NewGreetings(h.db), Members: h.members, Outbox: h.outbox, Words: plainCare{}, Data: reference.NewBook(data), Zone: time.FixedZone("CST", 8*60*60),
		Now: h.now.Now, NewID: h.db.NewID, Language: "zh-CN",
	}
}

func (h *hall) silences(d *occasion.Desk, days int) {
	h.t.Helper()
	_, _, _, err := d.Silence(h.t.Context(), h.author.ID, "", days)
	h.must(err)
}

// mourner is a welder who is not to be greeted.
func (h *hall) mourner(d *occasion.Desk, wecom string) union.Member {
	h.t.Helper()
	m := put(h.t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("m"), Name: "王强", Post: "焊工", WeComUserID: wecom})
	_, err := d.Protect(h.t.Context(), h.author.ID, m.StaffNo, "丧亲", "")
	h.must(err)
	return m
}

// ended is how one that cheers nobody yet comes to its end.
func (h *hall) ended(b broadcast.Broadcast) int {
	h.t.Helper()
	sent := h.drain(b)
	h.advance()
	return sent
}

// Nobody hears a wish whose unit is silent; what was decided afterwards is done once, whoever does it and however often it is said.
func TestASilenceHoldsWhatCheersAndGivesItBackOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(3, 1, 1)
		h.mourner(d, storagetest.Unique("u"))
		h.mourner(d, "")
		h.silences(d, 3)
		b, plain := h.submit(wishes), h.submit("明天停水")
		if len(b.Quiet) != 1 || len(plain.Quiet) != 0 {
			t.Errorf("its releaser reads that %v are silent, of what wishes nothing %v", b.Quiet, plain.Quiet)
		}
		for _, each := range []broadcast.Broadcast{b, plain} {
			h.release(each)
		}
		if n := h.ended(plain); n != 5 {
			t.Errorf("what wishes nothing goes to %d, want 5", n)
		}
		if n := h.ended(b); n != 0 {
			t.Errorf("%d were sent a wish in the silence", n)
		}
		h.wantReport(b, broadcast.Done, 7, map[broadcast.ReceiptState]int{broadcast.Silenced: 5, broadcast.Spared: 1, broadcast.Unreachable: 1})
		h.now.set(castNow.Add(time.Hour)) // before its time
		_, held, err := d.Unsilence(t.Context(), h.author.ID, "")
		if err != nil || len(held) != 1 || held[0].Occasion != b.Number || held[0].N != 5 {
			t.Fatalf("the silence held %+v, %v", held, err)
		}
		n, _, err := d.Release(t.Context(), h.author.ID, true)
		if err != nil || n != 5 {
			t.Errorf("%d go out late, %v", n, err)
		}
		if _, _, err := d.Release(t.Context(), h.author.ID, false); !errors.Is(err, occasion.ErrNothing) {
			t.Errorf("decided once more: %v", err)
		}
		var replicas sync.WaitGroup
		for range 2 {
			replicas.Go(func() { _, _ = h.Advance(t.Context(), 10) }) // one of them may be too late
		}
		replicas.Wait()
		h.advance()
		if n := h.ended(b); n != 4 {
			t.Errorf("%d were sent it late, want 4", n)
		}
		h.wantReport(b, broadcast.Done, 7, map[broadcast.ReceiptState]int{broadcast.Spared: 6, broadcast.Unreachable: 1})
		h.advance()
		if n := h.ended(b); n != 0 {
			t.Errorf("%d were sent it twice", n)
		}
		var sheet strings.Builder
		h.must(h.WriteSheet(t.Context(), &sheet, b, true, func(int) {}))
		if n := strings.Count(sheet.String(), ",spared,,,\n"); n != 6 {
			t.Errorf("the sheet tells apart whom it would have hurt:\n%s", sheet.String())
		}
	})
}

// A silence that begins in the middle holds whom no call was begun for; nobody says anything of it, and it is left out in the end.
func TestASilenceStopsWhatIsGoingOut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(2, 0, 0)
		b := h.submit(wishes + "{姓名}")
		h.release(b)
		batch, ok := h.claim(b, "sender")
		if !ok || len(batch.To) != 2 {
			t.Fatalf("claimed %+v", batch)
		}
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
		h.must(h.queue.Settle(t.Context(), batch, map[int64]bot.Receipt{batch.To[0].Member: isSent}, nil, h.now.Now()))
		batch, _ = h.claim(b, "sender")
		h.silences(d, 1)
		if _, ok, err := h.queue.Going(t.Context(), batch); ok || err != nil {
			t.Errorf("it goes on in the silence, %v", err)
		}
		if err := h.queue.Begin(t.Context(), batch, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute); !errors.Is(err, bot.ErrStopped) {
			t.Errorf("begun in the silence: %v", err)
		}
		h.must(h.queue.Settle(t.Context(), batch, nil, nil, h.now.Now()))
		if n := h.ended(b); n != 0 {
			t.Errorf("%d were sent a wish in the silence", n)
		}
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Spared: 1, broadcast.Silenced: 1})
		for _, day := range []int{2, 17} {
			h.now.set(castNow.AddDate(0, 0, day))
			h.must(d.Sweep(t.Context()))
			h.advance()
		}
		h.wantReport(b, broadcast.Done, 2, map[broadcast.ReceiptState]int{broadcast.Spared: 1, broadcast.Withdrawn: 1})
		if _, _, err := d.Release(t.Context(), h.author.ID, true); !errors.Is(err, occasion.ErrNothing) {
			t.Errorf("released when it was left out: %v", err)
		}
	})
}

// What waits for a next word waits on, and no digest names it.
func TestASilenceHoldsWhatWaits(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(0, 1, 0)
		h.Weekly = 1
		first, second := h.submit(wishes), h.submit(wishes+"!")
		h.release(first)
		h.release(second)
		batch, _ := h.claim(first, "sender")
		parked, at := storage.NewParked(db, h.now.Now), batch.To[0].At
		h.must(parked.Put(t.Context(), at, bot.CastKey(first.Number, batch.To[0].Member), wishes))
		h.settle(batch, all(batch, bot.Receipt{State: bot.ParcelParked}))
		h.silences(d, 1)
		waits := func(want int, why string) {
			t.Helper()
			if texts, err := parked.Waiting(t.Context(), at); err != nil || len(texts) != want {
				t.Errorf("%d are told with the next word %s, %v", len(texts), why, err)
			}
		}
		waits(0, "in the silence")
		h.advance()
		h.now.set(castNow.Add(25 * time.Hour))
		if n, err := h.Digest(t.Context(), 10); err != nil || n != 0 {
			t.Errorf("%d digests in the silence, %v", n, err)
		}
		h.wantReport(second, broadcast.Sending, 1, map[broadcast.ReceiptState]int{broadcast.Silenced: 1})
		if _, _, err := d.Unsilence(t.Context(), h.author.ID, ""); err != nil {
			t.Fatal(err)
		}
		waits(1, "after it")
	})
}

// Of two silences that hold something of one broadcast each gives its own back, whatever has become of what the other holds.
func TestTwoSilencesGiveBackTheirOwn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(2, 0, 0)
		team := storagetest.Unique("锅炉班")
		put(t, h.members, h.org.Path+"/"+team, union.Member{StaffNo: storagetest.Unique("m"), Name: "王强", Post: "焊工", WeComUserID: storagetest.Unique("u")})
		h.silences(d, 3)
		_, _, _, err := d.Silence(t.Context(), h.author.ID, team, 3)
		h.must(err)
		b := h.submit(wishes)
		h.release(b)
		if n := h.ended(b); n != 0 {
			t.Errorf("%d were sent a wish in the silence", n)
		}
		if _, held, err := d.Unsilence(t.Context(), h.author.ID, ""); err != nil || len(held) != 2 {
			t.Fatalf("the silences held %+v, %v", held, err)
		}
		_, _, err = d.Release(t.Context(), h.author.ID, true)
		h.must(err)
		n, err := h.store.FreeNext(t.Context())
		h.must(err)
		h.must(h.store.ForgetFreed(t.Context(), b.ID)) // as another replica does that has seen the first of them freed
		rest, err := h.store.FreeNext(t.Context())
		h.must(err)
		if n+rest != 3 {
			t.Errorf("%d and %d are free, want all of 3", n, rest)
		}
	})
}

// Whoever looked at a silence before it ended holds nothing for it behind that: nobody would be asked.
func TestASilenceThatHasEndedHoldsNothingMore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(1, 0, 0)
		b := h.submit(wishes)
		h.release(b)
		s, _, _, err := d.Silence(t.Context(), h.author.ID, "", 1)
		h.must(err)
		_, _, err = d.Unsilence(t.Context(), h.author.ID, "")
		h.must(err)
		batch, _ := h.claim(b, "sender")
		h.must(storage.Hush(t.Context(), h.store, b.ID, union.MemberID(batch.To[0].Member), s.ID))
		h.settle(batch, all(batch, isSent))
		h.advance()
		h.wantReport(b, broadcast.Done, 1, map[broadcast.ReceiptState]int{broadcast.Spared: 1})
	})
}

// Behind a silence that ends while its members are looked at they are kept from it by what else keeps them: a shield, or another silence.
func TestWhatElseKeepsAWishStaysWhereASilenceEnds(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		team := storagetest.Unique("锅炉班")
		mourner := h.mourner(d, storagetest.Unique("u"))
		silent := put(t, h.members, h.org.Path+"/"+team, union.Member{StaffNo: storagetest.Unique("m"), Name: "王强", Post: "焊工", WeComUserID: storagetest.Unique("u")})
		other := put(t, h.members, h.org.Path, union.Member{StaffNo: storagetest.Unique("m"), Name: "李明", Post: "焊工", WeComUserID: storagetest.Unique("u")})
		b := h.submit(wishes)
		h.release(b)
		h.advance()
		s, _, _, err := d.Silence(t.Context(), h.author.ID, "", 1)
		h.must(err)
		_, _, err = d.Unsilence(t.Context(), h.author.ID, "")
		h.must(err)
		_, _, _, err = d.Silence(t.Context(), h.author.ID, team, 3)
		h.must(err)
		for _, m := range []union.Member{mourner, silent, other} {
			h.must(storage.Hush(t.Context(), h.store, b.ID, m.ID, s.ID))
		}
		tally, err := h.store.Tally(t.Context(), b.ID)
		h.must(err)
		if tally[broadcast.Spared] != 1 || tally[broadcast.Silenced] != 1 || tally[broadcast.Waits] != 1 {
			t.Errorf("they are %v", tally)
		}
		batch, _ := h.claim(b, "sender")
		if len(batch.To) != 1 || batch.To[0].Member != int64(other.ID) {
			t.Errorf("it goes to %+v", batch.To)
		}
	})
}

// A call of which nobody knows what came is not made again for who fell silent since.
func TestWhoeverMakesACallAgainKnowsWhoFellSilent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(1, 0, 0)
		b := h.submit(wishes)
		h.release(b)
		batch, _ := h.claim(b, "dead")
		call := bot.BatchCall{Channel: wecomChannel, Members: []int64{batch.To[0].Member}, Begun: h.now.Now()}
		h.must(h.queue.Begin(t.Context(), batch, []bot.BatchCall{call}, time.Minute))
		h.silences(d, 1)
		h.now.set(castNow.Add(2 * time.Minute))
		again, ok := h.claim(b, "heir")
		if !ok || len(again.Doubtful) != 1 || len(again.Silent) != 1 || again.Silent[0] != call.Members[0] {
			t.Errorf("the heir gets %+v, %v", again, ok)
		}
	})
}

// A digest that was made before a silence waits for its end if it wishes something, wherever it is.
func TestASilenceHoldsADigestThatWishes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		d := h.carers()
		h.crowd(0, 1, 0)
		h.Weekly = 1
		first, second := h.submit("明天停水"), h.submit(wishes)
		h.release(first)
		h.release(second)
		batch, _ := h.claim(first, "sender")
		h.settle(batch, all(batch, isSent))
		h.advance()
		h.now.set(castNow.Add(25 * time.Hour))
		if n, err := h.Digest(t.Context(), 10); err != nil || n != 1 {
			t.Fatalf("%d digests, %v", n, err)
		}
		outbox := storage.NewOutbox(db)
		outbox.UseClock(h.now.Now)
		item := bot.Parcel{Kind: "broadcast", Key: fmt.Sprintf("cast/digest/%d/%d", batch.To[0].Member, second.ID)}
		parked, at := storage.NewParked(db, h.now.Now), batch.To[0].At
		h.must(parked.Put(t.Context(), at, item.Key, wishes))
		says := func(want bool) {
			t.Helper()
			if err := outbox.Begin(t.Context(), item, at, nil, time.Minute); errors.Is(err, bot.ErrAside) == want {
				t.Errorf("it goes out: %v, want it to: %v", err, want)
			}
			if texts, err := parked.Waiting(t.Context(), at); err != nil || len(texts) == 1 != want {
				t.Errorf("%v are told with the next word, %v", texts, err)
			}
		}
		says(true)
		h.silences(d, 1)
		says(false)
		_, _, err := d.Unsilence(t.Context(), h.author.ID, "")
		h.must(err)
		says(true)
		// Whoever is never to be greeted hears the rest of it.
		m, err := h.members.Get(t.Context(), union.MemberID(batch.To[0].Member))
		h.must(err)
		_, err = d.Protect(t.Context(), h.author.ID, m.StaffNo, "丧亲", "")
		h.must(err)
		says(true)
	})
}
