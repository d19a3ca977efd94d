package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// found lists the staff numbers of those who have a number.
func (k keyed) found(t *testing.T, kind personal.Kind, number string) (staff []string) {
	t.Helper()
	list, err := k.members.ByNumber(t.Context(), kind, number, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		staff = append(staff, m.StaffNo)
	}
	return staff
}

func TestAMemberIsFoundByPhoneAndByIdentityCard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		put(t, under(t, db, "a").members, "集团公司", union.Member{StaffNo: "3", Name: "丙", Phone: "13900000001", IDCard: cardA})
		k := under(t, db, "ba")
		put(t, k.members, "集团公司", union.Member{StaffNo: "1", Name: "甲", Phone: "13900000001", IDCard: cardB, Status: union.Left})
		put(t, k.members, "集团公司", union.Member{StaffNo: "2", Name: "乙", Phone: "13900000001"})
		for _, each := range []struct {
			kind   personal.Kind
			number string
			want   []string
		}{
			{personal.Phone, "139 0000 0001", []string{"2", "3", "1"}},
			{personal.Phone, "+86-１３９００００００01", []string{"2", "3", "1"}},
			{personal.Phone, "13900000002", nil},
			{personal.Phone, cardA, nil},
			{personal.Phone, "", nil},
			{personal.IDCard, "11010519491231002x", []string{"3"}},
			{personal.IDCard, "110105491231002", []string{"3"}},
			{personal.IDCard, cardB, []string{"1"}},
			{personal.IDCard, "13900000001", nil},
		} {
			if diff := cmp.Diff(each.want, k.found(t, each.kind, each.number)); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", each.kind, each.number, diff)
			}
		}
		if list, err := k.members.ByNumber(t.Context(), personal.Phone, "13900000001", 1); err != nil || len(list) != 1 {
			t.Errorf("limit 1: %v, %v", list, err)
		}
		if _, err := k.members.ByNumber(t.Context(), personal.BankCard, "6205500000000000004", 1); err == nil {
			t.Error("members have bank cards")
		}
	})
}

// While keys change nobody is lost, whichever of the keys a row is under, and nobody gets a card that somebody has.
func TestEverybodyIsFoundWhileKeysChange(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		const people = 250 // more than two batches
		k := under(t, db, "a")
		for i := range people {
			put(t, k.members, "集团公司", union.Member{StaffNo: fmt.Sprint(i), Name: "张伟", Phone: fmt.Sprint(13900000000 + i), IDCard: cardOf(i)})
		}
		k = under(t, db, "ba")
		ctx, done := context.WithCancel(t.Context())
		var others sync.WaitGroup
		looks := make([]int, 3)
		for worker := range looks {
			others.Go(func() {
				for i := worker; ctx.Err() == nil; i += 7 {
					who := fmt.Sprint(i % people)
					byPhone, byCard := k.found(t, personal.Phone, fmt.Sprint(13900000000+i%people)), k.found(t, personal.IDCard, cardOf(i%people))
					if len(byPhone) != 1 || byPhone[0] != who || len(byCard) != 1 || byCard[0] != who {
						t.Errorf("%s: found %v by phone, %v by id card", who, byPhone, byCard)
						return
					}
					looks[worker]++
				}
			})
		}
		batches := 0
		_, err := db.Rewrap(t.Context(), k.members, false, func(int) {
			if batches++; batches != 2 && batches != 5 {
				return
			}
			for _, i := range []int{0, people - 1} { // one that is done, one that is not
				report, err := importUnder(t, db, "ba", "9999,乙,"+cardOf(i)+",,", roster.Options{})
				if !errors.Is(err, roster.ErrInvalid) {
					t.Errorf("the card of %d was given twice: %v, %+v", i, err, report)
				}
			}
		})
		done()
		others.Wait()
		if err != nil || batches < 6 || looks[0] == 0 {
			t.Fatalf("rewrap: %v, %d batches, looks %v", err, batches, looks)
		}
		k = under(t, db, "b")
		for _, i := range []int{0, 100, people - 1} {
			if got := k.found(t, personal.IDCard, cardOf(i)); len(got) != 1 {
				t.Errorf("%d under the new key alone: %v", i, got)
			}
		}
	})
}

// cardOf makes an identity card number that is right.
func cardOf(i int) string {
	digits := fmt.Sprintf("110105199%d1231%03d", i/1000, i%1000)
	for _, check := range "0123456789X" {
		if number, err := personal.Parse(personal.IDCard, digits+string(check)); err == nil {
			return number
		}
	}
	panic(digits)
}

// ofOlderVersion makes the digests what versions before the blind index stored: by staff number.
func ofOlderVersion(t *testing.T, db *storage.DB, keys string) {
	t.Helper()
	ring := storagetest.KeysNamed(t, keys)
	for i := range 5 {
		staff := fmt.Sprint(100 + i)
		err := storage.Run(t.Context(), db, `UPDATE members SET phone_digest = ?, id_card_digest = ? WHERE staff_no = ?`,
			ring.Digests(fmt.Sprint(13900000000+i), "member/"+staff+"/phone")[0], ring.Digests(cardOf(i), "member/"+staff+"/id_card")[0], staff)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestADatabaseOfAnOlderVersionIsIndexed(t *testing.T) {
	for name, mend := range map[string]func(t *testing.T, k keyed){
		"reindex": func(t *testing.T, k keyed) {
			list, err := k.members.Reindex(t.Context(), func(int) error { return nil })
			if err != nil || columnOf(t, list, "members.phone").Changed != 5 || columnOf(t, list, "members.id_card").Changed != 5 {
				t.Errorf("reindex: %+v, %v", list, err)
			}
		},
		"a stopped reindex": func(t *testing.T, k keyed) {
			stop := errors.New("stop")
			if _, err := k.members.Reindex(t.Context(), func(int) error { return stop }); !errors.Is(err, stop) {
				t.Errorf("stopped: %v", err)
			}
			if n, err := k.members.Unindexed(t.Context()); err != nil || n != 5 {
				t.Errorf("after the phones %d are left, %v", n, err)
			}
			if _, err := k.members.Reindex(t.Context(), func(int) error { return nil }); err != nil {
				t.Error(err)
			}
		},
		"rewrap": func(t *testing.T, k keyed) {
			list, err := k.db.Rewrap(t.Context(), k.members, false, noStep)
			if err != nil || columnOf(t, list, "members.phone").Changed != 5 {
				t.Errorf("rewrap: %+v, %v", list, err)
			}
		},
		"an import": func(t *testing.T, k keyed) {
			report, err := importUnder(t, k.db, "a", "9,乙,"+cardOf(4)+",,", roster.Options{})
			if !errors.Is(err, roster.ErrInvalid) {
				t.Errorf("a card that an old row has: %v, %+v", err, report)
			}
			report, err = importUnder(t, k.db, "a", "100,张伟,"+cardOf(0)+",13900000000,", roster.Options{})
			if err != nil || report.Same != 1 {
				t.Errorf("the same as before: %v, %+v", err, report)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				k := under(t, db, "a")
				for i := range 5 {
					m := union.Member{StaffNo: fmt.Sprint(100 + i), Name: "张伟", Phone: fmt.Sprint(13900000000 + i), IDCard: cardOf(i)}
					put(t, k.members, "集团公司", m)
				}
				ofOlderVersion(t, db, "a")
				if n, err := k.members.Unindexed(t.Context()); err != nil || n != 10 {
					t.Fatalf("%d are not indexed, %v", n, err)
				}
				if got := k.found(t, personal.Phone, "13900000003"); got != nil {
					t.Fatalf("found by a digest of an older version: %v", got)
				}
				mend(t, k)
				if n, err := k.members.Unindexed(t.Context()); err != nil || n != 0 {
					t.Errorf("%d are not indexed, %v", n, err)
				}
				if got := k.found(t, personal.Phone, "13900000003"); len(got) != 1 || got[0] != "103" {
					t.Errorf("found %v", got)
				}
				m, err := k.members.ByStaffNo(t.Context(), "103")
				if err != nil {
					t.Fatal(err)
				}
				if phone, card, err := k.members.Sealed(t.Context(), m.ID); err != nil || phone != "13900000003" || card != cardOf(3) {
					t.Errorf("they are %s and %s now, %v", phone, card, err)
				}
			})
		})
	}
}

func TestCardsThatOlderVersionsLetInTwiceAreNamed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := under(t, db, "a")
		for i, m := range []union.Member{{IDCard: cardA}, {IDCard: cardB}, {IDCard: cardA}, {IDCard: cardB, Status: union.Left}, {}, {}} {
			m.StaffNo, m.Name = fmt.Sprint(i), "甲"
			put(t, k.members, "集团公司", m)
		}
		got, err := k.members.SharedCards(t.Context(), 10)
		if want := []storage.SharedCard{{StaffNo: "0", Other: "2", Members: 2}}; err != nil || !cmp.Equal(want, got) {
			t.Errorf("shared: %+v, %v", got, err)
		}
	})
}

// What can not be opened is not indexed, and keeps being told.
func TestWhatNoKeyOpensStaysUnindexed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		under(t, db, "a").fill(t)
		k := under(t, db, "b")
		if list, err := k.members.Reindex(t.Context(), func(int) error { return nil }); err != nil || columnOf(t, list, "members.phone").Unreadable != 5 {
			t.Errorf("reindex: %+v, %v", list, err)
		}
		if n, err := k.members.Unindexed(t.Context()); err != nil || n != 10 {
			t.Errorf("%d are not indexed, %v", n, err)
		}
	})
}

func TestOnlyActiveMembersAreFoundByTheirWholeName(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		k := under(t, db, "a")
		put(t, k.members, "集团公司/一分厂/锅炉班", union.Member{StaffNo: "2", Name: "买买提·艾力"})
		put(t, k.members, "集团公司/二分厂/锅炉班", union.Member{StaffNo: "1", Name: "买买提•艾力"})
		put(t, k.members, "集团公司", union.Member{StaffNo: "3", Name: "买买提·艾力", Status: union.Retired})
		put(t, k.members, "集团公司", union.Member{StaffNo: "4", Name: "买买提·艾力", Status: union.Left})
		for name, want := range map[string][]string{"买买提. 艾力": {"1", "2"}, "买买提": nil, "": nil, "%": nil} {
			list, err := k.members.ActiveByName(t.Context(), name, 5)
			var staff []string
			for _, m := range list {
				staff = append(staff, m.StaffNo)
			}
			if diff := cmp.Diff(want, staff); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
			}
		}
		if list, err := k.members.ActiveByName(t.Context(), "买买提·艾力", 1); err != nil || len(list) != 1 {
			t.Errorf("limit 1: %v, %v", list, err)
		}
		var paths []string
		all, err := k.members.Organisations(t.Context())
		for _, o := range all {
			paths = append(paths, o.Path)
		}
		if diff := cmp.Diff([]string{"集团公司", "集团公司/一分厂", "集团公司/一分厂/锅炉班", "集团公司/二分厂", "集团公司/二分厂/锅炉班"}, paths); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}
