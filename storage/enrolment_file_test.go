package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/enrolment"
)

const competitionsFile = `competitions:
  - id: welding
    kind: contest
    title: 焊工技能比武
    organisation: ROOT
    place: PLACE
    starts: 2026-12-10 09:00
    closes: 2026-12-08 17:30
    places: 2
    places_per_unit: 2
    audience: [ROOT]
`

func TestAFileAddsAndChangesAndBreaksNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		f := newFair(t, db)
		zone := time.FixedZone("CST", 8*60*60)
		add := func(change ...string) (enrolment.Outcome, error) {
			t.Helper()
			text := competitionsFile
			for i := 0; i < len(change); i += 2 {
				if strings.Count(text, change[i]) != 1 {
					t.Fatalf("%q does not stand in the file once", change[i])
				}
				text = strings.ReplaceAll(text, change[i], change[i+1])
			}
			text = strings.NewReplacer("ROOT", f.root, "PLACE", "技能中心").Replace(text)
			list, err := enrolment.Read("c.yaml", []byte(text), zone)
			if err != nil {
				return "", err
			}
			results, err := f.AddAll(t.Context(), list)
			if err != nil {
				return "", err
			}
			return results[0].Outcome, nil
		}
		want := func(outcome enrolment.Outcome, problem string, change ...string) {
			t.Helper()
			got, err := add(change...)
			if problem != "" && (err == nil || err.Error() != problem) || problem == "" && err != nil || got != outcome {
				t.Errorf("%v: %s, %v; want %s %s", change, got, err, outcome, problem)
			}
		}
		want(enrolment.Added, "")
		want(enrolment.Same, "")
		a, err := storage.NewActivities(db).ByRef(t.Context(), "welding")
		f.must(err)
		who := f.people(3, "一分厂")
		first, second, third := f.signUp(a, who[0]), f.signUp(a, who[1]), f.signUp(a, who[2])
		want("", "c.yaml:9: competitions[1].places: 1 is less than the 2 that are taken", "places: 2", "places: 1")
		want("", fmt.Sprintf("c.yaml:10: competitions[1].places_per_unit: 1 is less than the 2 that %s/一分厂 has taken", f.root), "unit: 2", "unit: 1")
		want("", "c.yaml:3: competitions[1].kind: 3 have signed up: contest cannot become campaign", "kind: contest", "kind: campaign")
		want("", "c.yaml:9: competitions[1].team: 3 have signed up: persons and teams cannot change", "places: 2\n", "team: {least: 2, most: 3}\n")
		want("", "c.yaml:11: competitions[1].audience: 3 who have signed up would not be among those for whom it is", "[ROOT]", "[ROOT/二分厂]")
		want("", "c.yaml:11: competitions[1].audience: there is no organisation "+f.root+"/九分厂", "[ROOT]", "[ROOT/九分厂]")
		want("", "c.yaml:9: competitions[1].agreement: 3 have accepted another text", "places: 2\n", "agreement: 守纪律\n")
		f.outbox.take()
		want(enrolment.Changed, "", "PLACE", "二号厅")
		if diff := cmp.Diff([]string{"moved to 二号厅"}, f.texts(who[0])); diff != "" {
			t.Errorf("who takes part is told (-want +got):\n%s", diff)
		}
		want(enrolment.Changed, "", "places: 2", "places: 3", "unit: 2", "unit: 3")
		if got := f.state(third.Number, who[2]); got != enrolment.Offered {
			t.Errorf("with a new place who waited is %s", got)
		}
		if x, y := f.state(first.Number, who[0]), f.state(second.Number, who[1]); x != enrolment.SignedUp || y != enrolment.SignedUp {
			t.Errorf("the others are %s and %s", x, y)
		}
		f.counts(a)
	})
}

// atOnceEach runs n calls at the same time.
