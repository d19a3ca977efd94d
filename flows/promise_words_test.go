package flows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// promisedTimes are the fields that hold what the working calendar promises.
var promisedTimes = []string{"DueAt", "LookAgainUntil"}

// No promised time is spoken but by the words of a promise: of a year without its notice of holidays they say that it may come later.
func TestNoPromisedDayIsSpokenAroundThePromise(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || len(call.Args) == 0 {
				return true
			}
			said, is := call.Args[len(call.Args)-1].(*ast.SelectorExpr)
			if !is || !slices.Contains(promisedTimes, said.Sel.Name) {
				return true
			}
			found++
			if by, is := call.Fun.(*ast.SelectorExpr); is && strings.HasPrefix(by.Sel.Name, "Speech") {
				t.Errorf("%s: %s is spoken as any time; say it by promised or promisedDay", set.Position(call.Pos()), said.Sel.Name)
			}
			return true
		})
	}
	if found < 20 {
		t.Errorf("only %d promised times are found: the test looks past them", found)
	}
}

// A time that stands alone is for sentences behind which the rest is said, in the same function. dueBy is such a time itself, behind which
// running says it.
func TestWhereATimeStandsAloneTheRestFollows(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	alone := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "promise_words.go" {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range tree.Decls {
			said, is := one.(*ast.FuncDecl)
			if !is || said.Name.Name == "dueBy" {
				continue
			}
			calls := callsIn(said)
			if calls["timeAlone"]+calls["dueBy"] == 0 {
				continue
			}
			alone++
			if calls["promising"]+calls["unannounced"]+calls["running"] == 0 {
				t.Errorf("%s: in %s a time stands alone, and nothing says what may become of it", file, said.Name.Name)
			}
		}
	}
	if alone < 6 {
		t.Errorf("only %d functions say a time alone: the test looks past them", alone)
	}
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "clock_words.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range tree.Decls {
		if said, is := one.(*ast.FuncDecl); is && said.Name.Name == "running" && callsIn(said)["unannounced"] == 0 {
			t.Error("running says nothing of what may become of a time")
		}
	}
}

// callsIn counts what a function calls, by name.
func callsIn(said *ast.FuncDecl) map[string]int {
	calls := map[string]int{}
	ast.Inspect(said, func(n ast.Node) bool {
		if call, is := n.(*ast.CallExpr); is {
			switch by := call.Fun.(type) {
			case *ast.Ident:
				calls[by.Name]++
			case *ast.SelectorExpr:
				calls[by.Sel.Name]++
			}
		}
		return true
	})
	return calls
}

func TestAPromiseInAYearWithoutItsNoticeSaysSo(t *testing.T) {
	c, err := calendar.Read(time.UTC, strings.NewReader("off 2026-01-01 元旦\n"))
	if err != nil {
		t.Fatal(err)
	}
	known, unknown := time.Date(2026, 12, 31, 17, 30, 0, 0, time.UTC), time.Date(2027, 1, 4, 17, 30, 0, 0, time.UTC)
	for due, want := range map[time.Time]string{known: c.Speech(known), unknown: c.Speech(unknown) + "(遇放假顺延)"} {
		if got := promised(c, due); got != want {
			t.Errorf("%s: %q, want %q", due, got, want)
		}
	}
	if got := promised(c, time.Date(2027, 12, 15, 17, 30, 0, 0, time.UTC)); len([]rune(got)) > 30 || !strings.HasSuffix(got, "(遇放假顺延)") {
		t.Errorf("in the row of a card, which takes 30 signs, it is %q, %d", got, len([]rune(got)))
	}
	if got := promisedDay(c, unknown); got != c.SpeechDay(unknown)+"(遇放假顺延)" {
		t.Errorf("the day alone is %q", got)
	}
}
