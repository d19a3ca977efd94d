package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
)

const cardJSON = `{"card_type":"button_interaction","main_title":{"title":"给锅炉房加个护栏"},"task_id":%q,
	"action_menu":{"desc":"更多","action_list":[{"text":"转办","key":"forward"}]},
	"button_list":[{"text":"受理","style":1,"key":"accept"},{"text":"不受理","style":2,"key":"refuse"}]}`

func cardTo(users, task string) string {
	return fmt.Sprintf(`{"touser":%q,"msgtype":"template_card","agentid":1000002,"template_card":`+cardJSON+`}`, users, task)
}

func update(code, rest string) string {
	return fmt.Sprintf(`{"userids":["zhangwei","lifang"],"agentid":1000002,"response_code":%q,%s}`, code, rest)
}

func TestATapBringsAFreshCodeAndUpdatesWork(t *testing.T) {
	s := newStage(t, nil) // W90236, W94945, W90376
	code := s.wants(s.wecom("message/send", cardTo("zhangwei|lifang", "T-1")), 0).text("response_code")
	s.do(simulator.Act{Person: zhangwei, Do: "tap", Entry: s.last(zhangwei).ID, Key: "accept"})
	tap := s.bot.all()[0]
	if tap.Event != "template_card_event" || tap.EventKey != "accept" || tap.TaskID != "T-1" || tap.ResponseCode == "" || tap.ResponseCode == code {
		t.Fatalf("the tap is told as %+v", tap)
	}
	s.wants(s.wecom("message/update_template_card", update(tap.ResponseCode, `"button":{"replace_name":"已受理"}`)), 0)
	for _, person := range []string{zhangwei, lifang} {
		if got := s.chat(person)[0].Card.ReplaceText; got != "已受理" {
			t.Errorf("the card of %s shows %q", person, got)
		}
	}
	if _, err := s.sim.Act(simulator.Act{Person: lifang, Do: "tap", Entry: s.last(lifang).ID, Key: "accept"}); err == nil {
		t.Error("a settled card's button can be tapped")
	}
	s.wants(s.wecom("message/update_template_card", update(tap.ResponseCode, `"button":{"replace_name":"再改"}`)), 40058)

	whole := fmt.Sprintf(`"template_card":`+strings.Replace(cardJSON, `"button_list"`, `"replace_text":"已办结","button_list"`, 1), "")
	s.wants(s.wecom("message/update_template_card", update(code, whole)), 0)
	if got := s.last(lifang).Card; got.ReplaceText != "已办结" || got.TaskID != "T-1" {
		t.Errorf("the replaced card is %+v", got)
	}
}

func TestAResponseCodeLives72Hours(t *testing.T) {
	s := newStage(t, nil) // W94945, 2025/07/24
	code := s.wants(s.wecom("message/send", cardTo("zhangwei", "T-1")), 0).text("response_code")
	if err := s.sim.Advance(72*time.Hour + time.Second); err != nil {
		t.Fatal(err)
	}
	s.wants(s.wecom("message/update_template_card", update(code, `"button":{"replace_name":"晚了"}`)), 40058)
}

func TestAnUpdateListsWhoDoesNotHaveTheCard(t *testing.T) {
	s := newStage(t, nil) // W94945
	code := s.wants(s.wecom("message/send", cardTo("zhangwei", "T-1")), 0).text("response_code")
	got := s.wants(s.wecom("message/update_template_card", update(code, `"button":{"replace_name":"好"}`)), 0)
	if list := fmt.Sprint(got["invaliduser"]); list != "[lifang]" {
		t.Errorf("invaliduser is %s", list)
	}
}

func TestUpdateButtonInThePassiveReplyChangesTheTappersCardOnly(t *testing.T) {
	s := newStage(t, nil) // W96469
	s.bot.answers(func(w http.ResponseWriter, m inbound) {
		s.bot.reply(w, m, "<MsgType>update_button</MsgType><Button><ReplaceName>已受理</ReplaceName></Button>")
	})
	s.wants(s.wecom("message/send", cardTo("zhangwei|lifang", "T-1")), 0)
	s.do(simulator.Act{Person: zhangwei, Do: "tap", Entry: s.last(zhangwei).ID, Key: "accept"})
	if a, b := s.chat(zhangwei)[0].Card.ReplaceText, s.last(lifang).Card.ReplaceText; a != "已受理" || b != "" {
		t.Errorf("the cards show %q and %q", a, b)
	}
}

func TestATaskIDIsUsedOnce(t *testing.T) {
	s := newStage(t, nil) // W90372: unique within the app
	s.wants(s.wecom("message/send", cardTo("zhangwei", "T-1")), 0)
	s.wants(s.wecom("message/send", cardTo("lifang", "T-1")), 42014)
	if n := len(s.chat(lifang)); n != 0 {
		t.Errorf("the refused card is shown %d times", n)
	}
}

func TestCardsThatBreakARuleAreRefused(t *testing.T) {
	s := newStage(t, nil) // W90372; codes of W90313
	tests := []struct {
		name, from, to string
		code           int
	}{
		{"no task id", `"T"`, `""`, 42014},
		{"a task id with a dot", `"T"`, `"a.b"`, 42014},
		{"a task id of 129 bytes", `"T"`, `"` + strings.Repeat("a", 129) + `"`, 42014},
		{"an unknown kind", "button_interaction", "poem", 42031},
		{"no title", "给锅炉房加个护栏", "", 42033},
		{"two buttons with one key", "refuse", "accept", 42039},
		{"a key over 1024 bytes", "refuse", strings.Repeat("k", 1025), 42039},
		{"a button without text", "不受理", "", 42038},
		{"seven buttons", `"button_list":[`, `"button_list":[` + strings.Repeat(`{"text":"x","key":"y"},`, 5), 42039},
		{"four entries in the menu", `"action_list":[`, `"action_list":[{"text":"a","key":"a"},{"text":"b","key":"b"},{"text":"c","key":"c"},`, 42039},
		{"menu entries with one key", `"action_list":[`, `"action_list":[{"text":"a","key":"forward"},`, 42051},
		{"seven rows", `"task_id"`, `"horizontal_content_list":[{},{},{},{},{},{},{}],"task_id"`, 42035},
		{"a row without a name", `"task_id"`, `"horizontal_content_list":[{"value":"x"}],"task_id"`, 42027},
		{"four jumps", `"task_id"`, `"jump_list":[{},{},{},{}],"task_id"`, 42042},
		{"a notice that leads nowhere", "button_interaction", "text_notice", 42045},
		{"a vote without a question", "button_interaction", "vote_interaction", 42043},
		{"choices without a list", "button_interaction", "multiple_interaction", 42047},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := cardTo("zhangwei", "T")
			broken := strings.Replace(body, test.from, test.to, 1)
			if broken == body {
				t.Fatal("the case changes nothing")
			}
			if got := s.wecom("message/send", broken); got.code() != test.code {
				t.Errorf("errcode %d (%v), want %d", got.code(), got["errmsg"], test.code)
			}
		})
	}
}

func TestThePublishedSampleCardsAreTaken(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "cards.json"))
	if err != nil {
		t.Fatal(err)
	}
	var samples []map[string]any
	if err := json.Unmarshal(data, &samples); err != nil {
		t.Fatal(err)
	}
	interactive := []string{"button_interaction", "vote_interaction", "multiple_interaction", "text_notice"} // the notice has a menu
	s := newStage(t, nil)
	for i, sample := range samples {
		card, ok := sample["template_card"].(map[string]any)
		if !ok {
			t.Fatalf("sample %d has no card", i)
		}
		card["task_id"] = fmt.Sprint("sample-", i)
		if card["card_type"] == "news_notice" { // the sample left out what the documents ask for
			card["card_image"] = map[string]any{"url": "https://example.com/a.png", "aspect_ratio": 1.3}
		}
		sample["touser"], sample["toparty"], sample["totag"] = "zhangwei", "", ""
		body, err := json.Marshal(sample)
		if err != nil {
			t.Fatal(err)
		}
		got := s.wecom("message/send", string(body))
		kind := fmt.Sprint(card["card_type"])
		if got.code() != 0 || (got.text("response_code") != "") != slices.Contains(interactive, kind) {
			t.Errorf("%s: %v", kind, got)
		}
	}
	if n := len(s.chat(zhangwei)); n != len(samples) || n != 5 {
		t.Errorf("the phone shows %d cards of %d", n, len(samples))
	}
}

func TestSelectionsTravelWithTheTap(t *testing.T) {
	s := newStage(t, nil) // W90376
	s.wants(s.wecom("message/send", `{"touser":"zhangwei","msgtype":"template_card","agentid":1000002,"template_card":{
		"card_type":"vote_interaction","main_title":{"title":"选先进"},"task_id":"V-1","submit_button":{"text":"投票","key":"vote"},
		"checkbox":{"question_key":"q","mode":1,"option_list":[{"id":"a","text":"张"},{"id":"b","text":"李"}]}}}`), 0)
	s.do(simulator.Act{Person: zhangwei, Do: "tap", Entry: s.last(zhangwei).ID, Key: "vote", Selected: map[string][]string{"q": {"a", "b"}}})
	want := "<SelectedItems><SelectedItem><QuestionKey><![CDATA[q]]></QuestionKey><OptionIds><OptionId><![CDATA[a]]></OptionId>" +
		"<OptionId><![CDATA[b]]></OptionId></OptionIds></SelectedItem></SelectedItems>"
	if got := s.bot.all()[0].Raw; !strings.Contains(got, want) {
		t.Errorf("the event is %s", got)
	}
}
