package wecom

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unionbot/unionbot/bot"
)

const testChannel = bot.ChannelID("wecom:1000002")

// bodies returns the published messages by file name.
func bodies(tb testing.TB) map[string][]byte {
	tb.Helper()
	files, err := filepath.Glob("testdata/xml/*.xml")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no bodies: %v", err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		if strings.Contains(file, "-passive-") {
			continue // written by us, not to us
		}
		if all[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			tb.Fatal(err)
		}
	}
	return all
}

func TestEveryPublishedBodyDecodesAsPinned(t *testing.T) {
	golden, err := os.ReadFile("testdata/decoded.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]bot.Message
	if err := json.Unmarshal(golden, &want); err != nil {
		t.Fatal(err)
	}
	for name, body := range bodies(t) {
		t.Run(name, func(t *testing.T) {
			got := decode(testChannel, body)
			if diff := cmp.Diff(want[name], got.Message); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
			if got.From == "" || got.To == "" {
				t.Errorf("ends are %q and %q", got.From, got.To)
			}
			delete(want, name)
		})
	}
	for name := range want {
		t.Errorf("%s is pinned, and there is no such body", name)
	}
}

func FuzzDecode(f *testing.F) {
	for _, body := range bodies(f) {
		f.Add(body)
	}
	f.Add([]byte(strings.Replace(textMessage, "你好", "\x01]]>", 1)))
	f.Add([]byte(`{"FromUserName":"LiFang","CreateTime":1409659813,"MsgType":"event","Event":"template_card_event","TaskId":"t",` +
		`"SelectedItems":{"SelectedItem":[{"QuestionKey":"q","OptionIds":{"OptionId":["a","b"]}}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := decode(testChannel, body)
		m := d.Message
		if m.ID == "" || len(m.ID) > 128 || !strings.HasPrefix(string(m.ID), string(testChannel)+"/") || m.Channel != testChannel {
			t.Errorf("id is %q", m.ID)
		}
		if m.Kind == "" || (m.Kind != bot.KindUnknown && m.Raw != nil) {
			t.Errorf("kind is %q with %d bytes raw", m.Kind, len(m.Raw))
		}
		if m.Kind != bot.KindUnknown && m.User == "" {
			t.Errorf("%q comes from nobody", m.Kind)
		}
		stored, err := json.Marshal(m)
		if err != nil {
			t.Fatalf("message cannot be stored: %v", err)
		}
		var back bot.Message
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message changes when stored (-before +after):\n%s", diff)
		}
		if again := decode(testChannel, body).Message.ID; again != m.ID {
			t.Errorf("the id is %q now and %q later", m.ID, again)
		}
	})
}

func TestCodeOfAPlaceIsAScan(t *testing.T) {
	body := func(event, result string) []byte {
		return []byte(`<xml><ToUserName>corp</ToUserName><FromUserName>ZhangWei</FromUserName><CreateTime>1408090606</CreateTime>` +
			`<MsgType>event</MsgType><Event>` + event + `</Event><EventKey>scan</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType>` +
			`<ScanResult><![CDATA[` + result + `]]></ScanResult></ScanCodeInfo><AgentID>1</AgentID></xml>`)
	}
	for _, c := range []struct {
		event, result string
		kind          bot.Kind
		key           string
		mute          bool
	}{
		{"scancode_push", "place:crane_3", bot.KindScan, "place:crane_3", true},
		{"scancode_waitmsg", " place:三车间 3号行车 ", bot.KindScan, "place:三车间 3号行车", false},
		{"scancode_push", "https://example.com/place:x", bot.KindEvent, "scan", false},
	} {
		m := decode(testChannel, body(c.event, c.result)).Message
		if m.Kind != c.kind || m.Key != c.key || Mute(m) != c.mute {
			t.Errorf("%s %q is %s %q, mute %v", c.event, c.result, m.Kind, m.Key, Mute(m))
		}
	}
}
