package reference_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/reference"
)

const head = "source: 测试\nas_of: 2026-01-01\nreview_by: 2027-12-31\nplace: enterprise\nplaces:\n"

func placesOf(t *testing.T, lines string) (reference.Places, error) {
	t.Helper()
	d, err := reference.Load(shipped.Files, fstest.MapFS{"places.yaml": {Data: []byte(head + lines)}})
	if err != nil {
		return reference.Places{}, err
	}
	return d.Places, nil
}

func namesOf(places []reference.Place) string {
	var names []string
	for _, p := range places {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func TestAPlaceIsFoundByAnyOfItsNames(t *testing.T) {
	places, err := placesOf(t, `  - {name: crane_3, label: 三车间/3号行车, words: [三号行车, 大行车]}
  - {name: crane_13, label: 三车间/13号行车}
  - {name: crane_b, label: 二分厂/行车, words: [大行车], unit: 集团公司/二分厂}
  - {name: hall, label: 东厂房, words: [大厅]}
  - {name: pump_1, label: 泵房1}
`)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"3#行车。": "crane_3", "大行车": "crane_3 crane_b", "三车间三号行车": "crane_3", "四号行车": "", "": ""} {
		if got := namesOf(places.Named(text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"三号行车钢丝绳断丝": "crane_3", "13号行车的": "", "三车间13号行车": "crane_13", "大行车和三号行车": "crane_3 crane_b", "大厅里响": "hall", "二号行车响": "", "没有说": "",
		"泵房12漏水": "", "泵房1漏水": "pump_1", "泵房12和泵房1": "pump_1", "泵房1": "pump_1", "泵房1一直漏水": "pump_1", "泵房1 10点起火": "pump_1", "泵房1两个人晕了": "pump_1", "泵房一一二": "",
		"泵房1 3号行车响": "crane_3 pump_1",
	} {
		if got := namesOf(places.In(text)); got != want {
			t.Errorf("%q speaks of %q, want %q", text, got, want)
		}
	}
	crane, ok := places.ByName("crane_b")
	if !ok || !crane.In("集团公司/二分厂/甲班") || crane.In("集团公司/二分厂二车间") || crane.In("集团公司/一分厂") {
		t.Errorf("%v lies in the wrong unit", crane)
	}
}

func TestAMistakeInTheFileOfPlacesIsExplained(t *testing.T) {
	for line, want := range map[string]string{
		"  - {name: Crane, label: 行车}":                                       "small letters",
		"  - {name: crane}":                                                  "name and label",
		"  - {name: a, label: 行车}\n  - {name: a, label: 炉}":                  "a second time",
		"  - {name: a, label: 3号行车}\n  - {name: b, label: 三号行车}":             "another place already",
		"  - {name: a, label: 行车, words: ['']}":                              "names of 1 to 60",
		"  - {name: a, label: 行车, unit: 集团公司//一分厂}":                          "a path from the root",
		"  - {name: a, label: 行车, nicknames: [炉]}":                           "nicknames",
		"  - {name: a, label: 行车, words: [" + strings.Repeat("炉", 61) + "]}": "names of 1 to 60",
	} {
		if _, err := placesOf(t, line+"\n"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "places.yaml") {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	if d, err := reference.Load(shipped.Files); err != nil || !slices.ContainsFunc(d.Sheets(), func(s reference.Sheet) bool { return s.File == "places.yaml" && s.ReviewBy != "" }) {
		t.Errorf("places.yaml is no sheet whose age is looked at: %v", err)
	}
}
