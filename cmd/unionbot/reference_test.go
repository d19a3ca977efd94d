package main

import (
	"strings"
	"testing"
	"time"
)

func TestReferenceCheckReadsTheFolderThatIsNamedOrSet(t *testing.T) {
	broken := servicesIn(t, "hotlines.yaml", "source: x\nlins: []\n")
	for _, r := range []result{
		command(t, nil, "reference", "check", broken), command(t, []string{"REFERENCE_DIR=" + broken}, "reference", "check", "--json"),
	} {
		if r.code != exitFailed || !strings.Contains(r.stderr, `hotlines.yaml:2: unknown key: "lins"`) || !strings.Contains(r.stderr, `did you mean "lines"?`) {
			t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
		}
	}
	if r := command(t, nil, "reference", "check"); r.code != exitDone || !strings.Contains(r.stdout, "hotlines.yaml") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestArticlesCheckFindsSumsThatNobodyKnows(t *testing.T) {
	article := "---\ntitle: 体育\nsource: 《办法》\nas_of: 2026-01-01\nreview_by: 2027-01-01\nplace: enterprise\n---\n## 奖多少\n问:比赛奖多少\n奖 {prize} 元。\n"
	r := command(t, nil, "articles", "check", servicesIn(t, "sport.md", article))
	if r.code != exitFailed || !strings.Contains(r.stderr, "sport.md:8: 奖多少: names a sum in braces") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestDoctorNamesReferenceDataThatAreDue(t *testing.T) {
	p := &patient{now: func() time.Time { return time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC) }}
	p.config.Timezone = time.UTC
	if f := examineReference(p); f.State != stateOK {
		t.Errorf("now: %+v", f)
	}
	p.now = func() time.Time { return time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC) }
	f := examineReference(p)
	if f.State != stateWarn || !strings.Contains(f.Detail, "standards.yaml (《会员慰问办法》(示例), as of 2026-01-01, ask 工会财务,或上级工会)") || strings.Contains(f.Detail, "hotlines") {
		t.Errorf("later: %+v", f)
	}
}
