package platform_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/bot/platform"
)

func TestCleanLeavesNothingThatJSONWouldEscape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.String(), rapid.StringMatching("[\u2028\u2029\x00-\x1f<>&\U0001f600]*")).Draw(t, "text")
		if rapid.Bool().Draw(t, "broken") {
			raw += "\xff\xc3"
		}
		body, err := platform.Encode(map[string]string{"t": platform.Clean(raw)})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ReplaceAll(string(body), `\\`, ""), `\u`) {
			t.Fatalf("%q is written as %s", raw, body)
		}
	})
}

func TestCutsKeepCharactersWholeAndWithinTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.Rune(), 0, 60, -1).Draw(t, "text")
		limit := rapid.IntRange(4, 80).Draw(t, "limit")
		bytes, runes := platform.CutBytes(text, limit), platform.CutRunes(text, limit)
		if len(bytes) > limit || utf8.ValidString(text) && !utf8.ValidString(bytes) {
			t.Fatalf("CutBytes(%q, %d) = %q", text, limit, bytes)
		}
		if utf8.RuneCountInString(runes) > limit {
			t.Fatalf("CutRunes(%q, %d) = %q", text, limit, runes)
		}
		if len(text) <= limit && bytes != text || utf8.RuneCountInString(text) <= limit && runes != text {
			t.Fatalf("%q was cut to %q and %q although it fits %d", text, bytes, runes, limit)
		}
	})
}

func TestRedactHidesEveryKindOfSecret(t *testing.T) {
	for _, text := range []string{
		`Get "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=hidden": EOF`,
		`https://h/x?access_token=hidden&media_id=1`,
		`{"appid":"wx1","secret":"hidden"}`,
		`secret=hidden appsecret=hidden code=hidden`,
	} {
		if got := platform.Redact(text); strings.Contains(got, "hidden") || !strings.Contains(got, "***") {
			t.Errorf("Redact(%s) = %s", text, got)
		}
	}
}
