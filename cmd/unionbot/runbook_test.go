package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheRunbookNamesWhatThereIs looks up what the runbook and the alerts quote: metrics, lines of the log, findings of
// doctor, sections.
func TestTheRunbookNamesWhatThereIs(t *testing.T) {
	const root = "../.."
	read := func(path string) string {
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	runbook, alerts, metrics, code := read("docs/runbook.md"), read("deploy/prometheus-alerts.yaml"), read("docs/metrics.md"), ourCode(t, root)
	told := 0
	for _, name := range regexp.MustCompile(`unionbot_[a-z_]+`).FindAllString(runbook+alerts, -1) {
		told++
		if !strings.Contains(metrics, "`"+strings.TrimSuffix(name, "_bucket")+"`") {
			t.Errorf("docs/metrics.md has no metric %s", name)
		}
	}
	for _, quoted := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(runbook, -1) {
		told++
		if line := strings.TrimPrefix(quoted[1], "database "); !strings.Contains(code, line) {
			t.Errorf("no code says %q", quoted[1])
		}
	}
	for _, words := range regexp.MustCompile(`doctor: ([a-z, ]+?)(?:,? or |,? and |, which|;|\.)`).FindAllStringSubmatch(runbook, -1) {
		if told++; !strings.Contains(code, `"`+words[1]+`"`) && !strings.HasPrefix(words[1], "the finding") {
			t.Errorf("doctor has no finding %q", words[1])
		}
	}
	sections := map[string]bool{}
	for _, title := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(runbook, -1) {
		sections[strings.ReplaceAll(strings.ToLower(title[1]), " ", "-")] = true
	}
	for _, link := range regexp.MustCompile(`(?:runbook\.md|\]\()#([a-z-]+)`).FindAllStringSubmatch(runbook+alerts, -1) {
		if told++; !sections[link[1]] {
			t.Errorf("the runbook has no section #%s", link[1])
		}
	}
	if told < 60 {
		t.Errorf("only %d things were looked up", told)
	}
}

// ourCode is all code but the tests.
func ourCode(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestEveryFindingIsExplained looks up the names of doctor's findings in the table of docs/operations.md.
func TestEveryFindingIsExplained(t *testing.T) {
	files, err := filepath.Glob("doctor*.go")
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rows, _ := strings.Cut(string(table), "## What doctor says")
	rows, _, _ = strings.Cut(rows, "\n## ")
	explained := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(rows, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			explained[name] = true
		}
	}
	named := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, found := range regexp.MustCompile(`(?:(?m)^\s*const \w+ = |fine\(|bad\(|warning\()"([a-z][a-z' ]+)"`).FindAllStringSubmatch(string(source), -1) {
			named++
			if !explained[found[1]] {
				t.Errorf("%s: docs/operations.md has no row for the finding %q", file, found[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d findings are named", named)
	}
}
