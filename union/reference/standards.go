package reference

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
)

// StandardPlace is one unit with a rule of its own, which holds for all below it. What it does not fix goes by the next above, and at last
// by everybody's.
type StandardPlace struct {
	Unit     string     `yaml:"unit"` // 集团公司/二分厂
	Rule     string     `yaml:"rule"` // 二分厂会员慰问办法
	Source   string     `yaml:"source"`
	AsOf     folder.Day `yaml:"as_of"`
	ReviewBy folder.Day `yaml:"review_by"`
	// CeilingsOf is the place whose ceilings hold there: 安徽.
	CeilingsOf string `yaml:"ceilings_of"`
	// Yuan are its sums, by the names of the standards.
	Yuan map[string]int `yaml:"yuan"`
}

func (at StandardPlace) origin(ask string) folder.Origin {
	return folder.Origin{Source: at.Source, AsOf: at.AsOf, ReviewBy: at.ReviewBy, Place: folder.Enterprise, Ask: ask}
}

// Standard finds the sum of an occasion, in fen, that holds where no unit has its own.
func (d *Data) Standard(name string) (fen int, ok bool) {
	i := slices.IndexFunc(d.Standards.Standards, func(s Standard) bool { return s.Name == name })
	if i < 0 {
		return 0, false
	}
	return d.Standards.Standards[i].Yuan * 100, true
}

// StandardPlaces are the units with sums of their own, the most specific first.
func (d *Data) StandardPlaces() []StandardPlace { return d.Standards.Places }

// StandardIn finds the sum of an occasion, in fen, in a unit named by its path, and the unit whose own sum it is; none where it is everybody's.
func (d *Data) StandardIn(name, unit string) (fen int, own StandardPlace, ok bool) {
	fen, ok = d.Standard(name)
	for _, at := range d.Standards.Places {
		yuan, has := at.Yuan[name]
		if ok && has && union.Within(unit, at.Unit) {
			return yuan * 100, at, true
		}
	}
	return fen, own, ok
}

// AboveCeilings names the sums that are more than the rules allow in their place, with the source of what is allowed.
func (d *Data) AboveCeilings() (above []string) {
	for _, at := range d.Standards.Places {
		for _, s := range d.Standards.Standards {
			for _, c := range s.Ceilings {
				if yuan := at.Yuan[s.Name]; c.Place == at.CeilingsOf && yuan > c.Yuan {
					above = append(above, fmt.Sprintf("%s in %s: %d yuan, at most %d (%s)", s.Label, at.Unit, yuan, c.Yuan, c.Source))
				}
			}
		}
	}
	return above
}

func (s *Standards) checkPlaces(d *folder.Document, names []string) {
	var units []string
	for i, at := range s.Places {
		where := []any{"places", i}
		switch {
		case at.Unit == "" || at.Rule == "" || at.Source == "" || len(at.Yuan) == 0:
			d.AddAt(where, "unit (集团公司/二分厂), rule, source and yuan are expected")
		case strings.ContainsAny(at.Unit+at.Rule+at.Source, "`\"'\\"):
			d.AddAt(where, "quotes and backslashes are not expected in unit, rule and source")
		case strings.Contains("/"+at.Unit+"/", "//"):
			d.AddAt(append(where, "unit"), "a path from the root is expected, such as 集团公司/二分厂, not %s", at.Unit)
		case slices.Contains(units, at.Unit):
			d.AddAt(where, "%s stands here a second time", at.Unit)
		case !at.AsOf.Valid() || !at.ReviewBy.Valid() || at.ReviewBy <= at.AsOf:
			d.AddAt(where, "as_of and a later review_by are expected, such as 2027-01-31")
		case at.CeilingsOf != "" && !slices.ContainsFunc(s.Standards, func(each Standard) bool {
			return slices.ContainsFunc(each.Ceilings, func(c Ceiling) bool { return c.Place == at.CeilingsOf })
		}):
			d.AddAt(append(where, "ceilings_of"), "no standard has a ceiling of %s", at.CeilingsOf)
		}
		units = append(units, at.Unit)
		for name, yuan := range at.Yuan {
			switch {
			case !slices.Contains(names, name):
				d.AddAt(append(where, "yuan", name), "there is no such standard: %s", folder.OneOf(name, names))
			case yuan <= 0:
				d.AddAt(append(where, "yuan", name), "a sum above 0 is expected, in yuan")
			}
		}
	}
	sort.Slice(s.Places, func(i, j int) bool { return len(s.Places[i].Unit) > len(s.Places[j].Unit) })
}
