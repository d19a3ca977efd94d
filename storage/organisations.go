package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
)

const selectOrganisation = `SELECT id, parent, name, path, lineage FROM organisations `

// Lineage returns the lineage of an organisation, or fails with union.ErrNotFound.
func (r *Members) Lineage(ctx context.Context, org union.OrgID) (string, error) {
	o, err := r.Organisation(ctx, org)
	return o.Lineage, err
}

// Organisation returns a node of the tree, or fails with union.ErrNotFound.
func (r *Members) Organisation(ctx context.Context, org union.OrgID) (union.Organisation, error) {
	return r.organisation(ctx, `WHERE id = ?`, org)
}

// OrganisationByPath returns the node with this path, or fails with union.ErrNotFound.
func (r *Members) OrganisationByPath(ctx context.Context, path string) (union.Organisation, error) {
	return r.organisation(ctx, `WHERE path_digest = ?`, pathDigest(path))
}

// Organisations lists the whole tree by path.
func (r *Members) Organisations(ctx context.Context) ([]union.Organisation, error) {
	return queryAll(ctx, r.db, "list organisations", scanOrganisation, selectOrganisation+`ORDER BY path, id`)
}

// EnsureOrganisation returns the node with this path (集团公司/一分厂) and creates it, and what lacks above it. The path
// must be one that union.ParsePath accepts.
func (r *Members) EnsureOrganisation(ctx context.Context, path string) (union.Organisation, error) {
	names, err := union.ParsePath(path)
	if err != nil {
		return union.Organisation{}, fmt.Errorf("ensure organisation: %w", err)
	}
	var node union.Organisation
	err = r.db.Tx(ctx, func(ctx context.Context) error {
		node = union.Organisation{}
		for _, name := range names {
			child := childOf(node, name, 0)
			found, err := r.OrganisationByPath(ctx, child.Path)
			if errors.Is(err, union.ErrNotFound) {
				found, err = r.create(ctx, childOf(node, name, union.OrgID(r.db.NewID())))
			}
			if err != nil {
				return err
			}
			node = found
		}
		return nil
	})
	return node, err
}

// create inserts a node. Where another was quicker, it is that one.
func (r *Members) create(ctx context.Context, o union.Organisation) (union.Organisation, error) {
	err := insertOrganisation(ctx, r.db, o)
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return r.OrganisationByPath(ctx, o.Path)
	}
	return o, err
}

func (r *Members) organisation(ctx context.Context, where string, args ...any) (union.Organisation, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return union.Organisation{}, err
	}
	o, err := scanOrganisation(g.Raw(selectOrganisation+where, args...).Row())
	if err != nil {
		return union.Organisation{}, fmt.Errorf("read organisation: %w", notFound(err))
	}
	return o, nil
}

func insertOrganisation(ctx context.Context, db *DB, o union.Organisation) error {
	parent := sql.NullInt64{Int64: int64(o.Parent), Valid: o.Parent != 0}
	_, err := execute(ctx, db, "create organisation",
		`INSERT INTO organisations (id, parent, name, path, path_digest, lineage) VALUES (?, ?, ?, ?, ?, ?)`,
		o.ID, parent, o.Name, o.Path, pathDigest(o.Path), o.Lineage)
	return err
}

func scanOrganisation(row scanner) (union.Organisation, error) {
	var o union.Organisation
	var parent sql.NullInt64
	err := row.Scan(&o.ID, &parent, &o.Name, &o.Path, &o.Lineage)
	o.Parent = union.OrgID(parent.Int64)
	return o, err
}

// childOf returns the node with this name and id below parent, or the root where parent is zero.
func childOf(parent union.Organisation, name string, id union.OrgID) union.Organisation {
	child := union.Organisation{ID: id, Parent: parent.ID, Name: name, Path: name, Lineage: "/" + strconv.FormatInt(int64(id), 10) + "/"}
	if parent.ID != 0 {
		child.Path = parent.Path + "/" + name
		child.Lineage = parent.Lineage + child.Lineage[1:]
	}
	return child
}

// pathDigest stands for a path in a unique key, for the longest path is longer than a key may be.
func pathDigest(path string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(path)))
	return hex.EncodeToString(sum[:])
}
