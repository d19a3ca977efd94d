package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// stores are the servers beside the service. What they have been asked is read from themselves.
type stores struct {
	admin    *sql.DB // of no database
	db       *sql.DB
	database string // URLs for the service
	redis    string
}

const databaseName = "unionbot_bench"

// openStores makes an empty database, and empties Redis.
func openStores(ctx context.Context, mysqlURL, redisURL string) (*stores, error) {
	u, err := url.Parse(mysqlURL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("-mysql %q is no URL", mysqlURL)
	}
	s := &stores{redis: redisURL}
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr = "tcp", u.Host
	if s.admin, err = sql.Open("mysql", c.FormatDSN()); err != nil {
		return nil, fmt.Errorf("open %s: %w", u.Host, err)
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + databaseName, "CREATE DATABASE " + databaseName} {
		if _, err := s.admin.ExecContext(ctx, statement); err != nil {
			return nil, fmt.Errorf("make database: %w", err)
		}
	}
	c.DBName = databaseName
	c.ReadTimeout = 0
	if s.db, err = sql.Open("mysql", c.FormatDSN()); err != nil {
		return nil, fmt.Errorf("open %s: %w", u.Host, err)
	}
	u.Path = "/" + databaseName
	s.database = u.String()
	_, err = s.askRedis(ctx, "FLUSHDB")
	return s, err
}

func (s *stores) close(ctx context.Context) error {
	_, err := s.admin.ExecContext(ctx, "DROP DATABASE "+databaseName)
	return err
}

// asked is how often the stores were asked for something.
type asked struct{ statements, redis float64 }

// asked counts. Transactions' BEGIN and COMMIT are statements too; what a session sets once is not counted, nor is this
// question itself.
func (s *stores) asked(ctx context.Context) (asked, error) {
	rows, err := s.admin.QueryContext(ctx, `SHOW GLOBAL STATUS WHERE Variable_name IN
		('Com_select', 'Com_insert', 'Com_update', 'Com_delete', 'Com_begin', 'Com_commit', 'Com_rollback', 'Com_insert_select', 'Com_replace')`)
	if err != nil {
		return asked{}, fmt.Errorf("count statements: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var total asked
	for rows.Next() {
		var name string
		var n float64
		if err := rows.Scan(&name, &n); err != nil {
			return asked{}, fmt.Errorf("count statements: %w", err)
		}
		total.statements += n
	}
	if err := rows.Err(); err != nil {
		return asked{}, fmt.Errorf("count statements: %w", err)
	}
	total.redis, err = s.redisCalls(ctx)
	return total, err
}

// redisCalls counts calls of clients, not what scripts do inside.
func (s *stores) redisCalls(ctx context.Context) (float64, error) {
	info, err := s.askRedis(ctx, "INFO commandstats")
	if err != nil {
		return 0, err
	}
	n := 0.0
	for line := range strings.Lines(info) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(line, "cmdstat_"), ":calls=")
		switch name {
		case "evalsha", "eval", "publish": // what else is counted, scripts have called
			calls, _, _ := strings.Cut(rest, ",")
			count, err := strconv.ParseFloat(calls, 64)
			if err != nil {
				return 0, fmt.Errorf("count Redis calls: %w", err)
			}
			n += count
		}
	}
	return n, nil
}

// askRedis sends one command without arguments of blanks and returns the bulk or line that it answers.
func (s *stores) askRedis(ctx context.Context, command string) (string, error) {
	u, err := url.Parse(s.redis)
	if err != nil {
		return "", fmt.Errorf("-redis %q is no URL", s.redis)
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return "", fmt.Errorf("reach Redis: %w", err)
	}
	defer c.Close() //nolint:errcheck // nothing is left to be written
	if _, err := io.WriteString(c, command+"\r\n"); err != nil {
		return "", fmt.Errorf("ask Redis: %w", err)
	}
	reader := bufio.NewReader(c)
	head, err := reader.ReadString('\n')
	if err != nil || !strings.HasPrefix(head, "$") {
		return strings.TrimSpace(head), err
	}
	size, err := strconv.Atoi(strings.TrimSpace(head[1:]))
	if err != nil {
		return "", fmt.Errorf("read answer of Redis: %w", err)
	}
	body := make([]byte, size)
	_, err = io.ReadFull(reader, body)
	return string(body), err
}
