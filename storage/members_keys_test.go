package storage_test

import (
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

func TestKeysAreCheckedAgainstWhatWasSealed(t *testing.T) {
	// otherOne has the name of the key in testKeys, and other bytes.
	const otherOne, two = "one:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "two:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		check := func(keys string, fits bool) {
			t.Helper()
			err := storage.NewMembers(db, sealer(t, keys), wecomChannel).CheckKeys(t.Context())
			if (err == nil) != fits {
				t.Errorf("keys %.3s: %v", keys, err)
			}
		}
		check(two, true) // nothing is sealed yet
		put(t, newMembers(t, db), "集团公司", union.Member{StaffNo: "1", Name: "甲"})
		check(two, true)
		put(t, newMembers(t, db), "集团公司", union.Member{StaffNo: "2", Name: "乙", Phone: "13900000021"})
		check(testKeys, true)
		check(testKeys2, true)
		check(two, false)
		check(otherOne, false)
		// A key that sealed the oldest is missed though the newest opens.
		put(t, storage.NewMembers(db, sealer(t, two), wecomChannel), "集团公司", union.Member{StaffNo: "3", Name: "丙", IDCard: "11010519491231002X"})
		check(testKeys2, true)
		check(two, false)
	})
}

// Not only members are looked at, and one damaged row stops nobody.
func TestKeysAreCheckedAgainstTheNewestOfWhatElseIsSealed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		check := func(keys string) error { return under(t, db, keys).members.CheckKeys(t.Context()) }
		k := under(t, db, "a")
		putNotices(t, k.outbox, aText("n1", 1, "resend"), aText("n2", 2, "resend"))
		if err := check("b"); err == nil {
			t.Error("notices sealed with another key were passed over")
		}
		for _, keys := range []string{"a", "ba"} {
			if err := check(keys); err != nil {
				t.Errorf("keys %s: %v", keys, err)
			}
		}
		first, err := storage.Text(t.Context(), db, "SELECT MAX(id) FROM outbox")
		if err != nil {
			t.Fatal(err)
		}
		if err := storage.Damage(t.Context(), db, "outbox.body", "id", first); err != nil {
			t.Fatal(err)
		}
		if err := check("a"); err != nil {
			t.Errorf("one damaged row: %v", err)
		}
	})
}
