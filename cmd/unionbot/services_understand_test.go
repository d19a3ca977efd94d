package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/flows"
)

func TestServicesUnderstandSaysWhatStarts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sentences.txt")
	sentences := "我想给锅炉房提个建议,加个护栏\n\n我想提个建议 另外我妈住院了想问救助\n我不想活了\n車間著火了\n你好\n"
	if err := os.WriteFile(file, []byte(sentences), 0o600); err != nil {
		t.Fatal(err)
	}
	r := command(t, nil, "services", "understand", "--json", file)
	if r.code != exitDone {
		t.Fatal(r.stderr)
	}
	var got []flows.Understood
	for decoder := json.NewDecoder(strings.NewReader(r.stdout)); decoder.More(); {
		var u flows.Understood
		if err := decoder.Decode(&u); err != nil {
			t.Fatal(err)
		}
		got = append(got, u)
	}
	want := []struct {
		start, kind string
		others      []string
	}{
		{"suggestion", "clear", nil}, {"", "unclear", []string{"suggestion", "illness_aid"}}, {"crisis", "crisis", nil}, {"danger", "crisis", nil}, {"", "unclear", nil},
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines for %d sentences:\n%s", len(got), len(want), r.stdout)
	}
	if diff := cmp.Diff(map[string]string{"category": "安全生产", "proposal": "给锅炉房加个护栏"}, got[0].Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for i, w := range want {
		if got[i].Start != w.start || got[i].Kind != w.kind || !slices.Equal(got[i].Others, w.others) && len(got[i].Others)+len(w.others) > 0 {
			t.Errorf("sentence %d: %+v", i+1, got[i])
		}
	}
}

func TestServicesUnderstandExplainsItselfToPeople(t *testing.T) {
	own := servicesIn(t, "suggestion.yaml", "disabled: true\n")
	var stdout, stderr bytes.Buffer
	if code := run([]string{"services", "understand"}, strings.NewReader("提个建议\n"), &stdout, &stderr, nil); code != exitDone {
		t.Fatal(stderr.String())
	}
	if !strings.Contains(stdout.String(), "starts suggestion") || !strings.Contains(stdout.String(), "names 提个建议") {
		t.Error(stdout.String())
	}
	stdout.Reset()
	if code := run([]string{"services", "understand", "--services", own}, strings.NewReader("提个建议\n"), &stdout, &stderr, nil); code != exitDone {
		t.Fatal(stderr.String())
	}
	if strings.Contains(stdout.String(), "starts suggestion") {
		t.Errorf("a service that is switched off starts: %s", stdout.String())
	}
	for _, args := range [][]string{{"/does/not/exist"}, {"--services", "/does/not/exist"}} {
		if r := command(t, nil, append([]string{"services", "understand"}, args...)...); r.code != exitFailed {
			t.Errorf("%v: exit code %d", args, r.code)
		}
	}
}
