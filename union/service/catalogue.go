package service

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Archive keeps every version of every service that was ever offered.
type Archive interface {
	// Publish keeps versions. One that is there already is passed over.
	Publish(ctx context.Context, versions ...Version) error
	// Version reads a version by hash. It returns union.ErrNotFound if there is none.
	Version(ctx context.Context, hash string) (Version, error)
}

// Version is the text of one version of a service.
type Version struct {
	Hash   string
	Name   string
	Source []byte
}

// Catalogue answers for the services that are offered now and for the versions that older cases and drafts began with.
// Many goroutines may use it while it is offered another set.
type Catalogue struct {
	archive Archive
	now     func() time.Time
	zone    *time.Location
	set     atomic.Pointer[Set]

	mu     sync.RWMutex
	byHash map[string]*Service
}

// NewCatalogue offers nothing yet. Which version is in force is decided by the day that now is in, in the union's zone.
func NewCatalogue(archive Archive, now func() time.Time, zone *time.Location) *Catalogue {
	c := &Catalogue{archive: archive, now: now, zone: zone, byHash: map[string]*Service{}}
	c.set.Store(newSet(nil))
	return c
}

// Offer puts another set in the place of the one that was offered. All its versions are in the archive before the first
// conversation can begin with one; after an error the former set is offered as before.
func (c *Catalogue) Offer(ctx context.Context, set *Set) error {
	var versions []Version
	for _, s := range set.Versions() {
		versions = append(versions, Version{Hash: s.Hash, Name: s.Name, Source: s.Source})
	}
	if err := c.archive.Publish(ctx, versions...); err != nil {
		return fmt.Errorf("publish services: %w", err)
	}
	c.mu.Lock()
	for _, s := range set.Versions() {
		c.byHash[s.Hash] = s
	}
	c.mu.Unlock()
	c.set.Store(set)
	return nil
}

// Current finds a service that is offered now.
func (c *Catalogue) Current(name string) (*Service, bool) { return c.offered().Get(name) }

// Overtaken says whether a version with a later day than that of s has come into force, be it one that switches the
// service off. A version that was only corrected is not overtaken: its day is the same.
func (c *Catalogue) Overtaken(s *Service) bool { return c.offered().began[s.Name] > s.From }

// All lists the services that are offered now, in the order of the menu.
func (c *Catalogue) All() []*Service { return c.offered().All() }

func (c *Catalogue) offered() *Offer { return c.set.Load().On(DayOf(c.now().In(c.zone))) }

// ByHash finds any version, union.ErrNotFound if there is none. Versions in use are kept parsed.
func (c *Catalogue) ByHash(ctx context.Context, hash string) (*Service, error) {
	c.mu.RLock()
	s := c.byHash[hash]
	c.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	version, err := c.archive.Version(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("read service version: %w", err)
	}
	s, err = Parse(version.Name, version.Source)
	if err != nil {
		return nil, fmt.Errorf("parse published version of %s: %w", version.Name, err)
	}
	if s.Hash != hash {
		return nil, fmt.Errorf("published version of %s is not what its hash says: %w", version.Name, union.ErrNotFound)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byHash[hash] = s
	return s, nil
}
