// Package storagetest opens the stores that tests run on: a fresh SQLite file, a fresh database on a real MariaDB or
// MySQL, a real Redis, a bucket on a real S3 server. The servers are named by UNIONBOT_TEST_MYSQL_URL,
// UNIONBOT_TEST_REDIS_URL and its _CLUSTER_URL, and UNIONBOT_TEST_S3_URL; `make test` starts them (see .ci/with-stores).
// A test that needs one and has none fails: it is never skipped.
package storagetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
)

const howToStart = "run the tests with `make test`, or `.ci/with-stores go test ./...`"

// Each runs test on every kind of database, each fresh and migrated.
func Each(t *testing.T, test func(t *testing.T, db *storage.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("mariadb", func(t *testing.T) { test(t, MariaDB(t)) })
}

// SQLite opens a fresh, migrated SQLite database that is removed after the test.
func SQLite(t testing.TB) *storage.DB {
	t.Helper()
	return Open(t, MigratedSQLiteURL(t))
}

// MigratedSQLiteURL makes a SQLite database with the schema of this version and names it.
func MigratedSQLiteURL(t testing.TB) string {
	t.Helper()
	databaseURL := SQLiteURL(t)
	fillFile(t, strings.TrimPrefix(databaseURL, "sqlite:"))
	return databaseURL
}

// SQLiteURL names a fresh SQLite database, not yet made.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "unionbot.db")
}

// MariaDB opens a fresh, migrated database on the real server; it is dropped after the test.
func MariaDB(t testing.TB) *storage.DB {
	t.Helper()
	return Open(t, MigratedURL(t))
}

// MigratedURL makes a database on the real server with the schema of this version and names it; it is dropped after the
// test.
func MigratedURL(t testing.TB) string {
	t.Helper()
	databaseURL := MariaDBURL(t)
	fill(t, databaseURL)
	return databaseURL
}

// MariaDBURL makes an empty database on the real server and names it; it is dropped after the test.
func MariaDBURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("UNIONBOT_TEST_MYSQL_URL")
	if server == "" {
		t.Fatal("UNIONBOT_TEST_MYSQL_URL is not set: " + howToStart)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("UNIONBOT_TEST_MYSQL_URL: %v", err)
	}
	name := "unionbot_test_" + random()
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr = "tcp", u.Host
	admin, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		t.Fatalf("open %s: %v", u.Host, err)
	}
	// The server's defaults are left as they are: the product must not depend on them.
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create test database on %s: %v", u.Host, err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name); err != nil {
			t.Errorf("drop test database: %v", err)
		}
		if err := admin.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

// RedisURL names the real Redis server. Tests share it, so each uses channels or prefixes of its own (see Unique).
func RedisURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("UNIONBOT_TEST_REDIS_URL")
	if server == "" {
		t.Fatal("UNIONBOT_TEST_REDIS_URL is not set: " + howToStart)
	}
	return server
}

// RedisClusterURL names a real Redis Cluster of one node that holds all slots.
func RedisClusterURL(t testing.TB) string {
	t.Helper()
	cluster := os.Getenv("UNIONBOT_TEST_REDIS_CLUSTER_URL")
	if cluster == "" {
		t.Fatal("UNIONBOT_TEST_REDIS_CLUSTER_URL is not set: " + howToStart)
	}
	return cluster
}

// Unique makes a name that no other test uses.
func Unique(prefix string) string { return prefix + random() }

// Keys are encryption keys for a test.
func Keys(t testing.TB) *seal.Keyring {
	t.Helper()
	return KeysNamed(t, "t")
}

// KeysNamed are encryption keys named by single letters, the first of which seals.
func KeysNamed(t testing.TB, names string) *seal.Keyring {
	t.Helper()
	var entries []string
	for _, name := range names {
		entries = append(entries, string(name)+":"+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(name)}, 32)))
	}
	keys, err := seal.Parse(strings.Join(entries, ","))
	if err != nil {
		t.Fatalf("parse keys: %v", err)
	}
	return keys
}

// Open opens a database that exists already; it is closed after the test.
func Open(t testing.TB, databaseURL string) *storage.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := storage.Open(ctx, databaseURL)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	db.UseKeys(Keys(t))
	return db
}

func random() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}
