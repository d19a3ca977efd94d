package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
)

// groups are those of an office, which a test changes.
type groups struct{ all []reference.Group }

func (g *groups) GroupNames() (names []string) {
	for _, each := range g.all {
		names = append(names, each.Name)
	}
	return names
}

func (g *groups) Group(name string) (reference.Group, bool) {
	i := slices.IndexFunc(g.all, func(each reference.Group) bool { return each.Name == name })
	if i < 0 {
		return reference.Group{}, false
	}
	return g.all[i], true
}

const grouped = `prefix: LY
title: 疗养
short: 疗养
understand: {phrases: [疗养申请]}
form:
  - {name: what, kind: text, label: 事情, ask: 什么事}
summary: {title: '{what}'}
review:
  - {name: committee, title: 评议, who: {group: trips, otherwise: [finance]}, mode: all, days: 3, acts: [{act: accept, word: 同意}, {act: refuse, word: 不同意}]}
words: {filed: 收到, accepted: 同意, refused: 不同意, withdrawn: 撤回}
`

func TestAGroupDecides(t *testing.T) {
	inOpenOffices(t, []suite{
		{"by name and by office, and nobody beside them", testGroup},
		{"and has no office over anything else by that", testGroupIsNoOffice},
		{"in the place of who has left is the fallback, and nowhere else", testGroupFallback},
		{"who is taken off it signs no more, and a group that is no more leaves it to others", testGroupChanges},
	})
}

func (o *office) inGroup(places ...reference.GroupPlace) {
	o.groups.all = []reference.Group{{Name: "trips", Members: places, Fallback: o.mate.StaffNo}}
}

func staff(m union.Member) reference.GroupPlace { return reference.GroupPlace{Staff: m.StaffNo} }

func testGroup(t *testing.T, o *office) {
	o.inGroup(staff(o.other), reference.GroupPlace{Role: union.Chair}, reference.GroupPlace{Role: union.BranchChair, At: o.root + "/一分厂"}, staff(o.worker), staff(o.other))
	c := o.fileOf(t, grouped)
	if got := o.has(t, c); !slices.Equal(got, []string{"王芳", "陈静", "李芳"}) { // not its author, and each once
		t.Fatalf("%v have it", got)
	}
	beside := o.person(t, "三分厂", "分会主席", union.BranchChair)
	for _, who := range []union.Member{beside, o.mate, o.worker} {
		if err := o.accepts(t, c, who); !errors.Is(err, union.ErrNotFound) && !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s decides: %v", who.Name, err)
		}
	}
	for _, who := range []union.Member{o.other, o.chair, o.branch} {
		if err := o.accepts(t, c, who); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
	if kinds := o.kinds(t, c); kinds[len(kinds)-1] != cases.EventAccepted {
		t.Errorf("it came to %v", kinds)
	}
}

func testGroupFallback(t *testing.T, o *office) {
	o.inGroup(staff(o.other), staff(o.chair))
	if got := o.has(t, o.fileOf(t, grouped)); !slices.Equal(got, []string{"王芳", "陈静"}) {
		t.Errorf("%v have it", got)
	}
	o.leave(t, o.other)
	c := o.fileOf(t, grouped)
	if got := o.has(t, c); !slices.Equal(got, []string{"陈静", "赵敏"}) {
		t.Fatalf("%v have it once one has left", got)
	}
	for _, who := range []union.Member{o.chair, o.mate} {
		if err := o.accepts(t, c, who); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
	}
}

func testGroupChanges(t *testing.T, o *office) {
	finance := o.person(t, "", "钱进", union.Finance)
	o.inGroup(staff(o.other), staff(o.chair))
	c := o.fileOf(t, grouped)
	o.inGroup(staff(o.chair))
	if err := o.accepts(t, c, o.other); !errors.Is(err, union.ErrForbidden) {
		t.Errorf("who was taken off the group decides: %v", err)
	}
	testGroupHandsOver(t, o)
	o.groups.all = nil
	if got := o.has(t, o.fileOf(t, grouped)); !slices.Equal(got, []string{finance.Name}) {
		t.Errorf("%v have it where there is no group", got)
	}
}

func testGroupIsNoOffice(t *testing.T, o *office) {
	o.inGroup(staff(o.branch), staff(o.other))
	c := o.file(t, o.worker, "给锅炉房加个护栏")
	if err := o.delegate(t, c, o.branch, o.other); !errors.As(err, new(*cases.UnfitError)) {
		t.Errorf("a chair asks somebody of another plant, who is in the group: %v", err)
	}
	if _, err := o.ByID(t.Context(), o.other.ID, c.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("who is in the group reads the case of another plant: %v", err)
	}
	if found, err := o.Under(t.Context(), o.other.ID, o.worker.Name, 5); err != nil || len(found) != 0 {
		t.Errorf("and looks up its people: %v, %v", found, err)
	}
}

// What waits goes to those who are in the group now, also where whoever was taken off it holds another office.
func testGroupHandsOver(t *testing.T, o *office) {
	beside := o.person(t, "三分厂", "韩雪", union.BranchChair)
	o.inGroup(staff(o.branch), staff(beside))
	first, all := o.fileOf(t, strings.Replace(grouped, "mode: all, ", "", 1)), o.fileOf(t, grouped)
	o.inGroup(staff(o.other), staff(beside))
	for range 2 { // the second finds nothing new
		if _, err := o.TakeFromLeavers(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if one, several := o.has(t, first), o.has(t, all); !slices.Equal(one, []string{"韩雪"}) || !slices.Equal(several, []string{"韩雪"}) {
			t.Errorf("%v and %v have it once one was taken off", one, several)
		}
	}
	o.inGroup(staff(o.other))
	if _, err := o.TakeFromLeavers(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if one, several := o.has(t, first), o.has(t, all); !slices.Equal(one, []string{"王芳"}) || !slices.Equal(several, []string{"王芳"}) {
		t.Errorf("%v and %v have it once all were replaced", one, several)
	}
}
