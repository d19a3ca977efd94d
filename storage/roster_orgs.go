package storage

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/roster"
)

// orgTree resolves the paths of a members file, and makes ids for organisations that are not there yet: those of a
// member are created by the merge, those of a role only must be known or some member's.
type orgTree struct {
	nodes  map[string]*orgNode // by path
	create []*orgNode          // parents first
	newID  func() int64
}

type orgNode struct {
	union.Organisation
	// stored is false until the merge has created it.
	stored bool
	// member is true when it is there already or a member of the file belongs to it, or to one below.
	member bool
	// roleLine is the first line that names it in a role, 0 if none does.
	roleLine int
}

func readOrgTree(ctx context.Context, db *DB) (*orgTree, error) {
	list, err := queryAll(ctx, db, "read organisations", scanOrganisation, selectOrganisation)
	if err != nil {
		return nil, err
	}
	t := &orgTree{nodes: make(map[string]*orgNode, len(list)), newID: db.NewID}
	for _, o := range list {
		t.nodes[o.Path] = &orgNode{Organisation: o, stored: true, member: true}
	}
	return t, nil
}

// member returns the id of a member's organisation.
func (t *orgTree) member(path string) union.OrgID {
	node := t.node(path)
	for up := node; up != nil && !up.member; up = t.nodes[parentPath(up.Path)] {
		up.member = true
	}
	return node.ID
}

// roleAt returns the id of the organisation over which a role is held; 0 means the member's own.
func (t *orgTree) roleAt(path string, line int) union.OrgID {
	if path == "" {
		return 0
	}
	node := t.node(path)
	if node.roleLine == 0 {
		node.roleLine = line
	}
	return node.ID
}

func (t *orgTree) node(path string) *orgNode {
	if node, ok := t.nodes[path]; ok {
		return node
	}
	var parent union.Organisation
	name := path
	if up := parentPath(path); up != "" {
		parent = t.node(up).Organisation
		name = path[len(up)+1:]
	}
	node := &orgNode{Organisation: childOf(parent, name, union.OrgID(t.newID()))}
	t.nodes[path] = node
	t.create = append(t.create, node)
	return node
}

// unknown returns a clash for every path that only roles name.
func (t *orgTree) unknown() []roster.Conflict {
	var list []roster.Conflict
	for _, path := range slices.Sorted(maps.Keys(t.nodes)) {
		if node := t.nodes[path]; !node.member && node.roleLine > 0 {
			list = append(list, roster.Conflict{Line: node.roleLine, Clash: roster.UnknownRoleAt, Path: path})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Line < list[j].Line })
	return list
}

// insert creates what is missing and returns the paths. It may run again after a conflict.
func (t *orgTree) insert(ctx context.Context, db *DB) ([]string, error) {
	var created []string
	for _, node := range t.create {
		if !node.member {
			continue
		}
		if err := insertOrganisation(ctx, db, node.Organisation); err != nil {
			return nil, err
		}
		created = append(created, node.Path)
	}
	return created, nil
}

func parentPath(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}
