package broadcast_test

import (
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte("id: water-2026-12\ntext: 明天停水\norganisations: [集团公司/一分厂]\nstarts: 2026-12-01 09:10\n"))
	f.Add([]byte("id: a\ntext: b\norganisations: [c]\nroles: [x]\nmin_age: -1\n"))
	f.Add([]byte("- &a [*a]"))
	f.Fuzz(func(t *testing.T, source []byte) {
		w, err := broadcast.Read("b.yaml", source, time.UTC)
		if err == nil && (w.ID == "" || w.Text == "" || len(w.Organisations) == 0) {
			t.Errorf("taken without id, text or receivers: %+v", w)
		}
		if err != nil && err.Error() == "" {
			t.Error("it is refused without a word")
		}
	})
}

// FuzzParseAudience reads whom an organiser writes: an organisation that was not named never gets it.
func FuzzParseAudience(f *testing.F) {
	scope := []union.Organisation{
		{ID: 1, Path: "集团公司", Lineage: "/1/"}, {ID: 2, Path: "集团公司/一分厂", Lineage: "/1/2/"}, {ID: 3, Path: "集团公司/二分厂", Lineage: "/1/3/"},
	}
	for _, said := range []string{"一分厂 女职工 焊工 35岁以下", "全体", "二分厂的退休人员", "100101、100102", "党员", "孩子3到6岁 双职工", "明天夜班的人", "甲班"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		a, either := broadcast.ParseAudience(said, broadcast.Scope{Orgs: scope, Tags: []string{"党员"}, Shifts: []string{"早", "夜班"}, Crews: []string{"甲"}, Today: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)})
		for _, part := range a.Orgs {
			if !slices.ContainsFunc(scope, func(o union.Organisation) bool { return o.ID == part.Org && o.Lineage == part.Lineage }) {
				t.Errorf("%q goes to %+v", said, part)
			}
		}
		for _, o := range either {
			if o.ID == 0 {
				t.Errorf("%q may mean %+v", said, o)
			}
		}
	})
}
