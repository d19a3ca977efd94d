package storage

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/unionbot/unionbot/union/packed"
)

//go:generate sh -c "cd ../tools && go run ./pack ../storage/migrations/*.sql | bzip2 -9 > ../storage/migrations.bz2"
//go:embed migrations.bz2
var packedMigrations []byte

// A migration is written once for all dialects, with these words for the types that differ:
//
//	BYTES(n)   identifiers, codes and hashes: ASCII, compared by byte
//	WORDS(n)   what a person wrote: any Unicode, compared by byte
//	LONGWORDS  the same without a short limit
//	OCTETS     raw bytes
//	TABLE_END  closes CREATE TABLE
//	INDEX_OF   tells in DROP INDEX whose it is, where that has to be told
//
// A file holds one DDL statement, for MySQL commits each by itself.
var typeWord = regexp.MustCompile(`\b(BYTES\((\d+)\)|WORDS\((\d+)\)|LONGWORDS|OCTETS|TABLE_END|INDEX_OF \w+)`)

func renderDDL(dialect Dialect, ddl string) string {
	return typeWord.ReplaceAllStringFunc(ddl, func(word string) string {
		size := strings.TrimPrefix(strings.TrimPrefix(word, "BYTES"), "WORDS")
		if dialect == SQLite {
			switch {
			case word == "TABLE_END":
				return ")"
			case word == "OCTETS":
				return "BLOB"
			case strings.HasPrefix(word, "INDEX_OF"):
				return ""
			default:
				return "TEXT"
			}
		}
		switch {
		case strings.HasPrefix(word, "INDEX_OF"):
			return "ON" + strings.TrimPrefix(word, "INDEX_OF")
		case word == "TABLE_END":
			return ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC"
		case word == "OCTETS":
			return "MEDIUMBLOB"
		case word == "LONGWORDS":
			return "MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
		case strings.HasPrefix(word, "BYTES"):
			return "VARCHAR" + size + " CHARACTER SET ascii COLLATE ascii_bin"
		default:
			return "VARCHAR" + size + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
		}
	})
}

// migrations are the files of the folder migrations as the dialect writes them.
func migrations(dialect Dialect) fs.FS {
	return packed.Parted([]byte(renderDDL(dialect, string(packed.Text(packedMigrations)))))
}

func (db *DB) provider() (*goose.Provider, error) {
	dialect := database.DialectMySQL
	if db.dialect == SQLite {
		dialect = database.DialectSQLite3
	}
	p, err := goose.NewProvider(dialect, db.pool, migrations(db.dialect))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// Migrated is one migration that Migrate applied.
type Migrated struct {
	Version int64
	Name    string
}

// Migrate brings the schema up to this binary's version and says what it applied. It is safe to run beside a serving
// instance and on several replicas at once: a lease row lets one of them work.
func (db *DB) Migrate(ctx context.Context) ([]Migrated, error) {
	release, err := db.takeSchemaLease(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p, err := db.provider()
	if err != nil {
		return nil, err
	}
	results, err := p.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		results = partial.Applied
	}
	var applied []Migrated
	for _, r := range results {
		applied = append(applied, Migrated{Version: r.Source.Version, Name: strings.TrimSuffix(r.Source.Path, ".sql")})
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", classify(err))
	}
	return applied, db.writeRelease(ctx)
}
