package services_test

import (
	"os"
	"testing"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/packed"
)

// TestWhatIsPackedIsWhatLiesBeside fails where a service was changed and not packed anew.
func TestWhatIsPackedIsWhatLiesBeside(t *testing.T) {
	if stale, err := packed.Stale(os.DirFS("."), services.Files, "*.yaml"); err != nil || len(stale) > 0 {
		t.Errorf("go generate ./flows/services: %v, %v", stale, err)
	}
}
