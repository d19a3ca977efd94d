package talk_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// memory is a store within a turn, whose transaction the desk joins: what fails in the desk must leave no half behind, for
// nobody takes it back.
type memory struct {
	talks map[talk.ID]talk.Talk
	lines []talk.Line
	seats map[union.MemberID]int
	left  map[union.MemberID]bool
	pause talk.Pause
	away  error // of the store
}

func (m *memory) Pause(context.Context) (talk.Pause, error) { return m.pause, nil }

func (m *memory) KeepPause(_ context.Context, p talk.Pause, whole bool) error {
	if whole {
		m.pause = p
	}
	m.pause.Swept = p.Swept
	return nil
}

func (m *memory) Tx(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }

func (m *memory) find(ok func(talk.Talk) bool) (found []talk.Talk) {
	for _, id := range slices.Sorted(maps.Keys(m.talks)) {
		if t := m.talks[id]; ok(t) {
			found = append(found, t)
		}
	}
	return found
}

func first(found []talk.Talk) (talk.Talk, error) {
	if len(found) == 0 {
		return talk.Talk{}, union.ErrNotFound
	}
	return found[0], nil
}

func (m *memory) Insert(_ context.Context, t talk.Talk) error { m.talks[t.ID] = t; return nil }

func (m *memory) Update(_ context.Context, t talk.Talk) error {
	if m.talks[t.ID].Version != t.Version {
		return union.ErrStale
	}
	t.Version++
	m.talks[t.ID] = t
	return nil
}

func (m *memory) ByID(_ context.Context, id talk.ID) (talk.Talk, error) {
	return first(m.find(func(t talk.Talk) bool { return t.ID == id }))
}

func (m *memory) OfWorker(_ context.Context, worker union.MemberID) (talk.Talk, error) {
	return first(m.find(func(t talk.Talk) bool { return t.Worker == worker && t.Open() }))
}

func (m *memory) LastOf(_ context.Context, worker union.MemberID) (talk.Talk, error) {
	ended := m.find(func(t talk.Talk) bool { return t.Worker == worker && !t.Open() })
	slices.SortFunc(ended, func(a, b talk.Talk) int { return cmp.Or(b.EndedAt.Compare(a.EndedAt), cmp.Compare(b.ID, a.ID)) })
	return first(ended)
}

func (m *memory) AskedLast(_ context.Context, worker union.MemberID) (talk.Talk, error) {
	asked := m.find(func(t talk.Talk) bool { return t.Worker == worker && t.Asks })
	slices.SortFunc(asked, func(a, b talk.Talk) int { return b.EndedAt.Compare(a.EndedAt) })
	return first(asked)
}

func (m *memory) HeldBy(_ context.Context, officer union.MemberID) ([]talk.Talk, error) {
	return m.find(func(t talk.Talk) bool { return t.Holder == officer }), nil
}

func (m *memory) Loads(_ context.Context, people []union.MemberID) (map[union.MemberID]talk.Load, error) {
	loads := map[union.MemberID]talk.Load{}
	for _, who := range people {
		held := m.find(func(t talk.Talk) bool { return t.Holder == who })
		asks := m.find(func(t talk.Talk) bool { return t.Worker == who && t.Open() })
		loads[who] = talk.Load{Holds: len(held), Asks: len(asks) > 0}
	}
	return loads, nil
}

func (m *memory) Seat(_ context.Context, officer union.MemberID) (number, holds int, err error) {
	m.seats[officer]++
	return m.seats[officer], len(m.find(func(t talk.Talk) bool { return t.Holder == officer })), nil
}

func ids(talks []talk.Talk) (all []talk.ID) {
	for _, t := range talks {
		all = append(all, t.ID)
	}
	return all
}

func (m *memory) Due(_ context.Context, now time.Time, _ int) ([]talk.ID, error) {
	if m.away != nil {
		return nil, m.away
	}
	return ids(m.find(func(t talk.Talk) bool {
		return !t.DueAt.IsZero() && !t.DueAt.After(now) || t.Open() && m.left[t.Worker]
	})), nil
}

func (m *memory) Queues(context.Context) (queues []talk.Queue, err error) {
	for _, t := range m.find(func(t talk.Talk) bool { return t.State == talk.Waiting }) {
		if q := (talk.Queue{Org: t.Queue, Topic: t.Topic}); !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	return queues, nil
}

func (m *memory) Waiting(_ context.Context, q talk.Queue, limit int) ([]talk.ID, error) {
	all := ids(m.find(func(t talk.Talk) bool { return t.State == talk.Waiting && t.Queue == q.Org && t.Topic == q.Topic }))
	return all[:min(limit, len(all))], nil
}

func (m *memory) Since(context.Context, string, time.Time, int) ([]talk.Talk, error) {
	return m.find(func(talk.Talk) bool { return true }), nil
}

func (m *memory) AnsweredBy(_ context.Context, officer union.MemberID, _ int) ([]talk.Talk, error) {
	return m.find(func(t talk.Talk) bool { return t.Last == officer && !t.FirstAt.IsZero() }), nil
}

func (m *memory) Units(context.Context, string) ([]union.Organisation, error) { return nil, nil }

func (m *memory) Named(context.Context, string, string) ([]union.Organisation, error) {
	return nil, nil
}

func (m *memory) Ahead(_ context.Context, t talk.Talk) (int, error) {
	return len(m.find(func(o talk.Talk) bool {
		return o.State == talk.Waiting && o.Queue == t.Queue && o.Topic == t.Topic && o.ID < t.ID
	})), nil
}

func (m *memory) Add(_ context.Context, lines ...talk.Line) error {
	m.lines = append(m.lines, lines...)
	return nil
}

func (m *memory) Lines(_ context.Context, id talk.ID) (of []talk.Line, err error) {
	for _, l := range m.lines {
		if l.Talk == id {
			of = append(of, l)
		}
	}
	return of, nil
}

func (m *memory) ToldTo(_ context.Context, colleague union.MemberID, _ time.Time, _ int) (of []talk.Line, err error) {
	for _, l := range m.lines {
		if l.Kind == talk.Told && l.Member == colleague {
			of = append(of, l)
		}
	}
	return of, nil
}

func (m *memory) Fetched(context.Context, int) (files []talk.Sendable, err error) {
	for _, l := range m.lines {
		if l.Unsent {
			files = append(files, talk.Sendable{Line: l, Hash: "0", Type: "image/jpeg"})
		}
	}
	return files, nil
}

func (m *memory) Sent(context.Context, talk.LineID) (bool, error) { return true, nil }

func (m *memory) Unsend(context.Context, talk.ID) error { return nil }

func (m *memory) AllOf(context.Context, union.MemberID, int) ([]talk.Talk, error) { return nil, nil }

func (m *memory) Filed(context.Context, int64) (string, error) { return "", nil }

func (m *memory) EndedNumber(context.Context, union.MemberID, int, time.Time) (talk.Talk, error) {
	return talk.Talk{}, union.ErrNotFound
}
