package bot

import (
	"regexp"
	"strings"
	"unicode"
)

// entity is a < in the words of HTML, for a reader that resolves it before it looks for links.
var entity = regexp.MustCompile(`(?i)&(lt|#0*60|#x0*3c);`)

// unseen takes out what shows nothing and could hide or turn round what stands beside it: control characters, which the
// edge leaves out later, so that a < would come together again, and the marks that change the direction of reading.
func unseen(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return -1
	}
	return r
}

// Plain takes from a text the power to be more than text. The platforms show a text with links: one that somebody else
// wrote could open an address, or say something in the reader's name at a tap (weixin://bizmsgmenu), and look as if the
// union had sent it. The full-width signs look the same and open nothing; addresses stay readable.
func Plain(text string) string {
	text = strings.Map(unseen, text)
	return strings.ReplaceAll(entity.ReplaceAllString(text, "＆$1;"), "<", "＜")
}
