package reference_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

// placed are the sums that come along and those of two units, one within the other.
func placed(t *testing.T, lines string) fstest.MapFS {
	t.Helper()
	source, err := fs.ReadFile(shipped.Files, "standards.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"standards.yaml": {Data: append(source, "places:\n"+lines...)}}
}

const twoPlaces = `
  - {unit: 集团公司/二分厂, rule: 二分厂细则, source: 二分厂工会〔2026〕3号, as_of: 2026-03-01, review_by: 2027-01-31, ceilings_of: 安徽, yuan: {hospital: 900, wedding: 700}}
  - {unit: 集团公司/二分厂/锅炉班, rule: 锅炉班细则, source: 会议纪要, as_of: 2026-04-01, review_by: 2026-05-01, yuan: {hospital: 950}}
`

func TestTheNearestUnitWithASumOfItsOwnSaysIt(t *testing.T) {
	d, err := reference.Load(shipped.Files, placed(t, twoPlaces))
	if err != nil {
		t.Fatal(err)
	}
	book := reference.NewBook(d)
	for _, c := range []struct {
		name, unit string
		fen        int
		own        string
	}{
		{"hospital", "集团公司/二分厂/锅炉班/一组", 950_00, "锅炉班细则"},
		{"hospital", "集团公司/二分厂/锅炉班", 950_00, "锅炉班细则"},
		{"hospital", "集团公司/二分厂", 900_00, "二分厂细则"},
		{"wedding", "集团公司/二分厂/锅炉班", 700_00, "二分厂细则"},
		{"birthday", "集团公司/二分厂/锅炉班", 300_00, ""},
		{"hospital", "集团公司/二分厂二部", 1000_00, ""},
		{"hospital", "", 1000_00, ""},
	} {
		if fen, own, ok := book.StandardIn(c.name, c.unit); !ok || fen != c.fen || own.Rule != c.own {
			t.Errorf("%s in %s: %d of %q, %v", c.name, c.unit, fen, own.Rule, ok)
		}
	}
	if _, _, ok := book.StandardIn("nothing", "集团公司/二分厂"); ok {
		t.Error("there is a standard for nothing")
	}
	if above := d.AboveCeilings(); len(above) != 1 || !strings.Contains(above[0], "结婚 in 集团公司/二分厂: 700 yuan, at most 600 (安徽省 2018 年标准(转载))") {
		t.Errorf("above the ceilings are %q", above)
	}
	sheets := d.Sheets()
	if i := slices.IndexFunc(sheets, func(s reference.Sheet) bool { return s.File == "standards.yaml 集团公司/二分厂/锅炉班" }); i < 0 || !sheets[i].Overdue("2026-06-01") {
		t.Errorf("the unit's own rule is not looked at for its age: %v", sheets)
	}
	files := reference.Fill(fstest.MapFS{"a.yaml": {Data: []byte("v: yuan({standard:hospital})\nw: {standard:hospital} 元\np: {standards:places}\n")}}, book)
	const want = "v: yuan(under(author_org,`/集团公司/二分厂/锅炉班`)?950:under(author_org,`/集团公司/二分厂`)?900:1000)\nw: 1000 元\n" +
		"p: [{unit: '集团公司/二分厂/锅炉班', rule: '锅炉班细则', source: '会议纪要', as_of: 2026-04-01}, {unit: '集团公司/二分厂', rule: '二分厂细则', source: '二分厂工会〔2026〕3号', as_of: 2026-03-01}]\n"
	if got, err := fs.ReadFile(files, "a.yaml"); err != nil || string(got) != want {
		t.Errorf("filled: %s, %v", got, err)
	}
}

func TestAPlaceThatIsNotInOrderIsRefusedWithItsReason(t *testing.T) {
	const rest = ", rule: 细则, source: 纪要, as_of: 2026-03-01, review_by: 2027-01-31, "
	for line, want := range map[string]string{
		"{unit: 二分厂, yuan: {hospital: 900}}":                                          "unit (集团公司/二分厂), rule, source and yuan are expected",
		"{unit: 二分厂" + rest + "yuan: {hospitl: 900}}":                                 "there is no such standard",
		"{unit: 二分厂" + rest + "yuan: {hospital: 0}}":                                  "a sum above 0 is expected",
		"{unit: 集团公司/二分厂/" + rest + "yuan: {hospital: 900}}":                          "a path from the root is expected",
		"{unit: 二分厂" + rest + "ceilings_of: 月球, yuan: {hospital: 900}}":               "no standard has a ceiling of 月球",
		"{unit: 二`分厂" + rest + "yuan: {hospital: 900}}":                               "quotes and backslashes",
		"{unit: 二分厂, rule: 细则, source: 纪要, as_of: 2026-03-01, yuan: {hospital: 900}}": "as_of and a later review_by",
	} {
		_, err := reference.Load(shipped.Files, placed(t, "  - "+line+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "standards.yaml:") {
			t.Errorf("%s: %v", line, err)
		}
	}
}
