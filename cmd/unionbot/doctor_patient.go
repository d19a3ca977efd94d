package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/audit"
)

// patient is what doctor looks at: the configuration, and what could be opened of what it names.
type patient struct {
	config config.Config
	log    *slog.Logger
	now    func() time.Time
	// db is nil where databaseErr says why it is out of reach or has no schema that this binary can read.
	db          *storage.DB
	databaseErr error
	// turns is nil where redisErr says why, and where Redis is embedded: that of the service is in its process.
	turns    *turns.Turns
	redisErr error
	// answerWithin is how soon a callback has to be answered, tls how a certificate is checked: nil for how the machine
	// does.
	answerWithin time.Duration
	tls          *tls.Config
	// anchors are those of the audit chain that were kept outside.
	anchors []audit.Anchor
}

func newPatient(ctx context.Context, c config.Config) *patient {
	p := &patient{config: c, log: slog.New(slog.DiscardHandler), now: time.Now, answerWithin: time.Second}
	if p.databaseErr = missing(c); p.databaseErr == nil {
		p.db, p.databaseErr = storage.Open(ctx, c.DatabaseURL.Reveal())
	}
	if c.RedisURL.Reveal() != config.Embedded {
		p.turns, p.redisErr = turns.Open(ctx, c.RedisURL.Reveal())
	}
	return p
}

// missing keeps a database file from being made, which would belong to whoever runs doctor.
func missing(c config.Config) error {
	path, ok := c.SQLitePath()
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there: run unionbot migrate as the user that runs the service", path)
	}
	return nil
}

// findings is the whole examination.
func (p *patient) findings(ctx context.Context) (all []finding) {
	for _, look := range examinations {
		all = append(all, look(ctx, p)...)
	}
	return all
}

// close lets go of what was only read from.
func (p *patient) close() {
	if p.db != nil {
		_ = p.db.Close()
	}
	if p.turns != nil {
		_ = p.turns.Close()
	}
}

// schemaErr says why the queries of this binary do not fit the database.
func (p *patient) schemaErr(ctx context.Context) error {
	if p.db == nil {
		return errors.New("the database is out of reach")
	}
	schema, err := p.db.Schema(ctx)
	if err != nil {
		return err
	}
	return schema.Err()
}
