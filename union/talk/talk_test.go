package talk_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/standin"
	"github.com/unionbot/unionbot/union/talk"
)

// memory is a store within a turn, whose transaction the desk joins: what fails in the desk must leave no half behind, for
// nobody takes it back.
type memory struct {
	talks map[talk.ID]talk.Talk
	lines []talk.Line
	seats map[union.MemberID]int
	left  map[union.MemberID]bool
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
func (m *memory) Unsend(context.Context, talk.ID) error           { return nil }

func (m *memory) AllOf(context.Context, union.MemberID, int) ([]talk.Talk, error) { return nil, nil }

func (m *memory) Filed(context.Context, int64) (string, error) { return "", nil }

func (m *memory) EndedNumber(context.Context, union.MemberID, int, time.Time) (talk.Talk, error) {
	return talk.Talk{}, union.ErrNotFound
}

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
func (plain) TalkHeard(v talk.View, l talk.Line) notice.Body        { return about(v, "heard "+l.Text) }
func (plain) TalkAnswered(v talk.View, l talk.Line) notice.Body     { return about(v, "answered "+l.Text) }
func (plain) TalkFile(v talk.View, _ talk.Line, _ bool) notice.Body { return about(v, "file") }
func (plain) TalkCaption(v talk.View, _ talk.Line) notice.Body      { return about(v, "caption") }
func (plain) TalkMoved(v talk.View, _ string, _ talk.Why) notice.Body {
	return about(v, "moved")
}
func (plain) TalkUnanswered(v talk.View) notice.Body               { return about(v, "unanswered") }
func (plain) TalkOverdue(v talk.View) notice.Body                  { return about(v, "overdue") }
func (plain) TalkGone(v talk.View, _ int, _ talk.Why) notice.Body  { return about(v, "gone") }
func (plain) TalkEnded(v talk.View, how talk.Kind) notice.Body     { return about(v, "ended "+string(how)) }
func (plain) TalkRated(v talk.View) notice.Body                    { return about(v, "rated") }
func (plain) TalkLeft(v talk.View, _ int, _ talk.Kind) notice.Body { return about(v, "left") }
func (plain) TalkProposed(v talk.View, l talk.Line) notice.Body    { return about(v, "proposed "+l.Text) }
func (plain) TalkBegun(v talk.View, _ talk.Line) notice.Body       { return about(v, "begun") }

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

func (book) Rostered() bool                                        { return false }
func (book) OnShift(string, string, []union.Role, time.Time) bool  { return false }
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
	w.Desk = talk.NewDesk(talk.Deps{
		Store: w.store, Members: people{w.left, w.noOffice}, Outbox: w.post, Words: plain{}, Calendar: days, Book: book{}, Windows: noWindow{}, StandIns: w,
		Now: func() time.Time { return w.now }, NewID: func() int64 { w.lastID++; return w.lastID }, Most: most,
	})
	return w
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

func TestTheLeastBurdenedOfTheNearestGetsATalkAndNobodyMoreThanTheMost(t *testing.T) {
	w := newWorld(t, 1)
	if o := open(t, w, 1); o.State != talk.Held || o.Talk.Holder != 11 {
		t.Errorf("the first went to %+v", o.Talk)
	}
	if o := open(t, w, 3); o.State != talk.Held || o.Talk.Holder != 12 {
		t.Errorf("the second went to %+v", o.Talk)
	}
	third, fourth := open(t, w, 5), open(t, w, 7)
	if third.State != talk.Waiting || third.Queue != 2 || fourth.Ahead != 1 {
		t.Errorf("the third is %+v, the fourth has %d ahead", third.Talk, fourth.Ahead)
	}
	held, err := w.Held(t.Context(), 11)
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	if _, err := w.End(t.Context(), 11, held[0].ID, false); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 5); err != nil || v.Talk.Holder != 11 {
		t.Errorf("the free place went to nobody: %+v, %v", v.Talk, err)
	}
	if v, err := w.Of(t.Context(), 7); err != nil || v.State != talk.Waiting || v.Ahead != 0 {
		t.Errorf("the fourth is %+v, %v", v.Talk, err)
	}
}

func TestATalkThatNobodyAnswersGoesToTheNextAndThenOneLevelUp(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 1)
	for _, want := range []union.MemberID{12, 14, 14} {
		w.now = w.now.Add(31 * time.Minute)
		if _, err := w.Sweep(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != want {
			t.Errorf("holds it %d, %v; want %d", v.Talk.Holder, err, want)
		}
	}
	if got := w.post.sent[len(w.post.sent)-1]; got != (sent{14, "<1>overdue"}) {
		t.Errorf("last said was %+v", got)
	}
}

func TestNothingMovesWhileTheMemberIsWaitedForOrAtNight(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Text: "hi"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(4 * time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 11 {
		t.Errorf("it moved to %d, %v", v.Talk.Holder, err)
	}
	w.now = time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC) // 17:20
	if _, err := w.Hear(t.Context(), 1, union.Identity{}, talk.Word{Text: "and?"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(8 * time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 1); err != nil || v.Talk.Holder != 11 {
		t.Errorf("at night it moved to %d, %v", v.Talk.Holder, err)
	}
}

func TestAnOfficerWhoHasLeftHoldsNothing(t *testing.T) {
	w := newWorld(t, 5)
	open(t, w, 2)
	w.left[13] = true
	w.now = w.now.Add(time.Hour)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 2); err != nil || v.Talk.Holder != 14 {
		t.Errorf("holds it %d, %v", v.Talk.Holder, err)
	}
}

func TestWhoIsAwayGetsNoTalkAndWhoStandsInDoes(t *testing.T) {
	w := newWorld(t, 5)
	today := calendar.Date{Year: 2026, Month: 11, Day: 23}
	w.away = []standin.Standin{
		{ID: 1, Absent: 13, By: 7, From: today, To: today, State: standin.Accepted},
		{ID: 2, Absent: 14, By: 2, From: today, To: today, State: standin.Accepted},
	}
	o := open(t, w, 2)
	if o.Talk.Holder != 7 {
		t.Errorf("it went to %d", o.Talk.Holder)
	}
	w.now = w.now.Add(31 * time.Minute)
	if _, err := w.Sweep(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if v, err := w.Of(t.Context(), 2); err != nil || v.Talk.Holder != 7 { // nobody talks with themselves
		t.Errorf("it went to %d, %v", v.Talk.Holder, err)
	}
}

func TestFiguresCountFromTheWishInWorkingTime(t *testing.T) {
	w := newWorld(t, 5)
	w.now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // Sunday evening
	first, second := open(t, w, 1), open(t, w, 3)
	open(t, w, 5)
	w.now = time.Date(2026, 11, 23, 0, 50, 0, 0, time.UTC) // 8:50
	for _, o := range []talk.Opened{first, second} {
		if _, err := w.Answer(t.Context(), o.Talk.Holder, o.ID, talk.Word{Text: "hi"}); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(20 * time.Minute)
	}
	if _, err := w.Leave(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.SoSo); err != nil {
		t.Fatal(err)
	}
	f, err := w.Figures(t.Context(), 11)
	want := talk.Figures{Begun: 3, Held: 2, Answered: 2, InTime: 1, Median: 40 * time.Minute, Asked: 1, SoSo: 1, Since: f.Since}
	if err != nil || f != want {
		t.Errorf("the figures are %+v, %v", f, err)
	}
	if _, err := w.Figures(t.Context(), 1); err == nil {
		t.Error("a member without an office counts")
	}
}

func TestWhoWasNotContentGetsSomebodyElse(t *testing.T) {
	w := newWorld(t, 5)
	o := open(t, w, 1)
	if _, err := w.Answer(t.Context(), 11, o.ID, talk.Word{Text: "no"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Leave(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.Discontent); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rate(t.Context(), 1, talk.Content); err == nil {
		t.Error("rated twice")
	}
	if again := open(t, w, 1); again.Talk.Holder != 12 {
		t.Errorf("went to %d again", again.Talk.Holder)
	}
}

// Whatever happens in whatever order, each open talk has one holder or waits in one queue, nobody has more than the most or
// talks with themselves, and no word reaches anybody who is not of its talk.
func TestEachTalkIsInOnePlaceAndNoWordGoesAstray(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		most := rapid.IntRange(1, 3).Draw(r, "most")
		w := newWorld(r, most)
		// Officers talk too.
		all := append(slices.Clone(workers), officers...)
		for step := range rapid.IntRange(1, 60).Draw(r, "steps") {
			w.happens(r, step, all)
			w.holds(r, most)
		}
	})
}

// happens does one thing.
func (w *world) happens(r *rapid.T, step int, all []union.MemberID) {
	ctx := context.Background()
	who := rapid.SampledFrom(all).Draw(r, "who")
	officer := rapid.SampledFrom(officers).Draw(r, "officer")
	held, err := w.Held(ctx, officer)
	if err != nil {
		r.Fatal(err)
	}
	id := talk.ID(rapid.Int64Range(1, w.lastID+1).Draw(r, "any id")) // also what is not theirs
	if len(held) > 0 && rapid.Bool().Draw(r, "own") {
		id = rapid.SampledFrom(held).Draw(r, "talk").ID
	}
	text := fmt.Sprintf("word%d.", step)
	before := len(w.post.sent)
	owner := w.store.talks[id]
	switch rapid.IntRange(0, 9).Draw(r, "what") {
	case 0, 1:
		_, _ = w.Open(ctx, talk.Opening{Worker: who, Said: []string{text}})
	case 2, 3:
		_, err = w.Hear(ctx, who, union.Identity{}, talk.Word{Text: text})
		if err == nil {
			w.reached(r, before, text, w.holderOf(who))
		}
	case 4, 5:
		_, err = w.Answer(ctx, officer, id, talk.Word{Text: text})
		if (err == nil) != (owner.Holder == officer && !w.left[officer]) {
			r.Fatalf("answering %+v as %d: %v", owner, officer, err)
		}
		if err == nil {
			w.reached(r, before, text, owner.Worker)
		}
	case 6:
		_, _ = w.End(ctx, officer, id, false)
	case 7:
		_, _ = w.HandOver(ctx, officer, id, rapid.SampledFrom(all).Draw(r, "to"), "")
	case 8:
		_, _ = w.Leave(ctx, who)
	case 9:
		if rapid.IntRange(0, 9).Draw(r, "leaves") == 0 {
			w.left[officer] = true
		}
		w.now = w.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(r, "minutes")) * time.Minute)
		if _, err := w.Sweep(ctx, 100); err != nil {
			r.Fatal(err)
		}
	}
}

func (w *world) holderOf(worker union.MemberID) union.MemberID {
	t, err := w.store.OfWorker(context.Background(), worker)
	if err != nil {
		return 0
	}
	return t.Holder
}

// reached checks that a word went to one person, and to nobody where it waits.
func (w *world) reached(r *rapid.T, before int, text string, want union.MemberID) {
	for _, s := range w.post.sent[before:] {
		if strings.Contains(s.text, text) && s.to != want {
			r.Fatalf("%q went to %d, not %d", text, s.to, want)
		}
	}
}

// holds checks what is always true.
func (w *world) holds(r *rapid.T, most int) {
	open, load := map[union.MemberID]bool{}, map[union.MemberID]int{}
	for _, t := range w.store.talks {
		if !t.Open() {
			if t.Holder != 0 || t.Queue != 0 || !t.DueAt.IsZero() {
				r.Fatalf("an ended talk has something left: %+v", t)
			}
			continue
		}
		if open[t.Worker] {
			r.Fatalf("%d has two open talks", t.Worker)
		}
		open[t.Worker] = true
		if held, queued := t.State == talk.Held && t.Holder != 0, t.State == talk.Waiting && t.Queue != 0; held == queued || held && t.Queue != 0 || queued && t.Holder != 0 {
			r.Fatalf("is in no place, or in two: %+v", t)
		}
		if t.DueAt.IsZero() {
			r.Fatalf("could fall asleep: %+v", t)
		}
		if t.Holder == t.Worker {
			r.Fatalf("talks with themselves: %+v", t)
		}
		if t.Holder != 0 {
			load[t.Holder]++
		}
	}
	for who, n := range load {
		if n > most || open[who] {
			r.Fatalf("%d holds %d of %d, and has one open: %v", who, n, most, open[who])
		}
	}
	for _, s := range w.post.sent {
		owner := strings.TrimPrefix(strings.SplitN(s.text, ">", 2)[0], "<")
		toWorker := strings.Contains(s.text, ">answered") || strings.Contains(s.text, ">moved") || strings.Contains(s.text, ">ended") || strings.Contains(s.text, ">unanswered")
		if toWorker && fmt.Sprint(s.to) != owner || !toWorker && fmt.Sprint(s.to) == owner {
			r.Fatalf("%q went to %d", s.text, s.to)
		}
	}
}
