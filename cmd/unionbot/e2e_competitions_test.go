package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var entryNumber = regexp.MustCompile(`JS\d\d-\d{4,}`)

// testCompetitions opens sign-up beside two replicas, of which one is killed with a place in its hands.
func testCompetitions(t *testing.T, binary string) {
	w := newWorld(t, binary)
	// Whenever the test runs, it is about noon for the union: offers of the night wait for the morning.
	toNoon := 12 - time.Now().In(time.FixedZone("CST", 8*60*60)).Hour()
	w.common = append(w.common, fmt.Sprintf("UNIONBOT_CLOCK_OFFSET=%+dh", toNoon))
	one, two := w.serve(), w.serve()
	w.route(one, two)
	const xiaTian, cuiKai = "wecom:xiatian", "wecom:cuikai"
	w.ask(xiaTian, "我要报技能比武", "现在没有您能报名的")

	path := filepath.Join(t.TempDir(), "competitions.yaml")
	write := func(places string) {
		t.Helper()
		text := `competitions:
  - {id: welding, kind: contest, title: 焊工技能比武, organisation: 集团公司, place: 技能中心, starts: 2099-12-10 09:00,
     closes: 2099-12-08 17:30, posts: [焊工], places: ` + places + `}
`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("1")
	var added []competition
	if err := json.Unmarshal([]byte(w.command("competitions", "add", path, "--json")), &added); err != nil || len(added) != 1 || added[0].Outcome != "added" {
		t.Fatalf("added %+v, %v", added, err)
	}
	if text := w.command("competitions", "add", path); !strings.HasPrefix(text, "same") {
		t.Errorf("added again: %s", text)
	}
	w.ask(xiaTian, "我要报技能比武", "余 1 位")
	w.ask(xiaTian, "1", "请核对")
	w.ask(cuiKai, "我要报焊工技能比武", "请核对")
	first := w.ask(xiaTian, "1", "报上了").Text
	one.kill()
	w.route(two, w.serve())
	w.ask(cuiKai, "1", "刚刚满员,您排在候补第 1 位")
	var listed []competition
	if err := json.Unmarshal([]byte(w.command("competitions", "list", "--json")), &listed); err != nil || listed[0].Taken != 1 || *listed[0].Places != 1 {
		t.Errorf("listed %+v, %v", listed, err)
	}
	number := entryNumber.FindString(first)
	w.ask(xiaTian, "退出 "+number, "要退出")
	w.ask(xiaTian, "1", "已退出")
	w.hears(cuiKai, 0, "有名额了", "前回复\"接受\"")
	w.ask(cuiKai, "接受", "名额是您的了")
	if w.count(cuiKai, "有名额了") != 1 {
		t.Errorf("the phone shows:\n%s", w.phone(cuiKai))
	}
	write("2")
	if text := w.command("competitions", "add", path); !strings.HasPrefix(text, "changed") {
		t.Errorf("changed: %s", text)
	}
	w.ask(xiaTian, "我要报焊工技能比武", "请核对")
	w.ask(xiaTian, "1", "报上了")
	write("1")
	if text := w.refuses("competitions", "add", path); !strings.Contains(text, "competitions.yaml:3: competitions[1].places: 1 is less than the 2 that are taken") {
		t.Errorf("refused: %s", text)
	}
}

func TestTheDemoHasSomethingToSignUpFor(t *testing.T) {
	demo := startDemo(t, buildBinary(t), "--addr", "127.0.0.1:0")
	open := demo.say(zhangWei, "我要报技能比武")
	for _, wanted := range []string{"焊工技能比武", "余 1 位", "余 8 位", "已满,可候补,前面 3 人"} {
		if !strings.Contains(open, wanted) {
			t.Errorf("%s lacks %s", open, wanted)
		}
	}
	if all := demo.say(zhangWei, "报名"); !strings.Contains(all, "涉害岗位冬季疗休养") || !strings.Contains(all, "您单位已满") {
		t.Errorf("the list is %s", all)
	}
}
