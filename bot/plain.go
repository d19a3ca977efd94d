package bot

import (
	"regexp"
	"strings"
)

// entity is a < in the words of HTML, for a reader that resolves it before it looks for links.
var entity = regexp.MustCompile(`(?i)&(lt|#0*60|#x0*3c);`)

// Plain takes from a text the power to be more than text. The platforms show a text with links: one that somebody else
// wrote could open an address, or say something in the reader's name at a tap (weixin://bizmsgmenu), and look as if the
// union had sent it. The full-width signs look the same and open nothing; addresses stay readable.
func Plain(text string) string {
	return strings.ReplaceAll(entity.ReplaceAllString(text, "＆$1;"), "<", "＜")
}
