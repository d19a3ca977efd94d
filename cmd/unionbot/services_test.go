package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/flows/services/servicestest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
	"github.com/unionbot/unionbot/watch"
)

// servicesIn makes a folder of files, by name.
func servicesIn(t *testing.T, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(folder, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestServicesCheckReadsTheFolderThatIsNamedOrSet(t *testing.T) {
	broken := servicesIn(t, "broken.yaml", "prefx: XX\n")
	for _, r := range []result{
		command(t, nil, "services", "check", broken), command(t, []string{"SERVICES_DIR=" + broken}, "services", "check"),
	} {
		if r.code != exitFailed || !strings.Contains(r.stderr, `broken.yaml:1: unknown key: "prefx" is none of`) || !strings.Contains(r.stderr, `did you mean "prefix"?`) {
			t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
		}
	}
	for _, folder := range []string{"/does/not/exist", "services.go"} {
		if r := command(t, nil, "services", "check", folder); r.code != exitFailed {
			t.Errorf("%s: exit code %d: %s", folder, r.code, r.stdout)
		}
	}
}

// TestServicesCheckSaysTheNearestWord of what staff write by hand: keys, placeholders, roles.
func TestServicesCheckSaysTheNearestWord(t *testing.T) {
	source := string(suggestionWith(t, "role: branch_chair", "role: brnach_chair", "{officer} {step}", "{oficer} {step}", "title: '{proposal}'", "title: '{propsal}'",
		"otherwise: [chair, admin]", "otherwise: [chair, admn]", "  similar: proposal", "  similr: proposal"))
	r := command(t, nil, "services", "check", servicesIn(t, "suggestion.yaml", source))
	for _, want := range []string{
		`review[1].who.role: "brnach_chair" is none of`, `did you mean "branch_chair"?`, `words.filed: unknown placeholder: "oficer" is none of`,
		`did you mean "officer"?`, `did you mean "proposal"?`, `review[1].who.otherwise[2]: "admn"`, `did you mean "admin"?`, `did you mean "similar"?`,
	} {
		if r.code != exitFailed || !strings.Contains(r.stderr, want) {
			t.Errorf("exit code %d, without %s:\n%s", r.code, want, r.stderr)
		}
	}
}

func TestServicesCheckSaysWhatIsInForceWhen(t *testing.T) {
	dated := "from: 2027-01-01\n" + string(suggestionWith(t))
	folder := servicesIn(t, "suggestion@2027-01-01.yaml", dated, "suggestion@2028-01-01.yaml", "from: 2028-01-01\ndisabled: true\n")
	r := command(t, nil, "services", "check", folder)
	want := `suggestion is in order
  until 2026-12-31          suggestion.yaml
  2027-01-01 to 2027-12-31  suggestion@2027-01-01.yaml
  from  2028-01-01          switched off by suggestion@2028-01-01.yaml
`
	if !strings.Contains(r.stdout, want) || r.code != exitDone {
		t.Errorf("exit code %d: %s", r.code, cmp.Diff(want, r.stdout))
	}
	r = command(t, nil, "services", "check", servicesIn(t, "suggestion.yaml", dated))
	if want := "  until 2026-12-31          not offered yet\n  from  2027-01-01          suggestion.yaml\n"; !strings.Contains(r.stdout, want) {
		t.Errorf("a gap: %s", r.stdout)
	}
	r = command(t, nil, "services", "check", "--json", folder)
	var found checked
	if err := json.Unmarshal([]byte(r.stdout), &found); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(found.Services, "suggestion") || len(found.Mistakes) != 0 || !slices.ContainsFunc(found.Spans, func(s service.Span) bool { return s.From == "2028-01-01" && !s.Offered }) {
		t.Errorf("JSON: %s", r.stdout)
	}
}

func TestServicesCheckDoubtsThatOnePersonPreparesAndPays(t *testing.T) {
	shipped := command(t, nil, "services", "check")
	if strings.Contains(shipped.stdout, "doubt") || shipped.code != exitDone {
		t.Errorf("what comes along, exit code %d:\n%s", shipped.code, shipped.stdout)
	}
	source, err := fs.ReadFile(services.Files, "emergency_aid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(source), "not_by: [grant, second]", "not_by: [second]", 1)
	r := command(t, nil, "services", "check", servicesIn(t, "emergency_aid.yaml", own))
	want := `doubt: emergency_aid.yaml: review: whoever decides "grant" may decide "pay" as well, which pays money; put "grant" into its ` + "`not_by`\n"
	if r.code != exitDone || strings.Count(r.stdout, "doubt") != 1 || !strings.HasSuffix(r.stdout, want) {
		t.Errorf("exit code %d:\n%s", r.code, r.stdout)
	}
}

func TestServicesCheckDoubtsWhatIsPromisedTooSoonOrNotAtAll(t *testing.T) {
	data, err := fs.ReadFile(services.Files, "cost_report.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source := string(data)
	clocks := source[strings.Index(source, "\nclocks:\n"):strings.Index(source, "\nwords:\n")]
	for _, c := range []struct{ own, at, want string }{
		{strings.Replace(source, "finish: {days: 10}", "finish: {days: 4}", 1), "  finish:", "clocks.finish: the steps alone have 5 working days, more than the 4 working days of `finish`; "},
		{strings.Replace(source, clocks, "", 1), "  - name: check", "review: nothing is promised for the whole matter; give `clocks` a `first` and a `finish`, or say in its `none` why nothing is\n"},
	} {
		line := strings.Count(c.own[:strings.Index(c.own, "\n"+c.at)], "\n") + 2
		want := fmt.Sprintf("doubt: cost_report.yaml:%d: %s", line, c.want)
		r := command(t, nil, "services", "check", servicesIn(t, "cost_report.yaml", c.own))
		if r.code != exitDone || strings.Count(r.stdout, "doubt") != 1 || !strings.Contains(r.stdout, want) {
			t.Errorf("exit code %d, want %q:\n%s%s", r.code, want, r.stdout, r.stderr)
		}
	}
}

func TestServicesGraphDrawsWhatIsOfferedOnADay(t *testing.T) {
	folder := servicesIn(t, "suggestion@2030-01-01.yaml", "from: 2030-01-01\n"+string(suggestionWith(t, "word: {zh: 受理, en: Accept}", "word: 准办")))
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"suggestion", "--on", "2029-12-31"}, exitDone, `suggestion__step_first -->|"受理"| suggestion__accepted`},
		{[]string{"--on", "2030-01-01"}, exitDone, `suggestion__step_first -->|"准办"| suggestion__accepted`},
		{[]string{"sugestion"}, exitFailed, `did you mean "suggestion"?`},
		{[]string{"--on", "tomorrow"}, exitFailed, `a day is expected, such as 2027-01-01; not "tomorrow"`},
	} {
		r := command(t, nil, append([]string{"services", "graph", "--folder", folder}, tt.args...)...)
		if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.want) {
			t.Errorf("%v: exit code %d\n%s%s", tt.args, r.code, r.stdout, r.stderr)
		}
	}
}

func TestDoctorSaysWhichServicesAreTaken(t *testing.T) {
	p := newPractice(t, nil)
	one := p.patient(t)
	expect(t, examineData(t.Context(), one), "services", stateOK, "from the program itself", "serve has not run yet")
	publish := func(c ...string) {
		t.Helper()
		s := &stores{db: one.db, watch: watch.New(watch.Build{}, time.Now, nil)}
		figures, err := loadReference(p.config(t, c...))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := openServices(t.Context(), p.config(t, c...), s, newClock(0), figures, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
	}
	publish()
	expect(t, examineData(t.Context(), one), "services", stateOK, "offered today", "the newest text was taken on 20")
	folder := servicesIn(t, "suggestion.yaml", string(suggestionWith(t, "days: 3", "days: 4")))
	other := p.patient(t, "SERVICES_DIR="+folder)
	expect(t, examineData(t.Context(), other), "services", stateWarn, folder, "no running instance has taken suggestion.yaml", "SERVICES_DIR")
	publish("SERVICES_DIR=" + folder)
	expect(t, examineData(t.Context(), other), "services", stateOK, folder)
	if err := os.WriteFile(filepath.Join(folder, "broken.yaml"), []byte("prefx: XX\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, examineData(t.Context(), other), "services", stateBad, "are refused", "broken.yaml:1: unknown key", "mend the file")
}

// TestThePagesForStaffAreRight reads their examples as serve would, and looks for every word that a file may say.
func TestThePagesForStaffAreRight(t *testing.T) {
	for _, c := range []struct{ page, service string }{{"services.md", "lost_card"}, {"services.zh-CN.md", "tool_loan"}} {
		t.Run(c.page, func(t *testing.T) {
			page, err := os.ReadFile("../../docs/" + c.page)
			if err != nil {
				t.Fatal(err)
			}
			examplesHold(t, page, c.service)
			if c.page == "services.md" { // refers to the other for `alarm`
				hazards, err := os.ReadFile("../../docs/hazards.md")
				if err != nil {
					t.Fatal(err)
				}
				page = slices.Concat(page, hazards)
			}
			explainsAll(t, page)
		})
	}
}

// examplesHold reads the two examples of a page: a service, and its end.
func examplesHold(t *testing.T, page []byte, name string) {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples", len(blocks))
	}
	set, err := service.Load(servicestest.Files(t), fstest.MapFS{
		name + ".yaml": {Data: blocks[0][1]}, name + "@2027-01-01.yaml": {Data: blocks[1][1]},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, before := set.On("2026-12-31").Get(name); !before {
		t.Error("the example is not offered before its end")
	}
	if _, after := set.On("2027-01-01").Get(name); after {
		t.Error("the example does not end")
	}
}

// explainsAll looks for every word that a service file may say.
func explainsAll(t *testing.T, page []byte) {
	t.Helper()
	words := yamlKeys(reflect.TypeFor[service.Service](), nil)
	for _, k := range service.Kinds() {
		words = append(words, string(k))
	}
	for _, r := range union.Roles() {
		words = append(words, string(r))
	}
	for _, a := range service.Acts() {
		words = append(words, string(a))
	}
	for _, word := range words {
		if !regexp.MustCompile("`" + word + "[`:]").Match(page) {
			t.Errorf("`%s` is not explained", word)
		}
	}
	for _, place := range service.Placeholders() {
		if !strings.Contains(string(page), "`{"+place+"}`") {
			t.Errorf("{%s} is not explained", place)
		}
	}
}

// yamlKeys are the keys of a type and of all below it. A field may be a group of fields.
func yamlKeys(t reflect.Type, keys []string, above ...reflect.Type) []string {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[service.Text]() || t == reflect.TypeFor[service.Template]() || slices.Contains(above, t) {
		return keys
	}
	for i := range t.NumField() {
		key := t.Field(i).Tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		keys = yamlKeys(t.Field(i).Type, append(keys, key), append(above, t)...)
	}
	return keys
}
