package reference

import (
	"regexp"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
)

// Groups is the file of named groups of people who decide together, by which services name them.
type Groups struct {
	folder.Origin `yaml:",inline"`
	Groups        []Group `yaml:"groups"`
}

// Group is some people by name, or by their offices: 帮扶委员会.
type Group struct {
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// Members are its places; each is one person's, or that of all who hold an office at one organisation.
	Members []GroupPlace `yaml:"members"`
	// Fallback is the staff number of who is asked in the place of those who have left or are not known; empty for nobody.
	Fallback string `yaml:"fallback"`
}

// GroupPlace is one place of a group: a staff number, or a role with the organisation over which it is held.
type GroupPlace struct {
	Staff string     `yaml:"staff"`
	Role  union.Role `yaml:"role"`
	// At is a path from the root, 集团公司/一分厂; empty is the whole union.
	At string `yaml:"at"`
}

// String names the place as its file does.
func (p GroupPlace) String() string {
	switch {
	case p.Staff != "":
		return p.Staff
	case p.At != "":
		return string(p.Role) + " at " + p.At
	}
	return string(p.Role) + " of the whole union"
}

// asKept writes the place as members and organisations are kept, by which it is compared with them.
func (p GroupPlace) asKept() GroupPlace {
	p.Staff = union.StaffNoKey(p.Staff)
	if names, err := union.ParsePath(p.At); err == nil {
		p.At = strings.Join(names, "/")
	}
	return p
}

var groupName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

func (g *Groups) check(d *folder.Document) {
	g.Check(d)
	var names []string
	for i, each := range g.Groups {
		checkName(d, "groups", i, each.Name, each.Label, names)
		names = append(names, each.Name)
		if each.Name != "" && !groupName.MatchString(each.Name) {
			d.AddAt([]any{"groups", i, "name"}, "small letters, digits and _ are expected, such as aid_committee; not %q", each.Name)
		}
		if len(each.Members) == 0 {
			d.AddAt([]any{"groups", i, "members"}, "is missing: who is in the group")
		}
		g.Groups[i].Fallback = union.StaffNoKey(each.Fallback)
		for j, p := range each.Members {
			each.Members[j] = p.asKept()
			checkPlace(d, []any{"groups", i, "members", j}, each.Members[j], each.Members[:j])
		}
	}
}

func checkPlace(d *folder.Document, at []any, p GroupPlace, before []GroupPlace) {
	var roles []string
	for _, r := range union.Roles() {
		roles = append(roles, string(r))
	}
	switch {
	case (p.Staff == "") == (p.Role == ""):
		d.AddAt(at, "either staff or role is expected")
	case p.Staff != "" && p.At != "":
		d.AddAt(append(at, "at"), "belongs to a role")
	case p.Role != "" && !slices.Contains(union.Roles(), p.Role):
		d.AddAt(append(at, "role"), "%s", folder.OneOf(string(p.Role), roles))
	case slices.Contains(before, p):
		d.AddAt(at, "%s stands here a second time", p)
	}
	checkPath(d, at, p)
}

func checkPath(d *folder.Document, at []any, p GroupPlace) {
	if p.At == "" {
		return
	}
	if _, err := union.ParsePath(p.At); err != nil {
		d.AddAt(append(at, "at"), "a path from the root is expected, such as 集团公司/一分厂: %v", err)
	}
}

// Group finds a group by name.
func (d *Data) Group(name string) (Group, bool) {
	i := slices.IndexFunc(d.Groups.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		return Group{}, false
	}
	return d.Groups.Groups[i], true
}

// GroupNames lists the names of the groups.
func (d *Data) GroupNames() []string {
	names := make([]string, 0, len(d.Groups.Groups))
	for _, g := range d.Groups.Groups {
		names = append(names, g.Name)
	}
	return names
}

// Group finds a group by name.
func (b *Book) Group(name string) (Group, bool) { return b.data.Load().Group(name) }

// GroupNames lists the names of the groups.
func (b *Book) GroupNames() []string { return b.data.Load().GroupNames() }
