package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// castFaults strike a broadcast: 2 % of the calls fail, and 3 of 1,000 are never answered.
var castFaults = simulator.Faults{Path: "/send", FailShare: .02, FailStatus: 503, HangShare: .003, Seed: 20261127}

// testBroadcasts sends a broadcast with a text for each while the platform fails in every way, two replicas are killed and
// another stands still for longer than its lease: everybody has it once, and the report adds up.
func testBroadcasts(t *testing.T, binary string) {
	h := newCastHall(t, binary, withRemoved, 2000, 120)
	h.remove()
	first, second := h.serve(), h.serve()
	h.route(first, second)
	h.open()
	h.platforms.SetFaults(castFaults)
	h.release("{姓名},行车轨道有裂纹,立即停用。")
	h.reached(100)
	first.kill()
	h.platforms.ExpireTokens()
	third := h.serve()
	h.route(third)
	h.reached(700)
	second.signal(syscall.SIGSTOP)
	h.reached(1200)
	third.kill()
	h.route(h.serve())
	h.ends()
	second.signal(syscall.SIGCONT)
	second.stop() // it would make calls on its way out
	h.addsUp()
	refused := h.platforms.Refusals()
	if refused[42001] == 0 {
		t.Error("no call was refused for its token: none expired on the way")
	}
	if refused[45033] == 0 {
		t.Error("no call was refused for its pace: it never went beyond what the platform lets through")
	}
	h.t.Logf("a broadcast with 2 %% 5xx, 0.3 %% time-outs, an expired token (%d calls refused), 500 a second at most (%d refused beyond), two kills and a stall: %s",
		refused[42001], refused[45033], h.came)
	if n := h.dropped(); n == 0 {
		t.Error("nothing was sent twice and dropped: the calls of the dead were not made again")
	}
	h.decides()

	if h.count(removedKey(0), "请马上回复", h.number)+h.count(removedKey(1), "请马上回复", h.number) == 0 {
		t.Error("who is not known to WeCom any more has it by no other way")
	}

	h.ask(zhangWei, "收到", "已记下您收到了 "+h.number)
	h.ask("wecom:sunli", "未回 "+h.number, "还没有回复")
	if line := h.show(); line.Counts["answered"] != 1 {
		t.Errorf("the report is %+v", line)
	}
}

// testBroadcastStores empties Redis, lets it go away, and then the database, while a broadcast goes out: so slowly that it
// cannot be over before that, on whatever machine. Then it goes on at full speed.
func testBroadcastStores(t *testing.T, binary string) {
	redis := storagetest.StartRedis(t)
	h := newCastHall(t, binary, func(t *testing.T, binary string, change ...func(*simulator.Config)) *world {
		return newWorldOn(t, binary, storagetest.MigratedURL(t), "redis://"+redis.Address, change...)
	}, 1000, 0)
	fast := h.common
	h.common = append(slices.Clip(fast), "UNIONBOT_BROADCASTS_PER_SECOND=15")
	first, second := h.serve(), h.serve()
	h.route(first, second)
	h.release("{姓名},行车轨道有裂纹,立即停用。")
	h.reached(5)
	redis.Flush(t)
	h.reached(20)
	for _, r := range h.replicas {
		r.redis.Cut()
	}
	h.notes(first, second, "pace not known")
	for _, r := range h.replicas {
		r.redis.Mend()
	}
	h.reached(40)
	for _, r := range h.replicas {
		r.database.Cut()
	}
	h.notes(first, second, "chunk not settled|broadcasts? not read")
	for _, r := range h.replicas {
		r.database.Mend()
	}
	h.reached(60)
	h.common = append(slices.Clip(fast), "UNIONBOT_BROADCASTS_PER_SECOND=150") // well below what the platform lets through
	h.route(h.serve())
	first.stop()
	second.stop()
	h.ends()
	h.addsUp()
}

// castHall is a world with a large branch, to which a broadcast goes.
type castHall struct {
	*world
	receivers []string // phones by staff number, as the report has them
	staff     map[string]string
	number    string
	head      int
	// came is what it came to.
	came string
}

const (
	// castUsers and castFollowers begin the accounts of the branch, on WeCom and on the Official Account.
	castUsers     = "crane"
	castFollowers = "oCrane"
)

// newCastHall adds members to the seed's 一分厂: on WeCom, and on the Official Account.
func newCastHall(t *testing.T, binary string, build func(*testing.T, string, ...func(*simulator.Config)) *world, users, followers int) *castHall {
	h := &castHall{staff: map[string]string{}}
	var roster strings.Builder
	roster.WriteString("staff_no,name,organisation,wecom_userid\n")
	var crowd []simulator.Person
	for i := range users + followers {
		p := simulator.Person{Platform: simulator.WeCom, ID: fmt.Sprintf("%s%d", castUsers, i), Name: "行车工"}
		userid := p.ID
		if i >= users {
			p.Platform, p.ID, userid = simulator.OfficialAccount, fmt.Sprintf("%s%d", castFollowers, i), ""
		}
		crowd = append(crowd, p)
		fmt.Fprintf(&roster, "C%05d,行车工,集团公司/一分厂/行车班,%s\n", i, userid)
		h.staff[fmt.Sprintf("C%05d", i)] = p.Key()
		h.receivers = append(h.receivers, p.Key())
	}
	h.world = build(t, binary, func(c *simulator.Config) {
		c.People = append(c.People, crowd...)
		c.WeCom.CallsPerSecond = 500
	})
	h.common = append(h.common, "UNIONBOT_BROADCASTS_PER_SECOND=2000") // nobody knows what the platform lets through
	maps.Copy(h.staff, staffBelow(t, "集团公司/一分厂"))
	file := filepath.Join(t.TempDir(), "crowd.csv")
	if err := os.WriteFile(file, []byte(roster.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	h.command("members", "import", file)
	_, err := h.raw().ExecContext(t.Context(), `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms)
		SELECT ?, CONCAT(?, CAST(SUBSTRING(staff_no, 2) AS UNSIGNED)), id, 'code', 0 FROM members WHERE staff_no LIKE 'C%' AND wecom_userid IS NULL`,
		"officialaccount:"+h.played.account.ID, castFollowers)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// removed is how many of the branch are in the roster with an account that was removed at WeCom, and follow the Official Account.
const removed = 10

func removedID(i int) string { return fmt.Sprintf("oGone%d", i) }

func removedKey(i int) string {
	return simulator.Person{Platform: simulator.OfficialAccount, ID: removedID(i)}.Key()
}

// withRemoved is a world in which those follow the Official Account, and nobody knows them on WeCom.
func withRemoved(t *testing.T, binary string, change ...func(*simulator.Config)) *world {
	return newWorld(t, binary, append(change, func(c *simulator.Config) {
		for i := range removed {
			c.People = append(c.People, simulator.Person{Platform: simulator.OfficialAccount, ID: removedID(i), Name: "行车工"})
		}
	})...)
}

// remove puts them into the roster.
func (h *castHall) remove() {
	h.t.Helper()
	var roster strings.Builder
	roster.WriteString("staff_no,name,organisation,wecom_userid\n")
	for i := range removed {
		fmt.Fprintf(&roster, "R%05d,行车工,集团公司/一分厂/行车班,gone%d\n", i, i)
		h.staff[fmt.Sprintf("R%05d", i)] = removedKey(i)
		h.receivers = append(h.receivers, removedKey(i))
	}
	file := filepath.Join(h.t.TempDir(), "removed.csv")
	if err := os.WriteFile(file, []byte(roster.String()), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.command("members", "import", file)
	_, err := h.raw().ExecContext(h.t.Context(), `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms)
		SELECT ?, CONCAT('oGone', CAST(SUBSTRING(staff_no, 2) AS UNSIGNED)), id, 'code', 0 FROM members WHERE staff_no LIKE 'R%'`, "officialaccount:"+h.played.account.ID)
	if err != nil {
		h.t.Fatal(err)
	}
}

// open has everybody on the Official Account say something, so that they may be written to.
func (h *castHall) open() {
	h.t.Helper()
	for _, person := range h.receivers {
		if strings.HasPrefix(person, "officialaccount:") {
			h.say(person, "你好")
		}
	}
	for _, person := range h.receivers {
		if strings.HasPrefix(person, "officialaccount:") {
			h.settled(person)
		}
	}
}

// release hands an urgent broadcast in, twice, which is once, and has it released.
func (h *castHall) release(text string) {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "cracks.yaml")
	content := fmt.Sprintf("id: crane-tracks\nauthor: \"100130\"\ntext: %q\norganisations: [集团公司/一分厂]\nurgent: true\n", text)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
	var line broadcastLine
	for range 2 {
		if err := json.Unmarshal([]byte(h.command("broadcasts", "send", file, "--json")), &line); err != nil {
			h.t.Fatal(err)
		}
	}
	if line.Head != len(h.staff) {
		h.t.Fatalf("%d receivers are counted, there are %d", line.Head, len(h.staff))
	}
	h.number, h.head = line.Number, line.Head
	const released = "wecom:lifang"
	h.tap(released, h.hears(released, 0, "请放行群发 "+line.Number), "同意")
}

// reached waits until about so many have it: chunks go out in the order of the roster.
func (h *castHall) reached(n int) {
	h.t.Helper()
	h.first(h.receivers[n:n+20], "立即停用")
}

// ends waits until the writer is told of the end.
func (h *castHall) ends() {
	h.t.Helper()
	h.hearsWithin(3*patience, "wecom:sunli", 0, "已发完")
}

func (h *castHall) show() (line broadcastLine) {
	h.t.Helper()
	if err := json.Unmarshal([]byte(h.command("broadcasts", "show", h.number, "--json")), &line); err != nil {
		h.t.Fatal(err)
	}
	return line
}

// addsUp compares the report, and the receipt of everybody, with the phones.
func (h *castHall) addsUp() {
	h.t.Helper()
	line := h.show()
	sum := 0
	for _, n := range line.Counts {
		sum += n
	}
	if line.State != "done" || sum != h.head || line.Head != h.head {
		h.t.Errorf("of %d receivers the report is %+v", h.head, line)
	}
	out := filepath.Join(h.t.TempDir(), "receipts.csv")
	h.command("broadcasts", "receipts", h.number, "--out", out)
	table, err := os.ReadFile(out)
	if err != nil {
		h.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(table), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != h.head+1 {
		h.t.Fatalf("the receipts of %d receivers have %d rows, %v", h.head, len(rows), err)
	}
	listed, lost, doubled := map[string]int{}, 0, 0
	for _, row := range rows[1:] {
		person, state := h.staff[row[0]], row[3]
		listed[state]++
		has := h.count(person, "请马上回复", h.number)
		if state == "已发出" && has == 0 {
			lost++
		}
		if has > 1 {
			doubled++
		}
		switch {
		case state == "已发出" && has == 1, state == "不确定" && has <= 1, strings.HasPrefix(state, "等本人") && has == 0:
		default:
			h.t.Errorf("%s is %s, and has it %d times:\n%s", person, state, has, fmt.Sprint(h.chat(person)))
		}
	}
	if listed["已发出"] != line.Counts["sent"] || listed["不确定"] != line.Counts["uncertain"] {
		h.t.Errorf("the receipts are %v, the report %+v", listed, line)
	}
	h.came = fmt.Sprintf("of %d lost %d, doubled %d: %v; %d doubles were dropped by the platform", h.head, lost, doubled, listed, h.dropped())
	h.t.Log(h.came)
}

// decides leaves those to a person of whom nobody knows whether it reached them.
func (h *castHall) decides() {
	h.t.Helper()
	n := h.show().Counts["uncertain"]
	var list []uncertainLine
	if err := json.Unmarshal([]byte(h.command("broadcasts", "uncertain", h.number, "--json")), &list); err != nil || len(list) != n {
		h.t.Errorf("%d of %d uncertain are listed, %v", len(list), n, err)
	}
	if n == 0 { // chance struck no call to the Official Account
		return
	}
	h.command("broadcasts", "uncertain", h.number, "--by", "100130", "--leave")
	if line := h.show(); line.Counts["by_person"] != n || line.Counts["uncertain"] != 0 {
		h.t.Errorf("after %d were left to a person the report is %+v", n, line)
	}
}

// dropped is how many doubles the platform found.
func (h *castHall) dropped() (n int) {
	h.t.Helper()
	for _, person := range h.receivers {
		for _, e := range h.chat(person) {
			if e.State == simulator.Dropped {
				n++
			}
		}
	}
	return n
}

// notes waits until one of two replicas has written something like this into its log: the other may have nothing in hand.
func (h *castHall) notes(one, other *replica, what string) {
	h.t.Helper()
	wanted, timer := regexp.MustCompile(what), time.NewTimer(patience)
	defer timer.Stop()
	for {
		changed, otherChanged := one.log.next(), other.log.next()
		if wanted.MatchString(one.log.String()) || wanted.MatchString(other.log.String()) {
			return
		}
		select {
		case <-changed:
		case <-otherChanged:
		case <-timer.C:
			h.t.Fatalf("nothing in two logs matches %s:\n%s%s", what, one.log, other.log)
		}
	}
}

// first waits until one of these people hears something, and says who.
func (w *world) first(people []string, wanted string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*patience)
	defer cancel()
	heard := make(chan string, len(people))
	for _, person := range people {
		go func() {
			_, err := w.platforms.Await(ctx, person, 0, func(e simulator.Entry) bool { return e.Side == simulator.Bot && e.Card == nil && says(e, wanted) })
			if err == nil {
				heard <- person
			}
		}()
	}
	select {
	case person := <-heard:
		return person
	case <-ctx.Done():
		w.t.Fatalf("nobody hears %q; a phone shows:\n%s", wanted, w.phone(people[0]))
		return ""
	}
}

// staffBelow are the phones of the seed's members below an organisation, by their staff numbers.
func staffBelow(t *testing.T, org string) map[string]string {
	t.Helper()
	file, err := seed.ReadFile(seedFile)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for line := range strings.Lines(string(file)) {
		cells := strings.Split(line, ",")
		if len(cells) > 12 && regexp.MustCompile(`^`+org+`(/|$)`).MatchString(cells[7]) && cells[10] != "" && cells[12] == "active" {
			list[cells[0]] = "wecom:" + cells[10]
		}
	}
	return list
}
