package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	gosqldriver "github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Dialect is the kind of database behind a DB.
type Dialect string

// The dialects.
const (
	MySQL  Dialect = "mysql" // and MariaDB
	SQLite Dialect = "sqlite"
)

// DB is the database of the service.
type DB struct {
	gorm    *gorm.DB
	pool    *sql.DB
	aside   *sql.DB // one connection beside the pool, for what a transaction waits for; nil on SQLite
	dialect Dialect
	ids     *idSource
	roster  rosterCache
	keys    Keys  // nil until UseKeys
	watch   Watch // nil where nobody does
}

// poolSize is how many connections a replica has to MySQL.
const poolSize = 32

// stillTime is how long a connection may say nothing before the server closes it, in seconds, and with it the transaction
// that it is in. A process that is stopped or cut off keeps its locks no longer than that; turns end before. What lies idle
// in the pool is closed on our side before that, so that nobody meets a dead one.
const (
	stillTime = "25"
	idleTime  = 15 * time.Second
)

// Open opens the database that rawURL names: mysql://user:password@host:3306/name or sqlite:path. It does not
// migrate. The error never contains the password.
func Open(ctx context.Context, rawURL string) (*DB, error) {
	dialector, dialect, aside, err := dialectorOf(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	g, err := gorm.Open(dialector, &gorm.Config{
		Logger:                 logger.Discard,
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
		DisableAutomaticPing:   true,
	})
	if err != nil {
		return nil, fmt.Errorf("open %s database: %w", dialect, classify(err))
	}
	pool, err := g.DB()
	if err != nil {
		return nil, fmt.Errorf("open %s database: %w", dialect, err)
	}
	pool.SetMaxOpenConns(poolSize)
	pool.SetMaxIdleConns(poolSize)
	pool.SetConnMaxIdleTime(idleTime)
	if dialect == SQLite {
		pool.SetMaxOpenConns(8)
	}
	if err := pool.PingContext(ctx); err != nil {
		closeErr := pool.Close()
		if closeErr != nil {
			return nil, fmt.Errorf("reach %s database: %w (and close it: %w)", dialect, classify(err), closeErr)
		}
		return nil, fmt.Errorf("reach %s database: %w", dialect, classify(err))
	}
	return &DB{gorm: g, pool: pool, aside: aside, dialect: dialect, ids: newIDSource()}, nil
}

// Close closes the connections.
func (db *DB) Close() error {
	if db.aside == nil {
		return db.pool.Close()
	}
	return errors.Join(db.pool.Close(), db.aside.Close())
}

// Dialect tells which kind of database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Ping reaches the database, for readiness checks.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.PingContext(ctx); err != nil {
		return classify(err)
	}
	return nil
}

// NewID makes a 63-bit id that is larger than the ones this process made before; ids of several processes interleave
// by the millisecond.
func (db *DB) NewID() int64 { return db.ids.next() }

func dialectorOf(ctx context.Context, rawURL string) (_ gorm.Dialector, _ Dialect, aside *sql.DB, _ error) {
	if path, ok := strings.CutPrefix(rawURL, "sqlite:"); ok {
		if err := ownFile(path); err != nil {
			return nil, SQLite, nil, fmt.Errorf("open sqlite database: %w", err)
		}
		// The path goes through URL escaping, for it may hold a space, % or ?.
		dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
			"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(NORMAL)&_txlock=immediate"
		return sqlite.Open(dsn), SQLite, nil, nil
	}
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "mysql" || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return nil, "", nil, fmt.Errorf("database URL must look like mysql://user:password@host:3306/name or sqlite:path")
	}
	dsn := mysqlDSN(u)
	if err := fixServersOwn(ctx, dsn); err != nil {
		return nil, MySQL, nil, fmt.Errorf("reach mysql database: %w", classify(err))
	}
	connector, err := gosqldriver.NewConnector(dsn)
	if err != nil {
		return nil, MySQL, nil, fmt.Errorf("configure mysql database: %w", err)
	}
	aside = sql.OpenDB(connector)
	aside.SetMaxOpenConns(1)
	aside.SetConnMaxIdleTime(idleTime)
	return gormmysql.New(gormmysql.Config{Conn: sql.OpenDB(connector), DSNConfig: dsn, SkipInitializeWithVersion: true}), MySQL, aside, nil
}

// ownFile makes the database file if it is missing, for its owner only: it holds what people wrote. SQLite gives the files
// that it puts beside it the same mode.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// mysqlDSN fixes everything on which the meaning of what we store depends, so that no server default decides it: UTC
// on both sides, strict mode, byte-wise comparison and affected rows that count matches.
func mysqlDSN(u *url.URL) *gosqldriver.Config {
	c := gosqldriver.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr = "tcp", u.Host
	if socket := u.Query().Get("socket"); socket != "" {
		c.Net, c.Addr = "unix", socket
	} else if u.Port() == "" {
		c.Addr = u.Host + ":3306"
	}
	c.DBName = strings.Trim(u.Path, "/")
	c.Collation = "utf8mb4_bin"
	c.Loc = time.UTC
	c.ParseTime = true
	c.ClientFoundRows = true
	c.InterpolateParams = true
	// Several statements a packet, for transactions. No statement is made of what people wrote: values are always parameters.
	c.MultiStatements = true
	c.Timeout = 2 * time.Second
	c.ReadTimeout = 30 * time.Second
	c.WriteTimeout = 30 * time.Second
	c.Logger = &gosqldriver.NopLogger{} // it writes to stderr, past our log; what it tells comes back as an error too
	c.TLSConfig = u.Query().Get("tls")
	c.Params = map[string]string{
		"time_zone":                "'+00:00'",
		"sql_mode":                 "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
		"innodb_lock_wait_timeout": "3",
		"wait_timeout":             stillTime,
		"lc_messages":              "'en_US'", // the message names the key of a duplicate, which not every language does last
	}
	return c
}

// serversOwn are session variables that not every server has. We want READ COMMITTED: the gap locks of the default make filings
// of different people deadlock; MySQL 8 and MariaDB before 11.1 call it differently. MariaDB joins with a list of a thousand
// values, as with the receivers of a chunk, and then reads the whole of a large table in place of its index.
var serversOwn = map[string]string{
	"transaction_isolation": "'READ-COMMITTED'", "tx_isolation": "'READ-COMMITTED'", "in_predicate_conversion_threshold": "0",
}

// fixServersOwn asks the server which of them it has.
func fixServersOwn(ctx context.Context, dsn *gosqldriver.Config) error {
	pool, err := sql.Open("mysql", dsn.FormatDSN())
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // a probe connection; nothing was written
	rows, err := pool.QueryContext(ctx, "SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation', 'in_predicate_conversion_threshold')")
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		dsn.Params[name] = serversOwn[name]
	}
	return rows.Err()
}
