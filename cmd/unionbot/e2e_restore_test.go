package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union/notice"
)

// testRestoreMariaDB backs up and restores with the commands of docs/backup.md.
func testRestoreMariaDB(t *testing.T, binary string) {
	// What Redis remembers of everybody is forgotten, so it is one of this test's own.
	w := newWorldOn(t, binary, storagetest.MigratedURL(t), "redis://"+storagetest.StartRedis(t).Address+"/0")
	testRestore(t, w, storagetest.MariaDBURL(t), func(file string) {
		dump := exec.CommandContext(t.Context(), "mariadb-dump", append(mariaDBAccess(t, w.database),
			"--single-transaction", "--hex-blob", "--default-character-set=utf8mb4", "--no-tablespaces", databaseName(t, w.database))...)
		out, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		dump.Stdout = out
		runToolOn(t, dump)
		_, err = fmt.Fprintf(out, "INSERT INTO copies (made_ms) VALUES (%d000);\n", time.Now().Unix())
		if err := errors.Join(err, out.Close()); err != nil {
			t.Fatal(err)
		}
	}, func(file string) {
		restore := exec.CommandContext(t.Context(), "mariadb", append(mariaDBAccess(t, w.database),
			"--default-character-set=utf8mb4", databaseName(t, w.database))...)
		in, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.Close() }() // read only
		restore.Stdin = in
		runToolOn(t, restore)
	})
}

func testRestoreSQLite(t *testing.T, binary string) {
	w := newWorldOn(t, binary, storagetest.MigratedSQLiteURL(t), "embedded")
	testRestore(t, w, storagetest.SQLiteURL(t), func(file string) { w.command("backup", file) }, func(file string) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(strings.TrimPrefix(w.database, "sqlite:"), content, 0o600); err != nil {
			t.Fatal(err)
		}
	})
}

// testRestore goes back to a backup, on another database, and from there on. What was told in between is forgotten, and
// must neither be given to somebody else nor be said once more where that is to be known.
func testRestore(t *testing.T, w *world, elsewhere string, backUp, restore func(file string)) {
	first := w.serve()
	w.route(first)
	before := w.file(zhangWei, "把车间门口的坑填平防滑倒")
	confirmed := w.last(zhangWei, "1")
	w.hears(liFang, 0, before, "受理")
	w.fillIn(hanXue, "给更衣室装一面镜子")

	// At the moment of the backup nothing can be sent: a greeting, once at most, and an answer, once at least, wait.
	w.platforms.SetFaults(simulator.Faults{Path: "message/send", Fail: -1, FailCode: -1})
	const greeting, answer = "祝您生日快乐", "您的答复来了"
	w.putNotices(notice.Notice{Key: "greeting", Kind: "greeting", Policy: notice.Hold, Body: notice.Body{Text: greeting}},
		notice.Notice{Key: "answer", Kind: notice.KindAnswer, Policy: notice.Resend, Body: notice.Body{Text: answer}})
	w.tried()
	file := filepath.Join(t.TempDir(), "backup")
	backUp(file)

	w.platforms.SetFaults(simulator.Faults{})
	w.hears(zhangWei, 0, greeting)
	w.hears(zhangWei, 0, answer)
	forgotten := numberIn(t, w.ask(hanXue, "提交", "收到,谢谢"))
	submitted := w.last(hanXue, "提交")
	card := w.hears(liFang, 0, forgotten, "受理")
	first.kill()

	w.database = elsewhere
	restore(file)
	if out, err := w.try("serve"); err == nil || !strings.Contains(out, "run unionbot restored first") {
		t.Errorf("serve from a copy says %s, %v", out, err)
	}
	var said restoration
	if err := json.Unmarshal([]byte(w.command("restored", "--json")), &said); err != nil {
		t.Fatal(err)
	}
	if said.Count != 1 || len(said.Uncertain) != 1 || said.Uncertain[0].Kind != "greeting" {
		t.Errorf("it holds %+v", said)
	}
	w.route(w.serve())

	for person, copied := range map[string]simulator.Entry{zhangWei: confirmed, hanXue: submitted} {
		if err := w.platforms.Redeliver(person, copied.ID); err != nil {
			t.Fatal(err)
		}
	}
	again := numberIn(t, w.hears(liFang, card.ID, "给更衣室装一面镜子", "受理"))
	if serial(t, again) <= serial(t, forgotten) {
		t.Errorf("after %s it files %s", forgotten, again)
	}
	w.settled(zhangWei)
	w.ask(hanXue, "进度", again+" 建议", "正在办理(初审)")
	w.ask(zhangWei, "进度", before+" 建议", "正在办理(初审)") // one case, so one line
	w.ask(liFang, "待办", "您有 2 件待办", before, again)
	tapped := w.tap(liFang, card, "受理")
	w.hears(liFang, tapped.ID, "没有找到")
	w.drained()
	for _, text := range []string{greeting, answer} {
		if n := w.count(zhangWei, text); n != 1 {
			t.Errorf("%s was said %d times:\n%s", text, n, w.phone(zhangWei))
		}
	}
}

func testRestoreMediaFolder(t *testing.T, binary string) {
	folder, copied := filepath.Join(t.TempDir(), "media"), filepath.Join(t.TempDir(), "copy")
	testRestoreMedia(t, binary, "file:"+folder, func() string {
		if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
		return "file:" + copied
	}, func(string) {
		if err := os.RemoveAll(copied); err != nil {
			t.Fatal(err)
		}
	})
}

func testRestoreMediaBucket(t *testing.T, binary string) {
	bucket := storagetest.BucketURL(t)
	storagetest.MakeBucket(t, bucket)
	testRestoreMedia(t, binary, bucket, func() string { return storagetest.CopyBucket(t, bucket) },
		func(copied string) { storagetest.EmptyBucket(t, copied) })
}

// testRestoreMedia goes back to copies of the database and of the media, in the order of docs/backup.md. backUp says where its copy is.
func testRestoreMedia(t *testing.T, binary, media string, backUp func() string, lose func(copied string)) {
	w := newWorldOn(t, binary, storagetest.MigratedSQLiteURL(t), "embedded")
	database := filepath.Join(t.TempDir(), "copy.db")
	w.common = append(w.common, "UNIONBOT_MEDIA_URL="+media) // the last of a name counts
	first := w.serve()
	w.route(first)
	w.ask(zhangWei, "提个建议,给锅炉房加个护栏", "现在是什么情况")
	sent := w.act(simulator.Act{Person: zhangWei, Do: "picture", Media: "boiler"})
	w.hears(zhangWei, sent.ID, "张照片")
	w.ask(zhangWei, "推车容易翻", "做好了会有什么效果")
	w.ask(zhangWei, "跳过", "请核对", "照片 1 张")
	number := numberIn(t, w.ask(zhangWei, "提交", "收到,谢谢"))
	w.hears(liFang, 0, number, "看照片")
	for until := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		if said, _ := w.try("doctor"); strings.Contains(said, "the newest 1 that cases name are there") {
			break
		} else if time.Now().After(until) {
			t.Fatalf("the picture is not kept: %s", said)
		}
	}
	w.command("backup", database)
	copied := backUp()
	first.kill()

	w.database = "sqlite:" + database
	w.common = append(w.common, "UNIONBOT_MEDIA_URL="+copied)
	w.command("restored")
	w.route(w.serve())
	w.ask(liFang, "待办", number)
	w.ask(liFang, "1", number, "5 看照片")
	asked := w.ask(liFang, "5", number+" 的照片", "正在发给您")
	w.seesPictures(liFang, asked.ID, 1)

	lose(copied)
	if said, err := w.try("doctor"); err == nil || !strings.Contains(said, "bad  media files        of the newest 1 that cases name some are gone, of "+number) {
		t.Errorf("without its file doctor says %s, %v", said, err)
	}
}

func mariaDBAccess(t *testing.T, rawURL string) []string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return []string{"--no-defaults", "--protocol=tcp", "--host=" + u.Hostname(), "--port=" + u.Port(), "--user=" + u.User.Username()}
}

func databaseName(t *testing.T, rawURL string) string {
	t.Helper()
	_, name, ok := strings.Cut(strings.TrimPrefix(rawURL, "mysql://"), "/")
	if !ok {
		t.Fatal("no name in the URL of the database")
	}
	return name
}

func runToolOn(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", c.Args[0], err, &stderr)
	}
}

func serial(t *testing.T, number string) int {
	t.Helper()
	_, digits, _ := strings.Cut(number, "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// last finds what a person said last in these words.
func (w *world) last(person, words string) (found simulator.Entry) {
	w.t.Helper()
	for _, e := range w.chat(person) {
		if e.Side != simulator.Bot && e.Text == words {
			found = e
		}
	}
	if found.ID == 0 {
		w.t.Fatalf("%s did not say %q:\n%s", person, words, w.phone(person))
	}
	return found
}

// try runs the program, which may refuse, and returns all that it wrote.
func (w *world) try(args ...string) (string, error) {
	c := exec.CommandContext(w.t.Context(), w.binary, args...)
	c.Env = append(append([]string{}, w.common...), "UNIONBOT_DATABASE_URL="+w.database, "UNIONBOT_REDIS_URL="+w.redis)
	out, err := c.CombinedOutput()
	return string(out), err
}

// keys are those of the replicas.
func (w *world) keys() *seal.Keyring {
	w.t.Helper()
	for _, setting := range w.common {
		if list, ok := strings.CutPrefix(setting, "UNIONBOT_ENCRYPTION_KEYS="); ok {
			keys, err := seal.Parse(list)
			if err != nil {
				w.t.Fatal(err)
			}
			return keys
		}
	}
	w.t.Fatal("the world has no keys")
	return nil
}

// inside opens the world's database beside the replicas.
func (w *world) inside(use func(db *storage.DB, outbox *storage.Outbox)) {
	w.t.Helper()
	db, err := storage.Open(w.t.Context(), w.database)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // what was written is committed
	db.UseKeys(w.keys())
	use(db, storage.NewOutbox(db))
}

// putNotices writes notices to 张伟.
func (w *world) putNotices(notices ...notice.Notice) {
	w.t.Helper()
	w.inside(func(db *storage.DB, outbox *storage.Outbox) {
		members := storage.NewMembers(db, w.keys(), "")
		m, err := members.ByStaffNo(w.t.Context(), staffNoOf(w.t, "zhangwei"))
		if err != nil {
			w.t.Fatal(err)
		}
		for i := range notices {
			notices[i].To = m.ID
		}
		if err := outbox.Put(w.t.Context(), notices...); err != nil {
			w.t.Fatal(err)
		}
	})
}

// tried waits until a call to the failing platform was made.
func (w *world) tried() {
	w.t.Helper()
	w.eventually("the sending was tried", func() bool {
		for _, r := range w.platforms.Records() {
			if !r.Callback && strings.Contains(r.Title, "message/send") && r.ErrCode == -1 {
				return true
			}
		}
		return false
	})
}

// drained waits until nothing is in the outbox that could go out now.
func (w *world) drained() {
	w.t.Helper()
	w.eventually("everything was sent", func() (empty bool) {
		w.inside(func(_ *storage.DB, outbox *storage.Outbox) {
			b, err := outbox.Backlog(w.t.Context())
			if err != nil {
				w.t.Fatal(err)
			}
			failed, err := outbox.Undelivered(w.t.Context(), bot.ParcelFailed, 10)
			if err != nil || len(failed) > 0 {
				w.t.Fatalf("%v %v", failed, err)
			}
			empty = b.Waiting == 0 && b.Claimed == 0
		})
		return empty
	})
}

func (w *world) eventually(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("in vain waited until %s", what)
		}
	}
}
