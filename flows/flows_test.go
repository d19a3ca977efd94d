package flows_test

import (
	"database/sql"
	"flag"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/unionbot/unionbot/bot/bottest"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
)

var update = flag.Bool("update", false, "write what transcripts came to into their files (never in CI)")

func transcripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	return files
}

func name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txt") }

// Every message is delivered twice here: what is said and done must be the same as with one.
func TestTranscriptsRunOnOneProcessWithEveryMessageTwice(t *testing.T) {
	for _, file := range transcripts(t) {
		t.Run(name(file), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t, storagetest.SQLite(t), turns.Embedded, playing(file)...)
			bottest.Play(t, file, h, bottest.Options{Double: true, Update: *update})
		})
	}
}

func TestTranscriptsRunOnServers(t *testing.T) {
	db, raw := migratedMariaDB(t)
	tables := tablesOf(t, raw)
	for _, file := range transcripts(t) {
		t.Run(name(file), func(t *testing.T) {
			empty(t, raw, tables)
			h := newHarness(t, db, storagetest.RedisURL(t), playing(file)...)
			bottest.Play(t, file, h, bottest.Options{})
			nothingRestsReadable(t, h, raw, tables)
		})
	}
}

// migratedMariaDB is one database for all transcripts, emptied before each: making one takes longer than playing.
func migratedMariaDB(t *testing.T) (db *storage.DB, raw *sql.DB) {
	t.Helper()
	databaseURL := storagetest.MariaDBURL(t)
	db, err := storage.Open(t.Context(), databaseURL)
	check(t, err)
	db.UseKeys(storagetest.Keys(t))
	t.Cleanup(func() { check(t, db.Close()) })
	_, err = db.Migrate(t.Context())
	check(t, err)
	u, err := url.Parse(databaseURL)
	check(t, err)
	settings := mysql.NewConfig()
	settings.User, settings.Net, settings.Addr, settings.DBName = u.User.Username(), "tcp", u.Host, strings.Trim(u.Path, "/")
	settings.Passwd, _ = u.User.Password()
	settings.Params = map[string]string{"foreign_key_checks": "0"}
	raw, err = sql.Open("mysql", settings.FormatDSN())
	check(t, err)
	t.Cleanup(func() { check(t, raw.Close()) })
	return db, raw
}

func empty(t *testing.T, raw *sql.DB, tables []string) {
	t.Helper()
	for _, table := range tables {
		_, err := raw.ExecContext(t.Context(), "DELETE FROM "+table)
		check(t, err)
	}
}

// tablesOf lists the tables that hold what the service keeps; what migrations keep stays.
func tablesOf(t *testing.T, raw *sql.DB) (tables []string) {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), `SELECT table_name FROM information_schema.tables
		WHERE table_schema = DATABASE() AND table_name NOT LIKE '%schema%' AND table_name NOT LIKE '%goose%' AND table_name NOT LIKE '%lease'`)
	check(t, err)
	defer func() { check(t, rows.Close()) }()
	for rows.Next() {
		var table string
		check(t, rows.Scan(&table))
		tables = append(tables, table)
	}
	check(t, rows.Err())
	return tables
}

func TestEveryFlowHasATranscript(t *testing.T) {
	catalog, err := flows.New(flows.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	files := transcripts(t)
	for _, flow := range catalog.Flows() {
		found := false
		for _, file := range files {
			found = found || name(file) == flow || strings.HasPrefix(name(file), flow+"_")
		}
		if !found {
			t.Errorf("flow %s has no transcript: write testdata/%s.txt", flow, flow)
		}
	}
}
