package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
)

// FuzzSession goes on with whatever Redis may hold: a session that was written by another version, or by nobody. A turn
// answers or fails, and what it leaves can be read again.
func FuzzSession(f *testing.F) {
	f.Add([]byte(`{"flow":"order","rev":2,"step":"cups","data":{"tea":"龙井","cups":1},"expires_at":"2026-11-26T08:00:00Z"}`), "2")
	f.Add([]byte(`{"flow":"order","rev":2,"step":"tea","data":[1],"under":[{"flow":"list","data":null},{"flow":"gone"}]}`), "取消")
	f.Add([]byte(`{"flow":"order","rev":1,"step":"x","more":["a","b"],"more_of":-1,"misses":-9}`), "更多")
	f.Add([]byte(`{"flow":"guess","step":"which","data":{}}`), "1")
	f.Add([]byte(`{"more":[""],"more_of":9223372036854775807,"under":[{}]}`), "继续")
	catalog, err := bot.NewCatalog(toyFlows()...)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, stored []byte, text string) {
		var session bot.Session
		if json.Unmarshal(stored, &session) != nil {
			return
		}
		out, err := catalog.Turn(t.Context(), bot.Input{Message: bot.Message{ID: "m", Kind: bot.KindText, Text: text}, Session: session, Now: now})
		if err != nil {
			return
		}
		left, err := json.Marshal(out.Session)
		if err != nil {
			t.Fatalf("%s and %q left what cannot be written: %v", stored, text, err)
		}
		if err := json.Unmarshal(left, &bot.Session{}); err != nil {
			t.Errorf("%s and %q left %s: %v", stored, text, left, err)
		}
	})
}

// FuzzPlain looks for a text that comes through as more than text, or is cut into parts that lose something.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{`<a href="weixin://bizmsgmenu?msgmenucontent=1">x</a>`, "&lt;a&#60;&#x3C;", "&l<t;", "&#0<060;", "＆lt;", "\xff<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := bot.Plain(text)
		lower := strings.ToLower(plain)
		if strings.ContainsRune(plain, '<') || strings.Contains(lower, "&lt;") || strings.Contains(lower, "&#60;") || strings.Contains(lower, "&#x3c;") {
			t.Errorf("%q became %q", text, plain)
		}
		if bot.Plain(plain) != plain {
			t.Errorf("%q becomes another text the second time", text)
		}
		for _, part := range bot.Split(text, 64) {
			if len(part) > 64 || utf8.ValidString(text) && !utf8.ValidString(part) {
				t.Errorf("%q has the part %q", text, part)
			}
		}
	})
}

// FuzzParseCastKey reads the key of what is parked: it names one broadcast and one member.
func FuzzParseCastKey(f *testing.F) {
	f.Add(bot.CastKey("QF26-0001", 7))
	f.Add("cast/")
	f.Add("cast/a/b/1")
	f.Add("reply/1")
	f.Fuzz(func(t *testing.T, key string) {
		number, member, ok := bot.ParseCastKey(key)
		if !ok {
			return
		}
		if n, m, again := bot.ParseCastKey(bot.CastKey(number, member)); !again || n != number || m != member {
			t.Errorf("%q is read as %q and %d, which is read as %q and %d", key, number, member, n, m)
		}
	})
}
