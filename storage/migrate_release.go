package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// schemaRelease is the number of this program's schema release: all migrations that one release of the program brings,
// however many files they are. It counts up with the first migration after a release, and lastMigrations gets a line.
const schemaRelease = 2

// lastMigrations is the last migration of every schema release that is closed.
var lastMigrations = map[int]int64{1: 94}

// Schema is how a database stands to this program.
type Schema struct {
	// Have and Want number the last migration of the database and of this program.
	Have, Want int64
	// Release and OwnRelease number the schema releases of both.
	Release, OwnRelease int
}

// Err says why this program cannot work with the database: an older one lacks what it uses, and one that is more than a
// release newer may have dropped it. A release removes nothing that the one before it uses.
func (s Schema) Err() error {
	switch {
	case s.Have < s.Want:
		return fmt.Errorf("database is at version %d and needs %d: run unionbot migrate", s.Have, s.Want)
	case s.Release > s.OwnRelease+1:
		return fmt.Errorf("database is of schema release %d, more than one newer than this program's %d: run the newer unionbot", s.Release, s.OwnRelease)
	default:
		return nil
	}
}

// Schema compares the database with this program.
func (db *DB) Schema(ctx context.Context) (Schema, error) {
	p, err := db.provider()
	if err != nil {
		return Schema{}, err
	}
	s := Schema{OwnRelease: schemaRelease}
	if s.Have, s.Want, err = p.GetVersions(ctx); err != nil {
		return Schema{}, fmt.Errorf("read schema version: %w", classify(err))
	}
	s.Release, err = db.readRelease(ctx)
	return s, err
}

const schemaReleaseTable = `CREATE TABLE IF NOT EXISTS schema_release (
	id INTEGER PRIMARY KEY,
	number_of INTEGER NOT NULL
)`

// readRelease returns the newest release whose migrations were all applied. The first one wrote no number.
func (db *DB) readRelease(ctx context.Context) (int, error) {
	g := db.gorm.WithContext(ctx)
	if !g.Migrator().HasTable("schema_release") {
		return 1, nil
	}
	var number int
	if err := g.Raw("SELECT COALESCE(MAX(number_of), 1) FROM schema_release").Row().Scan(&number); err != nil {
		return 0, fmt.Errorf("read schema release: %w", classify(err))
	}
	return number, nil
}

// writeRelease notes that this program's migrations are applied. A newer number stays.
func (db *DB) writeRelease(ctx context.Context) error {
	g := db.gorm.WithContext(ctx)
	err := g.Exec(schemaReleaseTable).Error
	if err == nil {
		err = g.Exec("INSERT INTO schema_release (id, number_of) VALUES (1, ?)", schemaRelease).Error
	}
	if errors.Is(classify(err), gorm.ErrDuplicatedKey) {
		err = g.Exec("UPDATE schema_release SET number_of = ? WHERE id = 1 AND number_of < ?", schemaRelease, schemaRelease).Error
	}
	if err != nil {
		return fmt.Errorf("write schema release: %w", classify(err))
	}
	return nil
}
