package simulator

import (
	"os"
	"testing"

	"github.com/unionbot/unionbot/union/packed"
)

// TestThePackedPageIsTheOneBeside fails where the page was changed and not packed anew.
func TestThePackedPageIsTheOneBeside(t *testing.T) {
	if stale, err := packed.Stale(os.DirFS("web"), packed.Files(packedWeb), "*"); err != nil || len(stale) > 0 {
		t.Errorf("go generate ./simulator: %v, %v", stale, err)
	}
}
