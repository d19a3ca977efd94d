package callback

import (
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// scenes begin what codes say that are meant for this service.
const scenes = "place:"

// Scanned makes a scan of a menu entry's scanner what the scan of a code with a scene is, where the code says one. Whatever
// else a code says - an address, a bar code - stays a plain event.
func Scanned(m *bot.Message, root *Element) {
	if result := strings.TrimSpace(root.Child("ScanCodeInfo").Get("ScanResult")); strings.HasPrefix(result, scenes) {
		m.Kind, m.Key = bot.KindScan, result
	}
}
