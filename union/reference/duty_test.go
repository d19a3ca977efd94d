package reference_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
)

const dutyHead = "source: 本单位\nas_of: 2026-01-01\nreview_by: 2027-01-01\nplace: enterprise\nrosters:\n"

// fourCrews is 四班三倒: eight days, four crews two days apart.
const fourCrews = `  - name: safety
    label: 安全值班
    role: safety_officer
    at: 集团公司/一分厂
    shifts:
      - {name: 早, from: '08:00', to: '16:00'}
      - {name: 中, from: '16:00', to: '00:00'}
      - {name: 夜, from: '00:00', to: '08:00'}
    cycle: [早, 早, 中, 中, 夜, 夜, 休, 休]
    crews:
      - {name: 甲, staff: ['1'], from: 2027-01-01}
      - {name: 乙, staff: ['2'], from: 2027-01-03}
      - {name: 丙, staff: ['3'], from: 2027-01-05}
      - {name: 丁, staff: ['4', 'ｅ5'], from: 2027-01-07}
    days:
      - {on: 2027-02-06, shift: 早, crew: 丁}
      - {on: 2027-02-07, shift: 早, staff: []}
`

func rosters(t *testing.T, text string) *reference.Book {
	t.Helper()
	d, err := reference.Load(shipped.Files, fstest.MapFS{"duty.yaml": {Data: []byte(dutyHead + text)}})
	if err != nil {
		t.Fatal(err)
	}
	return reference.NewBook(d)
}

func clockAt(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestACycleGoesOnBeforeAndAfterItsFirstDay(t *testing.T) {
	b := rosters(t, fourCrews)
	safety := []union.Role{union.SafetyOfficer}
	for at, want := range map[string]string{
		"2027-01-01 08:00": "1", "2027-01-01 15:59": "1", "2027-01-01 16:00": "4E5", "2027-01-02 00:00": "3", "2027-01-03 16:00": "1",
		"2027-01-05 07:59": "1", "2027-01-05 08:00": "3", "2026-12-31 12:00": "4E5", "2027-01-09 09:00": "1", "2028-03-01 03:00": "3",
		"2027-02-06 09:00": "4E5", "2027-02-07 09:00": "",
	} {
		on := ""
		for _, no := range []string{"1", "2", "3", "4", "E5"} {
			if b.OnShift(no, "集团公司/一分厂/锅炉班", safety, clockAt(t, at)) {
				on += no
			}
		}
		if on != want {
			t.Errorf("at %s %q is on duty, want %q", at, on, want)
		}
	}
	if b.OnShift("1", "集团公司", []union.Role{union.Chair}, clockAt(t, "2027-01-01 09:00")) {
		t.Error("a roster of one office is taken for that of another")
	}
	if !b.Rostered() || rosters(t, "").Rostered() {
		t.Error("whether there are rosters")
	}
}

func TestAShiftReachesIntoTheNextDayAndIsWhenSomebodyMayBeReached(t *testing.T) {
	b := rosters(t, `  - {name: union, label: 工会值班, role: chair, shifts: [{name: 夜, from: '20:00', to: '08:00'}],
     days: [{on: 2027-01-01, shift: 夜, staff: ['7']}, {on: 2027-01-06, shift: 夜, staff: ['7']}]}
`)
	for at, want := range map[string]string{
		"2027-01-01 12:00": "", "2027-01-01 23:00": "2027-01-01 23:00", "2027-01-02 07:59": "2027-01-02 07:59",
		"2027-01-02 08:00": "", "2027-01-03 20:00": "", // single shifts are beside everybody's hours
	} {
		next, ok := b.NextShift("7", clockAt(t, at))
		if got := next.Format("2006-01-02 15:04"); ok != (want != "") || ok && got != want {
			t.Errorf("from %s it is %s, %v; want %q", at, got, ok, want)
		}
	}
	if next, ok := rosters(t, fourCrews).NextShift("1", clockAt(t, "2027-01-01 16:30")); !ok || next.Format("2006-01-02 15:04") != "2027-01-02 08:00" {
		t.Errorf("a crew's next shift is %s, %v", next, ok)
	}
	var runs []string
	for _, w := range b.Watches("集团公司/一分厂", clockAt(t, "2027-01-02 07:00")) {
		runs = append(runs, w.Shift+w.From.Format("01-02")+w.Staff[0])
	}
	if want := []string{"夜01-017", "夜01-067"}; !slices.Equal(runs, want) {
		t.Errorf("the watches are %v, want %v", runs, want)
	}
	if found := rosters(t, fourCrews).Watches("集团公司/二分厂", clockAt(t, "2027-01-02 07:00")); len(found) > 0 {
		t.Errorf("another plant reads %v", found)
	}
}

func TestWhatIsDueEndsInAShiftOfWhoAnswers(t *testing.T) {
	b := rosters(t, fourCrews+`  - {name: union, label: 工会值班, role: chair, shifts: [{name: 夜, from: '20:00', to: '08:00'}],
     days: [{on: 2027-01-01, shift: 夜, staff: ['7']}]}
`)
	for _, tt := range []struct{ no, due, want string }{
		{"1", "2027-01-01 12:00", "2027-01-01 12:00"}, {"1", "2027-01-01 16:00", "2027-01-01 16:00"}, {"1", "2027-01-01 08:00", "2027-01-01 16:00"},
		{"1", "2027-01-01 17:30", "2027-01-02 16:00"}, {"1", "2027-01-03 17:30", "2027-01-03 17:30"}, {"1", "2027-01-05 00:00", "2027-01-05 00:00"},
		{"1", "2027-01-06 17:30", "2027-01-09 16:00"}, // after its days off
		{"7", "2027-01-01 23:00", "2027-01-01 23:00"}, {"7", "2027-01-01 17:30", ""}, {"9", "2027-01-01 17:30", ""},
	} {
		end, ok := b.ShiftEnd(tt.no, clockAt(t, tt.due))
		if got := end.Format("2006-01-02 15:04"); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("of %s what is due %s is answered by %s, %v; want %q", tt.no, tt.due, got, ok, tt.want)
		}
	}
}

func TestRostersAreReadStrictly(t *testing.T) {
	one := func(more string) string { return "  - {name: a, label: 值班, role: chair, " + more + "}\n" }
	const shifts = "shifts: [{name: 夜, from: '20:00', to: '08:00'}]"
	for text, want := range map[string]string{
		one("crews: []"): "rosters[1].shifts: is missing",
		one("shifts: [{name: 夜, from: 8, to: 9}]"):                               "name, from and to are expected",
		one(shifts + ", cycle: [早]"):                                             "rosters[1].cycle: names no shift",
		one(shifts + ", cycle: [夜, 休], crews: [{name: 甲, staff: ['1']}]"):        "a day on which the cycle begins",
		one(shifts + ", crews: [{name: 甲}]"):                                     "name and staff are expected",
		one(shifts + ", days: [{on: 2027-02-30, shift: 夜}]"):                     "a day is expected",
		one(shifts + ", days: [{on: 2027-02-01, shift: 早}]"):                     `"早" is no shift`,
		one(shifts + ", days: [{on: 2027-02-01, shift: 夜, crew: 乙}]"):            "either the name of a crew or staff",
		strings.Replace(one(shifts), "chair", "chiar", 1):                        `did you mean "chair"?`,
		strings.Replace(one(shifts), "role: chair", "role: chair, at: /集团公司", 1): "a path from the root is expected",
		one(shifts) + one(shifts):                                                "a stands here a second time",
		one(shifts + ", people: []"):                                             `unknown key: "people"`,
	} {
		_, err := reference.Load(shipped.Files, fstest.MapFS{"duty.yaml": {Data: []byte(dutyHead + text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestRostersOfWhoWorksWhenAreNoDuty(t *testing.T) {
	b := rosters(t, "  []\nwork:\n"+strings.Replace(fourCrews, "    role: safety_officer\n", "", 1))
	if b.Rostered() || len(b.Watches("集团公司/一分厂", clockAt(t, "2027-01-01 09:00"))) > 0 {
		t.Error("they are taken for a duty")
	}
	if shifts, crews := b.Turns(); strings.Join(shifts, "") != "中夜早" || len(crews) != 4 {
		t.Errorf("%v %v", shifts, crews)
	}
	for _, c := range []struct {
		path, shifts, crews string
		day                 folder.Day
		at, want            string
	}{
		{"集团公司/一分厂", "早", "", "2027-01-01", "", "1"},
		{"集团公司/一分厂/锅炉班", "早", "", "2027-02-06", "", "4E5"},
		{"集团公司", "", "", "2027-01-01", "", "134E5"},
		{"集团公司/二分厂", "早", "", "2027-01-01", "", ""},
		{"集团公司/一分厂", "", "丁", "", "", "4E5"},
		{"集团公司/一分厂", "早", "丁", "2027-01-01", "", ""},
		{"集团公司/一分厂", "", "", "", "2027-01-02 00:00", "3"},
		{"集团公司/一分厂", "早", "", "", "2027-01-02 00:00", ""},
	} {
		var at time.Time
		if c.at != "" {
			at = clockAt(t, c.at)
		}
		var shifts, crews []string
		if c.shifts != "" {
			shifts = []string{c.shifts}
		}
		if c.crews != "" {
			crews = []string{c.crews}
		}
		if got := strings.Join(b.AtWork([]string{c.path}, shifts, crews, c.day, at), ""); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for text, want := range map[string]string{
		"  []\nwork:\n" + fourCrews: "holds no office",
		"  []\nwork:\n  - {name: a, label: 甲, at: '/', shifts: [{name: 早, from: '08:00', to: '16:00'}]}\n": "a path from the root",
	} {
		_, err := reference.Load(shipped.Files, fstest.MapFS{"duty.yaml": {Data: []byte(dutyHead + text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
