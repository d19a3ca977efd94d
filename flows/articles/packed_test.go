package articles_test

import (
	"os"
	"testing"

	"github.com/unionbot/unionbot/flows/articles"
	"github.com/unionbot/unionbot/union/packed"
)

// TestWhatIsPackedIsWhatLiesBeside fails where an article was changed and not packed anew.
func TestWhatIsPackedIsWhatLiesBeside(t *testing.T) {
	if stale, err := packed.Stale(os.DirFS("."), articles.Files, "*.md"); err != nil || len(stale) > 0 {
		t.Errorf("go generate ./flows/articles: %v, %v", stale, err)
	}
}
