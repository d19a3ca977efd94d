package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// maxWorker is how many of a member's cases an officer is shown at a time.
const maxWorker = 30

// Worker is what an officer may know of a member's cases.
type Worker struct {
	Member union.Member
	Lines  []WorkerLine
	// From and Until number the cases that were looked at, the latest being the first; More says that there are older ones.
	From, Until int
	More        bool
}

// WorkerLine is one case of a member.
type WorkerLine struct {
	Summary
	Sensitive bool
	// Since is when those who have it got it; zero where it has ended.
	Since time.Time
	// By is who has filed it for the member; empty where it is the member's own.
	By string
	// Elsewhere says that it is open and others than the viewer have it.
	Elsewhere bool
}

// Under lists up to limit active members with this name or staff number over whom an officer holds any office; it returns
// union.ErrForbidden to who holds none.
func (d *Desk) Under(ctx context.Context, officer union.MemberID, called string, limit int) ([]union.Member, error) {
	holdings, err := d.members.Holdings(ctx, officer)
	if err == nil && len(holdings) == 0 {
		err = union.ErrForbidden
	}
	if err != nil {
		return nil, fmt.Errorf("find who is under: %w", err)
	}
	var lineages []string
	for _, h := range holdings {
		if !slices.Contains(lineages, h.Lineage) {
			lineages = append(lineages, h.Lineage)
		}
	}
	found, err := d.members.ActiveUnder(ctx, called, lineages, limit)
	if err != nil {
		return nil, fmt.Errorf("find who is under: %w", err)
	}
	return found, nil
}

func covered(holdings []union.Holding, m union.Member) bool {
	return slices.ContainsFunc(holdings, func(h union.Holding) bool { return h.Covers(m.Lineage) })
}

// Worker shows an officer those of a member's cases behind the latest so many that the officer may see, newest first: what the member has
// filed, and what others have filed for the member; never what was filed without a name. Each case that is shown counts as looked at,
// which whoever filed it can read; so does the member, whatever there is. It returns union.ErrNotFound where the officer holds no office over the member.
func (d *Desk) Worker(ctx context.Context, officer, member union.MemberID, behind int) (Worker, error) {
	var w Worker
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		w, err = d.worker(ctx, officer, member, behind)
		return err
	})
	if err != nil {
		return Worker{}, fmt.Errorf("show worker: %w", err)
	}
	return w, nil
}

func (d *Desk) worker(ctx context.Context, officer, member union.MemberID, behind int) (none Worker, _ error) {
	who, err := d.members.Get(ctx, member)
	if err != nil {
		return none, err
	}
	holdings, err := d.members.Holdings(ctx, officer)
	if err != nil {
		return none, err
	}
	if !covered(holdings, who) {
		return none, union.ErrNotFound
	}
	if err := d.lookAt(ctx, officer, member, holdings); err != nil {
		return none, err
	}
	list, err := d.ofMember(ctx, member, behind+maxWorker+1)
	if err != nil {
		return none, err
	}
	w := Worker{Member: who, From: behind + 1, Until: min(len(list), behind+maxWorker), More: len(list) > behind+maxWorker}
	for _, c := range list[min(behind, len(list)):w.Until] {
		m, err := d.matterOf(ctx, c)
		if err != nil {
			return none, err
		}
		may, err := d.mayKnow(ctx, m, officer, holdings)
		if err != nil {
			return none, err
		}
		if m.Anonymous || !may {
			continue
		}
		if err := d.look(ctx, m, officer, holdings); err != nil {
			return none, err
		}
		line, err := d.workerLine(ctx, m, officer)
		if err != nil {
			return none, err
		}
		if m.Author != member && !m.sharedBy(member) {
			line.By = m.author.Name
		}
		w.Lines = append(w.Lines, line)
	}
	return w, nil
}

func (d *Desk) workerLine(ctx context.Context, m *matter, officer union.MemberID) (WorkerLine, error) {
	line := WorkerLine{Summary: summaryOf(m.Case), Sensitive: m.service.Sensitive}
	open := m.open()
	for _, t := range open {
		if t.CreatedAt.After(line.Since) {
			line.Since = t.CreatedAt
		}
	}
	holders := officersOf(open)
	line.Elsewhere = len(holders) > 0 && !slices.Contains(holders, officer)
	people, err := d.havers(ctx, open)
	for _, p := range people {
		line.Officers = append(line.Officers, p.Name)
	}
	return line, err
}
