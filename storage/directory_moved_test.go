package storage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/directory"
)

// Who moves in the address book belongs to the last department, whatever came twice or out of order, on two replicas.
func TestWhoMovesInTheAddressBookMovesOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, tree, now := t.Context(), under(t, db, "a"), testNow
		m := put(t, tree.members, "集团公司/一分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "何静", WeComUserID: storagetest.Unique("m")})
		for _, path := range []string{"集团公司/二分厂", "集团公司/三分厂"} {
			if _, err := tree.members.EnsureOrganisation(ctx, path); err != nil {
				t.Fatal(err)
			}
		}
		desk := func(units map[string]string) *directory.Desk {
			return directory.NewDesk(directory.Deps{
				Store: storage.NewDirectoryChanges(db), Members: tree.members, Outbox: noNotices{}, Record: storage.NewAudit(db), Words: noNotices{},
				Units: units, Zone: time.UTC, Now: func() time.Time { return now }, NewID: db.NewID,
			})
		}
		units := map[string]string{"1": "集团公司", "2": "集团公司/二分厂", "3": "集团公司/三分厂"}
		note := func(d *directory.Desk, departments string, at time.Duration) {
			t.Helper()
			if err := d.Note(ctx, directory.Change{Kind: directory.Moved, Subject: "user:" + m.WeComUserID, Detail: departments, At: testNow.Add(at)}); err != nil {
				t.Fatal(err)
			}
		}
		settled := func(want string) {
			t.Helper()
			now = now.Add(20 * time.Minute)
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					if _, err := desk(units).Sweep(ctx, 100); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			if got, err := tree.members.Get(ctx, m.ID); err != nil || got.OrgPath != want {
				t.Errorf("belongs to %s, want %s, %v", got.OrgPath, want, err)
			}
		}
		note(desk(nil), "2", 0) // nobody has said what departments are
		settled("集团公司/一分厂")
		note(desk(units), "3", time.Hour)
		note(desk(units), "3", time.Hour)
		note(desk(units), "2", time.Minute) // came after what came to be after it
		settled("集团公司/三分厂")
		note(desk(units), "2", time.Minute) // and once more, a day late
		settled("集团公司/三分厂")
		note(desk(units), "2", 2*time.Hour)
		settled("集团公司/二分厂")
		if _, err := tree.members.EnsureOrganisation(ctx, "集团公司/二分厂/甲班"); err != nil {
			t.Fatal(err)
		}
		if err := tree.members.Place(ctx, m.ID, "集团公司/二分厂/甲班", now); err != nil {
			t.Fatal(err)
		}
		note(desk(units), "2", 150*time.Minute)
		settled("集团公司/二分厂/甲班")              // a team that the address book does not know
		note(desk(units), "1", 3*time.Hour) // up, out of a unit that the address book knows
		settled("集团公司")
		if n, err := storage.Text(ctx, db, `SELECT COUNT(*) FROM audit_entries WHERE member_id = ? AND kind = 'import'`, m.ID); err != nil || n != "3" {
			t.Errorf("%s moves are on record, %v", n, err)
		}
		clearRecord(t, db)
	})
}

// stalled is a replica that stands still after it has found what is open, while something else happens.
type stalled struct {
	*storage.DirectoryChanges
	meanwhile func()
}

func (s stalled) Open(ctx context.Context, before time.Time, limit int) ([]directory.Change, error) {
	open, err := s.DirectoryChanges.Open(ctx, before, limit)
	s.meanwhile()
	return open, err
}

// A replica that comes after the other one does nothing: an import may have moved the member since.
func TestAMoveThatWasSettledMeanwhileMovesNobodyBack(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, tree, now := t.Context(), under(t, db, "a"), testNow
		m := put(t, tree.members, "集团公司/一分厂", union.Member{StaffNo: storagetest.Unique("s"), Name: "何静", WeComUserID: storagetest.Unique("m")})
		for _, path := range []string{"集团公司/二分厂", "集团公司/三分厂"} {
			if _, err := tree.members.EnsureOrganisation(ctx, path); err != nil {
				t.Fatal(err)
			}
		}
		desk := func(store directory.Store) *directory.Desk {
			return directory.NewDesk(directory.Deps{
				Store: store, Members: tree.members, Outbox: noNotices{}, Record: storage.NewAudit(db), Words: noNotices{},
				Units: map[string]string{"2": "集团公司/二分厂"}, Zone: time.UTC, Now: func() time.Time { return now }, NewID: db.NewID,
			})
		}
		changes := storage.NewDirectoryChanges(db)
		if err := desk(changes).Note(ctx, directory.Change{Kind: directory.Moved, Subject: "user:" + m.WeComUserID, Detail: "2", At: testNow}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(20 * time.Minute)
		late := stalled{changes, func() {
			if _, err := desk(changes).Sweep(ctx, 100); err != nil {
				t.Fatal(err)
			}
			if got, err := tree.members.Get(ctx, m.ID); err != nil || got.OrgPath != "集团公司/二分厂" {
				t.Fatalf("belongs to %s after the first replica, %v", got.OrgPath, err)
			}
			if err := tree.members.Place(ctx, m.ID, "集团公司/三分厂", now); err != nil {
				t.Fatal(err)
			}
		}}
		if _, err := desk(late).Sweep(ctx, 100); err != nil {
			t.Fatal(err)
		}
		if got, err := tree.members.Get(ctx, m.ID); err != nil || got.OrgPath != "集团公司/三分厂" {
			t.Errorf("belongs to %s, want where the import has put them, %v", got.OrgPath, err)
		}
		clearRecord(t, db)
	})
}
