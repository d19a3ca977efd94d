package broadcast_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestAnUrgentFileHasNoTime(t *testing.T) {
	source := "id: leak\nauthor: s1\ntext: 撤离\norganisations: [集团公司]\nurgent: true\nstarts: 2026-12-01 09:10\n"
	_, err := broadcast.Read("leak.yaml", []byte(source), time.UTC)
	if err == nil || !strings.Contains(err.Error(), "starts") {
		t.Errorf("read with %v", err)
	}
}

func TestAFileSaysTagsAndFamilies(t *testing.T) {
	const source = "id: june\nauthor: s1\ntext: 六一\norganisations: [集团公司]\nfamily: [both_here]\nchildren: {max: 14}\n"
	tagged, err := broadcast.Read("june.yaml", []byte(source[:strings.Index(source, "family")]+"tags: [党员]\n"), time.UTC)
	if err != nil || len(tagged.Tags) != 1 {
		t.Fatalf("read %+v, %v", tagged, err)
	}
	w, err := broadcast.Read("june.yaml", []byte(source), time.UTC)
	if err != nil || len(w.Family) != 1 || w.Children == nil || w.Children.Max != 14 {
		t.Fatalf("read %+v, %v", w, err)
	}
	for wrong, want := range map[string]string{
		"family: [rich]": "june.yaml:5: family[1]: one of only_child", "staff: [s2]\nfamily: [both_here]": "tells who is meant",
		"tags: [党员]": "tells who is meant", "max_age: 35": "tells who is meant", "family: [single_parent]\n#": "",
	} {
		_, err := broadcast.Read("june.yaml", []byte(strings.Replace(source, "family: [both_here]", wrong, 1)), time.UTC)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if _, err := broadcast.Read("june.yaml", []byte(strings.Replace(source, "{max: 14}", "{min: 15, max: 14}", 1)), time.UTC); err == nil || !strings.Contains(err.Error(), "children: ages") {
		t.Errorf("ages: %v", err)
	}
}
