package main

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// TestTheBinary plays the main job with the real program against both platforms and real stores. Whatever a story is
// about, its replicas must end when they are asked to, and their logs must be clean.
func TestTheBinary(t *testing.T) {
	binary := buildBinary(t)
	for name, story := range map[string]func(t *testing.T, binary string){
		"a suggestion travels to the officer and back on both platforms":                testThereAndBack,
		"a suggestion is filed and decided with a Redis Cluster":                        testOnCluster,
		"a suggestion is filed and decided with a Redis behind TLS":                     testOnRedisTLS,
		"a Sentinel puts another Redis in place while people confirm":                   testSentinel,
		"an officer sees the pictures of a suggestion, once a wish":                     testPictures,
		"a paper is printed, and everybody who holds it checks it":                      testPaper,
		"a form that is open on two phones is one form":                                 testTwoPhones,
		"every callback twice at once on two replicas has its effects once":             testTwiceAtOnce,
		"copies of old messages in any order change nothing":                            testLateCopies,
		"a replica that is killed after its commit has filed":                           testKilledAfterCommit,
		"a replica is killed at every point of a turn":                                  testKilledAnywhere,
		"a replica stands still at every point of a turn":                               testStalledAnywhere,
		"a replica is struck while it owes a late reply":                                testStruckLate,
		"a replica that stalls with its writes on the way finds what its successor did": testStalledInTransaction,
		"a store that refuses or is silent costs words within a second":                 testWordsSoon,
		"Redis goes away and comes back":                                                testRedisAway,
		"the database goes away when a person confirms":                                 testDatabaseAway,
		"what the platform refuses for a while arrives once":                            testPlatformFails,
		"an officer decides while every call to the platform fails":                     testDecidedUnheard,
		"a replica that is told to stop under load loses nothing":                       testStopUnderLoad,
		"one process with embedded stores finds the draft after kill -9":                testEmbedded,
		"a replica shows what it does and tells of nobody":                              testWatched,
		"a restored dump of MariaDB goes on and doubles nothing":                        testRestoreMariaDB,
		"a restored copy of SQLite goes on and doubles nothing":                         testRestoreSQLite,
		"pictures are seen after a restoration, and doctor names those that are gone":   testRestoreMediaFolder,
		"pictures of a bucket are seen after its restoration":                           testRestoreMediaBucket,
		"commands run beside a serving replica":                                         testCommandsBeside,
		"a plant's proxies stand before and behind the service":                         testBehindWalls,
		"a replica is attacked, and answers honest callers":                             testHostile,
		"a link that somebody wrote is dead on the phone of another":                    testForged,
		"an upgrade goes on beside the conversations":                                   testUpgrade,
		"a changed service is taken while people fill it in":                            testServicesFolder,
		"danger rings a telephone once, on two replicas":                                testTelephone,
		"a competition is opened beside the service, and its last place given once":     testCompetitions,
		"a broadcast comes to everybody once whatever fails":                            testBroadcasts,
		"a replica is killed at every point of a chunk of a broadcast":                  testBroadcastPoints,
		"a broadcast goes on when the stores have been away":                            testBroadcastStores,
		"a day's greetings go out once, whoever sends them and however often":           testGreetings,
		"a worker is struck while it moves a step on":                                   testLadderStruck,
		"an officer taps twice, and two officers decide at once":                        testDecidedAtOnce,
		"a service changes while an officer decides":                                    testDecidedMeanwhile,
		"greetings are sent beside one process with embedded stores":                    testGreetingsEmbedded,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, binary)
		})
	}
}

func testOnCluster(t *testing.T, binary string) {
	testOn(newWorldOn(t, binary, storagetest.MariaDBURL(t), storagetest.RedisClusterURL(t)))
}

// testOnRedisTLS trusts the server by the authority that is named, and none that nobody vouches for.
func testOnRedisTLS(t *testing.T, binary string) {
	address, authority := storagetest.RedisTLS(t)
	w := newWorldOn(t, binary, storagetest.MigratedURL(t), address+"?ca="+url.QueryEscape(authority))
	testOn(w)
	w.redis = address
	if said := w.refuses("serve"); !strings.Contains(said, "certificate") {
		t.Errorf("on a server that nobody vouches for it says %s", said)
	}
}

func testOn(w *world) {
	w.route(w.serve(), w.serve())
	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	w.tap(liFang, w.hears(liFang, 0, number, "受理"), "受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+number, "决定受理")
	w.ask(zhangWei, "进度", number, "受理")
}

func testThereAndBack(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve())

	number := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	card := w.hears(liFang, 0, number, "把车间门口的坑填平防滑倒", "受理")
	w.platforms.SetFaults(simulator.Faults{Path: "update_template_card", Fail: -1}) // the card stays as it is for now
	tapped := w.tap(liFang, card, "受理")
	w.hears(liFang, tapped.ID, number+" 已记为受理")
	w.hears(zhangWei, 0, "谢谢您的建议 "+number, "李芳同志", "决定受理")
	w.ask(zhangWei, "进度", number, "受理")
	again := w.tap(liFang, card, "不受理")
	w.hears(liFang, again.ID, number, "由 李芳 记为受理", "此按钮已失效")
	w.platforms.SetFaults(simulator.Faults{})
	w.hears(liFang, 0, number, "李芳 受理", "已办结")

	w.ask(wangQiang, "提个建议,给检验台换一盏亮一点的灯", "要先认证一次", "请发送工号")
	w.ask(wangQiang, wangQiangStaffNo, "请发送姓名")
	w.ask(wangQiang, "王强", "身份证后六位")
	w.ask(wangQiang, wangQiangProof, "认证好了,王师傅", "给检验台换一盏亮一点的灯", "现在是什么情况") // and on it goes
	w.ask(wangQiang, "看不清刻度", "做好了会有什么效果")
	w.ask(wangQiang, "跳过", "请核对")
	second := numberIn(t, w.ask(wangQiang, "1", "收到,谢谢王师傅"))
	w.hears(zhaoJianjun, 0, second, "受理")
	w.ask(zhaoJianjun, "同意 "+second+" 马上安排", second+" 已记为受理")
	w.hears(wangQiang, 0, "谢谢您的建议 "+second, "赵建军同志", "马上安排")
	w.ask(wangQiang, "进度", second, "受理")
}

// testEmbedded also shows that SQLite and embedded Redis need no setting but their names.
func testEmbedded(t *testing.T, binary string) {
	w := newWorldOn(t, binary, storagetest.SQLiteURL(t), "embedded")
	r := w.serve()
	w.route(r)
	w.fillIn(zhangWei, "给更衣室装一面镜子")
	r.kill()
	w.route(w.serve())
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	w.filedOnce(zhangWei, liFang, number)
}

func testCommandsBeside(t *testing.T, binary string) {
	w := newWorld(t, binary)
	w.route(w.serve())
	const newcomer = "wecom:cuikai" // in the seed, and about to move under 李芳
	w.ask(newcomer, "进度", "没有提过")   // the replica knows him now as he was
	file := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(file, []byte("staff_no,name,organisation\n"+staffNoOf(t, "cuikai")+",崔凯,集团公司/一分厂/锅炉班\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if report := w.command("members", "import", file); !strings.Contains(report, "1 changed") {
		t.Errorf("the import says %q", report)
	}
	if version := w.command("migrate"); !strings.Contains(version, "database is at version") {
		t.Errorf("migrate says %q", version)
	}
	number := w.file(newcomer, "给更衣室装一面镜子")
	w.hears(liFang, 0, number, "受理")

	for name, tt := range map[string]struct {
		setting string
		args    []string
		says    string
	}{
		"an unknown setting":     {"UNIONBOT_LISSTEN=:1", []string{"serve"}, "did you mean LISTEN?"},
		"a port that is no port": {"UNIONBOT_LISTEN=:port", []string{"serve"}, "LISTEN"},
	} {
		c := exec.CommandContext(t.Context(), binary, tt.args...)
		c.Env = append([]string{"UNIONBOT_DATABASE_URL=" + w.database, "UNIONBOT_REDIS_URL=" + w.redis}, append(w.common, tt.setting)...)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		if err := c.Run(); err == nil || c.ProcessState.ExitCode() != exitUsage || !strings.Contains(stderr.String(), tt.says) {
			t.Errorf("%s: %v, %s", name, err, &stderr)
		}
	}
}

// staffNoOf looks a staff number up in the seed by the WeCom user.
func staffNoOf(t *testing.T, user string) string {
	t.Helper()
	file, err := seed.ReadFile(seedFile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		if strings.Contains(line, ","+user+",") {
			staffNo, _, _ := strings.Cut(line, ",")
			return staffNo
		}
	}
	t.Fatalf("%s is not in the seed", user)
	return ""
}
