package flows

import (
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union/broadcast"
)

// quietNamed is how many silent units are named.
const quietNamed = 3

// quietUnits names the units that are silent when a broadcast begins.
func quietUnits(b broadcast.Broadcast) string {
	if more := len(b.Quiet) - quietNamed; more > 0 {
		return strings.Join(b.Quiet[:quietNamed], "、") + fmt.Sprintf(" 等 %d 个单位", len(b.Quiet))
	}
	return strings.Join(b.Quiet, "、")
}
