package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"github.com/unionbot/unionbot/bot"
)

// Error numbers of MySQL and MariaDB, and result codes of SQLite, that we branch on.
const (
	mysqlDuplicate    = 1062
	mysqlLockTimeout  = 1205
	mysqlDeadlock     = 1213
	mysqlNoWait       = 3572 // of MySQL and TiDB; MariaDB says mysqlLockTimeout
	mysqlShutdown     = 1053
	mysqlReadOnly     = 1290
	mysqlTooManyConns = 1040

	sqliteBusy   = 5
	sqliteLocked = 6
	sqliteUnique = 2067
	sqlitePK     = 1555
)

// classify wraps err so that callers can branch with errors.Is on gorm.ErrDuplicatedKey, bot.ErrConflict and
// bot.ErrUnavailable, whatever the driver.
func classify(err error) error {
	var my *mysql.MySQLError
	var lite *gosqlite.Error
	var netErr net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bot.ErrUnavailable), errors.Is(err, bot.ErrConflict), errors.Is(err, gorm.ErrDuplicatedKey):
		return err
	case errors.As(err, &my):
		switch my.Number {
		case mysqlDuplicate:
			return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
		case mysqlDeadlock, mysqlLockTimeout, mysqlNoWait:
			return fmt.Errorf("%w: %w", bot.ErrConflict, err)
		case mysqlShutdown, mysqlReadOnly, mysqlTooManyConns:
			return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
		}
	case errors.As(err, &lite):
		switch lite.Code() {
		case sqliteUnique, sqlitePK:
			return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
		}
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteLocked:
			return fmt.Errorf("%w: %w", bot.ErrConflict, err)
		}
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.As(err, &netErr),
		errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	return err
}

// ErrOwned is returned by Own where another process was first.
var ErrOwned = errors.New("another process has it")

func isConflict(err error) bool { return errors.Is(err, bot.ErrConflict) }
