package main

import (
	"bytes"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gosqldriver "github.com/go-sql-driver/mysql"
)

// nextMigrations are packed as those of the program are, whose text they go on: 09998_next adds the column next_thing to cases, and
// 09999_next makes the table next_things.
//
//go:embed testdata/next_migrations.bz2
var nextMigrations string

// buildNewer builds the program as the next release might be: one schema release further, by two migrations. The files
// are laid over the real ones, so that nothing in the program waits for a test.
func buildNewer(t *testing.T) (binary string, own int) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	overlay := map[string]string{}
	lay := func(path, content string) {
		file := filepath.Join(folder, strconv.Itoa(len(overlay)))
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(root, path)] = file
	}
	source, err := os.ReadFile(filepath.Join(root, "storage/migrate_release.go"))
	if err != nil {
		t.Fatal(err)
	}
	constant := regexp.MustCompile(`const schemaRelease = (\d+)`)
	own, err = strconv.Atoi(string(constant.FindSubmatch(source)[1]))
	if err != nil {
		t.Fatal(err)
	}
	lay("storage/migrate_release.go", string(constant.ReplaceAll(source, fmt.Appendf(nil, "const schemaRelease = %d", own+1))))
	migrations, err := os.ReadFile(filepath.Join(root, "storage/migrations.bz2"))
	if err != nil {
		t.Fatal(err)
	}
	lay("storage/migrations.bz2", string(migrations)+nextMigrations)
	list, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	listed := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(listed, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return buildBinary(t, "-overlay", listed), own
}

// with is the world as another program sees it.
func (w *world) with(binary string) *world {
	other := *w
	other.binary, other.replicas = binary, nil
	return &other
}

// refuses runs the program, which must not serve, and returns what it said.
func (w *world) refuses(args ...string) string {
	w.t.Helper()
	c := exec.CommandContext(w.t.Context(), w.binary, args...)
	c.Env = slices.Concat(w.common, []string{"UNIONBOT_DATABASE_URL=" + w.database, "UNIONBOT_REDIS_URL=" + w.redis})
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Run(); err == nil || c.ProcessState.ExitCode() != exitFailed {
		w.t.Errorf("unionbot %s ended with %v", strings.Join(args, " "), err)
	}
	return said.String()
}

// testUpgrade upgrades from this release to the next one while people talk.
func testUpgrade(t *testing.T, binary string) {
	w := newWorld(t, binary)
	newer, own := buildNewer(t)
	next := w.with(newer)
	old := w.serve()
	w.route(old)

	if said := next.refuses("serve"); !strings.Contains(said, "run unionbot migrate") {
		t.Errorf("the newer program on the older database says %s", said)
	}
	w.fillIn(zhangWei, "把车间门口的坑填平防滑倒")
	if said := next.command("migrate"); !strings.Contains(said, "09998_next") || !strings.Contains(said, "09999_next") {
		t.Errorf("migrate says %s", said)
	}
	confirmed := w.say(zhangWei, "1") // to the older program, which was serving before
	first := numberIn(t, w.hears(zhangWei, confirmed.ID, "收到,谢谢"))
	w.filedOnce(zhangWei, liFang, first)

	w.fillIn(hanXue, "给检验台换一盏亮一点的灯")
	fresh := next.serve()
	w.route(fresh) // in the middle of a form
	confirmed = w.say(hanXue, "1")
	second := numberIn(t, w.hears(hanXue, confirmed.ID, "收到,谢谢"))
	w.route(old, fresh)
	w.ask(hanXue, "进度", second)
	w.ask(zhangWei, "进度", first)

	old.stop()
	again := w.serve() // the older program starts once more, one release behind
	w.route(again)
	w.ask(zhangWei, "进度", first)

	w.setRelease(own + 2)
	if said := w.refuses("serve"); !strings.Contains(said, "run the newer unionbot") {
		t.Errorf("the program on a database two releases newer says %s", said)
	}
	w.route(next.serve()) // to which it is one newer
	w.ask(zhangWei, "进度", first)
}

func (w *world) setRelease(number int) {
	w.t.Helper()
	if _, err := w.raw().ExecContext(w.t.Context(), "UPDATE schema_release SET number_of = ?", number); err != nil {
		w.t.Fatal(err)
	}
}

// raw is the MariaDB database as somebody sees it who has its password and no keys.
func (w *world) raw() *sql.DB {
	w.t.Helper()
	u, err := url.Parse(w.database)
	if err != nil {
		w.t.Fatal(err)
	}
	settings := gosqldriver.NewConfig()
	settings.User, settings.Net, settings.Addr, settings.DBName = u.User.Username(), "tcp", u.Host, strings.Trim(u.Path, "/")
	settings.Passwd, _ = u.User.Password()
	db, err := sql.Open("mysql", settings.FormatDSN())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}
