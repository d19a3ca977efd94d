package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

func TestDoctorNamesPlacesInUnitsThatNobodyKnows(t *testing.T) {
	tree := []union.Organisation{{Path: "集团公司"}, {Path: "集团公司/一分厂"}}
	place := func(unit string) []reference.Place {
		return []reference.Place{{Name: "crane", Label: "行车", Unit: unit}}
	}
	for unit, ok := range map[string]bool{"": true, "集团公司/一分厂": true, "集团公司/二分厂": false} {
		if f := placesFinding(place(unit), tree); (f.State == stateOK) != ok || !ok && !strings.Contains(f.Detail, "crane (行车) lies in "+unit) {
			t.Errorf("%q: %+v", unit, f)
		}
	}
}

func TestDoctorNamesSumsAndDepartmentsOfUnitsThatNobodyKnows(t *testing.T) {
	tree := []union.Organisation{{Path: "集团公司"}, {Path: "集团公司/一分厂"}}
	if all := unitsLost([]reference.StandardPlace{{Unit: "集团公司/一分厂"}}, map[string]string{"1": "集团公司"}, tree); len(all) > 0 {
		t.Errorf("all are known: %+v", all)
	}
	all := unitsLost([]reference.StandardPlace{{Unit: "一分厂"}}, map[string]string{"12": "集团公司/1分厂", "1": "集团公司"}, tree)
	if len(all) != 2 || all[0].State == stateOK || all[0].Detail != "no such unit: 一分厂" || all[1].Detail != "no such unit: 12=集团公司/1分厂" {
		t.Errorf("neither is known: %+v", all)
	}
}

func TestServicesCheckReadsThePlacesAndDoubtsNamesThatTwoHave(t *testing.T) {
	own, err := os.ReadFile("../../flows/testdata/services/shop_visit.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := servicesIn(t, "shop_visit.yaml", strings.Replace(string(own), "\nwords:", "\nclocks: {none: 试验用}\nwords:", 1))
	reference := t.TempDir()
	write := func(places string) {
		head := "source: 测试\nas_of: 2026-01-01\nreview_by: 2027-12-31\nplace: enterprise\nplaces:\n"
		if err := os.WriteFile(filepath.Join(reference, "places.yaml"), []byte(head+places), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := []string{"REFERENCE_DIR=" + reference}
	write("  - {name: crane_3, label: 三车间/3号行车, words: [大行车]}\n")
	if r := command(t, environment, "services", "check", folder); r.code != exitDone || strings.Contains(r.stdout, "doubt") {
		t.Errorf("the same place in both: exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	write("  - {name: crane_b, label: 二分厂/行车, words: [3#行车, 三号行车]}\n")
	r := command(t, environment, "services", "check", folder)
	if want := `doubt: shop_visit.yaml: form: "三号行车" is crane_3 here and crane_b in places.yaml: people are asked which`; r.code != exitDone || strings.Count(r.stdout, want) != 1 {
		t.Errorf("exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	write("  - {name: crane_b, label: 二分厂/行车, word: [3#行车]}\n")
	if r := command(t, environment, "services", "check", folder); r.code == exitDone || !strings.Contains(r.stderr, "places.yaml:6") {
		t.Errorf("a mistake in places.yaml: exit code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
}
