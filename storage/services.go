package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union/service"
)

// Services keeps every version of every service that was ever offered, by hash.
type Services struct {
	db  *DB
	now func() time.Time
}

// NewServices returns the repository.
func NewServices(db *DB, now func() time.Time) *Services { return &Services{db: db, now: now} }

// Publish keeps versions. One that is there already is passed over.
func (r *Services) Publish(ctx context.Context, versions ...service.Version) error {
	for _, v := range versions {
		_, err := execute(ctx, r.db, "publish service", `INSERT INTO service_versions (hash, name, source, published_ms)
			VALUES (?, ?, ?, ?)`, v.Hash, v.Name, string(v.Source), r.now().UnixMilli())
		if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) {
			return err
		}
	}
	return nil
}

// Version reads a version by hash, or returns union.ErrNotFound.
func (r *Services) Version(ctx context.Context, hash string) (service.Version, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return service.Version{}, err
	}
	v := service.Version{Hash: hash}
	var source string
	err = g.Raw(`SELECT name, source FROM service_versions WHERE hash = ?`, hash).Row().Scan(&v.Name, &source)
	if err != nil {
		return service.Version{}, fmt.Errorf("read service version: %w", notFound(err))
	}
	v.Source = []byte(source)
	return v, nil
}

// Published tells when each version was first offered, by hash.
func (r *Services) Published(ctx context.Context) (map[string]time.Time, error) {
	published := map[string]time.Time{}
	_, err := queryAll(ctx, r.db, "list service versions", func(row scanner) (hash string, err error) {
		var at int64
		err = row.Scan(&hash, &at)
		published[hash] = time.UnixMilli(at)
		return hash, err
	}, `SELECT hash, published_ms FROM service_versions`)
	return published, err
}

// Taken is a version of a service without its text, and when it was first offered.
type Taken struct {
	Name string
	Hash string
	At   time.Time
}

// Taken lists every version that was ever offered.
func (r *Services) Taken(ctx context.Context) ([]Taken, error) {
	return queryAll(ctx, r.db, "list service versions", func(row scanner) (t Taken, err error) {
		var at int64
		err = row.Scan(&t.Name, &t.Hash, &at)
		t.At = time.UnixMilli(at).UTC()
		return t, err
	}, `SELECT name, hash, published_ms FROM service_versions`)
}
