package service

import (
	"context"
	"fmt"
	"sync"

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
type Catalogue struct {
	set     *Set
	archive Archive

	mu     sync.RWMutex
	byHash map[string]*Service
}

// NewCatalogue offers the services of set, with older versions from archive.
func NewCatalogue(set *Set, archive Archive) *Catalogue {
	c := &Catalogue{set: set, archive: archive, byHash: map[string]*Service{}}
	for _, s := range set.all {
		c.byHash[s.Hash] = s
	}
	return c
}

// Publish writes the current versions to the archive. It is called before the first case can name one.
func (c *Catalogue) Publish(ctx context.Context) error {
	var versions []Version
	for _, s := range c.set.all {
		versions = append(versions, Version{Hash: s.Hash, Name: s.Name, Source: s.Source})
	}
	if err := c.archive.Publish(ctx, versions...); err != nil {
		return fmt.Errorf("publish services: %w", err)
	}
	return nil
}

// Current finds a service that is offered now.
func (c *Catalogue) Current(name string) (*Service, bool) { return c.set.Get(name) }

// All lists the services that are offered now, in the order of the menu.
func (c *Catalogue) All() []*Service { return c.set.All() }

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
