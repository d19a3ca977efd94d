package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
)

const wecomChannel = "wecom:1000002"

// testKeys hold 32 zero bytes, and 32 ones.
const (
	testKeys  = "one:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	testKeys2 = "two:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=," + testKeys
)

var testNow = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func newMembers(t testing.TB, db *storage.DB) *storage.Members {
	t.Helper()
	return storage.NewMembers(db, sealer(t, testKeys), wecomChannel)
}

func sealer(t testing.TB, keys string) *seal.Keyring {
	t.Helper()
	ring, err := seal.Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// put stores a member below the organisation with this path.
func put(t testing.TB, r *storage.Members, path string, m union.Member) union.Member {
	t.Helper()
	org, err := r.EnsureOrganisation(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	m.Org = org.ID
	id, err := r.Put(t.Context(), m, testNow)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := r.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestAMemberIsReadAsWritten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newMembers(t, db)
		m := union.Member{
			StaffNo: "a100", Name: "买买提·艾力", Phone: "13900000021", IDCard: "11010519491231002X", Gender: "男",
			Birthday: "1949-12-31", LunarBirthday: "L1949-11-12", Joined: "1970-01-02", MemberSince: "1970-02-01",
			RetireOn: "2009-12-31", Employment: "合同制", Post: "司炉工", Notes: "😀", WeComUserID: "Ma.Ai", Status: union.Retired,
		}
		got := put(t, r, "集团公司/一分厂/锅炉班", m)
		want := m
		want.ID, want.Org, want.Lineage = got.ID, got.Org, got.Lineage
		want.StaffNo, want.WeComUserID, want.OrgPath = "A100", "ma.ai", "集团公司/一分厂/锅炉班"
		want.Phone, want.IDCard = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
		if got.ID == 0 || got.Org == 0 || got.Lineage == "" {
			t.Errorf("ids are missing: %+v", got)
		}
		phone, idCard, err := r.Sealed(t.Context(), got.ID)
		if err != nil || phone != m.Phone || idCard != m.IDCard {
			t.Errorf("Sealed = %q, %q, %v", phone, idCard, err)
		}

		m.Post, m.Phone, m.WeComUserID = "班长", "", ""
		again := put(t, r, "集团公司", m)
		if again.ID != got.ID || again.Post != "班长" || again.OrgPath != "集团公司" || again.WeComUserID != "" {
			t.Errorf("overwritten: %+v", again)
		}
		if phone, _, err := r.Sealed(t.Context(), got.ID); err != nil || phone != "" {
			t.Errorf("cleared phone = %q, %v", phone, err)
		}
	})
}

func TestSealedFieldsAreUnreadableInTheDatabase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		r := newMembers(t, db)
		m := put(t, r, "集团公司", union.Member{StaffNo: "1", Name: "王强", Phone: "13900000021", IDCard: "11010519491231002X"})
		if m.Phone != "" || m.IDCard != "" {
			t.Errorf("Get loaded them: %+v", m)
		}
		renamed := storage.NewMembers(db, sealer(t, "other:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="), "")
		if _, _, err := renamed.Sealed(t.Context(), m.ID); !errors.Is(err, seal.ErrUnknownKey) {
			t.Errorf("opened without the key: %v", err)
		}
		rotated := storage.NewMembers(db, sealer(t, testKeys2), "")
		if phone, _, err := rotated.Sealed(t.Context(), m.ID); err != nil || phone != "13900000021" {
			t.Errorf("after rotation: %q, %v", phone, err)
		}
	})
}

func TestAMemberIsFoundByWhoTheyAreOnAChannel(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, r := t.Context(), newMembers(t, db)
		const account = "officialaccount:gh_1"
		m := put(t, r, "集团公司", union.Member{StaffNo: "1", Name: "王强", WeComUserID: "WangQiang"})
		other := put(t, r, "集团公司", union.Member{StaffNo: "2", Name: "赵敏"})

		if got, err := r.ByIdentity(ctx, wecomChannel, "wangqiang"); err != nil || got.ID != m.ID {
			t.Errorf("WeCom: %v, %v", got.ID, err)
		}
		for _, who := range [][2]string{{account, "o1"}, {"wecom:9", "wangqiang"}, {"", "wangqiang"}, {wecomChannel, ""}} {
			if _, err := r.ByIdentity(ctx, who[0], who[1]); !errors.Is(err, union.ErrNotFound) {
				t.Errorf("%v: %v, want not found", who, err)
			}
		}

		bound := union.Identity{Channel: account, User: "o1", Member: m.ID, Proof: union.ProofCode, BoundAt: testNow}
		if err := r.Bind(ctx, bound); err != nil {
			t.Fatal(err)
		}
		if got, err := r.ByIdentity(ctx, account, "o1"); err != nil || got.ID != m.ID {
			t.Errorf("bound: %v, %v", got.ID, err)
		}
		if _, err := r.ByIdentity(ctx, account, "O1"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("openids compare by byte, got %v", err)
		}
		wantAddresses := []union.Identity{
			{Channel: wecomChannel, User: "wangqiang", Member: m.ID, Proof: union.ProofDirectory}, bound,
		}
		if got, err := r.Addresses(ctx, m.ID); err != nil || !cmp.Equal(wantAddresses, got) {
			t.Errorf("addresses: %v, %v", cmp.Diff(wantAddresses, got), err)
		}

		for name, twice := range map[string]union.Identity{
			"one user, two members": {Channel: account, User: "o1", Member: other.ID, BoundAt: testNow},
			"one member, two users": {Channel: account, User: "o2", Member: m.ID, BoundAt: testNow},
		} {
			if err := r.Bind(ctx, twice); !errors.Is(err, union.ErrTaken) {
				t.Errorf("%s: %v, want %v", name, err, union.ErrTaken)
			}
		}
		if known, err := r.Unbind(ctx, account, "o1"); err != nil || !known {
			t.Errorf("unbind: %v, %v", known, err)
		}
		if known, err := r.Unbind(ctx, account, "o1"); err != nil || known {
			t.Errorf("unbind again: %v, %v", known, err)
		}
	})
}

func TestWhatWaitsForAMemberIsNotToldToWhoeverHasTheAccountNext(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		parked, account := storage.NewParked(db, o.now.Now), bot.Address{Channel: "officialaccount:gh_2", User: bot.UserID(storagetest.Unique("o"))}
		for name, unbind := range map[string]func() error{
			"one": func() error {
				_, err := o.members.Unbind(t.Context(), string(account.Channel), string(account.User))
				return err
			},
			"all": func() error { _, err := o.members.UnbindAll(t.Context(), o.worker.ID); return err },
		} {
			err := o.members.Bind(t.Context(), union.Identity{Channel: string(account.Channel), User: string(account.User), Member: o.worker.ID, BoundAt: testNow})
			if err == nil {
				err = parked.Put(t.Context(), account, storagetest.Unique("talk/"), "您说的那件事……")
			}
			if err == nil {
				err = unbind()
			}
			if err != nil {
				t.Fatal(err)
			}
			if told, err := parked.Waiting(t.Context(), account); err != nil || len(told) != 0 {
				t.Errorf("%s: tells %q, %v", name, told, err)
			}
		}
	})
}

func TestWhoHasLeftIsNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, r := t.Context(), newMembers(t, db)
		m := union.Member{StaffNo: "1", Name: "王强", WeComUserID: "wq"}
		id := put(t, r, "集团公司", m).ID
		if err := r.Bind(ctx, union.Identity{Channel: "officialaccount:gh_1", User: "o1", Member: id, BoundAt: testNow}); err != nil {
			t.Fatal(err)
		}
		m.Status = union.Left
		left := put(t, r, "集团公司", m)
		if err := r.Grant(ctx, id, union.Chair, left.Org); err != nil {
			t.Fatal(err)
		}
		for _, who := range [][2]string{{wecomChannel, "wq"}, {"officialaccount:gh_1", "o1"}} {
			if _, err := r.ByIdentity(ctx, who[0], who[1]); !errors.Is(err, union.ErrNotFound) {
				t.Errorf("%v: %v, want not found", who, err)
			}
		}
		if h, err := r.Holders(ctx, union.Chair, left.Lineage); err != nil || len(h) != 0 {
			t.Errorf("holders: %v, %v", h, err)
		}
		if h, err := r.Holdings(ctx, id); err != nil || len(h) != 0 {
			t.Errorf("holdings: %v, %v", h, err)
		}
		if list, err := r.ByName(ctx, "王强", 10); err != nil || len(list) != 0 {
			t.Errorf("by name: %v, %v", list, err)
		}
	})
}

func TestNamesakesAreFoundHoweverTheNameIsDotted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, r := t.Context(), newMembers(t, db)
		a := put(t, r, "集团公司/一分厂", union.Member{StaffNo: "2", Name: "买买提·艾力"})
		b := put(t, r, "集团公司/二分厂", union.Member{StaffNo: "1", Name: "买买提•艾力"})
		put(t, r, "集团公司", union.Member{StaffNo: "3", Name: "买买提"})
		got, err := r.ByName(ctx, " 买买提．艾力", 5)
		if err != nil || !cmp.Equal([]union.Member{b, a}, got) {
			t.Errorf("ByName: %v, %v", cmp.Diff([]union.Member{b, a}, got), err)
		}
		if one, err := r.ByName(ctx, "买买提·艾力", 1); err != nil || len(one) != 1 {
			t.Errorf("limit 1: %v, %v", one, err)
		}
		both, err := r.GetMany(ctx, []union.MemberID{a.ID, b.ID, 7})
		if err != nil || !cmp.Equal(map[union.MemberID]union.Member{a.ID: a, b.ID: b}, both) {
			t.Errorf("GetMany: %v, %v", both, err)
		}
		if none, err := r.GetMany(ctx, nil); err != nil || len(none) != 0 {
			t.Errorf("GetMany of none: %v, %v", none, err)
		}
	})
}

func TestTheNearestHolderComesFirst(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, r := t.Context(), newMembers(t, db)
		group := put(t, r, "集团公司", union.Member{StaffNo: "1", Name: "陈静"})
		plant := put(t, r, "集团公司/一分厂", union.Member{StaffNo: "2", Name: "李芳"})
		worker := put(t, r, "集团公司/一分厂/锅炉班", union.Member{StaffNo: "3", Name: "张伟"})
		elsewhere := put(t, r, "集团公司/二分厂", union.Member{StaffNo: "4", Name: "王芳"})
		for _, m := range []union.Member{group, plant, elsewhere} {
			if err := r.Grant(ctx, m.ID, union.BranchChair, m.Org); err != nil {
				t.Fatal(err)
			}
			if err := r.Grant(ctx, m.ID, union.BranchChair, m.Org); err != nil {
				t.Errorf("granted twice: %v", err)
			}
		}
		got, err := r.Holders(ctx, union.BranchChair, worker.Lineage)
		want := []union.Holding{
			{Member: plant.ID, Role: union.BranchChair, Org: plant.Org, Lineage: plant.Lineage, Path: "集团公司/一分厂"},
			{Member: group.ID, Role: union.BranchChair, Org: group.Org, Lineage: group.Lineage, Path: "集团公司"},
		}
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("holders: %s, %v", cmp.Diff(want, got), err)
		}
		if got, err := r.Holders(ctx, union.Chair, worker.Lineage); err != nil || len(got) != 0 {
			t.Errorf("another role: %v, %v", got, err)
		}
		if err := r.Revoke(ctx, plant.ID, union.BranchChair, plant.Org); err != nil {
			t.Fatal(err)
		}
		if got, err := r.Holdings(ctx, plant.ID); err != nil || len(got) != 0 {
			t.Errorf("revoked: %v, %v", got, err)
		}
	})
}

func TestOrganisationsAreMadeOnceHoweverManyAsk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, r := t.Context(), newMembers(t, db)
		var wg sync.WaitGroup
		ids := make([]union.OrgID, 6)
		for i := range ids {
			wg.Go(func() {
				o, err := r.EnsureOrganisation(ctx, fmt.Sprintf("集团公司／一分厂/班组%d", i%2))
				if err != nil {
					t.Errorf("ensure: %v", err)
				}
				ids[i] = o.ID
			})
		}
		wg.Wait()
		if ids[0] != ids[2] || ids[1] != ids[5] || ids[0] == ids[1] {
			t.Errorf("ids %v", ids)
		}
		leaf, err := r.Organisation(ctx, ids[0])
		if err != nil {
			t.Fatal(err)
		}
		plant, err := r.OrganisationByPath(ctx, "集团公司/一分厂")
		if err != nil || leaf.Parent != plant.ID || leaf.Lineage != fmt.Sprintf("%s%d/", plant.Lineage, leaf.ID) {
			t.Errorf("leaf %+v below %+v, %v", leaf, plant, err)
		}
		if _, err := r.EnsureOrganisation(ctx, "集团公司//班组"); !errors.Is(err, union.ErrPathEmpty) {
			t.Errorf("empty name: %v", err)
		}
		if _, err := r.Lineage(ctx, 7); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}
