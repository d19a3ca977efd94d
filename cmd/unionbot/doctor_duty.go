package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/reference"
)

// examineDuty names who stands on a roster and cannot be on duty.
func examineDuty(ctx context.Context, p *patient) []finding {
	data, err := loadReference(p.config)
	rosters := slices.Concat(data.Duty.Rosters, data.Duty.Work)
	if err != nil || len(rosters) == 0 || p.schemaErr(ctx) != nil {
		return nil // said already
	}
	return []finding{dutyFinding(ctx, rosters, storage.NewMembers(p.db, nil, directoryChannel(p.config)))}
}

// dutyPeople finds those who stand on rosters, and their offices.
type dutyPeople interface {
	ByStaffNo(ctx context.Context, no string) (union.Member, error)
	Holdings(ctx context.Context, member union.MemberID) ([]union.Holding, error)
}

func dutyFinding(ctx context.Context, rosters []reference.Roster, members dutyPeople) finding {
	const name = "duty"
	var wrong []string
	for _, r := range rosters {
		for _, no := range r.Everybody() {
			why, err := offDuty(ctx, r, no, members)
			if err != nil {
				return bad(name, "run doctor again", "%v", err)
			}
			if why != "" {
				wrong = append(wrong, fmt.Sprintf("%s: %s %s", r.Name, no, why))
			}
		}
	}
	if len(wrong) > 0 {
		return warning(name, "mend duty.yaml of REFERENCE_DIR, or give the office: a roster gives none", "%s", strings.Join(wrong, "; "))
	}
	return fine(name, "%d rosters, and everybody on them is there, and holds the office", len(rosters))
}

// offDuty says why somebody on a roster is asked nothing by it; empty where they are.
func offDuty(ctx context.Context, r reference.Roster, no string, members dutyPeople) (string, error) {
	m, err := members.ByStaffNo(ctx, no)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return "is nobody's number", nil
	case err != nil:
		return "", err
	case m.Status != union.Active:
		return "is no active member", nil
	case r.Role == "": // it says who works when
		return "", nil
	}
	held, err := members.Holdings(ctx, m.ID)
	if err != nil || slices.ContainsFunc(held, func(h union.Holding) bool {
		return h.Role == r.Role && (h.Top() || h.Path == r.At || strings.HasPrefix(r.At, h.Path+"/"))
	}) {
		return "", err
	}
	return fmt.Sprintf("is no %s there", r.Role), nil
}
