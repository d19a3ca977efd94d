package storagetest

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/unionbot/unionbot/storage"
)

// template is what the migrations make on the real server, as one script: running it takes a fraction of the time.
var template struct {
	sync.Mutex
	script string
}

// fill brings an empty database of the real server to where the migrations would: by running them the first time in
// this process, and then by the script of what they made.
func fill(t testing.TB, databaseURL string) {
	t.Helper()
	pool := dial(t, databaseURL)
	template.Lock()
	defer template.Unlock()
	if template.script != "" {
		if _, err := pool.Exec(template.script); err != nil {
			t.Fatalf("fill test database: %v", err)
		}
		return
	}
	migrate(t, databaseURL)
	var err error
	if template.script, err = dump(pool); err != nil {
		t.Fatalf("read the migrated schema: %v", err)
	}
}

// templateFile is a SQLite database that the migrations made, once in this process.
var templateFile struct {
	sync.Mutex
	content []byte
}

// fillFile makes a SQLite database at a path as the migrations would.
func fillFile(t testing.TB, path string) {
	t.Helper()
	templateFile.Lock()
	defer templateFile.Unlock()
	if templateFile.content == nil {
		migrated := filepath.Join(t.TempDir(), "template.db")
		migrate(t, "sqlite:"+migrated)
		content, err := os.ReadFile(migrated)
		if err != nil {
			t.Fatalf("read the migrated database: %v", err)
		}
		templateFile.content = content
	}
	if err := os.WriteFile(path, templateFile.content, 0o600); err != nil {
		t.Fatalf("write test database: %v", err)
	}
}

// migrate runs the migrations on a database and closes it: the test opens its own.
func migrate(t testing.TB, databaseURL string) {
	t.Helper()
	db, err := storage.Open(t.Context(), databaseURL)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	_, err = db.Migrate(t.Context())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
}

func dial(t testing.TB, databaseURL string) *sql.DB {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr, c.DBName = "tcp", u.Host, strings.Trim(u.Path, "/")
	c.MultiStatements = true
	pool, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// dump writes the tables and the few rows that migrations leave in them.
func dump(pool *sql.DB) (string, error) {
	tables, err := rows(pool, "SHOW TABLES")
	if err != nil {
		return "", err
	}
	script := &strings.Builder{}
	script.WriteString("SET FOREIGN_KEY_CHECKS = 0;\n")
	for _, table := range tables {
		name := table[0].String
		made, err := rows(pool, "SHOW CREATE TABLE "+name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(script, "%s;\n", made[0][1].String)
		kept, err := rows(pool, "SELECT * FROM "+name)
		if err != nil {
			return "", err
		}
		for _, row := range kept {
			fmt.Fprintf(script, "INSERT INTO %s VALUES (%s);\n", name, values(row))
		}
	}
	script.WriteString("SET FOREIGN_KEY_CHECKS = 1;")
	return script.String(), nil
}

func rows(pool *sql.DB, query string) (all [][]sql.NullString, err error) {
	found, err := pool.Query(query)
	if err != nil {
		return nil, err
	}
	defer found.Close() //nolint:errcheck // read to its end
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	for found.Next() {
		row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, found.Err()
}

var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func values(row []sql.NullString) string {
	var list []string
	for _, v := range row {
		if v.Valid {
			list = append(list, "'"+quoted.Replace(v.String)+"'")
		} else {
			list = append(list, "NULL")
		}
	}
	return strings.Join(list, ", ")
}
