package main

import (
	"database/sql"
	_ "embed"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/packed"
)

// What one says to file, and what the answer to each has. Both take as many messages.
var (
	suggestionTalk = [][2]string{
		{"提个建议,{}", "现在是什么情况"}, {"没有镜子", "做好了会有什么效果"}, {"跳过", "请核对"}, {"1", "收到,谢谢"},
	}
	sealedTalk = [][2]string{
		{"意见直报", "是什么事"}, {"食堂采购有人吃回扣,每月都有", "在哪儿"}, {"一号食堂", "请核对"}, {"1", "编号 SX"},
	}
)

// sealedReport is packed as the services are, whose text it goes on.
//
//go:generate sh -c "cd ../../tools && go run ./pack ../flows/testdata/services/sealed_report.yaml | bzip2 -9 > ../cmd/unionbot/testdata/sealed_report.bz2"
//go:embed testdata/sealed_report.bz2
var sealedReport []byte

// buildWithSealed builds the program as if the sealed service of the flows' tests were one of the union's.
func buildWithSealed(t *testing.T) string {
	t.Helper()
	if stale, err := packed.Stale(os.DirFS("../../flows/testdata/services"), packed.Files(sealedReport), "sealed_report.yaml"); err != nil || len(stale) > 0 {
		t.Fatalf("go generate ./cmd/unionbot: %v, %v", stale, err)
	}
	target, err := filepath.Abs("../../flows/services/packed.bz2")
	if err != nil {
		t.Fatal(err)
	}
	services, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(t.TempDir(), "packed.bz2")
	if err := os.WriteFile(source, slices.Concat(services, sealedReport), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {target: source}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	return buildBinary(t, "-overlay", file)
}

// Several members speak at once, and one of them files sealed. Who it was shows neither in the metrics, read before and
// after, nor in the size of anything that is stored about those who spoke.
func TestASealedFilingLooksLikeAnyOther(t *testing.T) {
	w := newWorld(t, buildWithSealed(t))
	w.common[slices.Index(w.common, "UNIONBOT_INNER_LISTEN=off")] = "UNIONBOT_INNER_LISTEN=127.0.0.1:0"
	r := w.serve()
	w.route(r)
	s := &spy{world: w, replica: r, speakers: []string{zhangWei, hanXue, "wecom:wangfang2"}}
	redis, err := turns.Open(t.Context(), w.redis)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	s.turns, s.tables = redis, w.raw()

	s.anchored()
	s.minute(suggestionTalk, suggestionTalk, suggestionTalk)
	plain := series(t, r.scrape()) // whatever has moved at all
	sealed := s.minute(sealedTalk, suggestionTalk, suggestionTalk)
	for series := range sealed {
		if plain[series] == 0 {
			t.Errorf("%s moves only when somebody reports", series)
		}
	}
	if len(plain) < 10 {
		t.Errorf("only %d series move: %v", len(plain), plain)
	}
	if n := sealed[cardsSent]; n != 2 {
		t.Errorf("%v cards went out in the minute of two suggestions and a report", n)
	}
	for _, telling := range []string{"zhangwei", "hanxue", "SX", "sealed", "report"} {
		if strings.Contains(r.log.String(), telling) {
			t.Errorf("the log has %s:\n%s", telling, r.log)
		}
	}
	for _, telling := range []string{"sealed", "report", "fetch", "SX", "zhangwei", "suggestion"} {
		if label := regexp.MustCompile(`="[^"]*` + telling + `[^"]*"`).FindString(r.scrape()); label != "" {
			t.Errorf("a label tells %s", label)
		}
	}
}

// spy reads what shows without a key: the metrics, and the sizes of what is stored.
type spy struct {
	*world
	replica  *replica
	turns    *turns.Turns
	tables   *sql.DB
	minutes  int
	filed    float64 // suggestions
	speakers []string
}

// anchored waits until the day's anchor of the record has gone out, which happens by itself at some time after the start.
func (s *spy) anchored() {
	s.t.Helper()
	for deadline := time.Now().Add(patience); series(s.t, s.replica.scrape())[anchorsSent] == 0; {
		if time.Now().After(deadline) {
			s.t.Fatal("no anchor has gone out")
		}
	}
}

// minute lets all speakers file in step, each something of their own where {} stands, and returns by how much each series of the metrics that has moved did.
func (s *spy) minute(talks ...[][2]string) map[string]float64 {
	s.t.Helper()
	before := series(s.t, s.replica.scrape())
	s.minutes++
	proposals := []string{"食堂早点开门", "把车间门口的坑填平防滑倒", "给检验台换一盏亮一点的灯", "给更衣室装一面镜子", "宿舍热水供应到半夜", "给叉车装个倒车报警"}
	for step := range talks[0] {
		var after []int64
		for i, who := range s.speakers {
			after = append(after, s.say(who, strings.ReplaceAll(talks[i][step][0], "{}", proposals[(s.minutes*len(s.speakers)+i)%len(proposals)])).ID)
		}
		for i, who := range s.speakers {
			s.hears(who, after[i], talks[i][step][1])
			s.settled(who)
		}
		s.sameSizes(step)
	}
	for i, who := range s.speakers {
		if &talks[i][0] == &suggestionTalk[0] {
			s.filed++
			s.hears(officerOf(who), 0, proposals[(s.minutes*len(s.speakers)+i)%len(proposals)])
		}
	}
	moved := series(s.t, s.replica.scrape())
	for deadline := time.Now().Add(patience); moved[cardsSent] < s.filed && time.Now().Before(deadline); {
		moved = series(s.t, s.replica.scrape()) // a card is counted when it is written that it was sent
	}
	for name := range moved {
		moved[name] -= before[name]
	}
	maps.DeleteFunc(moved, func(_ string, by float64) bool { return by == 0 })
	return moved
}

// cardsSent counts the officers' cards, anchorsSent what auditors are sent of the record.
const (
	cardsSent   = `unionbot_deliveries_total{kind="task",state="sent"}`
	anchorsSent = `unionbot_deliveries_total{kind="anchor",state="sent"}`
)

func officerOf(person string) string {
	if person == "wecom:wangfang2" {
		return zhaoJianjun
	}
	return liFang
}

// shortField is what a counter or a mark is shorter than, and a sealed value longer.
const shortField = 64

// sameSizes compares what Redis keeps about the speakers, value by value, and what the database keeps of messages: the
// one who reports must not stand out.
func (s *spy) sameSizes(step int) {
	s.t.Helper()
	sizes := map[string][]int{}
	for _, who := range s.speakers {
		sizes[who] = s.sizesInRedis(strings.TrimPrefix(who, "wecom:"))
	}
	if len(sizes[zhangWei]) == 0 || !slices.Equal(sizes[zhangWei], sizes[hanXue]) || !slices.Equal(sizes[zhangWei], sizes[s.speakers[2]]) {
		s.t.Errorf("step %d: the values in Redis have sizes %v", step, sizes)
	}
	for column, table := range map[string]string{"reply": "handled", "session": "handled", "form": "cases"} {
		var kinds int
		query := "SELECT COUNT(DISTINCT LENGTH(" + column + ")) FROM " + table + " WHERE LENGTH(" + column + ") > 64"
		if err := s.tables.QueryRowContext(s.t.Context(), query).Scan(&kinds); err != nil {
			s.t.Fatal(err)
		}
		if kinds > 1 {
			s.t.Errorf("step %d: %s.%s has %d sizes", step, table, column, kinds)
		}
	}
}

func (s *spy) sizesInRedis(user string) (sizes []int) {
	s.t.Helper()
	ctx, client := s.t.Context(), s.turns.Client()
	// Other tests leave what they kept of their own people of this name in the same Redis.
	var channel string
	for _, setting := range s.common {
		if agent, ok := strings.CutPrefix(setting, "UNIONBOT_WECOM_AGENT_ID="); ok {
			channel = "wecom:" + agent
		}
	}
	keys, err := client.Keys(ctx, "*{"+channel+":"+user+"}*").Result()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, key := range keys {
		values := client.HVals(ctx, key).Val() // none where it is no hash
		if value, err := client.Get(ctx, key).Result(); err == nil {
			values = append(values, value)
		}
		for _, value := range values {
			if len(value) > shortField {
				sizes = append(sizes, len(value))
			}
		}
	}
	slices.Sort(sizes)
	return sizes
}

// series are the counters of a replica, of a histogram its count.
func series(t *testing.T, metrics string) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^(unionbot_\w+(?:_total|_count)(?:\{[^}]*\})?) (\S+)$`).FindAllStringSubmatch(metrics, -1) {
		value, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		found[m[1]] = value
	}
	return found
}
