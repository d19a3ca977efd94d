package enrolment

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
)

var zone = time.FixedZone("CST", 8*60*60)

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestOffersAreToldByDayAndAnsweredByDay(t *testing.T) {
	for _, each := range []struct {
		now, starts string
		hours       int
		tell, until string // empty: no offer
	}{
		{"2026-11-24 20:00", "2026-12-10 09:00", 0, "2026-11-24 20:00", "2026-11-25 20:00"},
		{"2026-11-24 07:00", "2026-12-10 09:00", 0, "2026-11-24 07:00", "2026-11-25 07:00"},
		{"2026-11-24 21:59", "2026-12-10 09:00", 0, "2026-11-24 21:59", "2026-11-25 21:59"},
		{"2026-11-24 22:00", "2026-12-10 09:00", 0, "2026-11-25 07:00", "2026-11-26 07:00"},
		{"2026-11-25 06:59", "2026-12-10 09:00", 0, "2026-11-25 07:00", "2026-11-26 07:00"},
		{"2026-11-30 23:30", "2026-12-10 09:00", 0, "2026-12-01 07:00", "2026-12-02 07:00"},
		{"2026-11-24 12:00", "2026-12-10 09:00", 12, "2026-11-24 12:00", "2026-11-25 08:00"}, // midnight is no time to answer
		{"2026-12-10 07:30", "2026-12-10 09:00", 0, "2026-12-10 07:30", "2026-12-10 09:00"},
		{"2026-12-10 08:01", "2026-12-10 09:00", 0, "", ""},
		{"2026-12-09 23:00", "2026-12-10 07:30", 0, "", ""},
		{"2026-12-11 12:00", "2026-12-10 09:00", 0, "", ""},
	} {
		a := Activity{StartsAt: at(each.starts), Details: Details{AnswerHours: each.hours}}
		tell, until, ok := a.offerTimes(at(each.now), zone)
		if ok != (each.tell != "") || ok && (!tell.Equal(at(each.tell)) || !until.Equal(at(each.until))) {
			t.Errorf("freed at %s: told at %s, answered by %s, %v; want %s and %s", each.now, tell.In(zone), until.In(zone), ok, each.tell, each.until)
		}
	}
}

func TestWhoIsEntitledAndForWhichUnit(t *testing.T) {
	a := Activity{Org: 5, Lineage: "/1/5/", Kind: Contest, Details: Details{
		Audience: []Part{{Lineage: "/1/5/9/"}, {Lineage: "/1/5/8/"}}, Posts: []string{"焊工"},
	}}
	member := func(lineage, post string, status union.MemberStatus) union.Member {
		return union.Member{Lineage: lineage, Post: post, Status: status}
	}
	for name, each := range map[string]struct {
		who  union.Member
		want error
	}{
		"in the audience":        {member("/1/5/9/", "焊工", union.Active), nil},
		"below it":               {member("/1/5/9/3/", "高级焊工", union.Active), nil},
		"beside it":              {member("/1/5/7/", "焊工", union.Active), ErrOutside},
		"with a longer id":       {member("/1/5/99/", "焊工", union.Active), ErrOutside},
		"above it":               {member("/1/5/", "焊工", union.Active), ErrOutside},
		"of another post":        {member("/1/5/9/", "电工", union.Active), ErrPost},
		"retired":                {member("/1/5/9/", "焊工", union.Retired), union.ErrForbidden},
		"of another, or unknown": {union.Member{}, union.ErrForbidden},
	} {
		if got := a.Entitled(each.who); !errors.Is(got, each.want) {
			t.Errorf("%s: %v, want %v", name, got, each.want)
		}
	}
	a.Kind = Campaign
	if err := a.Entitled(member("/1/5/9/", "焊工", union.Retired)); err != nil {
		t.Errorf("a retired member's campaign: %v", err)
	}
	for lineage, want := range map[string]union.OrgID{"/1/5/9/": 9, "/1/5/9/3/": 9, "/1/5/": 5, "/1/55/9/": 5, "": 5} {
		if got := a.Unit(lineage); got != want {
			t.Errorf("unit of %s: %d, want %d", lineage, got, want)
		}
	}
	a.UnitPlaces, a.Units = 2, []Part{{Org: 9, Places: 4}}
	if a.PlacesOf(9) != 4 || a.PlacesOf(8) != 2 {
		t.Errorf("places: %d and %d", a.PlacesOf(9), a.PlacesOf(8))
	}
}

const wholeFile = `competitions:
  - id: welding
    kind: contest
    title: 焊工技能比武
    organisation: 集团公司
    place: 技能中心
    starts: 2026-12-10 09:00
    closes: 2026-12-08 17:30
    audience: [集团公司/一分厂]
    posts: [焊工]
    team: {least: 2, most: 3}
    places: 20
    places_per_unit: 5
    units:
      集团公司/一分厂: 8
    evidence: 操作证
    agreement: |
      一、守纪律。
    question: {ask: "尺码?", options: [大, 小]}
    answer_hours: 48
`

func TestAFileIsReadWhole(t *testing.T) {
	list, err := Read("c.yaml", []byte(wholeFile), zone)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d, %v", len(list), err)
	}
	want := Activity{
		Ref: "welding", Kind: Contest, OrgPath: "集团公司", StartsAt: at("2026-12-10 09:00").UTC(), ClosesAt: at("2026-12-08 17:30").UTC(), Places: 20,
		Details: Details{
			Title: "焊工技能比武", Place: "技能中心", Audience: []Part{{Path: "集团公司/一分厂"}}, Posts: []string{"焊工"}, Team: &Team{2, 3},
			UnitPlaces: 5, Units: []Part{{Path: "集团公司/一分厂", Places: 8}}, Evidence: "操作证", Agreement: "一、守纪律。",
			Ask: "尺码?", Options: []string{"大", "小"}, AnswerHours: 48,
		},
	}
	if diff := cmp.Diff(want, list[0].Activity); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryMistakeInAFileIsNamedWithItsLine(t *testing.T) {
	for _, each := range []struct{ old, new, want string }{
		{"places: 20", "palces: 20", "c.yaml:12: competitions[1].palces: is not known; known are id, kind, "},
		{"places: 20", "places: -3", "c.yaml:12: competitions[1].places: a number from 1 is expected"},
		{"places: 20", "places: many", "c.yaml:12: competitions[1].places: a number from 1 is expected"},
		{"starts: 2026-12-10 09:00", "starts: 2026-13-10 09:00", "c.yaml:7: competitions[1].starts: a day and a time are expected"},
		{"id: welding", "id: 焊工", "c.yaml:2: competitions[1].id: small letters, digits, - and _ are expected"},
		{"organisation: 集团公司", "posts: [a]", "c.yaml:2: competitions[1].organisation: is missing"},
		{"posts: [焊工]", "posts: 焊工", "c.yaml:10: competitions[1].posts: a list of texts is expected"},
		{"team: {least: 2, most: 3}", "team: {least: 2, top: 3}", "c.yaml:11: competitions[1].team.top: is not known"},
		{"team: {least: 2, most: 3}", "team: 3", "c.yaml:11: competitions[1].team: fields are expected: least, most"},
		{"    answer_hours: 48", "    answer_hours: 48\n    place: twice", "c.yaml:21: competitions[1].place: is there twice"},
		{"    answer_hours: 48", "    answer_hours: 48\n  - {id: welding, organisation: 集团公司}", "c.yaml:21: competitions[2].id: welding is there already, in line 2"},
		{"competitions:", "contests:", "c.yaml:1: contests: is not known; known are competitions"},
		{"    kind: contest", "   kind: contest", "c.yaml:1: this is no YAML"},
		{wholeFile, "", "c.yaml:1: the file is empty"},
		{wholeFile, "competitions: []", "c.yaml:1: competitions: a list of competitions is expected"},
		{wholeFile, "a\n---\nb", "c.yaml:1: fields are expected: competitions"},
	} {
		text := strings.Replace(wholeFile, each.old, each.new, 1)
		_, err := Read("c.yaml", []byte(text), zone)
		if err == nil || !strings.Contains(err.Error(), each.want) {
			t.Errorf("%s: %v, want %s", each.new, err, each.want)
		}
	}
}

func TestWhatCannotBeIsSaid(t *testing.T) {
	good := func() Activity {
		return Activity{
			Kind: Contest, Org: 1, Lineage: "/1/", StartsAt: at("2026-12-10 09:00"), ClosesAt: at("2026-12-08 17:30"),
			Details: Details{Title: "焊工", Place: "技能中心"},
		}
	}
	one := good()
	if problems := one.Check(); len(problems) > 0 {
		t.Fatalf("a good one: %v", problems)
	}
	for field, change := range map[string]func(a *Activity){
		"kind":             func(a *Activity) { a.Kind = "party" },
		"title":            func(a *Activity) { a.Title = " " },
		"place":            func(a *Activity) { a.Place = strings.Repeat("长", 201) },
		"starts":           func(a *Activity) { a.StartsAt = time.Time{} },
		"closes":           func(a *Activity) { a.ClosesAt = a.StartsAt.Add(time.Minute) },
		"team":             func(a *Activity) { a.Team = &Team{1, 3} },
		"audience":         func(a *Activity) { a.Audience = []Part{{Lineage: "/2/"}} },
		"units":            func(a *Activity) { a.Units = []Part{{Org: 9, Lineage: "/1/5/9/", Places: 1}} },
		"places":           func(a *Activity) { a.Places = -1 },
		"places_per_unit":  func(a *Activity) { a.UnitPlaces = 1_000_000 },
		"question.ask":     func(a *Activity) { a.Options = []string{"大", "小"} },
		"question.options": func(a *Activity) { a.Ask, a.Options = "尺码?", []string{"大", "大"} },
		"answer_hours":     func(a *Activity) { a.AnswerHours = 1000 },
	} {
		a := good()
		change(&a)
		problems := a.Check()
		if len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v", field, problems)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(wholeFile))
	f.Add([]byte("competitions: [{id: a, units: {b: c}}]"))
	f.Add([]byte("competitions:\n  - &a {id: x}\n  - *a\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		list, err := Read("c.yaml", source, zone)
		if (err == nil) != (len(list) > 0) {
			t.Errorf("%d activities, %v", len(list), err)
		}
		for _, w := range list {
			_ = w.Check()
		}
	})
}
