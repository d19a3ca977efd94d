package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/packed"
)

// InsertDone writes a turn's row in the transaction of ctx, for tests that stop between it and the COMMIT.
func InsertDone(ctx context.Context, db *DB, r bot.Record) error {
	reply, session, err := db.sealRecord(r)
	if err != nil {
		return err
	}
	tx, err := db.scopeOf(ctx).touch(ctx)
	if err != nil {
		return err
	}
	if err := tx.post(ctx, doneRow(r, reply, session)); err != nil {
		return err
	}
	return tx.settle(ctx)
}

// HoldNumbers locks all numbers until the transaction of ctx ends.
func HoldNumbers(ctx context.Context, db *DB) error {
	_, err := execute(ctx, db, "hold numbers", "UPDATE numbers SET last = last")
	return err
}

// Unread reads what was kept of a message that nobody understood.
func Unread(ctx context.Context, db *DB, id bot.MessageID) (body []byte, err error) {
	g, err := db.read(ctx)
	if err != nil {
		return nil, err
	}
	var stored string
	if err := g.Raw("SELECT body FROM unread WHERE message = ?", string(id)).Row().Scan(&stored); err != nil {
		return nil, err
	}
	return db.open(unreadBody, id, stored)
}

// SealedColumns names the columns whose values are sealed, as table.column.
func SealedColumns() (names []string) {
	for _, c := range sealedColumns {
		names = append(names, c.table+"."+c.column)
	}
	return names
}

// Stored reads a sealed column as it rests, and OpenStored opens such a value in the row of key.
func Stored(ctx context.Context, db *DB, column, key string) (value string, err error) {
	g, err := db.read(ctx)
	if err != nil {
		return "", err
	}
	c := columnNamed(column)
	err = g.Raw("SELECT "+c.column+" FROM "+c.table+" WHERE "+c.key+" = ?", key).Row().Scan(&value)
	return value, err
}

// OpenStored opens what Stored read, as if it stood in the row of key.
func OpenStored(db *DB, column, key, value string) ([]byte, error) {
	return db.open(columnNamed(column), key, value)
}

func columnNamed(name string) sealedColumn {
	for _, c := range sealedColumns {
		if c.table+"."+c.column == name {
			return c
		}
	}
	panic("no sealed column " + name)
}

// Damage makes a sealed value unreadable.
func Damage(ctx context.Context, db *DB, column, where, key string) error {
	c := columnNamed(column)
	_, err := execute(ctx, db, "damage", "UPDATE "+c.table+" SET "+c.column+" = '"+sealedMark+"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE "+where+" = ?", key)
	return err
}

// LongColumns lists the columns of long text of a MariaDB database, as table.column.
func LongColumns(ctx context.Context, db *DB) ([]string, error) {
	return queryAll(ctx, db, "list columns", func(s scanner) (name string, err error) { return name, s.Scan(&name) },
		`SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
		WHERE table_schema = DATABASE() AND data_type IN ('mediumtext', 'mediumblob') ORDER BY 1`)
}

// Releases tells the number of this schema release and the last migrations of those before.
func Releases() (own int, last map[int]int64) { return schemaRelease, lastMigrations }

// MigrationNames lists the migrations.
func MigrationNames(t *testing.T) (names []string) {
	t.Helper()
	entries, err := fs.ReadDir(MigrationFiles(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// SetRelease makes the database one of another schema release.
func SetRelease(ctx context.Context, db *DB, number int) error {
	_, err := execute(ctx, db, "set release", "UPDATE schema_release SET number_of = ?", number)
	return err
}

// Run does what somebody with the database's password could do.
func Run(ctx context.Context, db *DB, statement string, args ...any) error {
	_, err := execute(ctx, db, "run", statement, args...)
	return err
}

// Text reads one value.
func Text(ctx context.Context, db *DB, query string, args ...any) (value string, err error) {
	g, err := db.read(ctx)
	if err != nil {
		return "", err
	}
	return value, g.Raw(query, args...).Row().Scan(&value)
}

// Hurry leaves a turn so much of the time for its first touch.
func Hurry(w bot.Work, left time.Duration) {
	if own, ok := w.(*work); ok {
		own.scope.waited = firstTouch - left
	}
}

// Everything reads all of the database, sealed values opened, one value a line behind table.column.
func Everything(ctx context.Context, db *DB) (lines []string, err error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if db.dialect == MySQL {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()`
	}
	tables, err := queryAll(ctx, db, "list tables", func(s scanner) (name string, err error) { return name, s.Scan(&name) }, query)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		var rows []map[string]any
		if err := db.gorm.WithContext(ctx).Raw("SELECT * FROM " + table).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			for column, value := range row {
				text := plainText(value)
				for _, c := range sealedColumns {
					if c.table == table && c.column == column && text != "" {
						plain, err := db.open(c, plainText(row[c.key]), text)
						if err != nil {
							return nil, err
						}
						text = string(plain)
					}
				}
				lines = append(lines, table+"."+column+": "+text)
			}
		}
	}
	return lines, nil
}

func plainText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []byte:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}

// CountRows runs a query of one number.
func CountRows(ctx context.Context, db *DB, into *int, query string) error {
	return db.gorm.WithContext(ctx).Raw(query).Row().Scan(into)
}

// Offices counts a member's offices, whether or not they are served.
func Offices(ctx context.Context, db *DB, member int64) (int, error) {
	return queryOne(ctx, db, "count offices", scanInt, `SELECT COUNT(*) FROM role_holdings WHERE member_id = ?`, member)
}

// ForgetClocks leaves cases as a version without clocks wrote them.
func ForgetClocks(ctx context.Context, db *DB) error {
	_, err := execute(ctx, db, "forget clocks", "DELETE FROM clocks")
	return err
}

// Analyze has the database look at how many rows there are.
func Analyze(ctx context.Context, db *DB) error {
	statement := "ANALYZE"
	if db.dialect != SQLite {
		statement = "ANALYZE TABLE tasks, members, organisations"
	}
	return db.gorm.WithContext(ctx).Exec(statement).Error
}

// ExplainDesk says how the database finds an officer's list.
func ExplainDesk(ctx context.Context, db *DB, officer union.MemberID, now time.Time, limit int) (string, error) {
	query, args := deskQuery(officer, cases.Spot{At: now}, limit)
	return explained(ctx, db, query, args)
}

// RowsRead counts the rows that MariaDB looks at for what fn does.
func RowsRead(ctx context.Context, db *DB, fn func(ctx context.Context) error) (rows int64, err error) {
	err = db.Tx(ctx, func(ctx context.Context) error {
		count := func() (sum int64, err error) {
			list, err := queryAll(ctx, db, "count rows read", func(row scanner) (n int64, err error) {
				var name string
				return n, row.Scan(&name, &n)
			}, `SHOW SESSION STATUS LIKE 'Handler_read%'`)
			for _, n := range list {
				sum += n
			}
			return sum, err
		}
		before, err := count()
		if err := cmp.Or(err, fn(ctx)); err != nil {
			return err
		}
		after, err := count()
		rows = after - before
		return err
	})
	return rows, err
}

// ExplainCandidates says how the database finds whom an occasion concerns.
func ExplainCandidates(ctx context.Context, r *Greetings, q occasion.Query) (string, error) {
	query, args := spread(r.candidatesQuery(q, 0, 100))
	return explained(ctx, r.db, query, args)
}

// ExplainPlanning says how the database finds the next receivers of a broadcast.
func ExplainPlanning(ctx context.Context, r *Broadcasts, b broadcast.Broadcast, l broadcast.Lane) (string, error) {
	query, args := spread(r.nextQuery(b, broadcast.Rules{}, broadcast.Plan{Lane: l}, b.ChunkSize(l)))
	return explained(ctx, r.db, query, args)
}

// ChunkEnds lists from which member to which the chunks of a broadcast are.
func ChunkEnds(ctx context.Context, db *DB, id broadcast.ID) (ends []union.MemberID, err error) {
	_, err = queryAll(ctx, db, "list chunks", func(row scanner) (none struct{}, err error) {
		var in memberRange
		err = row.Scan(&in.from, &in.to)
		ends = append(ends, in.from, in.to)
		return none, err
	}, `SELECT from_member, to_member FROM broadcast_chunks WHERE broadcast_id = ? ORDER BY from_member`, id)
	return ends, err
}

// ExplainTakingBack says how the database finds the greeting of a notice.
func ExplainTakingBack(ctx context.Context, db *DB) (string, error) {
	return explained(ctx, db, `UPDATE greetings SET hold_id = NULL WHERE row_key = ? AND state = 'given'`, []any{"greeting/1/birthday/2026"}, "possible_keys") // such a one is not used
}

// ExplainUnreached says how the database finds whom greetings have not reached.
func ExplainUnreached(ctx context.Context, r *Greetings, q occasion.UnreachedQuery) (string, error) {
	query, args, err := r.unreachedQuery(q)
	if err != nil {
		return "", err
	}
	query, args = spread(query, args)
	return explained(ctx, r.db, query, args, "possible_keys")
}

// ExplainDigests says how the database finds digests that nobody noted.
func ExplainDigests(ctx context.Context, db *DB) (string, error) {
	return explained(ctx, db, db.leftDigests(), []any{10})
}

func explained(ctx context.Context, db *DB, query string, args []any, but ...string) (string, error) {
	explain := "EXPLAIN "
	if db.dialect == SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	rows, err := db.gorm.WithContext(ctx).Raw(explain+query, args...).Rows()
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var plan strings.Builder
	for rows.Next() {
		columns, _ := rows.Columns()
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		if err := rows.Scan(values...); err != nil {
			return "", err
		}
		for i, v := range values {
			if raw, ok := v.(*sql.RawBytes); ok && !slices.Contains(but, columns[i]) {
				plan.Write(*raw)
				plan.WriteByte(' ')
			}
		}
		plan.WriteByte('\n')
	}
	return plan.String(), rows.Err()
}

// TakeParked tells a person what waits for them, as a turn does.
func TakeParked(ctx context.Context, db *DB, p *Parked, who bot.Address) (texts []string, err error) {
	err = db.Tx(ctx, func(ctx context.Context) error {
		texts, err = p.take(ctx, who)
		return err
	})
	return texts, err
}

// TakeParkedAfter does something between a turn's look at what waits and its telling of it.
func TakeParkedAfter(ctx context.Context, db *DB, p *Parked, who bot.Address, meanwhile func()) (texts []string, err error) {
	waiting, err := p.waiting(ctx, who)
	if err != nil {
		return nil, err
	}
	meanwhile()
	err = db.Tx(ctx, func(ctx context.Context) error {
		texts, err = p.tell(ctx, waiting)
		return err
	})
	return texts, err
}

// LoseVersion has a case name a version of its service that there is not.
func LoseVersion(ctx context.Context, db *DB, id cases.ID) error {
	_, err := execute(ctx, db, "lose version", "UPDATE cases SET hash = ? WHERE id = ?", strings.Repeat("0", 32), id)
	return err
}

// ChangesRoster is for tests alone.
var ChangesRoster = changesRoster

// ExplainRecipients says how the database finds those of a chunk who are to be sent to.
func ExplainRecipients(ctx context.Context, q *BroadcastQueue, id broadcast.ID, from, to union.MemberID, l broadcast.Lane) (string, error) {
	query, args := q.recipientsQuery(id, chunk{memberRange: memberRange{from, to}, lane: l})
	return explained(ctx, q.db, query, args)
}

// InBites makes the sweeps look at so much at a time.
func (r *Greetings) InBites(of int) { r.atOnce = of }

// TakeBackOne takes back what was found in a state, whatever has become of it meanwhile.
func (r *Greetings) TakeBackOne(ctx context.Context, key, state string) error {
	return r.takeBackOne(ctx, occasion.Planned, 0, key, state)
}

// Hush keeps a broadcast from a member, as whoever looked at the silences a moment before does.
func Hush(ctx context.Context, r *Broadcasts, id broadcast.ID, member union.MemberID, silence int64) error {
	return r.hush(ctx, id, map[union.MemberID]int64{member: silence}, broadcast.Waits)
}

// MigrationFiles are the migrations as they are packed.
func MigrationFiles() fs.FS { return packed.Files(packedMigrations) }
