package union

import (
	"cmp"
	"context"
	"strings"
)

// Units is the tree of organisations, as whoever counts goes down in it.
type Units interface {
	// Units lists the organisations right below one, Named all below it of a name, which may have those above before it: 一分厂/锅炉班.
	Units(ctx context.Context, lineage string) ([]Organisation, error)
	Named(ctx context.Context, lineage, name string) ([]Organisation, error)
}

// UnitError says that an officer reads no counts of a unit of that name, and of which ones right below; or which several have it, with
// those above them.
type UnitError struct {
	Name  string
	Units []string
	Same  []string
}

func (e *UnitError) Error() string { return "no such unit to count" }

// Under finds an organisation of a name below a holding, or is the holding's own where the name is empty or its own; whole says which.
// Of several, the one wins that was said in full,
// and then the one right below. It returns *UnitError where there is none, or more than one.
func (h Holding) Under(ctx context.Context, tree Units, name string) (over Organisation, whole bool, err error) {
	over = Organisation{ID: h.Org, Name: BelowRoot(h.Path), Lineage: h.Lineage}
	if name == "" || name == over.Name {
		return over, true, nil
	}
	found, err := tree.Named(ctx, h.Lineage, name)
	if err != nil {
		return Organisation{}, false, err
	}
	for _, path := range []string{rootOf(h.Path) + "/" + name, h.Path + "/" + name} { // said in full, and right below
		for _, u := range found {
			if u.Path == path {
				return u, false, nil
			}
		}
	}
	if len(found) == 1 {
		return found[0], false, nil
	}
	wrong := &UnitError{Name: name}
	for _, u := range found {
		wrong.Same = append(wrong.Same, BelowRoot(u.Path))
	}
	if len(found) == 0 {
		units, err := tree.Units(ctx, h.Lineage)
		if err != nil {
			return Organisation{}, false, err
		}
		for _, u := range units {
			wrong.Units = append(wrong.Units, u.Name)
		}
	}
	return Organisation{}, false, wrong
}

func rootOf(path string) string {
	root, _, _ := strings.Cut(path, "/")
	return root
}

// BelowRoot is a path without the root; the root is itself.
func BelowRoot(path string) string {
	_, name, _ := strings.Cut(path, "/")
	return cmp.Or(name, path)
}
