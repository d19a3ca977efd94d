package flows_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

// TestAnswersThatMeanDangerAreHeardWithSQLAway answers what is open with a number, as people do, while nothing can be done about it.
func TestAnswersThatMeanDangerAreHeardWithSQLAway(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded)
	for i, c := range []struct {
		who     string
		before  []string
		answers map[string]string // and what is said first; "" where nothing has to be
	}{
		{"zhangwei", []string{"报个隐患", "2号门的棚顶有块铁皮翘起来"}, map[string]string{"1": "先保人", "马上会伤人": "调度:内线 6110", "3": ""}},
		{"wangqiang", []string{"报个隐患", "2号门的棚顶有块铁皮翘起来", "我马上拍照"}, map[string]string{"是": "先保人", "2": ""}},
		{"lidayong", []string{"合同要塌了,对方不肯签"}, map[string]string{"1": "有人受伤先打 120", "没有": ""}},
		{"wumin", []string{"三号行车钢丝绳快断了"}, map[string]string{"2": "请马上打 120", "是的": "请马上打 120", "有": "请马上打 120", "没": "", "没有": ""}},
		{"fengjun", []string{"说实话我撑不下去了,想一了百了"}, map[string]string{"1": "12356", "嗯": "12356", "没有": "12356", "2": "", "先不要": ""}},
		{"lichun", []string{"最近总觉得天都是灰的,干什么都没劲,谁也不想见"}, map[string]string{"3": "12356", "1": ""}},
	} {
		said := func(text string) string {
			return h.engine.Receive(t.Context(), bot.Message{
				ID: bot.MessageID(string(h.wecom) + "/" + c.who + "/" + text + strconv.Itoa(i)), Kind: bot.KindText, Text: text, SentAt: h.Now(),
				Address: bot.Address{Channel: h.wecom, User: bot.UserID(c.who)},
			}).Text
		}
		asked := ""
		for _, text := range c.before {
			asked = said(text)
		}
		h.away.Store(true)
		for text, want := range c.answers {
			first, _, _ := strings.Cut(said(text), "系统暂时忙")
			if strings.Contains(first, "没有转给任何人") { // people are called for some of them
				t.Errorf("%s says %s and reads %q", c.who, text, first)
			}
			if want == "" && first != "" || want != "" && !strings.Contains(first, want) {
				t.Errorf("%s, asked %q, says %s and reads %q first, want %q", c.who, asked, text, first, want)
			}
		}
		h.away.Store(false)
	}
}
