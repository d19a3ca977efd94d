package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/roster"
)

func labels(t *testing.T, db *storage.DB, staffNo string) string {
	t.Helper()
	tags, family, err := newMembers(t, db).Labels(t.Context(), member(t, db, staffNo).ID)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(tags, family)
}

func TestTagsAndFamilyFactsAreImported(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		const head = "工号,姓名,单位,标签,家庭\n"
		mustImport(t, db, head+"200101,张伟,集团公司,党员；志愿者;党员,双职工;孩子2018;孩子 2021年\n200102,李芳,集团公司,,\n", roster.Options{})
		if got := labels(t, db, "200101"); got != "[党员 志愿者] [both_here child2018 child2021]" {
			t.Errorf("imported %s", got)
		}
		again := mustImport(t, db, head+"200101,张伟,集团公司,,\n200102,李芳,集团公司,劳模,-\n", roster.Options{})
		if got := labels(t, db, "200101"); got != "[党员 志愿者] [both_here child2018 child2021]" || again.Changed != 1 || again.Same != 1 {
			t.Errorf("an empty cell has left %s, %+v", got, again)
		}
		mustImport(t, db, head+"200101,张伟,集团公司,志愿者,-\n", roster.Options{})
		if got := labels(t, db, "200101"); got != "[志愿者] []" {
			t.Errorf("cleared to %s", got)
		}
		tags, err := storage.NewBroadcasts(db, "").Tags(t.Context())
		if err != nil || !slices.Contains(tags, "劳模") || !slices.Contains(tags, "党员") {
			t.Errorf("tags %v, %v", tags, err)
		}
		report, err := importRoster(t, db, "members.csv", head+"200101,张伟,集团公司,一个长得放不进任何一栏的标签名,夫妻关系不好\n", roster.Options{})
		if !errors.Is(err, roster.ErrInvalid) || len(report.Problems) != 1 || report.Problems[0].Column != "家庭" || report.Problems[0].Value != "夫****好" {
			t.Errorf("a fact that nobody keeps: %v, %+v", err, report.Problems)
		}
	})
}

// families gives the plant so many welders with each list of family facts.
func (h *hall) families(n int, tags, family []string) (list []union.Member) {
	h.t.Helper()
	for range n {
		no := storagetest.Unique("f")
		m := put(h.t, h.members, h.org.Path, union.Member{StaffNo: no, Name: "某人", Post: "焊工", Tags: tags, Family: family, WeComUserID: no})
		list = append(list, m)
	}
	return list
}

func TestAnAudienceIsFoundByTagsAndFamilies(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.families(12, []string{"党员"}, []string{union.FamilyBothHere, "child2018"})
		h.families(11, []string{"党员_候补"}, []string{union.FamilyOnlyChild, "child2006", "child2024"})
		h.families(3, []string{"劳模"}, []string{union.FamilySingle})
		orgs := []broadcast.Part{{Org: h.org.ID, Path: h.org.Path, Lineage: h.org.Lineage}}
		for what, c := range map[string]struct {
			broadcast.Audience
			want int
			err  error
		}{
			"a tag":               {Audience: broadcast.Audience{Tags: []string{"党员"}}, want: 12},
			"one of two tags":     {Audience: broadcast.Audience{Tags: []string{"党员", "劳模"}}, want: 15},
			"no pattern":          {Audience: broadcast.Audience{Tags: []string{"党%"}}, want: 0},
			"a few with a tag":    {Audience: broadcast.Audience{Tags: []string{"劳模"}}, want: 3},
			"a fact, in fives":    {Audience: broadcast.Audience{Family: []string{union.FamilyBothHere}}, want: 10},
			"one of two facts":    {Audience: broadcast.Audience{Family: []string{union.FamilyBothHere, union.FamilyOnlyChild}}, want: 20},
			"children up to six":  {Audience: broadcast.Audience{Children: &broadcast.Children{Max: 6}}, want: 10},
			"children from eight": {Audience: broadcast.Audience{Children: &broadcast.Children{Min: 8}}, want: 20},
			"any children":        {Audience: broadcast.Audience{Children: &broadcast.Children{}}, want: 20},
			"children and a fact": {Audience: broadcast.Audience{Family: []string{union.FamilyOnlyChild}, Children: &broadcast.Children{Min: 20, Max: 20}}, want: 10},
			"few":                 {Audience: broadcast.Audience{Family: []string{union.FamilySingle}}, err: broadcast.ErrFew},
			"nobody":              {Audience: broadcast.Audience{Family: []string{union.FamilyForces}}, err: broadcast.ErrFew},
			// Of two audiences that differ by somebody with a post, an age or a tag of their own, the numbers would tell of that one.
			"with a post":           {Audience: broadcast.Audience{Family: []string{union.FamilyBothHere}, Posts: []string{"焊工"}}, err: broadcast.ErrFew},
			"with an office":        {Audience: broadcast.Audience{Family: []string{union.FamilyBothHere}, Roles: []union.Role{union.GroupLeader}}, err: broadcast.ErrFew},
			"with a tag":            {Audience: broadcast.Audience{Children: &broadcast.Children{}, Tags: []string{"党员"}}, err: broadcast.ErrFew},
			"of an age":             {Audience: broadcast.Audience{Children: &broadcast.Children{}, MaxAge: 60}, err: broadcast.ErrFew},
			"whom the writer names": {Audience: broadcast.Audience{Family: []string{union.FamilyBothHere}, Staff: []string{"1"}}, err: broadcast.ErrFew},
		} {
			c.Orgs = orgs
			n, err := h.Count(t.Context(), h.author.ID, c.Audience)
			if n != c.want || !errors.Is(err, c.err) {
				t.Errorf("%s: %d, %v", what, n, err)
			}
		}
	})
}

// A team of one beside a plant of many would tell of that one.
func TestEachOrganisationOfAnAudienceByFamilyHasMany(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.families(14, nil, []string{union.FamilySingle})
		no := storagetest.Unique("f")
		alone := put(t, h.members, h.org.Path+"/独任组", union.Member{StaffNo: no, Name: "某人", Family: []string{union.FamilySingle}, WeComUserID: no})
		a := broadcast.Audience{Family: []string{union.FamilySingle}}
		for _, m := range []union.Member{h.families(1, nil, nil)[0], alone} {
			a.Orgs = append(a.Orgs, broadcast.Part{Org: m.Org, Path: m.OrgPath, Lineage: m.Lineage})
		}
		if n, err := h.Count(t.Context(), h.author.ID, a); !errors.Is(err, broadcast.ErrFew) {
			t.Errorf("counted %d, %v", n, err)
		}
	})
}

// Whoever gets what is written to families is on no list, neither before it goes out nor after.
func TestNobodyIsNamedOfAnAudienceByFamily(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		list := h.families(12, nil, []string{union.FamilyBothHere})
		b := h.submit("六一到了", func(b *broadcast.Broadcast) {
			b.Audience.Family, b.Audience.Posts = []string{union.FamilyBothHere}, nil
		})
		if b.Head != 10 {
			t.Errorf("said to have %d", b.Head)
		}
		if some, err := h.Preview(t.Context(), h.author.ID, b); err != nil || len(some) != 1 || some[0].Member.ID != h.author.ID {
			t.Errorf("previewed %+v, %v", some, err)
		}
		h.release(b)
		h.advance()
		if sent := h.drain(b); sent != 12 {
			t.Errorf("sent to %d", sent)
		}
		for what, err := range map[string]error{
			"silent": second(h.Silent(t.Context(), h.author.ID, b.Number, 9)), "missed": second(h.Missed(t.Context(), h.chair.ID, b.Number, 9)),
			"export": func() error { _, err := h.Export(t.Context(), h.author.ID, b.Number, "x"); return err }(),
			"unsure": second(h.Unsure(t.Context(), h.author.ID, b.Number, 9)), "operator": func() error { _, err := h.LookUnsure(t.Context(), b.Number, 9); return err }(),
			"sheet": h.WriteSheet(t.Context(), &bytes.Buffer{}, b, true, func(int) {}),
		} {
			if !errors.Is(err, broadcast.ErrFamily) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if r, err := h.Report(t.Context(), h.author.ID, b.Number); err != nil || r.Head != 10 || r.Counts[broadcast.Sent] != 10 || len(r.Counts) != 1 {
			t.Errorf("told of in other numbers than fives: %d, %v, %v", r.Head, r.Counts, err)
		}
		waits := h.submit("再来一次", func(b *broadcast.Broadcast) {
			b.Audience.Family, b.Audience.Posts = []string{union.FamilyBothHere}, nil
		})
		for _, m := range list[:3] {
			m.Status = union.Left
			_, err := h.members.Put(t.Context(), m, h.now.Now())
			h.must(err)
		}
		if _, err := h.Release(t.Context(), h.chair.ID, waits.Number, 0); !errors.Is(err, broadcast.ErrFew) {
			t.Errorf("released to the nine that are left: %v", err)
		}
		m := list[0]
		h.must(storage.NewErasures(db, "").EraseMember(t.Context(), privacy.Erasure{Member: m, At: h.now.Now(), Reason: "gone"}, &privacy.Erased{}))
		if _, family, err := h.members.Labels(t.Context(), m.ID); err != nil || len(family) > 0 {
			t.Errorf("after the erasure %v, %v", family, err)
		}
		tally, err := storage.NewBroadcasts(db, "").Tally(t.Context(), b.ID)
		if err != nil || tally[broadcast.Sent] != 11 {
			t.Errorf("what was written to couples tells still that the erased one is one: %v, %v", tally, err)
		}
	})
}

func second(_ broadcast.Broadcast, _ []broadcast.Receipt, err error) error { return err }
