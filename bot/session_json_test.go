package bot

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var sessionTime = time.Date(2026, 11, 26, 8, 0, 0, 120_000_000, time.UTC)

// sessions are all kinds of what a session holds.
func sessions() map[string]Session {
	data := json.RawMessage(`{"tea":"龙井 \"}\\","cups":[1,{"a":null}],"b":"{[,"}`)
	frame := Frame{Flow: "order", Rev: 2, Step: "cups", Data: data, Title: "茶", ExpiresAt: sessionTime, Begun: 5, Asked: 7, Aside: 8}
	return map[string]Session{
		"nothing": {},
		"a flow":  {Flow: "form", Rev: 12, Step: "field", Data: data, Title: "合理化建议", ExpiresAt: sessionTime, Begun: 1_795_893_046_506, Asked: math.MaxUint32, Member: math.MinInt64},
		"words":   {Title: "a \"<b>&\\\n\u2028 \xff“"},
		"all": {
			Flow: "f", Rev: -1, Step: "s", Data: data, Title: "t", ExpiresAt: sessionTime, Begun: 1, Asked: 2, Under: []Frame{frame}, Rested: []Frame{frame, {Flow: "x"}},
			More: []string{"a", "<b>"}, MoreOf: 3, Member: 4, Aside: 5, Said: []string{"一", ""}, SaidAt: sessionTime.In(time.FixedZone("", 8*3600)),
			Loose: []Loose{{Kind: KindText, At: sessionTime}}, Misses: 6, Guessed: 7,
		},
		"numbers alone": {Misses: 1},
	}
}

func TestASessionIsWrittenAsJSONWritesIt(t *testing.T) {
	for name, s := range sessions() {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.encode()
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v\ngot  %s\nwant %s", name, err, got, want)
		}
	}
}

func TestASessionIsReadAsJSONReadsIt(t *testing.T) {
	stored := map[string]string{
		"spaces":          ` { "flow" : "form" , "rev" : 2 } `,
		"blanks behind":   `{"flow":"form"}   `,
		"unknown":         `{"flow":"form","later":{"a":[1]},"rev":2}`,
		"null":            `{"flow":null,"data":null,"rev":2}`,
		"escaped":         `{"flow":"f\u006frm","title":"\"\\","rev":2}`,
		"escaped key":     `{"fl\u006fw":"form"}`,
		"other case":      `{"Flow":"form"}`,
		"data that is no": `{"data":[1,2],"rev":1}`,
		"twice":           `{"rev":1,"rev":2}`,
		"no UTF-8":        "{\"title\":\"\xff\"}",
	}
	for name, s := range sessions() {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		stored[name] = string(text)
	}
	for name, text := range stored {
		var want Session
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(name, err)
		}
		got, err := decodeSession([]byte(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestASessionThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "{", "}", "[]", `"x"`, "1", `{"flow"}`, `{"flow":}`, `{"flow":"form"`, `{"flow":"form",}`, `{"flow":"form"}}`, `{"flow":"form"}{}`, `{"flow":1}`,
		`{"rev":"1"}`, `{"rev":1.5}`, `{"asked":-1}`, `{"asked":4294967296}`, `{"data":{"a":1}`, `{"data":{"a":"}}`, `{"expires_at":"soon"}`, `{"under":[}`, `{"rev":01}`,
		`{"rev":+1}`, "{\"title\":\"a\nb\"}", `{,"rev":1}`, `{"rev":1 2}`,
	} {
		if s, err := decodeSession([]byte(text)); err == nil {
			t.Errorf("%s was read as %+v", text, s)
		}
	}
}
