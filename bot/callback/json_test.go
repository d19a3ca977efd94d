package callback

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONIsReadIntoTheSameTreeAsXML(t *testing.T) {
	fromXML, err := ReadCleaned([]byte(`<xml><FromUserName><![CDATA[ZhangWei]]></FromUserName><CreateTime>1409659813</CreateTime>
		<MsgId>4561255354251345929</MsgId><Content> 加个护栏 </Content><SelectedItems>
		<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds></SelectedItem>
		</SelectedItems><Empty></Empty><Yes>true</Yes></xml>`))
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := ReadCleaned([]byte(" {\"FromUserName\": \"ZhangWei\", \"CreateTime\": 1409659813, \"MsgId\": 4561255354251345929, \"Content\": \" 加个\x01护栏\\u0000 \"," +
		`"SelectedItems": {"SelectedItem": [{"QuestionKey": "q", "OptionIds": {"OptionId": ["a", "b"]}}]}, "Empty": null, "Yes": true} `))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromXML, fromJSON); diff != "" {
		t.Errorf("(-xml +json)\n%s", diff)
	}
}

func TestJSONIsReadStrictly(t *testing.T) {
	for name, document := range map[string]string{
		"something after it":       `{"A":1}{"A":2}`,
		"junk after it":            `{"A":1} x`,
		"cut off":                  `{"A":{"B":"c`,
		"an array at the root":     `[{"A":1}]`,
		"one name twice":           `{"Once":"a","Once":"b"}`,
		"one name as an array":     `{"Once":["a","b"]}`,
		"an array of arrays":       `{"A":[["a"]]}`,
		"too deep":                 strings.Repeat(`{"A":`, maxDepth) + "1" + strings.Repeat("}", maxDepth),
		"too deep through arrays":  strings.Repeat(`{"A":[`, maxDepth) + "1" + strings.Repeat("]}", maxDepth),
		"a key that is not quoted": `{A:1}`,
		"a comma too many":         `{"A":1,}`,
	} {
		if root, err := ReadCleaned([]byte(document), "Once"); err == nil {
			t.Errorf("%s: was read as %+v", name, root)
		}
	}
	deepest := strings.Repeat(`{"A":`, maxDepth-1) + "1" + strings.Repeat("}", maxDepth-1)
	if _, err := ReadCleaned([]byte(deepest)); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
}
