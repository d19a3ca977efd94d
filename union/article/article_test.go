package article_test

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/folder"
)

const leave = `---
title: 年休假
source: 《职工带薪年休假条例》第三条
as_of: 2026-01-01
review_by: 2027-01-01
place: nation
questions: [年休假几天]
keywords: [年假]
---

## 几天
满 1 年 5 天。

## 没休怎么补
问:年假没休怎么补偿
来源:《职工带薪年休假条例》第五条
按日工资的 300%。
`

func files(pairs ...string) fstest.MapFS {
	fs := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fs[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fs
}

func TestAnArticleIsReadWithItsParagraphs(t *testing.T) {
	a, err := article.Parse("leave", []byte("\ufeff"+strings.ReplaceAll(leave, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Paragraphs) != 2 || a.Paragraphs[0].Questions[0] != "年休假几天" || a.Paragraphs[0].Source != a.Source {
		t.Errorf("first paragraph: %+v", a.Paragraphs[0])
	}
	if p := a.Paragraphs[1]; p.ID() != "leave#1" || p.Line != 14 || p.Source != "《职工带薪年休假条例》第五条" || p.Text != "按日工资的 300%。" {
		t.Errorf("second paragraph: %+v", p)
	}
	if a.Overdue("2027-01-01") || !a.Overdue("2027-01-02") {
		t.Error("it is overdue from the day after review_by")
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	change := func(old, by string) string { return strings.Replace(leave, old, by, 1) }
	for want, source := range map[string]string{
		"x.md:1: a first line ---":                         "## 几天\n5 天",
		`x.md:2: unknown key: "titel" is none of as_of`:    change("title:", "titel:"),
		"x.md:4: as_of: a day is expected":                 change("2026-01-01", "今年"),
		"x.md:5: review_by: is not after as_of":            change("2027-01-01", "2025-01-01"),
		`x.md:6: place: "nacion" is none of nation`:        change("place: nation", "place: nacion"),
		"x.md:7: a list is expected":                       change("[年休假几天]", "年休假几天"),
		"x.md:8: keywords[1]: two characters":              change("[年假]", "[年]"),
		"x.md:3: source: is missing":                       change("source: 《职工带薪年休假条例》第三条", "source: ''"),
		"x.md:11: 几天: the paragraph has no text":           change("满 1 年 5 天。", ""),
		"x.md:14: 没休怎么补: no question leads here":           change("问:年假没休怎么补偿\n", ""),
		"x.md:11: a heading of a paragraph begins with ##": change("## 几天", "# 几天"),
		"x.md:12: a heading is expected before the text":   change("## 几天\n", "\n"),
		"x.md:18: 没休怎么补: questions stand before":           change("按日工资的 300%。", "按日工资的 300%。\n问:多少"),
		"the most is 320":                                  change("满 1 年", strings.Repeat("满", 320)),
		"x.md:3: this is no YAML":                          change("source: 《", "\tsource: 《"),
	} {
		_, err := article.Load(files("x.md", source))
		var problems folder.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestOneQuestionLeadsToOneParagraph(t *testing.T) {
	_, err := article.Load(files("a.md", leave, "b.md", strings.Replace(leave, "年假没休怎么补偿", "年休假有几天呢", 1)))
	if err == nil || !strings.Contains(err.Error(), "the question 年休假几天 leads to a.md already, paragraph 几天") {
		t.Errorf("two files answer one question: %v", err)
	}
}

func TestALaterFolderReplacesAnArticle(t *testing.T) {
	all, err := article.Load(files("leave.md", leave), nil, files("leave.md", strings.Replace(leave, "5 天", "6 天", 1), "NOTES.txt", "x", ".leave.md", "x"))
	if err != nil || len(all) != 1 || all[0].Paragraphs[0].Text != "满 1 年 6 天。" {
		t.Errorf("%v %v", all, err)
	}
	if _, err = article.Load(files("leave.MD", leave)); err == nil || !strings.Contains(err.Error(), "leave.MD:1: the name of a file here ends in .md") {
		t.Errorf("another ending: %v", err)
	}
}

func TestAFolderIsFollowedAndRefusedWhole(t *testing.T) {
	own := files("leave.md", leave)
	l := article.NewLibrary()
	var log strings.Builder
	w := article.NewFolder(l, func() time.Time { return time.Unix(1, 0) }, slog.New(slog.NewTextHandler(&log, nil)), own)
	if err := w.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := func() string {
		p, _ := l.Get("leave#0")
		return p.Text
	}
	look := func(times int, source string) {
		own["leave.md"] = &fstest.MapFile{Data: []byte(source)}
		for range times {
			w.Look(t.Context())
		}
	}
	look(1, strings.Replace(leave, "5 天", "7 天", 1))
	if text() != "满 1 年 5 天。" {
		t.Error("a file is taken that may still be written")
	}
	look(1, strings.Replace(leave, "5 天", "7 天", 1))
	if text() != "满 1 年 7 天。" {
		t.Errorf("a change is not taken: %s", text())
	}
	look(2, strings.Replace(leave, "place: nation", "place: moon", 1))
	if text() != "满 1 年 7 天。" || w.Status().Refused == nil || !strings.Contains(log.String(), "line=6") {
		t.Errorf("a mistake is not refused: %s, %s", text(), log.String())
	}
	if all := l.All(); len(all) != 1 || !slices.Equal(all[0].Keywords, []string{"年假"}) {
		t.Errorf("offered: %v", all)
	}
}

func TestATopicIsItsName(t *testing.T) {
	a, err := article.Parse("leave", []byte(leave))
	if err != nil {
		t.Fatal(err)
	}
	l := article.NewLibrary(a)
	if got := l.Topic("年假?"); len(got) != 2 {
		t.Errorf("年假?: %d paragraphs", len(got))
	}
	if got := l.Topic("年假没了"); len(got) != 0 {
		t.Errorf("年假没了: %d paragraphs", len(got))
	}
	if got := l.Find("不"); got != nil {
		t.Errorf("不: %v", got)
	}
}
