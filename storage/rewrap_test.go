package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

// keyed is what the service has of a database under one set of keys.
type keyed struct {
	db      *storage.DB
	members *storage.Members
	inbox   *storage.Inbox
	outbox  *storage.Outbox
}

func under(t *testing.T, db *storage.DB, names string) keyed {
	ring := storagetest.KeysNamed(t, names)
	db.UseKeys(ring)
	outbox := storage.NewOutbox(db)
	return keyed{db, storage.NewMembers(db, ring, ""), storage.NewInbox(db, outbox, time.Now), outbox}
}

const keyedRows = 250 // more than two batches

func (k keyed) fill(t *testing.T) {
	t.Helper()
	org, err := k.members.EnsureOrganisation(t.Context(), "集团公司")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		m := union.Member{StaffNo: fmt.Sprint(100 + i), Name: "张伟", Org: org.ID, Phone: fmt.Sprint(13900000000 + i), IDCard: "11010519491231002X"}
		if _, err := k.members.Put(t.Context(), m, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range keyedRows {
		k.deferMessage(t, i, "原来的话")
	}
	putNotices(t, k.outbox, aText("n", 1, "resend"))
}

func (k keyed) deferMessage(t *testing.T, i int, text string) {
	t.Helper()
	m := bot.Message{ID: bot.MessageID(fmt.Sprintf("m%04d", i)), Address: lifang, Kind: bot.KindText, Text: text}
	if err := k.inbox.Defer(t.Context(), m, "here", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// readable checks that everything opens.
func (k keyed) readable(t *testing.T, messages int) {
	t.Helper()
	due, err := k.inbox.Due(t.Context(), "there", time.Now(), messages+1)
	if err != nil || len(due) != 0 {
		t.Fatalf("due %d, %v", len(due), err)
	}
	for i := range messages {
		id := fmt.Sprintf("m%04d", i)
		stored, err := storage.Stored(t.Context(), k.db, "inbox.body", id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := storage.OpenStored(k.db, "inbox.body", id, stored); err != nil {
			t.Fatalf("message %s: %v", id, err)
		}
	}
	m, err := k.members.ByStaffNo(t.Context(), "103")
	if err != nil {
		t.Fatal(err)
	}
	if phone, idCard, err := k.members.Sealed(t.Context(), m.ID); err != nil || phone != "13900000003" || idCard != "11010519491231002X" {
		t.Errorf("member has %s, %s, %v", phone, idCard, err)
	}
	if parcels, err := k.outbox.Claim(t.Context(), false, "lease", leaseLife, 10); err != nil || len(parcels) != 1 {
		t.Errorf("claimed %d, %v", len(parcels), err)
	}
}

func columnOf(t *testing.T, list []storage.Rewrapped, name string) storage.Rewrapped {
	t.Helper()
	for _, c := range list {
		if c.Column == name {
			return c
		}
	}
	t.Fatalf("%s is not in %+v", name, list)
	return storage.Rewrapped{}
}

func noStep(int) {}

func TestRewrapSealsEverythingWithTheFirstKey(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		under(t, db, "a").fill(t)
		both := under(t, db, "ba")
		counted, err := db.Rewrap(t.Context(), both.members, true, noStep)
		if err != nil || columnOf(t, counted, "inbox.body").Changed != keyedRows {
			t.Fatalf("dry run: %+v, %v", counted, err)
		}
		// It is stopped in the middle, and begun again.
		ctx, stop := context.WithCancel(t.Context())
		seen := 0
		_, err = db.Rewrap(ctx, both.members, false, func(rows int) {
			if seen += rows; seen > 150 {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped rewrap: %v", err)
		}
		rest, err := db.Rewrap(t.Context(), both.members, false, noStep)
		if err != nil {
			t.Fatal(err)
		}
		if inbox := columnOf(t, rest, "inbox.body"); inbox.Changed == 0 || inbox.Changed == keyedRows || inbox.Seen != keyedRows {
			t.Errorf("after a stop it did %+v", inbox)
		}
		again, err := db.Rewrap(t.Context(), both.members, false, noStep)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range again {
			if c.Changed+c.Overtaken+c.Unreadable != 0 {
				t.Errorf("a further pass found %+v", c)
			}
		}
		under(t, db, "b").readable(t, keyedRows)
	})
}

func TestRewrapNamesWhatNoKeyOpens(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		under(t, db, "a").fill(t)
		list, err := db.Rewrap(t.Context(), under(t, db, "b").members, false, noStep)
		if err != nil {
			t.Fatal(err)
		}
		if c := columnOf(t, list, "inbox.body"); c.Unreadable != keyedRows || c.Changed != 0 {
			t.Errorf("messages: %+v", c)
		}
		if c := columnOf(t, list, "members.phone"); c.Unreadable != 5 || c.Changed != 0 {
			t.Errorf("phones: %+v", c)
		}
		under(t, db, "a").readable(t, keyedRows)
	})
}

func TestRewrapLeavesWhatOthersWriteMeanwhile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := under(t, db, "a")
		k.fill(t)
		k = under(t, db, "ba")
		m, err := k.members.ByStaffNo(t.Context(), "103")
		if err != nil {
			t.Fatal(err)
		}
		var writing sync.WaitGroup
		writing.Go(func() {
			for i := range 30 {
				m.Phone, m.IDCard = fmt.Sprint(13700000000+i), "11010519491231002X"
				if _, err := k.members.Put(t.Context(), m, time.Now()); err != nil {
					t.Error(err)
				}
			}
		})
		for range 5 {
			if _, err := db.Rewrap(t.Context(), k.members, false, noStep); err != nil {
				t.Error(err)
			}
		}
		writing.Wait()
		if _, err := db.Rewrap(t.Context(), k.members, false, noStep); err != nil {
			t.Error(err)
		}
		if phone, _, err := under(t, db, "b").members.Sealed(t.Context(), m.ID); err != nil || phone != "13700000029" {
			t.Errorf("phone is %s, %v", phone, err)
		}
	})
}
