package flows

import (
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/cases"
)

// 、 within a post is no mark between names.
func TestPostsOfSignersStayWhole(t *testing.T) {
	chair := union.Member{Name: "陈静", Post: "副主席、女工主任"}
	days, err := calendar.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	a := aside{caseWords: caseWords{calendar: days}}
	said := a.joined(cases.Joined{To: [][]union.Member{{chair, {Name: "何平"}}, {{Name: "吴刚"}}}, InTurn: true})
	if !strings.Contains(said, "陈静(副主席、女工主任)或何平()、吴刚()") {
		t.Error(said)
	}
}

// Officers say in many ways who signs after whom; what is no order stays what it was.
func TestOrderOfSignersIsRead(t *testing.T) {
	for said, want := range map[string]string{
		"马超、何平 依次":          "马超、何平",
		"马超,何平依次":           "马超,何平",
		"马超 何平":             "",
		"依次 马超、何平":          "马超、何平",
		"依次马超,何平 请看安全":      "马超,何平 请看安全",
		"马超、何平按顺序签 请看安全":    "马超、何平 请看安全",
		"马超、何平 挨个签":         "马超、何平",
		"先马超后何平":            "马超、何平",
		"先马超,再何平,最后吴刚 请看防火": "马超、何平、吴刚 请看防火",
		"先 马超 后 何平 请看后勤":    "马超、何平 请看后勤",
		"先请马超签,再请何平签":       "马超、何平",
		"先马超签完然后何平":         "马超、何平",
		"马超签完再何平":           "马超、何平",
		"马超签完 再何平":          "马超、何平",
		"马超签了后何平,签完再吴刚签":    "马超、何平、吴刚",
		"马超签完再何平签,签完再吴刚":    "马超、何平、吴刚",
		"马超签好了再轮到何平":        "马超、何平",
		"马超,何平 请依次检查三个点":    "",
		"马超、何平 请依次 检查":      "",
		"马超、何平 请依次签 检查":     "马超、何平 检查",
		"马超、何平 请按顺序":        "马超、何平",
		"马超、何平请依次 检查":       "马超、何平 检查",
		"马超、何平 依次 请检查":      "马超、何平 请检查",
		"马超 再看一下":           "",
		"曹再发、何平":            "",
		"先马超":               "",
		"马超 签完告诉我":          "",
		"马超、何平":             "",
	} {
		got, ok := orderIn(said)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%s is read as %q, %v; want %q", said, got, ok, want)
		}
	}
}
