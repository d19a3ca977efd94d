package flows_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"
)

// readable lists the columns in which Chinese may rest: what the union says of itself and of its members, and whose word
// it was. What people wrote, and what they were told, is not among them.
var readable = []string{
	"members.name", "members.name_key", "members.post", "members.tags", "member_tags.tag", "members.notes", "members.gender", "members.employment",
	"organisations.name", "organisations.path", "roster_stage.name", "service_versions.source", "case_events.name",
	"funds.title", "fund_entries.note",
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// nothingRestsReadable looks at every row of the database, and at every key of the harness's channels in Redis.
func nothingRestsReadable(t *testing.T, h *harness, db *sql.DB, tables []string) {
	t.Helper()
	for _, table := range tables {
		for _, row := range dump(t, db, table) {
			for column, value := range row {
				if han(value) && !slices.Contains(readable, table+"."+column) {
					t.Errorf("%s.%s rests readable: %.60s", table, column, value)
				}
			}
		}
	}
	client := h.stores.turns.Client()
	for _, channel := range []string{string(h.wecom), string(h.official)} {
		var keys []string
		patiently(t, func() (err error) {
			keys, err = client.Keys(t.Context(), "*"+channel+"*").Result()
			return err
		})
		for _, key := range keys {
			for _, value := range redisValues(t, client, key) {
				if utf8.ValidString(value) && han(value) { // random bytes hold a Chinese character now and then
					t.Errorf("redis key %s rests readable: %.60s", key, value)
				}
			}
		}
	}
}

func dump(t *testing.T, db *sql.DB, table string) (list []map[string]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
	check(t, err)
	defer func() { check(t, rows.Close()) }()
	columns, err := rows.Columns()
	check(t, err)
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		check(t, rows.Scan(into...))
		row := map[string]string{}
		for i, column := range columns {
			row[column] = values[i].String
		}
		list = append(list, row)
	}
	check(t, rows.Err())
	return list
}

func redisValues(t *testing.T, client redis.UniversalClient, key string) []string {
	t.Helper()
	kind, err := client.Type(t.Context(), key).Result()
	check(t, err)
	var values []string
	switch kind {
	case "hash":
		values, err = client.HVals(t.Context(), key).Result()
	case "list":
		values, err = client.LRange(t.Context(), key, 0, -1).Result()
	case "zset":
		values, err = client.ZRange(t.Context(), key, 0, -1).Result()
	case "set":
		values, err = client.SMembers(t.Context(), key).Result()
	case "string":
		values = make([]string, 1)
		values[0], err = client.Get(t.Context(), key).Result()
	case "none": // it has just run out
	default:
		t.Fatalf("key %s is a %s", key, kind)
	}
	check(t, err)
	return values
}
