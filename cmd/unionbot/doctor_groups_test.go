package main

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

func TestDoctorNamesPlacesOfGroupsThatNobodyHas(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		members := storage.NewMembers(db, storagetest.Keys(t), "")
		root := storagetest.Unique("集团公司")
		org, err := members.EnsureOrganisation(ctx, root)
		if err != nil {
			t.Fatal(err)
		}
		put := func(no string, status union.MemberStatus) string {
			no = storagetest.Unique(no)
			id, err := members.Put(ctx, union.Member{StaffNo: no, Name: "陈静", Org: org.ID, Status: status}, time.Now())
			if err == nil {
				err = members.Grant(ctx, id, union.Auditor, org.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			return no
		}
		here, retired := put("a", union.Active), put("b", union.Retired)
		place := func(p reference.GroupPlace) []reference.GroupPlace { return []reference.GroupPlace{{Staff: here}, p} }
		for _, c := range []struct {
			group reference.Group
			want  string
		}{
			{reference.Group{Members: place(reference.GroupPlace{Role: union.Auditor, At: root})}, "1, and everybody in them is there"},
			{reference.Group{Members: place(reference.GroupPlace{Staff: retired}), Fallback: here}, "nobody is " + retired + ", " + here + " is asked for them"},
			{reference.Group{Members: place(reference.GroupPlace{Staff: "999999"})}, "nobody is 999999, and there is no fallback"},
			{reference.Group{Members: place(reference.GroupPlace{Role: union.Judge, At: root + "/没有"})}, "nobody is judge at " + root + "/没有"},
			{reference.Group{Members: []reference.GroupPlace{{Staff: retired}}}, "and nobody is left"},
		} {
			if f := groupsFinding(ctx, []reference.Group{c.group}, storage.NewMembers(db, nil, "")); !strings.Contains(f.Detail, c.want) || (f.State == stateOK) != strings.Contains(c.want, "everybody") {
				t.Errorf("%+v: %+v", c.group, f)
			}
		}
	})
}
