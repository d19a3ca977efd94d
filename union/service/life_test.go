package service_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union/service"
)

// folder makes a folder of files, by name.
func folder(files ...string) fstest.MapFS {
	made := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		made[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return made
}

// from is small as it is in force from a day on, with this many days to decide.
func from(day string, days int) string {
	text := strings.Replace(small, "days: 3", fmt.Sprintf("days: %d", days), 1)
	return "from: " + day + "\n" + text
}

func loaded(t *testing.T, folders ...fs.FS) *service.Set {
	t.Helper()
	set, err := service.Load(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// daysOn is how long the decision of idea may take by the version in force on a day; 0 if it is not offered.
func daysOn(set *service.Set, day service.Day) int {
	s, ok := set.On(day).Get("idea")
	if !ok {
		return 0
	}
	return s.Review[0].Days
}

func TestTheVersionInForceIsTheLastThatHasBegun(t *testing.T) {
	set := loaded(t, folder("idea.yaml", small, "idea@2027-07-01.yaml", from("2027-07-01", 7), "idea@2027-01-01.yaml", from("2027-01-01", 5),
		"idea@2028-01-01.yaml", "from: 2028-01-01\ndisabled: true\n"))
	for day, want := range map[service.Day]int{
		"2020-01-01": 3, "2026-12-31": 3, "2027-01-01": 5, "2027-06-30": 5, "2027-07-01": 7, "2027-12-31": 7, "2028-01-01": 0, "2040-01-01": 0,
	} {
		if got := daysOn(set, day); got != want {
			t.Errorf("on %s it takes %d days, want %d", day, got, want)
		}
	}
	want := []service.Span{
		{Service: "idea", File: "idea.yaml", Until: "2026-12-31", Offered: true},
		{Service: "idea", File: "idea@2027-01-01.yaml", From: "2027-01-01", Until: "2027-06-30", Offered: true},
		{Service: "idea", File: "idea@2027-07-01.yaml", From: "2027-07-01", Until: "2027-12-31", Offered: true},
		{Service: "idea", File: "idea@2028-01-01.yaml", From: "2028-01-01"},
	}
	if diff := cmp.Diff(want, set.Spans()); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	late := loaded(t, folder("idea.yaml", from("2027-01-01", 5)))
	if diff := cmp.Diff([]service.Span{{Service: "idea", Until: "2026-12-31"}, {Service: "idea", File: "idea.yaml", From: "2027-01-01", Offered: true}}, late.Spans()); diff != "" {
		t.Errorf("spans of a service that begins (-want +got):\n%s", diff)
	}
	if daysOn(late, "2026-12-31") != 0 || daysOn(late, "2027-01-01") != 5 {
		t.Error("a service is offered before it begins, or not after")
	}
}

func TestAFileIsSwitchedOffOrReplacedByAnotherOfItsName(t *testing.T) {
	base := folder("idea.yaml", small, "idea@2027-01-01.yaml", from("2027-01-01", 5))
	for name, tt := range map[string]struct {
		own         fstest.MapFS
		first, then int // days before and after 2027-01-01
	}{
		"nothing of its own": {folder("notes.txt", "-", ".idea.yaml", "broken: [", "sub/idea.yaml", "broken: ["), 3, 5},
		"off":                {folder("idea.yaml", "disabled: true\n"), 0, 0},
		"off with its text":  {folder("idea.yaml", "disabled: true\n"+small), 0, 0},
		"off from a day":     {folder("idea@2027-01-01.yaml", "from: 2027-01-01\ndisabled: true"), 3, 0},
		"replaced, dates and all": {
			folder("idea.yaml", strings.Replace(small, "days: 3", "days: 9", 1)), 9, 9,
		},
		"a version of its own":     {folder("idea@2027-01-01.yaml", from("2027-01-01", 8)), 3, 8},
		"off until it begins anew": {folder("idea.yaml", "disabled: true", "idea@2027-01-01.yaml", from("2027-01-01", 8)), 0, 8},
	} {
		set := loaded(t, base, tt.own)
		if first, then := daysOn(set, "2026-12-31"), daysOn(set, "2027-01-01"); first != tt.first || then != tt.then {
			t.Errorf("%s: %d days and then %d, want %d and %d", name, first, then, tt.first, tt.then)
		}
	}
}

func TestLoadExplainsMistakesOfNamesAndDays(t *testing.T) {
	other := strings.NewReplacer("HL", "GB", "合理化建议", "另一个", "menu: 1", "menu: 0").Replace(small)
	for name, tt := range map[string]struct {
		files fstest.MapFS
		want  string // nothing: it is taken
	}{
		"no day":         {folder("idea.yaml", from("soon", 5)), `idea.yaml:1: from: a day is expected, such as 2027-01-01; not "soon"`},
		"no such day":    {folder("idea.yaml", from("2027-02-30", 5)), `not "2027-02-30"`},
		"an empty day":   {folder("idea.yaml", "from:\n"+small), `idea.yaml:1: from: a day is expected`},
		"another day":    {folder("idea@2027-01-01.yaml", from("2027-02-01", 5)), "idea@2027-01-01.yaml:1: from: the file's name says \"2027-01-01\", so `from: 2027-01-01` is expected here; not \"2027-02-01\""},
		"day in name":    {folder("idea@2027-01-01.yaml", small), "`from: 2027-01-01` is expected here"},
		"one day twice":  {folder("idea.yaml", from("2027-01-01", 5), "idea@2027-01-01.yaml", from("2027-01-01", 7)), "idea@2027-01-01.yaml:1: from: idea.yaml is in force from 2027-01-01 too"},
		"another name":   {folder("Idea 2.yaml", small), "name.yaml, name@2027-01-01.yaml; not \"Idea 2\""},
		"another ending": {folder("idea.yaml", small, "worry.yml", small), "worry.yml:1: the name of a file here ends in .yaml"},
		"off and lost":   {folder("idea.yaml", small, "idae.yaml", "disabled: true"), `idae.yaml:1: disabled: switches off no service: "idae" is none of idea; did you mean "idea"?`},
		"off and more":   {folder("idea.yaml", "disabled: true\nprefix: HL"), "idea.yaml:1: title: is missing"},
		"not off":        {folder("idea.yaml", "disabled: false"), "title: is missing"},
		"off what?":      {folder("idea.yaml", "disabled: yes please"), `true or false is expected, not "yes please"`},
		"a phrase of two at one time": {
			folder("idea.yaml", small, "other@2027-01-01.yaml", "from: 2027-01-01\n"+other), "phrase 提建议 belongs to idea.yaml already",
		},
		"a phrase handed on": {
			folder("idea.yaml", small, "idea@2027-01-01.yaml", "from: 2027-01-01\ndisabled: true", "other@2027-01-01.yaml", "from: 2027-01-01\n"+other), "",
		},
	} {
		_, err := service.Load(tt.files)
		var problems service.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%s: %v", name, err)
		}
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got\n%v\nwant %s", name, err, tt.want)
		}
	}
}

func TestADayBeginsAtMidnightInTheUnionsZone(t *testing.T) {
	zone := time.FixedZone("CST", 8*60*60)
	now := time.Date(2026, 12, 31, 23, 59, 59, 0, zone)
	c := service.NewCatalogue(archive{}, func() time.Time { return now.UTC() }, zone)
	if err := c.Offer(t.Context(), loaded(t, folder("idea.yaml", small, "idea@2027-01-01.yaml", from("2027-01-01", 5)))); err != nil {
		t.Fatal(err)
	}
	if s, _ := c.Current("idea"); s.Review[0].Days != 3 {
		t.Errorf("the next year's version is in force a second early")
	}
	now = now.Add(time.Second)
	if s, _ := c.Current("idea"); s.Review[0].Days != 5 || c.All()[0] != s {
		t.Errorf("the next year's version is not in force at midnight")
	}
}

func TestASetIsSwappedWhileTurnsRun(t *testing.T) {
	c := service.NewCatalogue(&guarded{kept: archive{}}, time.Now, time.UTC)
	sets := []*service.Set{loaded(t, folder("idea.yaml", small)), loaded(t, folder("idea.yaml", strings.Replace(small, "days: 3", "days: 5", 1)))}
	if err := c.Offer(t.Context(), sets[0]); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				s, ok := c.Current("idea")
				if !ok || len(c.All()) != 1 {
					t.Error("for a moment nothing was offered")
					return
				}
				if found, err := c.ByHash(t.Context(), s.Hash); err != nil || found.Hash != s.Hash {
					t.Errorf("what was offered is not known by its hash: %v", err)
					return
				}
			}
		})
	}
	for i := range 200 {
		if err := c.Offer(t.Context(), sets[i%2]); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}
