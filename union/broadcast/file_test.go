package broadcast_test

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
)

func TestAnUrgentFileHasNoTime(t *testing.T) {
	source := "id: leak\nauthor: s1\ntext: 撤离\norganisations: [集团公司]\nurgent: true\nstarts: 2026-12-01 09:10\n"
	_, err := broadcast.Read("leak.yaml", []byte(source), time.UTC)
	if err == nil || !strings.Contains(err.Error(), "starts") {
		t.Errorf("read with %v", err)
	}
}
