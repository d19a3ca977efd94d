package wecom

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestATapInJSONIsTheSameTap(t *testing.T) {
	fromXML := decode(testChannel, []byte(`<xml><ToUserName>ww1</ToUserName><FromUserName>LiFang</FromUserName><CreateTime>1409659813</CreateTime>
		<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>accept</EventKey><TaskId>t-1</TaskId><CardType>multiple_interaction</CardType>
		<ResponseCode>rc</ResponseCode><AgentID>1</AgentID><SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>a</OptionId>
		<OptionId>b</OptionId></OptionIds></SelectedItem><SelectedItem><QuestionKey>q2</QuestionKey><OptionIds><OptionId>c</OptionId></OptionIds>
		</SelectedItem></SelectedItems></xml>`))
	fromJSON := decode(testChannel, []byte(`{"ToUserName":"ww1","FromUserName":"LiFang","CreateTime":1409659813,"MsgType":"event",
		"Event":"template_card_event","EventKey":"accept","TaskId":"t-1","CardType":"multiple_interaction","ResponseCode":"rc","AgentID":1,
		"SelectedItems":{"SelectedItem":[{"QuestionKey":"q1","OptionIds":{"OptionId":["a","b"]}},{"QuestionKey":"q2","OptionIds":{"OptionId":"c"}}]}}`))
	if !fromJSON.JSON {
		t.Error("the reply would not be in JSON")
	}
	fromJSON.JSON = false
	if diff := cmp.Diff(fromXML, fromJSON); diff != "" || len(fromXML.Message.Tap.Selected) != 2 {
		t.Errorf("(-xml +json)\n%s", diff)
	}
}
