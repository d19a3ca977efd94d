package reference_test

import (
	"os"
	"testing"

	"github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/packed"
)

// TestWhatIsPackedIsWhatLiesBeside fails where a file was changed and not packed anew.
func TestWhatIsPackedIsWhatLiesBeside(t *testing.T) {
	if stale, err := packed.Stale(os.DirFS("."), reference.Files, "*.yaml"); err != nil || len(stale) > 0 {
		t.Errorf("go generate ./flows/reference: %v, %v", stale, err)
	}
}
