package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
)

// groupPeople finds the people of groups, in the tree of the union.
type groupPeople interface {
	cases.GroupMembers
	Organisations(ctx context.Context) ([]union.Organisation, error)
}

// examineGroups names the places of groups that nobody has.
func examineGroups(ctx context.Context, p *patient) []finding {
	data, err := loadReference(p.config)
	if err != nil || len(data.Groups.Groups) == 0 || p.schemaErr(ctx) != nil {
		return nil // said already
	}
	return []finding{groupsFinding(ctx, data.Groups.Groups, storage.NewMembers(p.db, nil, directoryChannel(p.config)))}
}

func groupsFinding(ctx context.Context, groups []reference.Group, members groupPeople) finding {
	const name = "groups"
	tree, err := members.Organisations(ctx)
	if err != nil {
		return bad(name, "run doctor again", "%v", err)
	}
	if len(tree) == 0 {
		return fine(name, "there are no members yet")
	}
	var wrong []string
	for _, g := range groups {
		people, lost, err := cases.PeopleOf(ctx, members, g, tree[0].Lineage)
		if err != nil {
			return bad(name, "run doctor again", "%v", err)
		}
		if len(lost) == 0 {
			continue
		}
		var places []string
		for _, place := range lost {
			places = append(places, place.String())
		}
		said := fmt.Sprintf("%s (%s): nobody is %s", g.Name, g.Label, strings.Join(places, ", "))
		switch {
		case len(people) == 0:
			said += ", and nobody is left: its steps go to those of `otherwise`, or to a chair or administrator"
		case g.Fallback != "":
			said += ", " + g.Fallback + " is asked for them"
		default:
			said += ", and there is no fallback: the others decide without them"
		}
		wrong = append(wrong, said)
	}
	if len(wrong) > 0 {
		return warning(name, "name who is there now in groups.yaml of REFERENCE_DIR; unknown numbers, and members who have left or retired, are nobody", "%s", strings.Join(wrong, "; "))
	}
	return fine(name, "%d, and everybody in them is there", len(groups))
}
