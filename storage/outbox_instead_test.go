package storage_test

import (
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// What waits is taken back by what stands in its place, however often that is said; what somebody has in hand goes out.
func TestANoticeStandsInThePlaceOfOthers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		outbox, members := storage.NewOutbox(db), newMembers(t, db)
		m := put(t, members, storagetest.Unique("集团公司"), union.Member{StaffNo: storagetest.Unique("s"), Name: "赵敏"})
		puts := func(n notice.Notice) {
			t.Helper()
			n.To, n.Policy, n.Kind = m.ID, notice.Resend, notice.KindAnswer
			if err := outbox.Put(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		said := func(text string) notice.Body { return notice.Body{Text: text} }
		puts(notice.Notice{Key: "told/1/a/before/1", Body: said("held")})
		items, err := outbox.Claim(t.Context(), false, "x", time.Minute, 10)
		if err != nil || len(items) != 1 {
			t.Fatalf("claimed %+v, %v", items, err)
		}
		puts(notice.Notice{Key: "told/1/a/before/2", Body: said("waits")})
		puts(notice.Notice{Key: "told/1/ab", Body: said("another")})
		for range 2 {
			puts(notice.Notice{Key: "told/1/a/2", Instead: "told/1/a/before/", Body: said("instead")})
		}
		puts(notice.Notice{Key: "told/1/a/3", Instead: "told/1/a/before/"})
		left, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE member_id = ?`, m.ID)
		held, err2 := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE member_id = ? AND row_key = 'told/1/a/before/1'`, m.ID)
		if err != nil || err2 != nil || left != "3" || held != "1" {
			t.Errorf("%s are left, %s of them in hand, %v, %v", left, held, err, err2)
		}
	})
}
