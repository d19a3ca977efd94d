package reference_test

import (
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

func TestGroupsAreReadStrictly(t *testing.T) {
	const head = "source: 本单位\nas_of: 2026-01-01\nreview_by: 2027-01-01\nplace: enterprise\ngroups:\n"
	load := func(groups string) (*reference.Data, error) {
		return reference.Load(shipped.Files, fstest.MapFS{"groups.yaml": {Data: []byte(head + groups)}})
	}
	d, err := load("  - {name: aid, label: 帮扶委员会, members: [{staff: '100016'}, {role: chair}, {role: branch_chair, at: 集团公司/一分厂}], fallback: '100001'}\n")
	if err != nil {
		t.Fatal(err)
	}
	if g, ok := d.Group("aid"); !ok || len(g.Members) != 3 || g.Fallback != "100001" || d.GroupNames()[0] != "aid" {
		t.Errorf("read %+v", g)
	}
	// Whoever is asked by a number or a path is found by it again when they decide: both are kept as members and organisations are.
	d, err = load("  - {name: aid, label: 会, members: [{staff: ' ｅ16 '}, {role: chair, at: ' 集团公司 ／一分厂'}], fallback: e1}\n")
	if err != nil {
		t.Fatal(err)
	}
	if g, _ := d.Group("aid"); g.Members[0].Staff != "E16" || g.Members[1].At != "集团公司/一分厂" || g.Fallback != "E1" {
		t.Errorf("read %+v", g)
	}
	for groups, want := range map[string]string{
		"  - {name: aid, label: 会, members: []}\n":                                        "groups.yaml:6: groups[1].members: is missing",
		"  - {name: 会, label: 会, members: [{role: chair}]}\n":                             "groups.yaml:6: groups[1].name: small letters",
		"  - {name: aid, label: 会, members: [{role: chiar}]}\n":                           `did you mean "chair"?`,
		"  - {name: aid, label: 会, members: [{role: chair, staff: '1'}]}\n":               "either staff or role is expected",
		"  - {name: aid, label: 会, members: [{staff: '1', at: 集团公司}]}\n":                  "belongs to a role",
		"  - {name: aid, label: 会, members: [{role: chair, at: /集团公司}]}\n":                "a path from the root is expected",
		"  - {name: aid, label: 会, members: [{staff: '1'}, {staff: '1'}]}\n":              "1 stands here a second time",
		"  - {name: aid, label: 会, members: [{staff: e1}, {staff: E1}]}\n":                "E1 stands here a second time",
		"  - {name: aid, label: 会, people: [{staff: '1'}]}\n":                             `people`,
		"  - {name: aid, label: 会, members: [{staff: '1'}]}\n  - {name: aid, label: 会}\n": "aid stands here a second time",
	} {
		if _, err := load(groups); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", groups, err)
		}
	}
}
