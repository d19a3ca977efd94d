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

func TestDoctorNamesWhoCannotBeOnDuty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		members := storage.NewMembers(db, storagetest.Keys(t), "")
		root := storagetest.Unique("集团公司")
		plant, err := members.EnsureOrganisation(ctx, root+"/一分厂")
		if err != nil {
			t.Fatal(err)
		}
		put := func(no string, status union.MemberStatus, role union.Role) string {
			no = union.StaffNoKey(storagetest.Unique(no))
			id, err := members.Put(ctx, union.Member{StaffNo: no, Name: "陈静", Org: plant.ID, Status: status}, time.Now())
			if err == nil {
				err = members.Grant(ctx, id, role, plant.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			return no
		}
		for _, c := range []struct{ no, at, want string }{
			{put("a", union.Active, union.SafetyOfficer), root + "/一分厂", "everybody"},
			{put("b", union.Active, union.SafetyOfficer), root + "/一分厂/锅炉班", "everybody"},
			{put("c", union.Active, union.SafetyOfficer), root + "/二分厂", "is no safety_officer there"},
			{put("d", union.Active, union.Chair), root + "/一分厂", "is no safety_officer there"},
			{put("e", union.Left, union.SafetyOfficer), root + "/一分厂", "is no active member"},
			{"999999", root, "is nobody's number"},
		} {
			r := reference.Roster{Name: "watch", Role: union.SafetyOfficer, At: c.at, Crews: []reference.Crew{{Name: "甲", Staff: []string{c.no}}}}
			f := dutyFinding(ctx, []reference.Roster{r}, storage.NewMembers(db, nil, ""))
			if !strings.Contains(f.Detail, c.want) || (f.State == stateOK) != (c.want == "everybody") {
				t.Errorf("%+v: %+v", c, f)
			}
			r.Role = "" // a roster of who works when asks for no office
			f = dutyFinding(ctx, []reference.Roster{r}, storage.NewMembers(db, nil, ""))
			if want := c.want == "is no active member" || c.want == "is nobody's number"; (f.State != stateOK) != want {
				t.Errorf("%+v without an office: %+v", c, f)
			}
		}
	})
}
