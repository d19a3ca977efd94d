package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// mostStatements bounds the statements of a filing that remembers nothing; those of the turn and of pictures come on top, and a turn that
// remembers who has ties reads none.
const mostStatements = 14

func testFile(t *testing.T, o *office) {
	counted := storage.CountStatements(t, o.db)
	filed, err := o.File(t.Context(), o.draft(o.worker, "给锅炉房加个护栏"))
	if err != nil {
		t.Fatal(err)
	}
	if n := counted(); n > mostStatements {
		t.Errorf("filing took %d statements, more than %d", n, mostStatements)
	}
	c := filed.Case
	wantDue := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC) // the third working day after a Sunday, 17:30 in Shanghai
	if !strings.HasPrefix(c.Number, "JY26-") || c.State != cases.Open || c.Step != "first" || !c.DueAt.Equal(wantDue) {
		t.Errorf("filed %s, %s at %s until %s", c.Number, c.State, c.Step, c.DueAt)
	}
	if len(filed.Officers) != 1 || filed.Officers[0].Name != "李芳" || filed.Again {
		t.Errorf("officers %v, again %v", filed.Officers, filed.Again)
	}
	put := o.outbox.take()
	if diff := cmp.Diff([]string{notice.KindTask}, told(put, o.branch)); diff != "" || len(put) != 1 {
		t.Errorf("%d notices; the officer's (-want +got):\n%s", len(put), diff)
	}
	if text := put[0].Body.Text; !strings.Contains(text, c.Number) || !strings.Contains(text, "张伟") || !strings.Contains(text, "一分厂/锅炉班") {
		t.Errorf("the card was handed %q", text)
	}
	tasks, err := o.Tasks(t.Context(), o.branch.ID)
	if err != nil || len(tasks) != 1 || tasks[0].Case.Number != c.Number || put[0].Body.Card.TaskID != tasks[0].CardID() {
		t.Errorf("the officer's tasks are %v, %v", tasks, err)
	}
	view, err := o.Case(t.Context(), o.worker.ID, strings.ToLower(c.Number))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o.draft(o.worker, "给锅炉房加个护栏").Values, view.Values); diff != "" {
		t.Errorf("the form of the case (-want +got):\n%s", diff)
	}
}

func testFileAgain(t *testing.T, o *office) {
	draft := o.draft(o.worker, "再来一次")
	first, err := o.File(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	o.outbox.take()
	again, err := o.File(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Again || again.Case.Number != first.Case.Number || len(again.Officers) != 1 {
		t.Errorf("again: %v %s %v, first %s", again.Again, again.Case.Number, again.Officers, first.Case.Number)
	}
	hollow := draft
	hollow.Values = nil
	if again, err := o.File(t.Context(), hollow); err != nil || again.Case.Number != first.Case.Number {
		t.Errorf("filed before, it is refused now: %v", err)
	}
	for _, n := range o.outbox.take() { // what a try has put that was rolled back is of no case
		if _, err := storage.NewCases(o.db).ByID(t.Context(), cases.ID(n.Case)); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("filing again told %v (%v)", n, err)
		}
	}
}

func testFileAtOnce(t *testing.T, o *office) {
	draft := o.draft(o.worker, "同时从两个手机提交")
	numbers := atOnce(t, 2, func() (string, error) {
		filed, err := o.File(t.Context(), draft)
		return filed.Case.Number, err
	})
	if numbers[0] != numbers[1] {
		t.Errorf("two cases: %v", numbers)
	}
	mine, err := o.Mine(t.Context(), o.worker.ID)
	if err != nil {
		t.Fatal(err)
	}
	same := slices.DeleteFunc(mine, func(s cases.Summary) bool { return s.Title != "同时从两个手机提交" })
	if len(same) != 1 {
		t.Errorf("the member has it %d times", len(same))
	}
}

func testFileOfAChair(t *testing.T, o *office) {
	filed, err := o.File(t.Context(), o.draft(o.branch, "主席自己的建议"))
	if err != nil {
		t.Fatal(err)
	}
	if len(filed.Officers) != 1 || filed.Officers[0].ID != o.chair.ID {
		t.Errorf("it went to %v", filed.Officers)
	}
	upper := o.person(t, "", "孙丽", union.BranchChair)
	if filed, err = o.File(t.Context(), o.draft(o.branch, "主席的又一个建议")); err != nil || filed.Officers[0].ID != upper.ID {
		t.Errorf("with a branch chair above it went to %v, %v", filed.Officers, err)
	}
}

func testFileForTwoOfficers(t *testing.T, o *office) {
	first, second := o.person(t, "三分厂", "甲", union.BranchChair), o.person(t, "三分厂", "乙", union.BranchChair)
	filed, err := o.File(t.Context(), o.draft(o.person(t, "三分厂/电工班", "丙"), "两位主席"))
	if err != nil {
		t.Fatal(err)
	}
	if len(filed.Officers) != 2 || len(told(o.outbox.take(), first)) != 1 {
		t.Errorf("officers %v, want %s and %s", filed.Officers, first.Name, second.Name)
	}
}

func testFilingRefused(t *testing.T, o *office) {
	lone := newLoner(t, o)
	left := o.person(t, "一分厂", "离职")
	left.Status = union.Left
	put(t, o.members, left.OrgPath, left)
	change := func(change func(d *cases.Draft)) cases.Draft {
		d := o.draft(o.worker, "给锅炉房加个护栏")
		change(&d)
		return d
	}
	for _, c := range []struct {
		name  string
		draft cases.Draft
		want  error
		field string
	}{
		{"of nobody", change(func(d *cases.Draft) { d.Owner = 1 }), union.ErrNotFound, ""},
		{"of one who left", o.draft(left, "再见"), union.ErrForbidden, ""},
		{"with nobody responsible", o.draft(lone, "没人管"), union.ErrNoOfficer, ""},
		{"of an unknown version", change(func(d *cases.Draft) { d.Hash = "0" }), union.ErrNotFound, ""},
		{"without an answer", change(func(d *cases.Draft) { delete(d.Values, "proposal") }), nil, "proposal"},
		{"with an empty answer", change(func(d *cases.Draft) { d.Values["proposal"] = cases.Value{Text: " "} }), nil, "proposal"},
		{"with too long an answer", change(func(d *cases.Draft) { d.Values["situation"] = cases.Value{Text: strings.Repeat("长", 2001)} }), nil, "situation"},
		{"with a choice that is none", change(func(d *cases.Draft) { d.Values["category"] = cases.Value{Text: "天气", Raw: []byte(`"weather"`)} }), nil, "category"},
		{"with too many pictures", change(func(d *cases.Draft) { d.Pictures = make([]cases.ID, 10) }), nil, "pictures"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := o.File(t.Context(), c.draft)
			var incomplete *cases.IncompleteError
			if errors.As(err, &incomplete); c.field != "" && (incomplete == nil || incomplete.Field != c.field) || c.want != nil && !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v %s", err, c.want, c.field)
			}
		})
	}
	t.Run("the draft stays when nobody is responsible", func(t *testing.T) {
		draft := o.draft(lone, "没人管")
		if err := o.SaveDraft(t.Context(), draft); err != nil {
			t.Fatal(err)
		}
		if _, err := o.File(t.Context(), draft); !errors.Is(err, union.ErrNoOfficer) {
			t.Fatal(err)
		}
		if _, err := o.Draft(t.Context(), lone.ID, draft.ID); err != nil {
			t.Errorf("the draft is gone: %v", err)
		}
	})
	t.Run("somebody else's draft id", func(t *testing.T) {
		draft := o.draft(o.worker, "我的")
		if _, err := o.File(t.Context(), draft); err != nil {
			t.Fatal(err)
		}
		stolen := o.draft(o.mate, "不是我的")
		stolen.ID = draft.ID
		if filed, err := o.File(t.Context(), stolen); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("it gave %s, %v", filed.Case.Number, err)
		}
	})
}

// newLoner is a member of a union without officers.
func newLoner(t *testing.T, o *office) union.Member {
	t.Helper()
	return put(t, o.members, o.root+"外", union.Member{StaffNo: "LONE" + o.root[len("集团公司"):], Name: "独"})
}

func testNumbersAtOnce(t *testing.T, o *office) {
	numbers := atOnce(t, 8, func() (string, error) {
		filed, err := o.File(t.Context(), o.draft(o.worker, "八个人一起提"))
		return filed.Case.Number, err
	})
	slices.Sort(numbers)
	if unique := slices.Compact(slices.Clone(numbers)); len(unique) != 8 {
		t.Errorf("numbers %v", numbers)
	}
}

func testNumbersOfAYear(t *testing.T, o *office) {
	o.now.set(time.Date(2031, 12, 31, 15, 59, 0, 0, time.UTC)) // 23:59 in Shanghai
	if c := o.file(t, o.worker, "旧年"); !strings.HasPrefix(c.Number, "JY31-") {
		t.Errorf("before midnight: %s", c.Number)
	}
	o.now.set(time.Date(2031, 12, 31, 16, 1, 0, 0, time.UTC)) // 00:01
	numbers := atOnce(t, 4, func() (string, error) {
		filed, err := o.File(t.Context(), o.draft(o.worker, "新年"))
		return filed.Case.Number, err
	})
	slices.Sort(numbers)
	if diff := cmp.Diff([]string{"JY32-0001", "JY32-0002", "JY32-0003", "JY32-0004"}, numbers); diff != "" {
		t.Errorf("after midnight (-want +got):\n%s", diff)
	}
}

func testNumbersCount(t *testing.T, o *office) {
	numbers := storage.NewNumbers(o.db)
	for range 3 {
		if _, err := numbers.Next(t.Context(), "ZZ", 26); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := numbers.Next(t.Context(), "ZZ", 26); err != nil || n != 4 {
		t.Errorf("the fourth is %d, %v", n, err)
	}
	if n, err := numbers.Next(t.Context(), "ZZ", 27); err != nil || n != 1 {
		t.Errorf("the first of the next year is %d, %v", n, err)
	}
}

// atOnce runs do n times at once. On SQLite a writer may be told to try again; so does the turn.
func atOnce(t *testing.T, n int, do func() (string, error)) []string {
	t.Helper()
	results, failed := make([]string, n), make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			results[i], failed[i] = do()
		})
	}
	close(start)
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Fatal(fmt.Errorf("at once: %w", err))
	}
	return results
}
