package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ErrNotSQLite is returned by Backup for a database whose server has tools of its own for it.
var ErrNotSQLite = errors.New("the database is no SQLite file: use mariadb-dump or mysqldump, as docs/backup.md says")

// Backup writes a copy of an SQLite database, as it is at one moment, to a file that does not exist yet. Others may read
// and write meanwhile. The file appears whole or not at all, and is
// marked as a copy.
func (db *DB) Backup(ctx context.Context, file string, now time.Time) (err error) {
	if db.dialect != SQLite {
		return ErrNotSQLite
	}
	folder, err := os.MkdirTemp(filepath.Dir(file), ".backup-*") // nobody else's, so that the copy is not either
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	copied := filepath.Join(folder, "copy")
	if err := classify(db.gorm.WithContext(ctx).Exec(`VACUUM INTO ?`, copied).Error); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	// An older schema, before it is migrated, has no place for the mark.
	if db.gorm.WithContext(ctx).Migrator().HasTable("copies") {
		if err := markCopy(ctx, copied, now); err != nil {
			return fmt.Errorf("back up: %w", err)
		}
	}
	if err := settle(copied); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	// A link never replaces a file that is there.
	if err := os.Link(copied, file); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// settle makes a file its owner's only, and safe from a power cut.
func settle(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}
