package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// A list is looked up among the audience's own members only, and one of which nobody is found is no audience of everybody.
func TestAListIsLookedUpWhereItsWriterMayWrite(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		person := func(path, name, post string) union.Member {
			return put(t, h.members, path, union.Member{StaffNo: union.StaffNoKey(storagetest.Unique("L1")), Name: name, Post: post})
		}
		one, both, same := person(h.org.Path, "欧阳一", "钳工"), person(h.org.Path, "欧阳二", "焊工"), person(h.org.Path, "欧阳二", "焊工")
		away := person(strings.TrimSuffix(h.org.Path, "/一分厂")+"/别处", "欧阳三", "焊工")
		a := broadcast.Audience{Orgs: []broadcast.Part{{Org: h.org.ID, Path: h.org.Path, Lineage: h.org.Lineage}}}
		named := func(posts, staff []string) (broadcast.Listing, error) {
			a.Posts, a.Staff = posts, staff
			return h.Named(t.Context(), h.author.ID, a, broadcast.Said{Typed: map[string]string{"于某": "於某"}})
		}
		got, err := named([]string{"欧阳一", "欧阳二", "欧阳三", "焊工"}, []string{away.StaffNo, one.StaffNo})
		if err != nil || !slices.Equal(got.Staff, []string{one.StaffNo}) || !slices.Equal(got.Unknown, []string{away.StaffNo, "欧阳三"}) ||
			len(got.Either) != 2 || !slices.Equal(got.Posts, []string{"焊工"}) {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := named([]string{"欧阳二"}, []string{same.StaffNo}); err != nil || len(got.Either) > 0 || !slices.Equal(got.Staff, []string{same.StaffNo}) {
			t.Errorf("the number beside the name: %+v, %v (not %s)", got, err, both.StaffNo)
		}
		for _, nobody := range [][2][]string{{nil, {away.StaffNo}}, {{"欧阳二"}, nil}} {
			if _, err := named(nobody[0], nobody[1]); !errors.Is(err, broadcast.ErrNobody) {
				t.Errorf("%v: %v", nobody, err)
			}
		}
		written := person(h.org.Path, "於某", "焊工")
		if got, err := named([]string{"于某", "焊"}, nil); err != nil || !slices.Equal(got.Staff, []string{written.StaffNo}) || !slices.Equal(got.Unknown, []string{"焊"}) {
			t.Errorf("as it was written, beside a part of a post: %+v, %v", got, err)
		}
		if got, err := named([]string{"焊工"}, nil); err != nil || len(got.Unknown) > 0 || !slices.Equal(got.Posts, []string{"焊工"}) {
			t.Errorf("a post: %+v, %v", got, err)
		}
	})
}
