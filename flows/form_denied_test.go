package flows

import (
	"testing"

	"github.com/unionbot/unionbot/union/service"
)

// TestAWordThatIsDeniedOnceMayHoldElsewhere reads a choice out of what people say around it.
func TestAWordThatIsDeniedOnceMayHoldElsewhere(t *testing.T) {
	for text, want := range map[string]bool{
		"特别紧急": true, "这个特别特别紧急": true, "级别紧急": true, "不紧急,不对,紧急": true, "非常紧急": true,
		"不紧急": false, "不是特别紧急": false, "别紧急处理": false, "不太紧急,没那么紧急": false, "一般": false,
	} {
		if got := service.Stands(text, "紧急", denied); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
