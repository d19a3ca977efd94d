package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// plainCasts says what happened and no more.
type plainCasts struct{}

func text(format string, args ...any) notice.Body {
	return notice.Body{Text: fmt.Sprintf(format, args...)}
}

func (plainCasts) Broadcast(b broadcast.Broadcast) string { return b.Text }

func (plainCasts) ReleaseAsked(b broadcast.Broadcast, _ union.Member, _ union.MemberID) []notice.Body {
	return []notice.Body{text("release %s", b.Text)}
}

func (plainCasts) ReleaseSettled(_ broadcast.Broadcast, _ union.Member, how broadcast.State, _ union.Member, _ union.MemberID) notice.Body {
	return text("settled %s", how)
}

func (plainCasts) Released(broadcast.Broadcast, union.Member, broadcast.Repeat) notice.Body {
	return text("released")
}

func (plainCasts) ReturnedTo(b broadcast.Broadcast, _ union.Member) notice.Body {
	return text("returned: %s", b.Returned)
}

func (plainCasts) Trial(said string) notice.Body          { return text("trial: %s", said) }
func (plainCasts) FileLacks(b broadcast.Broadcast) string { return "file of " + b.Number }

func (plainCasts) Finished(r broadcast.Report) notice.Body { return text("finished: %v", r.Counts) }

func (plainCasts) Unreached(_ broadcast.Broadcast, branch string, _ []union.Member, count int) notice.Body {
	return text("unreached of %s: %d", branch, count)
}

func (plainCasts) ReceiptState(s broadcast.ReceiptState) string { return string(s) }

func (plainCasts) NoReceipts(b broadcast.Broadcast) string { return "no receipts of " + b.Number }

func (plainCasts) ListFetched(bool) notice.Body { return notice.Body{Text: "fetched"} }

func (plainCasts) RunPrepared(b broadcast.Broadcast, _ broadcast.Repeat, _ time.Time) notice.Body {
	return text("prepared: %s %s", b.Day, b.Text)
}

func (plainCasts) RunLapsed(b broadcast.Broadcast, _ broadcast.Repeat) notice.Body {
	return text("lapsed: %s", b.Day)
}

func (plainCasts) RunChanged(b broadcast.Broadcast, _ broadcast.Repeat, by union.Member, _ time.Time) notice.Body {
	return text("changed by %s: %s %s", by.Name, b.State, b.Text)
}

func (plainCasts) Orphaned(_ broadcast.Broadcast, r broadcast.Repeat) notice.Body {
	return text("orphaned: %s", r.Number)
}

func (plainCasts) HeldBack(texts []string) notice.Body { return text("held: %v", texts) }

// hall is where broadcasts are written: a group with one plant, its chair, and that of the group.
type hall struct {
	*broadcast.Desk
	t             *testing.T
	db            *storage.DB
	members       *storage.Members
	store         *storage.Broadcasts
	queue         *storage.BroadcastQueue
	outbox        *recorder
	now           *clock
	org           union.Organisation
	author, chair union.Member
}

// castNow is Monday 2026-11-23, 10:00 in the union's zone.
var castNow = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func newHall(t *testing.T, db *storage.DB) *hall {
	t.Helper()
	zone := time.FixedZone("CST", 8*60*60)
	days, err := calendar.New(zone)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{
		t: t, db: db, members: newMembers(t, db), store: storage.NewBroadcasts(db, wecomChannel), now: &clock{now: castNow},
		outbox: &recorder{Outbox: storage.NewOutbox(db), keep: true},
	}
	h.store.UseClock(h.now.Now)
	h.queue = storage.NewBroadcastQueue(h.store, days, zone, h.now.Now)
	h.Desk = broadcast.NewDesk(broadcast.Deps{
		Store: h.store, Members: h.members, Outbox: h.outbox, Words: plainCasts{}, Hours: days, Zone: zone, Now: h.now.Now, NewID: db.NewID,
	})
	root := storagetest.Unique("集团公司")
	h.author = put(t, h.members, root+"/一分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "李芳"})
	h.chair = put(t, h.members, root, union.Member{StaffNo: storagetest.Unique("s"), Name: "陈静"})
	h.org, err = h.members.OrganisationByPath(t.Context(), root+"/一分厂")
	h.must(err)
	top, err := h.members.OrganisationByPath(t.Context(), root)
	h.must(err)
	h.must(h.members.Grant(t.Context(), h.author.ID, union.BranchChair, h.org.ID))
	h.must(h.members.Grant(t.Context(), h.chair.ID, union.Chair, top.ID))
	return h
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// crowd puts many welders at once below the plant: so many in the address book, bound elsewhere, and nowhere.
func (h *hall) crowd(directory, bound, nowhere int) {
	h.t.Helper()
	insert := func(from, n int, user string) {
		numbers := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)`
		concat := func(a, b string) string {
			if h.db.Dialect() == storage.SQLite {
				return a + " || " + b
			}
			return "CONCAT(" + a + ", " + b + ")"
		}
		userid := "NULL"
		if user != "" {
			userid = concat("'"+user+"'", "i")
		}
		values := `SELECT ? + i, ` + concat("?", "i") + `, ` + concat("'工友'", "i") + `, 'k', '', '', '', '', '女', '', '', ?, '焊工', '', '', '', '', '', ` + userid + `, 'active', 0, 0 FROM n`
		into := `INSERT INTO members (id, staff_no, name, name_key, phone, phone_digest, id_card, id_card_digest, gender, birthday, lunar_birthday,
			org_id, post, joined, member_since, retire_on, employment, notes, wecom_userid, status, created_ms, updated_ms) `
		statement := numbers + ` ` + into + values
		if h.db.Dialect() != storage.SQLite {
			statement = into + numbers + ` ` + values
		}
		h.must(h.db.Tx(h.t.Context(), func(ctx context.Context) error { // on one connection
			if h.db.Dialect() != storage.SQLite {
				if err := storage.Run(ctx, h.db, `SET max_recursive_iterations = 100000`); err != nil {
					return err
				}
			}
			return storage.Run(ctx, h.db, statement, n, from, storagetest.Unique("w"), h.org.ID)
		}))
	}
	if directory > 0 {
		insert(10_000, directory, storagetest.Unique("u"))
	}
	if bound > 0 {
		insert(3_000_000, bound, "")
		h.must(storage.Run(h.t.Context(), h.db, `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms)
			SELECT 'officialaccount:gh_1', id, id, 'code', 0 FROM members WHERE id BETWEEN 3000000 AND 3999999`))
	}
	if nowhere > 0 {
		insert(4_000_000, nowhere, "")
	}
}

// submit hands in a broadcast to the plant's welders.
func (h *hall) submit(said string, change ...func(b *broadcast.Broadcast)) broadcast.Broadcast {
	h.t.Helper()
	b := broadcast.Broadcast{Ref: storagetest.Unique("r"), Details: broadcast.Details{Text: said, Audience: broadcast.Audience{
		Orgs: []broadcast.Part{{Org: h.org.ID, Path: h.org.Path, Lineage: h.org.Lineage}}, Posts: []string{"焊工"},
	}}}
	for _, c := range change {
		c(&b)
	}
	b, _, err := h.Submit(h.t.Context(), h.author.ID, b)
	h.must(err)
	return b
}

// release lets it go, and plans it.
func (h *hall) release(b broadcast.Broadcast) {
	h.t.Helper()
	_, err := h.Release(h.t.Context(), h.chair.ID, b.Number, b.Version)
	h.must(err)
	h.advance()
}

func (h *hall) advance() {
	h.t.Helper()
	for range 20 {
		n, err := h.Advance(h.t.Context(), 10)
		h.must(err)
		if n == 0 {
			return
		}
	}
	h.t.Fatal("it never stands still")
}

// claim takes the next chunk; ok is false where there is none.
func (h *hall) claim(b broadcast.Broadcast, lease string) (bot.Batch, bool) {
	h.t.Helper()
	batch, ok, err := h.queue.Claim(h.t.Context(), int64(b.ID), lease, time.Minute)
	h.must(err)
	return batch, ok
}

// all is a receipt for everybody of a batch.
func all(b bot.Batch, r bot.Receipt) map[int64]bot.Receipt {
	receipts := map[int64]bot.Receipt{}
	for _, to := range b.To {
		receipts[to.Member] = r
	}
	return receipts
}

var isSent = bot.Receipt{State: bot.ParcelSent}

func (h *hall) settle(b bot.Batch, receipts map[int64]bot.Receipt) {
	h.t.Helper()
	h.must(h.queue.Begin(h.t.Context(), b, []bot.BatchCall{{Channel: wecomChannel, Begun: h.now.Now()}}, time.Minute))
	h.must(h.queue.Settle(h.t.Context(), b, receipts, nil, time.Time{}))
}

// drain sends to everybody who is left, and says how many that were.
func (h *hall) drain(b broadcast.Broadcast) (sent int) {
	h.t.Helper()
	for {
		batch, ok := h.claim(b, "drain")
		if !ok {
			return sent
		}
		sent += len(batch.To)
		h.settle(batch, all(batch, isSent))
	}
}

// wantReport checks the counts, which add up to the audience.
func (h *hall) wantReport(b broadcast.Broadcast, state broadcast.State, head int, want map[broadcast.ReceiptState]int) {
	h.t.Helper()
	r, err := h.Report(context.WithoutCancel(h.t.Context()), h.author.ID, b.Number)
	h.must(err)
	sum := 0
	for s, n := range r.Counts {
		if sum += n; n != want[s] {
			h.t.Errorf("%d are %s, want %d", n, s, want[s])
		}
	}
	if r.State != state || r.Head != head || sum != head {
		h.t.Errorf("it is %s, and the counts are %d of %d, want %s of %d", r.State, sum, r.Head, state, head)
	}
}
