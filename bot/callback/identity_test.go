package callback

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
)

const channel = bot.ChannelID("wecom:1000002")

func parse(t *testing.T, inner string) *Element {
	t.Helper()
	root, err := Parse([]byte("<xml>" + inner + "</xml>"))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestAMessageIsNamedAfterItsMsgIdAsText(t *testing.T) {
	for _, field := range []string{"MsgId", "MsgID"} {
		// The id lies above 2^53, where a float would round it.
		got := MessageID(channel, parse(t, "<"+field+">4561255354251345929</"+field+">"))
		if got != "wecom:1000002/m/4561255354251345929" {
			t.Errorf("%s: got %q", field, got)
		}
	}
}

func TestAMessageWithoutADecentMsgIdIsNamedAfterItsContent(t *testing.T) {
	seen := map[bot.MessageID]string{}
	for _, inner := range []string{
		"<Content>a</Content>", "<Content>b</Content>", "<MsgId>0</MsgId>", "<MsgId>" + strings.Repeat("9", 200) + "</MsgId>",
	} {
		id := MessageID(channel, parse(t, inner))
		if len(id) > maxMessageID || !strings.HasPrefix(string(id), "wecom:1000002/h/") {
			t.Errorf("%s: got %q", inner, id)
		}
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s have one id", inner, other)
		}
		seen[id] = inner
	}
}

func TestTwoEventsOfOneSecondDifferIfAnyOfTheirKeysDoes(t *testing.T) {
	const common = "<FromUserName>sys</FromUserName><CreateTime>1</CreateTime><Event>e</Event>"
	seen := map[bot.MessageID]string{}
	for _, inner := range []string{
		"", "<ChangeType>create_user</ChangeType>", "<UserID>a</UserID>", "<UserID>b</UserID>", "<UserID>ab</UserID>", "<UserID>a</UserID><Id>b</Id>",
		"<Id>a</Id>", "<TagId>a</TagId>", "<EventKey>a</EventKey>", "<TaskId>a</TaskId>", "<MsgID>a</MsgID>", "<BatchJob><JobId>a</JobId></BatchJob>",
		"<BatchJob/><JobId>a</JobId>", "<SubscribeMsgSentEvent><List><MsgID>1</MsgID></List></SubscribeMsgSentEvent>",
		"<SubscribeMsgSentEvent><List><MsgID>2</MsgID></List></SubscribeMsgSentEvent>",
	} {
		id := EventID(channel, parse(t, common+inner))
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q have one id", inner, other)
		}
		seen[id] = inner
	}
	if EventID("wecom:1", parse(t, common)) == EventID("wecom:2", parse(t, common)) {
		t.Error("events of two channels have one id")
	}
}

func TestADoubleTapWithinASecondIsOneEvent(t *testing.T) {
	const tap = "<FromUserName>a</FromUserName><CreateTime>1</CreateTime><Event>template_card_event</Event><TaskId>t</TaskId><EventKey>k</EventKey>"
	first := EventID(channel, parse(t, tap+"<ResponseCode>1</ResponseCode>"))
	second := EventID(channel, parse(t, tap+"<ResponseCode>2</ResponseCode>"))
	if first != second {
		t.Errorf("got %q and %q", first, second)
	}
}

func TestCreateTimesThatNoStoreCouldHoldBecomeTheZeroTime(t *testing.T) {
	for text, zero := range map[string]bool{
		"1409659813": false, "253402300799": false, "253402300800": true, "9223372036854775807": true, "0": true, "-1": true, "": true, "now": true,
	} {
		if got := sentAt(parse(t, "<CreateTime>"+text+"</CreateTime>")); got.IsZero() != zero {
			t.Errorf("%q reads as %v", text, got)
		}
	}
}

func TestCoordinatesOffTheGlobeAreNoPlace(t *testing.T) {
	for at, want := range map[[2]string]bool{
		{"23.13", "113.35"}: true, {"-90", "180"}: true, {"90.1", "0"}: false, {"0", "-180.5"}: false, {"NaN", "0"}: false, {"0", "Inf"}: false, {"", "0"}: false,
	} {
		if _, ok := place(parse(t, "<Location_X>"+at[0]+"</Location_X><Location_Y>"+at[1]+"</Location_Y>")); ok != want {
			t.Errorf("%v: got %v", at, ok)
		}
	}
}
