package reference_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

func shippedData(t *testing.T) *reference.Data {
	t.Helper()
	d, err := reference.Load(shipped.Files)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// changed is the shipped file with a part replaced, in a folder of its own.
func changed(t *testing.T, name, old, by string) fs.FS {
	t.Helper()
	source, err := fs.ReadFile(shipped.Files, name)
	if err != nil || !strings.Contains(string(source), old) {
		t.Fatalf("%s has no %s: %v", name, old, err)
	}
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(strings.Replace(string(source), old, by, 1))}}
}

func TestAUnitMayHaveANumberOfItsOwn(t *testing.T) {
	l := reference.Line{Number: "6100", At: []reference.At{{Unit: "集团公司/一分厂", Number: "6101"}, {Unit: "集团公司/一分厂/锅炉班", Number: "6102"}}}
	for unit, want := range map[string]string{
		"": "6100", "集团公司": "6100", "集团公司/一分厂": "6101", "集团公司/一分厂/质检班": "6101", "集团公司/一分厂/锅炉班": "6102", "集团公司/一分厂二部": "6100",
	} {
		if got := l.In(unit); got != want {
			t.Errorf("%s: %s, want %s", unit, got, want)
		}
	}
}

func TestAStandardIsASumInFen(t *testing.T) {
	d := shippedData(t)
	if fen, ok := d.Standard("birthday"); !ok || fen != 300_00 {
		t.Errorf("birthday: %d, %v", fen, ok)
	}
	if _, ok := d.Standard("nothing"); ok {
		t.Error("there is a standard for nothing")
	}
}

// The days are those of the State Council's notices for these years.
func TestFestivalsFallOnTheirDays(t *testing.T) {
	d := shippedData(t)
	for day, want := range map[string]string{
		"2026-01-01": "new_year", "2026-02-17": "spring", "2025-01-29": "spring", "2026-04-05": "qingming", "2025-04-04": "qingming", "2024-04-04": "qingming",
		"2027-04-05": "qingming", "2026-05-01": "labour", "2026-06-19": "dragon_boat", "2025-05-31": "dragon_boat", "2026-09-25": "mid_autumn", "2025-10-06": "mid_autumn",
		"2026-10-01": "national", "2009-05-28": "dragon_boat", "2009-06-27": "", // the second is in a leap month
		"2026-02-16": "", "2026-04-04": "", "2025-10-01": "national",
	} {
		date, err := calendar.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, f := range d.FestivalsOn(date) {
			got = f.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	if f := d.FestivalsOn(calendar.Date{Year: 2026, Month: 4, Day: 5})[0]; f.Wish != "" || !f.Somber {
		t.Errorf("清明 is wished for: %s", f.Wish)
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	for want, own := range map[string]fs.FS{
		`hotlines.yaml:8: unknown key: "nunber" is none of`:           changed(t, "hotlines.yaml", "number: '110'", "nunber: '110'"),
		"hotlines.yaml:8: lines[1].number: a number to ring":          changed(t, "hotlines.yaml", "number: '110'", "number: 公安"),
		"hotlines.yaml:8: lines: the line mind is missing":            changed(t, "hotlines.yaml", "{name: mind", "{name: mended"),
		"hotlines.yaml:9: lines[2].name: police stands here a second": changed(t, "hotlines.yaml", "{name: ambulance", "{name: police"),
		"hotlines.yaml:3: as_of: a day is expected":                   changed(t, "hotlines.yaml", "as_of: 2025-06-30", "as_of: 2025"),
		"standards.yaml:13: standards[1].yuan: a sum above 0":         changed(t, "standards.yaml", "yuan: 2000", "yuan: 0"),
		"standards.yaml:13: a whole number is expected":               changed(t, "standards.yaml", "yuan: 2000", "yuan: 两千"),
		"standards.yaml:4: rule: is missing":                          changed(t, "standards.yaml", "rule: 会员慰问办法", "rule: ''"),
		"festivals.yaml:13: festivals[2].on: a day is expected":       changed(t, "festivals.yaml", "on: 正月初一", "on: 大年初一早上"),
		"hotline.yaml:1: nobody reads this file":                      fstest.MapFS{"hotline.yaml": &fstest.MapFile{Data: []byte("a: 1")}},
		"hotlines.yml:1: the name of a file here ends in .yaml":       fstest.MapFS{"hotlines.yml": &fstest.MapFile{}},
	} {
		_, err := reference.Load(shipped.Files, own)
		var problems folder.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v", want, err)
		}
	}
	if _, err := reference.Load(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "standards.yaml:1: the file is missing") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestAChangeIsTakenAndAMistakeIsNot(t *testing.T) {
	own := fstest.MapFS{}
	b := reference.NewBook(&reference.Data{})
	w := reference.NewFolder(b, func() time.Time { return time.Unix(1, 0) }, slog.New(slog.DiscardHandler), shipped.Files, own)
	if err := w.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func(old, by string) {
		source, err := fs.ReadFile(changed(t, "hotlines.yaml", old, by), "hotlines.yaml")
		if err != nil {
			t.Fatal(err)
		}
		own["hotlines.yaml"] = &fstest.MapFile{Data: source}
		w.Look(t.Context())
		w.Look(t.Context())
	}
	look("'12356'", "'12320'")
	if l, _ := b.Hotline(reference.Mind); l.Number != "12320" || len(b.Lines()) != 8 {
		t.Errorf("a change is not taken: %+v", l)
	}
	look("name: mind", "nam: mind")
	if l, _ := b.Hotline(reference.Mind); l.Number != "12320" || w.Status().Refused == nil {
		t.Errorf("a mistake is taken: %+v", l)
	}
}
