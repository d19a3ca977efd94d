package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// small is the least service that is faultless.
const small = `prefix: HL
title: {zh: 合理化建议, en: Suggestion}
short: 建议
menu: 1
understand:
  phrases: [提建议]
  examples: [我要提建议]
form:
  - name: proposal
    kind: text
    label: 建议
    ask: 您建议怎么做?
  - name: place
    kind: choice
    label: 地点
    ask: 在哪儿?
    guess: proposal
    choices:
      - {name: shop, label: 车间, keywords: [炉]}
      - {name: canteen, label: 食堂, synonyms: [饭堂], keywords: [饭, 窗口]}
summary:
  title: '{proposal}'
review:
  - name: first
    title: 初审
    who: {role: branch_chair, otherwise: [chair]}
    days: 3
    acts:
      - {act: accept, word: 受理}
words:
  filed: '收到 {number}'
  accepted: '{name} {reason}'
  withdrawn: 撤回
`

func TestParseReadsAService(t *testing.T) {
	s, err := service.Parse("idea", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "idea" || s.Prefix != "HL" || s.Title.In("en-US") != "Suggestion" || s.Title.In("zh-CN") != "合理化建议" || s.Short.In("en") != "建议" {
		t.Errorf("read %+v", s)
	}
	proposal, _ := s.Field("proposal")
	if proposal.Max != service.MaxText {
		t.Errorf("a text takes %d characters", proposal.Max)
	}
	var asked []string
	for _, f := range s.Questions() {
		asked = append(asked, f.Name)
	}
	if diff := cmp.Diff([]string{"proposal", "place"}, asked); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	step, ok := s.Step("first")
	if option, offered := step.Option(service.Accept); !ok || !offered || option.Word.ZH != "受理" || step.Who.Role != union.BranchChair {
		t.Errorf("step %+v", step)
	}
	if _, offered := step.Option(service.Merge); offered {
		t.Error("it offers to merge")
	}
}

func TestHashNamesTheTextAndNotTheEditor(t *testing.T) {
	hash := func(source string) string {
		s, err := service.Parse("idea", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		return s.Hash
	}
	plain := hash(small)
	if len(plain) != service.HashLength {
		t.Errorf("hash %q", plain)
	}
	if windows := hash("\xef\xbb\xbf" + strings.ReplaceAll(small, "\n", "\r\n")); windows != plain {
		t.Errorf("saved by another editor it is %s, not %s", windows, plain)
	}
	if other := hash(strings.Replace(small, "days: 3", "days: 5", 1)); other == plain {
		t.Error("another deadline has the same hash")
	}
}

func TestASealedServiceTellsNothingOfItsAuthors(t *testing.T) {
	sealed := strings.NewReplacer("prefix: HL", "sealed: true", "{name} {reason}", "{reason}").Replace(small)
	s, err := service.Parse("report", []byte(sealed))
	if err != nil {
		t.Fatal(err)
	}
	if s.Prefix != "SX" || !s.Sensitive {
		t.Errorf("prefix %s, sensitive %v", s.Prefix, s.Sensitive)
	}
	for _, c := range []struct{ old, new, want string }{
		{"kind: text", "kind: pictures", "form[1].kind: a sealed service takes no pictures"},
		{"role: branch_chair", "role: group_leader", `review[1].who: a sealed service is not decided by the role "group_leader"`},
		{"otherwise: [chair]", "otherwise: [custodian]", `is not decided by the role "custodian": custodians open names`},
		{"title: '{proposal}'", "title: '{proposal}'\n  similar: proposal", "summary.similar: a sealed service looks for no like cases"},
		{"title: '{proposal}'", "title: '{proposal}'\n  anonymous: true", "summary.anonymous: a sealed service is filed without a name"},
		{"- {act: accept, word: 受理}", "- {act: accept, word: 受理}\n      - {act: merge, word: 并入}", "review[1].acts: a sealed case is merged into no other"},
	} {
		if _, err := service.Parse("report", []byte(strings.Replace(sealed, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.new, err)
		}
	}
}

func TestParseExplainsEveryMistake(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"reasons for nothing", "act: accept, word: 受理", "act: accept, word: 受理, reasons: [好]", []string{"review[1].acts[1].reasons: nothing is asked with this act"}},
		{"too many reasons", "{act: accept, word: 受理}", "{act: accept, word: 受理}\n      - {act: refuse, word: 不受理, reasons: [一, 二, 三, 四, 五, 六, 七]}", []string{"review[1].acts[2].reasons: 7 are given; up to 6 are expected"}},
		{"a reason without words", "{act: accept, word: 受理}", "{act: accept, word: 受理}\n      - {act: refuse, word: 不受理, reasons: [{en: no}]}", []string{"reasons[1]"}},
		{"sealed", "prefix: HL", "sealed: true\nprefix: HL", []string{
			`idea.yaml:2: prefix: a sealed service has the prefix SX or none, so that its numbers do not tell what they are about; not "HL"`,
			`idea.yaml:33: words.accepted: a sealed case does not know {name}`,
		}},
		{"unknown key", "menu: 1", "menue: 1", []string{`idea.yaml:4: unknown key: "menue" is none of from, disabled, prefix, shares_prefix, title, short, menu, sensitive, sealed, nudge, shields, wishes, only, opening, understand, form, sums, category, basis, fund, grant, award, ranking, papers, pack, base, summary, also, review, sign_once, undo, clocks, together_up_to, urge_every, follows_author, satisfaction, copy, alarm, words; did you mean "menu"?`}},
		{"key twice", "menu: 1", "menu: 1\nmenu: 2", []string{`idea.yaml:5: menu: stands here a second time; the first is in line 4`}},
		{"unknown kind", "kind: text", "kind: txet", []string{`idea.yaml:10: form[1].kind: "txet" is none of text, choice, choices, yes_no, number, money, date, time, rating, phone, id_card, bank_card, pictures, files, organisation, member, members, place, list; did you mean "text"?`}},
		{"unknown role", "branch_chair", "brunch_chair", []string{`did you mean "branch_chair"?`}},
		{"number as word", "days: 3", "days: three", []string{`idea.yaml:27: review[1].days: a whole number is expected, not "three"`}},
		{"flag as word", "menu: 1", "menu: 1\nsatisfaction: maybe", []string{`idea.yaml:5: satisfaction: true or false is expected, not "maybe"`}},
		{"together below nothing", "menu: 1", "menu: 1\ntogether_up_to: -1", []string{`idea.yaml:5: together_up_to: yuan from 0 to 100000000 are expected, not -1`}},
		{"together without money", "menu: 1", "menu: 1\ntogether_up_to: 100", []string{`idea.yaml:5: together_up_to: belongs to a service that pays; "fund" is missing`}},
		{"a level beside the whole union", "{role: branch_chair, otherwise: [chair]}", "{role: branch_chair, level: 1, top: true}", []string{`who.level: belongs to a role, without`}},
		{"a level below all", "{role: branch_chair, otherwise: [chair]}", "{role: branch_chair, level: 12}", []string{`who.level: how deep below the root`}},
		{"above a step that comes later", "{role: branch_chair, otherwise: [chair]}", "{role: branch_chair, above: later}", []string{`who.above: the name of a step before this one`}},
		{"a rule for what is accepted", "{act: accept, word: 受理}", "{act: accept, word: 受理, rules: [{name: 办法, line: 可以}]}", []string{`rules: a rule says why something is refused`}},
		{"a rule without its line", "{act: accept, word: 受理}", "{act: accept, word: 受理}\n      - {act: refuse, word: 不受理, rules: [{name: 办法}]}", []string{`rules[1].line: is missing`}},
		{"urged all the time", "menu: 1", "menu: 1\nurge_every: 0", []string{`idea.yaml:5: urge_every: hours from 1 to 720 are expected, not 0`}},
		{"urged in words", "menu: 1", "menu: 1\nurge_every: 4h", []string{`idea.yaml:5: urge_every: a whole number is expected, not "4h"`}},
		{"list as word", "phrases: [提建议]", "phrases: 提建议", []string{"idea.yaml:6: understand.phrases: a list is expected"}},
		{"mapping as list", "summary:\n  title: '{proposal}'", "summary: [a]", []string{"summary: a mapping of keys and values is expected"}},
		{"anchor", "title: 初审", "title: &a 初审\n    help: *a", []string{`unknown key: "help"`}},
		{"alias", "short: 建议", "short: &a 建议\nmenu: 1\nprefix: *a", []string{"stands here a second time"}},
		{"bad prefix", "prefix: HL", "prefix: hl", []string{`idea.yaml:1: prefix: two capital letters are expected, other than SX, JS and TZ, such as JY; not "hl"`}},
		{"kept prefix", "prefix: HL", "prefix: JS", []string{`idea.yaml:1: prefix: two capital letters are expected, other than SX, JS and TZ, such as JY; not "JS"`}},
		{"kept prefix", "prefix: HL", "prefix: SX", []string{"other than SX"}},
		{"missing words", "  withdrawn: 撤回\n", "", []string{"idea.yaml:31: words.withdrawn: is missing; words in Chinese are expected"}},
		{"unknown placeholder", "收到 {number}", "收到 {nummer}", []string{`words.filed: unknown placeholder: "nummer" is none of name, number, service, title, officer, step, due; did you mean "number"?`}},
		{"placeholder of another sentence", "收到 {number}", "收到 {reason}", []string{`words.filed: unknown placeholder: "reason"`}},
		{"placeholder of a wrong word", "{name} {reason}", "{naem} {raeson}", []string{`did you mean "name"?`, `did you mean "reason"?`}},
		{"placeholder in capitals", "收到 {number}", "收到 {NUMBER}", []string{`words.filed: unknown placeholder: "NUMBER" is none of`, `did you mean "number"?`}},
		{"placeholder of an input method", "收到 {number}", "收到 ｛number｝", []string{"words.filed: a brace that belongs to no placeholder: {name} is expected, in the braces of an English keyboard"}},
		{"half a placeholder", "收到 {number}", "收到 {number", []string{"words.filed: a brace that belongs to no placeholder"}},
		{"nothing near", "收到 {number}", "收到 {zzzzzzz}", []string{`"zzzzzzz" is none of name, number, service, title, officer, step, due` + "\x00"}},
		{"role in the second place", "otherwise: [chair]", "otherwise: [chiar]", []string{`idea.yaml:26: review[1].who.otherwise[1]: "chiar" is none of`, `did you mean "chair"?`}},
		{"role with a hyphen", "branch_chair", "branch-chair", []string{`did you mean "branch_chair"?`}},
		{"placeholder with spaces", "收到 {number}", "收到 { number }", []string{"unknown placeholder"}},
		{"title of no field", "title: '{proposal}'", "title: '{propsal}'", []string{`summary.title: unknown placeholder: "propsal" is none of proposal, place; did you mean "proposal"?`}},
		{"example of something else", "examples: [", "except: [我要]\n  examples: [", []string{`understand.examples[1]: "我要" stands in it, a word of ` + "`except`"}},
		{"guess from nothing", "guess: proposal", "guess: place", []string{`form[2].guess: a text field is expected: "place" is none of proposal`}},
		{"one choice said twice", "synonyms: [饭堂]", "synonyms: [车间]", []string{`form[2].choices[2]: "车间" says another choice already`}},
		{"field twice", "name: place", "name: proposal", []string{`form[2].name: "proposal" is the name of another one above`}},
		{"kept field", "name: place", "name: supplement", []string{`"supplement" is kept for what is added after a return`}},
		{"places of a text", "ask: 您建议怎么做?", "ask: 您建议怎么做?\n    places: [{name: a, label: 甲}]", []string{"idea.yaml:13: form[1].places: is for fields of kind place"}},
		{"one place said twice", "kind: text", "kind: place\n    places: [{name: a, label: 甲}, {name: b, label: 乙, synonyms: [甲]}]", []string{`form[1].places[2]: "甲" says another place already`}},
		{"place without a name", "kind: text", "kind: place\n    places: [{lable: 甲}]", []string{`did you mean "label"?`}},
		{"others of a text", "ask: 您建议怎么做?", "ask: 您建议怎么做?\n    others: true", []string{"form[1].others: is for fields of kind member and members"}},
		{"masked choice", "ask: 在哪儿?", "ask: 在哪儿?\n    masked: true", []string{"form[2].masked: is for fields of kind text and number"}},
		{"part of a date", "kind: text", "kind: date\n    part_of_day: true", []string{"form[1].part_of_day: is for fields of kind time"}},
		{"keywords of a text", "ask: 您建议怎么做?", "ask: 您建议怎么做?\n    keywords: [花了]", []string{"form[1].keywords: is for fields of kind date and time and money and number"}},
		{"crowd", "kind: text", "kind: members\n    max: 50", []string{"form[1].max: a number from 1 to 20 is expected, not 50"}},
		{"number beyond all", "kind: text", "kind: number\n    max: 9000000000", []string{"form[1].max: numbers from -1000000000 to 1000000000 are expected"}},
		{"member in lists", "kind: text", "kind: member", []string{`summary.title: unknown placeholder: "proposal" is none of place`}},
		{"no acceptance", "act: accept", "act: refuse", []string{`review[1].acts: "accept" is expected among them`, "words.refused: is missing"}},
		{"an author who judges nothing", "who: {role: branch_chair, otherwise: [chair]}", "who: {author: true}", []string{"review[1].who.author: the author judges what another step did; this is the first"}},
		{"back to nowhere", "- {act: accept, word: 受理}", "- {act: accept, word: 受理}\n      - {act: reopen, word: 没办好}", []string{`review[1].acts: "reopen" leads back to the step before; this is the first`}},
		{"no step left", "    days: 3", "    days: 3\n    disabled: true", []string{"review: at least one step is expected that is not disabled"}},
		{"step of no case", "    days: 3", "    days: 3\n    when: place == \"canteen\"", []string{"review: a step without `when` is expected: where place is shop, there is none"}},
		{"step of nothing known", "    days: 3", "    days: 3\n    when: plaice == \"hall\"", []string{`review[1].when: "plaice" is none of`, `did you mean "place"?`}},
		{"metres without a place", "title: '{proposal}'", "title: '{proposal}'\n  similar: {by: proposal, metres: 50}", []string{"summary.similar.metres: metres from 1 to 5000 are expected, beside a place in `same`, not 50"}},
		{"wait beyond the end", "    days: 3", "    days: 3\n    wait: 4", []string{"review[1].wait: working days from 0 to the step's own 3 are expected, not 4"}},
		{"deciders of no step", "    days: 3", "    days: 3\n    not_by: [frist]", []string{`review[1].not_by[1]: a step above this one is expected: "frist" is none of`}},
		{"published answer", "    days: 3", "    days: 3\n    publish: '{proposal}'", []string{`review[1].publish: unknown placeholder: "proposal" is none of masked, unit, number, service`}},
		{"unless of no text", "otherwise: [chair]", "otherwise: [chair], unless: place", []string{"review[1].who.unless: a text field is expected"}},
		{"choices that are no answers", "synonyms: [饭堂]", "synonyms: [饭堂], tells: 听着, ends: 完了", []string{"form[2].choices[2].ends: a choice tells something or ends the form"}},
		{"unknown role of authors", "prefix: HL", "prefix: HL\nonly: [cheir]", []string{`only[1]: "cheir" is none of`}},
		{"bands without an end", "summary:\n  title: '{proposal}'", "sums:\n  - {name: aid, label: 救助, of: yuan(1), bands: [{to: 10, percent: 5}]}\nsummary:\n  title: '{proposal}'", []string{"sums[1].bands: a last band without `to` is expected"}},
		{"bands out of order", "summary:\n  title: '{proposal}'", "sums:\n  - {name: aid, label: 救助, of: yuan(1), bands: [{to: 10, percent: 5}, {to: 5, percent: 101}, {}]}\nsummary:\n  title: '{proposal}'", []string{"sums[1].bands[2].to: yuan above 10 and up to 100000000 are expected, not 5"}},
		{"bands and a value", "summary:\n  title: '{proposal}'", "sums:\n  - {name: aid, label: 救助, value: yuan(1), bands: [{percent: 5}]}\nsummary:\n  title: '{proposal}'", []string{"sums[1].value: stands beside `bands`"}},
		{"grant without a fund", "prefix: HL", "prefix: HL\ngrant: aid", []string{"grant: a sum is expected", "fund: is missing"}},
		{"fund that nobody draws on", "prefix: HL", "prefix: HL\nfund: aid", []string{"review: a service with a fund has one step that says `reserve`", "grant: is missing"}},
		{"basis of no day", "prefix: HL", "prefix: HL\nbasis: {rule: 办法, as_of: 2026-13-01}", []string{`basis.as_of: a day such as 2027-01-01 is expected, not "2026-13-01"`}},
		{"several at once", "prefix: HL\ntitle: {zh: 合理化建议, en: Suggestion}", "prefix: 1\ntitle: {en: Suggestion}", []string{"idea.yaml:1: prefix:", "idea.yaml:2: title: is missing"}},
		{"no mapping at all", small, "- a", []string{"idea.yaml:1: a mapping of keys and values is expected"}},
		{"no YAML", "short: 建议", "short: [", []string{"this is no YAML: "}},
		{"two documents", "menu: 1", "menu: 1\n---\na: b", []string{"a file holds one service; a second document begins here"}},
		{"nothing", small, "", []string{"idea.yaml:1: the file is empty"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(small, c.old) {
				t.Fatalf("the service has no %q", c.old)
			}
			_, err := service.Parse("idea", []byte(strings.Replace(small, c.old, c.new, 1)))
			var problems service.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("it was taken: %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error()+"\x00", want) {
					t.Errorf("the problems do not say %q:\n%v", want, err)
				}
			}
			for _, p := range problems {
				if p.Line < 1 || p.File != "idea.yaml" {
					t.Errorf("%v is nowhere", p)
				}
			}
		})
	}
}

func TestAMistakeIsReportedOnce(t *testing.T) {
	for _, mistake := range []string{"kind: txet", "kind: [text]", "label: {zh: [建议]}"} {
		source := strings.Replace(small, strings.SplitN(mistake, " ", 2)[0]+" ", mistake+" # ", 1)
		_, err := service.Parse("idea", []byte(source))
		var problems service.Problems
		if !errors.As(err, &problems) || len(problems) != 1 {
			t.Errorf("%s: %d problems:\n%v", mistake, len(problems), err)
		}
	}
}

func TestFillReplacesEachPlaceholderOnce(t *testing.T) {
	words := service.Template{Text: service.Text{ZH: "{name},{reason}{none}", EN: "{reason}"}}
	values := map[string]string{"name": "{reason}", "reason": "好"}
	if got := words.Fill("zh-CN", values); got != "{reason},好" {
		t.Errorf("filled %q", got)
	}
	if got := words.Fill("en", values); got != "好" {
		t.Errorf("filled %q", got)
	}
	words.ZH = "并入《{none}》,原因《{reason}》" // marks that somebody wrote stay as they are
	if got := words.Fill("zh-CN", map[string]string{"reason": "《》"}); got != "并入,原因《《》》" {
		t.Errorf("filled %q", got)
	}
}

func TestLoadPutsFoldersOnTopOfEachOther(t *testing.T) {
	file := func(source string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(source)} }
	base := fstest.MapFS{"idea.yaml": file(small), "notes.txt": file("no service")}
	second := strings.NewReplacer("HL", "GB", "合理化建议", "另一个", "提建议", "提另一个", "menu: 1", "menu: 0").Replace(small)
	set, err := service.Load(base, fstest.MapFS{"idea.yaml": file(strings.Replace(small, "days: 3", "days: 5", 1)), "other.yaml": file(second)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range set.On("").All() {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"idea", "other"}, names); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	if s, _ := set.On("").Get("idea"); s.Review[0].Days != 5 {
		t.Errorf("the folder on top does not count: %d days", s.Review[0].Days)
	}
	_, err = service.Load(base, fstest.MapFS{"twin.yaml": file(small), "bad.yaml": file("a: b"), "worse.yaml": file("")})
	if err == nil {
		t.Fatal("a twin and two bad files were taken")
	}
	for _, want := range []string{
		"twin.yaml:1: prefix HL belongs to idea.yaml already", "twin.yaml:1: title 合理化建议", "twin.yaml:1: menu 1",
		"twin.yaml:1: phrase 提建议", "bad.yaml:1: unknown key", "worse.yaml:1: the file is empty",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the problems do not say %q:\n%v", want, err)
		}
	}
}

// archive holds published versions by hash.
type archive map[string]service.Version

func (a archive) Publish(_ context.Context, versions ...service.Version) error {
	for _, v := range versions {
		a[v.Hash] = v
	}
	return nil
}

func (a archive) Version(_ context.Context, hash string) (service.Version, error) {
	v, ok := a[hash]
	if !ok {
		return service.Version{}, union.ErrNotFound
	}
	return v, nil
}

func TestACatalogueKeepsOldVersions(t *testing.T) {
	kept := archive{}
	load := func(source string) *service.Catalogue {
		set, err := service.Load(fstest.MapFS{"idea.yaml": &fstest.MapFile{Data: []byte(source)}})
		if err != nil {
			t.Fatal(err)
		}
		c := service.NewCatalogue(kept, time.Now, time.UTC)
		if err := c.Offer(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		return c
	}
	old, _ := load(small).Current("idea")
	today := load(strings.Replace(small, "days: 3", "days: 5", 1))
	current, _ := today.Current("idea")
	if current.Hash == old.Hash || current.Review[0].Days != 5 {
		t.Errorf("current is %s with %d days", current.Hash, current.Review[0].Days)
	}
	before, err := today.ByHash(t.Context(), old.Hash)
	if err != nil || before.Review[0].Days != 3 || before.Hash != old.Hash {
		t.Errorf("the old version has %v, %v", before, err)
	}
	if again, err := today.ByHash(t.Context(), old.Hash); err != nil || again != before {
		t.Errorf("it was parsed again: %v", err)
	}
	if _, err := today.ByHash(t.Context(), "0"); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("an unknown version: %v", err)
	}
	kept["f"] = kept[old.Hash]
	if _, err := today.ByHash(t.Context(), "f"); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("a version that is not what its hash says: %v", err)
	}
	kept["n"] = service.Version{Hash: "n", Name: "idea", Source: []byte(small + "\nof_a_later_release: true\n")}
	if _, err := today.ByHash(t.Context(), "n"); err == nil || errors.Is(err, union.ErrNotFound) || !strings.Contains(err.Error(), "of_a_later_release") {
		t.Errorf("a version of a later release: %v", err)
	}
	if _, err := today.ByHash(t.Context(), old.Hash); err != nil {
		t.Errorf("beside it: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("form: [{name: a, kind: choice, choices: [{}]}]\nreview: [{acts: [{}]}]")
	f.Add("title: {zh: {}}\nwords: {filed: '{'}")
	f.Fuzz(func(t *testing.T, source string) {
		s, err := service.Parse("idea", []byte(source))
		var problems service.Problems
		if err != nil && (!errors.As(err, &problems) || s != nil) {
			t.Fatalf("%v, %v", s, err)
		}
		if err == nil && (len(s.Questions()) == 0 && !slices.ContainsFunc(s.Form, func(f service.Field) bool { return f.Unasked })) {
			t.Fatal("a service that asks nothing was taken")
		}
	})
}

func TestAMaskedAnswerShowsItsEndsOnly(t *testing.T) {
	for text, want := range map[string]string{"A7788B": "A***B", "四个字了": "***", "五个字的话": "五***话", "": ""} {
		if got := (&service.Field{Masked: true}).Partly(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := (&service.Field{}).Partly("A7788B"); got != "A7788B" {
		t.Errorf("an open answer is %s", got)
	}
}

func TestWhatStandsBesideANameIsOfItsKind(t *testing.T) {
	for _, c := range []struct {
		kind service.Kind
		raw  string
		want bool
	}{
		{service.KindMember, `{"ids":[7]}`, true}, {service.KindMember, `{"ids":[7,8]}`, false}, {service.KindMember, `"7"`, false},
		{service.KindMembers, `{"ids":[7,8]}`, true}, {service.KindMembers, `{}`, false}, {service.KindOrganisation, `{"place":"a"}`, false},
		{service.KindPlace, `{"place":"a"}`, true}, {service.KindPlace, `{"at":{"latitude":1,"longitude":2}}`, true}, {service.KindPlace, `{"ids":[1]}`, false},
		{service.KindTime, `"2026-12-05T15:00"`, true}, {service.KindTime, `5`, false},
	} {
		if got := c.kind.Typed([]byte(c.raw)); got != c.want {
			t.Errorf("%s %s: %t", c.kind, c.raw, got)
		}
	}
}
