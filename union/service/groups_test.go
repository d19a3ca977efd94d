package service_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// grouping is a folder whose files may name groups.
type grouping struct {
	fs.FS
	names []string
}

func (g grouping) GroupNames() []string { return g.names }

func TestAStepGoesToAGroup(t *testing.T) {
	who := func(w string) string {
		return strings.Replace(small, "    who: {role: branch_chair, otherwise: [chair]}\n", "    who:\n"+w, 1)
	}
	own := func(source string, names ...string) fs.FS { return grouping{folder("idea.yaml", source), names} }
	set := loaded(t, own(who("      group: trips\n      otherwise: [chair]\n"), "aid", "trips"))
	s, _ := set.On("").Get("idea")
	if role := s.Review[0].Who.Role; role != "group:trips" {
		t.Errorf("it is the role %q", role)
	}
	if _, err := service.Parse("idea", []byte(who("      group: gone\n"))); err != nil {
		t.Errorf("what was published is refused for a group that is no more: %v", err)
	}
	for _, c := range []struct {
		who, want string
		names     []string
	}{
		{"      group: tirps\n", `review[1].who.group: a group of groups.yaml is expected: "tirps" is none of aid, trips; did you mean "trips"?`, []string{"aid", "trips"}},
		{"      group: trips\n", "review[1].who.group: there is no group", nil},
		{"      group: trips\n      role: chair\n", "review[1].who.group: stands in place of a role", []string{"trips"}},
		{"      group: trips\n      author: true\n", "review[1].who.group: stands in place of a role", []string{"trips"}},
		{"      group: trips\n      top: true\n", "review[1].who.top: belongs to a role", []string{"trips"}},
		{"      group: trips\n    mode: in_order\n", "review[1].who.group: has no order", []string{"trips"}},
	} {
		if _, err := service.Load(own(who(c.who), c.names...)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "idea.yaml:2") {
			t.Errorf("%q: %v", c.who, err)
		}
	}
}

func TestASealedServiceNamesNoGroup(t *testing.T) {
	sealed, err := os.ReadFile("../../flows/testdata/services/sealed_report.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile(`role: \w+(, top: true)?`).ReplaceAllString(string(sealed), "group: trips")
	if _, err := service.Parse("sealed_report", []byte(source)); err == nil || !strings.Contains(err.Error(), "a sealed service is not decided by a group") {
		t.Errorf("a sealed service names a group: %v", err)
	}
}
