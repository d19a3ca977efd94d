package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

func testView(t *testing.T, o *office) {
	c := o.file(t, o.worker, "谁能看")
	for _, test := range []struct {
		viewer union.Member
		want   error
	}{{o.worker, nil}, {o.branch, nil}, {o.chair, nil}, {o.mate, union.ErrNotFound}, {o.other, union.ErrNotFound}} {
		v, err := o.Case(t.Context(), test.viewer.ID, c.Number)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.viewer.Name, err, test.want)
		}
		if err == nil && (v.AuthorName != "张伟" || v.AuthorOrg != "一分厂/锅炉班" || len(v.Officers) != 1 || v.Officers[0] != "李芳") {
			t.Errorf("%s sees %s of %s with %v", test.viewer.Name, v.AuthorName, v.AuthorOrg, v.Officers)
		}
	}
}

func testMine(t *testing.T, o *office) {
	author := o.person(t, "一分厂/锅炉班", "勤快")
	for i := range 11 {
		o.now.set(testNow.Add(time.Duration(i) * time.Minute))
		o.file(t, author, fmt.Sprintf("第%d条", i))
	}
	o.now.set(testNow)
	mine, err := o.Mine(t.Context(), author.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(mine) != 10 || mine[0].Title != "第10条" || mine[9].Title != "第1条" || mine[0].Officers[0] != "李芳" {
		t.Errorf("mine: %v", mine)
	}
}

func testTasks(t *testing.T, o *office) {
	officer := o.person(t, "五分厂", "主席", union.BranchChair)
	author := o.person(t, "五分厂/班", "戊")
	o.now.set(testNow.Add(72 * time.Hour))
	late := o.file(t, author, "后到期")
	o.now.set(testNow)
	soon := o.file(t, author, "先到期")
	tasks, err := o.Tasks(t.Context(), officer.ID)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, task := range tasks {
		numbers = append(numbers, task.Case.Number)
	}
	if diff := cmp.Diff([]string{soon.Number, late.Number}, numbers); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
}

func testAnonymous(t *testing.T, o *office) {
	author := o.person(t, "一分厂/化验室", "不愿署名")
	draft := o.draft(author, "匿名建议")
	draft.Anonymous = true
	filed, err := o.File(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	done := o.decide(t, o.branch, c, cases.Return, "请补充")
	if _, err := o.Supplement(t.Context(), author.ID, c.Number, "补充", nil); err != nil {
		t.Fatal(err)
	}
	tasks, err := o.Tasks(t.Context(), o.branch.ID)
	if err != nil {
		t.Fatal(err)
	}
	view, err := o.Case(t.Context(), o.branch.ID, c.Number)
	if err != nil {
		t.Fatal(err)
	}
	said := []any{done, tasks[len(tasks)-1], view}
	for _, n := range o.outbox.take() {
		if n.To != author.ID {
			said = append(said, n)
		}
	}
	shown, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{author.Name, "化验室", fmt.Sprint(author.ID), fmt.Sprint(author.Org)} {
		if strings.Contains(string(shown), secret) {
			t.Errorf("officers see %s in %s", secret, shown)
		}
	}
	if own, err := o.Case(t.Context(), author.ID, c.Number); err != nil || own.AuthorName != author.Name {
		t.Errorf("the author sees %q, %v", own.AuthorName, err)
	}
}

// Whoever but the author is shown a sensitive case is on record, once a minute, for the author to see.
func testLooks(t *testing.T, o *office) {
	s := o.serviceOf(t, "confided", strings.Replace(twoSteps, "prefix: HL", "prefix: HL\nsensitive: true", 1))
	filed, err := o.File(t.Context(), cases.Draft{
		ID: o.NewDraftID(), Owner: o.worker.ID, Service: s.Name, Hash: s.Hash, Version: 1,
		Values: map[string]cases.Value{"proposal": {Text: "家里有困难"}}, UpdatedAt: o.now.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := filed.Case
	tasks, err := o.Tasks(t.Context(), o.branch.ID)
	if err != nil || len(tasks) == 0 {
		t.Fatalf("%v, %v", tasks, err)
	}
	looks := func() []privacy.Look {
		t.Helper()
		list, err := storage.NewPrivacy(o.db).Looks(t.Context(), o.worker.ID, privacy.Look{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if _, err := o.Case(t.Context(), o.worker.ID, c.Number); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Case(t.Context(), o.other.ID, c.Number); !errors.Is(err, union.ErrNotFound) {
		t.Fatal(err)
	}
	o.file(t, o.worker, "不敏感的")
	if found := looks(); len(found) != 0 {
		t.Errorf("looks before anybody looked: %v", found)
	}
	for i, look := range []func() error{
		func() error { _, err := o.Case(t.Context(), o.branch.ID, c.Number); return err },
		func() error { _, err := o.ByID(t.Context(), o.branch.ID, c.ID); return err },
		func() error { _, err := o.Task(t.Context(), o.branch.ID, c.ID, ""); return err },
		func() error { _, err := o.TaskByID(t.Context(), o.branch.ID, tasks[0].ID); return err },
		func() error { _, err := o.Attachments(t.Context(), o.branch.ID, c.ID); return err },
		func() error { _, err := o.SendPictures(t.Context(), o.branch.ID, c.ID, "now"); return err },
	} {
		o.now.set(testNow.Add(time.Duration(i) * time.Minute))
		for range 2 { // turning pages
			if err := look(); err != nil {
				t.Fatal(err)
			}
		}
		found := looks()
		if len(found) != i+1 || found[0].Name != "李芳" || found[0].Role != union.BranchChair || found[0].Number != c.Number || !found[0].At.Equal(o.now.Now()) {
			t.Errorf("after look %d: %+v", i, found)
		}
	}
	// An operator who looks the member up looks at no case.
	o.now.set(testNow.Add(time.Hour))
	if err := storage.NewAudit(o.db).Append(t.Context(), audit.Entry{At: o.now.Now(), Kind: audit.Look, Member: o.worker.ID, Note: "by phone"}); err != nil {
		t.Fatal(err)
	}
	if found := looks(); len(found) == 0 || found[0].Number != "" || found[0].Name != "" || !found[0].At.Equal(o.now.Now()) {
		t.Errorf("after being looked up: %+v", found)
	}
	o.now.set(testNow)
}
