package storage

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"testing"
)

// What a row means must not hang on a server's or a database's defaults.
func TestTheMySQLSessionIsUTCStrictAndCountsMatches(t *testing.T) {
	server := os.Getenv("UNIONBOT_TEST_MYSQL_URL")
	if server == "" {
		t.Fatal("UNIONBOT_TEST_MYSQL_URL is not set: run the tests with `make test`")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/mysql"
	db, err := Open(context.Background(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	db.pool.SetMaxOpenConns(1) // a temporary table belongs to a connection
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	for variable, want := range map[string]string{
		"time_zone":                "+00:00",
		"collation_connection":     "utf8mb4_bin",
		"innodb_lock_wait_timeout": "3",
		"wait_timeout":             stillTime,
		"lc_messages":              "en_US",
	} {
		var got string
		if err := db.gorm.Raw("SELECT @@" + variable).Scan(&got).Error; err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("@@%s is %q, want %q", variable, got, want)
		}
	}
	var list [2]string
	if err := db.gorm.Raw("SHOW SESSION VARIABLES WHERE Variable_name = 'in_predicate_conversion_threshold'").Row().Scan(&list[0], &list[1]); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	if list[0] != "" && list[1] != "0" { // MySQL has no such thing
		t.Errorf("lists of %s values are joined with", list[1])
	}
	var isolation [2]string
	if err := db.gorm.Raw("SHOW SESSION VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')").Row().Scan(&isolation[0], &isolation[1]); err != nil {
		t.Fatal(err)
	}
	if isolation[1] != "READ-COMMITTED" {
		t.Errorf("isolation is %s", isolation[1])
	}
	if err := db.gorm.Exec("CREATE TEMPORARY TABLE strictness (n TINYINT, d DATETIME)").Error; err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"INSERT INTO strictness (n) VALUES (1000)", "INSERT INTO strictness (d) VALUES ('0000-00-00')"} {
		if err := db.gorm.Exec(bad).Error; err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestRenderDDLWritesEachDialect(t *testing.T) {
	ddl := "CREATE TABLE t (\n\tid BIGINT,\n\ta BYTES(64),\n\tb WORDS(10),\n\tc LONGWORDS,\n\td OCTETS\nTABLE_END;"
	if got, want := renderDDL(SQLite, ddl), "CREATE TABLE t (\n\tid BIGINT,\n\ta TEXT,\n\tb TEXT,\n\tc TEXT,\n\td BLOB\n);"; got != want {
		t.Errorf("sqlite: %s", got)
	}
	want := "CREATE TABLE t (\n\tid BIGINT,\n\ta VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,\n\tb VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n" +
		"\tc MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n\td MEDIUMBLOB\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;"
	if got := renderDDL(MySQL, ddl); got != want {
		t.Errorf("mysql: %s", got)
	}
}
