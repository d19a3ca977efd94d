package flows

import (
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/union/broadcast"
)

// quietNamed is how many silent units are named.
const quietNamed = 3

// keptFrom says from whom a wish is kept; "" of what is none. Whether there is anybody who is not to be greeted is not said.
func keptFrom(b broadcast.Broadcast) string {
	switch {
	case !b.Cheers():
		return ""
	case len(b.Quiet) > 0:
		return quietUnits(b) + " 在静默,到时扣住;免打扰的人收不到"
	}
	return "免打扰的人收不到"
}

// quietUnits names the units that are silent when a broadcast begins.
func quietUnits(b broadcast.Broadcast) string {
	if more := len(b.Quiet) - quietNamed; more > 0 {
		return strings.Join(b.Quiet[:quietNamed], "、") + fmt.Sprintf(" 等 %d 个单位", len(b.Quiet))
	}
	return strings.Join(b.Quiet, "、")
}
