package union_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
)

func TestWhoMayDecide(t *testing.T) {
	const officer, author = 1, 2
	at := func(lineage string) []union.Holding {
		return []union.Holding{{Member: officer, Role: union.BranchChair, Lineage: lineage}}
	}
	for name, tt := range map[string]struct {
		holdings []union.Holding
		role     union.Role
		lineage  string
		parties  union.Parties
		want     bool
	}{
		"over the organisation":       {at("/1/5/"), union.BranchChair, "/1/5/", union.Parties{author}, true},
		"over what lies above":        {at("/1/"), union.BranchChair, "/1/5/9/", union.Parties{author}, true},
		"over what lies below":        {at("/1/5/9/"), union.BranchChair, "/1/5/", union.Parties{author}, false},
		"over a neighbour":            {at("/1/6/"), union.BranchChair, "/1/5/", union.Parties{author}, false},
		"over one with a longer id":   {at("/1/5/"), union.BranchChair, "/1/55/", union.Parties{author}, false},
		"in another role":             {at("/1/"), union.Chair, "/1/5/", union.Parties{author}, false},
		"a matter of their own":       {at("/1/"), union.BranchChair, "/1/5/", union.Parties{officer}, false},
		"as a party among several":    {at("/1/"), union.BranchChair, "/1/5/", union.Parties{author, officer}, false},
		"without any role":            {nil, union.BranchChair, "/1/5/", nil, false},
		"with a role without a place": {at(""), union.BranchChair, "/1/5/", nil, false},
	} {
		if got := union.MayDecide(tt.holdings, tt.role, tt.lineage, tt.parties); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestNamesCompareAsPeopleMeanThem(t *testing.T) {
	for _, same := range [][]string{
		{"买买提·艾力", "买买提•艾力", "买买提・艾力", "买买提 · 艾力", "买买提．艾力", "买买提.艾力", "买买提\u200b·艾力"},
		{"Anna Ivanova", "anna ivanova", "ＡＮＮＡ　ＩＶＡＮＯＶＡ"},
		{"王 强", "王强", " 王强 ", "王　强"},
	} {
		for _, name := range same {
			if union.NameKey(name) != union.NameKey(same[0]) {
				t.Errorf("%q and %q differ", name, same[0])
			}
		}
	}
	if union.NameKey("王强") == union.NameKey("王强强") || union.NameKey("买买提·艾力") == union.NameKey("买买提艾力") {
		t.Error("different names compare equal")
	}
	if got := union.StaffNoKey(" ａ１０-0 1 "); got != "A10-01" {
		t.Errorf("staff number %q", got)
	}
}

func TestPathsAreTakenApart(t *testing.T) {
	got, err := union.ParsePath(" 集团公司／一分厂 / 锅炉班")
	if err != nil || !cmp.Equal(got, []string{"集团公司", "一分厂", "锅炉班"}) {
		t.Errorf("%q, %v", got, err)
	}
	for path, want := range map[string]error{
		"": union.ErrPathEmpty, "/集团公司": union.ErrPathEmpty, "集团公司//班": union.ErrPathEmpty,
		"1/2/3/4/5/6/7/8/9/10/11": union.ErrPathDeep, strings.Repeat("厂", 101): union.ErrPathName, "集团\x00公司": union.ErrPathName,
	} {
		if _, err := union.ParsePath(path); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", path, err, want)
		}
	}
	for path, want := range map[string][2]string{
		"集团公司":            {"集团公司", "集团公司"},
		"集团公司/一分厂":        {"一分厂", "一分厂"},
		"集团公司/一分厂/锅炉班":    {"一分厂/锅炉班", "锅炉班"},
		"集团公司/一分厂/锅炉班/甲班": {"锅炉班/甲班", "甲班"},
	} {
		m := union.Member{OrgPath: path}
		if m.Unit() != want[0] || m.OrgName() != want[1] {
			t.Errorf("%s: unit %q, name %q, want %q", path, m.Unit(), m.OrgName(), want)
		}
	}
}
