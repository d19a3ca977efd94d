package article_test

import (
	"testing"

	"github.com/unionbot/unionbot/union/article"
)

// FuzzParse reads what a union's staff write: it is an article that can be shown, or problems that say where.
func FuzzParse(f *testing.F) {
	f.Add([]byte("---\ntitle: 年休假\nsource: 职工带薪年休假条例\nas_of: 2026-01-01\nasks: [年休假几天]\n---\n满一年不满十年的,5 天。\n"))
	f.Add([]byte("---\n---\n"))
	f.Add([]byte("---\ntitle: &a [*a]\n---\nx"))
	f.Add([]byte("# 没有头"))
	f.Fuzz(func(t *testing.T, source []byte) {
		a, err := article.Parse("a", source)
		if (err == nil) != (a != nil) {
			t.Fatalf("%v, %v", a, err)
		}
		if err != nil && err.Error() == "" {
			t.Error("it is refused without a word")
		}
		if a != nil && (a.Title == "" || a.Source == "") {
			t.Errorf("taken without title or source: %+v", a)
		}
	})
}
