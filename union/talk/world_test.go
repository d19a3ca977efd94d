package talk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/standin"
	"github.com/unionbot/unionbot/union/talk"
)

// people are 1 to 9 and those from 100 on workers of two teams, 11 and 12 chairs of the first branch, 13 of the second, 14 of
// the union, 15 its lawyer. Their lineages say where they are: the odd ones in the first branch.
type people struct{ left, noOffice map[union.MemberID]bool }

func (p people) Get(_ context.Context, id union.MemberID) (union.Member, error) {
	m := union.Member{ID: id, Name: fmt.Sprint("m", id), Status: union.Active, Lineage: "/1/2/4/"}
	switch {
	case id == 12:
	case id%2 == 0:
		m.Lineage = "/1/3/5/"
	}
	if p.left[id] {
		m.Status = union.Left
	}
	return m, nil
}

func (p people) Holders(_ context.Context, role union.Role, lineage string) ([]union.Holding, error) {
	all := []union.Holding{
		{Member: 11, Role: union.BranchChair, Org: 2, Lineage: "/1/2/"}, {Member: 12, Role: union.BranchChair, Org: 2, Lineage: "/1/2/"},
		{Member: 13, Role: union.BranchChair, Org: 3, Lineage: "/1/3/"}, {Member: 14, Role: union.Chair, Org: 1, Lineage: "/1/"},
		{Member: 15, Role: union.Lawyer, Org: 1, Lineage: "/1/"},
	}
	return slices.DeleteFunc(all, func(h union.Holding) bool {
		return h.Role != role || !h.Covers(lineage) || p.left[h.Member] || p.noOffice[h.Member]
	}), nil
}

func (p people) Holdings(_ context.Context, id union.MemberID) (held []union.Holding, err error) {
	for _, role := range []union.Role{union.BranchChair, union.Chair} {
		for _, lineage := range []string{"/1/2/", "/1/3/"} {
			all, _ := p.Holders(context.Background(), role, lineage)
			held = append(held, slices.DeleteFunc(all, func(h union.Holding) bool { return h.Member != id })...)
		}
	}
	return held, nil
}

// post is what went out, to whom, and about which talk.
type post struct {
	sent []sent
	due  []time.Time // of each
}

type sent struct {
	to   union.MemberID
	text string
}

func (p *post) Put(_ context.Context, notices ...notice.Notice) error {
	for _, n := range notices {
		p.sent, p.due = append(p.sent, sent{n.To, n.Body.Text}), append(p.due, n.NotBefore)
	}
	return nil
}

// plain are words that name the member whose talk it is: <3>.
type plain struct{}

func about(v talk.View, text string) notice.Body {
	return notice.Body{Text: fmt.Sprintf("<%d>%s", v.Talk.Worker, text)}
}

func (plain) TalkGiven(v talk.View, before []talk.Line, _ talk.Why) notice.Body {
	text := "given"
	for _, l := range before {
		text += "|" + l.Text
	}
	return about(v, text)
}

func (plain) TalkMentioned(v talk.View, l talk.Line, before []talk.Line) notice.Body {
	text := "mentioned " + l.Text
	for _, b := range before {
		text += "|" + b.Text
	}
	return about(v, text)
}

func (plain) TalkHeard(v talk.View, l talk.Line) notice.Body { return about(v, "heard "+l.Text) }

func (plain) TalkAnswered(v talk.View, l talk.Line) notice.Body { return about(v, "answered "+l.Text) }

func (plain) TalkFile(v talk.View, _ talk.Line, _ bool) notice.Body { return about(v, "file") }

func (plain) TalkCaption(v talk.View, _ talk.Line) notice.Body { return about(v, "caption") }

func (plain) TalkMoved(v talk.View, _ string, _ talk.Why) notice.Body {
	return about(v, "moved")
}

func (plain) TalkUnanswered(v talk.View) notice.Body { return about(v, "unanswered") }

func (plain) TalkOverdue(v talk.View) notice.Body { return about(v, "overdue") }

func (plain) TalkDelayed(v talk.View, toWorker bool) notice.Body {
	return about(v, map[bool]string{true: "unanswered", false: "overdue"}[toWorker]+" delayed")
}

func (plain) TalkGone(v talk.View, _ int, _ talk.Why) notice.Body { return about(v, "gone") }

func (plain) TalkEnded(v talk.View, how talk.Kind) notice.Body { return about(v, "ended "+string(how)) }

func (plain) TalkRated(v talk.View) notice.Body { return about(v, "rated") }

func (plain) TalkLeft(v talk.View, _ int, _ talk.Kind) notice.Body { return about(v, "left") }

func (plain) TalkProposed(v talk.View, l talk.Line) notice.Body { return about(v, "proposed "+l.Text) }

func (plain) TalkBegun(v talk.View, _ talk.Line) notice.Body { return about(v, "begun") }

type book struct{}

func (b book) Topics() []reference.Topic {
	return []reference.Topic{
		{Name: "apart", Apart: true, Roles: []union.Role{union.BranchChair, union.Chair}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8},
		{Name: "law", Roles: []union.Role{union.Lawyer}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8},
		{Name: "personal", Personal: true, Roles: []union.Role{union.Lawyer}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8},
		{Name: "", Roles: []union.Role{union.BranchChair, union.Chair}, FirstMinutes: 30, NextMinutes: 60, IdleHours: 8},
	}
}

func (b book) Topic(name string) reference.Topic {
	return reference.Talks{Topics: b.Topics()}.Topic(name)
}

func (book) Rostered() bool { return false }

func (book) OnShift(string, string, []union.Role, time.Time) bool { return false }

func (book) Shifts(string, []union.Role, []string, time.Time) []calendar.Stretch { return nil }

func (book) NextShift(string, time.Time) (next time.Time, ok bool) { return next, false }

type noWindow struct{}

func (noWindow) Window(context.Context, union.Identity) (talk.Window, error) {
	return talk.Window{}, nil
}

// world is a desk with all around it.
type world struct {
	*talk.Desk
	store    *memory
	post     *post
	left     map[union.MemberID]bool
	noOffice map[union.MemberID]bool
	now      time.Time
	lastID   int64
	away     []standin.Standin
	deps     talk.Deps
}

// Accepted implements talk.StandIns.
func (w *world) Accepted(context.Context) ([]standin.Standin, error) { return w.away, nil }

func newWorld(t interface{ Fatal(...any) }, most int) *world {
	days, err := calendar.New(time.FixedZone("CST", 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	left := map[union.MemberID]bool{}
	w := &world{
		store: &memory{talks: map[talk.ID]talk.Talk{}, seats: map[union.MemberID]int{}, left: left}, post: &post{}, left: left, noOffice: map[union.MemberID]bool{},
		now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), // Monday, 10:00
	}
	w.deps = talk.Deps{
		Store: w.store, Members: people{w.left, w.noOffice}, Outbox: w.post, Words: plain{}, Calendar: days, Book: book{}, Windows: noWindow{}, StandIns: w,
		Now: func() time.Time { return w.now }, NewID: func() int64 { w.lastID++; return w.lastID }, Most: most,
	}
	w.restart()
	w.sweep(t)
	return w
}

// restart is a new process on the same store, which looks at what is due only later.
func (w *world) restart() { w.Desk = talk.NewDesk(w.deps) }

func (w *world) sweep(t interface{ Fatal(...any) }) {
	if _, err := w.Sweep(context.Background(), 100); err != nil {
		t.Fatal(err)
	}
}

var (
	workers  = []union.MemberID{1, 2, 3, 4, 5, 6, 7, 8, 9}
	officers = []union.MemberID{11, 12, 13, 14}
)

func open(t *testing.T, w *world, worker union.MemberID) talk.Opened {
	t.Helper()
	o, err := w.Open(t.Context(), talk.Opening{Worker: worker, Said: []string{"hello"}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}
