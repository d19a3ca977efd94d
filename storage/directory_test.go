package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/directory"
	"github.com/unionbot/unionbot/union/notice"
)

type noNotices struct{}

func (noNotices) Put(context.Context, ...notice.Notice) error   { return nil }
func (noNotices) DirectoryChanged(directory.Report) notice.Body { return notice.Body{} }

func TestWhoLeavesTheAddressBookLosesOffices(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, members, now := t.Context(), under(t, db, "a").members, testNow
		desk := directory.NewDesk(directory.Deps{
			Store: storage.NewDirectoryChanges(db), Members: members, Outbox: noNotices{}, Record: storage.NewAudit(db), Words: noNotices{},
			Zone: time.UTC, Now: func() time.Time { return now }, NewID: db.NewID,
		})
		with := func(user string, status union.MemberStatus) union.Member {
			m := put(t, members, "集团公司/一分厂", union.Member{StaffNo: user, Name: "何静", WeComUserID: user, Status: status})
			if err := members.Grant(ctx, m.ID, union.BranchChair, m.Org); err != nil {
				t.Fatal(err)
			}
			return m
		}
		note := func(kind directory.Kind, user, detail string, at time.Duration) {
			t.Helper()
			if err := desk.Note(ctx, directory.Change{Kind: kind, Subject: "user:" + user, Detail: detail, At: testNow.Add(at)}); err != nil {
				t.Fatal(err)
			}
		}
		sweep := func() {
			t.Helper()
			now = now.Add(20 * time.Minute)
			if _, err := desk.Sweep(ctx, 100); err != nil {
				t.Fatal(err)
			}
		}
		gone, back, moved, retired := with("gone", union.Active), with("back", union.Active), with("moved", union.Active), with("retired", union.Retired)
		note(directory.Joined, "gone", "", -time.Second) // came late
		note(directory.Left, "gone", "", 0)
		note(directory.Joined, "back", "", 0) // within the same second, and before
		note(directory.Left, "back", "", 0)
		note(directory.Left, "retired", "", 0)
		note(directory.Renamed, "moved", "moved2", 0)
		note(directory.Renamed, "moved", "moved2", time.Second) // nobody has the old id any more
		note(directory.Renamed, "moved2", "back", time.Second)  // taken
		if n, err := desk.Sweep(ctx, 100); n != 0 || err != nil {
			t.Errorf("settled at once: %d, %v", n, err)
		}
		sweep()
		check := func(m union.Member, status union.MemberStatus, user string, offices int) {
			t.Helper()
			got, err := members.Get(ctx, m.ID)
			if err != nil || got.Status != status || got.WeComUserID != user {
				t.Errorf("%s is %s as %q, %v", m.StaffNo, got.Status, got.WeComUserID, err)
			}
			if held, err := storage.Offices(ctx, db, int64(m.ID)); err != nil || held != offices {
				t.Errorf("%s holds %d offices, %v", m.StaffNo, held, err)
			}
		}
		check(gone, union.Left, "gone", 0)
		check(back, union.Active, "back", 1)
		check(moved, union.Active, "moved2", 1)
		check(retired, union.Retired, "", 0)

		var many []union.Member
		for i := range 21 {
			user := fmt.Sprintf("many%d", i)
			many = append(many, with(user, union.Active))
			note(directory.Left, user, "", time.Hour)
		}
		sweep()
		check(many[0], union.Active, "many0", 1)
	})
}
