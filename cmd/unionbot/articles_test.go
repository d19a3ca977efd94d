package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestArticlesCheckReadsTheFolderThatIsNamedOrSet(t *testing.T) {
	broken := servicesIn(t, "annual_leave.md", "---\ntitel: 年休假\n---\n")
	for _, r := range []result{
		command(t, nil, "articles", "check", broken), command(t, []string{"ARTICLES_DIR=" + broken}, "articles", "check", "--json"),
	} {
		if r.code != exitFailed || !strings.Contains(r.stderr, `annual_leave.md:2: unknown key: "titel" is none of as_of`) || !strings.Contains(r.stderr, `did you mean "title"?`) {
			t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
		}
	}
	if r := command(t, nil, "articles", "check"); r.code != exitDone || !strings.Contains(r.stdout, "annual_leave") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestArticlesFindSaysWhichParagraphAnswers(t *testing.T) {
	r := command(t, nil, "articles", "find", "產假有幾天", "--json")
	var hits []found
	if err := json.Unmarshal([]byte(r.stdout), &hits); err != nil || r.code != exitDone {
		t.Fatalf("exit code %d, %v: %s%s", r.code, err, r.stdout, r.stderr)
	}
	if len(hits) == 0 || hits[0].Article != "maternity" || !hits[0].Answers || !strings.Contains(hits[0].Text, "98 天") || hits[0].AsOf == "" {
		t.Errorf("found %+v", hits)
	}
	if r := command(t, nil, "articles", "find", "今天食堂吃什么"); r.code != exitDone || !strings.Contains(r.stdout, "no article answers this") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestDoctorNamesArticlesThatAreDue(t *testing.T) {
	p := &patient{now: func() time.Time { return time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC) }}
	p.config.Timezone = time.UTC
	if f := examineArticles(p); f.State != stateOK {
		t.Errorf("now: %+v", f)
	}
	p.now = func() time.Time { return time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC) }
	if f := examineArticles(p); f.State != stateWarn || !strings.Contains(f.Detail, "annual_leave.md (《职工带薪年休假条例》第三条, as of 2025-06-30)") || f.Do == "" {
		t.Errorf("later: %+v", f)
	}
}
