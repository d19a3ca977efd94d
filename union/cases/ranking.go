package cases

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/service"
)

// Standing is what one team of a plant reported for a month. Sums are in fen.
type Standing struct {
	Service string // its name
	Unit    union.OrgID
	Period  string // 2026-10
	Org     union.OrgID
	Name    string // of the organisation, as the tree has it when the standing is read
	Case    ID
	Fen     int64 // may be below zero
	Base    int64 // of which Fen is a share
	// Place is the rank, from 1, that teams with the same rate share.
	Place int
}

// Rate is the share in hundredths of a percent, rounded towards nothing.
func (s Standing) Rate() int64 {
	if s.Base <= 0 {
		return 0
	}
	return s.Fen * 10_000 / s.Base
}

// StandingStore keeps what teams are ranked by.
type StandingStore interface {
	// Put keeps a standing in place of the one that the team had for the month.
	Put(ctx context.Context, s Standing) error
	// Drop removes the standing that a case has given its team.
	Drop(ctx context.Context, id ID) error
	// Latest is the latest month for which a plant has standings, or union.ErrNotFound.
	Latest(ctx context.Context, service string, unit union.OrgID) (period string, err error)
	// Of lists the standings of a plant for a month.
	Of(ctx context.Context, service string, unit union.OrgID, period string) ([]Standing, error)
}

// Ranking is the teams of a plant in the order of their rates.
type Ranking struct {
	Period    string // 2026-10; empty where nothing was accepted yet
	Plant     string
	Standings []Standing
	Own       union.OrgID // the asker's
}

// rank keeps what a case counts for, once it is accepted.
func (d *Desk) rank(ctx context.Context, m *matter) error {
	r := m.service.Ranking
	if !r.On() || m.State != Accepted {
		return nil
	}
	var choice string
	if err := json.Unmarshal(m.Values[r.Period].Raw, &choice); err != nil {
		return fmt.Errorf("read month of case %s: %w", m.Number, err)
	}
	month := service.MonthOf(choice)
	by, known := m.Values[r.By].fen()
	of, also := m.Values[r.Of].fen()
	if month == 0 || !known || !also {
		return nil
	}
	filed := m.FiledAt.In(d.zone)
	return d.store.Standings.Put(ctx, Standing{
		Service: m.Service, Unit: unitOf(m.Lineage), Period: periodOf(filed, month), Org: m.Org, Case: m.ID, Fen: int64(by), Base: int64(of),
	})
}

// periodOf is the latest month of that number up to a time: 2026-10.
func periodOf(at time.Time, month int) string {
	year := at.Year()
	if month > int(at.Month()) {
		year--
	}
	return fmt.Sprintf("%d-%02d", year, month)
}

// Ranking ranks the teams of the asker's plant for the latest month of that number, or with 0 for the latest month there is
// anything of. Only what was accepted counts; of several reports of a team for one month it is the one accepted last.
func (d *Desk) Ranking(ctx context.Context, asker union.MemberID, s *service.Service, month int) (none Ranking, _ error) {
	who, err := d.members.Get(ctx, asker)
	if err != nil {
		return none, fmt.Errorf("rank teams: %w", err)
	}
	if who.Status != union.Active {
		return none, fmt.Errorf("rank teams: %w", union.ErrForbidden)
	}
	r := Ranking{Own: who.Org, Plant: plantOf(who.OrgPath)}
	unit := unitOf(who.Lineage)
	if month > 0 {
		r.Period = periodOf(d.now().In(d.zone), month)
	} else if r.Period, err = d.store.Standings.Latest(ctx, s.Name, unit); errors.Is(err, union.ErrNotFound) {
		return r, nil
	} else if err != nil {
		return none, fmt.Errorf("rank teams: %w", err)
	}
	if r.Standings, err = d.store.Standings.Of(ctx, s.Name, unit, r.Period); err != nil {
		return none, fmt.Errorf("rank teams: %w", err)
	}
	place(r.Standings)
	return r, nil
}

// place orders standings by their rates; of equal ones by the sum, which makes no difference to their place.
func place(list []Standing) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return cmp.Or(cmp.Compare(b.Rate(), a.Rate()), cmp.Compare(b.Fen, a.Fen), cmp.Compare(a.Org, b.Org)) < 0
	})
	for i, s := range list {
		before := slices.IndexFunc(list, func(other Standing) bool { return other.Rate() == s.Rate() })
		list[i].Place = before + 1
	}
}

// plantOf is the second name of a path from the root, or the first where there is no second.
func plantOf(path string) string {
	names := strings.Split(path, "/")
	return names[min(1, len(names)-1)]
}
