package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// transaction is a connection in a transaction. A statement whose outcome nobody waits for is posted: it goes out in one
// packet with the next one that somebody does wait for, for on MySQL the round trip is most of what a statement costs.
// The beginning and the end are statements like others. On SQLite, which has no round trips, nothing waits. It satisfies
// gorm.ConnPool and is used by one goroutine.
type transaction struct {
	db     *DB
	conn   *sql.Conn
	posted []posted
	begun  bool // the database may have heard of it
	roster bool // the roster was changed, which the COMMIT counts
	// failed is an error that leaves unknown which of its statements have run; it meets every later one too, and the
	// COMMIT, lest a caller that bears a failed query gets a part of what it wrote.
	failed error
	// mortal has a function called when the context ends that the transaction must not outlive; outlive keeps it from that.
	mortal  func(die func()) (outlive func() bool)
	outlive func()
	// guard is held while the connection is used, for database/sql does not bear that one is discarded meanwhile; gone says
	// that it was.
	guard sync.Mutex
	gone  bool
}

// posted is a statement that waits for company.
type posted struct {
	statement string
	args      []any
	// key is the unique key that the statement may meet, taken the error if it does. No posted statement may meet any
	// other: whose duplicate it was could not be told.
	key   string
	taken error
}

// rollbackTime bounds what nobody waits for; a connection that takes longer is given up.
const rollbackTime = 5 * time.Second

// staleConns is how many connections may turn out to be closed by the server before one holds: a whole pool.
const staleConns = poolSize + 1

// begin takes a connection, within the time of ctx. The database hears of the transaction with its first statement, and
// no longer of it once life has ended: its locks go, whatever its owner does.
func (db *DB) begin(ctx, life context.Context) (*transaction, error) {
	t := &transaction{db: db, mortal: func(die func()) func() bool { return context.AfterFunc(life, die) }}
	if err := t.connect(ctx); err != nil {
		return nil, err
	}
	// SQLite would find out too late that another writes, if it began as a reader.
	begin := "BEGIN"
	if db.dialect == SQLite {
		begin = "BEGIN IMMEDIATE"
	}
	if err := t.post(ctx, posted{statement: begin}); err != nil {
		t.rollback()
		return nil, err
	}
	return t, nil
}

func (t *transaction) connect(ctx context.Context) error {
	conn, err := t.db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	t.guard.Lock() // before it may die: what its death writes has to stay
	t.conn, t.gone = conn, false
	t.guard.Unlock()
	died := make(chan struct{})
	stop := t.mortal(func() {
		defer close(died)
		t.guard.Lock()
		defer t.guard.Unlock()
		discard(conn)
		t.gone = true
	})
	t.outlive = sync.OnceFunc(func() {
		if !stop() {
			<-died
		}
	})
	return nil
}

// use does something with the connection, unless it is gone.
func (t *transaction) use(do func() error) error {
	t.guard.Lock()
	defer t.guard.Unlock()
	if t.gone {
		return sql.ErrConnDone
	}
	return do()
}

// discard closes a connection, after what it is just doing: what state it is in nobody knows, and the pool must not get
// it back.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// handle is gorm on this connection.
func (t *transaction) handle(ctx context.Context) *gorm.DB {
	g := t.db.gorm.Session(&gorm.Session{Context: ctx, NewDB: true})
	g.Statement.ConnPool = t
	return g
}

// post lets a statement wait for the next one. A duplicate that it meets is a conflict to all who do not know its own
// error, for who has posted it may be gone: in the next try, where nothing is posted, it is there to hear it.
func (t *transaction) post(ctx context.Context, p posted) error {
	if t.db.dialect == SQLite {
		_, err := t.exec(ctx, p)
		return err
	}
	t.roster = t.roster || changesRoster(p.statement)
	if p.taken != nil {
		p.taken = fmt.Errorf("%w: %w", bot.ErrConflict, p.taken)
	}
	t.posted = append(t.posted, p)
	return nil
}

// settle runs what was posted and may meet a duplicate, before a query: gorm keeps its error to itself.
func (t *transaction) settle(ctx context.Context) error {
	if !slices.ContainsFunc(t.posted, func(p posted) bool { return p.taken != nil }) {
		return nil
	}
	last := t.posted[len(t.posted)-1]
	t.posted = t.posted[:len(t.posted)-1]
	_, err := t.exec(ctx, last)
	return err
}

// ExecContext runs a statement behind those that were posted.
func (t *transaction) ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return t.exec(ctx, posted{statement: statement, args: args})
}

// exec runs a statement behind those that were posted. The result is its own.
func (t *transaction) exec(ctx context.Context, p posted) (result sql.Result, err error) {
	t.roster = t.roster || changesRoster(p.statement)
	all := append(t.posted, p)
	t.posted = nil
	err = t.run(ctx, all, func(statement string, args []any) (err error) {
		result, err = t.conn.ExecContext(ctx, statement, args...)
		return err
	})
	return result, err
}

// QueryContext runs a query behind what was posted.
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (rows *sql.Rows, err error) {
	all := append(t.posted, posted{statement: query, args: args})
	t.posted = nil
	err = t.run(ctx, all, func(query string, args []any) (err error) {
		rows, err = t.conn.QueryContext(ctx, query, args...) //nolint:sqlclosecheck,rowserrcheck // the caller's
		return err
	})
	return rows, err
}

// QueryRowContext is QueryContext for one row.
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) (row *sql.Row) {
	all := append(t.posted, posted{statement: query, args: args})
	t.posted = nil
	_ = t.run(ctx, all, func(query string, args []any) error { // the row has the error
		row = t.conn.QueryRowContext(ctx, query, args...)
		return row.Err()
	})
	if row == nil { // it has failed before
		over, end := context.WithCancelCause(ctx)
		end(t.failed)
		row = t.conn.QueryRowContext(over, query, args...)
	}
	return row
}

// PrepareContext satisfies gorm.ConnPool. Nothing here is prepared: a packet of several statements cannot be.
func (t *transaction) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, errors.New("statements of a transaction are not prepared")
}

// run runs statements, the last by do. A connection that the server has closed while it lay in the pool is replaced, as
// long as the database has heard nothing.
func (t *transaction) run(ctx context.Context, all []posted, do func(statement string, args []any) error) error {
	if t.failed != nil {
		return t.failed
	}
	end := t.db.watching(ctx, all)
	statement, args := packet(all)
	try := func() error { return do(statement, args) }
	err := t.use(try)
	for range staleConns {
		if t.begun || !errors.Is(err, driver.ErrBadConn) {
			break
		}
		t.release() // it is bad, and goes
		if err = t.connect(ctx); err != nil {
			break
		}
		err = t.use(try)
	}
	t.begun = t.begun || err == nil || !errors.Is(err, driver.ErrBadConn)
	end(classify(err))
	// A duplicate undoes its statement alone, and is its statement's or known by its key. After anything else what was
	// posted is lost, BEGIN perhaps, or all of it undone, as by a deadlock.
	if err != nil && !errors.Is(classify(err), gorm.ErrDuplicatedKey) {
		t.failed = err
	}
	return whose(all, err)
}

// packet joins statements.
func packet(all []posted) (statement string, args []any) {
	if len(all) == 1 {
		return all[0].statement, all[0].args
	}
	var b strings.Builder
	length, values := 0, 0
	for _, p := range all {
		length, values = length+len(p.statement)+2, values+len(p.args)
	}
	b.Grow(length)
	args = make([]any, 0, values)
	for i, p := range all {
		if i > 0 {
			b.WriteString(";\n")
		}
		b.WriteString(p.statement)
		args = append(args, p.args...)
	}
	return b.String(), args
}

// whose gives a duplicate the error of the statement whose key it has met.
func whose(all []posted, err error) error {
	if err == nil || !errors.Is(classify(err), gorm.ErrDuplicatedKey) {
		return err
	}
	var my *mysql.MySQLError
	for _, p := range all {
		// MySQL names the key with its table, MariaDB without: ... for key 'cases.draft_key'
		if p.taken != nil && (len(all) == 1 || errors.As(err, &my) && strings.HasSuffix(my.Message, p.key+"'")) {
			return p.taken
		}
	}
	return err
}

// commit ends the transaction with effect. What was posted last goes with it. The version of the roster is counted last,
// so that nobody waits for its row any longer than for the COMMIT.
func (t *transaction) commit(ctx context.Context) error {
	if !t.begun && len(t.posted) <= 1 {
		t.release() // nobody has heard of it
		return nil
	}
	if t.roster {
		if err := t.post(ctx, posted{statement: countRoster}); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, posted{statement: "COMMIT"})
	if err == nil {
		t.begun = false
		t.release()
	}
	return err
}

// finish ends a transaction that has written nothing, with a last look at the database that is no part of it any more:
// it goes out in one packet with the end.
func (t *transaction) finish(ctx context.Context, look func() error) error {
	if err := t.post(ctx, posted{statement: "COMMIT"}); err != nil {
		return err
	}
	err := look()
	if t.failed == nil {
		t.begun = false
	}
	return err
}

// rollback ends it without. It needs no context: it must work when the turn's has ended.
func (t *transaction) rollback() {
	t.posted = nil
	t.outlive()
	if t.begun && !t.gone {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		defer cancel()
		if _, err := t.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
			discard(t.conn)
		}
	}
	t.release()
}

func (t *transaction) release() {
	t.outlive()
	_ = t.conn.Close() // gives it back
}
