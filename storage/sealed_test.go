package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/cases"
)

// unsealed lists the columns of long text that hold nothing about anybody.
var unsealed = []string{"service_versions.source"}

func TestEveryColumnOfLongTextIsSealedOrHoldsNothingOfPeople(t *testing.T) {
	db := storagetest.MariaDB(t)
	columns, err := storage.LongColumns(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if len(columns) < 10 {
		t.Fatalf("found only %v", columns)
	}
	for _, column := range columns {
		if !slices.Contains(storage.SealedColumns(), column) && !slices.Contains(unsealed, column) {
			t.Errorf("%s holds long text: seal it and add it to sealedColumns, or to this test's list", column)
		}
	}
	for _, column := range storage.SealedColumns() {
		if !slices.Contains(columns, column) {
			t.Errorf("%s is listed as sealed and is no column of long text", column)
		}
	}
}

func TestASealedValueOpensInItsRowOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		inbox := storage.NewInbox(db, storage.NewOutbox(db), time.Now)
		m := bot.Message{ID: "m1", Address: bot.Address{Channel: "wecom:1", User: "zhangwei"}, Kind: bot.KindText, Text: "班长天天骂人"}
		if err := inbox.Defer(t.Context(), m, "here", time.Now()); err != nil {
			t.Fatal(err)
		}
		stored, err := storage.Stored(t.Context(), db, "inbox.body", "m1")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stored, "zhangwei") || strings.Contains(stored, "骂") || stored == "" {
			t.Errorf("the message rests as %s", stored)
		}
		if plain, err := storage.OpenStored(db, "inbox.body", "m1", stored); err != nil || !strings.Contains(string(plain), "骂人") {
			t.Errorf("opened %s, %v", plain, err)
		}
		if plain, err := storage.OpenStored(db, "inbox.body", "m2", stored); err == nil {
			t.Errorf("opened %s in another row", plain)
		}
		if plain, err := storage.OpenStored(db, "unread.body", "m1", stored); err == nil {
			t.Errorf("opened %s in another table", plain)
		}
		// A version that did not seal may have left its own.
		if plain, err := storage.OpenStored(db, "inbox.body", "m1", `{"text":"老"}`); err != nil || string(plain) != `{"text":"老"}` {
			t.Errorf("opened %s, %v", plain, err)
		}
	})
}

// After a key was taken out too early, or with a row that somebody changed, everything else goes on; the row waits.
func TestWhatCannotBeReadKeepsItsPersonFromNothingElse(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, o := t.Context(), newOffice(t, db)
		parked, drafts := storage.NewParked(db, time.Now), storage.NewDrafts(db)
		inbox := storage.NewInbox(db, storage.NewOutbox(db), time.Now)
		lost, kept := o.draft(o.worker, "读不出的"), o.draft(o.worker, "读得出的")
		for i, name := range []string{"lost", "kept"} {
			m := bot.Message{ID: bot.MessageID(name), Address: lifang, Kind: bot.KindText, Text: name}
			for _, err := range []error{
				parked.Put(ctx, lifang, name, name),
				inbox.Defer(ctx, m, "gone", time.Now().Add(time.Duration(i-10)*time.Second)),
				drafts.Save(ctx, []cases.Draft{lost, kept}[i]),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, err := range []error{
			storage.Damage(ctx, db, "parked.body", "park_key", "lost"),
			storage.Damage(ctx, db, "inbox.body", "message", "lost"),
			storage.Damage(ctx, db, "drafts.body", "id", fmt.Sprint(lost.ID)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if texts, err := parked.Waiting(ctx, lifang); err != nil || len(texts) != 1 || texts[0] != "kept" {
			t.Errorf("parked are %q, %v", texts, err)
		}
		if due, err := inbox.Due(ctx, "here", time.Now().Add(time.Minute), 10); err == nil || len(due) != 1 || due[0].ID != "kept" {
			t.Errorf("due are %+v, %v; want the other one, and an error", due, err)
		}
		if list, err := drafts.OfOwner(ctx, o.worker.ID, 10); err != nil || len(list) != 1 || list[0].ID != kept.ID {
			t.Errorf("drafts are %+v, %v", list, err)
		}
		untold, err := parked.Untold(ctx, 10)
		if err != nil || untold != 2 {
			t.Errorf("%d wait to be told, %v: the lost one waits for its key", untold, err)
		}
	})
}

func TestARowThatCannotBeReadKeepsNoOtherBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, _ := newOutbox(db)
		putNotices(t, outbox, aText("lost", 1, "resend"), aText("kept", 2, "resend"))
		if err := storage.Damage(t.Context(), db, "outbox.body", "row_key", "lost"); err != nil {
			t.Fatal(err)
		}
		parcels, err := outbox.Claim(t.Context(), false, "lease", leaseLife, 10)
		if err != nil || len(parcels) != 1 || parcels[0].Key != "kept" {
			t.Errorf("claimed %+v, %v", parcels, err)
		}
		failed, err := outbox.Undelivered(t.Context(), bot.ParcelFailed, 10)
		if err != nil || len(failed) != 1 || failed[0].Key != "lost" || !strings.Contains(failed[0].Cause, "open outbox.body") {
			t.Errorf("failed are %+v, %v", failed, err)
		}
	})
}
