package flows_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/audit"
)

// thief has a dump of the database and of Redis, the log, and no keys.
type thief struct {
	*harness
	talk   sealedTalk
	raw    *sql.DB
	tables []string
	count  int
	// spoke is when each person said something, and by which messages.
	spoke map[string][]time.Time
	sent  map[string][]string
	began time.Time
}

func (f *thief) say(who, text string) string {
	f.t.Helper()
	address, ok := f.Address(who)
	if !ok {
		f.t.Fatalf("nobody is called %s", who)
	}
	f.count++
	id := fmt.Sprintf("%s/%d", address.Channel, 5_000_000+f.count)
	f.Advance(41*time.Second + 237*time.Millisecond)
	f.spoke[who] = append(f.spoke[who], f.Now())
	f.sent[who] = append(f.sent[who], id)
	answer, err := f.Deliver(f.t.Context(), bot.Message{
		ID: bot.MessageID(id), Address: address, SentAt: f.Now().Truncate(time.Second), Kind: bot.KindText, Text: text,
	})
	check(f.t, err)
	return answer
}

// row is a row of the database, or a key of Redis with its value, as text.
type row struct {
	place  string
	values []string
}

func (r row) holds(token string) bool {
	return slices.ContainsFunc(r.values, func(v string) bool { return strings.Contains(v, token) })
}

func (f *thief) dump() (rows []row) {
	f.t.Helper()
	for _, table := range f.tables {
		rows = append(rows, f.dumpTable(table)...)
	}
	for _, channel := range []bot.ChannelID{f.wecom, f.official} {
		rows = append(rows, f.dumpRedis("*"+string(channel)+"*")...)
	}
	return rows
}

func (f *thief) dumpRedis(pattern string) (rows []row) {
	f.t.Helper()
	client, ctx := f.stores.turns.Client(), f.t.Context()
	var keys []string
	patiently(f.t, func() (err error) { keys, err = client.Keys(ctx, pattern).Result(); return err })
	for _, key := range keys {
		r := row{place: "redis", values: []string{key}}
		patiently(f.t, func() error {
			kind, err := client.Type(ctx, key).Result()
			switch {
			case err != nil:
				return err
			case kind == "hash":
				fields, err := client.HGetAll(ctx, key).Result()
				for name, value := range fields {
					r.values = append(r.values, name, value)
				}
				return err
			case kind == "string":
				value, err := client.Get(ctx, key).Result()
				r.values = append(r.values, value)
				return err
			}
			return nil
		})
		rows = append(rows, r)
	}
	return rows
}

// patiently reads again where the connection's short patience ends on a busy machine.
func patiently(t *testing.T, read func() error) {
	t.Helper()
	var err error
	for range 20 {
		if err = read(); err == nil {
			return
		}
	}
	t.Fatal(err)
}

func (f *thief) dumpTable(table string) (rows []row) {
	f.t.Helper()
	found, err := f.raw.QueryContext(f.t.Context(), "SELECT * FROM "+table)
	check(f.t, err)
	defer func() { check(f.t, found.Close()) }()
	columns, err := found.Columns()
	check(f.t, err)
	for found.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		check(f.t, found.Scan(into...))
		r := row{place: table}
		for _, c := range cells {
			if c.Valid {
				r.values = append(r.values, c.String)
			}
		}
		rows = append(rows, r)
	}
	check(f.t, found.Err())
	return rows
}

// about picks the rows that hold one of the tokens.
func about(rows []row, tokens ...string) (picked []row) {
	for _, r := range rows {
		if slices.ContainsFunc(tokens, r.holds) {
			picked = append(picked, r)
		}
	}
	return picked
}

// words are the tokens in rows by which one might be joined with another: long numbers, names and hashes.
func words(rows []row) map[string]bool {
	found := map[string]bool{}
	for _, r := range rows {
		for _, v := range r.values {
			for _, token := range longToken.FindAllString(v, -1) {
				found[token] = true
			}
		}
	}
	return found
}

var (
	longToken   = regexp.MustCompile(`[0-9A-Za-z_+=-]{5,}`)
	sealedFiled = regexp.MustCompile(`编号 (SX26-\d{8})`)
	fetchCode   = regexp.MustCompile(`查询码 ([0-9A-Z-]{14})`)
)

// tokensOf is by what a thief knows a person: the roster, and the messages that Redis tells to be theirs.
func (f *thief) tokensOf(who string) []string {
	i := slices.IndexFunc(people, func(p person) bool { return p.name == who })
	tokens := []string{strconv.FormatInt(int64(f.member(who)), 10), people[i].wecom, people[i].staffNo, who}
	return append(tokens, f.sent[who]...)
}

// sealedTalk is how two people report under a sealed service at once, and how its officer asks one of them once more, and answers.
type sealedTalk struct {
	service string
	// says are the messages up to the summary, content what is written, which the bystander writes otherwise.
	says             []string
	content, another string
	officer          string
}

// Those that come along, as well as the one of the tests.
var sealedTalks = []sealedTalk{
	{"sealed_report", []string{"意见直报", "食堂采购有人多报斤两", "一号食堂"}, "多报斤两", "澡堂采购有人多报数目", "陈静"},
	{"women", []string{"女职工求助", "1", "班长老说难听的话", "跳过"}, "老说难听的话", "组长总讲下流段子", "刘岚"},
	{"anonymous_report", []string{"匿名举报", "班长多报了工时", "2", "跳过", "跳过"}, "多报了工时", "仓库多报了损耗", "陈静"},
}

// What reporters and officers did, interleaved, leaves nothing by which a sealed case is joined with its author: no row
// with both, no token on both sides that would not point at somebody else as well, no moment. What is exported does not either.
func TestASealedCaseIsNotJoinedWithItsAuthor(t *testing.T) {
	db, raw := migratedMariaDB(t)
	tables := tablesOf(t, raw)
	for _, talk := range sealedTalks {
		t.Run(talk.service, func(t *testing.T) {
			empty(t, raw, tables)
			f := &thief{
				harness: newHarness(t, db, storagetest.RedisURL(t)), raw: raw, tables: tables, talk: talk,
				spoke: map[string][]time.Time{}, sent: map[string][]string{}, began: time.Now(),
			}
			f.plays(storage.NewAudit(db))
		})
	}
}

// plays has the report go on to its end, and tries to join at every stage.
func (f *thief) plays(chain *storage.Audit) {
	f.t.Helper()
	var log lockedBuffer
	f.stop()
	f.log = &log
	f.start()
	f.Advance(17 * time.Minute)
	for _, said := range f.talk.says {
		f.say("张伟", said)
		if strings.Contains(said, f.talk.content) {
			said = f.talk.another
		}
		f.say("王强", said)
		f.say("李芳", "提个建议,给更衣室装一面镜子")
	}
	f.stop() // writes what waits to be kept
	f.start()
	f.noDraft("张伟", f.dump())
	mine := f.say("张伟", "1")
	other := f.say("王强", "3")
	number, code := sealedFiled.FindStringSubmatch(mine), fetchCode.FindStringSubmatch(mine)
	if number == nil || code == nil || sealedFiled.FindStringSubmatch(other) == nil {
		f.t.Fatalf("not filed: %s\n%s", mine, other)
	}
	chain.UseClock(f.Now)
	for range 2 { // in the middle of the hour and after it
		if _, err := chain.Seal(f.t.Context(), 1000); err != nil {
			f.t.Fatal(err)
		}
		f.nothingJoins(number[1], code[1], "张伟", "王强", &log)
		f.Advance(time.Hour)
	}
	f.arrive()
	f.say(f.talk.officer, "退回 "+number[1]+" 请说说大概是什么时候")
	f.Advance(time.Hour)
	f.arrive()
	f.say("王强", "进度")
	if asked := f.say("张伟", "查询 "+number[1]+" "+code[1]); !strings.Contains(asked, "请说说大概是什么时候") {
		f.t.Errorf("fetched: %s", asked)
	}
	f.say("张伟", "上个月")
	f.say("王强", "待办")
	f.nothingJoins(number[1], code[1], "张伟", "王强", &log)
	f.Advance(time.Hour)
	f.arrive()
	f.say(f.talk.officer, "同意 "+number[1]+" 周三答复您")
	f.Advance(time.Hour)
	if told := f.arrive(); !slices.Contains(told, "张伟") {
		f.t.Errorf("the author was not told of the answer: %v were", told)
	}
	f.nothingJoins(number[1], code[1], "张伟", "王强", &log)
	f.exported(chain, number[1], "张伟")
}

// exported asks for all that people may take along: what is kept about the author tells no number, nor does what is said of the author
// to officers, and no entry that an auditor exports names both.
func (f *thief) exported(chain *storage.Audit, number, author string) {
	f.t.Helper()
	for _, asked := range [][2]string{{author, "我的"}, {author, "我的数据"}, {"陈静", "查 " + author}, {"陈静", "统计"}, {"陈静", "台账"}} {
		if answer := f.say(asked[0], asked[1]); strings.Contains(answer, number) {
			f.t.Errorf("%s reads at %s: %s", asked[0], asked[1], answer)
		}
	}
	if _, err := chain.Seal(f.t.Context(), 1000); err != nil {
		f.t.Fatal(err)
	}
	check(f.t, chain.Judged(f.t.Context(), func(e audit.StoredEntry, _ audit.Verdict) error {
		entry := row{place: "export", values: []string{fmt.Sprintf("%+v", e)}}
		if entry.holds(number) && len(about([]row{entry}, f.tokensOf(author)...)) > 0 {
			f.t.Errorf("an exported entry names case and author: %q", entry.values)
		}
		return nil
	}))
}

func (f *thief) arrive() (who []string) {
	f.t.Helper()
	arrivals, err := f.Arrived(f.t.Context())
	check(f.t, err)
	for _, a := range arrivals {
		who = append(who, a.Who)
	}
	return who
}

// nothingJoins tries to join. The bystander is somebody who was as busy at the same time: what points at both points at
// nobody.
func (f *thief) nothingJoins(number, code, author, bystander string, log *lockedBuffer) {
	f.t.Helper()
	rows := f.dump()
	var id string
	check(f.t, f.raw.QueryRowContext(f.t.Context(), "SELECT id FROM cases WHERE number = ?", number).Scan(&id))
	ofCase := about(rows, id, number)
	ofAuthor, ofBystander := about(rows, f.tokensOf(author)...), about(rows, f.tokensOf(bystander)...)
	if len(ofCase) < 3 || len(ofAuthor) < 5 || len(ofBystander) < 5 {
		f.t.Fatalf("%d rows of the case, %d of its author, %d of a bystander: the dump holds too little", len(ofCase), len(ofAuthor), len(ofBystander))
	}
	for _, r := range about(ofCase, f.tokensOf(author)...) {
		f.t.Errorf("a row of %s names case and author: %q", r.place, r.values)
	}
	for _, secret := range append(f.tokensOf(author)[:3], number, id, code, f.talk.content) {
		if strings.Contains(log.String(), secret) {
			f.t.Errorf("the log tells %q", secret)
		}
	}
	for _, r := range about(rows, code, f.talk.content, strings.ReplaceAll(code, "-", "")) {
		f.t.Errorf("a row of %s holds what was written: %q", r.place, r.values)
	}
	innocent := words(ofBystander)
	told := words(ofAuthor)
	for token := range words(ofCase) {
		if told[token] && !innocent[token] {
			f.t.Errorf("%q is in rows of the case and of its author, and not of a bystander", token)
		}
	}
	f.noDraft(author, rows)
	f.noMoment(ofCase, author)
	f.noPlace(ofCase)
	f.noNotice(rows, author)
}

// noDraft refuses a trace that somebody reports at all.
func (f *thief) noDraft(author string, rows []row) {
	f.t.Helper()
	for _, r := range about(rows, f.tokensOf(author)...) {
		if r.place == "service_versions" { // the files, whose examples have names in them
			continue
		}
		if r.holds(f.talk.service) || r.place == "drafts" || r.place == "attachments" {
			f.t.Errorf("a row of %s tells that the author reports: %q", r.place, r.values)
		}
	}
}

// noMoment refuses numbers that tell when the author acted: times, and ids made of them.
func (f *thief) noMoment(rows []row, author string) {
	f.t.Helper()
	const epoch, idBits = 1704067200000, 22
	for _, r := range rows {
		for _, v := range r.values {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				continue
			}
			for _, at := range f.spoke[author] {
				if d := time.UnixMilli(n).Sub(at).Abs(); d < 5*time.Second {
					f.t.Errorf("a row of %s tells the moment %s: %q", r.place, at, r.values)
				}
			}
			made := time.UnixMilli(n>>idBits + epoch)
			if made.After(f.began.Add(-time.Minute)) && made.Before(time.Now().Add(time.Minute)) && !f.isMember(n) {
				f.t.Errorf("a row of %s holds %d, an id that tells its time: %q", r.place, n, r.values)
			}
		}
	}
}

// noPlace refuses a place among other people's entries while the hour lasts in which the author acted.
func (f *thief) noPlace(rows []row) {
	f.t.Helper()
	for _, r := range rows {
		if r.place == "audit_chain" && f.Now().Sub(today) < time.Hour {
			f.t.Errorf("the chain lists the case among what happened at the same moment: %q", r.values)
		}
	}
}

// isMember is true of the ids of people and organisations, which tell when the test began.
func (f *thief) isMember(n int64) bool {
	var found int
	check(f.t, f.raw.QueryRowContext(f.t.Context(),
		"SELECT (SELECT COUNT(*) FROM members WHERE id = ?) + (SELECT COUNT(*) FROM organisations WHERE id = ?)", n, n).Scan(&found))
	return found > 0
}

// noNotice refuses a row of the outbox or of what is parked that names the author and tells of an answer.
func (f *thief) noNotice(rows []row, author string) {
	f.t.Helper()
	for _, r := range about(rows, f.tokensOf(author)[:2]...) {
		if r.place == "outbox" || r.place == "parked" {
			f.t.Errorf("a row of %s is to the author: %q", r.place, r.values)
		}
	}
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
