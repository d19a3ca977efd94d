package standin

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
)

func day(n int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: 1}.AddDays(n) }

func accepted(absent, by union.MemberID, from, to int) Standin {
	return Standin{ID: ID(absent*100 + by), Absent: absent, By: by, From: day(from), To: day(to), State: Accepted}
}

func TestAChainEndsWithWhoeverIsThere(t *testing.T) {
	for name, c := range map[string]struct {
		all  []Standin
		on   int
		want []union.MemberID
		away bool
	}{
		"nobody asked":                  {nil, 0, nil, false},
		"one stands in":                 {[]Standin{accepted(1, 2, 0, 3)}, 3, []union.MemberID{2}, true},
		"the day after it is over":      {[]Standin{accepted(1, 2, 0, 3)}, 4, nil, false},
		"the day before it begins":      {[]Standin{accepted(1, 2, 1, 3)}, 0, nil, false},
		"who stands in is away too":     {[]Standin{accepted(1, 2, 0, 3), accepted(2, 3, 1, 1)}, 1, []union.MemberID{2, 3}, true},
		"on another day they are not":   {[]Standin{accepted(1, 2, 0, 3), accepted(2, 3, 1, 1)}, 2, []union.MemberID{2}, true},
		"two for each other":            {[]Standin{accepted(1, 2, 0, 3), accepted(2, 1, 2, 5)}, 2, nil, true},
		"a circle that begins later":    {[]Standin{accepted(1, 2, 0, 3), accepted(2, 3, 0, 3), accepted(3, 2, 0, 3)}, 1, nil, true},
		"one that was not accepted":     {[]Standin{{Absent: 1, By: 2, From: day(0), To: day(3), State: Asked}}, 1, nil, false},
		"one that was ended before":     {[]Standin{{Absent: 1, By: 2, From: day(0), To: day(3), State: Ended}}, 1, nil, false},
		"somebody else's is not theirs": {[]Standin{accepted(4, 2, 0, 3)}, 1, nil, false},
	} {
		chain, away := Chain(c.all, 1, day(c.on))
		if !slices.Equal(chain, c.want) || away != c.away {
			t.Errorf("%s: %v %v, want %v %v", name, chain, away, c.want, c.away)
		}
	}
}

func TestAWishIsRefusedForAStatedReason(t *testing.T) {
	mine := []Standin{accepted(1, 2, 5, 8), {ID: 7, Absent: 1, By: 3, From: day(10), To: day(12), State: Asked}, {Absent: 1, By: 3, From: day(5), To: day(20), State: Refused}}
	wish := func(by union.MemberID, from, to int) Standin {
		return Standin{Absent: 1, By: by, From: day(from), To: day(to)}
	}
	for name, c := range map[string]struct {
		wish Standin
		want error
	}{
		"oneself": {wish(1, 1, 2), ErrSelf}, "backwards": {wish(2, 4, 3), ErrBackwards}, "past": {wish(2, -3, -1), ErrPast},
		"too long": {wish(2, 1, 2+MostDays), ErrLong}, "too far ahead": {wish(2, 365, 370), ErrLong},
	} {
		if _, _, err := Check(mine, c.wish, day(0)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var overlap *OverlapError
	if _, _, err := Check(mine, wish(4, 8, 9), day(0)); !errors.As(err, &overlap) || overlap.With.By != 2 {
		t.Errorf("one that was accepted for the last day: %v", err)
	}
	if same, replaced, err := Check(mine, wish(3, 10, 12), day(0)); same == nil || same.ID != 7 || replaced != nil || err != nil {
		t.Errorf("the same again: %v %v %v", same, replaced, err)
	}
	if same, replaced, err := Check(mine, wish(4, 12, 14), day(0)); same != nil || len(replaced) != 1 || replaced[0].ID != 7 || err != nil {
		t.Errorf("another, where one was not answered: %v %v %v", same, replaced, err)
	}
	if same, replaced, err := Check(mine, wish(4, 13, 14), day(0)); same != nil || replaced != nil || err != nil {
		t.Errorf("other days: %v %v %v", same, replaced, err)
	}
}

func TestACircleIsFoundBeforeItCounts(t *testing.T) {
	all := []Standin{accepted(2, 3, 0, 9), accepted(3, 1, 4, 5)}
	if d, found := Circle(all, Standin{Absent: 1, By: 2, From: day(0), To: day(9)}); !found || d != day(4) {
		t.Errorf("%v %v", d, found)
	}
	if d, found := Circle(all, Standin{Absent: 1, By: 2, From: day(6), To: day(9)}); found {
		t.Errorf("%v", d)
	}
}

// Whatever is accepted, a chain ends, names nobody twice, and its last is there.
func TestAChainAlwaysEnds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		member := rapid.Int64Range(1, 6)
		var all []Standin
		for range rapid.IntRange(0, 12).Draw(r, "stand-ins") {
			from := rapid.IntRange(0, 5).Draw(r, "from")
			all = append(all, accepted(union.MemberID(member.Draw(r, "absent")), union.MemberID(member.Draw(r, "by")), from, from+rapid.IntRange(0, 5).Draw(r, "days")))
		}
		absent, on := union.MemberID(member.Draw(r, "who")), day(rapid.IntRange(0, 10).Draw(r, "day"))
		chain, away := Chain(all, absent, on)
		for i, m := range chain {
			if m == absent || slices.Contains(chain[:i], m) {
				r.Fatalf("%v", chain)
			}
		}
		gone := func(m union.MemberID) bool {
			return slices.ContainsFunc(all, func(s Standin) bool { return s.Absent == m && s.On(on) })
		}
		if away != gone(absent) || len(chain) > 0 && gone(chain[len(chain)-1]) {
			r.Fatalf("%v %v", chain, away)
		}
	})
}

func TestBothNamesAreShownWithTheOffice(t *testing.T) {
	got := Shown(union.Member{ID: 2, Name: "王芳", OrgPath: "集团公司/一分厂/综合办"}, union.Member{ID: 1, Name: "李芳", Post: "分会主席", OrgPath: "集团公司/一分厂"})
	if got.ID != 2 || got.Name != "王芳代李芳" || got.Post != "分会主席" || got.Unit() != "一分厂" {
		t.Errorf("%+v", got)
	}
}
