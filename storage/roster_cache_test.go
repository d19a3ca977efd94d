package storage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/roster"
)

func TestStatementsThatChangeWhatIsKeptAreKnown(t *testing.T) {
	for statement, want := range map[string]bool{
		"UPDATE members SET name = ?":                               true,
		"\n\t\tINSERT INTO role_holdings (member_id) VALUES (?)":    true,
		"INSERT INTO `identities` (`id`) VALUES (?)":                true,
		"DELETE FROM\n organisations":                               true,
		"DELETE FROM stand_ins":                                     true,
		"UPDATE members_labels SET label = ?":                       false,
		"INSERT INTO cases (id) SELECT id FROM members WHERE 1 = 0": false,
		"SELECT 1 FROM members":                                     false,
		"":                                                          false,
	} {
		if got := storage.ChangesRoster(statement); got != want {
			t.Errorf("%q: got %v", statement, got)
		}
	}
}

// eachTwice runs a test on two processes' views of one database.
func eachTwice(t *testing.T, test func(t *testing.T, mine, other *storage.DB)) {
	for name, address := range map[string]func(testing.TB) string{"SQLite": storagetest.MigratedSQLiteURL, "MariaDB": storagetest.MigratedURL} {
		t.Run(name, func(t *testing.T) {
			url := address(t)
			both := [2]*storage.DB{}
			for i := range both {
				db, err := storage.Open(t.Context(), url)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = db.Close() })
				db.UseKeys(storagetest.Keys(t))
				both[i] = db
			}
			test(t, both[0], both[1])
		})
	}
}

// inTurn does something as a turn that is recorded, and returns the names of the statements that it took.
func inTurn(t *testing.T, db *storage.DB, id bot.MessageID, do func(ctx context.Context) error) (seen []string) {
	t.Helper()
	db.Watch(func(_ context.Context, _, statements string) func(error) {
		seen = append(seen, statements)
		return func(error) {}
	})
	ctx, work := newLedger(db).Open(t.Context(), id, 10)
	defer work.Rollback()
	if err := do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := work.Commit(t.Context(), record(id, 10)); err != nil {
		t.Fatal(err)
	}
	return seen
}

// whole is all that turns remember of somebody.
type whole struct {
	Known, Bound, Got union.Member
	Many              map[union.MemberID]union.Member
	Holders, Holdings []union.Holding
	Addresses         []union.Identity
}

// askAll asks for it. Somebody who is not found is empty.
func askAll(t *testing.T, r *storage.Members, m union.Member) func(ctx context.Context) whole {
	return func(ctx context.Context) (w whole) {
		t.Helper()
		may := func(m union.Member, err error) union.Member {
			if err != nil && !errors.Is(err, union.ErrNotFound) {
				t.Fatal(err)
			}
			return m
		}
		w.Known = may(r.ByIdentity(ctx, wecomChannel, "zhangwei"))
		w.Bound = may(r.ByIdentity(ctx, "oa:1", "o-1"))
		w.Got = may(r.Get(ctx, m.ID))
		var errs [4]error
		w.Many, errs[0] = r.GetMany(ctx, []union.MemberID{m.ID})
		w.Holders, errs[1] = r.Holders(ctx, union.BranchChair, m.Lineage)
		w.Holdings, errs[2] = r.Holdings(ctx, m.ID)
		w.Addresses, errs[3] = r.Addresses(ctx, m.ID)
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		return w
	}
}

func TestATurnReadsTheRosterAsItIsWhoeverChangesIt(t *testing.T) {
	eachTwice(t, func(t *testing.T, mine, other *storage.DB) {
		r, theirs := newMembers(t, mine), newMembers(t, other)
		m := put(t, theirs, "集团/一分厂", union.Member{StaffNo: "1001", Name: "张伟", WeComUserID: "zhangwei", Status: union.Active})
		import1 := func(ctx context.Context, line string) error {
			content := "staff_no,name,organisation,wecom_userid,post,roles\n" + line + "\n"
			_, err := roster.Import(ctx, storage.NewRoster(other, sealer(t, testKeys)), fileOf(t, "m.csv", []byte(content)), roster.Options{})
			return err
		}
		bound := union.Identity{Channel: "oa:1", User: "o-1", Member: m.ID, Proof: union.ProofCode, BoundAt: testNow}
		for i, change := range []func(ctx context.Context) error{
			func(ctx context.Context) error { return theirs.Bind(ctx, bound) },
			func(ctx context.Context) error { return theirs.Grant(ctx, m.ID, union.BranchChair, m.Org) },
			func(ctx context.Context) error { return theirs.Revoke(ctx, m.ID, union.BranchChair, m.Org) },
			func(ctx context.Context) error {
				return import1(ctx, "1001,张伟伟,集团/二分厂,zhangwei,班长,branch_chair@集团")
			},
			func(ctx context.Context) error { return import1(ctx, "1001,张伟伟,集团/二分厂,zhangwei2,-,-") },
			func(ctx context.Context) error { _, err := theirs.Unbind(ctx, "oa:1", "o-1"); return err },
			func(ctx context.Context) error { return theirs.Bind(ctx, bound) },
			func(ctx context.Context) error { _, err := theirs.UnbindAll(ctx, m.ID); return err },
			func(ctx context.Context) error {
				m.Name, m.WeComUserID, m.Status = "张三", "zhangwei", union.Left
				_, err := theirs.Put(ctx, m, testNow)
				return err
			},
		} {
			ask := askAll(t, r, m)
			before, after := ask(t.Context()), whole{}
			var got [3]whole
			for round := range got {
				id := bot.MessageID(strings.Repeat("m", 1+3*i+round))
				inTurn(t, mine, id, func(ctx context.Context) error { got[round] = ask(ctx); return nil })
				if round == 1 { // what the first two have read is remembered
					if err := change(t.Context()); err != nil {
						t.Fatal(err)
					}
					after = ask(t.Context())
				}
			}
			if diff := cmp.Diff([]whole{before, before, after}, got[:]); diff != "" {
				t.Errorf("change %d (-want +got):\n%s", i, diff)
			}
			if cmp.Equal(before, after) {
				t.Errorf("change %d changed nothing that is asked for", i)
			}
		}
	})
}

func TestATurnReadsWhatAnEarlierOneHasRead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newMembers(t, db)
		m := put(t, r, "集团/一分厂", union.Member{StaffNo: "1001", Name: "张伟", WeComUserID: "zhangwei", Status: union.Active})
		if err := r.Grant(t.Context(), m.ID, union.BranchChair, m.Org); err != nil {
			t.Fatal(err)
		}
		ask := func(ctx context.Context) error { askAll(t, r, m)(ctx); return nil }
		inTurn(t, db, "m1", ask)
		seen := inTurn(t, db, "m2", ask)
		// Who is not bound is asked for each time. A turn that has only read ends with its last look.
		want := []string{"BEGIN; SELECT roster_version", "SELECT members", "COMMIT; SELECT handled"}
		if db.Dialect() == storage.SQLite {
			want = []string{"BEGIN", "SELECT roster_version", "SELECT members", "COMMIT", "SELECT handled"}
		}
		if !slices.Equal(seen, want) {
			t.Errorf("seen %q\nwant %q", seen, want)
		}
	})
}

func TestATurnThatChangesTheRosterReadsItsOwnAndLeavesNoneOfIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newMembers(t, db)
		m := put(t, r, "集团/一分厂", union.Member{StaffNo: "1001", Name: "张伟", Status: union.Active})
		inTurn(t, db, "m1", func(ctx context.Context) error { _, err := r.Holdings(ctx, m.ID); return err })
		ctx, work := newLedger(db).Open(t.Context(), "m2", 10)
		if err := r.Grant(ctx, m.ID, union.BranchChair, m.Org); err != nil {
			t.Fatal(err)
		}
		if own, err := r.Holdings(ctx, m.ID); err != nil || len(own) != 1 {
			t.Errorf("the turn's own role: %v, %v", own, err)
		}
		work.Rollback()
		inTurn(t, db, "m3", func(ctx context.Context) error {
			after, err := r.Holdings(ctx, m.ID)
			if len(after) != 0 {
				t.Errorf("a role that was undone is held: %v", after)
			}
			return err
		})
	})
}

func TestWithoutARosterVersionNothingIsRemembered(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newMembers(t, db)
		m := put(t, r, "集团/一分厂", union.Member{StaffNo: "1001", Name: "张伟", Status: union.Active})
		if err := storage.Run(t.Context(), db, `DELETE FROM roster_version`); err != nil {
			t.Fatal(err)
		}
		for _, id := range []bot.MessageID{"m1", "m2"} {
			if err := r.Grant(t.Context(), m.ID, union.BranchChair, m.Org); err != nil {
				t.Fatal(err)
			}
			inTurn(t, db, id+"a", func(ctx context.Context) error {
				held, err := r.Holdings(ctx, m.ID)
				if len(held) != 1 {
					t.Errorf("got %v", held)
				}
				return err
			})
			if err := r.Revoke(t.Context(), m.ID, union.BranchChair, m.Org); err != nil {
				t.Fatal(err)
			}
			inTurn(t, db, id+"b", func(ctx context.Context) error {
				held, err := r.Holdings(ctx, m.ID)
				if len(held) != 0 {
					t.Errorf("got %v", held)
				}
				return err
			})
		}
	})
}
