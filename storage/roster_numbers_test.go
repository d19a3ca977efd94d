package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/roster"
)

// Four identity cards that pass their check; the first is the example of GB 11643-1999.
const cardA, cardB, cardC, cardD = "11010519491231002X", "440524188001010014", "61010019680313021X", "610100197610020238"

// importUnder imports a file of staff_no, name, id card, phone and status with the keys of these names.
func importUnder(t *testing.T, db *storage.DB, keys, rows string, o roster.Options) (roster.Report, error) {
	t.Helper()
	content := "staff_no,name,id_card,phone,status,organisation\n"
	for row := range strings.FieldsSeq(rows) {
		content += row + ",集团公司\n"
	}
	k := under(t, db, keys)
	return roster.Import(t.Context(), storage.NewRoster(k.db, storagetest.KeysNamed(t, keys)), fileOf(t, "m.csv", []byte(content)), o)
}

func TestAnIdentityCardBelongsToOneWhoIsServed(t *testing.T) {
	type step struct {
		keys, rows string
		leavers    bool
		// refused are line and the other staff number, of every row that is refused.
		refused map[int]string
	}
	for name, steps := range map[string][]step{
		"two of a file":               {{keys: "a", rows: "1,甲," + cardA + ",, 2,乙," + cardB + ",, 3,丙," + cardA + ",,", refused: map[int]string{4: "1"}}},
		"written in another form":     {{keys: "a", rows: "1,甲," + cardA + ",, 2,乙,110105-491231-002,,", refused: map[int]string{3: "1"}}},
		"somebody else's":             {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "a", rows: "2,乙," + cardA + ",,", refused: map[int]string{2: "1"}}},
		"somebody else's, other keys": {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "2,乙," + cardA + ",,", refused: map[int]string{2: "1"}}},
		"of who retired":              {{keys: "a", rows: "1,甲," + cardA + ",,退休"}, {keys: "a", rows: "2,乙," + cardA + ",,", refused: map[int]string{2: "1"}}},
		"of who says nothing of it":   {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "1,甲,,, 2,乙," + cardA + ",,", refused: map[int]string{3: "1"}}},
		"of who left":                 {{keys: "a", rows: "1,甲," + cardA + ",,离职"}, {keys: "a", rows: "2,乙," + cardA + ",,"}},
		"of who leaves in this file":  {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "a", rows: "2,乙," + cardA + ",, 1,甲," + cardA + ",,离职"}},
		"of who leaves, no card told": {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "2,乙," + cardA + ",, 1,甲,,,离职"}},
		"of who is absent":            {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "2,乙," + cardA + ",,", leavers: true}},
		"of who gives it up":          {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "2,乙," + cardA + ",, 1,甲,-,,"}},
		"swapped":                     {{keys: "a", rows: "1,甲," + cardA + ",, 2,乙," + cardB + ",,"}, {keys: "ba", rows: "1,甲," + cardB + ",, 2,乙," + cardA + ",,"}},
		"the member's own":            {{keys: "a", rows: "1,甲," + cardA + ",,"}, {keys: "ba", rows: "1,甲甲," + cardA + ",,"}},
		"coming back to it": {
			{keys: "a", rows: "1,甲," + cardA + ",,离职"}, {keys: "ba", rows: "2,乙," + cardA + ",,"},
			{keys: "ba", rows: "1,甲,,,在职", refused: map[int]string{2: "2"}}, {keys: "ba", rows: "1,甲," + cardB + ",,在职"},
		},
		"coming back to it in one file": {
			{keys: "a", rows: "1,甲," + cardA + ",,离职"}, {keys: "ba", rows: "1,甲,,,在职 2,乙," + cardA + ",,", refused: map[int]string{3: "1"}},
		},
		"coming back alone": {{keys: "a", rows: "1,甲," + cardA + ",,离职"}, {keys: "ba", rows: "1,甲,,,在职"}, {keys: "b", rows: "2,乙," + cardA + ",,", refused: map[int]string{2: "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				for i, s := range steps {
					report, err := importUnder(t, db, s.keys, s.rows, roster.Options{Leavers: s.leavers})
					if errors.Is(err, roster.ErrInvalid) != (len(s.refused) > 0) || err != nil && !errors.Is(err, roster.ErrInvalid) {
						t.Fatalf("import %d: %v, %+v", i+1, err, report.Problems)
					}
					got := map[int]string{}
					for _, p := range report.Problems {
						if strings.Contains(p.Reason+p.Value, cardA) || p.Column != "id_card" {
							t.Errorf("problem %+v", p)
						}
						got[p.Line] = p.Reason
					}
					for line, who := range s.refused {
						if !strings.Contains(got[line], "工号 "+who) {
							t.Errorf("import %d, line %d: %q does not name %s", i+1, line, got[line], who)
						}
					}
					if len(got) != len(s.refused) {
						t.Errorf("import %d: problems %v", i+1, got)
					}
				}
			})
		})
	}
}

func TestASharedPhoneIsImportedWithAWord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		warned := func(keys, rows string) []string {
			t.Helper()
			report, err := importUnder(t, db, keys, rows, roster.Options{})
			if err != nil {
				t.Fatalf("%v, %+v", err, report.Problems)
			}
			var list []string
			for _, w := range report.Warnings {
				list = append(list, fmt.Sprint(w.Line, " ", w.Reason[:strings.Index(w.Reason, ",")]))
			}
			return list
		}
		for _, each := range []struct {
			keys, rows string
			want       []string
		}{
			{"a", "1,甲,,13900000001, 2,乙,,+8613900000001, 3,丙,,13900000003,", []string{"3 手机号和第 2 行(工号 1)相同"}},
			{"a", "1,甲,,13900000001, 2,乙,,13900000001, 3,丙,,13900000003,", nil}, // was said
			{"ba", "4,丁,,13900000003,", []string{"2 手机号和工号 3 的相同"}},
			{"ba", "5,戊,,13900000003,离职", nil},
			{"ba", "6,己,,13900000003, 3,丙,,13900000009, 4,丁,,13900000004,", nil},
		} {
			if diff := cmp.Diff(each.want, warned(each.keys, each.rows)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", each.rows, diff)
			}
		}
	})
}

func TestAKeyChangeChangesNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		const rows = "1,甲," + cardA + ",13900000001, 2,乙," + cardB + ",, 3,丙,,,"
		for _, each := range []struct {
			keys, rows         string
			new, changed, same int
		}{
			{"a", rows, 3, 0, 0},
			{"ba", rows, 0, 0, 3},
			{"ba", strings.Replace(rows, "13900000001", "13900000002", 1), 0, 1, 2},
			{"ba", rows, 0, 1, 2}, // this row is under the new key, the others under the old
			{"cba", rows, 0, 0, 3},
		} {
			report, err := importUnder(t, db, each.keys, each.rows, roster.Options{})
			if err != nil || report.New != each.new || report.Changed != each.changed || report.Same != each.same {
				t.Errorf("keys %s: %v, %+v, want %+v", each.keys, err, report, each)
			}
		}
	})
}

// Two offices give one card to two people at the same time: whichever is first has it.
func TestOfTwoImportsAtOnceOneHasTheCard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		under(t, db, "ba")
		var offices sync.WaitGroup
		outcomes := make([]error, 4)
		for i := range outcomes {
			keys := storagetest.KeysNamed(t, []string{"ab", "ba"}[i%2])
			content := fmt.Sprintf("staff_no,name,id_card,organisation\n%d,甲,%s,集团公司\n", i, cardA)
			offices.Go(func() {
				for {
					_, outcomes[i] = roster.Import(t.Context(), storage.NewRoster(db, keys), fileOf(t, "m.csv", []byte(content)), roster.Options{})
					if !errors.Is(outcomes[i], roster.ErrRunning) {
						return
					}
				}
			})
		}
		offices.Wait()
		taken := 0
		for _, err := range outcomes {
			if err == nil {
				taken++
			} else if !errors.Is(err, roster.ErrInvalid) {
				t.Error(err)
			}
		}
		list, err := under(t, db, "ba").members.ByNumber(t.Context(), personal.IDCard, cardA, 9)
		if err != nil || len(list) != 1 || taken != 1 {
			t.Errorf("%d imports were done, %d have the card, %v: %v", taken, len(list), err, outcomes)
		}
	})
}

func TestAnImportNeedsTheKeysOfAllNumbers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		if _, err := importUnder(t, db, "ba", "1,甲,"+cardA+",,", roster.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := importUnder(t, db, "a", "2,乙,"+cardA+",,", roster.Options{}); err == nil || !strings.Contains(err.Error(), "ENCRYPTION_KEYS") {
			t.Errorf("without the key of a card: %v", err)
		}
		if _, err := importUnder(t, db, "ab", "2,乙,"+cardB+",,", roster.Options{}); err != nil {
			t.Errorf("with it: %v", err)
		}
	})
}

// A placeholder that everybody has for a phone is no reason to compare everybody with everybody.
func TestAPhoneThatEverybodyHasTakesNoLonger(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		took := func(shared bool, status string) time.Duration {
			var rows strings.Builder
			for i := range 1000 {
				number := fmt.Sprintf("139%08d", i)
				if shared {
					number = "13800138000"
				}
				fmt.Fprintf(&rows, "%06d,会员,,%s,%s ", i, number, status)
			}
			began := time.Now()
			if _, err := importUnder(t, db, "ba", rows.String(), roster.Options{}); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		own := took(false, "")
		own = max(own, took(false, "退休"))
		shared := took(true, "在职")
		if shared = max(shared, took(true, "退休")); shared > 5*own {
			t.Errorf("phones of their own took %v, one for all %v", own, shared)
		}
	})
}
